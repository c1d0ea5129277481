package desk

import (
	"context"
	"slices"

	"congvan/postgres"
	"congvan/routing"
)

// QueueLimit is the most that a queue shows at once.
const QueueLimit = 300

// settles are the acts by which what waits is settled first of all: who acts for
// somebody else sees what his mandate lets him settle.
var settles = map[postgres.QueueKind]routing.Act{
	postgres.QueueDirect: routing.ActDirect, postgres.QueueAssign: routing.ActDirect, postgres.QueueApprove: routing.ActApprove,
	postgres.QueueReturned: routing.ActInsist, postgres.QueueExtension: routing.ActExtend, postgres.QueueConsent: routing.ActConsent,
	postgres.QueueRecall: routing.ActAnswerRecall,
}

// Queue lists everything that waits for a decision of the actor, a leader of his
// unit, by due date: documents that were presented to him, shares to hand on,
// reports to judge, what came back, what was asked. A deputy sees what is his.
func (d *Desk) Queue(ctx context.Context, actor routing.Actor) ([]postgres.QueueEntry, error) {
	reach := actor.Reach(routing.ActApprove)
	if !reach.GivenShares || !actor.MayList() {
		return nil, routing.ErrNotAllowed
	}
	all, err := d.record.Queue(ctx, postgres.Queue{By: actor, InField: reach.InField, Limit: QueueLimit})
	return slices.DeleteFunc(all, func(e postgres.QueueEntry) bool {
		return actor.CheckMandate(settles[e.Kind], e.Document.Field) != nil
	}), err
}
