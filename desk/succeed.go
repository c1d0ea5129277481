package desk

import (
	"context"

	"congvan/routing"
)

// Succession is what became of a handover of everything. Asking again goes on
// with what is left.
type Succession struct {
	Outcomes  []Outcome          // by share, and by decision
	Documents []routing.Document // in the ended unit's own book: they stay with it
}

// HandOverPosition gives all open shares of an officer who leaves to another
// officer of the unit, on a written basis of at least 10 characters, each in a
// transaction of its own. The leaders of the unit do so, and the administrator of
// the organ at the top.
func (d *Desk) HandOverPosition(ctx context.Context, actor routing.Actor, from, to routing.ID, basis string, req routing.Request) (Succession, error) {
	if err := checkReason(basis); err != nil {
		return Succession{}, err
	}
	if !validID(from) || !validID(to) {
		return Succession{}, routing.ErrNotFound
	}
	posts, err := d.record.PostsByID(ctx, []routing.ID{from, to})
	switch {
	case err != nil:
		return Succession{}, err
	case posts[from].ID == "" || posts[to].ID == "":
		return Succession{}, routing.ErrNotFound
	case !actor.MayHandOver(routing.Assignment{UnitID: posts[from].UnitID, PositionID: from, GiverUnitID: posts[from].UnitID}):
		return Succession{}, routing.ErrNotAllowed
	}
	e := d.entryOf(actor, "position-handed-over", routing.Subject{Kind: routing.SubjectPosition, ID: string(from)})
	e.UnitID, e.Details = posts[from].UnitID, actor.Signed(map[string]any{"to": to, "basis": basis})
	if err := d.record.NoteOnce(ctx, e, req); err != nil {
		return Succession{}, err
	}
	shares, err := d.record.OpenShares(ctx, posts[from].UnitID, from)
	var s Succession
	for _, a := range shares {
		event, err := d.HandOver(ctx, actor, a.ID, routing.Recipient{UnitID: posts[to].UnitID, PositionID: to}, basis, 0, part(req, a.ID))
		s.Outcomes = append(s.Outcomes, outcomeOf(a.ID, event, err))
	}
	return s, err
}

// HandOverUnit gives all open shares of a unit that ended to its successor, with
// what lies below them, on a written basis of at least 10 characters, each in a
// transaction of its own; and writes the successor down. What the unit still had
// to decide, also in documents where it holds nothing, the successor decides. The
// administrator of the organ at the top does so. Domain 7.2.
func (d *Desk) HandOverUnit(ctx context.Context, actor routing.Actor, from, to routing.ID, basis string, req routing.Request) (Succession, error) {
	if err := checkReason(basis); err != nil {
		return Succession{}, err
	}
	switch {
	case !actor.MayHandOverAll():
		return Succession{}, routing.ErrNotAllowed
	case !validID(from) || !validID(to) || from == to:
		return Succession{}, routing.ErrUnit
	}
	switch works, err := d.record.UnitsByID(ctx, today(d.now()), []routing.ID{from}); {
	case err != nil:
		return Succession{}, err
	case works[from].ID != "":
		return Succession{}, routing.ErrUnit.Saying("Đơn vị này vẫn đang hoạt động; chỉ bàn giao toàn bộ việc của đơn vị đã kết thúc.").With("unit", string(from))
	}
	if err := d.checkSuccessor(ctx, routing.Assignment{UnitID: from}, routing.Recipient{UnitID: to}); err != nil {
		return Succession{}, err
	}
	e := d.entryOf(actor, "unit-handed-over", routing.Subject{Kind: routing.SubjectUnit, ID: string(from)})
	e.UnitID, e.Details = from, map[string]any{"to": to, "basis": basis}
	if err := d.record.AddSuccessor(ctx, from, to, today(d.now()), basis, e, req); err != nil {
		return Succession{}, err
	}
	shares, err := d.record.OpenShares(ctx, from, "")
	if err != nil {
		return Succession{}, err
	}
	var s Succession
	for _, a := range shares {
		own := part(req, a.ID)
		event, err := d.once(ctx, actor, routing.ActHandOver, a.ID, own, func() (routing.Event, error) {
			return d.record.Act(ctx, a.DocumentID, d.now(), own, func(c *routing.Case) error { return c.Succeed(actor, a.ID, to, basis) })
		})
		s.Outcomes = append(s.Outcomes, outcomeOf(a.ID, event, err))
	}
	// The decisions of these documents have gone along; what is left are those
	// of others.
	decisions, err := d.record.OpenDecisions(ctx, from)
	if err != nil {
		return s, err
	}
	for _, x := range decisions {
		own := part(req, x.ID)
		event, err := d.once(ctx, actor, routing.ActPassDecision, x.AssignmentID, own, func() (routing.Event, error) {
			return d.record.Act(ctx, x.DocumentID, d.now(), own, func(c *routing.Case) error { return c.PassDecision(actor, x.ID, to, basis) })
		})
		s.Outcomes = append(s.Outcomes, outcomeOf(x.ID, event, err))
	}
	for _, status := range []routing.DocumentStatus{routing.Registered, routing.Presented, routing.Directed} {
		open, err := d.record.BookOf(ctx, from, status, PageLimit)
		if err != nil {
			return s, err
		}
		s.Documents = append(s.Documents, open...)
	}
	return s, nil
}
