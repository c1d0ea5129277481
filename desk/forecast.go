package desk

import (
	"context"
	"slices"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// Outlook is what becomes late if nothing happens.
type Outlook struct {
	Days  []OutlookDay
	Units []OutlookUnit // that have something, in the order of the organisation
	Total int
	// Holidays are the days off by notice in the two months ahead, and the Saturdays
	// or Sundays worked instead.
	Holidays []Holiday
}

// OutlookDay is a day of the outlook.
type OutlookDay struct {
	Day    calendar.Date
	Off    bool
	Reason string // of a day off
	Count  int    // what becomes late at all units
}

// OutlookUnit is a line of the outlook.
type OutlookUnit struct {
	Unit  postgres.Unit
	Cells []OutlookCell // one for each day
	Count int
}

// OutlookCell is what becomes late at a unit on a day.
type OutlookCell struct {
	Count int
	Off   bool     // the unit does not work that day
	Away  []string // titles of who is away that day
}

// Holiday is a day that differs from the week, with what is due from it until the
// end of the next working day: it comes together there.
type Holiday struct {
	Day    calendar.Date
	Worked bool // a day of the weekend that is worked
	Reason string
	Next   calendar.Date // the next working day; zero: of one that is worked
	Count  int           // what becomes late from the day before it until the next working day ends
}

const (
	outlookDays  = 14 // working days
	holidayReach = 60
)

// Outlook tells what becomes late on each of the next 14 working days, and the days
// off between them, in the actor's scope, by unit: shares whose deadline to be
// received, or reported, lies there.
func (d *Desk) Outlook(ctx context.Context, actor routing.Actor) (out Outlook, err error) {
	of, err := scope(actor)
	if err != nil {
		return out, err
	}
	now := d.now()
	clocks, err := d.record.Clocks(ctx)
	if err != nil {
		return out, err
	}
	own := clocks(actor.UnitID)
	first := calendar.DateOf(now)
	last := first
	for day, n := first, 0; n < outlookDays; day = day.Plus(1) {
		off := !own.IsWorkday(day)
		out.Days = append(out.Days, OutlookDay{Day: day, Off: off, Reason: own.Calendar().Reason(day)})
		if last = day; !off {
			n++
		}
	}
	reach := last
	if far := first.Plus(holidayReach); far.Compare(reach) > 0 {
		reach = far
	}
	counts, err := d.record.DueByDay(ctx, of, now, reach.Plus(1).Begins().UTC())
	if err != nil {
		return out, err
	}
	byDay := map[string]int{}
	for _, c := range counts {
		byDay[c.Day] += c.Count
	}
	if out.Holidays, err = d.holidays(ctx, own, first, byDay); err != nil {
		return out, err
	}
	return out, d.outlookUnits(ctx, &out, counts, clocks)
}

// holidays are the days ahead that differ from the week.
func (d *Desk) holidays(ctx context.Context, own calendar.Clock, first calendar.Date, byDay map[string]int) (out []Holiday, err error) {
	_, days, err := d.record.Calendar(ctx)
	for _, x := range days {
		if x.Date.Before(first) || x.Date.Compare(first.Plus(holidayReach)) > 0 {
			continue
		}
		h := Holiday{Day: x.Date, Worked: own.IsWorkday(x.Date), Reason: x.Reason}
		if h.Worked {
			h.Count = byDay[x.Date.String()]
		} else {
			h.Next = own.Calendar().NextWorkday(x.Date)
			for day := x.Date; !h.Next.Before(day); day = day.Plus(1) {
				h.Count += byDay[day.String()]
			}
		}
		out = append(out, h)
	}
	return out, err
}

// outlookUnits are the lines, with who is away.
func (d *Desk) outlookUnits(ctx context.Context, out *Outlook, counts []postgres.UnitDay, clocks routing.Clocks) error {
	place := map[string]int{}
	for i, day := range out.Days {
		place[day.Day.String()] = i
	}
	lines := map[routing.ID]*OutlookUnit{}
	for _, c := range counts {
		i, shown := place[c.Day]
		if !shown {
			continue
		}
		if lines[c.UnitID] == nil {
			lines[c.UnitID] = &OutlookUnit{Unit: postgres.Unit{ID: c.UnitID}, Cells: make([]OutlookCell, len(out.Days))}
		}
		u := lines[c.UnitID]
		u.Cells[i].Count += c.Count
		u.Count += c.Count
		out.Days[i].Count += c.Count
		out.Total += c.Count
	}
	units, err := d.record.Units(ctx, out.Days[0].Day.String())
	if err != nil {
		return err
	}
	var ids []routing.ID
	for _, u := range units {
		if line := lines[u.ID]; line != nil {
			line.Unit, ids = u, append(ids, u.ID)
		}
	}
	for id := range lines {
		if !slices.Contains(ids, id) {
			ids = append(ids, id) // it is no more
		}
	}
	away, err := d.record.AbsentPositions(ctx, ids, out.Days[0].Day.String(), out.Days[len(out.Days)-1].Day.String())
	for _, id := range ids {
		clock := clocks(id)
		for i, day := range out.Days {
			cell := &lines[id].Cells[i]
			cell.Off = !clock.IsWorkday(day.Day)
			for _, a := range away[id] {
				if a.From <= day.Day.String() && day.Day.String() <= a.To {
					cell.Away = append(cell.Away, a.Title)
				}
			}
		}
		out.Units = append(out.Units, *lines[id])
	}
	return err
}
