package routing

import (
	"time"

	"congvan/calendar"
)

// Move is a deadline that a change of the calendar moves.
type Move struct {
	Subject      ID // the assignment, the decision, or the document itself
	AssignmentID ID // the share that it is about; empty: the document
	Kind         DeadlineKind
	UnitID       ID // in whose working time it runs
	From, To     time.Time
}

// On is the working time of every unit by another calendar.
func (c Clocks) On(other *calendar.Calendar) Clocks {
	return func(unit ID) calendar.Clock { return c(unit).On(other) }
}

// term is a deadline of a case as it stands in the record.
type term struct {
	Deadline
	span   *Span       // what it was derived from; nil: a date that somebody set
	begins []time.Time // the instants from which the span may have been counted
	set    func(time.Time)
}

// Reckon says which open deadlines a change of the calendar moves. Those that
// were derived from a span are reckoned anew. One that a leader set, or that
// was moved since by a hold or an extension, stays unless its day has become a
// day off: then it is the end of the next working day (Bộ luật Dân sự 2015,
// Điều 148 khoản 5). What is past stays, and nothing is moved into the past.
// The deadlines of what is held move, too: they run again one day.
func Reckon(c *Case, old, changed Clocks) []Move {
	var moves []Move
	for _, t := range c.terms() {
		if to, moved := t.moved(c.Ladder, old, changed, c.Now); moved {
			moves = append(moves, Move{t.Subject, t.AssignmentID, t.Kind, t.UnitID, t.Due, to})
		}
	}
	return moves
}

// MoveDeadlines carries out what Reckon says, with an event for every deadline
// that moves. old are the clocks by the calendar with which the case was
// reckoned, those of the case are by the calendar of the version. What is past
// is told by the instant of the change, however late the workflow comes to it.
func (c *Case) MoveDeadlines(old Clocks, version int, changed time.Time) []Move {
	var moves []Move
	for _, t := range c.terms() {
		to, moved := t.moved(c.Ladder, old, c.Clocks, changed)
		if !moved {
			continue
		}
		t.set(to)
		details := map[string]any{"kind": string(t.Kind), "from": t.Due, "to": to, "calendar": version, dueKeys[t.Kind]: to}
		if t.AssignmentID == "" {
			c.setDocument(ActMove, Actor{}, c.Document.Status, details)
		} else {
			if t.Kind == AwaitDecision {
				details["decision"] = string(t.Subject)
			}
			a := c.Share(t.AssignmentID)
			a.Version++
			c.happened(ActMove, Actor{}, a, details)
		}
		moves = append(moves, Move{t.Subject, t.AssignmentID, t.Kind, t.UnitID, t.Due, to})
	}
	c.Document.CalendarVersion = version
	return moves
}

// dueKeys name a deadline in the details of an event.
var dueKeys = map[DeadlineKind]string{
	AwaitNotice: "noticeDue", AwaitPresenting: "presentDue", AwaitDirection: "directDue", AwaitReceipt: "receiveDue",
	AwaitReport: "due", AwaitApproval: "approveDue", AwaitReturn: "returnDue", AwaitDecision: "decisionDue",
}

func (t term) moved(l Ladder, old, changed Clocks, at time.Time) (time.Time, bool) {
	if !t.Due.After(at) {
		return t.Due, false
	}
	before, now, to := old(t.UnitID), changed(t.UnitID), t.Due
	if since, derived := t.since(before); derived {
		to = t.span.After(since, now).UTC()
	} else if day := calendar.DateOf(t.Due); !l.Plain() && before.IsWorkday(day) && !now.IsWorkday(day) {
		to = now.EndOfDay(now.Calendar().NextWorkday(day)).UTC()
	}
	return to, !to.Equal(t.Due) && to.After(at)
}

// since finds the instant from which the deadline was derived, if it was.
func (t term) since(clock calendar.Clock) (time.Time, bool) {
	if t.span == nil {
		return time.Time{}, false
	}
	for _, at := range t.begins {
		if !at.IsZero() && t.span.After(at, clock).Equal(t.Due) {
			return at, true
		}
	}
	return time.Time{}, false
}

// terms are the deadlines that run in the case, those of what is held among
// them, and the due dates of all open work.
func (c *Case) terms() []term {
	d, l := &c.Document, c.Ladder
	begins := []time.Time{d.Registered, d.ArrivedAt, d.PresentedAt}
	var out []term
	free := *d
	free.HeldAt = time.Time{}
	for _, x := range documentDeadlines(free) {
		switch x.Kind {
		case AwaitNotice:
			out = append(out, term{x, l.Notice, begins, func(to time.Time) { d.NoticeDue = to }})
		case AwaitPresenting:
			out = append(out, term{x, l.Presenting, begins, func(to time.Time) { d.PresentDue = to }})
		default:
			out = append(out, term{x, &l.Direction, begins, func(to time.Time) { d.DirectDue = to }})
		}
	}
	if d.Status == Directed {
		for i := range c.Assignments {
			out = append(out, c.shareTerms(&c.Assignments[i])...)
		}
	}
	return append(out, c.decisionTerms(free)...)
}

func (c *Case) shareTerms(a *Assignment) (out []term) {
	if !a.Open() {
		return nil
	}
	share := func(kind DeadlineKind, unit ID, due time.Time, span *Span, set func(time.Time), begins ...time.Time) {
		if !due.IsZero() {
			out = append(out, term{Deadline{Subject: a.ID, AssignmentID: a.ID, Kind: kind, UnitID: unit, Due: due}, span, begins, set})
		}
	}
	switch a.Status {
	case Sent:
		share(AwaitReceipt, a.UnitID, a.ReceiveDue, &c.Ladder.Receipt, func(to time.Time) { a.ReceiveDue = to }, a.SentAt, a.DueSince)
	case Reported:
		share(AwaitApproval, a.GiverUnitID, a.ApproveDue, &c.Ladder.Approval, func(to time.Time) { a.ApproveDue = to }, a.ReportedAt)
	case Returned:
		span := c.Ladder.Return
		if span == nil {
			span = &c.Ladder.Approval
		}
		share(AwaitReturn, a.GiverUnitID, a.ReturnDue, span, func(to time.Time) { a.ReturnDue = to }, a.ReturnedAt)
	}
	share(AwaitReport, a.UnitID, a.Due, nil, func(to time.Time) { a.Due = to })
	return out
}

func (c *Case) decisionTerms(free Document) (out []term) {
	span := c.Ladder.Decision
	if span == nil {
		span = &c.Ladder.Approval
	}
	for i := range c.Decisions {
		x := &c.Decisions[i]
		a := c.Share(x.AssignmentID)
		if a == nil {
			continue
		}
		on := *a
		on.HeldAt = time.Time{}
		if x.Awaited(free, on) {
			deadline := Deadline{Subject: x.ID, AssignmentID: x.AssignmentID, Kind: AwaitDecision, UnitID: x.OwnerUnitID, Due: x.Due}
			out = append(out, term{deadline, span, []time.Time{x.AskedAt}, func(to time.Time) { x.Due, x.Version = to, x.Version+1 }})
		}
	}
	return out
}
