package desk

import (
	"context"
	"slices"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// Ledger shows who had a document from when to when, oldest first: all of it to
// who sees the whole document, to others what their own unit had.
func (d *Desk) Ledger(ctx context.Context, actor routing.Actor, id routing.ID) ([]postgres.Holding, error) {
	doc, _, _, err := d.document(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	rows, err := d.record.Ledger(ctx, id, d.now())
	if err != nil || actor.SeesWhole(doc) {
		return rows, err
	}
	return slices.DeleteFunc(rows, func(h postgres.Holding) bool { return h.UnitID != actor.UnitID }), nil
}

// Lateness shows where the late documents of the organ lay whose work was due in
// a period, the longest first: to its leaders and clerk, and to the chief of its
// office.
func (d *Desk) Lateness(ctx context.Context, actor routing.Actor, from, to time.Time) ([]postgres.Cause, error) {
	organ := actor.UnitID
	if actor.Office == routing.Chief && actor.AboveID != "" {
		organ = actor.AboveID
	}
	if !actor.Oversees(organ) {
		return nil, routing.ErrNotAllowed
	}
	return d.record.Lateness(ctx, actor, organ, from, to, d.now())
}
