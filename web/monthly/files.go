package monthly

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"congvan/routing"
	"congvan/sheets"
	"congvan/web/ui"
	"congvan/web/visit"
)

// columns are those of the files, which are in Vietnamese, whoever reads them.
var columns = []sheets.PrintedColumn{
	{Title: "Đơn vị, người", Width: 24}, {Title: "Trong hạn", Over: "Đang xử lý", Width: 7, Right: true}, {Title: "Đúng hạn", Over: "Đã xử lý", Width: 7, Right: true},
	{Title: "Quá hạn", Over: "Đã xử lý", Width: 7, Right: true}, {Title: "Từ trước tháng", Over: "Quá hạn còn treo", Width: 8, Right: true},
	{Title: "Trong tháng", Over: "Quá hạn còn treo", Width: 8, Right: true}, {Title: "Tỷ lệ đúng hạn", Width: 8, Right: true}, {Title: "Ý kiến và trả lời", Width: 36},
}

// rows are the lines of a sheet as text: below a line that was corrected stands the
// correction.
func rows(s routing.ResultSheet) (out [][]string) {
	add := func(name string, told routing.Summary, words string) {
		row := []string{name}
		for _, f := range figures(told) {
			row = append(row, ui.Number(f.Count))
		}
		out = append(out, append(row, rate(told), words))
	}
	for _, l := range s.Lines {
		who := l.UnitName
		if l.PositionID != "" {
			who = "– " + l.Title + " (" + l.UnitName + ")"
		}
		add(who, l.Told, said(l))
		if corrected, is := l.Corrected(); is {
			add("Sau điều chỉnh"+": "+name(l), corrected, "")
		}
	}
	return out
}

// said is what both sides have said about a line.
func said(l routing.ResultLine) string {
	var out []string
	for _, o := range l.Objections {
		var about []string
		for _, x := range o.Shares {
			about = append(about, x.DocumentTitle)
		}
		out = append(out, fmt.Sprintf("Ý kiến của %s", o.PositionTitle)+", "+ui.Moment(o.At)+" ("+strings.Join(about, "; ")+"): "+o.Words)
		if x := o.Answer; x != nil {
			out = append(out, fmt.Sprintf("Trả lời của %s", x.PositionTitle)+", "+ui.Moment(x.At)+". "+decisionNames[x.Counts]+": "+x.Words)
		} else {
			out = append(out, "Chưa trả lời.")
		}
	}
	return strings.Join(out, "\n")
}

// send hands over a file that is made in memory: a sheet has some hundred lines.
func send(v *visit.Visit, s routing.ResultSheet, kind, ending string, data []byte) error {
	h := v.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="ket-qua-thang-`+s.Month+ending+`"`)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	v.W.WriteHeader(http.StatusOK)
	_, _ = v.W.Write(data) // the browser went away: nobody is left to tell
	return nil
}

func excel(v *visit.Visit) error {
	sheet, err := v.Desk().ExportResults(v.Context(), v.Actor, v.ID("id"), "excel")
	if err != nil {
		return err
	}
	var file bytes.Buffer
	table, err := sheets.Excel(&file, fmt.Sprintf("Tháng %s", strings.ReplaceAll(monthName(sheet.Month), "/", "-")))
	if err != nil {
		return err
	}
	heads := make([]string, len(columns))
	for i, c := range columns {
		heads[i] = strings.TrimPrefix(c.Over+": "+c.Title, ": ")
	}
	for _, row := range append(append([][]string{heads}, rows(sheet)...), []string{routing.ResultsDefinition}) {
		if err := table.Row(row...); err != nil {
			return err
		}
	}
	if err := table.Close(); err != nil {
		return err
	}
	return send(v, sheet, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", file.Bytes())
}

func pdf(v *visit.Visit) error {
	sheet, err := v.Desk().ExportResults(v.Context(), v.Actor, v.ID("id"), "pdf")
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	doc := sheets.NewPDF(sheets.Printed{Landscape: true, Left: []string{units[sheet.OrganID].Name}, Right: []string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"},
		Dated: ui.Day(sheet.PublishedAt), Title: fmt.Sprintf("Bảng kết quả xử lý tháng %s", monthName(sheet.Month)), Under: []string{"Đề xuất, không phải kết quả xếp loại."},
		Columns: columns, At: sheet.PublishedAt})
	for _, row := range rows(sheet) {
		if err := doc.Row(row...); err != nil {
			return err
		}
	}
	var file bytes.Buffer
	err = doc.Close(&file, sheets.Ending{Heading: "Ghi chú", PageWord: "Trang", Notes: []string{routing.ResultsDefinition,
		fmt.Sprintf("Công bố %s (%s).", ui.Moment(sheet.PublishedAt), sheet.PositionTitle), fmt.Sprintf("Nhận ý kiến đến %s.", ui.Moment(sheet.ObjectUntil))}})
	if err != nil {
		return err
	}
	return send(v, sheet, "application/pdf", ".pdf", file.Bytes())
}
