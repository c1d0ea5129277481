package desk

import (
	"context"
	"time"

	"congvan/routing"
)

// Reopen takes an approved assignment of an open document up again, with a new
// due date and a reason: a leader of the unit that gave it.
func (d *Desk) Reopen(ctx context.Context, actor routing.Actor, id routing.ID, due time.Time, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnShare(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.Reopen(actor, id, due, reason) })
}

// ReopenDocument takes a concluded document up again, with a reason: a leader of
// its unit. due is for its lead; one that was filed waits for direction again
// and has none.
func (d *Desk) ReopenDocument(ctx context.Context, actor routing.Actor, id routing.ID, due time.Time, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnDocument(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.ReopenDocument(actor, due, reason) })
}
