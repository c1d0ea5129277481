package attachments

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"codeberg.org/go-pdf/fpdf"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func TestWordTextHasPagesHeadersAndProperties(t *testing.T) {
	t.Parallel()
	r := readOf(t, docxKind, docx(t, []string{norm.NFD.String("Kế hoạch rà soát"), "\f", "Phụ lục"},
		"word/header1.xml", headerPart("Đầu trang"), "word/footer1.xml", headerPart("Chân trang"),
		"word/comments.xml", `<w:comments `+wordSpace+`><w:comment>`+paragraphs("Góp ý")+`</w:comment></w:comments>`,
		"docProps/core.xml", `<cp:coreProperties `+coreSpace+`><dc:title>Nhan đề</dc:title><cp:keywords>từ khóa</cp:keywords></cp:coreProperties>`,
		"docProps/custom.xml", `<Properties><property name="Độ mật"><vt:lpwstr>Thường</vt:lpwstr></property></Properties>`))
	require.Contains(t, r.Lines, Line{1, 1, "Kế hoạch rà soát"})
	require.Contains(t, r.Lines, Line{2, 1, "Phụ lục"})
	for i, beside := range []string{"Chân trang", "Đầu trang", "Góp ý"} {
		require.Contains(t, r.Lines, Line{0, i + 1, beside})
	}
	require.Equal(t, map[string]string{"title": "Nhan đề", "keywords": "từ khóa", "Độ mật": "Thường"}, r.Metadata)
	require.Empty(t, r.Notes)
}

func TestACopyForOlderProgramsIsNotReadTwice(t *testing.T) {
	t.Parallel()
	box := `<w:p><mc:AlternateContent><mc:Choice><w:txbxContent>` + paragraphs("trong khung") + `</w:txbxContent></mc:Choice><mc:Fallback>` +
		paragraphs("trong khung") + `</mc:Fallback></mc:AlternateContent></w:p>`
	r := readOf(t, docxKind, zipOf(t, "word/document.xml", `<w:document `+wordSpace+`><w:body>`+box+`</w:body></w:document>`))
	require.Equal(t, "trong khung\n", said(r))
}

func TestSheetsAndSlides(t *testing.T) {
	t.Parallel()
	r := readOf(t, xlsxKind, zipOf(t,
		"xl/workbook.xml", `<workbook><sheets><sheet name="Biểu 1"/></sheets></workbook>`,
		"xl/sharedStrings.xml", `<sst><si><t>Phường</t></si><si><r><t>Hộ </t></r><r><t>nghèo</t></r></si></sst>`,
		"xl/worksheets/sheet2.xml", `<worksheet><sheetData><row><c t="inlineStr"><is><t>trang hai</t></is></c></row></sheetData></worksheet>`,
		"xl/worksheets/sheet1.xml", `<worksheet><sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c><v>12</v></c></row><row><c t="s"><v>99</v></c></row></sheetData><headerFooter><oddHeader>&amp;C&amp;"Arial,Bold"&amp;14UBND quận</oddHeader></headerFooter></worksheet>`))
	require.Equal(t, []Line{{0, 1, "Biểu 1"}, {1, 1, "Phường   Hộ nghèo   12"}, {0, 2, "UBND quận"}, {2, 1, "trang hai"}}, r.Lines)

	r = readOf(t, pptxKind, zipOf(t, "ppt/slides/slide10.xml", `<p><a:p><a:r><a:t>mười</a:t></a:r></a:p></p>`,
		"ppt/slides/slide2.xml", `<p><a:p><a:r><a:t>hai</a:t></a:r></a:p></p>`))
	require.Equal(t, []Line{{1, 1, "hai"}, {2, 1, "mười"}}, r.Lines)
}

func TestOpenDocument(t *testing.T) {
	t.Parallel()
	r := readOf(t, odtKind, zipOf(t, "mimetype", odtKind,
		"content.xml", `<office:document-content><office:body><office:text><text:h>Kế hoạch</text:h><text:p>rà<text:s/>soát <text:span>hộ nghèo</text:span><text:line-break/>năm 2026</text:p></office:text></office:body></office:document-content>`,
		"styles.xml", `<s><style:header><text:p>Đầu trang</text:p></style:header></s>`,
		"meta.xml", `<office:document-meta><office:meta><dc:title>Nhan đề</dc:title><meta:user-defined meta:name="Độ khẩn">Khẩn</meta:user-defined></office:meta></office:document-meta>`))
	require.Equal(t, []Line{{0, 1, "Đầu trang"}, {1, 1, "Kế hoạch"}, {1, 2, "rà soát hộ nghèo"}, {1, 3, "năm 2026"}}, r.Lines)
	require.Equal(t, map[string]string{"title": "Nhan đề", "Độ khẩn": "Khẩn"}, r.Metadata)

	r = readOf(t, odsKind, zipOf(t, "content.xml", `<c><office:spreadsheet><table:table table:name="Biểu 1"><text:p>một</text:p></table:table><table:table table:name="Biểu 2"><text:p>hai</text:p></table:table></office:spreadsheet></c>`))
	require.Equal(t, []Line{{1, 1, "Biểu 1"}, {1, 2, "một"}, {2, 1, "Biểu 2"}, {2, 2, "hai"}}, r.Lines)
}

func TestPDFTextComesInLinesWithPages(t *testing.T) {
	t.Parallel()
	r := readOf(t, pdfKind, pdfOf(t, []string{"UBND QUẬN HÀ ĐÔNG\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "# QUYẾT ĐỊNH", "Về việc kiện toàn", "\f", "Điều 2. Thi hành"},
		func(f *fpdf.Fpdf) { f.SetTitle("Nhan đề", true); f.SetKeywords("hộ nghèo", true) }))
	require.Equal(t, []Line{
		{1, 1, "UBND QUẬN HÀ ĐÔNG   CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"}, {1, 2, "QUYẾT ĐỊNH"}, {1, 3, "Về việc kiện toàn"}, {2, 1, "Điều 2. Thi hành"},
	}, r.Lines)
	require.Equal(t, "Nhan đề", r.Metadata["title"])
	require.Equal(t, "hộ nghèo", r.Metadata["keywords"])
	require.Empty(t, r.Notes)
}

func TestAPictureIsToBeLookedAt_M05(t *testing.T) {
	t.Parallel()
	require.Equal(t, []Note{NoText}, readOf(t, pdfKind, pdfOf(t, nil)).Notes)
	require.Equal(t, []Note{NoText}, readOf(t, "image/png", bytesOf([]byte("\x89PNG"))).Notes)
	scan := NoText
	if canRecognise() {
		scan = MachineRead
	}
	for _, name := range []string{"275.pdf", "KSTTHC.pdf", "CV_4427_0001.signed.pdf"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := readOf(t, pdfKind, real(t, name))
			t.Log(r)
			require.Contains(t, r.Notes, scan)
		})
	}
}

func TestWord97OfRealOffices(t *testing.T) {
	t.Parallel()
	for name, phrases := range map[string][]string{
		"QD15UB.DOC": {"QUYẾT ĐỊNH", "15/2010/QĐ-UBND"},
		"CT9UB.DOC":  {"CHỈ THỊ", "09/2009/CT-UBND"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := readOf(t, docKind, real(t, name))
			for _, line := range r.Lines[:min(40, len(r.Lines))] {
				t.Log(line.Page, line.Number, line.Text)
			}
			t.Log(r.Notes, r.Metadata)
			for _, phrase := range phrases {
				require.Contains(t, said(r), phrase)
			}
			require.NoError(t, CheckSecrecy(name, r.Lines, r.Metadata))
		})
	}
}

// pieceTable builds the streams of a Word 97 file out of a piece in each encoding.
func TestPiecesInBothEncodings(t *testing.T) {
	t.Parallel()
	wide := utf16.Encode([]rune("Kế hoạch\r"))
	doc := make([]byte, 2000)
	copy(doc[1000:], "So 12 \x13HYPERLINK \"x\"\x14nay\x15\r")
	for i, u := range wide {
		binary.LittleEndian.PutUint16(doc[1200+2*i:], u)
	}
	n := len("So 12 \x13HYPERLINK \"x\"\x14nay\x15\r")
	plc := binary.LittleEndian.AppendUint32(nil, 0)
	plc = binary.LittleEndian.AppendUint32(plc, uint32(n))
	plc = binary.LittleEndian.AppendUint32(plc, uint32(n+len(wide)))
	for _, at := range []uint32{1000*2 | 0x4000_0000, 1200} {
		plc = append(binary.LittleEndian.AppendUint32(append(plc, 0, 0), at), 0, 0)
	}
	clx := append(binary.LittleEndian.AppendUint32([]byte{1, 2, 0, 9, 9, 2}, uint32(len(plc))), plc...)
	text, err := pieces(doc, clx)
	require.NoError(t, err)
	var lines []string
	require.NoError(t, wordText(text, func() error { return nil }, func(s string) error { lines = append(lines, tidy(s)); return nil }))
	require.Equal(t, []string{"So 12 nay", "Kế hoạch", ""}, lines)
}

func TestOldSheetsAreScraped(t *testing.T) {
	t.Parallel()
	data := []byte{3, 0, 1}
	for _, u := range utf16.Encode([]rune("MẬT")) {
		data = binary.LittleEndian.AppendUint16(data, u)
	}
	data = append(append(data, 5, 0, 0), "Ha Dong\x00\x01"...)
	p := &collector{ctx: t.Context(), page: 1}
	require.NoError(t, scrape(p, data))
	require.Equal(t, []Line{{1, 1, "MẬT"}, {1, 2, "Ha Dong"}}, p.read.Lines)
}

// Old documents were written for fonts that showed other signs than their codes say.
func TestFontsOfBeforeUnicodeAreConverted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ written, want string }{
		"TCVN3": {"Céng hßa x· héi chñ nghÜa ViÖt Nam. §éc lËp - Tù do - H¹nh phóc", "Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập - Tự do - Hạnh phúc"},
		"VNI":   {"Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam. Ñoäc laäp - Töï do - Haïnh phuùc", "Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập - Tự do - Hạnh phúc"},
		"none":  {"Cộng hòa xã hội chủ nghĩa Việt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"},
		"other": {"Société générale à Besançon, déjà vu", "Société générale à Besançon, déjà vu"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := readOf(t, docxKind, docx(t, []string{c.written}))
			require.Equal(t, c.want+"\n", said(r))
			if c.written != c.want {
				require.Equal(t, []Note{LegacyFont}, r.Notes)
			}
		})
	}
	r := readOf(t, docxKind, docx(t, []string{"Céng hßa x· héi chñ nghÜa ViÖt Nam", "TèI MËT"}))
	require.Error(t, CheckSecrecy("a.docx", r.Lines, nil))
}

func TestWhatIsHostileIsNotFollowed_U06(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*bytes.Reader{
		"a document type": zipOf(t, "word/document.xml", `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document><w:p><w:t>&b;</w:t></w:p></w:document>`),
		"too deep":        zipOf(t, "word/document.xml", strings.Repeat("<w:p>", 100_000)),
		"cut off":         zipOf(t, "word/document.xml", "<w:document><w:p><w:t>a"),
		"no ZIP":          bytesOf([]byte("PK\x03\x04 and no more")),
		"nothing":         bytesOf(nil),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := readOf(t, docxKind, c)
			require.Contains(t, r.Notes, Damaged)
		})
	}
	t.Run("a part that grows", func(t *testing.T) {
		t.Parallel()
		began := time.Now()
		r := readOf(t, docxKind, zipOf(t, "word/document.xml", "<w:document><w:p><w:t>"+strings.Repeat("a", maxTextPart+10)+"</w:t></w:p></w:document>"))
		require.Contains(t, r.Notes, Cut)
		require.Less(t, time.Since(began), readTimeout)
	})
	t.Run("many lines", func(t *testing.T) {
		t.Parallel()
		r := readOf(t, docxKind, docx(t, strings.Split(strings.Repeat("dòng\n", maxLines+10), "\n")))
		require.Len(t, r.Lines, maxLines)
		require.Contains(t, r.Notes, Cut)
	})
}

// A page that is its own parent sends the library round for ever: it soon has
// read enough, long before its time is up.
func TestACircleCostsLittle_U04(t *testing.T) {
	t.Parallel()
	file := bytes.Replace(catalogPDF(""), []byte("/Parent 2 0 R"), []byte("/Parent 3 0 R"), 1)
	began := time.Now()
	require.NotEmpty(t, readOf(t, pdfKind, bytesOf(file)).Notes)
	require.Less(t, time.Since(began), readTimeout/2)
}
