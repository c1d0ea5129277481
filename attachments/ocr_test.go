package attachments

import (
	"bytes"
	"os/exec"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// canRecognise says whether what reads scans is installed here.
func canRecognise() bool {
	_, err1 := exec.LookPath(tesseract)
	_, err2 := exec.LookPath(pdfToPPM)
	return err1 == nil && err2 == nil
}

// scanOf is a picture of lines, as a scanner makes it.
func scanOf(t testing.TB, lines ...string) []byte {
	t.Helper()
	if !canRecognise() {
		t.Skip("tesseract and pdftoppm are not installed here")
	}
	picture, err := run(t.Context(), time.Minute, pdfOf(t, lines), pdfToPPM, "-r", "200", "-gray", "-png", "-")
	require.NoError(t, err)
	return picture
}

// scannedPDF has a picture on each of its pages.
func scannedPDF(t testing.TB, pages ...[]byte) *bytes.Reader {
	t.Helper()
	f := fpdf.New("P", "mm", "A4", "")
	for i, page := range pages {
		f.AddPage()
		name := string(rune('a' + i))
		f.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(page))
		f.ImageOptions(name, 0, 0, 210, 297, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	}
	var out bytes.Buffer
	require.NoError(t, f.Output(&out))
	return bytesOf(out.Bytes())
}

func TestScansAreReadByMachine(t *testing.T) {
	letter := scanOf(t, "ỦY BAN NHÂN DÂN QUẬN HÀ ĐÔNG", "Về việc rà soát hộ nghèo năm 2026")
	annex := scanOf(t, "PHỤ LỤC")
	for name, r := range map[string]Reading{
		"a picture": readOf(t, PNG, bytesOf(letter)), "a PDF": readOf(t, PDF, scannedPDF(t, letter, annex)),
	} {
		require.True(t, r.ByMachine, name)
		require.Equal(t, []Note{MachineRead}, r.Notes, name)
		require.Contains(t, routing.Fold(said(r)), routing.Fold("rà soát hộ nghèo năm 2026"), name)
		require.Equal(t, 1, r.Lines[0].Page)
		if name == "a PDF" {
			require.Equal(t, Line{2, 1, "PHỤ LỤC"}, r.Lines[len(r.Lines)-1])
		}
	}
}

func TestAStampOnAScanIsFound_M05(t *testing.T) {
	r := readOf(t, PDF, scannedPDF(t, scanOf(t, "TỐI MẬT", "", "Kế hoạch bảo vệ mục tiêu")))
	require.ErrorIs(t, CheckSecrecy("a.pdf", r.Lines, r.Metadata), routing.ErrStateSecret, said(r))
}
