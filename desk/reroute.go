package desk

import (
	"context"

	"congvan/routing"
)

// Reroute gives an assignment to another unit, or officer, instead, with a
// reason; its role stays. A zero due date is the old one, if that is still
// ahead. NĐ 30/2020, Điều 21 khoản 2.
func (d *Desk) Reroute(ctx context.Context, actor routing.Actor, id routing.ID, to routing.Recipient, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.once(ctx, actor, routing.ActReroute, id, req, func() (routing.Event, error) {
		units, misplaced := d.placesBelow(ctx, actor.UnitID, []routing.Recipient{to}, d.now())
		if routing.FaultOf(misplaced) == routing.Internal && misplaced != nil {
			return routing.Event{}, misplaced
		}
		event, err := d.actOnShare(ctx, actor, id, ifVersion, req, func(c *routing.Case) error {
			if err := c.Reroute(actor, id, to, reason); err != nil {
				return err
			}
			return misplaced
		})
		return event, named(err, units)
	})
}
