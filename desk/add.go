package desk

import (
	"context"

	"congvan/routing"
)

// AddRecipients lets more recipients join those of a direction under way: a
// leader of the unit that gave it. text is a reason or an instruction of at
// least 10 characters; process and result are those of the direction. The event
// is that of the assignment out of which the direction was given, or of the
// document. NĐ 30/2020, Điều 23.
func (d *Desk) AddRecipients(ctx context.Context, actor routing.Actor, direction routing.ID, text string, recipients []routing.Recipient, req routing.Request) (routing.Event, error) {
	if err := checkReason(text); err != nil {
		return routing.Event{}, err
	}
	return d.once(ctx, actor, routing.ActAdd, direction, req, func() (routing.Event, error) {
		units, misplaced := d.placesBelow(ctx, actor.UnitID, recipients, d.now())
		if routing.FaultOf(misplaced) == routing.Internal && misplaced != nil {
			return routing.Event{}, misplaced
		}
		event, err := d.actOnDirection(ctx, actor, direction, req, func(c *routing.Case) error {
			if err := c.AddRecipients(actor, direction, text, recipients); err != nil {
				return err
			}
			return misplaced
		})
		return event, named(err, units)
	})
}
