package routing

import "slices"

// Those whom an act tells, beside the audiences of a ladder's rungs.
const (
	TellGiverUnit Audience = "giver-unit" // the clerk of the unit that gave the share, who hands on what comes back
	TellOwner     Audience = "owner"      // leaders of the unit that has to decide what was asked
	TellAsker     Audience = "asker"      // whoever asked for what was decided
	TellUnits     Audience = "units"      // every unit that holds, or had received, a share of the document
	TellRegistry  Audience = "registry"   // the clerk of the unit that registered the document
)

// notified is the table of who is told of an act at once. What everybody does
// all day (acknowledge, start, progress, report, approve, dispatch) tells
// nobody: lists and the mail of the morning show it, and the ladder rings when
// it does not happen.
var notified = map[Act][]Audience{
	ActReturn:   {TellGiver, TellGiverUnit}, // NĐ 30/2020, Điều 21 khoản 2
	ActSendBack: {TellHolder},
	ActInsist:   {TellHolder},
	ActRemind:   {TellHolder}, // Điều 24 khoản 1
	ActDrop:     {TellHolder},
	ActReroute:  {TellHolder},
	ActHandOver: {TellHolder},
	ActCarry:    {TellHolder},
	ActWithdraw: {TellHolder},
	ActReopen:   {TellHolder},
	ActHold:     {TellHolder},
	ActResume:   {TellHolder},

	ActAskExtension:    {TellOwner},
	ActExtend:          {TellHolder, TellAsker},
	ActRefuseExtension: {TellAsker},
	ActSubmit:          {TellOwner},
	ActConsent:         {TellAsker, TellOwner}, // the next stage of the circuit
	ActObject:          {TellAsker, TellOwner}, // where the circuit begins anew
	ActPassDecision:    {TellOwner},

	ActRecall:       {TellUnits}, // Điều 18 khoản 4
	ActSettleRecall: {TellRegistry},
}

// Notified says whom an act of this kind tells, nobody for most.
func Notified(act Act) []Audience { return notified[act] }

// Addressee names positions that are told: those of a unit with certain
// offices, one position, whoever gave a direction, or whoever has an account.
type Addressee struct {
	UnitID      ID
	Offices     []Office
	PositionID  ID
	DirectionID ID // its giver
	AccountID   ID
}

// Who deals with what reaches a unit, and who decides in it.
var (
	desks    = []Office{Clerk, Head, Chief, Deputy, Chairman}
	deciders = []Office{Head, Chief, Deputy, Chairman}
	clerks   = []Office{Clerk}
)

// Addressees are those whom an event of the case tells, and the decision that
// it is about, if it is about one. The offices are filled in by the record with
// whoever holds them on that day.
func (c *Case) Addressees(e Event) (to []Addressee, about ID) {
	share := c.Share(e.AssignmentID)
	if e.Kind == ActWithdraw && (c.Document.Status == Recalling || c.Document.Status == Recalled) {
		return nil, "" // the recall has told them
	}
	for _, audience := range Notified(e.Kind) {
		switch {
		case audience == TellRegistry:
			to = append(to, Addressee{UnitID: c.Document.UnitID, Offices: clerks})
		case audience == TellUnits, audience == TellHolder && share == nil:
			to = append(to, c.units()...)
		case share == nil:
		case audience == TellHolder:
			to = append(to, holder(*share))
		case audience == TellGiver:
			to = append(to, Addressee{DirectionID: share.DirectionID})
		case audience == TellGiverUnit:
			to = append(to, Addressee{UnitID: share.GiverUnitID, Offices: clerks})
		case audience == TellOwner, audience == TellAsker:
			parties, decision := c.parties(e, audience)
			to, about = append(to, parties...), decision
		}
	}
	return to, about
}

func holder(a Assignment) Addressee {
	if a.PositionID != "" {
		return Addressee{PositionID: a.PositionID}
	}
	return Addressee{UnitID: a.UnitID, Offices: desks}
}

// units are the holders of all shares that are open or were received.
func (c *Case) units() (to []Addressee) {
	for _, a := range c.Assignments {
		if a.Open() || !a.Receipt.At.IsZero() {
			to = append(to, holder(a))
		}
	}
	return to
}

// parties are those who decide what an event has just asked, or who asked for
// what it has just decided.
func (c *Case) parties(e Event, audience Audience) (to []Addressee, about ID) {
	for _, x := range c.Decisions {
		switch {
		case x.AssignmentID != e.AssignmentID:
		case audience == TellOwner && x.Status == DecisionOpen && (x.AskedAt.Equal(e.At) || e.Details["decision"] == string(x.ID)):
			to, about = append(to, Addressee{UnitID: x.OwnerUnitID, Offices: deciders}), x.ID
		case audience == TellAsker && x.Status != DecisionOpen && x.Status != DecisionVoid && x.DecidedAt.Equal(e.At) && x.AskedBy != "":
			to, about = append(to, Addressee{AccountID: x.AskedBy}), x.ID
		}
	}
	if len(to) > 1 {
		about = "" // of several: the document says which
	}
	return slices.Clip(to), about
}
