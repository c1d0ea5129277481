package api

import (
	"context"
	"crypto/sha256"
	"net/http"
	"slices"
	"strings"
	"time"

	"congvan/routing"

	"github.com/google/uuid"
)

// longestToken is far above any token that was ever given out.
const longestToken = 512

// actTimeout is how long an ordinary request may take in all, waiting for its
// turn at the record included: whoever queues behind a record that does not
// answer hears so in time.
const actTimeout = 12 * time.Second

// takesLong names the routes with limits of their own: the stream and files.
func takesLong(route string) bool {
	return route == streamPath || route == base+"/trail/export" || strings.Contains(route, "/attachments")
}

// authenticate asks for each request anew who holds its token: a change of
// rights works on the next one.
func (s *server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callOf(r.Context())
		token := bearer(r.Header)
		if token == "" {
			s.refuse(w, r, errUnauthenticated)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), actTimeout)
		defer cancel()
		sum := sha256.Sum256([]byte(token))
		var err error
		c.tokenSHA256 = sum[:]
		c.actor, c.actingFor, c.token, err = s.identify(ctx, c.tokenSHA256, r.Header.Values("Acting-For"))
		if err == nil && !c.token.Allows(scopeOf(r.Method, c.route)) {
			err = routing.ErrScope
		}
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		if !takesLong(c.route) {
			r = r.WithContext(ctx)
		}
		next.ServeHTTP(w, r)
	})
}

// onDocuments are the collections whose POSTs are acts on documents. Any other
// POST, also one that comes later, needs the scope administer.
var onDocuments = []string{"documents", "assignments", "directions", "decisions", "batches", "templates", "absences", "notices", "uploads"}

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

// identify finds who holds a token, in the position that he acts for if he names
// one, by its id or its code.
func (s *server) identify(ctx context.Context, sha256 []byte, header []string) (actor routing.Actor, actingFor routing.ID, token routing.Token, err error) {
	actor, token, err = s.desk.ActorByToken(ctx, sha256)
	switch {
	case err != nil && routing.FaultOf(err) == routing.NotFound:
		return actor, "", token, errUnauthenticated
	case err != nil || len(header) == 0:
		return actor, "", token, err
	case len(header) > 1:
		return actor, "", token, errActingFor
	}
	actingFor = routing.ID(strings.TrimSpace(header[0]))
	if uuid.Validate(string(actingFor)) != nil {
		if actingFor, err = s.position(ctx, actor, string(actingFor)); err != nil {
			return actor, "", token, err
		}
	}
	actor, err = s.desk.ActFor(ctx, actor, actingFor)
	if err != nil && routing.FaultOf(err) == routing.NotFound {
		err = errActingFor
	}
	return actor, actingFor, token, err
}

var errActingFor = badField("Acting-For", "phải là một chức vụ đã uỷ quyền cho mình, hoặc có văn thư nhập thay")

// position finds a position by its code among those that one may act for: who
// delegated to one's own, and those of one's own unit. Empty if it is none.
func (s *server) position(ctx context.Context, actor routing.Actor, code string) (routing.ID, error) {
	given, err := s.desk.Delegations(ctx, actor)
	if err != nil {
		return "", err
	}
	for _, d := range given {
		if d.FromPosition.Code == code {
			return d.FromPositionID, nil
		}
	}
	own, err := s.desk.Officers(ctx, actor)
	for _, p := range own {
		if p.Code == code {
			return p.ID, nil
		}
	}
	return "", err
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
