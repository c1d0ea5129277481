package routing

import (
	"cmp"
	"slices"
	"time"

	"congvan/calendar"
)

// DeadlineKind says which act a deadline waits for.
type DeadlineKind string

// The deadlines that run.
const (
	AwaitDirection DeadlineKind = "direction" // the leader's opinion; NĐ 30/2020, Điều 4.2.c, 23
	AwaitReceipt   DeadlineKind = "receipt"   // each recipient's confirmation; Điều 21.2.c
	AwaitReport    DeadlineKind = "work"      // the work and its report; Điều 24
	AwaitApproval  DeadlineKind = "approval"  // the giver's judgement of a report

	AwaitNotice     DeadlineKind = "notice"     // the sender hears that it arrived; Điều 21.2.c
	AwaitPresenting DeadlineKind = "presenting" // the clerk presents it; Điều 23.1
	AwaitReturn     DeadlineKind = "return"     // the giver's answer to a returned share
	AwaitDecision   DeadlineKind = "decision"   // a decision that was asked for
)

// Rung is one step of a ladder: when, counted from a deadline, who is told.
// A negative span rings before the deadline.
type Rung struct {
	Kind DeadlineKind `json:"kind"`
	Step int          `json:"step"` // 1, 2, … within its kind
	When Span         `json:"when"`
	Tell []Audience   `json:"tell"`
	// Channels are how they are told; none: in the program, and by mail what
	// escalates. Mail goes only to whoever has asked for it.
	Channels []Medium `json:"channels,omitempty"`
}

// Escalates says whether the rung tells anybody beyond the unit that has to act.
func (r Rung) Escalates() bool {
	return slices.ContainsFunc(r.Tell, func(a Audience) bool { return !a.within() })
}

// Ladder (thang đôn đốc) holds the default deadlines and the rungs for one
// urgency. Ladders are data: the decree names the duty to urge (NĐ 30/2020,
// Điều 24), each organ's quy chế làm việc the steps.
type Ladder struct {
	Code      string `json:"code"`
	Name      string `json:"name"`
	Direction Span   `json:"direction"` // from registering to the direction
	Receipt   Span   `json:"receipt"`   // from dispatch to the confirmation
	Approval  Span   `json:"approval"`  // from the report to its judgement
	// Presenting is the term from registering to presenting. A ladder without it
	// runs the term of the direction from the registering on.
	Presenting  *Span  `json:"presenting,omitempty"`
	Registering *Span  `json:"registering,omitempty"` // from arrival to the number in the book; judged when it is registered
	Notice      *Span  `json:"notice,omitempty"`      // from arrival to the confirmation to the sender
	Return      *Span  `json:"return,omitempty"`      // from a return to the giver's answer; nil: as Approval
	Decision    *Span  `json:"decision,omitempty"`    // from asking to the decision; nil: as Approval
	Rungs       []Rung `json:"rungs"`
}

// DemoLadder is the code of the ladder that rings in seconds, for showing.
const DemoLadder = "demo"

// ReturnDue is until when the giver has to answer a share returned at an instant.
func (l Ladder) ReturnDue(at time.Time, clock calendar.Clock) time.Time {
	return cmp.Or(l.Return, &l.Approval).After(at, clock).UTC()
}

// DecisionDue is until when a decision asked for at an instant has to be made.
func (l Ladder) DecisionDue(at time.Time, clock calendar.Clock) time.Time {
	return cmp.Or(l.Decision, &l.Approval).After(at, clock).UTC()
}

// Plain says whether the ladder's clock runs day and night.
func (l Ladder) Plain() bool { return l.Receipt.Plain != 0 }

// DayAndNight says whether the ladder knows no days off for the unit of a
// clock: it runs in plain time, or at once for a unit that keeps a duty roster.
func (l Ladder) DayAndNight(clock calendar.Clock) bool {
	return l.Plain() || l.Receipt.Immediate != 0 && clock.OnDuty()
}

// Terms are those that begin when a document is taken into the book: until when
// it has to be presented (zero: the ladder does not ask for it) and directed.
// The opinion's own term begins anew with the presenting.
func (l Ladder) Terms(registered time.Time, clock calendar.Clock) (present, direct time.Time) {
	if l.Presenting == nil {
		return time.Time{}, l.Direction.After(registered, clock).UTC()
	}
	present = l.Presenting.After(registered, clock).UTC()
	return present, l.Direction.After(present, clock).UTC()
}

// RegisterDue is until when a document that arrived at an instant had to be in
// the book; zero for a ladder that does not ask for it.
// NĐ 30/2020, Điều 4 khoản 2 điểm c.
func (l Ladder) RegisterDue(arrived time.Time, clock calendar.Clock) time.Time {
	if l.Registering == nil {
		return time.Time{}
	}
	return l.Registering.After(arrived, clock).UTC()
}

// NoticeDue is until when the sender of an electronic document that arrived at
// an instant has to hear that it did; zero for a ladder that does not ask for it.
// NĐ 30/2020, Điều 21 khoản 2 điểm c: the same day.
func (l Ladder) NoticeDue(arrived time.Time, clock calendar.Clock) time.Time {
	if l.Notice == nil {
		return time.Time{}
	}
	return l.Notice.After(arrived, clock).UTC()
}

// Deadline is an instant that must not pass without the act its kind names.
type Deadline struct {
	Subject      ID // the assignment, the decision, or the document itself
	AssignmentID ID // the share that it is about; empty: the document
	Kind         DeadlineKind
	UnitID       ID // who has to act, in whose working time it runs
	Since        time.Time
	Due          time.Time
}

// Alarm is a rung at an instant. (Subject, Kind, Step, Due) is its name: the
// same alarm never rings twice, a moved deadline has alarms of its own.
type Alarm struct {
	Deadline
	Step     int
	At       time.Time
	Tell     []Audience
	Channels []Medium // how they are told; see Rung
}

// Escalates says whether the alarm tells anybody beyond the unit that has to act.
func (a Alarm) Escalates() bool { return Rung{Tell: a.Tell}.Escalates() }

// ByMail says whether the alarm is worth a mail at once.
func (a Alarm) ByMail() bool {
	return slices.Contains(a.Channels, ByMail) || len(a.Channels) == 0 && a.Escalates()
}

// Clocks gives the working time of a unit.
type Clocks func(unit ID) calendar.Clock

// Deadlines are all deadlines that run in a document now: none while it is held.
func Deadlines(d Document, assignments []Assignment, decisions []Decision) []Deadline {
	if d.Held() {
		return nil
	}
	out := documentDeadlines(d)
	if d.Status != Directed && d.Status != Recalling {
		return out
	}
	shares := make(map[ID]Assignment, len(assignments))
	for _, a := range assignments {
		shares[a.ID] = a
		if d.Status == Directed {
			out = append(out, a.deadlines()...)
		}
	}
	for _, x := range decisions {
		if a := shares[x.AssignmentID]; x.Awaited(d, a) {
			// What waited while the share was reported is urged from then on.
			since := later(x.AskedAt, a.DueSince)
			out = append(out, Deadline{x.ID, x.AssignmentID, AwaitDecision, x.OwnerUnitID, since, later(x.Due, since)})
		}
	}
	return out
}

func documentDeadlines(d Document) (out []Deadline) {
	open := d.Status == Registered || d.Status == Presented || d.Status == Directed
	if open && !d.NoticeDue.IsZero() && d.NotifiedAt.IsZero() {
		// One that came late into the book is urged from then on.
		out = append(out, Deadline{d.ID, "", AwaitNotice, d.UnitID, d.Registered, later(d.NoticeDue, d.Registered)})
	}
	switch {
	case d.Status == Registered && !d.PresentDue.IsZero():
		out = append(out, Deadline{d.ID, "", AwaitPresenting, d.UnitID, d.Registered, d.PresentDue})
	case d.Status == Registered:
		out = append(out, Deadline{d.ID, "", AwaitDirection, d.UnitID, d.Registered, d.DirectDue})
	case d.Status == Presented:
		out = append(out, Deadline{d.ID, "", AwaitDirection, d.UnitID, d.PresentedAt, d.DirectDue})
	}
	return out
}

// deadlines of one share. A term that began to run again when it was over, as
// after a late send-back, is urged from that moment on: lateness is judged by
// Due all the same.
func (a Assignment) deadlines() (out []Deadline) {
	if !a.Open() || a.Held() {
		return nil
	}
	switch a.Status {
	case Sent:
		out = append(out, Deadline{a.ID, a.ID, AwaitReceipt, a.UnitID, a.SentAt, a.ReceiveDue})
	case Reported:
		return append(out, Deadline{a.ID, a.ID, AwaitApproval, a.GiverUnitID, a.ReportedAt, a.ApproveDue})
	case Returned:
		return append(out, Deadline{a.ID, a.ID, AwaitReturn, a.GiverUnitID, a.ReturnedAt, a.ReturnDue})
	}
	if a.Role.Reports() && !a.Due.IsZero() {
		since := later(a.SentAt, a.DueSince)
		out = append(out, Deadline{a.ID, a.ID, AwaitReport, a.UnitID, since, later(a.Due, since)})
	}
	return out
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Alarms reckons everything that these deadlines will ring, soonest first. A
// rung that would lie before its deadline began is left out: nobody is
// reminded a day ahead of something that was given an hour ahead.
func (l Ladder) Alarms(deadlines []Deadline, clock Clocks) []Alarm {
	var out []Alarm
	for _, d := range deadlines {
		for _, r := range l.Rungs {
			if r.Kind != d.Kind {
				continue
			}
			if at := r.When.After(d.Due, clock(d.UnitID)); at.After(d.Since) {
				out = append(out, Alarm{d, r.Step, at.UTC(), r.Tell, r.Channels})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Alarm) int { return a.At.Compare(b.At) })
	return out
}

// First returns the instant of the first alarm, zero if there is none. An alarm
// that is overdue itself comes first: it has to ring at once.
func First(alarms []Alarm) time.Time {
	if len(alarms) == 0 {
		return time.Time{}
	}
	return alarms[0].At
}

// Tells says who a rung tells, nobody if the ladder has no such rung.
func (l Ladder) Tells(kind DeadlineKind, step int) []Audience { return l.rung(kind, step).Tell }

func (l Ladder) rung(kind DeadlineKind, step int) Rung {
	for _, r := range l.Rungs {
		if r.Kind == kind && r.Step == step {
			return r
		}
	}
	return Rung{}
}

// Unrung leaves out the alarms that have rung.
func Unrung(alarms, rung []Alarm) []Alarm {
	type name struct {
		subject ID
		kind    DeadlineKind
		step    int
		due     int64
	}
	nameOf := func(a Alarm) name { return name{a.Subject, a.Kind, a.Step, a.Due.UnixMicro()} }
	seen := make(map[name]bool, len(rung))
	for _, a := range rung {
		seen[nameOf(a)] = true
	}
	return slices.DeleteFunc(slices.Clone(alarms), func(a Alarm) bool { return seen[nameOf(a)] })
}
