package routing

import (
	"slices"
	"time"
)

// Post is a position as it stands on one day: the actor that its holder is when
// he acts in it.
type Post struct {
	Actor            // AccountID is empty while nobody holds it
	Kind    UnitKind // of its unit
	Title   string
	OnPaper bool // its leader does not use the system: the clerk enters what he decides
}

// Delegation is a written mandate (văn bản uỷ quyền) of one position for another.
type Delegation struct {
	ID             ID
	FromPositionID ID
	ToPositionID   ID
	Basis          string // its number
	Acts           []Act  // that it is limited to; empty: all of a leader's
	Fields         []string
	From, To       time.Time // from, and until before
	CreatedBy      ID        // account
	CreatedAt      time.Time
	RevokedBy      ID
	RevokedAt      time.Time // zero: it stands
}

// InForce says whether the delegation holds at an instant.
func (d Delegation) InForce(now time.Time) bool {
	return !now.Before(d.From) && now.Before(d.To) && d.RevokedAt.IsZero()
}

// Mandate is what the delegate may do for the principal's post.
func (d Delegation) Mandate(of Post) Mandate {
	return Mandate{Kind: Delegated, Principal: of.AccountID, Title: of.Title, Delegation: d.ID, Basis: d.Basis, Acts: d.Acts, Fields: d.Fields}
}

// The longest a delegation says.
const (
	maxBasis     = 50
	maxLimits    = 40
	maxDelegated = 1 // year
)

// Check refuses a delegation that no written one could be: without a number, a
// beginning and an end within a year, to somebody who is neither of the leader's
// unit nor of one right below it, of acts that are no leader's.
// NĐ 30/2020, Điều 13: in writing, limited in time and content, not passed on.
func (d Delegation) Check(from, to Post, now time.Time) error {
	var bad fieldFaults
	bad.text("basis", d.Basis, 1, maxBasis)
	switch {
	case d.From.IsZero():
		bad.add("from", "hãy ghi thời điểm bắt đầu")
	case !d.To.After(d.From) || !d.To.After(now):
		bad.add("to", "thời điểm kết thúc phải sau thời điểm bắt đầu và ở tương lai")
	case d.To.After(d.From.AddDate(maxDelegated, 0, 0)):
		bad.add("to", "uỷ quyền không quá một năm")
	}
	if len(d.Acts) > maxLimits || slices.ContainsFunc(d.Acts, func(a Act) bool { return !a.Delegable() }) {
		bad.add("acts", "chỉ ghi việc của lãnh đạo, ví dụ directed, approved; bỏ trống là mọi việc")
	}
	if len(d.Fields) > maxLimits {
		bad.add("fields", "quá nhiều lĩnh vực")
	}
	for _, field := range d.Fields {
		bad.text("fields", field, 1, maxField)
	}
	below := to.AboveID == from.UnitID && to.Kind == Department
	switch {
	case !from.Office.Leads():
		bad.add("fromPosition", "chỉ lãnh đạo uỷ quyền")
	case to.PositionID == from.PositionID, !to.may(ToBeDelegate, Actor{}.inOwnName, Himself), to.UnitID != from.UnitID && !below:
		bad.add("toPosition", "chỉ uỷ quyền cho người cùng đơn vị hoặc đơn vị trực thuộc")
	}
	return bad.err()
}

// MayDelegate says who writes a delegation down and revokes it: the principal
// himself, in his own name, and the administrator of the organ at the top.
func (a Actor) MayDelegate(from Post) bool {
	return a.may(ToDelegate, a.inOwnName, a.toAll()...) || a.PositionID == from.PositionID && a.may(ToDelegate, a.inOwnName, Himself)
}

// MaySetOnPaper says who settles that a leader does not use the system.
func (a Actor) MaySetOnPaper() bool { return a.may(ToSetOnPaper, a.inOwnName, a.toAll()...) }

// ActFor is the actor in another's position: as his delegate, if a delegation is
// in force, or as the clerk of his unit who enters what he decides on paper.
// ErrNotAllowed if neither. Only who acts in his own position can: a mandate is
// never passed on (NĐ 30/2020, Điều 13). delegations are those from that post to
// the actor's position.
func (a Actor) ActFor(post Post, delegations []Delegation, now time.Time) (Actor, error) {
	if !a.may(ToBeDelegate, a.inOwnName, Himself) || post.PositionID == a.PositionID || !post.Office.Leads() {
		return Actor{}, ErrNotAllowed
	}
	var held []Mandate
	for _, d := range delegations {
		if d.FromPositionID == post.PositionID && d.ToPositionID == a.PositionID && d.InForce(now) {
			held = append(held, d.Mandate(post))
		}
	}
	if a.UnitID == post.UnitID && post.OnPaper && a.may(ToEnter, a.inOwnName, OwnUnit) {
		held = append(held, Mandate{Kind: Entered, Principal: post.AccountID, Title: post.Title})
	}
	if len(held) == 0 {
		return Actor{}, ErrNotAllowed.Saying("Bạn không có văn bản uỷ quyền còn hiệu lực của chức vụ này.")
	}
	acting := post.Actor
	acting.AccountID, acting.Username = a.AccountID, a.Username
	for i := range held {
		held[i].OwnUnit, held[i].OwnPosition = a.UnitID, a.PositionID
	}
	acting.Mandate = held[0]
	acting.Mandate.Also = held[1:]
	return acting, nil
}

// CheckOnPaper refuses a position that decides nothing.
func (p Post) CheckOnPaper() error {
	if !p.Office.Leads() {
		return ErrField.With("fields", map[string]string{"position": "chỉ dành cho chức vụ lãnh đạo"})
	}
	return nil
}
