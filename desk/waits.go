package desk

import (
	"context"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// Waits counts what waits for the actor: for an officer his own shares, for
// everybody else those of his unit. Each number is that of the list of the same
// name (see [Desk.Inbox], [Desk.Documents], [Desk.Decisions]).
func (d *Desk) Waits(ctx context.Context, actor routing.Actor) (postgres.Waits, error) {
	if !actor.MayList() {
		return postgres.Waits{}, routing.ErrNotAllowed
	}
	q := postgres.Inbox{By: actor, UnitID: actor.UnitID, Now: d.now()}
	if actor.Office == routing.Officer {
		q.PositionID = actor.PositionID
	}
	return d.record.Waits(ctx, q)
}

// Now is the desk's clock: what a face shows as late is late for the desk, too.
func (d *Desk) Now() time.Time { return d.now() }
