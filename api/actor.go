package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
)

// longestToken is far above any token that was ever given out.
const longestToken = 512

// actTimeout is how long an ordinary request may take in all, waiting for its
// turn at the record included: whoever queues behind a record that does not
// answer hears so in time.
const actTimeout = 12 * time.Second

// takesLong names the routes with limits of their own: the stream and files.
func takesLong(route string) bool {
	return route == streamPath || route == base+"/trail/export" || route == eventLogPath || strings.Contains(route, "/attachments") || strings.Contains(route, "/enclosures") || strings.HasPrefix(route, base+"/uploads")
}

// unfinished are the routes for which a login need not be finished: they finish
// it. What each accepts, the desk says.
var unfinished = map[string]bool{
	"GET " + base + "/second-factor": true, "POST " + base + "/second-factor": true, "POST " + base + "/second-factor/confirm": true,
}

// authenticate asks for each request anew who sends it: a change of rights works
// on the next one.
func (s *server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := gate.CallOf(r.Context())
		ctx, cancel := context.WithTimeout(r.Context(), actTimeout)
		defer cancel()
		by, err := credentialsOf(r)
		if err == nil {
			by.Unfinished = unfinished[r.Method+" "+c.Route]
			c.Identity, err = s.Desk.Identify(ctx, by)
			if err == nil && c.Identity.Session.ID == "" && !c.Identity.Token.Allows(scopeOf(r.Method, c.Route)) {
				err = routing.ErrScope
			}
		}
		if err != nil {
			s.Refuse(w, r, err)
			return
		}
		c.Actor, c.ActingFor, c.By = c.Identity.Actor, c.Identity.ActingFor, by
		c.Device = gate.DeviceOf(r, s.NetworkOf(r))
		if !takesLong(c.Route) {
			r = r.WithContext(ctx)
		}
		next.ServeHTTP(w, r)
	})
}

// onDocuments are the collections whose POSTs are acts on documents, or about how
// they were worked on. Any other
// POST, also one that comes later, needs the scope administer.
var onDocuments = []string{"documents", "assignments", "directions", "decisions", "batches", "templates", "absences", "notices", "uploads", "monthly-results"}

// scopeOf is what a token has to be made for to come in by a route.
func scopeOf(method, route string) routing.Scope {
	collection, _, _ := strings.Cut(strings.TrimPrefix(route, base+"/"), "/")
	switch {
	case method == http.MethodGet || method == http.MethodHead:
		return routing.ScopeRead
	case slices.Contains(onDocuments, collection):
		return routing.ScopeAct
	default:
		return routing.ScopeAdminister
	}
}

// credentialsOf reads by what a request says who it is from. Whatever stands in
// Authorization counts as a try to use a token, also beside a session.
func credentialsOf(r *http.Request) (by desk.Credentials, err error) {
	if by.Session, err = gate.SessionOf(r); err != nil {
		return by, err
	}
	by.Token = bearer(r.Header)
	acting := r.Header.Values("Acting-For")
	switch {
	case by.Session == "" && by.Token == "":
		return by, errUnauthenticated
	case len(acting) > 1:
		return by, desk.ErrActingFor
	case len(acting) == 1:
		by.ActingFor = strings.TrimSpace(acting[0])
		if by.ActingFor == "" {
			return by, desk.ErrActingFor
		}
	}
	return by, nil
}

// bearer returns the token of a request, empty if it has not exactly one.
func bearer(h http.Header) string {
	values := h.Values("Authorization")
	if len(values) != 1 {
		return ""
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || len(token) > longestToken {
		return ""
	}
	return token
}

// stranger is the gate of the routes of a login: who asks is not known yet. A
// token says nothing here.
func (s *server) stranger(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), actTimeout)
		defer cancel()
		c := gate.CallOf(ctx)
		secret, err := gate.SessionOf(r)
		if err != nil {
			s.Refuse(w, r, err)
			return
		}
		c.By, c.Device = desk.Credentials{Session: secret}, gate.DeviceOf(r, s.NetworkOf(r))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
