package attachments

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifregular"
	"github.com/stretchr/testify/require"
)

const (
	pdfKind  = "application/pdf"
	docKind  = "application/msword"
	docxKind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsxKind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	pptxKind = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	odtKind  = "application/vnd.oasis.opendocument.text"
	odsKind  = "application/vnd.oasis.opendocument.spreadsheet"
)

func bytesOf(data []byte) *bytes.Reader { return bytes.NewReader(data) }

// real opens one of the real files, or skips the test where they are not.
func real(t testing.TB, name string) *bytes.Reader {
	t.Helper()
	for _, up := range []string{"..", "../..", "../../.."} {
		data, err := os.ReadFile(filepath.Join(up, "shared", "data", "documents", name))
		if err == nil {
			return bytesOf(data)
		}
	}
	t.Skip("the real files are not here")
	return nil
}

// zipOf packs parts, given by name and content, in their order.
func zipOf(t testing.TB, parts ...string) *bytes.Reader {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		require.NoError(t, err)
		_, err = w.Write([]byte(parts[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return bytesOf(out.Bytes())
}

func escaped(s string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(s))
	return out.String()
}

const (
	wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"`
	coreSpace = `xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"`
)

// paragraphs writes Word's paragraphs, each letter run apart as Word does after corrections.
func paragraphs(lines ...string) string {
	var out strings.Builder
	for _, line := range lines {
		if line == "\f" {
			out.WriteString(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
			continue
		}
		out.WriteString("<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr>")
		for _, piece := range strings.SplitAfter(line, " ") {
			out.WriteString(`<w:r><w:t xml:space="preserve">` + escaped(piece) + `</w:t></w:r>`)
		}
		out.WriteString("</w:p>")
	}
	return out.String()
}

// docx is a Word file with a body, and with other parts beside it.
func docx(t testing.TB, body []string, more ...string) *bytes.Reader {
	t.Helper()
	parts := []string{
		"[Content_Types].xml", `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document ` + wordSpace + `><w:body>` + paragraphs(body...) + `</w:body></w:document>`,
	}
	return zipOf(t, append(parts, more...)...)
}

func headerPart(lines ...string) string {
	return `<w:hdr ` + wordSpace + `>` + paragraphs(lines...) + `</w:hdr>`
}

// pdfOf sets lines on pages, "\f" begins the next one, "\t" the right half; "# "
// is bold and in the middle.
func pdfOf(t testing.TB, lines []string, change ...func(*fpdf.Fpdf)) *bytes.Reader {
	t.Helper()
	f := fpdf.New("P", "mm", "A4", "")
	f.AddUTF8FontFromBytes("serif", "", liberationserifregular.TTF)
	f.AddUTF8FontFromBytes("serif", "B", liberationserifbold.TTF)
	for _, c := range change {
		c(f)
	}
	f.AddPage()
	for _, line := range lines {
		left, right, columns := strings.Cut(line, "\t")
		switch {
		case line == "\f":
			f.AddPage()
		case columns:
			f.SetFont("serif", "", 13)
			f.CellFormat(80, 6, left, "", 0, "C", false, 0, "")
			f.CellFormat(100, 6, right, "", 1, "C", false, 0, "")
		case strings.HasPrefix(line, "# "):
			f.SetFont("serif", "B", 14)
			f.CellFormat(180, 7, line[2:], "", 1, "C", false, 0, "")
		default:
			f.SetFont("serif", "", 13)
			f.MultiCell(170, 6, line, "", "L", false)
		}
	}
	var out bytes.Buffer
	require.NoError(t, f.Output(&out))
	return bytesOf(out.Bytes())
}

func readOf(t testing.TB, kind string, c Content) Reading {
	t.Helper()
	r, err := Read(t.Context(), kind, c)
	require.NoError(t, err)
	return r
}

// said is the text of a reading, a line each.
func said(r Reading) string {
	var out strings.Builder
	for _, line := range r.Lines {
		out.WriteString(line.Text + "\n")
	}
	return out.String()
}
