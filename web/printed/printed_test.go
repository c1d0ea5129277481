package printed_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"congvan/routing"
	"congvan/statistics"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

func TestMain(m *testing.M) { webtest.Main(m) }

var head = regexp.MustCompile(`<th scope="col"[^>]*>([^<]*)</th>`)

func TestAReportHasItsColumnsAndItsMeaning(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	in := webtest.Registration()
	in.Subject, in.TypeName = `<script>alert(1)</script> & "x"`, "Công văn"
	w.Register(in)
	w.Sent()
	b := w.In("vanthu.quan")
	require.Contains(t, b.Page("/statistics"), `href="/statistics/VBDEN01"`)
	require.Contains(t, b.Page("/"), `href="/statistics"`)
	for _, l := range statistics.Layouts {
		if l.Book == statistics.Outgoing || l.Summary {
			continue
		}
		page := b.Page("/statistics/" + l.Code + "?period=this-month")
		var columns []string
		for _, m := range head.FindAllStringSubmatch(page, -1) {
			columns = append(columns, m[1])
		}
		require.Equal(t, l.Titles(), columns, l.Code)
		for _, d := range l.Definitions {
			require.Contains(t, page, d, l.Code)
		}
		require.Contains(t, page, "Từ ngày 01/11/2026 đến ngày 30/11/2026")
		require.NotContains(t, page, "<script>alert")
	}
	page := b.Page("/statistics/vbden01?from=1/11/2026&to=20/11/2026")
	require.Contains(t, page, "Không có văn bản nào trong kỳ này.")
	require.Contains(t, page, `value="20/11/2026"`)
	a := b.Get("/statistics/VBDEN01?from=31/2")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="31/2"`)
	require.Equal(t, http.StatusUnprocessableEntity, b.Get("/statistics/VBDEN01?from=2/2/2026&to=1/2/2026").Status)
	require.Equal(t, http.StatusNotFound, b.Get("/statistics/VBDEN99").Status)
	require.Equal(t, http.StatusNotFound, b.Get("/statistics/VBDEN01/doc").Status)
	require.Contains(t, b.Page("/trail?kind=exported"), "Xuất danh sách", "that it left is written down")
}

func TestAReportLeavesAsFiles_I07(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	in := webtest.Registration()
	in.Issuer, in.TypeName, in.Subject, in.CodeNotation = "@SUM(1)", "+1", "=1+1", "-2+3"
	w.Direct(w.Register(in), routing.Recipient{UnitID: webtest.Unit("nv"), Role: routing.Lead})
	b := w.In("chutich.quan")
	for _, l := range statistics.Layouts {
		if l.Book == statistics.Outgoing || l.Summary {
			continue
		}
		at := "/statistics/" + l.Code
		book, err := excelize.OpenReader(strings.NewReader(b.Page(at + "/xlsx")))
		require.NoError(t, err)
		rows, err := book.GetRows(l.Code)
		require.NoError(t, err)
		require.Equal(t, l.Titles(), rows[0])
		for r := range rows {
			for c := range rows[r] {
				cell, err := excelize.CoordinatesToCellName(c+1, r+1)
				require.NoError(t, err)
				formula, err := book.GetCellFormula(l.Code, cell)
				require.NoError(t, err)
				require.Empty(t, formula, cell)
			}
		}
		table := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.Page(at+"/csv"), "\uFEFF")))
		table.FieldsPerRecord = -1
		lines, err := table.ReadAll()
		require.NoError(t, err)
		require.Len(t, lines, len(rows)-1, "%s: all but the empty one", l.Code)
		for _, line := range lines {
			for _, cell := range line {
				require.NotRegexp(t, `^[=+@-]`, cell)
			}
		}
		file := b.Get(at + "/pdf")
		require.Equal(t, "application/pdf", file.Header.Get("Content-Type"))
		require.True(t, bytes.HasPrefix([]byte(file.Text), []byte("%PDF-")))
		require.Equal(t, file.Text, b.Page(at+"/pdf"), "the same bytes at the same instant")
	}
}

func TestWhoOverseesNothingHasNoReports(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, who := range []string{"chuyenvien.nv", "canbo.molao", "quantri"} {
		b := w.In(who)
		for _, path := range []string{"/statistics", "/statistics/VBDEN01", "/statistics/VBDEN01/pdf"} {
			require.Equal(t, http.StatusForbidden, b.Get(path).Status, "%s %s", who, path)
		}
		require.NotContains(t, b.Page("/"), `href="/statistics"`)
	}
	require.Equal(t, http.StatusForbidden, w.In("chutich.molao").Get("/statistics/VBDEN01?book="+string(webtest.Unit("vanquan"))).Status)
}

func TestFiguresByMailAreSeenAndStopped(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("chutich.quan")
	require.Contains(t, b.Page("/statistics/subscriptions"), "chưa có địa chỉ thư")
	fill := func(day string) webtest.Answer {
		key := webtest.Hidden(b.Page("/statistics/subscriptions"))["key"]
		return b.Post("/statistics/subscriptions", "key", key, "layout", "VBDEN07", "period", "last-week", "day", day, "time", "09:30")
	}
	a := fill("6")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="6"`, "what was typed is kept")
	require.Contains(t, a.Text, "từ 1 đến 5")
	require.Equal(t, http.StatusSeeOther, fill("2").Status)
	page := b.Page("/statistics/subscriptions")
	require.Contains(t, page, "tuần trước, từ ngày làm việc thứ 2 của tuần, 09:30")
	stop := regexp.MustCompile(`/statistics/subscriptions/[0-9a-f-]{36}/end`).FindString(page)
	require.NotEmpty(t, stop)
	other := w.In("vanthu.quan")
	require.Equal(t, http.StatusNotFound, other.Post(stop, "key", webtest.Hidden(other.Page("/statistics/subscriptions"))["key"]).Status, "another's is none")
	require.Equal(t, http.StatusSeeOther, b.Post(stop, "key", webtest.Hidden(page)["key"]).Status)
	require.Contains(t, b.Page("/statistics/subscriptions"), "Chưa nhận báo cáo nào.")
	require.Equal(t, http.StatusForbidden, w.In("canbo.molao").Get("/statistics/subscriptions").Status)
}
