package sheets_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"congvan/sheets"

	"github.com/ledongthuc/pdf"
	"github.com/stretchr/testify/require"
)

// vietnameseLetters are all letters with their marks, and the đồng.
const vietnameseLetters = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ ₫ – “”"

func drawn(t *testing.T, landscape bool, rows int) []byte {
	t.Helper()
	p := sheets.NewPDF(sheets.Printed{Landscape: landscape, At: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC), Title: "Báo cáo thử",
		Left: []string{"UBND thành phố Hà Nội", "UBND quận Hà Đông"}, Right: []string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"},
		Dated: "Hà Đông, ngày 23 tháng 11 năm 2026", Under: []string{"Từ ngày 01/11/2026 đến ngày 30/11/2026"},
		Columns: []sheets.PrintedColumn{{Title: "Số đến", Width: 1}, {Title: "Trích yếu", Width: 6}, {Title: "Đúng hạn", Over: "Đã xử lý", Width: 1, Right: true}, {Title: "Quá hạn", Over: "Đã xử lý", Width: 1, Right: true}}})
	require.NoError(t, p.Group("Công văn: 3 văn bản"))
	for range rows {
		require.NoError(t, p.Row("7", vietnameseLetters+" "+strings.ToUpper(vietnameseLetters), "1", "2"))
	}
	require.NoError(t, p.Row("8", strings.Repeat("dài ", 3000), "", ""))
	require.NoError(t, p.Row("9", "ngoài bảng chữ \U0001F4A9 \u202e=1+1 \x07"+strings.Repeat("x", 400)))
	require.NoError(t, p.Sum("", "Cộng", "1", "2"))
	var out bytes.Buffer
	require.NoError(t, p.Close(&out, sheets.Ending{Sums: "Tổng số: 3 văn bản.", Heading: "Cách tính số liệu", Notes: []string{"Đếm một lần."}, PageWord: "Trang",
		Signs: [2][]string{{"NGƯỜI LẬP", "(Ký, ghi rõ họ tên)"}, {"THỦ TRƯỞNG ĐƠN VỊ", "(Ký, ghi rõ họ tên)"}}}))
	return out.Bytes()
}

func TestAPrintedTableIsAPDF(t *testing.T) {
	t.Parallel()
	for _, landscape := range []bool{true, false} {
		file := drawn(t, landscape, 30)
		require.Equal(t, file, drawn(t, landscape, 30), "the same bytes for the same rows")
		require.NotContains(t, string(file), "/JavaScript")
		r, err := pdf.NewReader(bytes.NewReader(file), int64(len(file)))
		require.NoError(t, err)
		require.Greater(t, r.NumPage(), 3)
		if program, err := exec.LookPath("pdftotext"); err == nil {
			to := t.TempDir() + "/x.pdf"
			require.NoError(t, os.WriteFile(to, file, 0o600))
			text, err := exec.Command(program, "-layout", to, "-").Output()
			require.NoError(t, err)
			pages := strings.Split(strings.TrimSuffix(string(text), "\f"), "\f")
			require.Len(t, pages, r.NumPage())
			require.Contains(t, pages[0], "Công văn: 3 văn bản")
			require.Contains(t, pages[0], "Trang 1/")
			require.Contains(t, pages[1], "Trích yếu", "the heads stand on each page")
			for _, letter := range strings.Fields(strings.Join(strings.Split(vietnameseLetters, ""), " ")) {
				require.Contains(t, string(text), letter)
				require.Contains(t, string(text), strings.ToUpper(letter))
			}
		}
	}
}
