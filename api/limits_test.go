package api

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"congvan/gate"

	"github.com/stretchr/testify/require"
)

// limited is a world whose API counts.
func limited(t *testing.T, limits gate.Limits) *world {
	w := newWorld(t, nil)
	w.handler = New(Config{Gate: gate.New(gate.Config{Desk: w.desk, Log: slog.New(slog.DiscardHandler), Limits: limits}), Version: "test"})
	live := httptest.NewUnstartedServer(nil)
	live.Config = NewServer("", w.handler)
	live.Start()
	t.Cleanup(live.Close)
	t.Cleanup(w.handler.Close)
	w.url = live.URL
	return w
}

func TestWhoAsksTooOftenWaits_R20(t *testing.T) {
	t.Parallel()
	w := limited(t, gate.Limits{gate.ClassSearch: {Account: 10}, gate.ClassOther: {Account: 3}})
	for range 10 {
		w.expect(200, clerk, "GET", "/documents", nil)
	}
	r := w.expect(429, clerk, "GET", "/documents", nil)
	require.Equal(t, "too-many-requests", r.code())
	require.Equal(t, "60", r.header.Get("Retry-After"))
	require.Empty(t, r.header.Get("X-RateLimit-gate.Limit"), "it does not say how much is left to try")
	w.expect(429, clerk, "GET", "/assignments", nil)
	w.expect(200, clerk, "GET", "/me", nil) // another class
	w.expect(200, chairman, "GET", "/documents", nil)
}

// TestALimitIsNotToBeWrittenAround: another spelling of the path is the same
// route or none; what the request says of its origin counts for nothing.
func TestALimitIsNotToBeWrittenAround_R20(t *testing.T) {
	t.Parallel()
	w := limited(t, gate.Limits{gate.ClassSearch: {Account: 2, Network: 1000}})
	w.expect(200, clerk, "GET", "/documents", nil)
	w.expect(200, clerk, "HEAD", "/documents", nil)
	for _, path := range []string{"/documents", "/documents?", "/documents?limit=3", "/documents?status=registered"} {
		require.Equal(t, 429, w.call(clerk, "GET", path, nil).status, path)
	}
	for _, path := range []string{"/Documents", "//documents", "/./documents", "/documents/", "/x/../documents", "/documents%2f", "/documents;a=b", "/%2e/documents", "/%64ocuments"} {
		require.Equal(t, 404, w.call(clerk, "GET", path, nil).status, path)
	}
	for _, headers := range [][]string{
		{"X-Forwarded-For", "203.0.113.9"}, {"X-Real-Ip", "203.0.113.9"}, {"Forwarded", "for=203.0.113.9"}, {"True-Client-Ip", "203.0.113.9"},
		{"Acting-For", "chutich.quan"}, {"X-Original-Url", "/api/v1/me"}, {"X-Http-Method-Override", "POST"}, {"X-Request-Id", "another-one"}, {"Authorization", "bearer   token-of-" + clerk},
	} {
		status := w.call(clerk, "GET", "/documents", nil, headers...).status
		if headers[0] == "Acting-For" {
			require.Equal(t, 403, status) // refused before it is counted, and not answered
			continue
		}
		require.Equal(t, 429, status, headers)
	}
	for _, remote := range []string{"198.51.100.7:4000", "203.0.113.9:81", "[2001:db8::1]:99", "127.0.0.1:1"} {
		require.Equal(t, 429, w.from(remote, clerk, "/documents"), remote)
	}
}

// from asks as if over a connection from another machine.
func (w *world) from(remote, who, path string) int {
	r := httptest.NewRequest("GET", base+path, nil)
	r.RemoteAddr = remote
	r.Header.Set("Authorization", "Bearer token-of-"+who)
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec.Code
}

// TestOneNetworkIsCountedTogether: also for requests of nobody, as guesses are.
func TestOneNetworkIsCountedTogether_R20(t *testing.T) {
	t.Parallel()
	w := limited(t, gate.Limits{gate.ClassSearch: {Network: 5}})
	for _, remote := range []string{"198.51.100.1:1", "198.51.100.2:2", "198.51.100.3:3", "198.51.100.250:4", "[::ffff:198.51.100.9]:5"} {
		require.Equal(t, 401, w.from(remote, "nobody", "/documents"))
	}
	require.Equal(t, 429, w.from("198.51.100.77:9", clerk, "/documents"))
	require.Equal(t, 200, w.from("198.51.101.1:1", clerk, "/documents"))
	for range 10 {
		require.Equal(t, 200, w.from("127.0.0.1:5", clerk, "/documents"), "this machine's own programs have the account's limit only")
	}
	for i := range 5 {
		require.Equal(t, 401, w.from("[2001:db8:1:"+strings.Repeat("f", i%4+1)+"::1]:4", "nobody", "/documents"))
	}
	require.Equal(t, 429, w.from("[2001:db8:1:9999::1]:4", clerk, "/documents"), "a /48 is one network")
}

func TestParallelConnectionsAreCountedExactly_R20(t *testing.T) {
	t.Parallel()
	w := limited(t, gate.Limits{gate.ClassOther: {Account: 25}})
	var passed, refused atomic.Int64
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			switch w.from("198.51.100.1:1", clerk, "/me") {
			case 200:
				passed.Add(1)
			case 429:
				refused.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 25, passed.Load())
	require.EqualValues(t, 75, refused.Load())
}

func TestLimitsAreRead(t *testing.T) {
	t.Parallel()
	limits, err := gate.ParseLimits("")
	require.NoError(t, err)
	require.Equal(t, gate.DefaultLimits(), limits)
	limits, err = gate.ParseLimits("export=1/2, search=0/0")
	require.NoError(t, err)
	require.Equal(t, gate.Limit{Account: 1, Network: 2}, limits[gate.ClassExport])
	require.Equal(t, gate.Limit{}, limits[gate.ClassSearch])
	require.Equal(t, gate.DefaultLimits()[gate.ClassLogin], limits[gate.ClassLogin])
	for _, text := range []string{"off", "search", "search=1", "search=-1/1", "other=1/x", "all=1/1", "search=99999999999/1"} {
		_, err := gate.ParseLimits(text)
		require.Error(t, err, text)
	}
}

// TestEveryRouteHasItsClass names the routes that are dear or dangerous; a new
// one has to find its class.
func TestEveryRouteHasItsClass_R20(t *testing.T) {
	t.Parallel()
	for route, class := range map[string]gate.Class{
		"GET /documents": gate.ClassSearch, "GET /assignments": gate.ClassSearch, "GET /trail": gate.ClassSearch, "GET /trail/export": gate.ClassExport,
		"GET /statistics": gate.ClassSearch, "GET /statistics/{code}": gate.ClassExport, "GET /statistics/{code}/export": gate.ClassExport,
		"POST /documents/{id}/attachments": gate.ClassUpload, "GET /documents/{id}/attachments/{sha256}": gate.ClassOther, "GET /events": gate.ClassOther,
		"POST /documents": gate.ClassOther, "GET /me": gate.ClassOther, "POST /sessions": gate.ClassLogin, "POST /sessions/second-factor": gate.ClassLogin, "POST /password": gate.ClassLogin, "GET /sessions": gate.ClassSearch,
	} {
		method, path, _ := strings.Cut(route, " ")
		require.Equal(t, class, classOf(method, base+path), route)
	}
}
