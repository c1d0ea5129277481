package stuck

import (
	"net/url"
	"strings"

	"congvan/calendar"
	"congvan/desk"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// forecastView is what becomes late if nothing happens.
type forecastView struct {
	desk.Outlook
	Day     string // what if this day were off, as typed
	MayAsk  bool   // the reader may preview the calendar
	Preview *desk.CalendarPreview
	Away    away
	Fault   *routing.Error
}

// away is the question what it would mean if a unit were away.
type away struct {
	Unit     routing.ID
	From, To string // as typed
	Asked    bool
	Name     string
	Count    int
	Path     string
}

func forecast(v *visit.Visit) error {
	m := forecastView{Day: strings.TrimSpace(v.Query("day")), MayAsk: v.Actor.MayPreviewCalendar(),
		Away: away{Unit: routing.ID(v.Query("unit")), From: strings.TrimSpace(v.Query("from")), To: strings.TrimSpace(v.Query("to"))}}
	var err error
	if m.Outlook, err = v.Desk().Outlook(v.Context(), v.Actor); err != nil {
		return err
	}
	if err = m.askDay(v); err == nil {
		err = m.askAway(v)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			m.Fault = fault
			return v.ShowAs(status, forecastPage(), forecastBody(m))
		})
	}
	return v.Show(forecastPage(), forecastBody(m))
}

func forecastPage() ui.Page { return ui.Page{Title: "Sắp tới", Nav: nav, Wide: true} }

// askDay reckons what would move if a day were off.
func (m *forecastView) askDay(v *visit.Visit) error {
	if m.Day == "" || !m.MayAsk {
		return nil
	}
	typed, ok := visit.ParseDay(m.Day, v.Now())
	day, err := calendar.Parse(typed)
	if !ok || err != nil {
		return routing.ErrField.With("fields", map[string]string{"day": visit.NoDay})
	}
	change := routing.DayChange{Day: day, Kind: calendar.Off, Reason: "Giả định nghỉ"}
	found, err := v.Desk().PreviewCalendar(v.Context(), v.Actor, []routing.DayChange{change}, "Xem trước, chưa phải thông báo")
	if err == nil {
		m.Preview = &found
	}
	return err
}

// askAway counts what becomes late at a unit on some of the days that are shown.
func (m *forecastView) askAway(v *visit.Visit) error {
	if m.Away.Unit == "" {
		return nil
	}
	begins, ends, err := visit.Period(m.Away.From, m.Away.To, v.Now())
	if err != nil {
		return err
	}
	for _, u := range m.Units {
		if u.Unit.ID != m.Away.Unit {
			continue
		}
		m.Away.Asked, m.Away.Name = true, u.Unit.Name
		first, last := "", ""
		for i, day := range m.Days {
			at := day.Day.Begins()
			if !begins.IsZero() && at.Before(begins) || !ends.IsZero() && !at.Before(ends) {
				continue
			}
			if last = day.Day.String(); first == "" {
				first = last
			}
			m.Away.Count += u.Cells[i].Count
		}
		m.Away.Path = dueOf(u.Unit.ID, first, last)
	}
	return nil
}

// dueOf is the address of the list of what becomes late at a unit, or at all, from
// one day to another, 2006-01-02.
func dueOf(unit routing.ID, first, last string) string {
	return listPath(url.Values{"kind": {string(desk.StuckDue)}, "unit": {string(unit)}, "from": {ui.PlainDay(first)}, "to": {ui.PlainDay(last)}})
}

// short is a day without its year: 05/02.
func short(d calendar.Date) string { return ui.PlainDay(d.String())[:5] }

// weekdays are the days of the week as people write them.
var weekdays = [...]string{"CN", "T2", "T3", "T4", "T5", "T6", "T7"}

// load is how dark a cell is: the more becomes late, the darker; 0 for nothing.
func (m forecastView) load(n int) string {
	most := 0
	for _, u := range m.Units {
		for _, c := range u.Cells {
			most = max(most, c.Count)
		}
	}
	switch {
	case n == 0:
		return "load-0"
	case n*4 <= most:
		return "load-1"
	case n*2 <= most:
		return "load-2"
	case n*4 <= most*3:
		return "load-3"
	}
	return "load-4"
}
