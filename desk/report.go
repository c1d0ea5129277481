package desk

import (
	"context"

	"congvan/postgres"
	"congvan/routing"
)

// Report says that the work of an assignment is done, in up to 4,000
// characters, and starts the clock of its approval. The lead reports the whole
// once everybody he depends on has reported: routing.ErrPartsOpen names who is
// missing. NĐ 30/2020, Điều 24.
func (d *Desk) Report(ctx context.Context, actor routing.Actor, id routing.ID, text string, req routing.Request) (routing.Event, error) {
	if !validID(id) {
		return routing.Event{}, routing.ErrNotFound
	}
	if err := checkWords("text", text); err != nil {
		return routing.Event{}, err
	}
	giver, ladder, err := d.record.ApprovalTerms(ctx, id)
	if err != nil {
		return routing.Event{}, err
	}
	clocks, err := d.record.Clocks(ctx)
	if err != nil {
		return routing.Event{}, err
	}
	now := d.now()
	approval := routing.Deadline{Subject: id, Kind: routing.AwaitApproval, UnitID: giver,
		Since: now, Due: ladder.Approval.After(now, clocks(giver))}
	first := routing.First(ladder.Alarms([]routing.Deadline{approval}, clocks))
	p := postgres.Step{Act: routing.ActReport, Actor: actor, Assignment: id, At: now, Request: req,
		Details: map[string]any{"text": text}}
	return d.step(ctx, p, func(ctx context.Context, p postgres.Step) (routing.Event, error) {
		return d.record.Report(ctx, p, text, approval.Due, first)
	})
}
