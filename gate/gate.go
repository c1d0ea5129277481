// Package gate is what every request passes before a face of the desk answers
// it, be it the API or the pages: it is named, watched and written down, its
// headers are set, its path has one spelling, its origin and its network are
// known, its session is read, and it is counted.
//
// What it carries is the matter of the faces. Nothing of that is ever logged, but
// the request's id, route and account.
package gate

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
)

// Config is what the gates go by, the same for all faces of a process.
type Config struct {
	Desk   *desk.Desk
	Log    *slog.Logger // nil: slog.Default()
	Limits Limits       // of requests within a minute; nil: DefaultLimits
	// Proxies are the networks of those who may say for whom they ask, in
	// X-Forwarded-For and X-Forwarded-Proto.
	Proxies []netip.Prefix
	// Origin is the address of the pages, https://congvan.example.vn, for a proxy
	// that changes Host; empty: whatever Host says.
	Origin string
}

// Gate holds the counts that the faces of a process share.
type Gate struct {
	Desk    *desk.Desk
	Log     *slog.Logger
	Figures *Figures
	Grace   time.Duration // how long a file may take to begin
	Unseen  time.Duration // how long it takes at least to say that something is not there

	unnamedProxy sync.Once

	limits  limiters
	turns   turns
	Proxies []netip.Prefix
	origin  string
}

// New makes the gates.
func New(c Config) *Gate {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Limits == nil {
		c.Limits = DefaultLimits()
	}
	return &Gate{
		Desk: c.Desk, Log: c.Log, Figures: NewFigures(c.Desk), Grace: uploadGrace, Unseen: unseen,
		limits: newLimiters(c.Limits), Proxies: c.Proxies, origin: c.Origin,
	}
}

// Face is one way in, with its own way of refusing.
type Face struct {
	*Gate
	Name string // of the face in the journal: "api", "web"
	Base string // of its paths: /api/v1; empty for the pages
	// Answer answers with a refusal, in the words and the form of the face.
	Answer func(http.ResponseWriter, *http.Request, *routing.Error, int)
	// Statuses are the HTTP statuses of codes that only this face has.
	Statuses map[string]int
	// TakesLong names the routes whose answers are not timed: streams.
	TakesLong func(route string) bool
}

// Call is what is known of one request while it is answered. Observe makes it,
// the gates fill it in, the handlers read it.
type Call struct {
	ID    string // X-Request-Id
	Route string // the template, not the path: a path names things
	// By and Identity are who asks, and by what; zero where nobody need.
	By       desk.Credentials
	Identity desk.Identity
	Device   desk.Device // where a login or a logout comes from
	Header   http.Header // of the answer
	Actor    routing.Actor
	// ActingFor is the position that the actor acts for; empty: his own.
	ActingFor routing.ID
	Request   routing.Request // of a POST
	Version   int             // that an act was decided on, where it is asked for
	Code      string          // of the refusal that it ended with

	began time.Time
}

type callKey struct{}

// WithCall is a context in which a call is known.
func WithCall(ctx context.Context, c *Call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// CallOf returns the call of a context. Every request has one: see Observe.
func CallOf(ctx context.Context) *Call { return ctx.Value(callKey{}).(*Call) }

// Named tells the observer which route a request took.
func Named(path string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		CallOf(r.Context()).Route = path
		next.ServeHTTP(w, r)
	})
}

// PlainPath lets each path have one spelling. What nobody needs to encode is, once
// encoded, another one, which some program on the way may read differently.
func (f *Face) PlainPath(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if disguised(r.URL.EscapedPath()) {
			f.Refuse(w, r, ErrNoRoute)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// disguised says whether a path has a letter, a digit or another of the marks that
// stand for themselves (RFC 3986, 2.3) in percents, or a stroke or a NUL, which
// belong in no name.
func disguised(path string) bool {
	for rest := path; ; {
		_, after, found := strings.Cut(rest, "%")
		if !found || len(after) < 2 {
			return false
		}
		code, err := strconv.ParseUint(after[:2], 16, 8)
		if c := byte(code); err == nil && (c == 0 || c == '/' || c == '\\' || strings.IndexByte("-._~", c) >= 0 || c < utf8.RuneSelf && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)))) {
			return true
		}
		rest = after[2:]
	}
}

// Refuse answers with the refusal that is in an error. What broke here is logged
// in full, without what the request carried.
func (f *Face) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	c := CallOf(r.Context())
	refusal, status := f.RefusalOf(err)
	c.Code = refusal.Code
	f.noteRefusal(r, c, status)
	if status >= 500 && r.Context().Err() == nil {
		f.Log.Error("request failed", "request", c.ID, "route", c.Route, "code", refusal.Code, "error", postgres.WithoutContent(err))
	}
	if status == http.StatusNotFound {
		f.waitUnseen(r.Context(), c.began)
	}
	f.Answer(w, r, refusal, status)
}

// unseen is longer than the record needs, as a rule, to find out that something is
// not there. That somebody may not see it takes longer to find out, by some tenths
// of a millisecond; who is told at the same time in both cases cannot tell them apart.
const unseen = 10 * time.Millisecond

// waitUnseen waits until a request has taken long enough. One that has taken
// longer waits for the next multiple, so that a slow record tells no more.
func (f *Face) waitUnseen(ctx context.Context, began time.Time) {
	if f.Unseen <= 0 {
		return
	}
	took := time.Since(began)
	select {
	case <-ctx.Done():
	case <-time.After(took.Truncate(f.Unseen) + f.Unseen - took):
	}
}
