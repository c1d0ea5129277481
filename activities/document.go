package activities

import (
	"context"

	"congvan/postgres"
	"congvan/routing"
)

// Dispatch gives every unit named in the document's waiting directions its
// assignment, all at once: a receipt deadline in the unit's own working time,
// the due date that the leader set. NĐ 30/2020, Điều 23 khoản 4.
func (h *Hands) Dispatch(ctx context.Context, in Input) (Outlook, error) {
	return h.proceed(ctx, in, func(p *postgres.Process) error {
		if p.Document.Status != routing.Directed {
			return nil // recalled or concluded meanwhile: nobody is to start any more
		}
		waiting, err := p.Undispatched()
		if err != nil {
			return err
		}
		for _, direction := range waiting {
			if err := p.Dispatch(direction.ID, shares(p, direction)); err != nil {
				return err
			}
		}
		return nil
	})
}

// shares are the assignments that a direction makes.
func shares(p *postgres.Process, d postgres.Undispatched) []routing.Assignment {
	var out []routing.Assignment
	for _, r := range d.Dispatched(d.Holder) {
		out = append(out, routing.Assignment{
			ID: postgres.NewID(), DocumentID: p.Document.ID, DirectionID: d.ID, ParentID: d.ParentID,
			GiverUnitID: d.UnitID, UnitID: r.UnitID, PositionID: r.PositionID, Role: r.Role,
			Status: routing.Sent, Version: 1, SentAt: p.Now,
			ReceiveDue: p.Ladder.Receipt.After(p.Now, p.Clocks(r.UnitID)), Due: r.Due,
		})
	}
	return out
}

// Ring rings every alarm that is due and has not rung: whoever the rung names
// is told, and the next rung waits its time. An alarm whose act was done
// meanwhile is no alarm any more.
func (h *Hands) Ring(ctx context.Context, in Input) (Outlook, error) {
	return h.proceed(ctx, in, func(p *postgres.Process) error {
		unrung, err := p.Unrung()
		if err != nil {
			return err
		}
		due := unrung
		for i, a := range unrung {
			if a.At.After(p.Now) {
				due = unrung[:i]
				break
			}
		}
		return p.Ring(due)
	})
}

// Withdraw ends what is still open of a recalled document.
func (h *Hands) Withdraw(ctx context.Context, in Input) (Outlook, error) {
	return h.finish(ctx, in, routing.Recalled, routing.ActWithdraw, routing.Withdrawn)
}

// Close ends what is still open of a concluded document: who was informed, who
// coordinated, and the reports that the lead's report has taken in.
func (h *Hands) Close(ctx context.Context, in Input) (Outlook, error) {
	return h.finish(ctx, in, routing.Concluded, routing.ActClose, routing.Done)
}

func (h *Hands) finish(ctx context.Context, in Input, when routing.DocumentStatus, act routing.Act, end routing.AssignmentStatus) (Outlook, error) {
	return h.proceed(ctx, in, func(p *postgres.Process) error {
		if p.Document.Status != when {
			return nil
		}
		return p.Finish(act, end)
	})
}
