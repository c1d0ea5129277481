// Package files lays printed reports out as files: CSV, Excel and PDF.
package files

import (
	"io"
	"strings"

	"congvan/routing"
	"congvan/sheets"
	"congvan/statistics"
)

// Format is a kind of file.
type Format string

// The kinds of files.
const (
	CSV   Format = "csv"
	Excel Format = "xlsx"
	PDF   Format = "pdf"
)

// PDFLimit is the most lines of a PDF: all its pages are in memory at once.
const PDFLimit = 5000

// Known says whether there is such a format.
func (f Format) Known() bool { return f.MediaType() != "" }

// MediaType is the content type of the format; empty for one that is none.
func (f Format) MediaType() string {
	return map[Format]string{CSV: "text/csv; charset=utf-8", Excel: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", PDF: "application/pdf"}[f]
}

// Name is what the file of a report is called.
func (f Format) Name(h statistics.Head) string {
	return strings.ToLower(h.Layout.Code) + "-" + h.Period.First.String() + "-" + h.Period.Last.String() + "." + string(f)
}

// errLong is said of a PDF that would be too long.
var errLong = &routing.Error{Fault: routing.Conflict, Code: "report-too-long"}

// New is a report as a file. begin is called before the first byte, when nothing
// speaks against the report any more; the file is complete when End has returned.
func New(format Format, begin func(statistics.Head) io.Writer) statistics.Paper {
	if format == PDF {
		return &printed{begin: begin}
	}
	return &sheet{format: format, begin: begin}
}

// sheet is a report as a table of texts: the columns first, so that they stand
// still, and what the figures mean last.
type sheet struct {
	format Format
	begin  func(statistics.Head) io.Writer
	head   statistics.Head
	table  sheets.Table
}

// Begin writes the heads of the columns.
func (s *sheet) Begin(h statistics.Head) (err error) {
	s.head = h
	w := s.begin(h)
	if s.format == CSV {
		s.table, err = sheets.CSV(w)
	} else {
		s.table, err = sheets.Excel(w, h.Layout.Code)
	}
	if err != nil {
		return err
	}
	return s.table.Row(h.Layout.Titles()...)
}

// Group writes the row above a group.
func (s *sheet) Group(words string) error { return s.table.Row(words) }

// Line writes a line.
func (s *sheet) Line(r statistics.Row) error { return s.table.Row(r.Cells...) }

// End writes the sums, what report it is and what its figures mean.
func (s *sheet) End(sums string) error {
	h := s.head
	rows := []string{sums, "", h.Layout.Title, h.Organ, h.Period.Words()}
	if !h.Whole {
		rows = append(rows, statistics.Cut)
	}
	rows = append(rows, h.Filter...)
	for _, row := range append(append(rows, h.Made(), statistics.Meanings), h.Layout.Definitions...) {
		if err := s.table.Row(row); err != nil {
			return err
		}
	}
	return s.table.Close()
}

// printed is a report on A4.
type printed struct {
	begin func(statistics.Head) io.Writer
	head  statistics.Head
	pdf   *sheets.PDF
}

// Begin draws the head.
func (p *printed) Begin(h statistics.Head) error {
	if h.Lines > PDFLimit || !h.Whole {
		return errLong.Saying("Báo cáo có hơn %d dòng nên không lập được tệp PDF; hãy chọn kỳ ngắn hơn, hoặc xuất Excel.", PDFLimit)
	}
	p.head = h
	left := []string{h.Organ}
	if h.Above != "" {
		left = []string{h.Above, h.Organ}
	}
	for i := range left {
		left[i] = strings.ToUpper(left[i])
	}
	var columns []sheets.PrintedColumn
	for i, c := range h.Layout.Columns {
		columns = append(columns, sheets.PrintedColumn{Title: c.Title, Over: c.Over, Width: c.Width, Right: h.Layout.Summary && i > 1})
	}
	p.pdf = sheets.NewPDF(sheets.Printed{Landscape: h.Layout.Landscape(), Left: left, Right: []string{statistics.Nation, statistics.Motto}, Dated: h.Dated(),
		Title: h.Layout.Title, Under: append([]string{h.Period.Words()}, h.Filter...), Columns: columns, At: h.At})
	return nil
}

// Group draws the row above a group.
func (p *printed) Group(words string) error { return p.pdf.Group(words) }

// Line draws a line.
func (p *printed) Line(r statistics.Row) error {
	if r.Sum {
		return p.pdf.Sum(r.Cells...)
	}
	return p.pdf.Row(r.Cells...)
}

// End draws what stands below, and writes the file.
func (p *printed) End(sums string) error {
	return p.pdf.Close(p.begin(p.head), sheets.Ending{Sums: sums, Heading: statistics.Meanings, Notes: append([]string{p.head.Made()}, p.head.Layout.Definitions...),
		Signs: [2][]string{{statistics.Prepared, statistics.ToSign, "", "", "", p.head.Author}, {statistics.Approved, statistics.ToSign}}, PageWord: "Trang"})
}
