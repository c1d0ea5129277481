package api

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"congvan/gate"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

// provider is an identity provider: it gives out what a test wants.
type provider struct {
	*httptest.Server
	key       *rsa.PrivateKey
	challenge string           // of the login that is under way
	claims    map[string]any   // of the next ID token
	sign      func(any) string // nil: with its key
	asked     []url.Values     // of the token endpoint
}

func newProvider(t *testing.T) *provider {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	p := &provider{key: key}
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, object{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}, "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}})
	})
	routes.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "1", Algorithm: "RS256", Use: "sig"}}})
	})
	routes.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		p.asked = append(p.asked, r.PostForm)
		sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
		id, secret, _ := r.BasicAuth()
		if base64.RawURLEncoding.EncodeToString(sum[:]) != p.challenge || id != "congvan" || secret != "of-the-client" || r.PostForm.Get("code") != "right" {
			w.WriteHeader(400)
			answer(w, object{"error": "invalid_grant"})
			return
		}
		sign := p.sign
		if sign == nil {
			sign = func(v any) string { return signed(t, jose.RS256, key, v) }
		}
		answer(w, object{"access_token": "x", "token_type": "Bearer", "id_token": sign(p.claims)})
	})
	p.Server = httptest.NewServer(routes)
	t.Cleanup(p.Close)
	return p
}

func signed(t *testing.T, with jose.SignatureAlgorithm, key, claims any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: with, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "1").WithType("JWT"))
	require.NoError(t, err)
	data, err := json.Marshal(claims)
	require.NoError(t, err)
	object, err := signer.Sign(data)
	require.NoError(t, err)
	text, err := object.CompactSerialize()
	require.NoError(t, err)
	return text
}

// identified is a world with an identity provider, and staff linked with "u1" there.
func identified(t *testing.T) (*world, *provider) {
	w, p := newWorld(t, nil), newProvider(t)
	w.handler = New(Config{Gate: gate.New(gate.Config{Desk: w.desk, Log: slog.New(slog.NewTextHandler(w.log, nil)), Limits: gate.Limits{}}), Version: "test", Pages: "https://congvan.example.vn",
		OIDC: &OIDC{Issuer: p.URL, ClientID: "congvan", ClientSecret: "of-the-client"}})
	live := httptest.NewUnstartedServer(nil)
	live.Config = NewServer("", w.handler)
	live.Start()
	t.Cleanup(live.Close)
	t.Cleanup(w.handler.Close)
	w.url = live.URL
	w.expect(204, admin, "POST", "/accounts/"+w.account(staff)+"/identity", object{"issuer": p.URL, "subject": "u1"})
	return w, p
}

// visit asks for a page as a link does, and follows nothing.
func (b *browser) visit(path string) reply {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), "GET", b.url+base+path, nil)
	require.NoError(b, err)
	for name, value := range b.cookies {
		req.Header.Add("Cookie", name+"="+value)
	}
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	require.NoError(b, err)
	defer res.Body.Close()
	r := reply{status: res.StatusCode, header: res.Header}
	_ = json.NewDecoder(res.Body).Decode(&r.body) // a redirect has none
	for _, c := range res.Cookies() {
		require.True(b, c.Secure && c.HttpOnly && strings.HasPrefix(c.Name, "__Host-"), c.String())
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return r
}

// begins goes to the provider and prepares what it will answer with.
func (p *provider) begins(b *browser, returnTo string) (state string) {
	b.Helper()
	r := b.visit("/oidc/login?returnTo=" + url.QueryEscape(returnTo))
	require.Equal(b, 303, r.status)
	to, err := url.Parse(r.header.Get("Location"))
	require.NoError(b, err)
	q := to.Query()
	require.Equal(b, p.URL+"/authorize", to.Scheme+"://"+to.Host+to.Path)
	require.Equal(b, "S256", q.Get("code_challenge_method"))
	require.Equal(b, "code", q.Get("response_type"))
	require.Equal(b, "https://congvan.example.vn/api/v1/oidc/callback", q.Get("redirect_uri"), "the configured address, whatever Host says")
	p.challenge, p.sign = q.Get("code_challenge"), nil
	now := time.Now()
	p.claims = map[string]any{"iss": p.URL, "aud": "congvan", "sub": "u1", "nonce": q.Get("nonce"), "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}
	return q.Get("state")
}

func back(state, code string) string {
	return "/oidc/callback?" + url.Values{"state": {state}, "code": {code}, "session_state": {"x"}, "whatever": {"the provider adds"}}.Encode()
}

func TestSomebodyLogsInAtTheProvider(t *testing.T) {
	t.Parallel()
	w, p := identified(t)
	b := w.browser()
	state := p.begins(b, "/documents?status=registered")
	require.Contains(t, b.cookies, identityCookie)
	r := b.visit(back(state, "right"))
	require.Equal(t, 303, r.status, r.body)
	require.Equal(t, "/documents?status=registered", r.header.Get("Location"))
	require.NotContains(t, b.cookies, identityCookie)
	require.Equal(t, staff, b.visit("/me").body["username"])
	require.Equal(t, 1, w.count("journal WHERE kind = 'logged-in'"))
	require.NotEmpty(t, p.asked[0].Get("code_verifier"))
	require.NotContains(t, w.log.String(), state)

	// The account is closed, or the identity taken off: in by nothing.
	w.expect(204, admin, "POST", "/accounts/"+w.account(staff)+"/identity/remove", nil, "Idempotency-Key", "")
	require.Equal(t, 401, b.visit("/me").status)
	require.Equal(t, "identity-refused", b.visit(back(p.begins(b, "/"), "right")).code())
}

// TestTheProvidersWordIsChecked: each of these is one thing wrong with an
// otherwise good login.
func TestTheProvidersWordIsChecked_S20(t *testing.T) {
	t.Parallel()
	w, p := identified(t)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	unsigned := func(v any) string {
		data, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(data) + "."
	}
	for name, spoil := range map[string]func(){
		"wrong nonce":       func() { p.claims["nonce"] = "another" },
		"no nonce":          func() { delete(p.claims, "nonce") },
		"wrong audience":    func() { p.claims["aud"] = "another" },
		"other party":       func() { p.claims["aud"] = []string{"congvan", "another"}; p.claims["azp"] = "another" },
		"two without party": func() { p.claims["aud"] = []string{"congvan", "another"} },
		"wrong issuer":      func() { p.claims["iss"] = "https://another.example.vn" },
		"expired":           func() { p.claims["exp"] = time.Now().Add(-time.Minute).Unix() },
		"unknown subject":   func() { p.claims["sub"] = "u2" },
		"a mail address": func() {
			p.claims["sub"] = "u3"
			p.claims["email"] = staff + "@example.vn"
			p.claims["preferred_username"] = staff
		},
		"unsigned":    func() { p.sign = unsigned },
		"another key": func() { p.sign = func(v any) string { return signed(t, jose.RS256, other, v) } },
		"by the secret": func() {
			p.sign = func(v any) string {
				return signed(t, jose.HS256, []byte("of-the-client, long enough for HS256, really"), v)
			}
		},
		"no token":           func() { p.sign = func(any) string { return "" } },
		"wrong proof of key": func() { p.challenge = "another" },
	} {
		b := w.browser()
		state := p.begins(b, "/")
		spoil()
		r := b.visit(back(state, "right"))
		require.Equal(t, 403, r.status, name)
		require.Equal(t, "identity-refused", r.code(), name)
		require.NotContains(t, b.cookies, gate.SessionCookie, name)
	}
	b := w.browser()
	require.Equal(t, 403, b.visit(back(p.begins(b, "/"), "wrong")).status)
	b = w.browser()
	require.Equal(t, 403, b.visit("/oidc/callback?error=access_denied&state="+p.begins(b, "/")).status)
	b = w.browser()
	require.Equal(t, 403, b.visit(back(p.begins(b, "/"), "right")+"&iss=https://another.example.vn").status)
	require.Zero(t, w.count("sessions"))
}

// TestAStateIsGoodOnceInItsBrowser: neither replayed, nor in another browser
// (login CSRF), nor late.
func TestAStateIsGoodOnceInItsBrowser_W01(t *testing.T) {
	t.Parallel()
	w, p := identified(t)
	b := w.browser()
	state := p.begins(b, "/")
	cookie := b.cookies[identityCookie]
	victim := w.browser()
	require.Equal(t, 403, victim.visit(back(state, "right")).status, "a browser that began nothing")
	victim.cookies[identityCookie] = strings.Repeat("A", 43)
	require.Equal(t, 403, victim.visit(back(state, "right")).status)
	require.Equal(t, 303, b.visit(back(state, "right")).status, "the attempts have not used it up")
	b.cookies[identityCookie] = cookie
	require.Equal(t, 403, b.visit(back(state, "right")).status, "replayed")
	for _, query := range []string{"", "?state=&code=right", "?state=x&code=right", "?state=x&state=y&code=right", "?code=right"} {
		require.Equal(t, 403, b.visit("/oidc/callback"+query).status, query)
	}
	b = w.browser()
	state = p.begins(b, "/")
	w.clock.Add(int64(11 * time.Minute))
	require.Equal(t, 403, b.visit(back(state, "right")).status, "late")
	_ = p.begins(b, "/")
	require.Equal(t, 1, w.count("identity_logins"), "what is over is forgotten")
}

func TestNobodyIsSentElsewhere_W05(t *testing.T) {
	t.Parallel()
	for _, to := range []string{
		"//evil", "/\\evil", "\\\\evil", "https:evil", "https://evil", "HTTPS://evil", "%2f%2fevil", "javascript:alert(1)", "data:text/html,x", "///evil",
		"/\t/evil", "/\n/evil", "\t//evil", " //evil", "/%2f/../..//evil", "/..//evil", "/%2F%2fevil\\", "evil", "evil/path", "", "?x", "#x", "/%5cevil\\", "//evil@host", "/%09/evil\x00", "http:///evil", "/x/../..//evil",
		"/%2fevil", "//%2fevil",
	} {
		require.Equal(t, "/", localPath(to), "%q", to)
	}
	for _, to := range []string{"/", "/documents", "/documents/0199?x=//evil", "/lists?view=mine#top", "/a/b/c"} {
		require.Equal(t, to, localPath(to))
	}
	w, p := identified(t)
	b := w.browser()
	require.Equal(t, "/", b.visit(back(p.begins(b, "//evil.example"), "right")).header.Get("Location"))
}

func TestWithoutAProviderThereIsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.expect(404, "", "GET", "/oidc/login", nil)
	w.expect(404, "", "GET", "/oidc/callback?state=x&code=y", nil)
	away := New(Config{Gate: gate.New(gate.Config{Desk: w.desk, Log: slog.New(slog.DiscardHandler)}), OIDC: &OIDC{Issuer: "http://127.0.0.1:1", ClientID: "x", ClientSecret: "x"}})
	t.Cleanup(away.Close)
	rec := httptest.NewRecorder()
	away.ServeHTTP(rec, httptest.NewRequest("GET", base+"/oidc/login", nil))
	require.Equal(t, 503, rec.Code)
	require.Contains(t, rec.Body.String(), "provider-unavailable")
}

// TestAnIdentityIsOneAccounts: linked by the administrator, to one account.
func TestAnIdentityIsOneAccounts(t *testing.T) {
	t.Parallel()
	w, p := identified(t)
	link := func(who, account, subject string) reply {
		return w.call(who, "POST", "/accounts/"+w.account(account)+"/identity", object{"issuer": p.URL, "subject": subject})
	}
	require.Equal(t, 204, link(admin, staff, "u1").status, "again")
	require.Equal(t, "identity-taken", link(admin, ward, "u1").code())
	require.Equal(t, "identity-taken", link(admin, staff, "u9").code())
	require.Equal(t, "own-account", link(admin, admin, "u8").code())
	require.Equal(t, "own-account", link(staff, staff, "u8").code())
	require.Equal(t, 404, link(chairman, staff, "u8").status)
	require.Equal(t, 1, w.count("journal WHERE kind = 'identity-linked'"))
}

// A provider that talks without an end, unfolds, nests or sends on elsewhere gets
// nobody in and takes no memory.
func TestAProviderThatNeverStopsTalkingGetsNobodyIn_R02(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(other.Close)
	pour := func(to io.Writer, head string) (n int64) {
		_, _ = io.WriteString(to, head)
		for piece := bytes.Repeat([]byte(" "), 64<<10); n < 256<<20; {
			m, err := to.Write(piece)
			if n += int64(m); err != nil {
				return n
			}
		}
		return n
	}
	for name, answer := range map[string]func(rw http.ResponseWriter) int64{
		"without an end": func(rw http.ResponseWriter) int64 { return pour(rw, `{"issuer": "`) },
		"blanks":         func(rw http.ResponseWriter) int64 { return pour(rw, ` `) },
		"unfolding": func(rw http.ResponseWriter) int64 {
			rw.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(rw)
			defer z.Close()
			_ = pour(z, `{"issuer": "`)
			return 0
		},
		"deep": func(rw http.ResponseWriter) int64 {
			_, _ = io.WriteString(rw, strings.Repeat(`{"a":`, 100_000))
			return 0
		},
		"no JSON": func(rw http.ResponseWriter) int64 { _, _ = io.WriteString(rw, "<html>"); return 0 },
		"sends on": func(rw http.ResponseWriter) int64 {
			rw.Header().Set("Location", other.URL)
			rw.WriteHeader(302)
			return 0
		},
		"breaks off":    func(http.ResponseWriter) int64 { panic(http.ErrAbortHandler) },
		"says too late": func(http.ResponseWriter) int64 { time.Sleep(700 * time.Millisecond); return 0 },
	} {
		var said atomic.Int64
		p := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { said.Add(answer(rw)) }))
		h := New(Config{Gate: gate.New(gate.Config{Desk: w.desk, Log: slog.New(slog.DiscardHandler)}), Pages: "https://congvan.example.vn",
			OIDC: &OIDC{Issuer: p.URL, ClientID: "x", ClientSecret: "x", Client: &http.Client{Timeout: 500 * time.Millisecond}}})
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", base+"/oidc/login", nil))
		require.Equal(t, 503, rec.Code, name)
		require.NotContains(t, rec.Body.String(), "<html>", "its words go no further")
		h.Close()
		p.Close()
		require.Less(t, said.Load(), int64(32<<20), "%s: it was listened to for too long", name)
	}
	require.Zero(t, elsewhere.Load(), "a redirect is not followed")
}
