package gate

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
func (f *Face) noteRefusal(r *http.Request, c *Call, status int) {
	if c.Actor.AccountID == "" || !slices.Contains(noteworthy, status) && c.Code != routing.ErrStateSecret.Code {
		return
	}
	if err := f.Desk.NoteRefusal(r.Context(), c.Actor, f.subjectOf(r, c), r.Method+" "+c.Route, c.Code); err != nil {
		f.Log.Error("refusal not written", "request", c.ID, "route", c.Route, "code", c.Code, "error", postgres.WithoutContent(err))
	}
}

// subjectOf names what a request was about: the thing in its path, if it may be
// one. A refused secret has no name.
func (f *Face) subjectOf(r *http.Request, c *Call) routing.Subject {
	kinds := map[string]routing.SubjectKind{
		"documents": routing.SubjectDocument, "assignments": routing.SubjectAssignment, "units": routing.SubjectUnit,
		"positions": routing.SubjectPosition, "delegations": routing.SubjectDelegation, "templates": routing.SubjectTemplate, "outgoing": routing.SubjectOutgoing,
		"accounts": routing.SubjectAccount, "sessions": routing.SubjectSession,
	}
	collection, _, _ := strings.Cut(strings.TrimPrefix(c.Route, f.Base+"/"), "/")
	id := mux.Vars(r)["id"]
	if kind, ok := kinds[collection]; ok && PlainID.MatchString(id) {
		return routing.Subject{Kind: kind, ID: id}
	}
	return routing.Subject{Kind: routing.SubjectRoute, ID: c.Route}
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
