package desk

import (
	"context"

	"congvan/routing"
)

// FileDocument puts a document on record without a direction: a leader of its unit or
// the chief of the office. The note may be empty.
func (d *Desk) FileDocument(ctx context.Context, actor routing.Actor, id routing.ID, note string, ifVersion int, req routing.Request) (routing.Event, error) {
	if note != "" {
		if err := checkWords("note", note); err != nil {
			return routing.Event{}, err
		}
	}
	return d.actOnDocument(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.File(actor, note) })
}

// CancelDocument ends a document that should not have been registered, with a category
// and a reason: a leader or the clerk of its unit. Its number stays.
func (d *Desk) CancelDocument(ctx context.Context, actor routing.Actor, id routing.ID, category routing.CancelCategory, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnDocument(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.Cancel(actor, category, reason) })
}
