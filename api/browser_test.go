package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"congvan/api/internal/contract"
	"congvan/gate"

	"github.com/stretchr/testify/require"
)

const anyID = "0199c1a6-7e2b-7c30-9d1e-0f5a6b7c8d9e"

// unsafeRoutes are all routes that are not only looked at, with ids of nothing.
func unsafeRoutes() (list []route) {
	s := quietServer()
	for _, x := range append(s.loginRoutes(contract.ServerInterfaceWrapper{}), s.routes(contract.ServerInterfaceWrapper{})...) {
		if gate.Unsafe(x.method) {
			x.path = strings.NewReplacer("{id}", anyID, "{sha256}", "00", "{code}", "normal").Replace(strings.TrimPrefix(x.path, base))
			list = append(list, x)
		}
	}
	return list
}

// crossSite are the ways in which a page of another site lets a browser send
// something: what the browser says of it, and as what the body comes.
var crossSite = map[string][]string{
	"another site, said twice":    {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
	"another site, Fetch only":    {"Sec-Fetch-Site", "cross-site"},
	"a sister of our name":        {"Sec-Fetch-Site", "same-site", "Origin", "https://x.congvan.example"},
	"old browser, another site":   {"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
	"old browser, nowhere":        {"Sec-Fetch-Site", "", "Origin", "null"},
	"old browser, our name in it": {"Sec-Fetch-Site", "", "Origin", "http://127.0.0.1.evil.example"},
	"old browser, another port":   {"Sec-Fetch-Site", "", "Origin", "http://127.0.0.1:1"},
	"nothing said":                {"Sec-Fetch-Site", ""},
	"a form":                      {"Sec-Fetch-Site", "cross-site", "Content-Type", "application/x-www-form-urlencoded", "Idempotency-Key", ""},
	"a form with files":           {"Sec-Fetch-Site", "", "Origin", "https://evil.example", "Content-Type", "multipart/form-data; boundary=x", "Idempotency-Key", ""},
	"plain text that is JSON":     {"Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain", "Idempotency-Key", ""},
	"a method in disguise":        {"Sec-Fetch-Site", "cross-site", "X-HTTP-Method-Override", "GET", "X-Method-Override", "GET"},
}

func TestOtherSitesChangeNothing_W01(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := w.in(clerk)
	before := w.everything()
	routes := unsafeRoutes()
	require.Greater(t, len(routes), 50)
	for _, x := range routes {
		for kind, headers := range crossSite {
			r := b.ask(x.method, x.path, "{}", headers...)
			require.Equal(t, 403, r.status, "%s: %s %s: %s", kind, x.method, x.path, r.raw)
			require.Equal(t, "cross-site", r.code(), "%s: %s %s", kind, x.method, x.path)
			require.Empty(t, r.header.Values("Set-Cookie"))
		}
	}
	require.Equal(t, before, w.everything(), "not even a line of the journal")
	b.must(200, "GET", "/me", nil)
}

// Who is not logged in is not logged in by another site: he would work in
// somebody else's account without knowing.
func TestAnotherSiteLogsNobodyIn_W01(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	before := w.everything()
	for kind, headers := range crossSite {
		if kind == "nothing said" {
			continue // no browser: a program with a name and a password
		}
		r := w.browser(headers...).login(staff)
		require.Equal(t, "cross-site", r.code(), kind)
		require.Empty(t, r.header.Values("Set-Cookie"), kind)
	}
	require.Equal(t, before, w.everything())
	require.Equal(t, 201, w.browser("Sec-Fetch-Site", "", "Origin", w.url).login(staff).status, "an old browser on our own page")
}

// What a form can send is not what the API takes, wherever it came from.
func TestNothingButJSONIsAnAct_W01(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := w.in(clerk)
	for _, kind := range []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"} {
		require.Equal(t, "media-type", b.must(415, "POST", "/documents", "a=b", "Content-Type", kind).code())
		require.Equal(t, "media-type", b.must(415, "POST", "/sessions", `{"username":"x","password":"y"}`, "Content-Type", kind).code())
	}
	for _, x := range unsafeRoutes() {
		for _, header := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
			r := b.ask("GET", x.path+"?_method=POST", nil, header, "POST")
			require.Contains(t, []int{400, 404, 405}, max(r.status, 400), "%s: %s", x.path, r.raw)
		}
	}
}

// everything counts the rows of every table but those that a look leaves traces in.
func (w *world) everything() map[string]int {
	w.Helper()
	var tables []string
	require.NoError(w, w.store.DB().NewRaw(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'bun_%'`).Scan(w.Context(), &tables))
	rows := map[string]int{}
	for _, table := range tables {
		var n int
		require.NoError(w, w.store.DB().NewRaw(`SELECT count(*) FROM `+table).Scan(w.Context(), &n))
		rows[table] = n
	}
	require.Greater(w, len(rows), 20)
	return rows
}

// Every answer has every header: what was found, what was refused at each gate,
// what was not found, and what broke.
func TestEveryAnswerIsGuarded_W03_W04_W06(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := w.in(staff)
	answers := map[string]reply{
		"200": b.must(200, "GET", "/me", nil), "401": w.expect(401, "", "GET", "/me", nil), "no route": w.expect(404, "", "GET", "/x", nil),
		"404": b.must(404, "GET", "/documents/"+anyID, nil), "405": b.must(405, "PUT", "/me", nil), "400": b.must(400, "GET", "/documents?x=y", nil),
		"cross-site": b.must(403, "POST", "/documents", "{}", "Sec-Fetch-Site", "cross-site"), "login": b.login("nobody"), "docs": b.must(200, "GET", "/docs", nil),
		"contract": b.must(200, "GET", "/openapi.json", nil), "406": b.must(406, "GET", "/me", nil, "Accept", "text/html"),
		"logout": b.must(204, "POST", "/sessions/current/end", nil),
	}
	s := quietServer()
	s.Log = newTestLog(&journal{})
	broken := httptest.NewRecorder()
	s.Observe(s.CrossOrigin(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("x") }))).ServeHTTP(broken, httptest.NewRequest("GET", "/", nil))
	require.Equal(t, 500, broken.Code)
	answers["500"] = reply{status: 500, header: broken.Header()}
	for name, r := range answers {
		policy := r.header.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'", name)
		require.Contains(t, policy, "base-uri 'none'", name)
		require.Contains(t, policy, "form-action 'none'", name)
		require.Contains(t, policy, "frame-ancestors 'none'", name)
		for _, loose := range []string{"unsafe-inline", "unsafe-eval", "*", "http:", "https:", "data:"} {
			require.NotContains(t, policy, loose, name)
		}
		require.Equal(t, "nosniff", r.header.Get("X-Content-Type-Options"), name)
		require.Equal(t, "no-referrer", r.header.Get("Referrer-Policy"), name)
		require.Equal(t, "same-origin", r.header.Get("Cross-Origin-Opener-Policy"), name)
		require.Equal(t, "same-origin", r.header.Get("Cross-Origin-Resource-Policy"), name)
		require.Contains(t, r.header.Get("Permissions-Policy"), "camera=()", name)
		require.Equal(t, "no-store", r.header.Get("Cache-Control"), name)
		require.Empty(t, r.header.Get("Strict-Transport-Security"), "%s: not over plain HTTP", name)
		require.Empty(t, r.header.Get("Server"), name)
		require.Empty(t, r.header.Get("Access-Control-Allow-Origin"), name)
	}
}

func TestOverTLSBrowsersStayThere_W04(t *testing.T) {
	t.Parallel()
	proxied := worldOn(t, freshRecord(t), nil, func(c *Config) { c.Gate.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	require.Equal(t, "max-age=31536000; includeSubDomains", proxied.expect(401, "", "GET", "/me", nil, "X-Forwarded-Proto", "https").header.Get("Strict-Transport-Security"))
	require.Empty(t, proxied.expect(401, "", "GET", "/me", nil, "X-Forwarded-Proto", "http").header.Get("Strict-Transport-Security"))
	direct := newWorld(t, nil)
	require.Empty(t, direct.expect(401, "", "GET", "/me", nil, "X-Forwarded-Proto", "https").header.Get("Strict-Transport-Security"), "anybody may say so")
}

// A login leads nowhere: where to go on is the page's own matter.
func TestALoginRedirectsNowhere_W05(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, to := range []string{"//evil.example", `/\evil.example`, "https:evil.example", "%2f%2fevil.example", "javascript:alert(1)"} {
		for _, name := range []string{"next", "returnTo", "redirect_uri"} {
			b := w.browser()
			require.Equal(t, 400, b.ask("POST", "/sessions", object{"username": staff, "password": passwordOfAll, name: to}).status)
			r := b.ask("POST", "/sessions?"+name+"="+to, object{"username": staff, "password": passwordOfAll})
			require.Equal(t, 400, r.status)
			require.Empty(t, r.header.Get("Location"))
			require.Empty(t, b.cookies)
		}
	}
}

func TestWhoseAddressItIs_S05(t *testing.T) {
	t.Parallel()
	networks := func(list ...string) (out []netip.Prefix) {
		for _, x := range list {
			out = append(out, netip.MustParsePrefix(x))
		}
		return out
	}
	for _, c := range []struct {
		name    string
		proxies []netip.Prefix
		peer    string
		header  []string
		network string
	}{
		{"directly", nil, "203.0.113.7:99", nil, "203.0.113.0/24"},
		{"directly, over IPv6", nil, "[2001:db8:1:2::3]:99", nil, "2001:db8:1::/48"},
		{"IPv4 in IPv6", nil, "[::ffff:203.0.113.7]:99", nil, "203.0.113.0/24"},
		{"made up", nil, "203.0.113.7:99", []string{"1.2.3.4"}, "203.0.113.0/24"},
		{"made up, a list", nil, "203.0.113.7:99", []string{"1.2.3.4, 5.6.7.8", "9.9.9.9"}, "203.0.113.0/24"},
		{"made up beside a proxy that is not the peer", networks("10.0.0.0/8"), "203.0.113.7:99", []string{"1.2.3.4"}, "203.0.113.0/24"},
		{"by our proxy", networks("10.0.0.1/32"), "10.0.0.1:99", []string{"198.51.100.4"}, "198.51.100.0/24"},
		{"by our proxy, the rest made up", networks("10.0.0.1/32"), "10.0.0.1:99", []string{"1.2.3.4, 198.51.100.4"}, "198.51.100.0/24"},
		{"by our proxy, in two headers", networks("10.0.0.1/32"), "10.0.0.1:99", []string{"1.2.3.4", "198.51.100.4"}, "198.51.100.0/24"},
		{"by two of our proxies", networks("10.0.0.0/24"), "10.0.0.1:99", []string{"1.2.3.4, 198.51.100.4, 10.0.0.2"}, "198.51.100.0/24"},
		{"by our proxy, garbage", networks("10.0.0.1/32"), "10.0.0.1:99", []string{"198.51.100.4, <script>"}, "10.0.0.0/24"},
		{"by our proxy, with a port", networks("10.0.0.1/32"), "10.0.0.1:99", []string{"198.51.100.4:80"}, "10.0.0.0/24"},
		{"by our proxy, nothing", networks("10.0.0.1/32"), "10.0.0.1:99", nil, "10.0.0.0/24"},
		{"by our proxy, IPv6", networks("::1/128"), "[::1]:99", []string{"2001:db8:1:2::3"}, "2001:db8:1::/48"},
		{"by our proxy, IPv4 in IPv6", networks("::1/128"), "[::1]:99", []string{"::ffff:198.51.100.4"}, "198.51.100.0/24"},
		{"this machine", nil, "127.0.0.1:99", []string{"1.2.3.4"}, ""},
		{"no address", nil, "nonsense", nil, ""},
	} {
		s := quietServer()
		s.Proxies = c.proxies
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		for _, line := range c.header {
			r.Header.Add("X-Forwarded-For", line)
		}
		for _, name := range []string{"X-Real-Ip", "True-Client-Ip", "Forwarded", "CF-Connecting-IP"} {
			r.Header.Set(name, "for=1.2.3.4")
		}
		require.Equal(t, c.network, s.NetworkOf(r), c.name)
	}
}

func TestDescribedDevicesAreWordsOfOurs(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                  "Firefox trên Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0":             "Edge trên Windows",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36":                          "Chrome trên Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile Safari/604.1":  "Safari trên iPhone",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/130.0 Chrome/124.0 Safari/537.36": "Cốc Cốc trên Windows",
		"curl/8.0": "Chương trình khác", "": "Chương trình khác", "<script>alert(1)</script>\n": "Chương trình khác",
	} {
		require.Equal(t, want, gate.Describe(agent), agent)
	}
}

func TestCookiesThatAreNoneOfOursAreNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, value := range []string{"x", strings.Repeat("x", 43), strings.Repeat("x", 5000), "../../x", "'; DROP TABLE sessions; --", "%00"} {
		b := w.browser()
		b.cookies[gate.SessionCookie] = value
		require.Equal(t, 401, b.ask("GET", "/me", nil).status, value)
	}
	b := w.in(staff)
	secret := b.cookies[gate.SessionCookie]
	two := w.browser("Cookie", fmt.Sprintf("%s=%s; %s=%s", gate.SessionCookie, strings.Repeat("x", 43), gate.SessionCookie, secret))
	two.must(401, "GET", "/me", nil)
}
