package gate

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"congvan/routing"

	"github.com/stretchr/testify/require"
)

func TestAProxyThatNobodyNamedIsTold_R20(t *testing.T) {
	t.Parallel()
	ask := func(peer string, forwarded bool, proxies ...netip.Prefix) string {
		var log bytes.Buffer
		f := Face{Gate: New(Config{Log: slog.New(slog.NewTextHandler(&log, nil)), Proxies: proxies}), Name: "test",
			Answer: func(http.ResponseWriter, *http.Request, *routing.Error, int) {}, TakesLong: func(string) bool { return false }}
		for range 3 {
			r := httptest.NewRequest("GET", "/", nil)
			if r.RemoteAddr = peer; forwarded {
				r.Header.Set("X-Forwarded-For", "198.51.100.4")
			}
			f.Observe(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(httptest.NewRecorder(), r)
		}
		return log.String()
	}
	require.Equal(t, 1, strings.Count(ask("127.0.0.1:99", true), "TRUSTED_PROXIES"), "once")
	require.NotContains(t, ask("127.0.0.1:99", false), "TRUSTED_PROXIES")
	require.NotContains(t, ask("198.51.100.9:99", true), "TRUSTED_PROXIES", "anybody may write the header")
	require.NotContains(t, ask("127.0.0.1:99", true, netip.MustParsePrefix("127.0.0.1/32")), "TRUSTED_PROXIES")
}
