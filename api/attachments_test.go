package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var pdf = []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")

func TestAFileComesBackBitForBit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.register()
	name := `Công văn "số 1" — Uỷ ban.pdf`
	path := "/documents/" + document + "/attachments?name=" + url.QueryEscape(name)
	binary := []string{"Content-Type", "application/pdf"}

	kept := w.expect(201, clerk, "POST", path, pdf, binary...)
	sum := sha256.Sum256(pdf)
	require.Equal(t, base+"/documents/"+document+"/attachments/"+hex.EncodeToString(sum[:]), kept.header.Get("Location"))
	again := w.expect(201, clerk, "POST", path, pdf, binary...)
	require.Equal(t, kept.raw, again.raw, "the same content is there already")

	file := w.expect(200, clerk, "GET", strings.TrimPrefix(kept.header.Get("Location"), base), nil)
	require.Equal(t, string(pdf), file.raw)
	require.Equal(t, "application/pdf", file.header.Get("Content-Type"))
	require.Equal(t, "nosniff", file.header.Get("X-Content-Type-Options"))
	require.Contains(t, file.header.Get("Content-Security-Policy"), "sandbox")
	require.Equal(t, `attachment; filename="cong van _so 1_ _ uy ban.pdf"; filename*=UTF-8''`+
		"C%C3%B4ng%20v%C4%83n%20%22s%E1%BB%91%201%22%20%E2%80%94%20U%E1%BB%B7%20ban.pdf", file.header.Get("Content-Disposition"))
	shown := w.expect(200, clerk, "GET", "/documents/"+document, nil).body["attachments"].([]any)
	require.Len(t, shown, 1)
	require.Equal(t, name, shown[0].(object)["name"])

	w.expect(404, ward, "GET", strings.TrimPrefix(kept.header.Get("Location"), base), nil)
	w.expect(404, clerk, "GET", "/documents/"+document+"/attachments/"+strings.Repeat("0", 64), nil)
}

// Whoever knows a file's hash reaches it through a document that he sees and that
// has it, and in no other way: not through one of his own, not by its place.
func TestAHashOpensNoFile_Z08(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	theirs := w.register()
	w.expect(201, clerk, "POST", "/documents/"+theirs+"/attachments?name=a.pdf", pdf, "Content-Type", "application/pdf")
	own := w.expect(201, "vanthu.vanquan", "POST", "/documents", registrationOf()).id("documentId")
	sum := sha256.Sum256(pdf)
	hash := hex.EncodeToString(sum[:])
	for _, path := range []string{
		"/documents/" + theirs + "/attachments/" + hash, "/documents/" + own + "/attachments/" + hash,
		"/attachments/" + hash, "/files/" + hash, "/uploads/" + hash, "/" + hash,
	} {
		w.expect(404, "vanthu.vanquan", "GET", path, nil)
	}
	w.expect(404, "vanthu.vanquan", "POST", "/documents/"+own+"/attachments/"+hash+"/remove", object{"reason": "Đính kèm nhầm tệp"})
	require.Equal(t, string(pdf), w.expect(200, clerk, "GET", "/documents/"+theirs+"/attachments/"+hash, nil).raw)
}

func TestFilesThatAreNotTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	path := "/documents/" + w.register() + "/attachments"
	exe := append([]byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"), make([]byte, 200)...)
	for _, c := range []struct {
		name    string
		query   string
		content []byte
		status  int
		code    string
	}{
		{"a program under a document's name", "?name=a.pdf", exe, 415, "file-type"},
		{"a document under a program's name", "?name=a.exe", pdf, 415, "file-type"},
		{"a page", "?name=a.pdf", []byte("<html><script>1</script>"), 415, "file-web-page"},
		{"nothing", "?name=a.pdf", []byte{}, 422, "file-empty"},
		{"no ending", "?name=a", pdf, 422, "file-name"},
		{"no name", "", pdf, 400, "bad-request"},
		{"two names", "?name=a.pdf&name=b.pdf", pdf, 400, "bad-request"},
		{"a NUL in the name", "?name=a%00.pdf", pdf, 400, "bad-request"},
		{"a secret's name", "?name=" + url.QueryEscape("Tối mật.pdf"), pdf, 422, "state-secret"},
		{"too large", "?name=a.pdf", append(bytes.Clone(pdf), make([]byte, w.desk.UploadLimits().Scan)...), 413, "file-too-large"},
	} {
		r := w.expect(c.status, clerk, "POST", path+c.query, c.content, "Content-Type", "application/octet-stream")
		require.Equal(t, c.code, r.code(), c.name)
	}
	w.expect(400, clerk, "POST", path+"?name=a.pdf", pdf, "Idempotency-Key", "")
	w.expect(404, ward, "POST", path+"?name=a.pdf", pdf)
	w.expect(403, chairman, "POST", path+"?name=a.pdf", pdf)

	// Without a length, the limit is found while reading.
	body := &endless{left: int(w.desk.UploadLimits().Scan) + 100}
	req, err := http.NewRequest("POST", w.url+base+path+"?name=a.pdf", body)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer token-of-"+clerk)
	req.Header.Set("Idempotency-Key", newKey())
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, 413, res.StatusCode)
}

// endless is a body of unknown length.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	n := min(len(p), e.left)
	if e.left -= n; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func TestNamesOfDownloads_I10_U10(t *testing.T) {
	t.Parallel()
	require.Equal(t, `attachment; filename="a_b_.pdf"; filename*=UTF-8''a%22b%0A.pdf`, disposition("a\"b\n.pdf"))
}
