package visit

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/texts"
	"congvan/web/ui"

	"github.com/a-h/templ"
	"github.com/gorilla/mux"
)

// Visit is one request of a browser, and what is known of who sent it.
type Visit struct {
	*gate.Call
	W      http.ResponseWriter
	R      *http.Request
	server *Server
	form   url.Values
}

func (s *Server) visit(w http.ResponseWriter, r *http.Request) *Visit {
	return &Visit{Call: gate.CallOf(r.Context()), W: w, R: r, server: s}
}

// Context is the request's, in the reader's language.
func (v *Visit) Context() context.Context { return v.R.Context() }

// Desk is what people do.
func (v *Visit) Desk() *desk.Desk { return v.server.Gate.Desk }

// Now is the instant of the visit, by the desk's clock.
func (v *Visit) Now() time.Time { return v.Desk().Now() }

// T is a sentence in the reader's language.
func (v *Visit) T(sentence string, args ...any) string {
	return texts.T(v.Context(), sentence, args...)
}

// ID is a part of the path: {id}.
func (v *Visit) ID(name string) routing.ID { return routing.ID(mux.Vars(v.R)[name]) }

// Var is a part of the path.
func (v *Visit) Var(name string) string { return mux.Vars(v.R)[name] }

// Query is a parameter of the address.
func (v *Visit) Query(name string) string { return v.R.URL.Query().Get(name) }

// Known says whether somebody is logged in, whole.
func (v *Visit) Known() bool { return v.Actor.AccountID != "" && !v.Identity.Session.Unfinished() }

// Fragment says whether the browser asks for a part of a page it already has.
func (v *Visit) Fragment() bool { return v.R.Header.Get("HX-Request") == "true" }

// Units are today's units by id.
func (v *Visit) Units() (map[routing.ID]postgres.Unit, error) {
	return v.server.units.today(v.Context())
}

// Show answers with a page: the body within the frame, or the body alone if the
// browser asked for a part.
func (v *Visit) Show(p ui.Page, body templ.Component) error { return v.ShowAs(http.StatusOK, p, body) }

// ShowAs is Show with another status: that of a refusal, where a form is shown
// again with what was wrong.
func (v *Visit) ShowAs(status int, p ui.Page, body templ.Component) error {
	whole := body
	if !v.Fragment() {
		if err := v.fill(&p); err != nil {
			return err
		}
		whole = templ.ComponentFunc(func(ctx context.Context, w writer) error {
			return ui.Shell(p).Render(templ.WithChildren(ctx, body), w)
		})
	}
	return v.write(status, whole)
}

func (v *Visit) write(status int, c templ.Component) error {
	ctx := v.Context()
	if v.Fragment() {
		ctx = ui.InDialog(ctx)
	}
	var b bytes.Buffer
	// Who waits in vain has to be told so: a page is shown also when its time is over.
	if err := c.Render(context.WithoutCancel(ctx), &b); err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Vary", "HX-Request, Cookie, Accept-Encoding")
	body := b.Bytes()
	if strings.Contains(v.R.Header.Get("Accept-Encoding"), "gzip") && len(body) > packedFrom {
		h.Set("Content-Encoding", "gzip")
		body = packed(body)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	v.W.WriteHeader(status)
	_, _ = v.W.Write(body) // the browser went away: nobody is left to tell
	return nil
}

// packedFrom is the size from which a page is packed, in bytes: what fits into one
// packet anyhow is not.
const packedFrom = 1200

var packers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// packed is a page as it goes over a thin line. No page holds a secret of its
// session beside what others wrote: nothing can be guessed by its length.
func packed(page []byte) []byte {
	var out bytes.Buffer
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(&out)
	_, _ = w.Write(page) // into memory: it does not fail
	_ = w.Close()
	return out.Bytes()
}

// policy is what a page may load: what this server serves and nothing else. No
// script and no style stands in a page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; " +
	"frame-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// fill puts into a page what the frame shows of its reader.
func (v *Visit) fill(p *ui.Page) error {
	p.Reader = ui.Reader{Language: texts.Of(v.Context()), Theme: themeOf(v.R), At: v.R.URL.RequestURI(), Now: v.Now()}
	if gate.Unsafe(v.R.Method) { // the answer to a form: what was sent cannot be asked for
		p.Reader.At = cmp.Or(p.Nav, "/")
	}
	if p.Done == "" {
		p.Done = done[v.Query("done")]
	}
	if !v.Known() {
		p.Plain = true
		return nil
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	officers, err := v.Desk().Officers(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	r := &p.Reader
	unit := units[v.Actor.UnitID]
	r.Known, r.Account, r.Unit, r.Office, r.Ward = true, v.Actor.Username, unit.Name, v.Actor.Office, unit.Kind == "ward"
	r.Title = v.T(ui.OfficeName(v.Actor.Office))
	for _, o := range officers {
		if o.ID == v.Actor.PositionID {
			r.Title = o.Title
		}
	}
	if v.Actor.Mandate.Kind != "" {
		r.ActsFor = v.Actor.Mandate.Title
		return nil
	}
	if v.Actor.Office != routing.Admin {
		r.Unread, err = v.Desk().UnreadNotices(v.Context(), v.Actor)
	}
	return err
}

// Go sends the browser to another page of ours, saying there what was done: a
// name of [done], or nothing.
func (v *Visit) Go(path, what string) error {
	if what != "" {
		at, fragment, _ := strings.Cut(path, "#")
		separator := "?"
		if strings.Contains(at, "?") {
			separator = "&"
		}
		path = at + separator + "done=" + url.QueryEscape(what)
		if fragment != "" {
			path += "#" + fragment
		}
	}
	if v.Fragment() { // a dialog: the page below it is to be loaded anew
		v.W.Header().Set("HX-Redirect", path)
		v.W.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(v.W, v.R, path, http.StatusSeeOther)
	return nil
}

// Back is where a form says that it came from, if that is a page of ours: the
// path alone, never another site. Otherwise fallback.
func (v *Visit) Back(to, fallback string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		return fallback
	}
	at, err := url.Parse(to)
	if err != nil || at.Host != "" || at.Scheme != "" {
		return fallback
	}
	return at.RequestURI()
}

// Refusal is the refusal in an error that a form shows above itself, and its
// status; nil if the error is none that the person can mend here.
func (v *Visit) Refusal(err error) (*routing.Error, int) {
	refusal, status := v.server.RefusalOf(err)
	switch routing.FaultOf(err) {
	case routing.Internal, routing.NotFound:
		return nil, status
	}
	if errors.Is(err, desk.ErrUnauthenticated) { // it begins with logging in
		return nil, status
	}
	v.Code = refusal.Code
	return refusal, status
}

// Again shows a form again with what was refused, if the person can mend it
// there; any other error goes on.
func (v *Visit) Again(err error, show func(*routing.Error, int) error) error {
	fault, status := v.Refusal(err)
	if fault == nil || v.Context().Err() != nil { // the time is over: nothing can be read for the form
		return err
	}
	return show(fault, status)
}

// Escape makes a text a part of an address.
func Escape(text string) string { return url.QueryEscape(text) }

// OwnCredentials are those of the request in the person's own name.
func (v *Visit) OwnCredentials() desk.Credentials {
	by := v.By
	by.ActingFor = ""
	return by
}

// ActAs lets the browser act for a position from the next request on.
func (v *Visit) ActAs(position routing.ID) {
	v.SetCookie(gate.Cookie(actingCookie, string(position), 0))
}

// StopActing ends that.
func (v *Visit) StopActing() { v.SetCookie(gate.Cookie(actingCookie, "", 0)) }

// KeepDisplay keeps a language and colours in the browser; what is none of ours
// changes nothing, "auto" forgets the colours.
func (v *Visit) KeepDisplay(language, theme string) {
	if language == string(texts.Vietnamese) || language == string(texts.English) {
		v.SetCookie(gate.Cookie(languageCookie, language, displayKept))
	}
	switch theme {
	case "light", "dark":
		v.SetCookie(gate.Cookie(themeCookie, theme, displayKept))
	case "auto":
		v.SetCookie(gate.Cookie(themeCookie, "", 0))
	}
}
