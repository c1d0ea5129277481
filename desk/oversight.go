package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// Look narrows what a leader looks at. What is zero narrows nothing.
type Look struct {
	Unit    routing.ID // that holds the share
	Field   *string    // lĩnh vực; empty: of those that name none
	Deputy  routing.ID // position of the leader whose fields these are
	Urgency routing.Urgency
}

// Counts are the figures of some open shares. Cells is nil where nobody asked for it.
type Counts struct {
	Open, Late, Silent, Ahead   int
	DueToday, DueWeek, DueMonth int
	Held                        int
	Cells                       map[routing.Cell]int // adds up to Open
	Oldest                      time.Time            // deadline of what is late; zero: nothing is
}

// Of is one of the figures that the overview shows.
func (c Counts) Of(f postgres.Figure) int {
	switch f {
	case postgres.FigureOpen:
		return c.Open
	case postgres.FigureLate:
		return c.Late
	case postgres.FigureSilent:
		return c.Silent
	case postgres.FigureAhead:
		return c.Ahead
	case postgres.FigureDueToday:
		return c.DueToday
	case postgres.FigureDueWeek:
		return c.DueWeek
	case postgres.FigureDueMonth:
		return c.DueMonth
	case postgres.FigureHeld:
		return c.Held
	case postgres.FigureWorking:
		return c.Cells[routing.CellReceived] + c.Cells[routing.CellWorking] + c.Cells[routing.CellConsulting]
	case postgres.FigureSent, postgres.FigureReported, postgres.FigureReturned:
		return c.Cells[routing.Cell(f)]
	}
	return 0
}

// add adds what the record counted; by cell if it is of one state.
func (c *Counts) add(t postgres.Tally) {
	o := Counts{Open: t.Open, Late: t.Late, Silent: t.Silent, Ahead: t.Ahead, Held: t.Held, DueToday: t.DueToday, DueWeek: t.DueWeek, DueMonth: t.DueMonth, Oldest: t.OldestDue}
	if t.Status != "" {
		o.Cells = map[routing.Cell]int{routing.Cell(t.Status): t.Open - t.Late - t.Held}
		o.Cells[routing.CellLate] += t.Late
		o.Cells[routing.CellHeld] += t.Held
	}
	c.Join(o)
}

// UnitCounts are the figures of a unit.
type UnitCounts struct {
	Unit postgres.Unit
	Counts
}

// FieldCounts are those of a field; "" is of what names none.
type FieldCounts struct {
	Field string
	Counts
}

// LeaderCounts are those of the fields of one leader of the organ at the top.
type LeaderCounts struct {
	Leader postgres.Portfolio
	Counts
}

// UrgencyCounts are those of a level of urgency.
type UrgencyCounts struct {
	Urgency routing.Urgency
	Counts
}

// Overview is what is open in somebody's scope. Units, fields, leaders and urgencies
// each add up to Total.
type Overview struct {
	At        time.Time
	Total     Counts
	Units     []UnitCounts    // the most late first, then the most open
	Fields    []FieldCounts   // likewise
	Leaders   []LeaderCounts  // the chairman, who has what is no deputy's, then the deputies
	Urgencies []UrgencyCounts // the most urgent first
}

// Overview counts what is open in the actor's scope: see [Desk.Tallies].
func (d *Desk) Overview(ctx context.Context, actor routing.Actor, look Look) (Overview, error) {
	of, err := scope(actor)
	if err != nil {
		return Overview{}, err
	}
	p, err := d.portfolios(ctx)
	if err != nil {
		return Overview{}, err
	}
	narrow, err := look.narrow(p)
	if err != nil {
		return Overview{}, err
	}
	now := d.now()
	tallies, err := d.record.Tallies(ctx, of, narrow, horizons(now))
	if err != nil {
		return Overview{}, err
	}
	named, err := d.unitsOn(ctx, now)
	if err != nil {
		return Overview{}, err
	}
	o := Overview{At: now}
	units := map[routing.ID]*UnitCounts{}
	leaders := map[routing.ID]*LeaderCounts{}
	for _, t := range tallies {
		switch {
		case t.Field != nil:
			f := FieldCounts{Field: *t.Field}
			f.add(t)
			o.Fields = append(o.Fields, f)
			leader := p.of(*t.Field)
			if leaders[leader.ID] == nil {
				leaders[leader.ID] = &LeaderCounts{Leader: leader}
			}
			leaders[leader.ID].add(t)
		case t.Urgency != "":
			u := UrgencyCounts{Urgency: t.Urgency}
			u.add(t)
			o.Urgencies = append(o.Urgencies, u)
		default:
			if units[t.UnitID] == nil {
				units[t.UnitID] = &UnitCounts{Unit: named(t.UnitID)}
			}
			units[t.UnitID].add(t)
			o.Total.add(t)
		}
	}
	for _, u := range units {
		o.Units = append(o.Units, *u)
	}
	slices.SortFunc(o.Units, func(a, b UnitCounts) int {
		return cmp.Or(a.worse(b.Counts), cmp.Compare(a.Unit.Code, b.Unit.Code), strings.Compare(string(a.Unit.ID), string(b.Unit.ID)))
	})
	slices.SortFunc(o.Fields, func(a, b FieldCounts) int { return cmp.Or(a.worse(b.Counts), strings.Compare(a.Field, b.Field)) })
	for _, leader := range p {
		if counts := leaders[leader.ID]; counts != nil {
			o.Leaders = append(o.Leaders, *counts)
		}
	}
	if rest := leaders[""]; rest != nil { // the organ at the top has no chairman now
		o.Leaders = append(o.Leaders, *rest)
	}
	slices.SortFunc(o.Urgencies, func(a, b UrgencyCounts) int { return a.Urgency.Priority() - b.Urgency.Priority() })
	return o, nil
}

// worse orders by what is late, then by what is open, the most first.
func (c Counts) worse(than Counts) int { return cmp.Or(than.Late-c.Late, than.Open-c.Open) }

// portfolios are the leaders of the organ at the top, the chairman first, each with
// the fields that are his alone: one that two name is the first one's.
type portfolios []postgres.Portfolio

func (d *Desk) portfolios(ctx context.Context) (portfolios, error) {
	all, err := d.record.Portfolios(ctx, today(d.now()))
	seen := map[string]bool{}
	var out portfolios
	for _, p := range all {
		if p.Office == routing.Chairman && len(out) > 0 && out[0].Office == routing.Chairman {
			continue
		}
		var own []string
		for _, f := range p.Fields {
			if p.Office == routing.Deputy && !seen[f] {
				own = append(own, f)
			}
			seen[f] = true
		}
		p.Fields = own
		out = append(out, p)
	}
	return out, err
}

// of is the leader who looks after a field: what is no deputy's is the chairman's.
// NĐ 30/2020, Điều 23 khoản 2.
func (all portfolios) of(field string) (leader postgres.Portfolio) {
	for _, p := range all {
		switch {
		case p.Office == routing.Chairman:
			leader = p
		case slices.Contains(p.Fields, field):
			return p
		}
	}
	return leader
}

// shared are all fields that are some deputy's.
func (all portfolios) shared() []string {
	out := []string{}
	for _, p := range all {
		out = append(out, p.Fields...)
	}
	return out
}

// narrow is a look as the record takes it.
func (l Look) narrow(all portfolios) (n postgres.Narrow, err error) {
	n = postgres.Narrow{Unit: l.Unit, Urgency: l.Urgency}
	switch {
	case l.Unit != "" && !validID(l.Unit):
		return n, routing.ErrField.With("fields", map[string]string{"unit": "không có đơn vị này"})
	case l.Urgency != "" && !slices.Contains(routing.Urgencies, l.Urgency):
		return n, routing.ErrField.With("fields", map[string]string{"urgency": "không có mức độ khẩn này"})
	case l.Field != nil:
		n.Fields = []string{*l.Field}
		if l.Deputy != "" && all.of(*l.Field).ID != l.Deputy {
			n.Fields = []string{}
		}
	case l.Deputy != "":
		i := slices.IndexFunc(all, func(p postgres.Portfolio) bool { return p.ID == l.Deputy })
		switch {
		case i < 0:
			return n, routing.ErrField.With("fields", map[string]string{"deputy": "không có lãnh đạo này"})
		case all[i].Office == routing.Chairman:
			n.Except = all.shared()
		default:
			n.Fields = append([]string{}, all[i].Fields...)
		}
	}
	return n, nil
}

// Join adds the figures of other shares.
func (c *Counts) Join(o Counts) {
	c.Open, c.Late, c.Silent, c.Ahead, c.Held = c.Open+o.Open, c.Late+o.Late, c.Silent+o.Silent, c.Ahead+o.Ahead, c.Held+o.Held
	c.DueToday, c.DueWeek, c.DueMonth = c.DueToday+o.DueToday, c.DueWeek+o.DueWeek, c.DueMonth+o.DueMonth
	if !o.Oldest.IsZero() && (c.Oldest.IsZero() || o.Oldest.Before(c.Oldest)) {
		c.Oldest = o.Oldest
	}
	for cell, n := range o.Cells {
		if c.Cells == nil {
			c.Cells = map[routing.Cell]int{}
		}
		if n > 0 {
			c.Cells[cell] += n
		}
	}
}
