package api

import (
	"context"
	"crypto/sha256"
	"net/http"
	"strings"
	"time"

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
	return route == streamPath || strings.Contains(route, "/attachments")
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
		actor, err := s.desk.ActorByToken(ctx, sum[:])
		if err != nil && routing.FaultOf(err) == routing.NotFound {
			err = errUnauthenticated
		}
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		c.actor, c.token = actor, sum[:]
		if !takesLong(c.route) {
			r = r.WithContext(ctx)
		}
		next.ServeHTTP(w, r)
	})
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
