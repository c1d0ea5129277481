package desk

import (
	"context"

	"congvan/postgres"
	"congvan/routing"
)

// Approve accepts a report. ifVersion is the version of the assignment that
// the actor judged. Accepting the lead's report of the first direction
// concludes the document; everybody who has to report must have done so. Who
// acts for the giver does not judge what he reported himself.
func (d *Desk) Approve(ctx context.Context, actor routing.Actor, id routing.ID, ifVersion int, req routing.Request) (routing.Event, error) {
	if !validID(id) {
		return routing.Event{}, routing.ErrNotFound
	}
	if actor.Mandate.Kind != "" {
		reporters, err := d.record.ReportersOf(ctx, id)
		if err != nil {
			return routing.Event{}, err
		}
		if err := actor.CheckJudge(reporters...); err != nil {
			return routing.Event{}, err
		}
	}
	p := postgres.Step{Act: routing.ActApprove, Actor: actor, Assignment: id, IfVersion: ifVersion, At: d.now(), Request: req}
	return d.step(ctx, p, d.record.Approve)
}

// SendBack returns a report to whoever wrote it, with a reason of at least 10
// characters. The deadline of the work runs again as it did.
func (d *Desk) SendBack(ctx context.Context, actor routing.Actor, id routing.ID, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if !validID(id) {
		return routing.Event{}, routing.ErrNotFound
	}
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	p := postgres.Step{Act: routing.ActSendBack, Actor: actor, Assignment: id, IfVersion: ifVersion, At: d.now(), Request: req,
		Details: map[string]any{"reason": reason}}
	return d.step(ctx, p, d.record.SendBack)
}

func checkReason(reason string) error {
	if err := routing.CheckSecrecy(routing.NoSecret, reason); err != nil {
		return err
	}
	return routing.CheckReason(reason)
}
