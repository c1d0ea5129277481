package api

import (
	"context"
	"crypto/sha256"
	"net/http"
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
		actor, actingFor, err := s.identify(ctx, sum[:], r.Header.Values("Acting-For"))
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		c.actor, c.actingFor, c.token = actor, actingFor, sum[:]
		if !takesLong(c.route) {
			r = r.WithContext(ctx)
		}
		next.ServeHTTP(w, r)
	})
}

// identify finds who holds a token, in the position that he acts for if he names
// one, by its id or its code.
func (s *server) identify(ctx context.Context, token []byte, header []string) (actor routing.Actor, actingFor routing.ID, err error) {
	actor, err = s.desk.ActorByToken(ctx, token)
	switch {
	case err != nil && routing.FaultOf(err) == routing.NotFound:
		return actor, "", errUnauthenticated
	case err != nil || len(header) == 0:
		return actor, "", err
	case len(header) > 1:
		return actor, "", errActingFor
	}
	actingFor = routing.ID(strings.TrimSpace(header[0]))
	if uuid.Validate(string(actingFor)) != nil {
		if actingFor, err = s.position(ctx, actor, string(actingFor)); err != nil {
			return actor, "", err
		}
	}
	actor, err = s.desk.ActFor(ctx, actor, actingFor)
	if err != nil && routing.FaultOf(err) == routing.NotFound {
		err = errActingFor
	}
	return actor, actingFor, err
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
