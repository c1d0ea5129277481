package gate

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"congvan/desk"
)

// The cookies. The prefix __Host- makes browsers refuse them without Secure, with
// a Domain, and for any path but all: no other name of the domain can set them.
const (
	SessionCookie = "__Host-congvan"
	DeviceCookie  = "__Host-congvan-device"
	// deviceKept is how long a browser is known again; browsers allow 400 days.
	deviceKept = 400 * 24 * time.Hour
	// longestCookie is far above any secret that was ever given out.
	longestCookie = 128
)

// headers sets what every answer has. A page that shows more loosens its own policy.
func (f *Face) headers(h http.Header, r *http.Request, id string) {
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=(), browsing-topics=()")
	h.Set("Cache-Control", "no-store")
	if f.https(r) {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// https says whether the client spoke TLS, to this server or to a proxy of ours.
func (f *Face) https(r *http.Request) bool {
	return r.TLS != nil || f.trusts(peerOf(r)) && r.Header.Get("X-Forwarded-Proto") == "https"
}

// CrossOrigin refuses what another site lets a browser send: everything that may
// change something, the login and the logout included.
func (f *Face) CrossOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	if f.origin != "" {
		if err := protection.AddTrustedOrigin(f.origin); err != nil {
			panic("gate: the address of the pages is no origin: " + f.origin)
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.Refuse(w, r, ErrCrossSite) }))
	return protection.Handler(next)
}

// Unsafe says whether a method may change something.
func Unsafe(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// SessionOf reads the secret of a browser's session. It may not come with a token
// as well, and an act may not come without saying from where, as browsers do.
func SessionOf(r *http.Request) (string, error) {
	secret := CookieOf(r, SessionCookie)
	switch {
	case secret == "":
		return "", nil
	case len(r.Header.Values("Authorization")) > 0:
		return "", desk.ErrTwoCredentials
	case Unsafe(r.Method) && r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "":
		return "", ErrCrossSite
	}
	return secret, nil
}

// CookieOf reads a cookie, empty if there is not exactly one of that name.
func CookieOf(r *http.Request, name string) string {
	found := r.CookiesNamed(name)
	if len(found) != 1 || len(found[0].Value) > longestCookie {
		return ""
	}
	return found[0].Value
}

// Cookie makes one of ours; without a value it takes the browser's off.
func Cookie(name, value string, keep time.Duration) *http.Cookie {
	c := &http.Cookie{Name: name, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if c.MaxAge = int(keep / time.Second); value == "" {
		c.MaxAge = -1
	}
	return c
}

// Begin hands a session's secret, and the device's, to the browser. The session's
// cookie goes with the browser; how long it counts, the record knows.
func (c *Call) Begin(secret string, device desk.Device) {
	c.SetCookie(Cookie(SessionCookie, secret, 0))
	c.SetCookie(Cookie(DeviceCookie, device.Secret, deviceKept))
}

// SetCookie adds a cookie to the answer.
func (c *Call) SetCookie(k *http.Cookie) { c.Header.Add("Set-Cookie", k.String()) }

// DeviceOf is the browser that a request came from.
func DeviceOf(r *http.Request, network string) desk.Device {
	d := desk.Device{Network: network, Description: Describe(r.UserAgent()), Secret: CookieOf(r, DeviceCookie), Previous: CookieOf(r, SessionCookie)}
	if d.Secret == "" {
		d.Secret = desk.NewDeviceSecret()
	}
	return d
}

// Describe tells a browser in words of ours: what it says of itself is not kept.
func Describe(agent string) string {
	first := func(names ...string) string {
		for i := 0; i < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	browser := first("Edg/", "Edge", "OPR/", "Opera", "coc_coc", "Cốc Cốc", "Firefox/", "Firefox", "FxiOS/", "Firefox", "CriOS/", "Chrome", "Chrome/", "Chrome", "Safari/", "Safari")
	system := first("Windows", "Windows", "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Mac OS X", "macOS", "Linux", "Linux")
	switch {
	case browser == "" && system == "":
		return "Chương trình khác"
	case browser == "" || system == "":
		return browser + system
	default:
		return browser + " trên " + system
	}
}

// peerOf is the address at the other end of the connection.
func peerOf(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}

func (f *Face) trusts(a netip.Addr) bool {
	return a.IsValid() && slices.ContainsFunc(f.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// warnOfProxy says once that a proxy on this machine asks for everybody: all of
// them are counted as one, and one who guesses slows the logins of all.
func (f *Face) warnOfProxy(r *http.Request) {
	if len(f.Proxies) == 0 && r.Header.Get("X-Forwarded-For") != "" && peerOf(r).IsLoopback() {
		f.unnamedProxy.Do(func() {
			f.Log.Warn("requests come through a proxy on this machine that TRUSTED_PROXIES does not name: everybody behind it counts as one network")
		})
	}
}

// clientOf is the address of who asks: the other end of the connection, or, if that
// is a proxy of ours, the last address in X-Forwarded-For that is none of ours.
// What stands before that one, anybody may have written.
func (f *Face) clientOf(r *http.Request) netip.Addr {
	client := peerOf(r)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && f.trusts(client); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		client = hop.Unmap().WithZone("")
	}
	return client
}

// NetworkOf is the network of who asks; empty for this machine's own.
func (f *Face) NetworkOf(r *http.Request) string {
	client := f.clientOf(r)
	if !client.IsValid() {
		return ""
	}
	return networkAt(client)
}
