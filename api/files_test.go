package api

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"congvan/api/internal/contract"

	"github.com/stretchr/testify/require"
)

// attach attaches a content under a name, and returns the path of the file.
func (w *world) attach(who, document, name string, content []byte) string {
	w.Helper()
	r := w.expect(201, who, "POST", "/documents/"+document+"/attachments?name="+url.QueryEscape(name), content, "Content-Type", "application/octet-stream")
	return strings.TrimPrefix(r.header.Get("Location"), base)
}

// TestAFileIsReachedThroughItsDocumentOnly, or its share (see desk's
// TestWhatLiesBesideAShare): who knows its hash, its name or a path
// knows nothing; nor does it help to have the same file, or to have had it.
func TestAFileIsReachedThroughItsDocumentOnly_Z08(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	theirs := w.expect(201, ward, "POST", "/documents", registrationOf()).id("documentId")
	own := w.expect(201, neighbor, "POST", "/documents", registrationOf()).id("documentId")
	path := w.attach(ward, theirs, "a.pdf", pdf)
	sum := path[strings.LastIndex(path, "/")+1:]
	nothing := w.expect(404, neighbor, "GET", "/documents/"+someID+"/attachments/"+strings.Repeat("0", 64), nil)
	for _, who := range []string{neighbor, "chutich.vanquan", admin, staff} {
		for _, way := range []string{path, path + "?view=inline", "/documents/" + own + "/attachments/" + sum, "/documents/" + someID + "/attachments/" + sum} {
			require.Equal(t, told(nothing), told(w.expect(404, who, "GET", way, nil)), "%s by %s", way, who)
		}
	}
	for _, way := range []string{"/attachments/" + sum, "/files/" + sum, "/blobs/" + sum, "/uploads/" + sum, "/" + sum, "/tmp/" + sum + ".pdf", "/preview/" + sum,
		"/documents/" + own + "/attachments/" + strings.ToUpper(sum), "/documents/" + own + "/attachments/sha256:" + sum, "/documents/" + own + "/attachments/../../" + theirs + "/attachments/" + sum} {
		r := w.call(neighbor, "GET", way, nil)
		require.Equal(t, 404, r.status, way)
		require.NotContains(t, r.raw, "%PDF")
	}
	for _, x := range (&server{}).routes(contract.ServerInterfaceWrapper{}) {
		if strings.Contains(x.path, "{sha256}") {
			require.Regexp(t, "/documents/{id}/attachments/|/assignments/{id}/enclosures/", x.path, "a file without its document or its share")
		}
	}

	mine := w.attach(neighbor, own, "b.pdf", pdf) // the same bytes: his own copy, and no more
	require.Equal(t, string(pdf), w.expect(200, neighbor, "GET", mine, nil).raw)
	w.expect(404, neighbor, "GET", path, nil)
	w.expect(404, ward, "GET", mine, nil)
	w.expect(200, neighbor, "POST", mine+"/remove", object{"reason": "Tệp gửi nhầm văn bản"}, "If-Match", w.version(neighbor, "/documents/"+own))
	w.expect(404, neighbor, "GET", mine, nil)
	require.Equal(t, string(pdf), w.expect(200, ward, "GET", path, nil).raw, "the other's copy is whole")
}

// TestFilesNeverRun: whatever a file holds, a browser is given it to keep, under the
// kind that was found and in a sandbox; only what cannot act is shown when asked for.
func TestFilesNeverRun_W08(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.register()
	var pixels bytes.Buffer
	require.NoError(t, png.Encode(&pixels, image.NewGray(image.Rect(0, 0, 9, 9))))
	for name, x := range map[string]struct {
		content []byte
		inline  bool
	}{
		"plain.pdf":   {[]byte(letter), true},
		"picture.png": {pixels.Bytes(), true},
		"script.pdf":  {[]byte("%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<<>>\n%%EOF\n"), false},
		"launch.pdf":  {[]byte("%PDF-1.7\n1 0 obj<</S/Launch/F(cmd.exe)>>endobj\ntrailer<<>>\n%%EOF\n"), false},
		"word.docx":   {wordOf(t, ""), false},
	} {
		path := w.attach(clerk, document, name, x.content)
		for _, view := range []string{"", "?view=inline"} {
			r := w.expect(200, clerk, "GET", path+view, nil)
			disposition, _, _ := strings.Cut(r.header.Get("Content-Disposition"), ";")
			require.Equal(t, map[bool]string{true: "inline", false: "attachment"}[x.inline && view != ""], disposition, name+view)
			require.Equal(t, "nosniff", r.header.Get("X-Content-Type-Options"))
			policy := r.header.Get("Content-Security-Policy")
			require.Contains(t, policy, "sandbox", name+view)
			require.Contains(t, policy, "default-src 'none'", name+view)
			require.NotContains(t, policy, "allow-scripts", name+view)
			require.NotContains(t, policy, "allow-same-origin", name+view)
			require.Equal(t, "no-store", r.header.Get("Cache-Control"), name+view)
			for _, kind := range []string{"html", "svg", "xml;", "javascript", "text/"} {
				require.NotContains(t, r.header.Get("Content-Type")+";", kind, name+view)
			}
		}
	}
	for name, content := range map[string]string{
		"a.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "a.html": "<html><script>alert(1)</script>", "a.xml": "<?xml version='1.0'?><x/>", "a.pdf": "<svg onload=alert(1)>",
		"a.png": "<html><script>alert(1)</script>", "a.js": "alert(1)", "a.xhtml": "<html xmlns='http://www.w3.org/1999/xhtml'/>", "a.mht": "MIME-Version: 1.0", "a.txt": "x", "a.csv": "=1",
	} {
		r := w.call(clerk, "POST", "/documents/"+document+"/attachments?name="+name, []byte(content), "Content-Type", "application/pdf")
		require.Contains(t, []int{415, 422}, r.status, "%s: %s", name, r.raw)
	}
}

// wordOf is a Word file whose author is somebody.
func wordOf(t *testing.T, author string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Rà soát hộ nghèo</w:t></w:r></w:p></w:body></w:document>`},
		{"docProps/core.xml", `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>` + author + `</dc:creator><cp:lastModifiedBy>` + author + `</cp:lastModifiedBy><dc:description>` + author + `</dc:description></cp:coreProperties>`},
	} {
		w, err := z.Create(part[0])
		require.NoError(t, err)
		_, err = w.Write([]byte(part[1]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return out.Bytes()
}

// TestWhatAFileSaysOfItsAuthorStaysInIt: the file is kept as it came, since it is
// the record; what it tells of people and places beside its text is in no answer,
// no row and no line of the log.
func TestWhatAFileSaysOfItsAuthorStaysInIt_U14(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, _ := w.sent()
	files := map[string][]byte{
		"a.docx": wordOf(t, canary),
		"a.pdf":  []byte(strings.Replace(letter, "trailer<</Root 1 0 R", "9 0 obj<</Author("+canary+")/Creator("+canary+")/Keywords("+canary+")>>endobj\ntrailer<</Info 9 0 R/Root 1 0 R", 1)),
	}
	for name, content := range files {
		path := w.begin(clerk, name, len(content))
		w.tus(204, clerk, "PATCH", path, string(content), "Upload-Offset", "0")
		shown := w.expect(200, clerk, "GET", path, nil)
		require.NotContains(t, shown.raw, canary, "%s, as its sender sees it", name)
		w.expect(200, clerk, "POST", path+"/attach", object{"documentId": document})
		sum := sha256.Sum256(content)
		require.Equal(t, string(content), w.expect(200, ward, "GET", "/documents/"+document+"/attachments/"+hex.EncodeToString(sum[:]), nil).raw, "bit for bit")
	}
	for _, who := range []string{clerk, ward, wardHead} {
		for _, path := range []string{"", "/events", "/ledger", "/suggestions"} {
			require.NotContains(t, w.expect(200, who, "GET", "/documents/"+document+path, nil).raw, canary, "%s by %s", path, who)
		}
	}
	for table := range w.everything() {
		require.Zero(t, w.count(table+" x WHERE x::text ILIKE '%"+canary+"%'"), table)
	}
	require.NotZero(t, w.count("file_texts x WHERE x::text ILIKE '%ngheo%'"), "the search is not blind")
	require.NotContains(t, w.log.String(), canary)
}

// traversals are paths that lead out of a folder, by the ways of all systems.
func traversals() (out []string) {
	for _, up := range []string{"../", "..\\", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "%252e%252e%252f", "..%c0%af", "....//", "..;/", "/", "//", "\\\\h\\", "C:\\", "file:///"} {
		for _, n := range []int{1, 4, 9} {
			out = append(out, strings.Repeat(up, n)+"etc/passwd", strings.Repeat(up, n)+"etc%00.pdf")
		}
	}
	return out
}

// TestNoPathLeavesItsFolder: a name is a word that is shown; where something lies is
// made of hashes and of ids that the program gave.
func TestNoPathLeavesItsFolder_I13(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.register()
	tried := 0
	for _, path := range traversals() {
		for _, way := range []string{"/documents/" + document + "/attachments/%s", "/uploads/%s", "/documents/%s", "/documents/%s/attachments/" + strings.Repeat("0", 64)} {
			for _, spelled := range []string{path, url.PathEscape(path)} {
				target := base + fmt.Sprintf(way, spelled)
				conn := w.raw(t, "GET "+strings.ReplaceAll(target, " ", "%20")+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer token-of-"+clerk+"\r\n\r\n")
				require.Contains(t, []int{400, 404}, status(t, conn, 5*time.Second), target)
				_ = conn.Close()
				tried++
			}
		}
		name := strings.TrimSuffix(path, "%00.pdf") + ".pdf"
		r := w.call(clerk, "POST", "/documents/"+document+"/attachments?name="+url.QueryEscape(name), pdf, "Content-Type", "application/pdf")
		require.Contains(t, []int{201, 422}, r.status, "%s: %s", name, r.raw)
	}
	require.Greater(t, tried, 500)
	for _, file := range w.expect(200, clerk, "GET", "/documents/"+document, nil).body["attachments"].([]any) {
		require.NotContains(t, file.(object)["name"], "/")
		require.NotContains(t, file.(object)["name"], "\\")
		require.NotContains(t, file.(object)["name"], "..")
	}
}

// TestOneForbiddenAmongAHundred: the ninety-nine are done, the one is answered as
// one that never was, and nothing of it is told or touched.
func TestOneForbiddenAmongAHundred_Z06(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	theirs := w.expect(201, ward, "POST", "/documents", registrationOf("subject", canary)).id("documentId")
	var subjects []object
	for range 98 {
		subjects = append(subjects, object{"id": w.register(), "version": 1})
	}
	subjects = append(subjects[:40:40], append([]object{{"id": theirs, "version": 1}, {"id": someID, "version": 1}}, subjects[40:]...)...)
	events := w.count("events WHERE document_id = '" + theirs + "'")
	asked := object{"act": "filed", "note": "Để lưu", "subjects": subjects}
	for _, path := range []string{"/batches/check", "/batches"} {
		r := w.expect(200, chairman, "POST", path, asked)
		require.NotContains(t, r.raw, canary)
		items := r.items()
		if path == "/batches" {
			require.EqualValues(t, 98, r.body["done"])
			require.EqualValues(t, 2, r.body["refused"])
			items = nil
			for _, x := range r.body["outcomes"].([]any) {
				items = append(items, x.(object))
			}
		}
		require.Len(t, items, 100)
		require.Equal(t, "not-found", items[40]["code"])
		require.Equal(t, anyName.ReplaceAllString(fmt.Sprint(items[41]), "ID"), anyName.ReplaceAllString(fmt.Sprint(items[40]), "ID"))
	}
	require.Equal(t, 98, w.count("documents WHERE status = 'concluded'"))
	require.Equal(t, events, w.count("events WHERE document_id = '"+theirs+"'"))
	require.Equal(t, "registered", w.expect(200, ward, "GET", "/documents/"+theirs, nil).body["status"])
}
