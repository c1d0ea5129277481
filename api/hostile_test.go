package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// someID stands for the {id} of a path.
const someID = "0199c1a6-7e2b-7c30-9d1e-0f5a6b7c8d9e"

// bodies walks the operations that take JSON.
func bodies(do func(path string, schema *openapi3.Schema)) {
	for path, item := range loadSpec().Paths.Map() {
		for method, op := range item.Operations() {
			if method != "POST" || op.RequestBody == nil || op.RequestBody.Value.Content["application/json"] == nil {
				continue
			}
			path := strings.NewReplacer("{id}", someID, "{sha256}", strings.Repeat("0", 64), "{code}", "normal").Replace(path)
			do(path, op.RequestBody.Value.Content["application/json"].Schema.Value)
		}
	}
}

// written counts what a request might have left behind.
func (w *world) written() (n int) {
	for _, table := range []string{"documents", "events", "assignments", "directions", "delegations", "absences", "templates", "tokens", "password_links", "sessions", "identities", "batches", "ladders", "calendar_versions", "positions", "units", "accounts"} {
		n += w.count(table)
	}
	return n
}

// TestNoBodyTakesMoreThanItAsksFor: whatever a form does not have is refused by
// its name, for every POST there is, and nothing is written.
func TestNoBodyTakesMoreThanItAsksFor_Z30(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	before, tried := w.written(), 0
	bodies(func(path string, schema *openapi3.Schema) {
		for _, name := range []string{
			"id", "status", "unitId", "unit_id", "role", "ROLE", "isAdmin", "createdBy", "approvedBy", "deadline", "version", "deletedAt", "hash", "number",
			"soDen", "doMat", "accountId", "positionId", "actingFor", "mandate", "disabledAt", "passwordHash", "sha256", "__proto__", "constructor", "Reason", "REASON", "scope",
		} {
			if schema.Properties[name] != nil {
				continue
			}
			for _, value := range []any{"x", true, []string{"x"}, object{"x": 1}} {
				r := w.call("quantri", "POST", path, object{name: value}, "If-Match", `"v1"`)
				require.Equal(t, 400, r.status, "%s %s: %s", path, name, r.raw)
				fields, _ := r.body["fields"].(object)
				require.Contains(t, fields, name, "%s: %s", path, r.raw)
				tried++
			}
		}
	})
	require.Greater(t, tried, 3000)
	require.Equal(t, before, w.written())
}

// TestWhatIsNoPlainJSONIsRefused: at every route that takes JSON, before anything
// is made of it.
func TestWhatIsNoPlainJSONIsRefused_I06(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	before := w.written()
	hostile := map[string]string{
		"twice": `{"a": 1, "a": 2}`, "twice, escaped": `{"a": 1, "\u0061": 2}`, "twice inside": `{"a": [{"b": 1, "b": 2}]}`, "NaN": `{"a": NaN}`,
		"byte order mark": "\uFEFF{}", "UTF-16": "\xff\xfe{\x00}\x00", "trailing": `{} {}`, "deep": strings.Repeat("[", 100_000), "deep objects": strings.Repeat(`{"a":`, 50_000),
		"long number": `{"a": ` + strings.Repeat("9", 1<<19) + `}`, "comment": `{/* */}`, "single quotes": `{'a': 1}`, "NUL": "{\"a\": \"\x00\"}", "NUL, escaped": `{"a": "\u0000"}`,
		"lone surrogate": `{"a": "\ud800"}`, "no UTF-8": "{\"a\": \"\xc3\x28\"}", "an array": `[]`, "a text": `"x"`, "cut off": `{"a": `,
	}
	bodies(func(path string, _ *openapi3.Schema) {
		for name, body := range hostile {
			r := w.call("quantri", "POST", path, body, "If-Match", `"v1"`)
			require.Equal(t, 400, r.status, "%s %s: %.200s", path, name, r.raw)
			require.Less(t, len(r.raw), 4000, "the answer quotes nothing")
		}
		for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "text/json", "application/xml", ""} {
			require.Equal(t, 415, w.call("quantri", "POST", path, `{"reason": "x"}`, "If-Match", `"v1"`, "Content-Type", kind).status, "%s %s", path, kind)
		}
	})
	require.Equal(t, before, w.written())
}

// TestOnePathHasOneSpelling: no other spelling reaches it, none is redirected, and
// what a header says of the method or the path counts for nothing.
func TestOnePathHasOneSpelling_I14(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.register()
	conn := func(line, more string) int {
		c := w.raw(t, line+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer token-of-"+clerk+"\r\n"+more+"\r\n")
		return status(t, c, 5*time.Second)
	}
	for _, path := range []string{
		"/api//v1/me", "//api/v1/me", "/api/v1//me", "/api/./v1/me", "/api/v1/./me", "/api/v1/x/../me", "/api/v1/%2e/me", "/api/v1/%2e%2e/v1/me", "/api/v1/me/", "/api/v1/me/.",
		"/API/v1/me", "/api/V1/me", "/api/v1/ME", "/api/v1/me;a=b", "/api/v1/me%00", "/api/v1/me%20", "/api/v1/me%2f", "/api%2fv1/me", "/api/v1\\me", "/api/v1/documents/" + id + "/",
		"/api/v1/documents//" + id, "/api/v1/documents/" + id + "/../" + id, "/api/v1/documents/%2e%2e/me",
		"/api/v1/%6de", "/api/v1/%6De", "/api/%761/me", "/%61pi/v1/me", "/api/v1/documents/%30" + id[1:], "/%6detrics",
	} {
		require.Contains(t, []int{404, 400}, conn("GET "+path, ""), path)
	}
	require.Equal(t, 200, conn("GET /api/v1/me", ""))
	require.Equal(t, 200, conn("GET http://evil.example/api/v1/me", ""), "absolute-form is this server's own, whatever it names")
	require.Equal(t, 404, w.call(clerk, "GET", "/documents/"+strings.ToUpper(someID), nil).status)

	override := []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override"}
	for _, name := range override {
		require.Equal(t, 405, w.call(clerk, "GET", "/documents/"+id+"/recall", nil, name, "POST").status)
		require.Equal(t, 200, w.call(clerk, "GET", "/documents/"+id, nil, name, "DELETE").status)
	}
	require.Equal(t, 400, w.call(clerk, "GET", "/documents/"+id+"?_method=DELETE", nil).status)
	for _, method := range []string{"PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get", "POST"} {
		require.Contains(t, []int{405, 400, 404}, w.call(clerk, method, "/documents/"+id, nil).status, method)
	}
	for _, name := range []string{"X-Original-Url", "X-Rewrite-Url", "X-Forwarded-Path", "X-Forwarded-Prefix"} {
		require.Equal(t, 404, w.call(clerk, "GET", "/nothing", nil, name, "/api/v1/me").status)
	}
	require.Equal(t, 1, w.count("events"), "nothing but the registration")
}

// TestTheHostIsNotBelieved: what a request says of this server's name is in no
// link that people get.
func TestTheHostIsNotBelieved_I14(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, headers := range [][]string{{"X-Forwarded-Host", "evil.example"}, {"Forwarded", "host=evil.example"}, {"X-Host", "evil.example"}} {
		r := w.offer(admin, staff, "reset", "hand", headers...)
		require.NotContains(t, r.raw, "evil")
		require.True(t, strings.HasPrefix(r.id("link"), "https://congvan.example.vn/"))
		made := w.expect(201, clerk, "POST", "/documents", registrationOf(), headers...)
		require.True(t, strings.HasPrefix(made.header.Get("Location"), "/"))
	}
	req, err := http.NewRequestWithContext(t.Context(), "POST", w.url+base+"/accounts/"+w.account(staff)+"/password-link", strings.NewReader(`{"purpose": "reset", "deliver": "hand"}`))
	require.NoError(t, err)
	req.Host = "evil.example"
	req.Header = http.Header{"Authorization": {"Bearer token-of-" + admin}, "Idempotency-Key": {newKey()}, "Content-Type": {"application/json"}}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, 201, res.StatusCode)
	require.Zero(t, w.count("mails WHERE body LIKE '%evil%'"))
}

// TestNoQuestionIsTooBig: a page, a range of days and a cursor have their bounds.
func TestNoQuestionIsTooBig_R22(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.register()
	asked := 0
	for path, item := range loadSpec().Paths.Map() {
		if item.Get == nil || strings.Contains(path, "{") || len(item.Get.Parameters) == 0 || path == "/oidc/callback" || path == "/oidc/login" {
			continue
		}
		has := map[string]bool{}
		for _, p := range item.Get.Parameters {
			if p.Value.In == "query" {
				has[p.Value.Name] = true
			}
		}
		for _, q := range []url.Values{
			{"limit": {"1000000"}}, {"limit": {"-1"}}, {"limit": {"0"}}, {"limit": {"99999999999999999999"}}, {"limit": {"1e3"}},
			{"cursor": {strings.Repeat("A", 5000)}}, {"cursor": {"%00"}},
			{"from": {"0001-01-01"}, "to": {"9999-12-31"}}, {"from": {"9999-12-31"}, "to": {"0001-01-01"}}, {"from": {"-0001-01-01"}}, {"from": {"10000-01-01"}, "to": {"10001-01-01"}},
		} {
			applies := true
			for name := range q {
				applies = applies && has[name]
			}
			if !applies {
				continue
			}
			asked++
			began := time.Now()
			r := w.call(clerk, "GET", path+"?"+q.Encode(), nil)
			require.Less(t, r.status, 500, "%s %v: %s", path, q, r.raw)
			require.Less(t, time.Since(began), 2*time.Second, fmt.Sprint(path, q))
			require.Less(t, len(r.raw), 200_000)
			if q.Get("limit") != "" || q.Get("cursor") != "" {
				require.Equal(t, 400, r.status, "%s %v", path, q)
			}
		}
	}
	require.Greater(t, asked, 20)
}
