package api

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// tus sends one request of the protocol.
func (w *world) tus(status int, who, method, path, body string, headers ...string) reply {
	w.Helper()
	return w.expect(status, who, method, path, []byte(body), append([]string{"Tus-Resumable", "1.0.0", "Idempotency-Key", "", "Content-Type", "application/offset+octet-stream"}, headers...)...)
}

// begin begins an upload of a name and a size, and returns its path.
func (w *world) begin(who, name string, size int) string {
	w.Helper()
	r := w.tus(201, who, "POST", "/uploads", "", "Upload-Length", strconv.Itoa(size),
		"Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte(name)), "Content-Type", "")
	return strings.TrimPrefix(r.header.Get("Location"), base)
}

const letter = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

func TestAFileInPieces_U09_U13(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	path := w.begin(clerk, "công văn.pdf", len(letter))
	id := strings.TrimPrefix(path, "/uploads/")

	w.tus(204, clerk, "PATCH", path, letter[:40], "Upload-Offset", "0")
	require.Equal(t, "40", w.tus(200, clerk, "HEAD", path, "").header.Get("Upload-Offset"))
	w.tus(409, clerk, "PATCH", path, letter[:40], "Upload-Offset", "0") // where it is not
	w.tus(404, chairman, "PATCH", path, letter[40:], "Upload-Offset", "40")
	w.tus(404, chairman, "HEAD", path, "")
	require.Equal(t, "40", w.tus(200, clerk, "HEAD", path, "").header.Get("Upload-Offset"))
	w.tus(204, clerk, "PATCH", path, letter[40:], "Upload-Offset", "40")
	found := w.expect(200, clerk, "GET", path, nil).body["found"].(object)
	require.Equal(t, "application/pdf", found["mediaType"])
	require.Contains(t, fmt.Sprint(found["notes"]), "no-text")

	doc := w.expect(201, clerk, "POST", "/documents", registrationOf("uploads", []string{id})).id("documentId")
	file := w.expect(200, clerk, "GET", "/documents/"+doc, nil).body["attachments"].([]any)[0].(object)
	require.Equal(t, found["sha256"], file["sha256"])
	at := "/documents/" + doc + "/attachments/" + fmt.Sprint(file["sha256"])
	require.Equal(t, letter, w.expect(200, chairman, "GET", at, nil).raw)
	part := w.expect(206, chairman, "GET", at, nil, "Range", "bytes=10-19")
	require.Equal(t, letter[10:20], part.raw)
	inline := w.expect(200, chairman, "GET", at+"?view=inline", nil)
	require.Contains(t, inline.header.Get("Content-Security-Policy"), "sandbox")
	require.True(t, strings.HasPrefix(inline.header.Get("Content-Disposition"), "inline"))
	w.expect(404, ward, "GET", at, nil)
	w.tus(404, clerk, "HEAD", path, "") // it has become the document's
}

func TestAFileThatDoesNotPassLeavesNothing_U01_M02(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	doc := w.expect(201, clerk, "POST", "/documents", registrationOf()).id("documentId")
	for name, content := range map[string]string{
		"kế hoạch.pdf": "MZ\x90\x00 this is a program", "trang.doc": "<html><body>x</body></html>",
	} {
		path := w.begin(clerk, name, len(content))
		r := w.call(clerk, "PATCH", path, []byte(content), "Tus-Resumable", "1.0.0", "Content-Type", "application/offset+octet-stream", "Upload-Offset", "0")
		require.GreaterOrEqual(t, r.status, 400, name)
		require.Less(t, r.status, 500, name)
		w.expect(404, clerk, "POST", path+"/attach", object{"documentId": doc})
	}
	secret := w.tus(422, clerk, "POST", "/uploads", "", "Upload-Length", "200", "Content-Type", "",
		"Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte("12-KH_MAT.pdf")))
	require.Equal(t, "state-secret", secret.code(), "by its name, before a byte of it")
	require.Empty(t, w.expect(200, clerk, "GET", "/documents/"+doc, nil).body["attachments"])
	require.NotContains(t, w.log.String(), "KH_MAT")
	var left int
	require.NoError(t, w.store.DB().NewRaw(`SELECT count(*) FROM journal WHERE details::text LIKE '%KH_MAT%' OR subject_id LIKE '%KH_MAT%'`).Scan(t.Context(), &left))
	require.Zero(t, left)
}
