package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stamped are small files of each kind that bear the stamp in their text, and
// the secret beside it. What is packed is not compressed: the search would not
// see through that.
func (h *house) stamped() map[string][]byte {
	paragraph := `<w:p><w:r><w:t>%s</w:t></w:r></w:p>`
	docx := `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` +
		fmt.Sprintf(paragraph, "TUYỆT MẬT") + fmt.Sprintf(paragraph, secret) + `</w:body></w:document>`
	odt := `<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>` +
		`<text:p>TỐI MẬT</text:p><text:p>` + secret + `</text:p></office:text></office:body></office:document-content>`
	return map[string][]byte{
		"a.docx": h.packed("[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
			"_rels/.rels", `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
			"word/document.xml", docx),
		"a.odt": h.packed("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", odt,
			"META-INF/manifest.xml", `<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`),
		"a.pdf": written("BT /F1 14 Tf 72 720 Td (TUYET MAT) Tj 0 -40 Td (" + secret + ") Tj ET"),
	}
}

// packed is a zip whose parts are stored as they are.
func (h *house) packed(parts ...string) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: parts[i], Method: zip.Store})
		require.NoError(h, err)
		_, err = w.Write([]byte(parts[i+1]))
		require.NoError(h, err)
	}
	require.NoError(h, z.Close())
	return out.Bytes()
}

// written is a PDF of one page with the content, and a table of its parts.
func written(content string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var at []int
	for i, part := range []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(content), content), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
	} {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj%s\nendobj\n", i+1, part)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return out.Bytes()
}

// files sends each stamped file in one piece, and in pieces that can be gone on
// with: whole, and given up after the first.
func (h *house) files(w work) {
	for name, content := range h.stamped() {
		a := h.ask("vanthu.quan", http.MethodPost, "/api/v1/documents/"+w.document+"/attachments?name="+url.QueryEscape(name), bytes.NewReader(content), "Content-Type", "application/octet-stream")
		assert.Equal(h, "state-secret", a.code, "%s: %d %s", name, a.status, a.body)
		a = h.piece(h.begin(w, name, len(content)), 0, content)
		assert.Equal(h, "state-secret", a.code, "%s in pieces: %d %s", name, a.status, a.body)
		a = h.piece(h.begin(w, name, len(content)), 0, content[:len(content)-10])
		assert.Less(h, a.status, 300, "%s: %s", name, a.body)
	}
	for _, name := range []string{secret + " (Mật).pdf", "[TỐI MẬT] " + secret + ".docx"} {
		a := h.create(w, name, 10)
		assert.GreaterOrEqual(h, a.status, 400, name)
		assert.NotContains(h, string(a.body), secret)
	}
}

// create begins an upload in pieces.
func (h *house) create(w work, name string, size int) answer {
	pair := func(key, text string) string { return key + " " + base64.StdEncoding.EncodeToString([]byte(text)) }
	return h.ask("vanthu.quan", http.MethodPost, "/api/v1/uploads", strings.NewReader(""), "Tus-Resumable", "1.0.0", "Upload-Length", strconv.Itoa(size),
		"Upload-Metadata", pair("filename", name)+","+pair("document", w.document))
}

// begin creates one and says where it is.
func (h *house) begin(w work, name string, size int) (path string) {
	a := h.create(w, name, size)
	require.Equal(h, http.StatusCreated, a.status, "%s", a.body)
	at, err := url.Parse(a.location)
	require.NoError(h, err)
	return at.Path
}

func (h *house) piece(path string, offset int, content []byte) answer {
	return h.ask("vanthu.quan", http.MethodPatch, path, bytes.NewReader(content), "Tus-Resumable", "1.0.0", "Upload-Offset", strconv.Itoa(offset),
		"Content-Type", "application/offset+octet-stream")
}
