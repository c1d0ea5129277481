package attachments

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"congvan/routing"

	"github.com/stretchr/testify/require"
)

// entry is an entry of a container that a test makes.
type entry struct{ name, content string }

const (
	typesOf   = `<Types><Override ContentType="application/vnd.openxmlformats-officedocument.%s+xml"/></Types>`
	wordMain  = "wordprocessingml.document.main"
	sheetMain = "spreadsheetml.sheet.main"
)

func packed(parts ...entry) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err != nil {
			panic(err)
		}
		_, _ = w.Write([]byte(p.content))
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func wordFile(parts ...entry) []byte {
	return packed(append([]entry{{"[Content_Types].xml", fmt.Sprintf(typesOf, wordMain)}, {"word/document.xml", "<w:document>Kính gửi</w:document>"}}, parts...)...)
}

func rels(kind, target string) entry {
	return entry{"word/_rels/settings.xml.rels", fmt.Sprintf(
		`<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s" TargetMode="External"/></Relationships>`, kind, target)}
}

func inside(kind, target string) entry {
	return entry{"word/_rels/document.xml.rels", fmt.Sprintf(`<Relationships><Relationship Type="http://x/%s" Target="%s"/></Relationships>`, kind, target)}
}

func pdfWith(body string) []byte { return []byte("%PDF-1.7\n" + body + "\n%%EOF\n") }

func examine(name string, data []byte) (Finding, error) { return Examine(name, bytes.NewReader(data)) }

func TestWhatComesInAndWhatDoesNot_U01_U02_U04_U06_U07_U08_U09_U12(t *testing.T) {
	t.Parallel()
	exe := "MZ\x90\x00" + strings.Repeat("\x00", 100)
	plainPDF := pdfWith("1 0 obj <</Type/Catalog>> endobj")
	var pixels bytes.Buffer
	require.NoError(t, png.Encode(&pixels, image.NewGray(image.Rect(0, 0, 3, 3))))
	flood := bytes.Clone(pixels.Bytes())
	binary.BigEndian.PutUint32(flood[16:], 65_000)
	binary.BigEndian.PutUint32(flood[20:], 65_000)
	binary.BigEndian.PutUint32(flood[29:], crc32.ChecksumIEEE(flood[12:29]))
	var photo bytes.Buffer
	require.NoError(t, jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 3, 3)), nil))
	locked := wordFile()
	central := bytes.Index(locked, []byte("PK\x01\x02"))
	locked[central+8] |= 1
	for title, c := range map[string]struct {
		name string
		data []byte
		want error
	}{
		"a docx":                                   {"a.docx", wordFile(), nil},
		"U-01 a page":                              {"a.doc", []byte("\xef\xbb\xbf<html>"), ErrPage},
		"U-01 a page behind remarks":               {"a.xls", []byte("<!-- x -->\n<HTML>"), ErrPage},
		"U-01 a program":                           {"a.pdf", []byte(exe), ErrType},
		"U-01 a PDF called docx":                   {"a.docx", plainPDF, ErrType},
		"U-01 a docx called xlsx":                  {"a.xlsx", wordFile(), ErrType},
		"U-01 a zip":                               {"a.docx", packed(entry{"a.txt", "x"}), ErrType},
		"U-01 SVG":                                 {"a.png", []byte("<svg xmlns='x'/>"), ErrType},
		"U-02 a PDF behind other data":             {"a.pdf", append([]byte("garbage\n"), plainPDF...), ErrTwofold},
		"U-02 a PDF that is a zip, too":            {"a.pdf", append(bytes.Clone(plainPDF), wordFile()...), ErrTwofold},
		"U-02 a JPEG that is a zip, too":           {"a.jpg", append(photo.Bytes(), wordFile()...), ErrTwofold},
		"U-02 data behind the end of a PDF":        {"a.pdf", append(bytes.Clone(plainPDF), make([]byte, 3<<10)...), ErrTwofold},
		"U-02 data before a zip":                   {"a.docx", append([]byte(zipMagic+strings.Repeat("x", 40)), wordFile()...), ErrTwofold},
		"U-02 data behind a zip":                   {"a.docx", append(wordFile(), "%PDF-1.7"...), ErrTwofold},
		"U-04 a PDF with a password":               {"a.pdf", pdfWith("trailer <</Encrypt 5 0 R>>"), ErrEncrypted},
		"U-04 a zip cut short":                     {"a.docx", wordFile()[:200], ErrBroken},
		"U-04 an encrypted entry":                  {"a.docx", locked, ErrEncrypted},
		"U-04 a new file with a password":          {"a.doc", []byte(compoundMagic + strings.Repeat("\x00", 600)), ErrBroken},
		"U-06 a bomb":                              {"a.docx", wordFile(entry{"word/media/a.bin", strings.Repeat("\x00", 30<<20)}), ErrBomb},
		"U-06 six thousand entries":                {"a.docx", wordFile(many(6000)...), ErrBomb},
		"U-06 a bomb inside":                       {"a.docx", wordFile(entry{"word/embeddings/a.xlsx", string(packed(entry{"[Content_Types].xml", fmt.Sprintf(typesOf, sheetMain)}, entry{"x", strings.Repeat("\x00", 30<<20)}))}), ErrBomb},
		"U-07 a name that leaves":                  {"a.docx", wordFile(entry{"../../etc/x", ""}), ErrEntries},
		"U-07 an absolute name":                    {"a.docx", wordFile(entry{"/etc/x", ""}), ErrEntries},
		"U-07 a drive":                             {"a.docx", wordFile(entry{`C:\x`, ""}), ErrEntries},
		"U-07 the same name twice":                 {"a.docx", wordFile(entry{"a", ""}, entry{"a", ""}), ErrEntries},
		"U-07 twice but for case":                  {"a.docx", wordFile(entry{"word/A", ""}, entry{"word/a", ""}), ErrEntries},
		"U-07 twice but for the normal form":       {"a.docx", wordFile(entry{"ế", ""}, entry{"e\u0302\u0301", ""}), ErrEntries},
		"U-07 a direction mark":                    {"a.docx", wordFile(entry{"a\u202ex", ""}), ErrEntries},
		"U-08 a flood of pixels":                   {"a.png", flood, ErrPixels},
		"U-08 a picture":                           {"a.png", pixels.Bytes(), nil},
		"U-08 a header and nothing":                {"a.png", pixels.Bytes()[:16], ErrBroken},
		"U-08 a TIFF that turns back":              {"a.tif", tiff(100, 100, 8), ErrBroken},
		"U-08 a TIFF":                              {"a.tif", tiff(2480, 3508, 0), nil},
		"U-08 a TIFF of too many pixels":           {"a.tif", tiff(29_000, 29_000, 0), ErrPixels},
		"U-09 nothing":                             {"a.pdf", nil, ErrEmpty},
		"U-12 macros":                              {"a.docx", wordFile(entry{"word/vbaProject.bin", "x"}), ErrMacros},
		"U-12 a docm":                              {"a.docx", packed(entry{"[Content_Types].xml", `<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>`}), ErrMacros},
		"U-12 sheets of Excel 4":                   {"a.xlsx", packed(entry{"[Content_Types].xml", fmt.Sprintf(typesOf, sheetMain)}, entry{"xl/macrosheets/sheet1.xml", "x"}), ErrMacros},
		"U-12 Basic in OpenDocument":               {"a.odt", packed(entry{"mimetype", ODT}, entry{"Basic/Standard/Module1.xml", "x"}), ErrMacros},
		"U-12 OpenDocument":                        {"a.odt", packed(entry{"mimetype", ODT}, entry{"content.xml", "<x/>"}), nil},
		"U-12 OpenDocument with a password":        {"a.odt", packed(entry{"mimetype", ODT}, entry{"META-INF/manifest.xml", "<manifest:encryption-data/>"}), ErrEncrypted},
		"U-12 a DDE field":                         {"a.docx", wordFile(entry{"word/header1.xml", `<w:instrText>DDEAUTO c:\\x</w:instrText>`}), ErrActive},
		"U-12 a DDE field in pieces":               {"a.docx", wordFile(entry{"word/header1.xml", `<w:instrText>DDE</w:instrText><w:r/><w:instrText>AUTO x</w:instrText>`}), ErrActive},
		"U-12 a DDE field in UTF-16":               {"a.docx", wordFile(entry{"word/header1.xml", string(utf16Of(binary.LittleEndian, "\ufeff<?xml version='1.0'?><w:instrText>DDEAUTO x</w:instrText>"))}), ErrBroken},
		"U-12 a DDE field in UTF-16, unmarked":     {"a.docx", wordFile(entry{"word/header1.xml", string(utf16Of(binary.LittleEndian, "<?xml version='1.0'?><w:instrText>DDEAUTO x</w:instrText>"))}), ErrBroken},
		"XML in UTF-8 with a mark":                 {"a.docx", wordFile(entry{"word/header1.xml", "\xef\xbb\xbf<?xml version='1.0'?><w:hdr/>"}), nil},
		"U-12 a DDE link":                          {"a.xlsx", packed(entry{"[Content_Types].xml", fmt.Sprintf(typesOf, sheetMain)}, entry{"xl/externalLinks/e1.xml", "<ddeLink ddeService=\"cmd\"/>"}), ErrActive},
		"U-12 a template elsewhere":                {"a.docx", wordFile(rels("attachedTemplate", "http://192.0.2.1/x.dotm")), ErrActive},
		"U-12 a template on a share":               {"a.docx", wordFile(rels("attachedTemplate", `\\192.0.2.1\x\y.dotm`)), ErrActive},
		"U-12 a template on a share, as an URL":    {"a.docx", wordFile(rels("attachedTemplate", `file://192.0.2.1/y.dotm`)), ErrActive},
		"U-12 an object elsewhere":                 {"a.docx", wordFile(rels("oleObject", "http://192.0.2.1/x")), ErrActive},
		"U-12 a link to click":                     {"a.docx", wordFile(rels("hyperlink", "http://192.0.2.1/x")), nil},
		"U-12 a program inside":                    {"a.docx", wordFile(entry{"word/media/image1.png", exe}), ErrActive},
		"U-12 a script inside":                     {"a.docx", wordFile(entry{"word/a.vbs", "x"}), ErrActive},
		"U-12 a zip inside":                        {"a.docx", wordFile(entry{"word/media/image1.png", string(packed(entry{"x", "y"}))}), ErrActive},
		"U-12 ActiveX":                             {"a.docx", wordFile(entry{"word/activeX/activeX1.bin", "x"}), ErrActive},
		"U-12 a file as text":                      {"a.docx", wordFile(inside("aFChunk", "/word/afchunk.mht")), ErrActive},
		"M-05 text in UTF-16":                      {"a.docx", wordFile(entry{"word/header1.xml", "\xff\xfe<\x00w\x00"}), ErrBroken},
		"M-05 text in UTF-16 without a mark":       {"a.docx", wordFile(entry{"word/header1.xml", "<\x00w\x00"}), ErrBroken},
		"M-05 text in an old encoding":             {"a.docx", wordFile(entry{"word/header1.xml", `<?xml version="1.0" encoding="windows-1258"?><w:hdr/>`}), ErrBroken},
		"M-05 what a program keeps for itself":     {"a.docx", wordFile(entry{"customXml/item1.xml", "\xff\xfe<\x00w\x00"}), nil},
		"M-05 text that says UTF-8":                {"a.docx", wordFile(entry{"word/header1.xml", `<?xml version="1.0" encoding="UTF-8"?><w:hdr/>`}), nil},
		"XML that defines entities":                {"a.docx", wordFile(entry{"word/styles.xml", `<!DOCTYPE x [<!ENTITY y "z">]>`}), ErrActive},
		"a program called PDF in an embedded part": {"a.docx", wordFile(entry{"word/embeddings/oleObject1.bin", exe}), ErrActive},
	} {
		t.Run(title, func(t *testing.T) {
			found, err := examine(c.name, c.data)
			require.ErrorIs(t, err, c.want)
			require.Equal(t, c.want == nil, err == nil)
			require.Equal(t, err == nil, found.Kind != "")
		})
	}
}

func many(n int) (parts []entry) {
	for i := range n {
		parts = append(parts, entry{fmt.Sprint("x", i), ""})
	}
	return parts
}

// tiff is one page of a size, and where the next one is.
func tiff(width, height, next uint32) []byte {
	le := binary.LittleEndian
	out := append([]byte("II*\x00"), 8, 0, 0, 0, 2, 0)
	for tag, value := range map[uint16]uint32{256: width, 257: height} {
		out = le.AppendUint16(out, tag)
		out = le.AppendUint16(out, 4)
		out = le.AppendUint32(out, 1)
		out = le.AppendUint32(out, value)
	}
	return le.AppendUint32(out, next)
}

// A bomb that tells how large it is costs nothing: it is refused by its list of
// entries. Unpacked, this one would end as a broken file.
func TestABombIsNotUnpackedToBeFound_U06(t *testing.T) {
	t.Parallel()
	for place, size := range map[string]uint32{"too large": maxUnpacked + 1, "too dense": freeUnpacked + maxRatio<<20} {
		data := wordFile(entry{"word/a", "a"})
		entries := bytes.Index(data, []byte("PK\x01\x02"))
		last := entries + bytes.LastIndex(data[entries:], []byte("PK\x01\x02"))
		binary.LittleEndian.PutUint32(data[last+24:], size)
		_, err := examine("a.docx", data)
		require.ErrorIs(t, err, ErrBomb, place)
	}
}

func TestEntriesThatOverlapAreABomb_U06(t *testing.T) {
	t.Parallel()
	data := wordFile(entry{"word/a", strings.Repeat("a", 4000)}, entry{"word/b", strings.Repeat("a", 4000)})
	// Both entries of the list point at the same bytes.
	first := bytes.Index(data, []byte("PK\x01\x02"))
	var entries []int
	for at := first; at >= 0 && at < len(data); {
		next := bytes.Index(data[at:], []byte("PK\x01\x02"))
		if next < 0 {
			break
		}
		entries = append(entries, at+next)
		at += next + 4
	}
	require.Len(t, entries, 4)
	copy(data[entries[3]+42:entries[3]+46], data[entries[2]+42:entries[2]+46])
	_, err := examine("a.docx", data)
	require.ErrorIs(t, err, ErrBomb)
}

func TestPDFsAreFlaggedNotChanged_U03_U05(t *testing.T) {
	t.Parallel()
	var objects bytes.Buffer
	z := zlib.NewWriter(&objects)
	_, _ = z.Write([]byte("7 0 <</S/JavaScript/JS(app.alert(1))>>"))
	require.NoError(t, z.Close())
	for title, c := range map[string]struct {
		body   string
		want   []Flag
		inline bool
	}{
		"nothing":                       {"1 0 obj <</Type/Catalog>> endobj", nil, true},
		"JavaScript":                    {"<</S /JavaScript /JS (app.alert(1))>>", []Flag{FlagScript}, false},
		"JavaScript, written otherwise": {"<</S /J#61vaScript>>", []Flag{FlagScript}, false},
		"in packed objects":             {"5 0 obj <</Type/ObjStm/Filter/FlateDecode>> stream\n" + objects.String() + "\nendstream endobj", []Flag{FlagScript}, false},
		"objects packed otherwise":      {"5 0 obj <</Type/ObjStm>> stream\nxyz\nendstream endobj", []Flag{FlagOpaque}, false},
		"Launch":                        {"<</S/Launch/F(cmd.exe)>>", []Flag{FlagLaunch}, false},
		"a page to begin with":          {"<</OpenAction [3 0 R /Fit]>>", nil, true},
		"a jump, elsewhere":             {"6 0 obj <</S/GoTo/D[1 0 R/Fit]>> endobj <</OpenAction 6 0 R>>", nil, true},
		"an action, elsewhere":          {"6 0 obj <</S/URI/URI(http://192.0.2.1)>> endobj <</OpenAction 6 0 R>>", []Flag{FlagOpenAction}, false},
		"an action that is not there":   {"<</OpenAction 6 0 R>>", []Flag{FlagOpenAction}, false},
		"two versions of an action":     {"6 0 obj <</S/GoTo>> endobj <</OpenAction 6 0 R>> 6 0 obj <</S/Named>> endobj", []Flag{FlagOpenAction}, false},
		"a file":                        {"<</Names<</EmbeddedFiles 5 0 R>>>>", []Flag{FlagEmbedded}, false},
		"a list of no files":            {"<</Names<</EmbeddedFiles <</Names [\n \n] >>>>>>", nil, true},
		"a list of one file":            {"<</Names<</EmbeddedFiles <</Names [(a) 5 0 R] >>>>>>", []Flag{FlagEmbedded}, false},
		"XFA":                           {"<</AcroForm<</XFA 5 0 R>>>>", []Flag{FlagForm}, false},
		"SubmitForm":                    {"<</S/SubmitForm/F(http://192.0.2.1)>>", []Flag{FlagSends}, false},
		"GoToE":                         {"<</S/GoToE>>", []Flag{FlagSends}, false},
		"short names in random bytes":   {"5 0 obj <</Length 9>> stream\nx/JS /AA y\nendstream endobj", nil, true},
		"hidden behind a false stream":  {"(>> \nstream\n <</S/JavaScript>>", []Flag{FlagScript}, false},
		"changed later":                 {"1 0 obj\n%%EOF\n2 0 obj", []Flag{FlagRevisions}, true},
		"linearized has two ends":       {"<</Linearized 1>>\n%%EOF\n2 0 obj", nil, true},
	} {
		found, err := examine("a.pdf", pdfWith(c.body))
		require.NoError(t, err, title)
		require.Equal(t, Finding{Kind: PDF, Flags: c.want}, found, title)
		require.Equal(t, c.inline, found.Inline(), title)
	}
	found, err := examine("a.pdf", []byte("%PDF-1.4\n1 0 obj"))
	require.NoError(t, err)
	require.Equal(t, []Flag{FlagTruncated}, found.Flags)
}

func TestNames_U01_U10(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		`C:\Công văn\Kế hoạch số 45.PDF`: "Kế hoạch số 45.PDF",
		" Báo cáo.docx ":                 "Báo cáo.docx",
		"Kê\u0301 hoạch.pdf":             "Kế hoạch.pdf",
		"../../../etc/passwd.pdf":        "passwd.pdf",
		"12/QĐ-UBND.pdf":                 "QĐ-UBND.pdf",
		"công văn 1.2.2026.pdf":          "công văn 1.2.2026.pdf",
		"bảo mật thông tin.pdf":          "bảo mật thông tin.pdf",
	} {
		got, err := CleanName(name)
		require.NoError(t, err, name)
		require.Equal(t, want, got)
	}
	for _, name := range []string{"", "a", ".pdf", "a.", "a.pdf.", "x.PHP.pdf", "x.pdf.exe.pdf", "x.html.pdf", "x.pdf\x00.exe", ".htaccess", "..", "con.pdf", "LPT1.pdf",
		"a\u202efdp.exe.pdf", "a\u200b.pdf", "a\r\nb.pdf", "a\xff.pdf", strings.Repeat("ậ", 197) + ".pdf"} {
		_, err := CleanName(name)
		require.ErrorIs(t, err, ErrName, "%q", name)
	}
	for _, name := range []string{"TỐI MẬT.pdf", "MẬT(1).pdf", "Tuyệt mật.tar.docx"} {
		_, err := CleanName(name)
		require.ErrorIs(t, err, routing.ErrStateSecret, name)
	}
}
