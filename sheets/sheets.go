// Package sheets writes tables that leave the system, as CSV, Excel and PDF. What
// people wrote stays text: a cell that a spreadsheet would read as a formula is
// never one.
package sheets

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Table takes a table row by row.
type Table interface {
	// Row adds a row. Cells are text.
	Row(cells ...string) error
	// Close ends the table; nothing is complete before.
	Close() error
}

// CSV writes a table as CSV: UTF-8 with a byte order mark, as Excel wants it,
// and CRLF (RFC 4180). A cell that begins as a formula does gets an apostrophe
// in front.
func CSV(w io.Writer) (Table, error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return nil, err
	}
	table := csv.NewWriter(w)
	table.UseCRLF = true
	return csvTable{table}, nil
}

type csvTable struct{ *csv.Writer }

// Row adds a row.
func (t csvTable) Row(cells ...string) error {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = Plain(cell)
	}
	return t.Write(safe)
}

// Close writes out what is left.
func (t csvTable) Close() error {
	t.Flush()
	return t.Error()
}

// formulas are what a formula begins with, in some program or other, after
// whatever is skipped: white space and marks that nobody sees.
const formulas = "=+-@|%＝＋－＠"

// Plain is a cell that no spreadsheet takes for a formula: an apostrophe stands
// before one that would be.
func Plain(cell string) string {
	begins := strings.TrimLeft(cell, " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff\"'")
	if begins != "" && strings.ContainsAny(firstRune(begins), formulas) || strings.HasPrefix(cell, "\t") || strings.HasPrefix(cell, "\r") {
		return "'" + cell
	}
	return cell
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// Excel writes a table as a workbook with one sheet; every cell is typed as
// text, the first row stands still. The rows are kept on disk, not in memory,
// until Close, by the library.
func Excel(w io.Writer, sheet string) (Table, error) {
	file := excelize.NewFile()
	if err := file.SetSheetName("Sheet1", sheet); err != nil {
		return nil, fmt.Errorf("sheets: %w", err)
	}
	stream, err := file.NewStreamWriter(sheet)
	if err != nil {
		return nil, fmt.Errorf("sheets: %w", err)
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, fmt.Errorf("sheets: %w", err)
	}
	return &excelTable{out: w, file: file, stream: stream}, nil
}

type excelTable struct {
	out    io.Writer
	file   *excelize.File
	stream *excelize.StreamWriter
	rows   int
}

// longestCell is what Excel takes, in characters.
const longestCell = 32767

// Row adds a row.
func (t *excelTable) Row(cells ...string) error {
	values := make([]any, len(cells))
	for i, cell := range cells {
		if runes := []rune(cell); len(runes) > longestCell {
			cell = string(runes[:longestCell])
		}
		values[i] = cell
	}
	t.rows++
	at, err := excelize.CoordinatesToCellName(1, t.rows)
	if err != nil {
		return fmt.Errorf("sheets: %w", err)
	}
	return t.stream.SetRow(at, values)
}

// Close writes the workbook.
func (t *excelTable) Close() error {
	defer t.file.Close()
	if err := t.stream.Flush(); err != nil {
		return fmt.Errorf("sheets: %w", err)
	}
	if _, err := t.file.WriteTo(t.out); err != nil {
		return fmt.Errorf("sheets: %w", err)
	}
	return nil
}
