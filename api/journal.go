package api

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"congvan/postgres"
	"congvan/routing"

	"github.com/gorilla/mux"
)

// noteworthy are the answers that the journal keeps: somebody was refused
// something, or a secret was kept out. What is merely wrong is not.
var noteworthy = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}

// noteRefusal writes a refused access into the journal before it is answered.
// Requests to no route at all, and those of nobody, are in the figures and the
// log only: strangers do not fill the record.
func (s *server) noteRefusal(r *http.Request, c *call, status int) {
	if c.actor.AccountID == "" || !slices.Contains(noteworthy, status) && c.code != routing.ErrStateSecret.Code {
		return
	}
	if err := s.desk.NoteRefusal(r.Context(), c.actor, subjectOf(r, c), r.Method+" "+c.route, c.code); err != nil {
		s.log.Error("refusal not written", "request", c.id, "route", c.route, "code", c.code, "error", postgres.WithoutContent(err))
	}
}

// subjectOf names what a request was about: the thing in its path, if it may be
// one. A refused secret has no name.
func subjectOf(r *http.Request, c *call) routing.Subject {
	kinds := map[string]routing.SubjectKind{
		"documents": routing.SubjectDocument, "assignments": routing.SubjectAssignment, "units": routing.SubjectUnit,
		"positions": routing.SubjectPosition, "delegations": routing.SubjectDelegation, "templates": routing.SubjectTemplate,
		"accounts": routing.SubjectAccount, "sessions": routing.SubjectSession,
	}
	collection, _, _ := strings.Cut(strings.TrimPrefix(c.route, base+"/"), "/")
	id := mux.Vars(r)["id"]
	if kind, ok := kinds[collection]; ok && plainID.MatchString(id) {
		return routing.Subject{Kind: kind, ID: id}
	}
	return routing.Subject{Kind: routing.SubjectRoute, ID: c.route}
}

// networkAt cuts an address to its network; empty for this machine's own.
func networkAt(addr netip.Addr) string {
	addr = addr.Unmap()
	if addr.IsLoopback() {
		return ""
	}
	bits := 24
	if addr.Is6() {
		bits = 48
	}
	network, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return network.String()
}
