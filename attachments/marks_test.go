package attachments

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"codeberg.org/go-pdf/fpdf"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"congvan/routing"
)

// harmlessText is a document that speaks of secrecy, of honey and of people.
var harmlessText = []string{
	"KẾ HOẠCH", "Triển khai công tác bảo vệ bí mật nhà nước năm 2026", "1. Bảo mật thông tin, mật khẩu thư điện tử công vụ",
	"2. Các cấp độ: Mật, Tối mật, Tuyệt mật theo Luật Bảo vệ bí mật nhà nước", "Mắt", "Mặt", "Hợp tác xã nuôi ong lấy mật", "Mật độ dân số 200 người/km2",
	"Độ mật: Không", "Giải mật", "Người lập biểu: Nguyễn Thị Mật", "Văn bản này không mật", "Bí mật kinh doanh", "được xác định là Tối mật.",
}

// Whatever kind a file is of, a stamp in it is found, wherever it stands.
func TestStampsAreFoundInEveryKindOfFile_M05(t *testing.T) {
	t.Parallel()
	for _, stamp := range []string{"MẬT", "TỐI MẬT", "T U Y Ệ T  M Ậ T", "Độ mật: Tối mật", norm.NFD.String("TUYỆT MẬT"), "[MẬT]", "МẬТ"} {
		for place, file := range map[string]func() (string, Content){
			"the first page": func() (string, Content) { return docxKind, docx(t, []string{"Kế hoạch", stamp, "Kính gửi"}) },
			"the third page": func() (string, Content) {
				return docxKind, docx(t, append(strings.Split(strings.Repeat("\f ", 2), " "), stamp))
			},
			"an annex": func() (string, Content) {
				return docxKind, docx(t, []string{"a", "\f", "a", "\f", "a", "\f", "a", "\f", "a", "\f", stamp})
			},
			"a header": func() (string, Content) {
				return docxKind, docx(t, []string{"a"}, "word/header2.xml", headerPart(stamp))
			},
			"a footer": func() (string, Content) {
				return docxKind, docx(t, []string{"a"}, "word/footer1.xml", headerPart("Trang 1", stamp))
			},
			"a comment": func() (string, Content) {
				return docxKind, docx(t, []string{"a"}, "word/comments.xml", `<w:comments `+wordSpace+`>`+paragraphs(stamp)+`</w:comments>`)
			},
			"what was struck out": func() (string, Content) {
				return docxKind, docx(t, []string{"a"}, "word/footnotes.xml", `<w:x><w:p><w:del><w:r><w:delText>`+stamp+`</w:delText></w:r></w:del></w:p></w:x>`)
			},
			"a watermark": func() (string, Content) {
				return docxKind, docx(t, []string{"a"}, "word/header1.xml", `<w:hdr `+wordSpace+`><w:p><w:r><w:pict><v:shape><v:textpath string="`+escaped(stamp)+`"/></v:shape></w:pict></w:r></w:p></w:hdr>`)
			},
			"what stands for a picture": func() (string, Content) {
				return docxKind, docx(t, []string{"a"}, "word/footer1.xml", `<w:ftr `+wordSpace+`><w:p><w:r><w:drawing><wp:docPr descr="`+escaped(stamp)+`"/></w:drawing></w:r></w:p></w:ftr>`)
			},
			"a diagram": func() (string, Content) {
				return docxKind, docx(t, []string{"a"}, "word/diagrams/data1.xml", `<d><a:p><a:r><a:t>`+escaped(stamp)+`</a:t></a:r></a:p></d>`)
			},
			"a page under another name": func() (string, Content) {
				return docxKind, docx(t, nil, "word/document2.xml", `<w:document `+wordSpace+`>`+paragraphs("a", stamp)+`</w:document>`)
			},
			"a sheet under another name": func() (string, Content) {
				return xlsxKind, zipOf(t, "xl/sharedStrings.xml", `<sst><si><t>`+escaped(stamp)+`</t></si></sst>`, "xl/worksheets/trang.xml", `<worksheet><row><c t="s"><v>0</v></c></row></worksheet>`)
			},
			"a chart's title": func() (string, Content) {
				return xlsxKind, zipOf(t, "xl/charts/chart1.xml", `<c><a:p><a:t>`+escaped(stamp)+`</a:t></a:p></c>`)
			},
			"the title": func() (string, Content) {
				return docxKind, docx(t, []string{"a"}, "docProps/core.xml", `<x `+coreSpace+`><dc:title>`+escaped(stamp)+`</dc:title></x>`)
			},
			"a property of its own": func() (string, Content) {
				return docxKind, docx(t, []string{"a"}, "docProps/custom.xml", `<Properties><property name="Phân loại"><vt:lpwstr>`+escaped(stamp)+`</vt:lpwstr></property></Properties>`)
			},
			"a cell": func() (string, Content) {
				return xlsxKind, zipOf(t, "xl/worksheets/sheet1.xml", `<worksheet><row><c t="inlineStr"><is><t>12/KH</t></is></c><c t="inlineStr"><is><t>`+escaped(stamp)+`</t></is></c></row></worksheet>`)
			},
			"a slide": func() (string, Content) {
				return pptxKind, zipOf(t, "ppt/slides/slide1.xml", `<a:p><a:t>`+escaped(stamp)+`</a:t></a:p>`)
			},
			"OpenDocument's style": func() (string, Content) {
				return odtKind, zipOf(t, "content.xml", `<x><text:p>a</text:p></x>`, "styles.xml", `<x><text:p>`+escaped(stamp)+`</text:p></x>`)
			},
			"OpenDocument's data": func() (string, Content) {
				return odtKind, zipOf(t, "content.xml", `<x><text:p>a</text:p></x>`, "meta.xml", `<x><y><dc:subject>`+escaped(stamp)+`</dc:subject></y></x>`)
			},
			"a PDF": func() (string, Content) { return pdfKind, pdfOf(t, []string{"# KẾ HOẠCH", stamp, "Kính gửi"}) },
			"beside the place": func() (string, Content) {
				return pdfKind, pdfOf(t, []string{stamp + "\tHà Đông, ngày 05 tháng 02 năm 2026"})
			},
			"a PDF's title": func() (string, Content) {
				return pdfKind, pdfOf(t, []string{"a"}, func(f *fpdf.Fpdf) { f.SetTitle(stamp, true) })
			},
			"a PDF's keywords": func() (string, Content) {
				return pdfKind, pdfOf(t, []string{"a"}, func(f *fpdf.Fpdf) { f.SetKeywords(stamp, true) })
			},
			"a PDF's packet": func() (string, Content) {
				return pdfKind, pdfOf(t, []string{"a"}, func(f *fpdf.Fpdf) { f.SetXmpMetadata([]byte(`<x><rdf:li>` + escaped(stamp) + `</rdf:li></x>`)) })
			},
			"a PDF's footer": func() (string, Content) {
				return pdfKind, pdfOf(t, []string{"a", "\f", "b", "\f", "c", "\f", "d"}, func(f *fpdf.Fpdf) {
					f.SetFooterFunc(func() {
						if f.PageNo() == 4 {
							f.SetFont("serif", "", 12)
							f.CellFormat(0, 8, stamp, "", 0, "R", false, 0, "")
						}
					})
				})
			},
		} {
			kind, c := file()
			r := readOf(t, kind, c)
			err := CheckSecrecy("tep.bin", r.Lines, r.Metadata)
			require.ErrorIs(t, err, routing.ErrStateSecret, "%s in %s: %v", stamp, place, r)
			require.NotContains(t, err.Error(), "Kính gửi")
		}
	}
}

// What a PDF tells beside its pages, and a picture beside its pixels.
func TestStampsBesideThePages_M05(t *testing.T) {
	t.Parallel()
	text := func(s string) string {
		return "<FEFF" + strings.ToUpper(hex.EncodeToString(utf16Of(binary.BigEndian, s))) + ">"
	}
	for _, stamp := range []string{"TUYỆT MẬT", "Tối mật", "Độ mật: Mật"} {
		for place, catalog := range map[string]string{
			"the outline":      `/Outlines << /First << /Title (a) /Next << /Title (b) /First << /Title ` + text(stamp) + ` >> >> >> >>`,
			"a form":           `/AcroForm << /Fields [ << /T (a) /Kids [ << /T (b) /V ` + text(stamp) + ` >> ] >> ] >>`,
			"a file's name":    `/Names << /EmbeddedFiles << /Kids [ << /Names [ (a) << /UF ` + text(stamp+".docx") + ` >> ] >> ] >> >>`,
			"what a file says": `/Names << /EmbeddedFiles << /Names [ (a) << /UF (a.docx) /Desc ` + text(stamp) + ` >> ] >> >>`,
			"a layer":          `/OCProperties << /OCGs [ << /Name ` + text(stamp) + ` >> ] >>`,
		} {
			refusedIn(t, pdfKind, bytesOf(catalogPDF(catalog)), stamp, place)
		}
		for place, file := range map[string][]byte{
			"iTXt": pngWith("iTXt", "Title\x00\x00\x00\x00\x00"+stamp), "iTXt, packed": pngWith("iTXt", "Title\x00\x01\x00\x00\x00"+deflated(stamp)),
			"zTXt": pngWith("zTXt", "Comment\x00\x00"+deflated(stamp)), "a line of several": pngWith("tEXt", "Comment\x00Kế hoạch\n"+stamp+"\r\n2026"), "tEXt": pngWith("tEXt", "Comment\x00"+stamp),
			"XMP":  pngWith("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00<x><dc:title><rdf:li>"+stamp+"</rdf:li></dc:title></x>"),
			"Exif": pngWith("eXIf", string(described270(binary.BigEndian, stamp))),
		} {
			refusedIn(t, PNG, bytesOf(file), stamp, "PNG's "+place)
		}
		for place, file := range map[string]string{
			"comment": "\xff\xfe" + segment(stamp), "Exif": "\xff\xe1" + segment("Exif\x00\x00"+string(described270(binary.LittleEndian, stamp))),
			"XMP": "\xff\xe1" + segment("http://ns.adobe.com/xap/1.0/\x00<x dc:title='"+stamp+"'/>"),
		} {
			refusedIn(t, JPEG, bytesOf([]byte("\xff\xd8\xff\xe0"+segment("JFIF\x00")+file+"\xff\xda")), stamp, "JPEG's "+place)
		}
		refusedIn(t, TIFF, bytesOf(described270(binary.LittleEndian, stamp)), stamp, "TIFF")
	}
	for kind, file := range map[string][]byte{PNG: pngWith("iTXt", "Title\x00\x00\x00\x00\x00Mật độ dân số"), TIFF: described270(binary.BigEndian, "Mật ong")} {
		r := readOf(t, kind, bytesOf(file))
		require.NotEmpty(t, r.Metadata)
		require.NoError(t, CheckSecrecy("a.png", r.Lines, r.Metadata))
		require.Equal(t, []Note{NoText}, r.Notes)
	}
}

func refusedIn(t *testing.T, kind string, c Content, stamp, place string) {
	t.Helper()
	r := readOf(t, kind, c)
	require.ErrorIs(t, CheckSecrecy("tep.bin", r.Lines, r.Metadata), routing.ErrStateSecret, "%s in %s: %v", stamp, place, r)
}

// catalogPDF is a PDF of one page whose catalog has more.
func catalogPDF(more string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	var places []int
	for i, object := range []string{"<< /Type /Catalog /Pages 2 0 R " + more + " >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R >>"} {
		places = append(places, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := out.Len()
	out.WriteString("xref\n0 4\n0000000000 65535 f \n")
	for _, at := range places {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", table)
	return out.Bytes()
}

func pngWith(kind, data string) []byte {
	chunk := func(kind, data string) string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(len(data)))) + kind + data + "sum!"
	}
	return []byte("\x89PNG\r\n\x1a\n" + chunk("IHDR", strings.Repeat("\x00", 13)) + chunk(kind, data) + chunk("IEND", ""))
}

func deflated(text string) string {
	var out strings.Builder
	z := zlib.NewWriter(&out)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return out.String()
}

// segment is a segment of a JPEG behind its marker.
func segment(data string) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(len(data)+2))) + data
}

// described270 is a TIFF with a description, as Exif has them, too.
func described270(order binary.AppendByteOrder, text string) []byte {
	head := "II*\x00"
	if order.String() == "BigEndian" {
		head = "MM\x00*"
	}
	out := order.AppendUint32([]byte(head), 8)
	out = order.AppendUint16(order.AppendUint16(order.AppendUint16(out, 1), 270), 2)
	out = order.AppendUint32(order.AppendUint32(out, uint32(len(text))), 26)
	return append(order.AppendUint32(out, 0), text...)
}

func utf16Of(order binary.AppendByteOrder, s string) (out []byte) {
	for _, unit := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

func TestHarmlessFilesPass_M06(t *testing.T) {
	t.Parallel()
	for kind, c := range map[string]Content{docxKind: docx(t, harmlessText), pdfKind: pdfOf(t, harmlessText)} {
		r := readOf(t, kind, c)
		require.NoError(t, CheckSecrecy("Kế hoạch bảo vệ bí mật nhà nước.pdf", r.Lines, r.Metadata), "%v", r)
	}
	for _, line := range harmlessText {
		require.NoError(t, CheckSecrecy("", []Line{{1, 1, line}}, map[string]string{"title": line}), line)
	}
}

func TestNamesOfFilesAreLookedAt_M05(t *testing.T) {
	t.Parallel()
	require.ErrorIs(t, CheckSecrecy("12-KH_MAT.pdf", nil, nil), routing.ErrStateSecret)
	require.NoError(t, CheckSecrecy("12-KH-UBND.pdf", nil, nil))
}

// A word of a long text is no stamp; only the beginning and the end of later pages are searched.
func TestTheMiddleOfLaterPagesIsText(t *testing.T) {
	t.Parallel()
	var lines []Line
	for i := range 100 {
		lines = append(lines, Line{9, i + 1, fmt.Sprintf("dòng %d", i)})
	}
	lines[50].Text = "Mật"
	require.NoError(t, CheckSecrecy("", lines, nil))
	lines[0].Text = "Mật"
	require.ErrorIs(t, CheckSecrecy("", lines, nil), routing.ErrStateSecret)
}
