package desk

import (
	"context"

	"congvan/routing"
)

// Drop takes an assignment out of its direction, with a reason: it is withdrawn
// with everything below it. The lead's is routing.ErrLeadNeeded: it is rerouted.
func (d *Desk) Drop(ctx context.Context, actor routing.Actor, id routing.ID, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnShare(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.Drop(actor, id, reason) })
}
