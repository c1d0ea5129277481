// Package printed is the printed reports ("Báo cáo, thống kê"): which there are,
// each for a period, on screen and on A4, as Excel, CSV and PDF.
package printed

import (
	"cmp"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/statistics"
	"congvan/statistics/files"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/statistics", Handle: choose},
		{Method: "GET", Path: subscriptionsAt, Handle: subscriptions},
		{Method: "POST", Path: subscriptionsAt, Handle: subscribe},
		{Method: "POST", Path: subscriptionsAt + "/{id}/end", Handle: unsubscribe},
		{Method: "GET", Path: "/statistics/{layout}", Handle: show, Class: gate.ClassExport},
		{Method: "GET", Path: "/statistics/{layout}/{format}", Handle: file, Class: gate.ClassExport},
	}
}

// screenLimit is how many lines a browser shows and prints at once.
const screenLimit = 2000

// title is what the pages are called.
const title = "Báo cáo, thống kê"

// asked is a printed report as its address has it.
type asked struct {
	desk.PrintQuery
	Layout   statistics.Layout
	Preset   statistics.Preset // empty: days
	From, To string            // as typed
	Books    []postgres.Unit   // that there may be reports of
	Units    []postgres.Unit   // that work may have been given to
	People   []postgres.Position
	Fault    *routing.Error
}

// view is a report that is shown.
type view struct {
	asked
	Head statistics.Head
	Rows []row
	Sums string
	More bool
}

// row is a group or a line.
type row struct {
	Group string
	statistics.Row
}

// Begin, Group, Line and End make a view a statistics.Paper.
func (m *view) Begin(h statistics.Head) error {
	m.Head, m.More = h, !h.Whole
	return nil
}

// Group keeps the heading of a group.
func (m *view) Group(words string) error {
	m.Rows = append(m.Rows, row{Group: words})
	return nil
}

// Line keeps a line.
func (m *view) Line(r statistics.Row) error {
	m.Rows = append(m.Rows, row{Row: r})
	return nil
}

// End keeps the sums.
func (m *view) End(sums string) error {
	m.Sums = sums
	return nil
}

func choose(v *visit.Visit) error {
	books, err := v.Desk().Reportable(v.Context(), v.Actor)
	if err == nil && len(books) == 0 {
		err = routing.ErrNotAllowed
	}
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: title, Nav: "/statistics"}, choosePage())
}

// read reads which report is asked for. Its period is one that has a name, or days;
// this month if there is neither.
func read(v *visit.Visit) (m asked, err error) {
	layout, found := statistics.Find(v.Var("layout"))
	if !found {
		return m, routing.ErrNotFound
	}
	m = asked{Layout: layout, From: v.Query("from"), To: v.Query("to"), PrintQuery: desk.PrintQuery{Code: layout.Code, UnitID: routing.ID(v.Query("book")),
		TypeName: v.Query("type"), Issuer: v.Query("issuer"), Field: v.Query("field"), GivenTo: routing.ID(v.Query("unit")), Person: routing.ID(v.Query("person"))}}
	if m.Books, err = v.Desk().Reportable(v.Context(), v.Actor); err != nil {
		return m, err
	}
	if len(m.Books) == 0 {
		return m, routing.ErrNotAllowed
	}
	if m.UnitID == "" {
		m.UnitID = m.Books[0].ID
	}
	units, err := v.Desk().Units(v.Context())
	if err != nil {
		return m, err
	}
	m.Units = slices.DeleteFunc(units, func(u postgres.Unit) bool { return u.ParentID != m.UnitID })
	if m.People, err = v.Desk().Officers(v.Context(), v.Actor); err != nil {
		return m, err
	}
	return m, m.readPeriod(v)
}

func (m *asked) readPeriod(v *visit.Visit) error {
	today := calendar.DateOf(v.Now())
	if m.From == "" && m.To == "" {
		m.Preset = statistics.Preset(v.Query("period"))
		period, known := m.Preset.Of(today)
		if !known {
			m.Preset = statistics.ThisMonth
			period, _ = m.Preset.Of(today)
		}
		m.Period = period
		m.From, m.To = ui.Day(period.First.Begins()), ui.Day(period.Last.Begins())
		return nil
	}
	wrong := map[string]string{}
	one := func(name, typed string, open calendar.Date) calendar.Date {
		day, ok := visit.ParseDay(typed, v.Now())
		if !ok {
			wrong[name] = visit.NoDay
		}
		if d, err := calendar.Parse(day); err == nil {
			return d
		}
		return open
	}
	last := one("toDay", m.To, today)
	year, _, _ := last.Civil()
	m.Period = statistics.Period{First: one("fromDay", m.From, calendar.NewDate(year, 1, 1)), Last: last}
	if len(wrong) > 0 {
		return routing.ErrField.With("fields", wrong)
	}
	return m.Period.Check()
}

// At is the address of the report in a format (empty: the page), for a period of a
// name (empty: that which is shown).
func (m asked) At(format string, p statistics.Preset) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	switch {
	case p != "":
		set("period", string(p))
	case m.Preset != "":
		set("period", string(m.Preset))
	default:
		set("from", m.From)
		set("to", m.To)
	}
	set("book", string(m.UnitID))
	set("type", m.TypeName)
	set("issuer", m.Issuer)
	set("field", m.Field)
	set("unit", string(m.GivenTo))
	set("person", string(m.Person))
	path := "/statistics/" + m.Layout.Code
	if format != "" {
		path += "/" + format
	}
	return path + "?" + q.Encode()
}

func show(v *visit.Visit) error {
	m := view{}
	var err error
	if m.asked, err = read(v); err == nil {
		m.Form, m.Limit = "screen", screenLimit
		err = v.Desk().Print(v.Context(), v.Actor, m.PrintQuery, &m)
	}
	if fault := routing.FaultOf(err); fault == routing.Invalid || fault == routing.Conflict {
		return v.Again(err, func(fault *routing.Error, status int) error {
			m.Fault = fault
			return v.ShowAs(status, ui.Page{Title: m.Layout.Title, Nav: "/statistics", Wide: true}, reportPage(m))
		})
	}
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: m.Layout.Title, Nav: "/statistics", Wide: true}, reportPage(m))
}

// file sends a report as a file.
func file(v *visit.Visit) error {
	format := files.Format(v.Var("format"))
	if !format.Known() {
		return routing.ErrNotFound
	}
	m, err := read(v)
	if err != nil {
		return err
	}
	m.Form = string(format)
	begun := false
	err = v.Desk().Print(v.Context(), v.Actor, m.PrintQuery, files.New(format, func(h statistics.Head) io.Writer {
		begun = true
		_ = http.NewResponseController(v.W).SetWriteDeadline(time.Now().Add(gate.FileTimeout)) // not supported in some tests
		v.W.Header().Set("Content-Type", format.MediaType())
		v.W.Header().Set("Content-Disposition", `attachment; filename="`+format.Name(h)+`"`)
		return v.W
	}))
	if err != nil && begun {
		panic(http.ErrAbortHandler) // half a file is out: it must not look whole
	}
	return err
}

// layoutsOf are the layouts of a book.
func layoutsOf(book statistics.Book) []statistics.Layout {
	return slices.DeleteFunc(slices.Clone(statistics.Layouts), func(l statistics.Layout) bool { return l.Book != book })
}

// filtered says whether the report is of less than the whole book.
func (m asked) filtered() bool {
	return m.TypeName != "" || m.Issuer != "" || m.Field != "" || m.GivenTo != "" || m.Person != ""
}

// leadsTo is the address behind a cell of a row; empty: there is none.
func (m view) leadsTo(r statistics.Row, column int) string {
	field := m.Layout.Columns[column].Field
	switch {
	case r.Document != "" && field == statistics.Number:
		return "/documents/" + string(r.Document)
	case r.Outgoing != "" && field == statistics.CodeOf:
		return "/outgoing/" + string(r.Outgoing)
	case m.Layout.Summary && column > 1:
		return m.behind(r.Unit, field)
	}
	return ""
}

// behind is the address of the list that a figure of VBDEN07 counts, of one unit or
// of all.
func (m view) behind(unit routing.ID, field statistics.Field) string {
	q := url.Values{"book": {string(m.UnitID)}, "from": {m.Period.First.String()}, "to": {m.Period.Last.String()}, "bucket": {string(field)}}
	if field == "total" {
		q.Set("bucket", string(routing.EveryBucket))
	}
	if unit != "" {
		q.Set("unit", string(unit))
	}
	return "/oversight/assignments?" + q.Encode()
}

// over are the cells of the upper row of the heads: title and how many columns.
func over(columns []statistics.Column) (out []struct {
	Title string
	Span  int
}) {
	for i, c := range columns {
		if c.Over != "" && i > 0 && columns[i-1].Over == c.Over {
			out[len(out)-1].Span++
			continue
		}
		title := cmp.Or(c.Over, c.Title)
		span := 1
		if c.Over == "" {
			span = 0 // it goes down over both rows
		}
		out = append(out, struct {
			Title string
			Span  int
		}{title, span})
	}
	return out
}

// twoRows says whether some columns stand below a common head.
func twoRows(columns []statistics.Column) bool {
	return slices.ContainsFunc(columns, func(c statistics.Column) bool { return c.Over != "" })
}

func upper(text string) string { return strings.ToUpper(text) }
