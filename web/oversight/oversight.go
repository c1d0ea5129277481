// Package oversight is what leaders look at their work from: what is late, where,
// and who was asked. Every number leads to the list behind it, and what narrows a
// page stands in its address.
package oversight

import (
	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
	"net/url"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/oversight", Handle: overview, Class: gate.ClassSearch},
		{Method: "GET", Path: "/oversight/assignments", Handle: list, Class: gate.ClassSearch},
		{Method: "GET", Path: "/oversight/assignments/file", Handle: file, Class: gate.ClassExport},
		{Method: "GET", Path: "/oversight/units", Handle: units, Class: gate.ClassSearch},
		{Method: "GET", Path: "/oversight/units/{id}", Handle: sheet, Class: gate.ClassSearch},
	}
}

// view is what the overview shows.
type view struct {
	look
	desk.Overview
	Asked   []tile // what waits for the reader himself; nil: he decides nothing
	Next    tile   // what becomes late on the next working day; without a title: not asked
	Offered desk.Overview
	Units   map[routing.ID]postgres.Unit
	Fault   *routing.Error
}

// tile is a number that leads to its list.
type tile struct {
	Title, Path, Icon string
	Count             int
	Late, Part        bool // Part: it is counted in another tile as well
}

// horizons are how far ahead the overview looks.
var horizons = []struct {
	Name, Title string
	Figure      postgres.Figure
}{{"today", "hôm nay", postgres.FigureDueToday}, {"week", "tuần này", postgres.FigureDueWeek}, {"month", "tháng này", postgres.FigureDueMonth}}

func overview(v *visit.Visit) (err error) {
	m := view{look: lookOf(v.R.URL.Query())}
	if m.Units, err = v.Units(); err != nil {
		return err
	}
	if m.Overview, err = v.Desk().Overview(v.Context(), v.Actor, m.Look); err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			if fault.Fault == routing.NotAllowed {
				return err
			}
			m.Fault = fault
			return v.ShowAs(status, ui.Page{Title: "Điều hành", Nav: "/oversight"}, overviewPage(m))
		})
	}
	m.Offered = m.Overview
	if m.narrowed() { // what can be chosen is not narrowed by what was chosen
		if m.Offered, err = v.Desk().Overview(v.Context(), v.Actor, desk.Look{}); err != nil {
			return err
		}
	}
	if m.Asked, err = asked(v); err != nil {
		return err
	}
	if m.Next, err = nextDay(v, m); err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Điều hành", Nav: "/oversight", Wide: true}, overviewPage(m))
}

// asked is what waits for a leader himself, by the same numbers as on his first page.
func asked(v *visit.Visit) ([]tile, error) {
	if !v.Actor.Office.Leads() {
		return nil, nil
	}
	w, err := v.Desk().Waits(v.Context(), v.Actor)
	return []tile{
		{Title: "Văn bản chờ cho ý kiến", Path: "/documents?status=presented", Icon: "writing-sign", Count: w.Undecided},
		{Title: "Báo cáo chờ duyệt", Path: "/inbox?view=" + string(postgres.ViewJudge), Icon: "clipboard-check", Count: w.Inbox[postgres.ViewJudge]},
		{Title: "Việc chờ quyết định", Path: "/queue", Icon: "gavel", Count: w.Decisions},
	}, err
}

// nextDay is what becomes late on the next working day if nothing happens, of all
// that the reader follows.
func nextDay(v *visit.Visit, m view) (tile, error) {
	if m.narrowed() {
		return tile{}, nil
	}
	ahead, err := v.Desk().Outlook(v.Context(), v.Actor)
	today := calendar.DateOf(v.Now())
	for _, d := range ahead.Days {
		if !d.Off && d.Day.Compare(today) > 0 {
			day := ui.PlainDay(d.Day.String())
			return tile{Title: day, Count: d.Count, Path: "/oversight/stuck/list?" + url.Values{"kind": {string(desk.StuckDue)}, "from": {day}, "to": {day}}.Encode()}, err
		}
	}
	return tile{}, err
}

// Horizon is how far ahead the page looks.
func (m view) Horizon() postgres.Figure {
	for _, h := range horizons {
		if h.Name == m.Due {
			return h.Figure
		}
	}
	return postgres.FigureDueWeek
}

// tiles are the figures of everything that the page looks at, the worst first.
func (m view) tiles() []tile {
	make := func(title, icon string, f postgres.Figure) tile {
		return tile{Title: title, Path: m.list(f), Icon: icon, Count: m.Total.Of(f)}
	}
	late, silent, soon := make("Quá hạn", "alert-triangle", postgres.FigureLate), make("trong đó chưa xác nhận (im lặng)", "volume-off", postgres.FigureSilent),
		make("Sắp đến hạn", "clock-exclamation", m.Horizon())
	late.Late, silent.Part, soon.Part = true, true, true
	return []tile{late, silent, soon, make("Bị chuyển trả", "arrow-back-up", postgres.FigureReturned), make("Chờ duyệt", "clipboard-check", postgres.FigureReported),
		make("Tạm dừng", "player-pause", postgres.FigureHeld), make("Chờ xác nhận", "send", postgres.FigureSent), make("Đang xử lý", "progress", postgres.FigureWorking),
		make("Tất cả việc đang mở", "stack-2", postgres.FigureOpen)}
}

// mostOpen is the most that one of the units has open: the longest bar.
func (m view) mostOpen() (most int) {
	for _, u := range m.Overview.Units {
		most = max(most, u.Open)
	}
	return most
}
