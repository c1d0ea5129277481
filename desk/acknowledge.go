package desk

import (
	"context"

	"congvan/postgres"
	"congvan/routing"
)

// Acknowledge confirms that the actor's unit took an assignment and gives it
// the next số đến of the unit's own book; who is only informed is done with
// it. Acknowledging twice gives the first answer again. NĐ 30/2020, Điều 21, 22.
func (d *Desk) Acknowledge(ctx context.Context, actor routing.Actor, id routing.ID, req routing.Request) (routing.Event, error) {
	if !validID(id) {
		return routing.Event{}, routing.ErrNotFound
	}
	now := d.now()
	p := postgres.Step{Act: routing.ActAcknowledge, Actor: actor, Assignment: id, At: now, Request: req}
	return d.step(ctx, p, func(ctx context.Context, p postgres.Step) (routing.Event, error) {
		return d.record.Acknowledge(ctx, p, bookYear(now))
	})
}
