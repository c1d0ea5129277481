package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// scope is whose shares are counted for an actor: to leaders and clerk those of
// the documents in the book of their unit, and what the unit holds and gave; to
// the chief of the office those of the book above; to an inspector those of the
// books of his organ. Everybody else is told nothing: routing.ErrNotAllowed.
func scope(actor routing.Actor) (postgres.Scope, error) {
	switch {
	case actor.Office == routing.Inspector && actor.Oversees(actor.UnitID):
		return postgres.Scope{Books: actor.Units()}, nil
	case actor.Office == routing.Chief && actor.AboveID != "" && actor.Oversees(actor.AboveID):
		return postgres.Scope{Books: []routing.ID{actor.AboveID}}, nil
	case actor.Oversees(actor.UnitID):
		return postgres.Scope{Books: []routing.ID{actor.UnitID}, Unit: actor.UnitID}, nil
	}
	return postgres.Scope{}, routing.ErrNotAllowed
}

// UnitCount is a number of assignments of one unit.
type UnitCount struct {
	Unit  postgres.Unit
	Count int
}

// OverdueByUnit counts what is late in the actor's scope, by the unit that holds
// it, the most first. An officer is told of his unit, an administrator of nothing.
func (d *Desk) OverdueByUnit(ctx context.Context, actor routing.Actor) ([]UnitCount, error) {
	of, err := scope(actor)
	own := err != nil
	if own && !actor.MayList() {
		return []UnitCount{}, nil
	}
	if own {
		of = postgres.Scope{Books: []routing.ID{actor.UnitID}, Unit: actor.UnitID}
	}
	now := d.now()
	counts, err := d.record.OverdueByUnit(ctx, of, now)
	if err != nil {
		return nil, err
	}
	if own {
		counts = slices.DeleteFunc(counts, func(c postgres.UnitCount) bool { return c.UnitID != actor.UnitID })
	}
	ids := make([]routing.ID, len(counts))
	for i, c := range counts {
		ids[i] = c.UnitID
	}
	units, err := d.record.UnitsByID(ctx, today(now), ids)
	out := make([]UnitCount, len(counts))
	for i, c := range counts {
		if out[i] = (UnitCount{units[c.UnitID], c.Count}); out[i].Unit.ID == "" {
			out[i].Unit.ID = c.UnitID // it is no more
		}
	}
	return out, err
}

// unitsByID are the units as they are called on the day of an instant.
func (d *Desk) unitsByID(ctx context.Context, t time.Time) (map[routing.ID]postgres.Unit, error) {
	units, err := d.record.Units(ctx, today(t))
	named := make(map[routing.ID]postgres.Unit, len(units))
	for _, u := range units {
		named[u.ID] = u
	}
	return named, err
}

// unitsOn finds units among these; one that is no more has its id alone.
func (d *Desk) unitsOn(ctx context.Context, t time.Time) (func(routing.ID) postgres.Unit, error) {
	named, err := d.unitsByID(ctx, t)
	return func(id routing.ID) postgres.Unit {
		if u, known := named[id]; known {
			return u
		}
		return postgres.Unit{ID: id}
	}, err
}

// horizons are the ends of today, of this week and of this month in Vietnam.
func horizons(now time.Time) postgres.Horizons {
	day := calendar.DateOf(now)
	year, month, _ := day.Civil()
	week := day.Plus((7-int(day.Weekday()))%7 + 1)
	return postgres.Horizons{Now: now, Today: day.Plus(1).Begins().UTC(), Week: week.Begins().UTC(),
		Month: time.Date(year, month+1, 1, 0, 0, 0, 0, calendar.Location).UTC()}
}

// Tallies counts what is open in the actor's scope, by unit and state, by field
// and by urgency.
func (d *Desk) Tallies(ctx context.Context, actor routing.Actor, n postgres.Narrow) ([]postgres.Tally, error) {
	of, err := scope(actor)
	if err != nil {
		return nil, err
	}
	return d.record.Tallies(ctx, of, n, horizons(d.now()))
}

// UnitSummary is a line of the summary of results.
type UnitSummary struct {
	Unit postgres.Unit // as it is called at the end of the period
	routing.Summary
}

// Summaries is the summary of the results of a period (VBDEN07) in the actor's
// scope: for each unit with work in it, in the order of the organisation, how much
// of it stands where, as of the end of the period or now.
func (d *Desk) Summaries(ctx context.Context, actor routing.Actor, n postgres.Narrow, p routing.Period) ([]UnitSummary, error) {
	of, err := scope(actor)
	if err != nil {
		return nil, err
	}
	now := d.now()
	rows, err := d.record.Summaries(ctx, of, n, p, now)
	if err != nil {
		return nil, err
	}
	units, err := d.record.Units(ctx, today(p.Reckoned(now)))
	if err != nil {
		return nil, err
	}
	place := make(map[routing.ID]int, len(units))
	for i, u := range units {
		place[u.ID] = i + 1
	}
	out := make([]UnitSummary, len(rows))
	for i, r := range rows {
		out[i] = UnitSummary{Unit: postgres.Unit{ID: r.UnitID}, Summary: r}
		if at := place[r.UnitID]; at > 0 {
			out[i].Unit = units[at-1]
		}
	}
	slices.SortFunc(out, func(a, b UnitSummary) int {
		if x, y := place[a.UnitID], place[b.UnitID]; x != y && x*y > 0 {
			return x - y
		} else if x != y {
			return y - x // those that are no more come last
		}
		return strings.Compare(string(a.UnitID), string(b.UnitID))
	})
	return out, nil
}
