package desk

import (
	"context"

	"congvan/routing"
)

// Recall stops a document with a reason. From this moment nobody can act on it;
// the workflow withdraws what was open and asks whoever had received it; number,
// trail and receipts stay. NĐ 30/2020, Điều 18 khoản 4.b.
func (d *Desk) Recall(ctx context.Context, actor routing.Actor, id routing.ID, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnDocument(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.Recall(actor, reason) })
}

// AnswerRecall says whether the actor's unit gives a recalled document back. id
// is the decision that it was asked for; a no needs a reason of at least 10
// characters. With the last answer the recall is settled. QĐ 28/2018, Điều 9.
func (d *Desk) AnswerRecall(ctx context.Context, actor routing.Actor, id routing.ID, agree bool, reason string, req routing.Request) (routing.Event, error) {
	if err := routing.CheckSecrecy(routing.NoSecret, reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnDecision(ctx, actor, id, req, func(c *routing.Case) error { return c.AnswerRecall(actor, id, agree, reason) })
}
