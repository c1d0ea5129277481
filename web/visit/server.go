// Package visit is how the pages are asked for: who reads, in which language, and
// how a form, an answer and a refusal go back and forth. A page is a function of
// a [Visit] that calls the desk and shows something; it holds no rule.
package visit

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/texts"
	"congvan/web/ui"
)

// Page is one thing that browsers ask for.
type Page struct {
	Method, Path string
	Handle       func(*Visit) error
	Class        gate.Class // empty: ClassOther
	Open         bool       // for who is not logged in as well
	Unfinished   bool       // for who still has to show a second factor, too
}

// Server answers what browsers ask for.
type Server struct {
	gate.Face
	units    directory
	settings Settings
}

// NewServer makes one over the gates.
func NewServer(g *gate.Gate, settings Settings) *Server {
	s := &Server{units: directory{desk: g.Desk}, settings: settings}
	s.Face = gate.Face{Gate: g, Name: "web", Answer: s.answer, TakesLong: func(string) bool { return false }}
	return s
}

// actTimeout is how long a page may take in all.
const actTimeout = 12 * time.Second

// Handler puts a page behind the gates: the counts, the session, the deadline.
func (s *Server) Handler(p Page) http.Handler {
	class := p.Class
	if class == "" {
		class = gate.ClassOther
	}
	var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := s.visit(w, r)
		if err := p.Handle(v); err != nil {
			s.Refuse(w, v.R, err)
		}
	})
	if class == gate.ClassUpload {
		h = s.KeepSteady(class, h)
	}
	if !p.Open {
		h = s.FromAccount(class, h)
	}
	return gate.Named(p.Path, s.FromNetwork(class, s.identify(p, h)))
}

// identify finds out who asks. Whoever is not logged in is sent to do so, and
// comes back; the pages that are open to all know him if they can.
func (s *Server) identify(p Page, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := gate.CallOf(r.Context())
		ctx := texts.In(r.Context(), languageOf(r))
		if p.Class != gate.ClassUpload && p.Class != gate.ClassExport {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, actTimeout)
			defer cancel()
		}
		r = r.WithContext(ctx)
		c.Device = gate.DeviceOf(r, s.NetworkOf(r))
		secret, err := gate.SessionOf(r)
		if err == nil && secret == "" && !p.Open {
			err = desk.ErrUnauthenticated
		}
		if err == nil && secret != "" {
			c.By = desk.Credentials{Session: secret, ActingFor: gate.CookieOf(r, actingCookie), Unfinished: p.Open || p.Unfinished}
			err = s.know(ctx, c, r.Method)
			if fault := routing.FaultOf(err); p.Open && (fault == routing.NotAllowed || fault == routing.Invalid) {
				// The session is over, or the mandate: nobody is known by it any more, which
				// must keep nobody from coming in, or from going.
				err = nil
			}
		}
		if err != nil {
			s.Refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ui.ReadBy(ctx, c.Actor.AccountID, c.ActingFor)))
	})
}

// know finds out whose session it is that came, and for whom he acts.
func (s *Server) know(ctx context.Context, c *gate.Call, method string) (err error) {
	c.Identity, err = s.Desk.Identify(ctx, c.By)
	if c.By.ActingFor != "" && (errors.Is(err, routing.ErrNotAllowed) || routing.FaultOf(err) == routing.Invalid) {
		// The mandate is over: in one's own name again, but for what was meant to be
		// done in another's.
		c.SetCookie(gate.Cookie(actingCookie, "", 0))
		if !gate.Unsafe(method) {
			c.By.ActingFor = ""
			c.Identity, err = s.Desk.Identify(ctx, c.By)
		}
	}
	c.Actor, c.ActingFor = c.Identity.Actor, c.Identity.ActingFor
	return err
}

// The cookies of the pages beside the session's.
const (
	actingCookie   = "__Host-congvan-acting-for"
	languageCookie = "__Host-congvan-language"
	themeCookie    = "__Host-congvan-theme"
	displayKept    = 400 * 24 * time.Hour
)

func languageOf(r *http.Request) texts.Language {
	if gate.CookieOf(r, languageCookie) == string(texts.English) {
		return texts.English
	}
	return texts.Vietnamese
}

func themeOf(r *http.Request) string {
	if theme := gate.CookieOf(r, themeCookie); theme == "light" || theme == "dark" {
		return theme
	}
	return ""
}

// directoryTTL is how long a page may show a unit under the name it had before.
const directoryTTL = time.Second

// directory keeps today's units, which every page shows.
type directory struct {
	desk *desk.Desk

	mu    sync.Mutex
	units map[routing.ID]postgres.Unit
	until time.Time
}

func (d *directory) today(ctx context.Context) (map[routing.ID]postgres.Unit, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Now().Before(d.until) {
		return d.units, nil
	}
	list, err := d.desk.Units(ctx)
	if err != nil {
		return nil, err
	}
	d.units, d.until = make(map[routing.ID]postgres.Unit, len(list)), time.Now().Add(directoryTTL)
	for _, u := range list {
		d.units[u.ID] = u
	}
	return d.units, nil
}
