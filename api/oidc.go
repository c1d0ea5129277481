package api

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"congvan/desk"
	"congvan/gate"
	"congvan/routing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// OIDC is an identity provider at which people may log in (OpenID Connect,
// authorization code with PKCE).
type OIDC struct {
	Issuer, ClientID, ClientSecret string
	Client                         *http.Client // nil: one with a limit of ten seconds
}

const (
	identityCookie  = "__Host-congvan-identity"
	identityKept    = 10 * time.Minute
	identityTimeout = 10 * time.Second
	identityAnswer  = 1 << 20 // bytes of one answer of the provider
)

// identityAlgorithms are those that ID tokens may be signed with: none without a
// key of the provider's, none by a secret that we know as well.
var identityAlgorithms = []string{oidc.RS256, oidc.PS256, oidc.ES256}

// identities is the provider, once it has answered. It may be away while the API
// starts.
type identities struct {
	OIDC
	callback string
	provider atomic.Pointer[oidc.Provider]
}

// newIdentities is nil without a provider.
func newIdentities(c *OIDC, pages string) *identities {
	if c == nil {
		return nil
	}
	i := &identities{OIDC: *c, callback: strings.TrimRight(pages, "/") + base + "/oidc/callback"}
	if i.Client == nil {
		i.Client = &http.Client{Timeout: identityTimeout}
	}
	i.Client = careful(i.Client)
	return i
}

// careful is a client that reads no more of an answer than a provider has to say,
// and goes where it was sent and nowhere else.
func careful(c *http.Client) *http.Client {
	out := *c
	if out.Transport == nil {
		out.Transport = http.DefaultTransport
	}
	out.Transport = bounded{out.Transport}
	out.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &out
}

// bounded is a way to ask whose answers have an end.
type bounded struct{ http.RoundTripper }

// RoundTrip asks once.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = http.MaxBytesReader(nil, res.Body, identityAnswer)
	}
	return res, err
}

// errProvider says that the provider does not answer.
var errProvider = &routing.Error{Fault: routing.Unavailable, Code: "provider-unavailable",
	Message: "Hệ thống định danh không trả lời; hãy thử lại sau, hoặc đăng nhập bằng mật khẩu."}

// ask finds the provider's addresses and keys. Until it has answered once, each
// login asks for itself: nobody waits behind another's silence.
func (i *identities) ask(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	provider := i.provider.Load()
	if provider == nil {
		found, err := oidc.NewProvider(oidc.ClientContext(ctx, i.Client), i.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("api: identity provider: %w (%w)", errProvider, err)
		}
		provider = found
		i.provider.Store(found)
	}
	return provider, &oauth2.Config{ClientID: i.ClientID, ClientSecret: i.ClientSecret, Endpoint: provider.Endpoint(),
		RedirectURL: i.callback, Scopes: []string{oidc.ScopeOpenID}}, nil
}

// beginIdentityLogin sends the browser on to the provider.
func (s *server) beginIdentityLogin(w http.ResponseWriter, r *http.Request) {
	if s.identities == nil {
		s.Refuse(w, r, errNoRoute)
		return
	}
	_, config, err := s.identities.ask(r.Context())
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	l := desk.IdentityLogin{Nonce: desk.NewDeviceSecret(), Verifier: oauth2.GenerateVerifier(), ReturnTo: localPath(r.URL.Query().Get("returnTo"))}
	state, browser, err := s.Desk.BeginIdentityLogin(r.Context(), l)
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	http.SetCookie(w, gate.Cookie(identityCookie, browser, identityKept))
	w.Header().Set("Location", config.AuthCodeURL(state, oidc.Nonce(l.Nonce), oauth2.S256ChallengeOption(l.Verifier)))
	w.WriteHeader(http.StatusSeeOther)
}

// endIdentityLogin takes the browser back and begins its session. Other
// parameters than ours are the provider's matter.
func (s *server) endIdentityLogin(w http.ResponseWriter, r *http.Request) {
	if s.identities == nil {
		s.Refuse(w, r, errNoRoute)
		return
	}
	http.SetCookie(w, gate.Cookie(identityCookie, "", 0))
	c := gate.CallOf(r.Context())
	secret, returnTo, err := s.identify(r, c.Device)
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	c.Begin(secret, c.Device)
	w.Header().Set("Location", returnTo)
	w.WriteHeader(http.StatusSeeOther)
}

// identify finds out for whom the provider vouches. Whatever is wrong is
// routing.ErrIdentity outside; the log has the kind of it.
func (s *server) identify(r *http.Request, device desk.Device) (secret, returnTo string, err error) {
	ctx, q := oidc.ClientContext(r.Context(), s.identities.Client), r.URL.Query()
	if len(q["state"]) != 1 || len(q["code"]) > 1 || len(q["iss"]) > 1 {
		return "", "", routing.ErrIdentity
	}
	l, err := s.Desk.TakeIdentityLogin(ctx, q.Get("state"), gate.CookieOf(r, identityCookie))
	if err != nil {
		return "", "", err
	}
	if q.Get("code") == "" || q.Has("iss") && q.Get("iss") != s.identities.Issuer { // RFC 9207
		return "", "", routing.ErrIdentity
	}
	provider, config, err := s.identities.ask(ctx)
	if err != nil {
		return "", "", err
	}
	token, err := config.Exchange(ctx, q.Get("code"), oauth2.VerifierOption(l.Verifier))
	if err != nil {
		return "", "", s.notIdentified(r, "exchange")
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: s.identities.ClientID, SupportedSigningAlgs: identityAlgorithms}).Verify(ctx, raw)
	if err != nil {
		return "", "", s.notIdentified(r, "id token")
	}
	var claims struct {
		AuthorizedParty string `json:"azp"`
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(l.Nonce)) != 1:
		return "", "", s.notIdentified(r, "nonce")
	case id.Claims(&claims) != nil || (len(id.Audience) > 1 || claims.AuthorizedParty != "") && claims.AuthorizedParty != s.identities.ClientID:
		return "", "", s.notIdentified(r, "authorized party")
	case id.Subject == "":
		return "", "", s.notIdentified(r, "subject")
	}
	secret, _, err = s.Desk.LoginByIdentity(ctx, id.Issuer, id.Subject, device)
	return secret, l.ReturnTo, err
}

// notIdentified logs at which step a login failed, not with what: the library's
// errors quote tokens.
func (s *server) notIdentified(r *http.Request, step string) error {
	s.Log.Warn("identity refused", "request", gate.CallOf(r.Context()).ID, "step", step)
	return routing.ErrIdentity
}

// localPath is a path of these pages, or the first one: whatever might lead
// elsewhere leads nowhere.
func localPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || u.Opaque != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") ||
		strings.ContainsAny(to, "\\") || strings.ContainsFunc(to, func(c rune) bool { return c < ' ' || c == 0x7f }) ||
		slices.Contains(strings.Split(u.Path, "/"), "..") || strings.Contains(u.Path, "//") || strings.Contains(u.Path, "\\") {
		return "/"
	}
	return u.String()
}
