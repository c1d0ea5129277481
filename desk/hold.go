package desk

import (
	"context"

	"congvan/routing"
)

// Hold lets the clocks of an assignment, and of everything open below it, stand
// still: a leader of the unit that gave it, with a category and a reason.
func (d *Desk) Hold(ctx context.Context, actor routing.Actor, id routing.ID, category routing.HoldCategory, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnShare(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.Hold(actor, id, category, reason) })
}

// Resume lets them run again: each deadline moves by the working time that
// passed meanwhile.
func (d *Desk) Resume(ctx context.Context, actor routing.Actor, id routing.ID, ifVersion int, req routing.Request) (routing.Event, error) {
	return d.actOnShare(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.Resume(actor, id) })
}

// HoldDocument lets all clocks of a document stand still: a leader of its unit.
func (d *Desk) HoldDocument(ctx context.Context, actor routing.Actor, id routing.ID, category routing.HoldCategory, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnDocument(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.HoldDocument(actor, category, reason) })
}

// ResumeDocument lets the clocks of a document run again, but for what is held
// itself.
func (d *Desk) ResumeDocument(ctx context.Context, actor routing.Actor, id routing.ID, ifVersion int, req routing.Request) (routing.Event, error) {
	return d.actOnDocument(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.ResumeDocument(actor) })
}
