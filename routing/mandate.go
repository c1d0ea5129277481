package routing

import (
	"maps"
	"slices"
)

// Mandate is the right to act for somebody else: a written delegation (thừa uỷ
// quyền), or the clerk's duty to enter what a leader decided who does not use
// the system. All rights are then those of that position; the account stays
// that of whoever acts.
type Mandate struct {
	Kind       MandateKind
	Principal  ID     // the account that holds the position; empty: nobody does
	Title      string // of the position acted for, as it is shown
	Delegation ID     // of a delegation
	Basis      string // number of the written delegation
	Acts       []Act  // it is limited to; empty: all
	Fields     []string
	// The post of whoever acts: he gives himself no time in another's name.
	OwnUnit, OwnPosition ID
	// Also are further delegations of the same position that hold at the same
	// time: an act has to be within one of them.
	Also []Mandate
}

// MandateKind says by what right.
type MandateKind string

// The kinds of mandates.
const (
	Delegated MandateKind = "delegated" // thừa uỷ quyền
	Entered   MandateKind = "entered"   // văn thư nhập thay
)

// ErrMandate refuses what lies outside a written delegation.
var ErrMandate = &Error{NotAllowed, "outside-mandate",
	"Việc này nằm ngoài phạm vi văn bản uỷ quyền; hãy chuyển người uỷ quyền quyết định.", nil}

// covers says whether the mandate, by itself, is one for the act on a document of the field.
func (m Mandate) covers(act Act, field string) bool {
	switch {
	case m.Kind == "":
		return true
	case !act.Delegable():
		return false
	}
	return (len(m.Acts) == 0 || slices.Contains(m.Acts, act)) && (len(m.Fields) == 0 || slices.Contains(m.Fields, field))
}

// Within is the actor with that one of his mandates which covers the act on a
// document of the field; as he is, if none does.
// NĐ 30/2020, Điều 13: a delegation is limited in time and content.
func (a Actor) Within(act Act, field string) Actor {
	for _, m := range append([]Mandate{a.Mandate}, a.Mandate.Also...) {
		if m.covers(act, field) {
			m.Also = nil
			a.Mandate = m
			break
		}
	}
	return a
}

// CheckMandate refuses, with ErrMandate, an act that none of the actor's
// mandates covers. Who acts in his own position needs none.
func (a Actor) CheckMandate(act Act, field string) error {
	if !a.Within(act, field).Mandate.covers(act, field) {
		return ErrMandate.With("basis", a.Mandate.Basis)
	}
	return nil
}

// is says whether the actor is the account, or acts for it.
func (a Actor) is(account ID) bool {
	return account != "" && (a.AccountID == account || a.Mandate.Principal == account)
}

// CheckJudge refuses to let somebody who acts for another judge the report that
// he, or that other, has made, or that was made in his name.
func (a Actor) CheckJudge(reporters ...ID) error {
	if a.Mandate.Kind != "" && slices.ContainsFunc(reporters, a.is) {
		return ErrNotAllowed.Saying("Người báo cáo không tự duyệt báo cáo của mình khi thay mặt người khác; hãy chuyển lãnh đạo khác.")
	}
	return nil
}

// favours says whether the actor would, for the giver of a share, let himself
// have more time for it: the delegate whose own it is, or his unit's.
func (a Actor) favours(act Act, on Assignment) bool {
	if a.Mandate.Kind == "" || act != ActExtend && act != ActHold {
		return false
	}
	return on.PositionID != "" && on.PositionID == a.Mandate.OwnPosition ||
		on.PositionID == "" && on.UnitID == a.Mandate.OwnUnit && on.UnitID != on.GiverUnitID
}

// Signed adds to the details of an event for whom, and by what right, the actor
// acted; nothing in the details can say otherwise.
// NĐ 30/2020, Điều 13: a delegate signs as such.
func (a Actor) Signed(details map[string]any) map[string]any {
	if a.Mandate.Kind == "" {
		return details
	}
	out := maps.Clone(details)
	if out == nil {
		out = map[string]any{}
	}
	out["mandate"], out["for"], out["position"] = string(a.Mandate.Kind), a.Mandate.Title, string(a.PositionID)
	delete(out, "mandateBasis")
	if a.Mandate.Basis != "" {
		out["mandateBasis"] = a.Mandate.Basis
	}
	return out
}

// notForPeople are the acts of the workflow.
var notForPeople = []Act{ActDispatch, ActRing, ActClose, ActWithdraw, ActCarry, ActMove, ActSettleRecall, ActConclude, ActPassDecision}

// clerksWork is what văn thư does in his own name, whoever leads.
var clerksWork = []Act{ActRegister, ActAttach, ActDetach, ActNotify}

// Delegable says whether an act may be done for somebody else: every decision
// of a leader, but neither the clerk's own work nor what the workflow does.
func (a Act) Delegable() bool {
	return (documentMoves[a] != nil || assignmentMoves[a] != nil || slices.Contains(bareActs, a)) &&
		!slices.Contains(notForPeople, a) && !slices.Contains(clerksWork, a)
}

// bareActs are people's acts that change no state by the tables.
var bareActs = []Act{ActVoid}
