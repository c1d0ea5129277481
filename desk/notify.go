package desk

import (
	"context"

	"congvan/routing"
)

// Notify writes down that the clerk told the sender of an electronic document
// that it arrived, and how, in his own words: by the exchange axis, by
// telephone. Once only; a mail that the program sends writes it down itself.
// NĐ 30/2020, Điều 21 khoản 2 điểm c: the same day.
func (d *Desk) Notify(ctx context.Context, actor routing.Actor, id routing.ID, how string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkWords("how", how); err != nil {
		return routing.Event{}, err
	}
	return d.actOnDocument(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.Notify(actor, how) })
}
