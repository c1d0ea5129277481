package sheets_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"congvan/sheets"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// tricks are cells that some spreadsheet reads as a formula.
var tricks = []string{
	`=1+1`, `+1`, `-1+2`, `@SUM(A1)`, "\t=1", "\r=1", " =1", `"=1`, `'=1`, "\ufeff=1", "\u200b=1", "＝1", "＋1", "－1", "＠x",
	`=HYPERLINK("http://x","y")`, `=cmd|' /C calc'!A0`, `|x`, `%0A=1`, `=WEBSERVICE("http://x")`,
}

var ordinary = []string{"", "Kế hoạch số 12/KH-UBND", "V/v triển khai", "a=b", "1-2", "dòng một\ndòng hai", `"trích" dẫn`, "x;y,z"}

func TestNoCellIsAFormula_I07(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	table, err := sheets.CSV(&out)
	require.NoError(t, err)
	for _, cell := range append(tricks, ordinary...) {
		require.NoError(t, table.Row(cell, "x"))
	}
	require.NoError(t, table.Close())
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, len(tricks)+len(ordinary))
	for i, cell := range tricks {
		require.True(t, strings.HasPrefix(rows[i][0], "'"), "%q", rows[i][0])
		if !strings.Contains(cell, "\r") { // the reader makes one line end of all
			require.Equal(t, "'"+cell, rows[i][0])
		}
	}
	for i, cell := range ordinary {
		require.Equal(t, cell, rows[len(tricks)+i][0])
	}
}

func TestExcelHoldsTextOnly_I07(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	table, err := sheets.Excel(&out, "Nhật ký")
	require.NoError(t, err)
	for _, cell := range append(tricks, ordinary...) {
		require.NoError(t, table.Row(cell, "x"))
	}
	require.NoError(t, table.Row(strings.Repeat("ư", 40_000)))
	require.NoError(t, table.Close())

	book, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	require.NoError(t, err)
	rows, err := book.GetRows("Nhật ký")
	require.NoError(t, err)
	for i, cell := range tricks {
		if !strings.ContainsAny(cell, "\r") {
			require.Equal(t, cell, rows[i][0])
		}
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	require.NoError(t, err)
	for _, part := range archive.File {
		if strings.HasPrefix(part.Name, "xl/worksheets/") {
			f, err := part.Open()
			require.NoError(t, err)
			data, err := io.ReadAll(f)
			require.NoError(t, err)
			require.NotContains(t, string(data), "<f>")
			require.Contains(t, string(data), "=1+1")
		}
	}
}
