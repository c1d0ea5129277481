package api

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"congvan/activities"

	"github.com/stretchr/testify/require"
)

// hostileTexts mean something to the library, to the database, to a shell, or to a
// template; here they are words.
var hostileTexts = []string{
	"?", "??", "?0", "?1", "?foo", "?unit", "?::text", "a ? b ?0 c ?subject d", `\?`, "$1", "$$", "$body$", ":name", "@p1", "%s", "%!d(x)", "%", "_", `\`, `\\`, `\'`, "'", "''", `"`, `""`,
	"' OR 1=1 --", "'; DROP TABLE documents; --", "1-?", "-5", "--", "/*", "*/", "/* x */", ";", "E'x'", `E'\x00'`, "U&'d'", "NULL", "null", "true", "NaN", "1e309", "-0", "array[?]", "{?}", "{}", "[]",
	"{{.}}", "{{printf \"%s\" .}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{base}", "{secret:0199c1a6-7e2b-7c30-9d1e-0f5a6b7c8d9e}", "<script>alert(1)</script>", "&lt;", "&amp;", "`id`", "$(id)", "a\\nb",
	"\u2028", "🐃", "ｕｎｄｅｆｉｎｅｄ", "__proto__", "constructor", "undefined", "Infinity", strings.Repeat("?", 90), strings.Repeat("'", 90),
}

// TestTextIsKeptAsItIs: whatever it means to a machine comes back as it was typed,
// or was refused before anything was written.
func TestTextIsKeptAsItIs_I02(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	kept := 0
	for _, text := range hostileTexts {
		text = "x" + text + "x" // what has no letter counts as left out
		before := w.count("documents")
		r := w.call(clerk, "POST", "/documents", registrationOf("subject", text, "issuer", text, "typeName", text))
		if r.status != 201 {
			require.Contains(t, []int{400, 422}, r.status, "%q: %s", text, r.raw)
			require.Equal(t, before, w.count("documents"))
			continue
		}
		kept++
		id := r.id("documentId")
		shown := w.expect(200, clerk, "GET", "/documents/"+id, nil).body
		for _, member := range []string{"subject", "issuer", "typeName"} {
			require.Equal(t, text, shown[member], "%q as the %s", text, member)
		}
		require.Equal(t, text, w.expect(200, clerk, "GET", "/documents?limit=1", nil).items()[0]["subject"])
		w.act(chairman, "/documents/"+id, "directions", directionOf("text", text, "process", text, "result", text))
		w.dispatch(id)
		direction := w.expect(200, ward, "GET", "/documents/"+id, nil).body["directions"].([]any)[0].(object)
		require.Equal(t, []any{text, text, text}, []any{direction["text"], direction["process"], direction["result"]})
		share := "/assignments/" + w.share(id, "molao")["id"].(string)
		w.expect(200, ward, "POST", share+"/acknowledge", nil)
		w.expect(200, ward, "POST", share+"/progress", object{"note": text})
		w.expect(200, wardHead, "POST", share+"/report", object{"text": text})
		require.Equal(t, text, w.expect(200, chairman, "GET", share, nil).body["report"])
	}
	require.Greater(t, kept, len(hostileTexts)-5, "a test of refusals proves nothing")
	require.Equal(t, kept, w.count("documents"))
}

// TestPatternsFindNothing: a list is asked by values of ours, and what looks like a
// pattern is none of them.
func TestPatternsFindNothing_I03(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.sent()
	asked := 0
	for path, item := range loadSpec().Paths.Map() {
		if item.Get == nil || strings.Contains(path, "{") || strings.HasPrefix(path, "/oidc") {
			continue
		}
		for _, p := range item.Get.Parameters {
			if p.Value.In != "query" || p.Value.Name == "format" {
				continue
			}
			for _, pattern := range []string{"%", "_", "%%%", `\`, `\%`, ".*", "(.+)+$", "[", "a|b", "&", "!", "(&|!", "<->", "'a' & 'b'", ":*", "*", "?", strings.Repeat("%_", 100), "' OR ''='", "0 OR 1=1", "1;SELECT pg_sleep(9)"} {
				q := url.Values{p.Value.Name: {pattern}}
				if path == "/trail" || path == "/trail/export" || path == "/absences" {
					for name, value := range map[string]string{"from": "2026-11-01", "to": "2026-11-30", "unit": unit("quan")} {
						if !q.Has(name) {
							q.Set(name, value)
						}
					}
				}
				began := time.Now()
				r := w.call(chairman, "GET", path+"?"+q.Encode(), nil)
				require.Less(t, r.status, 500, "%s %v: %s", path, q, r.raw)
				require.Less(t, time.Since(began), 5*time.Second, "%s %v", path, q)
				require.NotContains(t, r.raw, "SQLSTATE")
				if r.status == 200 {
					require.Empty(t, r.items(), "%s %v found something: %.300s", path, q, r.raw)
				}
				asked++
			}
		}
	}
	require.Greater(t, asked, 300)
}

// aLine is one line of the log: it begins as we begin it.
var aLine = regexp.MustCompile(`^time=\S+ level=[A-Z]+ msg=`)

// TestTheLogHasOneLineForOneThing: what people send makes no line of its own and
// no mark that a screen obeys.
func TestTheLogHasOneLineForOneThing_I09(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.register()
	const forged = "x\ntime=2026-11-23T02:00:00Z level=INFO msg=forged\r\x1b[2J\x1b]0;x\x07\u202e\u2028\x00"
	coded := url.PathEscape(forged)
	for _, path := range []string{"/" + coded, "/documents/" + coded, "/documents/" + id + "/" + coded, "/documents?status=" + url.QueryEscape(forged), "/trail?kind=" + url.QueryEscape(forged), "/uploads/" + coded,
		"/documents/" + id + "/attachments/" + coded} {
		require.GreaterOrEqual(t, w.call(clerk, "GET", path, nil).status, 400, path)
	}
	for _, header := range []string{"User-Agent", "X-Request-Id", "Referer", "X-Forwarded-For", "Accept", "Cookie", "Traceparent", "Acting-For", "Idempotency-Key", "If-Match", "Origin"} {
		conn := w.raw(t, "POST /api/v1/documents/"+id+"/recall HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\nAuthorization: Bearer token-of-"+clerk+"\r\n"+
			header+": "+strings.NewReplacer("\n", "\\n", "\r", "\\r", "\x00", "").Replace(forged)+"\r\n\r\n")
		require.GreaterOrEqual(t, status(t, conn, 5*time.Second), 400, header)
	}
	w.call("", "POST", "/sessions", object{"username": forged, "password": forged})
	w.call(clerk, "POST", "/documents", registrationOf("subject", forged, "issuer", forged))
	w.call(clerk, "POST", "/documents/"+id+"/attachments?name="+url.QueryEscape(forged+".pdf"), pdf, "Content-Type", "application/pdf")
	w.call(clerk, "POST", "/notice-settings", object{"address": forged, "mailAlarms": true, "mailDigest": false, "mailMorning": false})
	lines := strings.Split(strings.TrimSuffix(w.log.String(), "\n"), "\n")
	require.GreaterOrEqual(t, len(lines), 10)
	for _, line := range lines {
		require.Regexp(t, aLine, line)
		require.NotContains(t, line, "msg=forged")
		require.False(t, strings.ContainsAny(line, "\r\x1b\x07\x00\u202e\u2028"), "%q", line)
	}
}

// TestTitlesAreNoTemplates: no mail, receipt or export makes anything of what a title
// says; a mail does not have it at all.
func TestTitlesAreNoTemplates_I11(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	hostile := `{{.}} ${7*7} <%= 7*7 %> #{7*7} {base} {secret:` + someID + `}`
	w.expect(200, chairman, "POST", "/notice-settings", object{"address": "chutich@quan.example", "mailAlarms": true, "mailDigest": true, "mailMorning": true})
	id := w.expect(201, clerk, "POST", "/documents", registrationOf("subject", hostile, "issuer", hostile, "typeName", "{{.}} {base}")).id("documentId")
	w.act(chairman, "/documents/"+id, "directions", directionOf("text", hostile))
	w.dispatch(id)
	w.clock.Store(int64(40 * 24 * 3600e9))
	w.hand((*activities.Hands).Ring, id)
	_, err := activities.New(w.store, w.now).WriteMorning(context.Background(), activities.MorningInput{Now: w.now()})
	require.NoError(t, err)
	var mails []struct{ Subject, Body string }
	require.NoError(t, w.store.DB().NewRaw(`SELECT subject, body FROM mails`).Scan(t.Context(), &mails))
	require.NotEmpty(t, mails)
	for _, m := range mails {
		for _, word := range []string{"{{", "${", "<%", "#{", "{secret", "49"} {
			require.NotContains(t, m.Subject+strings.ReplaceAll(m.Body, id, ""), word)
		}
		require.NotContains(t, m.Subject, "{base}")
	}
	require.Equal(t, hostile, w.expect(200, clerk, "GET", "/documents/"+id, nil).body["subject"])
	require.NotContains(t, fmt.Sprint(w.expect(200, chairman, "GET", "/trail/export?document="+id, nil).raw), "49 49")
}
