package oversight

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/sheets"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// pageSize is how many rows a page has.
const pageSize = 50

// listView is the list behind a figure.
type listView struct {
	look
	Title   string
	Tabs    []tab
	Rows    []row
	Count   int // of all pages; -1: nobody counted
	Next    string
	Words   string // what narrows the list
	Now     time.Time
	Reminds bool // something on the page may be reminded
	Fault   *routing.Error
}

// tab is another figure of the same.
type tab struct {
	Title, Path string
	Count       int
	Here, Loud  bool
}

// row is a share in a list.
type row struct {
	postgres.FigureEntry
	Unit string
	Pick string // empty: the reader may not remind its holder
}

// figureNames are what the figures are called over their lists.
var figureNames = map[postgres.Figure]string{
	postgres.FigureOpen: "Tất cả việc đang mở", postgres.FigureLate: "Quá hạn", postgres.FigureSilent: "Im lặng", postgres.FigureAhead: "Còn trong hạn",
	postgres.FigureDueToday: "Đến hạn hôm nay", postgres.FigureDueWeek: "Đến hạn tuần này", postgres.FigureDueMonth: "Đến hạn tháng này", postgres.FigureSent: "Chờ xác nhận",
	postgres.FigureWorking: "Đang xử lý", postgres.FigureReported: "Chờ duyệt", postgres.FigureReturned: "Bị chuyển trả", postgres.FigureHeld: "Tạm dừng",
}

// bucketNames are the columns of the summary of a period.
var bucketNames = map[routing.Bucket]string{
	routing.Running: "Đang xử lý, còn trong hạn", routing.DoneInTime: "Đã xử lý đúng hạn", routing.DoneLate: "Đã xử lý quá hạn",
	routing.OverdueSince: "Quá hạn từ trước kỳ", routing.OverdueNew: "Quá hạn trong kỳ",
}

func list(v *visit.Visit) error {
	m := listView{look: lookOf(v.R.URL.Query()), Now: v.Now(), Count: -1}
	m.Title = m.title()
	err := m.fill(v)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			if fault.Fault == routing.NotAllowed {
				return err
			}
			m.Fault = fault
			return v.ShowAs(status, ui.Page{Title: m.Title, Nav: "/oversight"}, listPage(m))
		})
	}
	return v.Show(ui.Page{Title: m.Title, Nav: "/oversight", Wide: true, Scripts: []string{"lists.page.js"}}, listPage(m))
}

func (m listView) title() string {
	if m.Bucket != "" {
		return bucketNames[m.Bucket]
	}
	return figureNames[m.Figure]
}

func (m *listView) fill(v *visit.Visit) error {
	q, err := m.find(m.Now)
	if err != nil {
		return err
	}
	readPlace(m.After, &q.After)
	entries, err := v.Desk().FigureList(v.Context(), v.Actor, q)
	if err != nil {
		return err
	}
	if len(entries) > pageSize {
		entries = entries[:pageSize]
		m.Next = m.page(writePlace(desk.PlaceOf(entries[pageSize-1])))
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	for _, e := range entries {
		r := row{FigureEntry: e, Unit: units[e.UnitID].Name}
		if remindable(v.Actor, e) {
			r.Pick, m.Reminds = inputs.Pick(e.ID, e.Version), true
		}
		m.Rows = append(m.Rows, r)
	}
	if m.Bucket != "" {
		return m.columns(v, q)
	}
	return m.figures(v)
}

// remindable says whether the reader may urge the holder of an entry.
func remindable(actor routing.Actor, e postgres.FigureEntry) bool {
	return e.Open() && !e.Held() && actor.MayRemind(e.Document, e.Assignment)
}

// figures counts the list and those beside it.
func (m *listView) figures(v *visit.Visit) error {
	o, err := v.Desk().Overview(v.Context(), v.Actor, m.Look)
	if err != nil {
		return err
	}
	for _, f := range []postgres.Figure{postgres.FigureLate, postgres.FigureSilent, postgres.FigureDueToday, postgres.FigureDueWeek, postgres.FigureDueMonth,
		postgres.FigureReturned, postgres.FigureReported, postgres.FigureHeld, postgres.FigureSent, postgres.FigureWorking, postgres.FigureOpen} {
		m.Tabs = append(m.Tabs, tab{figureNames[f], m.list(f), o.Total.Of(f), f == m.Figure && m.Cell == "", f == postgres.FigureLate && o.Total.Late > 0})
	}
	if m.Cell == "" {
		m.Count = o.Total.Of(m.Figure)
	} else if m.Figure == postgres.FigureOpen {
		m.Count = o.Total.Cells[m.Cell]
	}
	m.Words = m.words(v, o)
	return nil
}

// columns counts the columns of the period.
func (m *listView) columns(v *visit.Visit, q desk.FigureQuery) error {
	s, err := v.Desk().PeriodSummary(v.Context(), v.Actor, q.Look, q.Period)
	if err != nil {
		return err
	}
	for _, b := range routing.Buckets {
		m.Tabs = append(m.Tabs, tab{bucketNames[b], m.column(b), s.Of(b), b == m.Bucket, b == routing.OverdueNew && s.OverdueNew > 0})
	}
	m.Count = s.Of(m.Bucket)
	o, err := v.Desk().Overview(v.Context(), v.Actor, m.Look)
	m.Words = m.words(v, o)
	return err
}

// file sends the list as a file.
func file(v *visit.Visit) error {
	l := lookOf(v.R.URL.Query())
	q, err := l.find(v.Now())
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	form, kind, make := "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", func() (sheets.Table, error) { return sheets.Excel(v.W, "Danh sách") }
	if v.Query("format") == "csv" {
		form, kind, make = "csv", "text/csv; charset=utf-8", func() (sheets.Table, error) { return sheets.CSV(v.W) }
	}
	var table sheets.Table
	begin := func() (err error) {
		_ = http.NewResponseController(v.W).SetWriteDeadline(time.Now().Add(gate.FileTimeout)) // not supported in some tests
		v.W.Header().Set("Content-Type", kind)
		v.W.Header().Set("Content-Disposition", `attachment; filename="dieu-hanh-`+calendar.DateOf(v.Now()).String()+`.`+form+`"`)
		if table, err = make(); err != nil {
			return err
		}
		return table.Row("Số đến", "Số, ký hiệu", "Cơ quan ban hành", "Trích yếu", "Lĩnh vực", "Mức độ khẩn", "Đơn vị", "Vai trò", "Trạng thái", "Hạn", "Hoàn thành lúc")
	}
	more, err := v.Desk().ExportFigure(v.Context(), v.Actor, q, form, desk.FigureLimit, func(e postgres.FigureEntry) error {
		if table == nil {
			if err := begin(); err != nil {
				return err
			}
		}
		return table.Row(cells(e, units[e.UnitID].Name, v.Now())...)
	})
	if err != nil && table == nil {
		return err
	}
	if table == nil {
		err = begin()
	}
	if err == nil && more {
		err = table.Row("Còn nữa: tệp chỉ có " + ui.Number(desk.FigureLimit) + " dòng đầu; hãy chọn hẹp hơn.")
	}
	if err == nil {
		err = table.Close()
	}
	if err != nil {
		panic(http.ErrAbortHandler) // half a file is out: it must not look whole
	}
	return nil
}

func cells(e postgres.FigureEntry, unit string, now time.Time) []string {
	d := e.Document
	return []string{strconv.Itoa(d.Number) + "/" + strconv.Itoa(d.BookYear), ui.Code(d.Registration), d.Issuer, d.Subject, d.Field, ui.UrgencyName(d.Urgency), unit,
		ui.RoleName(e.Role), ui.CellName(e.Cell(now)), ui.Moment(e.By), ui.Moment(e.Finished)}
}

// All are the shares of a whole list whose holders the reader may remind, as its rows
// name them, most at most: what is done to it by an act on many.
func All(v *visit.Visit, in url.Values, most int) (picked []string, err error) {
	q, err := lookOf(in).find(v.Now())
	if err != nil {
		return nil, err
	}
	q.Limit = desk.PageLimit
	for len(picked) < most {
		entries, err := v.Desk().FigureList(v.Context(), v.Actor, q)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if q.After = desk.PlaceOf(e); remindable(v.Actor, e) {
				picked = append(picked, inputs.Pick(e.ID, e.Version))
			}
		}
		if len(entries) < q.Limit {
			break
		}
	}
	return picked[:min(len(picked), most)], nil
}

// writePlace and readPlace make a place in a list a word of an address.
func writePlace(place any) string {
	text, _ := json.Marshal(place)
	return base64.RawURLEncoding.EncodeToString(text)
}

// readPlace begins the list anew if it is none.
func readPlace(word string, into any) {
	if text, err := base64.RawURLEncoding.DecodeString(word); err == nil {
		_ = json.Unmarshal(text, into)
	}
}

// number is the số đến of the document's book.
func (r row) number() string {
	if r.Document.Number == 0 {
		return ""
	}
	return strconv.Itoa(r.Document.Number) + "/" + strconv.Itoa(r.Document.BookYear)
}

// download is the address of the list as a file.
func (m listView) download(format string) string {
	q := m.query()
	q.Set("format", format)
	return address("/oversight/assignments/file", q)
}
