package audit

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifregular"
	"github.com/skip2/go-qrcode"
)

// Page draws a receipt as a PDF of one page, or more if there are many files. zone
// is the one in which its instants are printed.
func (r Receipt) Page(zone *time.Location) ([]byte, error) {
	head, _, err := parseHead(headText(r.Head), headForm)
	if err != nil {
		return nil, err
	}
	code, err := qrcode.Encode(r.Code(), qrcode.Medium, 400)
	if err != nil {
		return nil, fmt.Errorf("audit: code of a receipt: %w", err)
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCreationDate(head.At)
	pdf.SetModificationDate(head.At)
	pdf.SetTitle("Phiếu xác nhận đã nhận văn bản", true)
	pdf.SetMargins(30, 20, 20)
	pdf.AddUTF8FontFromBytes("serif", "", liberationserifregular.TTF)
	pdf.AddUTF8FontFromBytes("serif", "B", liberationserifbold.TTF)
	pdf.AddPage()
	pdf.SetFont("serif", "B", 14)
	pdf.CellFormat(0, 8, "PHIẾU XÁC NHẬN ĐÃ NHẬN VĂN BẢN", "", 1, "C", false, 0, "")
	pdf.Ln(4)
	row := func(name, value string) {
		pdf.SetFont("serif", "", 12)
		pdf.CellFormat(48, 6.5, name, "", 0, "L", false, 0, "")
		pdf.SetFont("serif", "B", 12)
		pdf.MultiCell(0, 6.5, value, "", "L", false)
	}
	f := r.Facts
	row("Cơ quan ban hành:", f.Document.Issuer)
	row("Số, ký hiệu:", f.Document.CodeNumber+"/"+f.Document.CodeNotation)
	if f.Document.IssuedOn != "" {
		row("Ngày ban hành:", dayText(f.Document.IssuedOn))
	}
	row("Số đến nơi chuyển:", fmt.Sprintf("%d/%d", f.Document.Number, f.Document.Year))
	row("Đơn vị nhận:", f.Unit.Name+" ("+f.Unit.Code+")")
	row("Người xác nhận:", f.Account.Post+" ("+f.Account.Name+")")
	row("Thời điểm nhận:", f.ReceivedAt.In(zone).Format("15:04:05, 02/01/2006"))
	if f.Number > 0 {
		row("Số đến nơi nhận:", fmt.Sprintf("%d/%d", f.Number, f.Year))
	}
	pdf.Ln(2)
	small := func(text string) {
		pdf.SetFont("serif", "", 9)
		pdf.MultiCell(0, 4.5, text, "", "L", false)
	}
	small(fmt.Sprintf("Tệp đính kèm khi nhận (SHA-256): %d", len(f.Files)))
	for _, file := range f.Files {
		small(fmt.Sprintf("%s  %d byte", file.SHA256, file.Size))
	}
	pdf.Ln(2)
	small("Mã phiếu (SHA-256): " + r.SHA256)
	for _, p := range r.Proofs {
		small(fmt.Sprintf("Lá %d: %s", p.Leaf, encodeHash(Leaf([]byte(p.Row)))))
	}
	small(fmt.Sprintf("Nhật ký niêm phong: %d mục, gốc %s, lúc %s", head.Size, encodeHash(head.Root), head.At.In(zone).Format("15:04:05, 02/01/2006")))
	pdf.Ln(2)
	pdf.RegisterImageOptionsReader("code", fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(code))
	pdf.ImageOptions("code", 30, pdf.GetY(), 45, 45, true, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	small("Kiểm tra: congvan verify receipt TỆP.json --key KHÓA-CÔNG-KHAI. Trang in này không thay tệp JSON của phiếu.")
	var out bytes.Buffer
	err = pdf.Output(&out)
	return out.Bytes(), err
}

func dayText(day string) string {
	at, err := time.Parse("2006-01-02", day)
	if err != nil {
		return day
	}
	return at.Format("02/01/2006")
}
