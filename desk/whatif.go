package desk

import (
	"context"
	"errors"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// Target is what a direction is given out of: a document, or an assignment of one.
type Target struct {
	DocumentID   routing.ID // empty if AssignmentID is named
	AssignmentID routing.ID
}

// Draft is a direction that is not given yet.
type Draft struct {
	Text, Process, Result string
	Recipients            []DraftRecipient
}

// DraftRecipient is a recipient with a due instant, or a number of working days
// from now in his unit's own working time.
type DraftRecipient struct {
	routing.Recipient
	Days int // 0: Due stands
}

// Forecast is what would become of a draft.
type Forecast struct {
	Recipients []Expected
	Refused    *routing.Error // of the direction as a whole; nil: it would be taken
	Summary    string         // a sentence about the load on the due days
}

// Expected is what a draft means for one recipient.
type Expected struct {
	Recipient  routing.Recipient // with the due instant that was reckoned
	Unit       postgres.Unit
	ReceiveDue time.Time     // of the receipt, were it dispatched now
	Left       time.Duration // working time from now to the due instant
	DaysOff    []DayOff      // that lie in the term, 62 at most
	Open       int           // shares that wait at the recipient
	DueThatDay int           // of them those that are due on the same day
	Warnings   []routing.Warning
	Refused    *routing.Error // nil: this recipient would be taken
	strange    bool           // the giver cannot lay work on it at all
}

// DayOff is a day on which the recipient does not work, and why.
type DayOff struct {
	Date   calendar.Date
	Reason string
}

const (
	mostDaysOff   = 62
	mostDraftDays = 3650
)

// WhatIf says what a direction would mean for each recipient before it is given:
// deadlines, days off, absences (as warnings), load, and what would be refused,
// each on its own. Nothing is written. Whoever may give the direction may ask;
// what he may not see does not exist for him.
func (d *Desk) WhatIf(ctx context.Context, actor routing.Actor, target Target, draft Draft) (Forecast, error) {
	doc, parent, standing, err := d.draftTarget(ctx, actor, target)
	if err != nil {
		return Forecast{}, err
	}
	ladder, err := d.record.Ladder(ctx, doc.Ladder, doc.LadderVersion)
	if err != nil {
		return Forecast{}, err
	}
	clocks, err := d.record.Clocks(ctx)
	if err != nil {
		return Forecast{}, err
	}
	w := whatIf{desk: d, giver: actor.UnitID, now: d.now(), ladder: ladder, clocks: clocks}
	for _, r := range draft.Recipients {
		w.expect(r)
	}
	if err := w.reach(ctx); err != nil {
		return Forecast{}, err
	}
	if err := w.weigh(ctx, doc, parent); err != nil {
		return Forecast{}, err
	}
	f := Forecast{Recipients: w.out, Refused: standing, Summary: loadSentence(w.out)}
	direction := routing.Direction{Text: draft.Text, Process: draft.Process, Result: draft.Result}
	for _, x := range w.out {
		direction.Recipients = append(direction.Recipients, x.Recipient)
	}
	if f.Refused == nil {
		f.Refused = refusalIn(direction.Check(actor.UnitID, target.AssignmentID != ""))
	}
	return f, nil
}

// draftTarget finds what the draft is about. Whether its state lets it be
// directed at all is part of the forecast.
func (d *Desk) draftTarget(ctx context.Context, actor routing.Actor, target Target) (doc routing.Document, parent routing.Assignment, standing *routing.Error, err error) {
	if target.AssignmentID == "" {
		doc, _, _, err = d.document(ctx, actor, target.DocumentID)
		if err == nil && !actor.MayDirect(doc) {
			err = routing.ErrNotAllowed
		}
		_, refusal := doc.Status.Next(routing.ActDirect)
		return doc, parent, refusalIn(refusal), err
	}
	doc, _, parent, err = d.assignment(ctx, actor, target.AssignmentID)
	if err == nil && (!actor.MayDo(routing.ActDirect, parent) || !parent.Role.Reports()) {
		err = routing.ErrNotAllowed
	}
	_, refusal := parent.Next(routing.ActDirect)
	if doc.Status != routing.Directed {
		refusal = closedError(doc)
	}
	return doc, parent, refusalIn(refusal), err
}

func refusalIn(err error) *routing.Error {
	var refusal *routing.Error
	errors.As(err, &refusal)
	return refusal
}

// whatIf is a forecast in the making.
type whatIf struct {
	desk   *Desk
	giver  routing.ID
	now    time.Time
	ladder routing.Ladder
	clocks routing.Clocks
	out    []Expected
}

// expect reckons the deadlines of one recipient.
func (w *whatIf) expect(r DraftRecipient) {
	clock := w.clocks(r.UnitID)
	x := Expected{Recipient: r.Recipient, ReceiveDue: w.ladder.Receipt.After(w.now, clock).UTC()}
	keeps := r.UnitID == w.giver && r.PositionID == "" // the unit itself, which keeps its share and its term
	switch {
	case r.Days != 0 && (!r.Due.IsZero() || r.Days < 0 || r.Role == routing.Inform):
		x.Refused = routing.ErrField.With("fields", map[string]string{"days": "chỉ ghi số ngày làm việc (từ 1) hoặc thời hạn; nơi nhận để biết không có thời hạn"})
	case r.Days > mostDraftDays:
		x.Refused = routing.ErrDueFar
	case r.Days > 0:
		x.Recipient.Due = clock.AddDays(w.now, r.Days).UTC()
		fallthrough
	default:
		if !keeps {
			x.Refused = refusalIn(x.Recipient.CheckDue(w.now, x.ReceiveDue, clock, w.ladder.DayAndNight(clock)))
		}
	}
	if x.reckoned(w.now) {
		x.Left, x.DaysOff = clock.Between(w.now, x.Recipient.Due), daysOff(clock, w.now, x.Recipient.Due)
	}
	w.out = append(w.out, x)
}

// daysOff are the days between two instants, the last one included, on which
// nobody works.
func daysOff(clock calendar.Clock, from, to time.Time) (days []DayOff) {
	for day, last := calendar.DateOf(from).Plus(1), calendar.DateOf(to); !last.Before(day) && len(days) < mostDaysOff; day = day.Plus(1) {
		if !clock.IsWorkday(day) {
			days = append(days, DayOff{day, clock.Calendar().Reason(day)})
		}
	}
	return days
}

// reach refuses recipients whom the giver cannot lay work on, each on its own.
func (w *whatIf) reach(ctx context.Context) error {
	var sound []routing.Recipient
	for i := range w.out {
		r := &w.out[i]
		if !validID(r.Recipient.UnitID) || r.Recipient.PositionID != "" && !validID(r.Recipient.PositionID) {
			r.Refused = routing.ErrUnit.With("unit", string(r.Recipient.UnitID))
			continue
		}
		sound = append(sound, r.Recipient)
	}
	known, officers, err := w.desk.known(ctx, w.giver, sound, w.now)
	if err != nil {
		return err
	}
	for i := range w.out {
		x := &w.out[i]
		x.Unit = known[x.Recipient.UnitID]
		if x.Recipient.UnitID == w.giver && x.Recipient.PositionID == "" {
			continue // it keeps what it has; whether it may, the direction as a whole says
		}
		err := reaches(w.giver, x.Recipient, known, officers)
		if err == nil && x.Recipient.PositionID != "" && x.Recipient.UnitID != w.giver {
			err = nameUnit(routing.ErrSideways, x.Unit.Name) // another unit's officer
		}
		if err != nil {
			x.Refused, x.strange = refusalIn(err), true
		} else if x.Refused != nil {
			x.Refused = x.Refused.With("unitName", x.Unit.Name)
		}
	}
	return nil
}

// weigh adds the load and the warnings of those who exist.
func (w *whatIf) weigh(ctx context.Context, doc routing.Document, parent routing.Assignment) error {
	var asked []postgres.LoadAsked
	var places []int
	var units []routing.Recipient
	for i, x := range w.out {
		if x.Unit.ID == "" || x.strange {
			continue // how much waits there is not the giver's to know
		}
		day := postgres.LoadAsked{UnitID: x.Recipient.UnitID, PositionID: x.Recipient.PositionID, From: w.now, To: w.now}
		if x.reckoned(w.now) {
			day.From, day.To = dayOf(x.Recipient.Due)
		}
		asked, places = append(asked, day), append(places, i)
		if x.Recipient.PositionID == "" {
			units = append(units, x.Recipient)
		}
	}
	loads, err := w.desk.record.Loads(ctx, asked)
	if err != nil {
		return err
	}
	all, err := w.desk.warnings(ctx, doc, parent, units)
	if err != nil {
		return err
	}
	byUnit := map[routing.ID][]routing.Warning{}
	for _, warning := range all {
		byUnit[warning.UnitID] = append(byUnit[warning.UnitID], warning)
	}
	for n, i := range places {
		x := &w.out[i]
		x.Open, x.DueThatDay, x.Warnings = loads[n].Open, loads[n].DueThen, byUnit[x.Recipient.UnitID]
		if x.Recipient.PositionID == "" {
			continue
		}
		if x.Warnings, err = w.desk.warnings(ctx, doc, parent, []routing.Recipient{x.Recipient}); err != nil {
			return err
		}
	}
	return nil
}

// reckoned says whether the due instant lies where a deadline can.
func (x Expected) reckoned(now time.Time) bool {
	return x.Recipient.Due.After(now) && x.Recipient.Due.Before(now.AddDate(11, 0, 0))
}
