// Package monthly is the monthly sheets of results: how the work of each unit and
// person stood when a month was over. They are proposals for a rating that people
// make; whoever a line is about may object to it, and both sides' words stay.
package monthly

import (
	"slices"
	"strconv"
	"time"

	"congvan/calendar"
	"congvan/gate"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

const nav = "/statistics/monthly"

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/statistics/monthly", Handle: list},
		{Method: "POST", Path: "/statistics/monthly", Handle: publish},
		{Method: "GET", Path: "/statistics/monthly/{id}", Handle: show},
		{Method: "GET", Path: "/statistics/monthly/{id}/excel", Handle: excel, Class: gate.ClassExport},
		{Method: "GET", Path: "/statistics/monthly/{id}/pdf", Handle: pdf, Class: gate.ClassExport},
		{Method: "GET", Path: "/statistics/monthly/{id}/lines/{line}/object", Handle: showObject},
		{Method: "POST", Path: "/statistics/monthly/{id}/lines/{line}/object", Handle: object},
		{Method: "GET", Path: "/statistics/monthly/{id}/objections/{objection}/answer", Handle: showAnswer},
		{Method: "POST", Path: "/statistics/monthly/{id}/objections/{objection}/answer", Handle: answer},
	}
}

// offered is how many months back a sheet is offered to be published.
const offered = 12

func list(v *visit.Visit) error { return listAs(v, 200, inputs.Form{}) }

func listAs(v *visit.Visit, status int, f inputs.Form) error {
	found, err := v.Desk().ResultSheets(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	var months []inputs.Option
	if organ := v.Actor.PublishesFor(); organ != "" {
		year, month, _ := calendar.DateOf(v.Now()).Civil()
		for i := range offered {
			m := time.Date(year, month-time.Month(i+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
			if !slices.ContainsFunc(found, func(s routing.ResultSheet) bool { return s.Month == m && s.OrganID == organ }) {
				months = append(months, inputs.Option{Value: m, Text: monthName(m)})
			}
		}
	}
	return v.ShowAs(status, ui.Page{Title: "Kết quả tháng", Nav: nav}, listPage(found, months, f, looksOver(v.Actor)))
}

func publish(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	sheet, err := v.Desk().PublishResults(v.Context(), v.Actor, v.Value("month"), req)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return listAs(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go(sheetPath(sheet), "results-published")
}

// view is a sheet as a reader sees it.
type view struct {
	Sheet    routing.ResultSheet
	Organ    string
	Whole    bool // all lines of it
	Open     bool // for objections
	Tabs     bool
	Lists    bool                // behind the figures of units are his to read, and count the same
	Objects  map[routing.ID]bool // lines that he may object to
	Answers  map[routing.ID]bool // objections that he may answer
	From, To string              // the days of the month
}

func show(v *visit.Visit) error {
	sheet, err := v.Desk().ResultSheet(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	m := view{Sheet: sheet, Organ: units[sheet.OrganID].Name, Whole: v.Actor.SeesAllResults(sheet.OrganID), Open: !v.Now().After(sheet.ObjectUntil), Tabs: looksOver(v.Actor),
		Lists: oversees(v.Actor, sheet.OrganID), Objects: map[routing.ID]bool{}, Answers: map[routing.ID]bool{}}
	if p, err := routing.ParseMonth(sheet.Month); err == nil {
		m.From, m.To = calendar.DateOf(p.From).String(), calendar.DateOf(p.To).Plus(-1).String()
	}
	for _, l := range sheet.Lines {
		m.Objects[l.ID] = m.Open && l.Late() > 0 && v.Actor.MayObject(l)
		for _, o := range l.Objections {
			m.Answers[o.ID] = o.Answer == nil && v.Actor.MayAnswer(sheet.OrganID, l, o)
		}
	}
	return v.Show(ui.Page{Title: "Bảng kết quả xử lý tháng", Nav: nav, Wide: true}, sheetPage(m))
}

// looksOver says whose the lists behind the figures are.
func looksOver(a routing.Actor) bool { return a.Office.Leads() || a.Office == routing.Inspector }

// oversees says whether the lists of the reader count what the sheet of an organ does:
// whoever leads less has the book of his own unit in his.
func oversees(a routing.Actor, organ routing.ID) bool {
	return a.Office.Leads() && (a.UnitID == organ || a.Office == routing.Chief && a.AboveID == organ)
}

func sheetPath(s routing.ResultSheet) string { return nav + "/" + string(s.ID) }

// monthName is a month as people here write it: 11/2026.
func monthName(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return t.Format("01/2006")
}

// rate is the on-time rate of a line: 87,5 %.
func rate(s routing.Summary) string {
	tenths, ok := s.OnTime()
	if !ok {
		return "–"
	}
	return strconv.Itoa(tenths/10) + "," + strconv.Itoa(tenths%10) + " %"
}

// figure is one number of a line, and the list behind it.
type figure struct {
	Bucket routing.Bucket
	Count  int
}

func figures(s routing.Summary) []figure {
	return []figure{{routing.Running, s.Running}, {routing.DoneInTime, s.DoneInTime}, {routing.DoneLate, s.DoneLate}, {routing.OverdueSince, s.OverdueSince}, {routing.OverdueNew, s.OverdueNew}}
}

// behind is the address of the list behind a number; empty where none counts the same,
// as with persons: what their own unit gave them is in no list of leaders.
func (m view) behind(l routing.ResultLine, f figure) string {
	if !m.Lists || f.Count == 0 || l.PositionID != "" {
		return ""
	}
	return "/oversight/assignments?bucket=" + string(f.Bucket) + "&unit=" + string(l.UnitID) + "&from=" + m.From + "&to=" + m.To
}

// bucketNames are what the columns are called.
var bucketNames = map[routing.Bucket]string{
	routing.Running: "Đang xử lý, trong hạn", routing.DoneInTime: "Đã xử lý đúng hạn", routing.DoneLate: "Đã xử lý quá hạn",
	routing.OverdueSince: "Quá hạn từ trước tháng", routing.OverdueNew: "Quá hạn trong tháng",
}

// decisionNames are how an objection was decided.
var decisionNames = map[routing.Counts]string{
	routing.CountsAsBefore: "Không chấp nhận", routing.CountsInTime: "Chấp nhận: tính là đúng hạn", routing.CountsNot: "Chấp nhận: không tính vào tỷ lệ",
}
