package web_test

import (
	"net/http"
	"testing"

	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

func TestWhoIsNotLoggedInIsSentToLogInAndComesBack(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.Browser()
	a := b.Get("/inbox?view=sent")
	require.Equal(t, http.StatusSeeOther, a.Status)
	require.Equal(t, "/login?back=%2Finbox%3Fview%3Dsent", a.Header.Get("Location"))
	page := b.Page("/login?back=%2Finbox%3Fview%3Dsent")
	a = b.Post("/login", "back", webtest.Hidden(page)["back"], "username", "vanthu.molao", "password", webtest.Password)
	require.Equal(t, "/inbox?view=sent", a.Header.Get("Location"), a.Text)
}

func TestALoginLeadsToNoOtherSite_W05(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, back := range []string{"https://example.org/", "//example.org", `/\example.org`, "javascript:alert(1)", "/a\r\nSet-Cookie: x=y"} {
		a := w.Browser().Post("/login", "back", back, "username", "vanthu.molao", "password", webtest.Password)
		require.Equal(t, "/", a.Header.Get("Location"), back)
	}
}

func TestAWrongPasswordKeepsTheName(t *testing.T) {
	t.Parallel()
	b := webtest.New(t).Browser()
	a := b.Post("/login", "username", `vanthu"><script>`, "password", "sai")
	require.Equal(t, http.StatusUnauthorized, a.Status)
	require.Contains(t, a.Text, `value="vanthu&#34;&gt;&lt;script&gt;"`)
	require.Contains(t, a.Text, "Tên đăng nhập hoặc mật khẩu chưa đúng")
	require.NotContains(t, a.Text, "sai\"")
}

func TestEveryPageIsGuarded_W03_W06(t *testing.T) {
	t.Parallel()
	b := webtest.New(t).In("vanthu.quan")
	for _, path := range []string{"/", "/none"} {
		a := b.Get(path)
		require.Contains(t, a.Header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self'", path)
		require.Contains(t, a.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'", path)
		require.Equal(t, "nosniff", a.Header.Get("X-Content-Type-Options"))
		require.NotRegexp(t, `<script>|<style| style="| on[a-z]+="`, a.Text, path)
	}
}

func TestWhatWaitsIsCounted(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Sent()
	require.Regexp(t, `(?s)tile-loud.*?tile-count">1<.*?Chờ vào sổ`, w.In("vanthu.molao").Page("/"))
	require.Regexp(t, `(?s)tile-count">4<[^C]*Chờ phường xác nhận`, w.In("chutich.quan").Page("/"))
	w.Pass(30 * 24 * 3600e9)
	require.Regexp(t, `(?s)tile-late.*?tile-count">1<.*?Quá hạn`, w.In("vanthu.molao").Page("/"))
}
