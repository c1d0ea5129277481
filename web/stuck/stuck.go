// Package stuck is two pages for leaders: where work is stuck (Tắc ở đâu), and what
// will be late if nothing happens (Sắp tới). Behind every figure is its list, from
// which those who hold the work can be asked again.
package stuck

import (
	"context"
	"net/url"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/oversight/stuck", Handle: show, Class: gate.ClassSearch},
		{Method: "GET", Path: "/oversight/stuck/list", Handle: list, Class: gate.ClassSearch},
		{Method: "GET", Path: "/oversight/forecast", Handle: forecast, Class: gate.ClassSearch},
	}
}

const nav = "/oversight"

// span is a period as the address has it.
type span struct {
	From, To string // as typed, or as a preset gives them
	Preset   string // week, month, quarter; empty: neither
	Period   routing.Period
}

// presets are the periods that are offered.
var presets = []struct{ Name, Title string }{{"week", "Tuần này"}, {"month", "Tháng này"}, {"quarter", "Quý này"}}

// readSpan reads the period of an address; without any it is this month.
func readSpan(v *visit.Visit) (s span, err error) {
	s = span{From: strings.TrimSpace(v.Query("from")), To: strings.TrimSpace(v.Query("to")), Preset: v.Query("period")}
	if s.From == "" && s.To == "" {
		first, last := s.days(calendar.DateOf(v.Now()))
		s.From, s.To = ui.PlainDay(first.String()), ui.PlainDay(last.String())
	} else {
		s.Preset = ""
	}
	s.Period.From, s.Period.To, err = visit.Period(s.From, s.To, v.Now())
	return s, err
}

// days are the first and the last day of a preset.
func (s *span) days(today calendar.Date) (first, last calendar.Date) {
	year, month, _ := today.Civil()
	switch s.Preset {
	case "week":
		first = today.Plus(-(int(today.Weekday()) + 6) % 7)
		return first, first.Plus(6)
	case "quarter":
		month -= (month - 1) % 3
		return calendar.NewDate(year, month, 1), calendar.NewDate(year, month+3, 1).Plus(-1)
	}
	s.Preset = "month"
	return calendar.NewDate(year, month, 1), calendar.NewDate(year, month+1, 1).Plus(-1)
}

// view is where things are stuck.
type view struct {
	span
	desk.Stuck
	Causes  []cause
	More    int // causes that are not shown
	ByUnit  []sum
	ByStage []sum
	Bounced []bounced
	Fault   *routing.Error
}

// cause is a line of the ledger of lateness.
type cause struct {
	postgres.Cause
	Who, Path string
}

// sum is how long late documents lay with a unit, or in a stage.
type sum struct {
	Name         string
	Worked, Late int64
	Share        int // of all working time, in percent
}

// bounced is a document that came back, with its way.
type bounced struct {
	Path, Title, Subject string
	Way                  []step
}

type step struct {
	At       time.Time
	What     string
	From, To string // units
}

// mostCauses is how many lines of the ledger of lateness are shown.
const mostCauses = 40

func show(v *visit.Visit) error {
	m := view{}
	var err error
	if m.span, err = readSpan(v); err == nil {
		m.Stuck, err = v.Desk().Stuck(v.Context(), v.Actor, m.Period)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			if fault.Fault != routing.Invalid {
				return err
			}
			m.Fault = fault
			return v.ShowAs(status, page(m), body(m))
		})
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	m.causes(v, units)
	if err := m.bounces(v, units); err != nil {
		return err
	}
	return v.Show(page(m), body(m))
}

func page(view) ui.Page { return ui.Page{Title: "Tắc ở đâu", Nav: nav, Wide: true} }

// causes names the lines of the ledger of lateness, and adds them up.
func (m *view) causes(v *visit.Visit, units map[routing.ID]postgres.Unit) {
	var total int64
	place := map[string]int{}
	add := func(all *[]sum, key, name string, c postgres.Cause) {
		i, known := place[key]
		if !known {
			i = len(*all)
			place[key], *all = i, append(*all, sum{Name: name})
		}
		(*all)[i].Worked, (*all)[i].Late = (*all)[i].Worked+c.WorkedSeconds, (*all)[i].Late+c.LateSeconds
	}
	for _, c := range m.Lateness.Causes {
		total += c.WorkedSeconds
		add(&m.ByUnit, "u"+string(c.UnitID), units[c.UnitID].Name, c)
		add(&m.ByStage, "s"+c.Stage, v.T(ui.StageName(c.Stage)), c)
		if len(m.Causes) == mostCauses {
			m.More++
			continue
		}
		who := units[c.UnitID].Name
		if c.PositionID != "" {
			who += " – " + m.Titles[c.PositionID]
		}
		q := url.Values{"kind": {string(desk.StuckCause)}, "unit": {string(c.UnitID)}, "person": {string(c.PositionID)}, "stage": {c.Stage}, "from": {m.From}, "to": {m.To}}
		m.Causes = append(m.Causes, cause{c, who, listPath(q)})
	}
	for _, all := range [][]sum{m.ByUnit, m.ByStage} {
		for i := range all {
			all[i].Share = int((all[i].Worked*100 + total/2) / max(1, total))
		}
		sortSums(all)
	}
	m.ByUnit = m.ByUnit[:min(len(m.ByUnit), 15)]
}

// worked says a time measured of some; of none it says nothing.
func worked(ctx context.Context, of int, d time.Duration) string {
	if of > 0 && d < time.Minute {
		return ui.T(ctx, "%d phút", 0)
	}
	return ui.Hours(ctx, int64(d/time.Second))
}

func listPath(q url.Values) string {
	for name := range q {
		if q.Get(name) == "" {
			q.Del(name)
		}
	}
	return "/oversight/stuck/list?" + q.Encode()
}

// behind is the address of the list behind a figure of a stage.
func behind(kind desk.StuckKind, stage string) string {
	return listPath(url.Values{"kind": {string(kind)}, "stage": {stage}})
}

// bounces names the documents that came back.
func (m *view) bounces(v *visit.Visit, units map[routing.ID]postgres.Unit) error {
	ids := make([]routing.ID, len(m.Stuck.Bounced))
	for i, b := range m.Stuck.Bounced {
		ids[i] = b.DocumentID
	}
	named, err := v.Desk().Subjects(v.Context(), v.Actor, ids)
	if err != nil {
		return err
	}
	for _, b := range m.Stuck.Bounced {
		e, seen := named[b.DocumentID]
		if !seen {
			continue
		}
		line := bounced{Path: "/documents/" + string(b.DocumentID), Title: e.Document.Title(), Subject: e.Document.Subject}
		for _, w := range b.Way {
			s := step{At: w.At, What: v.T(ui.ActName(string(w.Kind))), From: units[w.ActorUnitID].Name, To: units[w.UnitID].Name}
			if w.Kind == routing.ActReroute { // away from its unit, by whoever gave it
				s.From, s.To = units[w.UnitID].Name, units[w.ToUnitID].Name
			}
			if s.From == s.To {
				s.To = ""
			}
			line.Way = append(line.Way, s)
		}
		m.Bounced = append(m.Bounced, line)
	}
	return nil
}
