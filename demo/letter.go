package demo

import (
	"bytes"
	"fmt"
	"time"

	"congvan/calendar"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"
)

// letter draws the PDF of a sample document in the form of Nghị định 30/2020,
// Phụ lục I: A4, a serif face of Times metrics, quốc hiệu and tiêu ngữ, number
// and notation, place and date, type and subject. Issuer and content are made up.
func letter(d document, at time.Time) ([]byte, error) {
	year, month, day := calendar.DateOf(at).Civil()
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCreationDate(at)
	pdf.SetMargins(30, 20, 20)
	pdf.AddUTF8FontFromBytes("serif", "", liberationserifregular.TTF)
	pdf.AddUTF8FontFromBytes("serif", "B", liberationserifbold.TTF)
	pdf.AddUTF8FontFromBytes("serif", "I", liberationserifitalic.TTF)
	pdf.AddPage()

	row := func(style string, size float64, left, right string) {
		pdf.SetFont("serif", style, size)
		pdf.CellFormat(70, 6, left, "", 0, "C", false, 0, "")
		pdf.CellFormat(90, 6, right, "", 1, "C", false, 0, "")
	}
	row("B", 12, "UBND THÀNH PHỐ (BẢN MẪU)", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
	row("B", 13, "", "Độc lập - Tự do - Hạnh phúc")
	pdf.Ln(4)
	row("", 13, fmt.Sprintf("Số: %s/%s", d.CodeNumber, d.CodeNotation), "")
	pdf.SetFont("serif", "I", 13)
	pdf.CellFormat(0, 6, "Hà Nội, ngày "+dayInWords(day, month, year), "", 1, "R", false, 0, "")
	pdf.Ln(8)
	pdf.SetFont("serif", "B", 14)
	pdf.CellFormat(0, 7, "KẾ HOẠCH", "", 1, "C", false, 0, "")
	pdf.MultiCell(0, 7, d.Subject, "", "C", false)
	pdf.Ln(6)
	pdf.SetFont("serif", "", 13)
	for _, paragraph := range []string{
		"Văn bản này do chương trình tạo ra để trình diễn; mọi nội dung đều là ví dụ.",
		"1. Giao một phòng chuyên môn chủ trì, các phòng liên quan phối hợp.",
		"2. UBND 17 phường tổ chức thực hiện trên địa bàn, báo cáo kết quả đúng thời hạn.",
		"3. Văn phòng HĐND và UBND quận theo dõi, đôn đốc.",
	} {
		pdf.MultiCell(0, 7, "      "+paragraph, "", "J", false)
	}
	pdf.Ln(8)
	pdf.SetFont("serif", "I", 12)
	pdf.MultiCell(0, 6, "Nơi nhận:\n- UBND quận Hà Đông;\n- Lưu: VT.", "", "L", false)

	var out bytes.Buffer
	err := pdf.Output(&out)
	return out.Bytes(), err
}

// dayInWords pads days below ten and the months January and February only, as
// the decree prescribes.
func dayInWords(day int, month time.Month, year int) string {
	format := "%02d tháng %d năm %d"
	if month <= time.February {
		format = "%02d tháng %02d năm %d"
	}
	return fmt.Sprintf(format, day, month, year)
}
