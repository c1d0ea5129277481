package books_test

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

func TestMain(m *testing.M) { webtest.Main(m) }

// NĐ 30/2020, Phụ lục IV: ten columns, and a cover that says from when to when and
// from which number to which.
func TestTheBookOfTheDistrict_ND30_PhuLucIV(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	in := webtest.Registration()
	in.Subject, in.CodeNumber, in.CodeNotation = `=HYPERLINK("http://x")`, "15", "KH-UBND"
	w.Register(in)
	document := w.Sent()
	_, err := w.Desk.Acknowledge(t.Context(), w.As("vanthu.molao"), w.Share(document, "molao").ID, webtest.Request())
	require.NoError(t, err)
	b := w.In("vanthu.quan")
	page := b.Page("/books/print?form=register&year=2026")
	require.Len(t, regexp.MustCompile(`<th scope="col">`).FindAllString(page, -1), 10)
	require.Contains(t, page, "Từ ngày 23/11/2026 đến ngày 23/11/2026")
	require.Contains(t, page, "Từ số 1 đến số 2")
	require.Contains(t, page, "Phòng Nội vụ (chủ trì); ")
	require.Regexp(t, `(?s)<td>[^<]*Mộ Lao 23/11/2026</td>`, page, "who took it, and when")
	require.Len(t, regexp.MustCompile(`<th scope="col">`).FindAllString(b.Page("/books/print?form=follow"), -1), 7)
	require.Contains(t, b.Page("/books/print?year=2025"), "Không có văn bản nào")
	a := b.Get("/books/print?from=31/2")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="31/2"`)

	a = b.Get("/books/excel?form=register&year=2026")
	require.Equal(t, http.StatusOK, a.Status)
	file, err := excelize.OpenReader(bytes.NewReader([]byte(a.Text)))
	require.NoError(t, err)
	rows, err := file.GetRows("Sổ đăng ký")
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, "Công văn "+in.Subject, rows[1][5])
	formula, err := file.GetCellFormula("Sổ đăng ký", "F2")
	require.NoError(t, err)
	require.Empty(t, formula)
	require.Contains(t, b.Page("/trail?kind=exported"), "Xuất danh sách", "that it left is written down")
}

// The book of a ward is one series: what it registered, and what it received.
func TestTheBookOfAWardHasNoGap_ND30_Dieu22(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for range 2 {
		document := w.Sent()
		_, err := w.Desk.Acknowledge(t.Context(), w.As("vanthu.molao"), w.Share(document, "molao").ID, webtest.Request())
		require.NoError(t, err)
		_, err = w.Desk.Register(t.Context(), w.As("vanthu.molao"), webtest.Registration(), webtest.Request())
		require.NoError(t, err)
	}
	page := w.In("vanthu.molao").Page("/books/print?form=follow&year=2026")
	var numbers []string
	for _, m := range regexp.MustCompile(`(?s)<tr>\s*<td>(\d+)</td>`).FindAllStringSubmatch(page, -1) {
		numbers = append(numbers, m[1])
	}
	require.Equal(t, []string{"1", "2", "3", "4"}, numbers)
	require.Contains(t, page, "Từ số 1 đến số 4")
}

func TestWhoDoesNotSpeakForTheUnitPrintsNoBook(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, path := range []string{"/books", "/books/print", "/books/excel"} {
		require.Equal(t, http.StatusForbidden, w.In("chuyenvien.nv").Get(path).Status, path)
		require.Equal(t, http.StatusForbidden, w.In("quantri").Get(path).Status, path)
	}
	require.NotContains(t, w.In("chuyenvien.nv").Page("/documents"), `href="/books"`)
}

func TestACellOfABookIsNoFormula_I07(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	in := webtest.Registration()
	in.Issuer, in.TypeName, in.Subject, in.CodeNotation = "@SUM(1)", "+1", "=1+1", "-2+3"
	w.Direct(w.Register(in), routing.Recipient{UnitID: webtest.Unit("nv"), Role: routing.Lead})
	b := w.In("vanthu.quan")
	for _, form := range []string{"register", "follow"} {
		file, err := excelize.OpenReader(strings.NewReader(b.Page("/books/excel?form=" + form)))
		require.NoError(t, err)
		sheet := file.GetSheetName(0)
		rows, err := file.GetRows(sheet)
		require.NoError(t, err)
		require.Len(t, rows, 2)
		require.Contains(t, strings.Join(rows[1], "\n"), "@SUM(1)")
		for column := range rows[1] {
			cell, err := excelize.CoordinatesToCellName(column+1, 2)
			require.NoError(t, err)
			formula, err := file.GetCellFormula(sheet, cell)
			require.NoError(t, err)
			require.Empty(t, formula, cell)
			kind, err := file.GetCellType(sheet, cell)
			require.NoError(t, err)
			require.Contains(t, []excelize.CellType{excelize.CellTypeInlineString, excelize.CellTypeSharedString}, kind, cell)
		}
	}
}

func TestTheBookOfOutgoingDocuments_ND30_PhuLucIV(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	in := webtest.Issuing()
	in.Subject, in.SignerTitle, in.Note, in.Urgency = "=1+1", "@SUM(1)", "-2+3", routing.Urgent
	in.Recipients = append(in.Recipients, routing.Place{Class: routing.PlaceReport, Name: `=HYPERLINK("http://x")`})
	for range 2 {
		_, err := w.Desk.IssueOutgoing(t.Context(), w.As("vanthu.quan"), in, webtest.Request())
		require.NoError(t, err)
	}
	b := w.In("vanthu.quan")
	page := b.Page("/books/print?form=outgoing&year=2026")
	require.Len(t, regexp.MustCompile(`<th scope="col">`).FindAllString(page, -1), 10)
	for _, text := range []string{"Sổ đăng ký văn bản đi", "UBND quận Hà Đông", "Từ số 1 đến số 2", "Từ ngày 23/11/2026 đến ngày 23/11/2026", "<td>02/KH-UBND</td>", "<td>VT, QLĐT</td>", "-2+3; Khẩn"} {
		require.Contains(t, page, text)
	}
	require.Contains(t, b.Page("/books/print?form=outgoing&from=24/11"), "Không có văn bản nào")
	require.Contains(t, b.Page("/trail?kind=exported"), "Xuất danh sách", "that it left is written down")
	file, err := excelize.OpenReader(strings.NewReader(b.Page("/books/excel?form=outgoing")))
	require.NoError(t, err)
	rows, err := file.GetRows("Sổ đăng ký")
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, "@SUM(1)", rows[1][3])
	for column := range rows[1] {
		cell, err := excelize.CoordinatesToCellName(column+1, 2)
		require.NoError(t, err)
		formula, err := file.GetCellFormula("Sổ đăng ký", cell)
		require.NoError(t, err)
		require.Empty(t, formula, cell)
	}
	require.Equal(t, http.StatusForbidden, w.In("chuyenvien.nv").Get("/books/print?form=outgoing").Status)
}
