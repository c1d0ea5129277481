package desk

import (
	"context"

	"congvan/routing"
)

// Return gives an assignment back to whoever gave it, with a reason of at least
// 10 characters: it was sent to the wrong place. NĐ 30/2020, Điều 21 khoản 2.
func (d *Desk) Return(ctx context.Context, actor routing.Actor, id routing.ID, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnShare(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.Return(actor, id, reason) })
}

// Insist answers a returned assignment with no, and a reason: its holder has to
// deal with it.
func (d *Desk) Insist(ctx context.Context, actor routing.Actor, id routing.ID, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnShare(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.Insist(actor, id, reason) })
}
