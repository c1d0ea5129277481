package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"congvan/calendar"
	"congvan/demo"
	"congvan/postgres"
	"congvan/routing"
	"congvan/worker"
	"congvan/worker/sealed"
	"congvan/workflows"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/sdk/client"
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
	version         int
	unit            string // that holds the share
	head            string // account of its head
	position        string
	letter          []byte
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

func direction(w work, field, value string) map[string]any {
	due := calendar.Vietnam().NextWorkday(calendar.DateOf(time.Now().AddDate(0, 0, 20))) // a day off is refused
	d := map[string]any{
		"text": "Rà soát", "process": "Báo cáo trên hệ thống", "result": "Báo cáo", "dueOn": due.String(),
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

// writeNothing are the requests that are answered whatever they say.
var writeNothing = []string{
	"/documents/{id}/what-if", "/assignments/{id}/what-if", // ask
	"/organisation/import/check",
	"/password-links/ask", // never says whether there is such an account
}

// everyField puts the secret into every text of every request that the API
// describes. Most are refused for other reasons; none may keep it.
func (h *house) everyField(w work) {
	var spec struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]schema }
	}
	h.get("vanthu.quan", "/api/v1/openapi.json", &spec)
	doors := 0
	for path, operations := range spec.Paths {
		var operation struct {
			RequestBody struct {
				Content map[string]struct{ Schema schema }
			}
		}
		if operations["post"] == nil || json.Unmarshal(operations["post"], &operation) != nil {
			continue
		}
		body, ok := operation.RequestBody.Content["application/json"]
		if !ok || strings.HasSuffix(path, "/log-out") {
			continue
		}
		at := strings.NewReplacer("{code}", "normal", "{id}", w.share).Replace(path)
		if strings.HasPrefix(path, "/documents/") {
			at = strings.ReplaceAll(path, "{id}", w.document)
		}
		whole := body.Schema.resolve(spec.Components.Schemas)
		for name := range whole.Properties {
			filled, hit := whole.fill(spec.Components.Schemas, name, "MẬT: "+secret+" "+path+" "+name)
			if !hit {
				continue
			}
			doors++
			for _, account := range []string{"vanthu.quan", "chutich.quan", "quantri", w.head} {
				a := h.post(account, "/api/v1"+at, filled, "If-Match", `"v3"`)
				if !slices.Contains(writeNothing, path) {
					assert.GreaterOrEqual(h, a.status, 400, "%s %s took it: %s", path, name, a.body)
				}
				assert.NotEqual(h, 500, a.status, "%s %s: %s", path, name, a.body)
				assert.NotContains(h, string(a.body), secret, "%s %s", path, name)
			}
		}
	}
	h.Logf("%d fields", doors)
	require.Greater(h, doors, 40, "are the fields found at all?")
}

// schema is as much of one as it takes to fill it in.
type schema struct {
	Ref        string `json:"$ref"`
	Type       any    `json:"type"`
	Properties map[string]schema
	Items      *schema
	Required   []string
	Enum       []any
	Example    any
	Format     string
}

func (s schema) resolve(all map[string]schema) schema {
	for s.Ref != "" {
		s = all[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	return s
}

// fill makes a value with the text in the named property, and says whether it
// could be put there.
func (s schema) fill(all map[string]schema, name, text string) (value map[string]any, hit bool) {
	value = map[string]any{}
	for property, p := range s.Properties {
		p = p.resolve(all)
		switch {
		case property == name && p.Type == "string":
			value[property], hit = text, true
		case property == name && p.Type == "array" && p.Items != nil:
			inner := p.Items.resolve(all)
			if inner.Type == "string" {
				value[property], hit = []string{text}, true
				continue
			}
			for deeper := range inner.Properties {
				if inside, ok := inner.fill(all, deeper, text); ok {
					value[property], hit = []any{inside}, true
				}
			}
		case slices.Contains(s.Required, property) || p.Example != nil:
			value[property] = p.sample(all)
		}
	}
	return value, hit
}

// sample is a value that the schema takes.
func (s schema) sample(all map[string]schema) any {
	s = s.resolve(all)
	switch {
	case s.Example != nil:
		return s.Example
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == "string" && s.Format == "date":
		return "2027-01-04"
	case s.Type == "string" && s.Format == "date-time":
		return "2027-01-04T08:00:00+07:00"
	case s.Type == "string":
		return "Căn cứ quy chế làm việc"
	case s.Type == "integer":
		return 1
	case s.Type == "boolean":
		return true
	case s.Type == "array":
		return []any{}
	}
	value := map[string]any{}
	for _, name := range s.Required {
		value[name] = s.Properties[name].sample(all)
	}
	return value
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

// sentence is what a history may hold beside ids, instants, states and counts:
// summaries of counts and instants.
var sentence = regexp.MustCompile(`^(Văn bản đến số \d+/\d{4}|Chờ [^.;]{1,90}; nếu chưa có, đôn đốc lúc \d\d:\d\d:\d\d \d\d/\d\d/\d{4}|` +
	`Đã đôn đốc hết thang; vẫn chờ đơn vị thực hiện|Chuyển phần việc đến các đơn vị|Đôn đốc theo thang, tính hẹn kế tiếp|` +
	`(Rút|Kết thúc) các phần việc còn mở, (vì )?văn bản [^.;]{1,30}|Rút các phần việc còn mở vì văn bản bị thu hồi|letters after the end(-1)?)$`)

var word = regexp.MustCompile(`^[A-Za-z-]{0,30}$|^\d+$`)

// readHistories opens every history of the installation with its keys.
func (h *house) readHistories() {
	keys, err := sealed.ReadKeys(filepath.Join(h.root, "codec.keys"))
	require.NoError(h, err)
	temporal, err := client.Dial(client.Options{HostPort: h.info.TemporalGRPC, Logger: worker.Logger(quietLog())})
	require.NoError(h, err)
	defer temporal.Close()
	record := postgres.Open(h.info.DatabaseURL, 1)
	defer record.Close()
	h.await(func() bool {
		var waiting int
		require.NoError(h, record.DB().NewRaw("SELECT count(*) FROM outbox").Scan(h.Context(), &waiting))
		return waiting == 0
	})
	var documents []routing.ID
	require.NoError(h, record.DB().NewRaw("SELECT id FROM documents").Scan(h.Context(), &documents))
	require.GreaterOrEqual(h, len(documents), 3)
	read := 0
	for _, document := range documents {
		history, err := worker.History(h.Context(), temporal, keys, workflows.WorkflowID(document))
		require.NoError(h, err)
		require.NoError(h, proxy.VisitPayloads(context.Background(), history, proxy.VisitPayloadsOptions{
			Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
				for _, p := range payloads {
					var value any
					if len(p.Data) == 0 {
						continue
					}
					require.NoError(h, json.Unmarshal(p.Data, &value))
					h.onlyIDs(value)
					read++
				}
				return payloads, nil
			},
		}))
	}
	h.Logf("%d payloads of %d documents", read, len(documents))
	require.Greater(h, read, 50)
}

// dumpTemporal reads the rows of Temporal's databases as they are: what the
// workflows of documents carry is there, and none of it in clear.
func (h *house) dumpTemporal() {
	sealedRows := 0
	for _, database := range []string{"temporal", "temporal_visibility"} {
		u, err := url.Parse(h.info.DatabaseURL)
		require.NoError(h, err)
		u.Path = "/" + database
		password, err := os.ReadFile(filepath.Join(filepath.Dir(h.info.TokensFile), "postgres.temporal"))
		require.NoError(h, err)
		u.User = url.UserPassword("congvan_temporal", strings.TrimSpace(string(password))) // the owner of the record does not come in
		db := postgres.Open(u.String(), 1)
		defer db.Close()
		var columns []struct{ TableName, ColumnName, DataType string }
		require.NoError(h, db.DB().NewRaw(`SELECT table_name, column_name, data_type FROM information_schema.columns
			WHERE table_schema = 'public' AND data_type IN ('bytea', 'jsonb', 'text', 'character varying')`).Scan(h.Context(), &columns))
		require.Greater(h, len(columns), 10, database)
		for _, c := range columns {
			var rows []string
			require.NoError(h, db.DB().NewRaw(`SELECT encode(convert_to(?0::text, 'UTF8'), 'hex') FROM ?1`, bun.Ident(c.ColumnName), bun.Ident(c.TableName)).Scan(h.Context(), &rows))
			for _, row := range rows {
				text, err := hex.DecodeString(row)
				require.NoError(h, err)
				if c.DataType == "bytea" {
					text, err = hex.DecodeString(strings.TrimPrefix(string(text), "\\x"))
					require.NoError(h, err)
				}
				for _, clear := range []string{"Văn bản đến số", "đôn đốc", "DocumentID", "Milestones", "Recipients", harmless} {
					require.NotContains(h, string(text), clear, "%s.%s", c.TableName, c.ColumnName)
				}
				if bytes.Contains(text, []byte("binary/encrypted")) {
					sealedRows++
				}
			}
		}
	}
	require.Greater(h, sealedRows, 20, "are the payloads found at all?")
}

func (h *house) onlyIDs(value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			require.Regexp(h, `^[A-Za-z]+$`, name)
			h.onlyIDs(inner)
		}
	case []any:
		for _, inner := range v {
			h.onlyIDs(inner)
		}
	case string:
		_, notID := uuid.Parse(v)
		_, notInstant := time.Parse(time.RFC3339Nano, v)
		require.True(h, notID == nil || notInstant == nil || word.MatchString(v) || sentence.MatchString(v), "%q is in a history", v)
	}
}
