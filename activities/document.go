package activities

import (
	"context"
	"slices"

	"congvan/postgres"
	"congvan/routing"
)

// Dispatch gives every unit named in the document's waiting directions its
// assignment, all at once: a receipt deadline in the unit's own working time,
// the due date that the leader set. NĐ 30/2020, Điều 23 khoản 4.
func (h *Hands) Dispatch(ctx context.Context, in Input) (Outlook, error) {
	return h.proceed(ctx, in, dispatch)
}

func dispatch(p *postgres.Process) error {
	waiting, err := p.Undispatched()
	if err != nil {
		return err
	}
	for _, direction := range waiting {
		if err := p.Dispatch(direction, shares(p, direction)); err != nil {
			return err
		}
	}
	return nil
}

// shares are the assignments that a direction makes.
func shares(p *postgres.Process, d postgres.Undispatched) []routing.Assignment {
	var out []routing.Assignment
	for _, r := range d.Dispatched(d.UnitID) {
		out = append(out, routing.Assignment{
			ID: postgres.NewID(), DocumentID: p.Document.ID, DirectionID: d.ID, CircleID: d.CircleID, ReplacesID: d.ReplacesID, ParentID: d.ParentID,
			GiverUnitID: d.UnitID, UnitID: r.UnitID, PositionID: r.PositionID, Role: r.Role,
			Status: routing.Sent, Version: 1, SentAt: p.Now,
			ReceiveDue: p.Ladder.Receipt.After(p.Now, p.Clocks(r.UnitID)), Due: r.Due,
		})
	}
	return out
}

// Ring rings every alarm that is due and has not rung: whoever the rung names
// is told, and the next rung waits its time. An alarm whose act was done
// meanwhile is no alarm any more. A direction that is still not dispatched,
// because its milestone was lost together with a workflow, is dispatched first.
func (h *Hands) Ring(ctx context.Context, in Input) (Outlook, error) {
	return h.proceed(ctx, in, goOn)
}

func goOn(p *postgres.Process) error {
	if err := dispatch(p); err != nil {
		return err
	}
	return ring(p)
}

func ring(p *postgres.Process) error {
	unrung, err := p.Unrung()
	if err != nil {
		return err
	}
	due := slices.IndexFunc(unrung, func(a routing.Alarm) bool { return a.At.After(p.Now) })
	if due < 0 {
		due = len(unrung)
	}
	return p.Ring(unrung[:due])
}

// Withdraw ends what is still open of a recalled document. Like Close it has no
// step of its own: proceed ends a finished document, whichever activity finds
// it finished. They are two, because a history should say which it was. A
// document that was reopened meanwhile goes on.
func (h *Hands) Withdraw(ctx context.Context, in Input) (Outlook, error) {
	return h.proceed(ctx, in, goOn)
}

// Close ends what is still open of a concluded document: who was informed, who
// coordinated, and the reports that the lead's report has taken in.
func (h *Hands) Close(ctx context.Context, in Input) (Outlook, error) {
	return h.proceed(ctx, in, goOn)
}

// The steps that end a document, whichever activity finds it finished, so that
// nobody is to start, and nobody is urged, any more.
func finish(p *postgres.Process) error { return p.Finish(routing.ActClose, routing.Done) }

// withdraw stops what runs of a recalled document and asks who had received it;
// whoever has not answered in time is urged like any other.
func withdraw(p *postgres.Process) error {
	if err := p.Change((*routing.Case).Withdraw); err != nil || p.Document.Status != routing.Recalling {
		return err
	}
	return ring(p)
}
