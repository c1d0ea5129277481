// Package books is the books of incoming and of outgoing documents as the decree has
// them, to be printed on A4 and bound, or as Excel: NĐ 30/2020, Điều 16, 22 and Phụ lục IV.
package books

import (
	"net/http"
	"strconv"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/sheets"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/books", Handle: choose},
		{Method: "GET", Path: "/books/print", Handle: printed, Class: gate.ClassExport},
		{Method: "GET", Path: "/books/excel", Handle: excel, Class: gate.ClassExport},
	}
}

// printLimit is how many lines a browser prints at once.
const printLimit = 2000

// form is a book of the decree.
type form struct {
	Name, Title, Sheet string
	Columns            []string
	Cells              func(names names, l desk.RegisterLine) []string // nil: the book of outgoing documents
}

// forms are the books of Phụ lục IV, with their columns in order.
var forms = []form{
	{"register", "Sổ đăng ký văn bản đến", "Sổ đăng ký", []string{"Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu văn bản", "Ngày tháng văn bản",
		"Tên loại và trích yếu nội dung", "Đơn vị hoặc người nhận", "Ngày chuyển", "Ký nhận", "Ghi chú"}, registered},
	{"follow", "Sổ theo dõi giải quyết văn bản đến", "Sổ theo dõi", []string{"Số đến", "Tên loại, số và ký hiệu, ngày tháng và tên cơ quan, tổ chức ban hành văn bản",
		"Đơn vị hoặc người nhận", "Thời hạn giải quyết", "Tiến độ giải quyết", "Số, ký hiệu văn bản trả lời", "Ghi chú"}, followed},
	{"outgoing", "Sổ đăng ký văn bản đi", "Sổ đăng ký", []string{"Số, ký hiệu văn bản", "Ngày tháng văn bản", "Tên loại và trích yếu nội dung", "Người ký",
		"Nơi nhận văn bản", "Đơn vị, người nhận bản lưu", "Số lượng bản", "Ngày chuyển", "Ký nhận", "Ghi chú"}, nil},
}

// view is a book to choose, or to print.
type view struct {
	Form     form
	Year     int
	From, To string // as typed
	FirstDay string // of the book's cover
	LastDay  string
	First    int // số đến, or số of an outgoing document
	Last     int
	Organ    string
	Above    string
	Rows     [][]string
	More     bool
	Excel    string
	Fault    *routing.Error
}

// nav is the list that the book is of.
func (m view) nav() string {
	if m.Form.Cells == nil {
		return "/outgoing"
	}
	return "/documents"
}

func choose(v *visit.Visit) error {
	if !v.Actor.SpeaksFor() {
		return routing.ErrNotAllowed
	}
	m, _, err := read(v)
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "In sổ văn bản", Nav: m.nav()}, choosePage(m))
}

// read reads which book is asked for: a whole year, or days of it.
func read(v *visit.Visit) (m view, q desk.BookQuery, err error) {
	year, _, _ := calendar.DateOf(v.Now()).Civil()
	m = view{Form: forms[0], Year: year, From: v.Query("from"), To: v.Query("to")}
	for _, f := range forms {
		if f.Name == v.Query("form") {
			m.Form = f
		}
	}
	if n, err := strconv.Atoi(v.Query("year")); err == nil && n >= 1900 && n <= 2999 {
		m.Year = n
	}
	q.Year = m.Year
	m.Excel = "/books/excel?form=" + m.Form.Name + "&year=" + strconv.Itoa(m.Year) + "&from=" + visit.Escape(m.From) + "&to=" + visit.Escape(m.To)
	q.Find.From, q.Find.To, err = visit.Period(m.From, m.To, v.Now())
	return m, q, err
}

func printed(v *visit.Visit) error {
	m, q, err := read(v)
	if err == nil {
		err = m.fill(v, q)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			m.Fault = fault
			return v.ShowAs(status, ui.Page{Title: "In sổ văn bản", Nav: m.nav()}, choosePage(m))
		})
	}
	return v.Show(ui.Page{Title: m.Form.Title, Nav: m.nav(), Plain: true, Wide: true}, bookPage(m))
}

// fill reads the lines, and what stands on the cover.
func (m *view) fill(v *visit.Visit, q desk.BookQuery) error {
	units, err := v.Units()
	if err != nil {
		return err
	}
	own := units[v.Actor.UnitID]
	m.Organ, m.Above = own.Name, units[own.ParentID].Name
	m.More, err = m.each(v, q, names{units, own.ID}, printLimit, func(number int, day string, cells []string) error {
		if m.First == 0 {
			m.First, m.FirstDay = number, day
		}
		m.Last, m.LastDay = number, day
		m.Rows = append(m.Rows, cells)
		return nil
	})
	return err
}

// each hands over the lines of the book that is asked for: the number, the day of its
// arrival or that it bears, and what stands in the columns.
func (m *view) each(v *visit.Visit, q desk.BookQuery, n names, limit int, take func(number int, day string, cells []string) error) (more bool, err error) {
	if m.Form.Cells != nil {
		return v.Desk().ExportBook(v.Context(), v.Actor, q, m.Form.Name, limit, func(l desk.RegisterLine) error {
			return take(l.Place.Number, ui.Day(l.Arrived), m.Form.Cells(n, l))
		})
	}
	find := postgres.OutgoingFind{Year: m.Year} // read has found both to be days
	find.From, _ = visit.ParseDay(m.From, v.Now())
	find.To, _ = visit.ParseDay(m.To, v.Now())
	return v.Desk().ExportOutgoing(v.Context(), v.Actor, find, limit, func(o routing.Outgoing) error {
		return take(o.Number, ui.PlainDay(o.IssuedOn), issued(o))
	})
}

// excel sends a book as a workbook; every cell is text.
func excel(v *visit.Visit) error {
	m, q, err := read(v)
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	begun := false
	var table sheets.Table
	begin := func() (err error) {
		begun = true
		_ = http.NewResponseController(v.W).SetWriteDeadline(time.Now().Add(gate.FileTimeout)) // not supported in some tests
		h := v.W.Header()
		h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
		h.Set("Content-Disposition", `attachment; filename="so-van-ban-`+m.Form.Name+`-`+strconv.Itoa(m.Year)+`.xlsx"`)
		if table, err = sheets.Excel(v.W, m.Form.Sheet); err != nil {
			return err
		}
		return table.Row(m.Form.Columns...)
	}
	more, err := m.each(v, q, names{units, v.Actor.UnitID}, desk.RegisterLimit, func(_ int, _ string, cells []string) error {
		if !begun {
			if err := begin(); err != nil {
				return err
			}
		}
		return table.Row(cells...)
	})
	if err != nil && !begun {
		return err
	}
	if err == nil && !begun {
		err = begin()
	}
	if err == nil && more {
		err = table.Row("Còn nữa: tệp chỉ có " + ui.Number(desk.RegisterLimit) + " dòng đầu; hãy chọn khoảng ngày ngắn hơn.")
	}
	if err == nil {
		err = table.Close()
	}
	if err != nil {
		panic(http.ErrAbortHandler) // half a file is out: it must not look whole
	}
	return nil
}

// names are the units that a book names.
type names struct {
	units map[routing.ID]postgres.Unit
	own   routing.ID
}
