package desk

import (
	"context"
	"fmt"
	"sync/atomic"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// Organisation is the chart with who holds which position, for those who
// administer it, and the day that it is read on.
type Organisation struct {
	Chart   routing.Chart
	Holders []postgres.Holder
}

// Organisation shows all units and positions with what they were, are and will
// be, and who holds them: to the administrators and the inspector.
func (d *Desk) Organisation(ctx context.Context, actor routing.Actor) (o Organisation, err error) {
	if !actor.MaySeeOrganisation() {
		return o, routing.ErrNotAllowed
	}
	if o.Chart, err = d.record.Chart(ctx); err == nil {
		o.Holders, err = d.record.Holders(ctx)
	}
	return o, err
}

// FoundUnit makes a unit from a day on, today or later.
func (d *Desk) FoundUnit(ctx context.Context, actor routing.Actor, kind routing.UnitKind, from calendar.Date, facts routing.UnitFacts, req routing.Request) (routing.ChartUnit, error) {
	id := idOf(actor, req)
	err := d.organise(ctx, actor, routing.EntryUnitFounded, unitSubject(id), "", req, func(c routing.Chart) (routing.Chart, error) {
		return c.With(routing.Chart{Units: []routing.ChartUnit{{ID: id, Kind: kind, Versions: []routing.Version[routing.UnitFacts]{{From: from, Is: facts}}}}}), nil
	})
	return d.chartUnit(ctx, id, err)
}

// ChangeUnit lets a unit be called or belong otherwise from a day on, today or
// later. What was planned from the same day is replaced.
func (d *Desk) ChangeUnit(ctx context.Context, actor routing.Actor, id routing.ID, from calendar.Date, facts routing.UnitFacts, req routing.Request) (routing.ChartUnit, error) {
	err := d.organise(ctx, actor, routing.EntryUnitChanged, unitSubject(id), "", req, func(c routing.Chart) (routing.Chart, error) {
		return c.ChangeUnit(id, from, facts)
	})
	return d.chartUnit(ctx, id, err)
}

// EndUnit ends a unit, and the positions in it, on a day: the first on which it
// no longer is. While it has open work, those who carry on have to be named, on a
// written basis; the work goes to them by an act of its own, [Desk.HandOverUnit].
func (d *Desk) EndUnit(ctx context.Context, actor routing.Actor, id routing.ID, day calendar.Date, successors []routing.ID, basis string, req routing.Request) (routing.ChartUnit, error) {
	if err := checkReason(basis); err != nil {
		return routing.ChartUnit{}, err
	}
	err := d.organise(ctx, actor, routing.EntryUnitEnded, unitSubject(id), basis, req, func(c routing.Chart) (routing.Chart, error) {
		return c.EndUnit(id, day, successors, basis)
	})
	return d.chartUnit(ctx, id, err)
}

// CreatePosition makes a position from a day on, today or later.
func (d *Desk) CreatePosition(ctx context.Context, actor routing.Actor, code string, from calendar.Date, facts routing.PositionFacts, req routing.Request) (routing.ChartPosition, error) {
	id := idOf(actor, req)
	err := d.organise(ctx, actor, routing.EntryPositionCreated, positionSubject(id), "", req, func(c routing.Chart) (routing.Chart, error) {
		p := routing.ChartPosition{ID: id, Code: code, Versions: []routing.Version[routing.PositionFacts]{{From: from, Is: facts}}}
		return routing.Chart{Units: c.Units, Successors: c.Successors, Positions: append(c.Positions[:len(c.Positions):len(c.Positions)], p)}, nil
	})
	return d.chartPosition(ctx, id, err)
}

// ChangePosition lets a position be called otherwise, be another office or belong
// to another unit from a day on. One that moves may have no open work.
func (d *Desk) ChangePosition(ctx context.Context, actor routing.Actor, id routing.ID, from calendar.Date, facts routing.PositionFacts, req routing.Request) (routing.ChartPosition, error) {
	err := d.organise(ctx, actor, routing.EntryPositionChanged, positionSubject(id), "", req, func(c routing.Chart) (routing.Chart, error) {
		return c.ChangePosition(id, from, facts)
	})
	return d.chartPosition(ctx, id, err)
}

// EndPosition ends a position that has no open work, on a day.
func (d *Desk) EndPosition(ctx context.Context, actor routing.Actor, id routing.ID, day calendar.Date, req routing.Request) (routing.ChartPosition, error) {
	err := d.organise(ctx, actor, routing.EntryPositionEnded, positionSubject(id), "", req, func(c routing.Chart) (routing.Chart, error) {
		return c.EndPosition(id, day)
	})
	return d.chartPosition(ctx, id, err)
}

func unitSubject(id routing.ID) routing.Subject {
	return routing.Subject{Kind: routing.SubjectUnit, ID: string(id)}
}

func positionSubject(id routing.ID) routing.Subject {
	return routing.Subject{Kind: routing.SubjectPosition, ID: string(id)}
}

// organise carries out a change of the organisation that no rule refuses.
func (d *Desk) organise(ctx context.Context, actor routing.Actor, kind routing.EntryKind, subject routing.Subject, basis string, req routing.Request, change func(routing.Chart) (routing.Chart, error)) error {
	switch {
	case !actor.MayOrganise():
		return routing.ErrNotAllowed
	case subject.ID != "" && !validID(routing.ID(subject.ID)):
		return routing.ErrNotFound
	}
	_, err := d.reorganise(ctx, actor, "organisation-changed", subject, map[string]any{"what": kind, "basis": basis}, req, change)
	return err
}

func (d *Desk) reorganise(ctx context.Context, actor routing.Actor, kind routing.EntryKind, subject routing.Subject, details map[string]any, req routing.Request, change func(routing.Chart) (routing.Chart, error)) ([]routing.ChartChange, error) {
	e := d.entryOf(actor, kind, subject)
	e.Details = details
	day := calendar.DateOf(e.At)
	return d.record.Reorganise(ctx, postgres.Reorganisation{Entry: e, Request: req, Today: day,
		Change: func(before routing.Chart, busy postgres.Busy) (routing.Chart, error) {
			after, err := change(before)
			if err != nil {
				return after, err
			}
			faults, err := judge(actor, before, after, day, busy)
			if err == nil && len(faults) > 0 {
				err = faults[0]
			}
			return after, err
		}})
}

// judge lists all that speaks against a change of the organisation. What was
// wrong before is nobody's fault now.
func judge(actor routing.Actor, before, after routing.Chart, day calendar.Date, busy postgres.Busy) ([]*routing.Error, error) {
	known := map[string]bool{}
	for _, e := range before.Faults() {
		known[e.Error()] = true
	}
	var faults []*routing.Error
	faults = append(faults, actor.ChangeFaults(before, after, day)...)
	faults = append(faults, routing.PastFaults(before, after, day)...)
	for _, e := range after.Faults() {
		if !known[e.Error()] {
			faults = append(faults, e)
		}
	}
	units, positions := routing.MustBeIdle(before, after)
	if len(units)+len(positions) == 0 {
		return faults, nil
	}
	open, err := busy(units, positions)
	for _, id := range open {
		faults = append(faults, routing.ErrWorkOpen.With("subject", string(id)))
	}
	return faults, err
}

func (d *Desk) chartUnit(ctx context.Context, id routing.ID, err error) (routing.ChartUnit, error) {
	if err != nil {
		return routing.ChartUnit{}, err
	}
	c, err := d.record.Chart(ctx)
	if err != nil {
		return routing.ChartUnit{}, err
	}
	u, ok := c.Unit(id)
	if !ok {
		return u, routing.ErrNotFound
	}
	return u, nil
}

func (d *Desk) chartPosition(ctx context.Context, id routing.ID, err error) (routing.ChartPosition, error) {
	if err != nil {
		return routing.ChartPosition{}, err
	}
	c, err := d.record.Chart(ctx)
	if err != nil {
		return routing.ChartPosition{}, err
	}
	p, ok := c.Position(id)
	if !ok {
		return p, routing.ErrNotFound
	}
	return p, nil
}

// daybreak remembers the day that positions and accounts are in step with.
type daybreak struct {
	day  atomic.Pointer[string] // nil: none yet
	turn chan struct{}          // of the one who puts them in step
}

func newDaybreak() *daybreak { return &daybreak{turn: make(chan struct{}, 1)} }

func (b *daybreak) was(day string) bool {
	last := b.day.Load()
	return last != nil && *last == day
}

// BreakDay puts positions in step with the day if it is a new one: what was
// planned for it holds from the first question of the day on, whoever asks. On
// every other question it compares two dates. One does so while the others wait,
// each no longer than he has time.
func (d *Desk) BreakDay(ctx context.Context) error {
	day := today(d.now())
	if d.daybreak.was(day) {
		return nil
	}
	select {
	case d.daybreak.turn <- struct{}{}:
		defer func() { <-d.daybreak.turn }()
	case <-ctx.Done():
		return fmt.Errorf("desk: wait for the day to break: %w (%w)", postgres.ErrUnavailable, ctx.Err())
	}
	if d.daybreak.was(day) {
		return nil
	}
	if err := d.record.Settle(ctx, day); err != nil {
		return err
	}
	d.daybreak.day.Store(&day)
	return nil
}

// Appoint lets an account hold a position from a day on, today or later, in place
// of the one that it holds then. An empty position: none. Nobody appoints himself.
func (d *Desk) Appoint(ctx context.Context, actor routing.Actor, username string, position routing.ID, from calendar.Date, basis string, req routing.Request) error {
	if !actor.MayOrganise() {
		return routing.ErrNotAllowed
	}
	if err := checkReason(basis); err != nil {
		return err
	}
	if position != "" && !validID(position) {
		return routing.ErrNotFound
	}
	e := d.entryOf(actor, "appointed", routing.Subject{Kind: routing.SubjectAccount})
	day := calendar.DateOf(e.At)
	return d.record.Appoint(ctx, postgres.Appointment{Entry: e, Request: req, Today: day, Username: username, PositionID: position, From: from, Basis: basis,
		Check: func(c routing.Chart, account routing.ID, holders []postgres.Holder) error {
			return checkAppointment(actor, c, account, position, from, day, holders)
		}})
}

// checkAppointment refuses what is not the actor's to give, or not free.
func checkAppointment(actor routing.Actor, c routing.Chart, account, position routing.ID, from, day calendar.Date, holders []postgres.Holder) error {
	reaches := func(id routing.ID) (routing.PositionFacts, bool) {
		p, ok := c.Position(id)
		facts, lives := p.On(from)
		return facts, ok && lives
	}
	switch {
	case account == actor.AccountID:
		return routing.ErrOwnRights
	case from.Before(day):
		return routing.ErrPast
	}
	for _, h := range holders {
		ahead := h.To.IsZero() || from.Before(h.To)
		if h.AccountID == account && ahead {
			if was, ok := reaches(h.PositionID); ok && !actor.Administers(c, was.UnitID, day) {
				return routing.ErrNotAllowed
			}
		}
		if h.PositionID == position && position != "" && h.AccountID != account && ahead {
			return routing.ErrHeld
		}
	}
	if position == "" {
		return nil
	}
	facts, lives := reaches(position)
	switch {
	case !lives:
		return routing.ErrPositionUnit.Saying("Chức vụ này không tồn tại vào ngày %s.", from)
	case !actor.Administers(c, facts.UnitID, day):
		return routing.ErrNotAllowed
	}
	return nil
}

// Books shows how the books of the units stand: the highest number of each. To
// the administrators and the inspector; nobody sets a number.
func (d *Desk) Books(ctx context.Context, actor routing.Actor) ([]postgres.Book, error) {
	if !actor.MaySeeOrganisation() {
		return nil, routing.ErrNotAllowed
	}
	books, err := d.record.Books(ctx)
	if err != nil {
		return nil, err
	}
	c, err := d.record.Chart(ctx)
	if err != nil {
		return nil, err
	}
	var seen []postgres.Book
	for _, b := range books {
		if actor.IsAbove(c, b.UnitID, calendar.DateOf(d.now())) {
			seen = append(seen, b)
		}
	}
	return seen, nil
}

// On is the organisation of one day.
func (o Organisation) On(day calendar.Date) Organisation {
	out := Organisation{Chart: o.Chart.Only(day)}
	for _, h := range o.Holders {
		if !day.Before(h.From) && (h.To.IsZero() || day.Before(h.To)) {
			out.Holders = append(out.Holders, h)
		}
	}
	return out
}

// TakeOut is Organisation for a file that leaves the system, with its entry.
func (d *Desk) TakeOut(ctx context.Context, actor routing.Actor, name string) (Organisation, error) {
	o, err := d.Organisation(ctx, actor)
	if err != nil {
		return o, err
	}
	e := d.entryOf(actor, routing.EntryExported, routing.Subject{Kind: routing.SubjectUnit})
	e.UnitID, e.Details = "", map[string]any{"what": name}
	return o, d.record.Note(ctx, e)
}
