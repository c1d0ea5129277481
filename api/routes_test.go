package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gorilla/mux"
	"github.com/stretchr/testify/require"
)

func quietServer() *server {
	g := gate.New(gate.Config{})
	g.Figures = gate.NewFigures(idle{})
	return &server{Face: faceOf(g), spec: loadSpec(), streams: newHub(nil, nil), units: &directory{}}
}

func TestContractAndRoutesAreTheSame_C26(t *testing.T) {
	t.Parallel()
	s := quietServer()
	routed := map[string]bool{}
	require.NoError(t, s.router().Walk(func(r *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := r.GetPathTemplate()
		require.NoError(t, err)
		methods, err := r.GetMethods()
		require.NoError(t, err)
		routed[methods[0]+" "+path] = true
		return nil
	}))
	written := map[string]bool{}
	for path, item := range s.spec.Paths.Map() {
		if len(item.Servers) == 0 {
			path = base + path
		}
		for method := range item.Operations() {
			written[method+" "+path] = true
		}
	}
	require.Equal(t, written, routed)
}

func TestEverythingButTheServiceNeedsAToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for path, item := range loadSpec().Paths.Map() {
		for method, op := range item.Operations() {
			path := strings.NewReplacer("{id}", "0199c1a6-7e2b-7c30-9d1e-0f5a6b7c8d9e", "{sha256}", "00", "{assignment}", "0199c1a6-7e2b-7c30-9d1e-0f5a6b7c8d9e", "{code}", "normal").Replace(path)
			if op.Security != nil && op.Tags[0] == "Login" {
				continue // makes somebody known, or forgets him
			}
			if op.OperationID == "getDeadlineFeed" {
				continue // its address is the secret: feeds_test.go
			}
			if op.Security != nil {
				w.expect(200, "", method, path, nil)
				continue
			}
			for _, header := range []string{"", "Bearer", "Bearer  ", "Bearer wrong", "Basic token-of-" + clerk, "Bearer " + strings.Repeat("x", 5000)} {
				r := w.expect(401, "", method, path, nil, "Authorization", header)
				require.Equal(t, "unauthenticated", r.code())
				require.Equal(t, `Bearer realm="congvan"`, r.header.Get("WWW-Authenticate"))
			}
		}
	}
}

func TestAnAccountThatIsDisabledIsNobodyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.expect(200, clerk, "GET", "/me", nil)
	_, err := w.store.DB().ExecContext(t.Context(), `UPDATE accounts SET disabled_at = now() WHERE username = ?`, clerk)
	require.NoError(t, err)
	w.expect(401, clerk, "GET", "/me", nil)
}

func TestUnknownRoutesAndMethods_I14(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, path := range []string{"/nothing", "/documents/", "//documents", "/documents/../documents", "/documents/a/b/c"} {
		require.Equal(t, "not-found", w.expect(404, clerk, "GET", path, nil).code(), path)
	}
	r := w.expect(405, clerk, "PUT", "/documents", nil, "X-HTTP-Method-Override", "GET")
	require.Equal(t, []string{"GET", "POST"}, r.header.Values("Allow"))
	require.Equal(t, []string{"GET"}, w.expect(405, clerk, "POST", "/me", nil, "X-HTTP-Method-Override", "GET").header.Values("Allow"))
	require.Equal(t, []string{"POST"}, w.expect(405, clerk, "DELETE", "/documents/x/recall", nil).header.Values("Allow"))
	w.expect(405, clerk, "HEAD", "/events", nil)
	head := w.expect(200, clerk, "HEAD", "/me", nil)
	require.Empty(t, head.raw)
}

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for path, status := range map[string]int{"/me": 200, "/nothing": 404, "/healthz": 200, "/docs": 200} {
		r := w.expect(status, clerk, "GET", path, nil)
		require.Equal(t, "nosniff", r.header.Get("X-Content-Type-Options"))
		require.Equal(t, "no-referrer", r.header.Get("Referrer-Policy"))
		require.Equal(t, "no-store", r.header.Get("Cache-Control"))
		require.Contains(t, r.header.Get("Content-Security-Policy"), "default-src 'none'")
		require.Contains(t, r.header.Get("Content-Security-Policy"), "frame-ancestors 'none'")
		require.Regexp(t, gate.PlainID, r.header.Get("X-Request-Id"))
	}
	require.Equal(t, "c0ffee00-12345678", w.expect(200, clerk, "GET", "/me", nil, "X-Request-Id", "c0ffee00-12345678").header.Get("X-Request-Id"))
	require.NotEqual(t, "<script>", w.expect(200, clerk, "GET", "/me", nil, "X-Request-Id", "<script>").header.Get("X-Request-Id"))
}

func TestFaultsBecomeStatuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{routing.ErrField, 422, "invalid-field"}, {routing.ErrStateSecret, 422, "state-secret"}, {routing.ErrNotFound, 404, "not-found"},
		{routing.ErrNotAllowed, 403, "not-allowed"}, {routing.ErrTransition, 409, "wrong-state"}, {routing.ErrStale, 412, "stale"},
		{routing.ErrReused, 422, "idempotency-key-reused"}, {desk.ErrFileTooLarge, 413, "file-too-large"}, {desk.ErrFileType, 415, "file-type"},
		{desk.ErrFileEmpty, 422, "file-empty"}, {desk.ErrFileDamaged, 500, "file-damaged"}, {postgres.ErrUnavailable, 503, "record-unavailable"},
		{fmt.Errorf("deep: %w", routing.ErrStale), 412, "stale"}, {errors.New("chuyện nội bộ"), 500, "internal"},
		{errBadRequest, 400, "bad-request"}, {errUnauthenticated, 401, "unauthenticated"}, {errMethod, 405, "method-not-allowed"},
		{errAccept, 406, "not-acceptable"}, {errTooLarge, 413, "body-too-large"}, {errMediaType, 415, "media-type"},
		{errIfMatch, 428, "if-match-missing"}, {errBusy, 503, "busy"}, {errEngine, 503, "engine-unavailable"}, {errKeyMissing, 400, "idempotency-key-missing"},
	} {
		refusal, status := quietServer().RefusalOf(c.err)
		require.Equal(t, c.status, status, c.code)
		require.Equal(t, c.code, refusal.Code)
		require.NotEmpty(t, gate.Title(status))
		require.NotContains(t, refusal.Message, "nội bộ")
	}
}

// Every code in the sources stands in the contract, so that the type of each
// problem leads to a line of the docs page.
func TestEveryProblemCodeIsWrittenDown(t *testing.T) {
	t.Parallel()
	var sources []byte
	for _, pattern := range []string{"../routing/*.go", "../desk/*.go", "../postgres/*.go", "*.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			sources = append(sources, text...)
		}
	}
	known := map[string]bool{"request-seen": true} // never leaves the desk
	for _, p := range docsProblems(loadSpec()) {
		known[p.Code] = true
	}
	found := regexp.MustCompile(`(?:Code: |Error\{[A-Z]\w+, )"([a-z-]+)"`).FindAllSubmatch(sources, -1)
	require.Greater(t, len(found), 25)
	for _, match := range found {
		require.True(t, known[string(match[1])], "%s is not in x-problem-codes", match[1])
	}
}

func TestAPanicIsAnsweredAndTheServerGoesOn_W12(t *testing.T) {
	t.Parallel()
	s, log := quietServer(), &journal{}
	s.Log = newTestLog(log)
	h := s.Observe(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { panic("nội dung mật của văn bản") }))
	for range 2 {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		require.Equal(t, 500, rec.Code)
		require.Contains(t, rec.Body.String(), `"code":"internal"`)
		require.NotContains(t, rec.Body.String(), "nội dung")
	}
	require.NotContains(t, log.String(), "nội dung")
	require.Contains(t, log.String(), "panic")
	require.Contains(t, log.String(), "TestAPanicIsAnswered", "the place is logged")

	half := s.Observe(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic("x")
	}))
	require.PanicsWithValue(t, http.ErrAbortHandler, func() {
		half.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	})
}

func TestTheLogSaysWhoAndWhatKindButNotWhich(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.register()
	w.expect(200, clerk, "GET", "/documents/"+document+"/events?after=77", nil)
	log := w.log.String()
	require.Contains(t, log, "route=/api/v1/documents/{id}/events")
	require.Contains(t, log, "account=vanthu.quan")
	require.NotContains(t, log, document)
	require.NotContains(t, log, "after=77")
	require.NotContains(t, log, "hộ nghèo")
	require.NotContains(t, log, "token-of")
}

func TestMetricsAreForTheMachineItself_Z10(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.register()
	require.Contains(t, w.expect(200, "", "GET", "/metrics", nil).raw, `route="/api/v1/documents",status="201"`)
	w.expect(404, "", "GET", "/metrics", nil, "X-Forwarded-For", "10.0.0.1")
	s := quietServer()
	s.Log = newTestLog(&journal{})
	for address, status := range map[string]int{"10.0.0.1:99": 404, "[::1]:99": 200, "nonsense": 404} {
		rec, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/metrics", nil)
		r.RemoteAddr = address
		s.Observe(s.router()).ServeHTTP(rec, r)
		require.Equal(t, status, rec.Code, address)
	}
}

func TestTheContractAndItsPageAreServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	require.Equal(t, string(contractYAML), w.expect(200, "", "GET", "/openapi.yaml", nil).raw)
	_, err := openapi3.NewLoader().LoadFromData([]byte(w.expect(200, "", "GET", "/openapi.json", nil).raw))
	require.NoError(t, err)
	page := w.expect(200, "", "GET", "/docs", nil)
	require.Equal(t, docsPolicy, page.header.Get("Content-Security-Policy"))
	require.Contains(t, page.raw, "<style>"+docsCSS+"</style>", "the policy names exactly this style")
	for _, text := range []string{"Register a document", `id="state-secret"`, `id="schema-Direction"`, "xác nhận đã nhận", `href="#schema-Recipient"`} {
		require.Contains(t, page.raw, text)
	}
	for _, foreign := range []string{"<script", "src=", "http://", "https://", "@import", "url("} {
		require.NotContains(t, page.raw, foreign)
	}
	require.NotContains(t, page.raw, "ZgotmplZ")
}

// A field that is spelt wrong is refused and not ignored, and nothing that is
// sent is of any length.
func TestEveryBodyThatIsAskedForIsClosedAndBounded(t *testing.T) {
	t.Parallel()
	var check func(at string, s *openapi3.Schema)
	check = func(at string, s *openapi3.Schema) {
		switch {
		case s.Type.Is("object"):
			require.NotNil(t, s.AdditionalProperties.Has, at)
			require.False(t, *s.AdditionalProperties.Has, at)
			for name, member := range s.Properties {
				check(at+"."+name, member.Value)
			}
		case s.Type.Is("array"):
			require.NotNil(t, s.MaxItems, at)
			check(at+"[]", s.Items.Value)
		case s.Type.Is("string"):
			require.True(t, s.MaxLength != nil || len(s.Enum) > 0 || s.Format != "", at)
		}
	}
	bodies := 0
	for path, item := range loadSpec().Paths.Map() {
		for _, op := range item.Operations() {
			if op.RequestBody == nil {
				continue
			}
			if media := op.RequestBody.Value.Content["application/json"]; media != nil {
				bodies++
				check(path, media.Schema.Value)
			}
		}
	}
	require.Greater(t, bodies, 20)
	var _ contract.StrictServerInterface = (*server)(nil)
}

// An act carries a key; what carries none writes nothing or does no more when it
// is sent twice.
func TestEveryActCarriesAKey(t *testing.T) {
	t.Parallel()
	harmless := map[string]bool{
		"checkBatch": true, "whatIfDocument": true, "whatIfAssignment": true, "previewCalendar": true, "checkImport": true, // write nothing
		"readNotices": true, "changeNoticeSettings": true, "setOnPaper": true, "revokeDelegation": true, "endAbsence": true, // twice is once
		"subscribe": true, "endSubscription": true, "revokeDeadlineFeed": true, "revokeWebhook": true, "resumeWebhook": true, // twice is once
		"changeTemplate": true, "archiveTemplate": true, "changeLadder": true, // If-Match
		// A key would leave a quick hash of a password or a code in the record. Twice is once, or begins another session.
		"logIn": true, "proveSecondFactor": true, "changePassword": true, "beginSecondFactor": true, "confirmSecondFactor": true, "removeSecondFactor": true,
		"logOut": true, "endSession": true, "endOtherSessions": true, "endSessionsOfAccount": true, "resetSecondFactor": true,
		"createUpload":   true, // begun twice it ends by itself
		"forgotPassword": true, "redeemLink": true, "revokeToken": true, "disableAccount": true, "enableAccount": true, "unlinkIdentity": true,
	}
	for path, item := range loadSpec().Paths.Map() {
		for method, op := range item.Operations() {
			named := false
			for _, p := range op.Parameters {
				named = named || p.Value.Name == "Idempotency-Key"
			}
			require.Equal(t, method == "POST" && !harmless[op.OperationID], named, "%s %s", method, path)
			delete(harmless, op.OperationID)
		}
	}
	require.Empty(t, harmless)
}
