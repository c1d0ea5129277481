package desk

import (
	"context"
	"slices"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// How much the sheet of a unit looks back and shows.
const (
	sheetMonths = 12             // of finished work, the present one included
	PaceDays    = 90             // of how long things take
	PaceShares  = 2000           // at most
	sheetLists  = 10             // worst documents, next deadlines
	sheetLooked = 4 * sheetLists // shares, to find so many documents
	aDay        = 24 * time.Hour
)

// UnitSheet is how a unit stands, as far as it lies in the scope of who asks.
type UnitSheet struct {
	At      time.Time
	Unit    postgres.Unit
	Counts  Counts
	Months  []postgres.Month       // twelve, the present one last
	Receipt Pace                   // from sent to received
	Finish  Pace                   // from sent to the report, held or not
	Worst   []postgres.FigureEntry // late the longest, a document once
	Next    []postgres.FigureEntry // whose deadline passes next
}

// Pace is how long something typically takes, in the working time of the unit.
type Pace struct {
	Shares      int // measured, or documents; 0: none, and the rest is nothing
	Median, P90 time.Duration
}

// UnitSheet shows how a unit stands. Of a unit that is neither the actor's own nor
// right below what he oversees, and that has had nothing of his scope for twelve
// months, he is told routing.ErrNotFound.
func (d *Desk) UnitSheet(ctx context.Context, actor routing.Actor, id routing.ID) (UnitSheet, error) {
	of, err := scope(actor)
	if err != nil {
		return UnitSheet{}, err
	}
	if !validID(id) {
		return UnitSheet{}, routing.ErrNotFound
	}
	now := d.now()
	s := UnitSheet{At: now}
	months := monthsUntil(now)
	if s.Unit, err = d.sheetUnit(ctx, actor, of, id, months[0]); err != nil {
		return UnitSheet{}, err
	}
	narrow := postgres.Narrow{Unit: id}
	tallies, err := d.record.Tallies(ctx, of, narrow, horizons(now))
	if err != nil {
		return UnitSheet{}, err
	}
	for _, t := range tallies {
		if t.UnitID == id {
			s.Counts.add(t)
		}
	}
	known, err := d.record.Monthly(ctx, of, id, months[0])
	if err != nil {
		return UnitSheet{}, err
	}
	for _, begins := range months {
		m := postgres.Month{Begins: begins}
		if i := slices.IndexFunc(known, func(k postgres.Month) bool { return k.Begins.Equal(begins) }); i >= 0 {
			m = known[i]
		}
		s.Months = append(s.Months, m)
	}
	if err := d.paces(ctx, of, &s); err != nil {
		return UnitSheet{}, err
	}
	q := postgres.FigurePage{By: actor, Scope: of, Narrow: narrow, At: horizons(now), Figure: postgres.FigureLate, Limit: sheetLooked}
	if s.Worst, err = d.record.FigureList(ctx, q); err != nil {
		return UnitSheet{}, err
	}
	s.Worst = firstOfEach(s.Worst)
	s.Worst = s.Worst[:min(len(s.Worst), sheetLists)]
	q.Figure, q.Limit = postgres.FigureAhead, sheetLists
	s.Next, err = d.record.FigureList(ctx, q)
	return s, err
}

// firstOfEach leaves of the shares of a document the first.
func firstOfEach(list []postgres.FigureEntry) []postgres.FigureEntry {
	seen := map[routing.ID]bool{}
	return slices.DeleteFunc(list, func(e postgres.FigureEntry) bool {
		again := seen[e.DocumentID]
		seen[e.DocumentID] = true
		return again
	})
}

// sheetUnit finds a unit whose sheet the actor may look at.
func (d *Desk) sheetUnit(ctx context.Context, actor routing.Actor, of postgres.Scope, id routing.ID, since time.Time) (postgres.Unit, error) {
	named, err := d.unitsOn(ctx, d.now())
	if err != nil {
		return postgres.Unit{}, err
	}
	unit := named(id)
	if id == actor.UnitID || unit.ParentID != "" && slices.Contains(of.Books, unit.ParentID) {
		return unit, nil
	}
	had, err := d.record.HasHad(ctx, of, id, since)
	if err == nil && !had {
		err = routing.ErrNotFound
	}
	return unit, err
}

// paces measures how long the unit of a sheet typically takes.
func (d *Desk) paces(ctx context.Context, of postgres.Scope, s *UnitSheet) error {
	measured, err := d.record.Paces(ctx, of, s.Unit.ID, s.At.Add(-PaceDays*aDay), PaceShares)
	if err != nil {
		return err
	}
	clocks, err := d.record.Clocks(ctx)
	if err != nil {
		return err
	}
	clock := clocks(s.Unit.ID)
	var receipts, finishes []time.Duration
	for _, p := range measured {
		if !p.ReceivedAt.IsZero() {
			receipts = append(receipts, clock.Between(p.SentAt, p.ReceivedAt))
		}
		finishes = append(finishes, clock.Between(p.SentAt, p.FinishedAt))
	}
	s.Receipt, s.Finish = paceOf(receipts), paceOf(finishes)
	return nil
}

// paceOf takes of each the least that half, and nine in ten, do not exceed.
func paceOf(all []time.Duration) Pace {
	if len(all) == 0 {
		return Pace{}
	}
	slices.Sort(all)
	at := func(percent int) time.Duration { return all[(len(all)*percent+99)/100-1] }
	return Pace{len(all), at(50), at(90)}
}

// monthsUntil are the first instants of the twelve Vietnamese months that end with
// that of an instant.
func monthsUntil(now time.Time) (out []time.Time) {
	year, month, _ := calendar.DateOf(now).Civil()
	for i := sheetMonths - 1; i >= 0; i-- {
		out = append(out, time.Date(year, month-time.Month(i), 1, 0, 0, 0, 0, calendar.Location).UTC())
	}
	return out
}
