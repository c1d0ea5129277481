package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"congvan/calendar"
	"congvan/demo"
	"congvan/postgres"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	// secret is in everything that has to leave no trace.
	secret = "CANARY7f3aq"
	// harmless is in what was accepted, and is found.
	harmless = "CANARYharm1ess"
)

// TestASecretLeavesNoTrace_M02_M03_M05_M09_M10_C01_C03_INV10 lets a whole installation live through
// both demos, tries a secret at every door, kills parts in the middle of it,
// and then reads every byte that the installation has written.
func TestASecretLeavesNoTrace_M02_M03_M05_M09_M10_C01_C03_INV10(t *testing.T) {
	h := open(t)
	for _, story := range stories {
		require.NoError(t, story(t.Context(), demo.Config{URL: h.info.URL, Tokens: h.tokens, Out: io.Discard}))
	}
	w := h.prepareWork()
	h.readHistories() // M-09
	h.dumpTemporal()
	h.refused(w)
	h.files(w)
	h.everyField(w) // no field of any request keeps it
	h.besideTheBody(w)
	h.broken(w)            // broken and aborted requests
	h.whilePartsAreDown(w) // while parts are down
	h.kept()               // what is kept of a refusal_M03
	h.arguments()          // arguments and environment_C01
	mails := h.mails()
	h.stop()

	require.NotContains(t, mails, secret)
	roots := []string{filepath.Dir(h.root)}
	if elsewhere, err := os.ReadFile(filepath.Join(h.root, "postgres.directory")); err == nil {
		roots = append(roots, strings.TrimSpace(string(elsewhere)))
	}
	found, size := traces(t, roots, []string{harmless})
	require.NotEmpty(t, found, "the search is blind: what was accepted is not found either")
	t.Logf("what was accepted lies in %d places; %d MB were read", len(found), size>>20)
	found, _ = traces(t, roots, []string{secret})
	assert.Empty(t, found)

	h.ownSecrets(roots)
}

// work is a document under way, and who may do what with it.
type work struct {
	document, share string
	waiting         string // a document that nobody has directed yet
	unit            string // that holds the share
	head            string // account of its head
	position        string
}

// registration is one that is accepted, with a field replaced.
func registration(field string, value any) map[string]any {
	r := map[string]any{
		"issuer": "UBND Thành phố", "codeNumber": "77", "codeNotation": "UBND", "issuedOn": "2026-11-20", "typeName": "Công văn",
		"subject": "V/v rà soát " + harmless, "urgency": "normal", "secrecy": "none", "duplicateReason": "Bản gửi lại của cùng văn bản",
	}
	if field != "" {
		r[field] = value
	}
	return r
}

// prepareWork registers the harmless document, lets it be directed, and waits
// until its lead has taken it.
func (h *house) prepareWork() work {
	w := work{head: "truong.qldt"}
	a := h.post("vanthu.quan", "/api/v1/documents", registration("", nil))
	require.Equal(h, http.StatusCreated, a.status, "%s", a.body)
	var act struct {
		DocumentID string `json:"documentId"`
		Version    int    `json:"version"`
	}
	require.NoError(h, json.Unmarshal(a.body, &act))
	w.document = act.DocumentID
	waiting := h.post("vanthu.quan", "/api/v1/documents", registration("subject", "V/v một việc khác"))
	var other struct {
		DocumentID string `json:"documentId"`
	}
	require.NoError(h, json.Unmarshal(waiting.body, &other))
	w.waiting = other.DocumentID
	var me struct {
		Position struct{ ID string } `json:"position"`
		Unit     struct{ ID string } `json:"unit"`
	}
	h.get(w.head, "/api/v1/me", &me)
	w.unit, w.position = me.Unit.ID, me.Position.ID
	a = h.post("chutich.quan", "/api/v1/documents/"+w.document+"/directions", direction(w, "text", "Rà soát "+harmless), "If-Match", fmt.Sprintf(`"v%d"`, act.Version))
	require.Less(h, a.status, 300, "%s", a.body)
	h.await(func() bool {
		var view struct {
			Assignments []struct{ ID string } `json:"assignments"`
		}
		h.get("vanthu.quan", "/api/v1/documents/"+w.document, &view)
		if len(view.Assignments) > 0 {
			w.share = view.Assignments[0].ID
		}
		return w.share != ""
	})
	a = h.post("vanthu.qldt", "/api/v1/assignments/"+w.share+"/acknowledge", struct{}{})
	if a.status >= 400 {
		a = h.post(w.head, "/api/v1/assignments/"+w.share+"/acknowledge", struct{}{})
	}
	require.Less(h, a.status, 300, "%s", a.body)
	return w
}

// inThreeWeeks is an instant of the working day three weeks on, whatever today is.
func inThreeWeeks() time.Time {
	day := calendar.Vietnam().NextWorkday(calendar.DateOf(time.Now().AddDate(0, 0, 20)))
	return day.Begins().Add(10 * time.Hour)
}

func direction(w work, field, value string) map[string]any {
	d := map[string]any{
		"text": "Rà soát", "process": "Báo cáo trên hệ thống", "result": "Báo cáo", "dueAt": inThreeWeeks().Format(time.RFC3339),
		"recipients": []map[string]string{{"unit": w.unit, "role": "lead"}},
	}
	d[field] = value
	return d
}

// marked is the secret with a mark, as it is typed into a field.
func marked(door string) string { return "TỐI MẬT: " + secret + " " + door }

// refused tries the doors whose refusal has to be that of a state secret.
func (h *house) refused(w work) {
	refuse := func(door string, a answer) {
		assert.Equal(h, "state-secret", a.code, "%s: %d %s", door, a.status, a.body)
		assert.NotContains(h, string(a.body), secret, "a refusal repeats nothing")
	}
	for _, level := range []string{"Mật", "TỐI MẬT", "Tuyệt mật", "mat", "Tối  Mật", "To\u0302\u0301i mật", "M\u200bật", "ＭẬＴ", "C" + "", "Độ mật: A"} {
		r := registration("secrecy", level)
		r["subject"] = secret + " " + level
		a := h.post("vanthu.quan", "/api/v1/documents", r)
		assert.Contains(h, []string{"state-secret", "invalid-field"}, a.code, "%q: %d %s", level, a.status, a.body)
		assert.NotContains(h, string(a.body), secret)
	}
	for _, field := range []string{"issuer", "codeNotation", "typeName", "subject", "field", "duplicateReason"} {
		text := marked(field)
		if field == "codeNotation" {
			text = "MẬT: " + secret
		}
		refuse(field, h.post("vanthu.quan", "/api/v1/documents", registration(field, text)))
	}
	for _, field := range []string{"text", "process", "result"} {
		refuse("direction "+field, h.post("chutich.quan", "/api/v1/documents/"+w.waiting+"/directions", direction(w, field, marked(field)), "If-Match", `"v1"`))
	}
	share := "/api/v1/assignments/" + w.share
	refuse("progress", h.post(w.head, share+"/progress", map[string]string{"note": marked("progress")}))
	refuse("report", h.post(w.head, share+"/report", map[string]string{"text": marked("report")}))
	refuse("return", h.post(w.head, share+"/return", map[string]string{"reason": marked("return")}, "If-Match", `"v2"`))
	refuse("recall", h.post("vanthu.quan", "/api/v1/documents/"+w.document+"/recall", map[string]string{"reason": marked("recall")}, "If-Match", `"v3"`))
	refuse("template", h.post("chutich.quan", "/api/v1/templates", map[string]any{"name": marked("template"), "text": "Rà soát", "process": "Báo cáo",
		"result": "Báo cáo", "recipients": []map[string]any{{"unit": w.unit, "role": "lead", "days": 3}}}))
	refuse("absence", h.post(w.head, "/api/v1/absences", map[string]string{"position": w.position, "from": "2027-01-04", "to": "2027-01-05", "reason": marked("absence")}))
	for _, name := range []string{"[TỐI MẬT] " + secret + ".pdf", secret + " (Mật).pdf"} {
		a := h.ask("vanthu.quan", http.MethodPost, "/api/v1/documents/"+w.document+"/attachments?name="+url.QueryEscape(name), bytes.NewReader(pdf("x")), "Content-Type", "application/octet-stream")
		assert.GreaterOrEqual(h, a.status, 400, name)
		assert.NotContains(h, string(a.body), secret)
	}
}

// pdf is a small file that is taken for one.
func pdf(text string) []byte {
	return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n4 0 obj<</Length 9>>stream\n" + text + "\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
}

// besideTheBody puts it where texts do not belong: paths, queries, headers.
func (h *house) besideTheBody(w work) {
	word := url.QueryEscape("MẬT " + secret)
	for _, path := range []string{
		"/api/v1/documents?status=" + word, "/api/v1/documents?q=" + word, "/api/v1/documents/" + word, "/api/v1/documents?cursor=" + word,
		"/api/v1/trail?subject=" + word, "/api/v1/units?q=" + word, "/" + word, "/api/v1/" + word, "/api/v1/documents/" + w.document + "/attachments/" + word,
		"/api/v1/documents/" + w.document + "/events?after=" + word,
		"/api/v1/documents/" + secret, "/api/v1/assignments/" + secret, "/api/v1/templates/" + secret,
	} {
		a := h.ask("vanthu.quan", http.MethodGet, path, nil)
		assert.NotEqual(h, 500, a.status, path)
		h.ask("vanthu.quan", http.MethodDelete, path, nil)
		h.ask(secret, http.MethodPost, path, strings.NewReader("{}"))
	}
	for _, header := range []string{"User-Agent", "Referer", "X-Request-Id", "Request-Id", "Cookie", "Acting-For", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "Traceparent", "X-Forwarded-For", "Content-Language"} {
		r := registration("secrecy", "Mật")
		h.post("vanthu.quan", "/api/v1/documents", r, header, secret)
		h.ask("vanthu.quan", http.MethodGet, "/api/v1/documents", nil, header, secret)
	}
	h.ask("vanthu.quan", http.MethodGet, "/api/v1/me", nil, "Authorization", "Bearer "+secret)
	h.ask("vanthu.quan", http.MethodGet, "/api/v1/me", nil, "Authorization", "Basic "+secret)
}

// broken sends what is no request: JSON that ends, is of the wrong kind, names
// a field twice, and uploads that end in the middle or are of no kind.
func (h *house) broken(w work) {
	whole, err := json.Marshal(registration("subject", marked("broken")))
	require.NoError(h, err)
	for _, body := range []string{
		string(whole[:len(whole)/2]), string(whole[:len(whole)-1]), string(whole) + "x", "[" + string(whole) + "]", `"` + secret, secret,
		`{"subject": "` + secret + `", "subject": "Mật"}`, `{"subject": {"` + secret + `": 1}}`, strings.Repeat("[", 200) + secret,
		`{"secrecy": "none", "secrecy": "Mật", "subject": "` + secret + `"}`, "{\"subject\": \"" + secret + "\x00\"}", "{\"subject\": \"" + secret + "\xff\"}",
		`{"subject": "` + strings.Repeat(secret+" ", 3000) + `"}`,
	} {
		a := h.ask("vanthu.quan", http.MethodPost, "/api/v1/documents", strings.NewReader(body))
		assert.GreaterOrEqual(h, a.status, 400, body[:min(len(body), 80)])
		assert.NotContains(h, string(a.body), secret)
	}
	upload := "/api/v1/documents/" + w.document + "/attachments?name="
	for name, content := range map[string][]byte{
		"a.exe": []byte("MZ" + secret), "a.pdf": []byte(secret), "a.docx": []byte("PK\x03\x04" + secret),
		secret: pdf("x"), "../" + secret + ".exe": []byte("MZ"),
	} {
		a := h.ask("vanthu.quan", http.MethodPost, upload+url.QueryEscape(name), bytes.NewReader(content), "Content-Type", "application/octet-stream")
		assert.GreaterOrEqual(h, a.status, 400, name)
		assert.NotContains(h, string(a.body), secret, name)
	}
	for range 3 { // the client goes away in the middle
		connection := h.halfAnUpload(upload + "a.pdf")
		require.NoError(h, connection.Close())
	}
}

// halfAnUpload sends half of 20 MB full of the secret and leaves the connection open.
func (h *house) halfAnUpload(path string) net.Conn {
	u, err := url.Parse(h.info.URL)
	require.NoError(h, err)
	connection, err := net.Dial("tcp", u.Host)
	require.NoError(h, err)
	const half = 10 << 20
	_, err = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nIdempotency-Key: %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n%%PDF-1.4\n",
		path, u.Host, h.tokens["vanthu.quan"], rand.Text(), 2*half)
	require.NoError(h, err)
	_, err = connection.Write(bytes.Repeat([]byte("MẬT\n"+secret+"\n"), half/len(secret)/2))
	require.NoError(h, err)
	return connection
}

// whilePartsAreDown kills the API in the middle of an upload and PostgreSQL in
// the middle of refusals.
func (h *house) whilePartsAreDown(w work) {
	connection := h.halfAnUpload("/api/v1/documents/" + w.document + "/attachments?name=a.pdf")
	before := h.pid("api")
	require.NoError(h, syscall.Kill(before, syscall.SIGKILL))
	_ = connection.Close()
	h.await(func() bool {
		now := h.pid("api")
		return now != 0 && now != before && h.ask("vanthu.quan", http.MethodGet, "/readyz", nil).status == 200
	})
	require.NoError(h, syscall.Kill(h.pid("postgres"), syscall.SIGKILL))
	for range 20 {
		a := h.post("vanthu.quan", "/api/v1/documents", registration("subject", marked("down")))
		assert.GreaterOrEqual(h, a.status, 400)
	}
	h.await(func() bool { // the old server's processes may outlive it for a while, and answer
		fresh := postgres.Open(h.info.DatabaseURL, 1)
		defer fresh.Close()
		return fresh.Ping(h.Context()) == nil && h.ask("vanthu.quan", http.MethodGet, "/readyz", nil).status == 200
	})
	a := h.post("vanthu.quan", "/api/v1/documents", registration("subject", marked("up again")))
	assert.Equal(h, "state-secret", a.code)
}

// kept reads what the record keeps of the refusals: when, who, where and why.
func (h *house) kept() {
	record := postgres.Open(h.info.DatabaseURL, 1)
	defer record.Close()
	var rows []struct {
		SubjectKind, SubjectID, Details, RequestID, Origin string
		Hashed, Known                                      bool
	}
	require.NoError(h, record.DB().NewRaw(`SELECT subject_kind, subject_id, details::text, request_id, origin, request_hash IS NOT NULL AS hashed, actor_id IS NOT NULL AS known
		FROM journal WHERE code = 'state-secret'`).Scan(h.Context(), &rows))
	require.Greater(h, len(rows), 10, "refusals are kept")
	for _, row := range rows {
		assert.True(h, row.Known)
		require.False(h, row.Hashed, "a hash of it would prove that one has it")
		_, err := uuid.Parse(row.SubjectID)
		assert.True(h, err == nil || strings.HasPrefix(row.SubjectID, "/api/"), row.SubjectID)
		assert.Regexp(h, `^\{("route": "(POST|PATCH) /api/v1/[a-z/{}-]+")?\}$`, row.Details)
	}
}

// arguments of a process are read by every user of the machine.
func (h *house) arguments() {
	secrets := h.secrets()
	for _, part := range []string{"postgres", "temporal", "worker", "api", "mail-sink"} {
		line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", h.pid(part)))
		require.NoError(h, err)
		for name, value := range secrets {
			assert.NotContains(h, string(line), value, "%s in the arguments of %s", name, part)
		}
		limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", h.pid(part)))
		require.NoError(h, err)
		assert.Regexp(h, `Max core file size\s+0\s+0`, string(limits), part)
	}
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/vars", "/api/v1/none", "/.git/config", "/.env"} {
		a := h.ask("vanthu.quan", http.MethodGet, path, nil)
		if path != "/metrics" {
			assert.Equal(h, http.StatusNotFound, a.status, path)
		}
		for name, value := range secrets {
			assert.NotContains(h, string(a.body), value, name)
		}
	}
}

// secrets are those of the installation itself, by file.
func (h *house) secrets() map[string]string {
	all := map[string]string{"token": h.tokens["chutich.quan"]}
	for _, file := range []string{"postgres.password", "postgres.admin", "codec.keys"} {
		text, err := os.ReadFile(filepath.Join(h.root, file))
		require.NoError(h, err)
		all[file] = strings.TrimSpace(string(text))
	}
	return all
}

// ownSecrets are in their own files and nowhere else.
func (h *house) ownSecrets(roots []string) {
	var words []string
	for _, value := range h.secrets() {
		words = append(words, value)
	}
	found, _ := traces(h.T, roots, words, "postgres.password", "postgres.admin", "codec.keys", "tokens.json")
	require.Empty(h, found)
	found, _ = traces(h.T, roots, words)
	assert.GreaterOrEqual(h, len(found), len(words), "the search is blind")
}

// mails is the page of what would have been mailed.
func (h *house) mails() string {
	response, err := http.Get(h.info.Mails)
	require.NoError(h, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(h, err)
	return string(text)
}
