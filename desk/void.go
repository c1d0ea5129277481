package desk

import (
	"context"

	"congvan/routing"
)

// Void takes a direction back, with a reason: whoever gave it, or his superior
// in the same unit. What is open of it is withdrawn with everything below; when
// none is left in force on the document, that waits for direction again. The
// event is that of the assignment out of which the direction was given, or of
// the document.
func (d *Desk) Void(ctx context.Context, actor routing.Actor, direction routing.ID, reason string, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnDirection(ctx, actor, direction, req, func(c *routing.Case) error { return c.Void(actor, direction, reason) })
}
