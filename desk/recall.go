package desk

import (
	"context"
	"errors"

	"congvan/routing"
)

// Recall stops a document with a reason. From this moment nobody can act on it;
// the workflow withdraws what was open; number, trail and receipts stay.
// NĐ 30/2020, Điều 18 khoản 4.b.
func (d *Desk) Recall(ctx context.Context, actor routing.Actor, id routing.ID, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.once(ctx, actor, req, func() (routing.Event, error) {
		doc, _, _, err := d.document(ctx, actor, id)
		switch {
		case err != nil:
			return routing.Event{}, err
		case !actor.MayRecall(doc):
			return routing.Event{}, routing.ErrNotAllowed
		}
		if _, err := doc.Status.Next(routing.ActRecall); err != nil {
			return routing.Event{}, err
		}
		if doc.Version != ifVersion {
			return routing.Event{}, routing.ErrStale.With("version", doc.Version)
		}
		event, err := d.record.Recall(ctx, actor, id, ifVersion, reason, d.now(), req)
		if errors.Is(err, routing.ErrNotFound) {
			return routing.Event{}, routing.ErrStale
		}
		return event, err
	})
}
