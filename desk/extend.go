package desk

import (
	"context"
	"time"

	"congvan/routing"
)

// AskExtension asks for a later due date of a share: its holder does, before the
// one in force has passed, with a reason of at least 10 characters. Whoever gave
// the share decides. routing.ErrAsked while an earlier request waits.
// Domain 9.2.10.
func (d *Desk) AskExtension(ctx context.Context, actor routing.Actor, id routing.ID, due time.Time, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnShare(ctx, actor, id, ifVersion, req, func(c *routing.Case) error {
		return c.AskExtension(actor, id, microseconds(due), reason)
	})
}

// DecideExtension answers a request for a later due date: yes, with another date
// if due is not nil, or no with a reason of at least 10 characters. A leader of
// the unit that gave the share decides, never who asked.
func (d *Desk) DecideExtension(ctx context.Context, actor routing.Actor, decision routing.ID, grant bool, due *time.Time, note string, req routing.Request) (routing.Event, error) {
	if err := routing.CheckSecrecy(routing.NoSecret, note); err != nil {
		return routing.Event{}, err
	}
	if due != nil {
		cut := microseconds(*due)
		due = &cut
	}
	return d.actOnDecision(ctx, actor, decision, req, func(c *routing.Case) error {
		return c.DecideExtension(actor, decision, grant, due, note)
	})
}

// Extend gives a share a later due date without being asked, with a reason of at
// least 10 characters; a request that waits is granted by it.
func (d *Desk) Extend(ctx context.Context, actor routing.Actor, id routing.ID, due time.Time, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnShare(ctx, actor, id, ifVersion, req, func(c *routing.Case) error {
		return c.Extend(actor, id, microseconds(due), reason)
	})
}

// Extensions is the history of a share's due date (lịch sử gia hạn), oldest
// first: what was asked for, granted and refused.
func (d *Desk) Extensions(ctx context.Context, actor routing.Actor, id routing.ID) ([]routing.Event, error) {
	doc, _, a, err := d.assignment(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	if !routing.Reads(actor, doc, []routing.Assignment{a})[id] && a.GiverUnitID != actor.UnitID {
		return nil, routing.ErrNotFound
	}
	return d.record.EventsOf(ctx, doc.ID, id, routing.ActAskExtension, routing.ActExtend, routing.ActRefuseExtension)
}
