package routing

import (
	"slices"
	"time"
)

// DecisionKind says what is to be decided.
type DecisionKind string

// The decisions that are asked for. A direction and the judgement of a report
// are decisions, too; their owner and deadline are those of the document and
// of the assignment.
const (
	Extension    DecisionKind = "extension" // xin gia hạn: by whoever set the deadline
	Consent      DecisionKind = "consent"   // lấy ý kiến: an office's consent to a report
	RecallAnswer DecisionKind = "recall"    // trả lời thu hồi: by whoever had received the document
)

// DecisionStatus is what became of it.
type DecisionStatus string

// The states of a decision.
const (
	DecisionOpen    DecisionStatus = "open"
	DecisionGranted DecisionStatus = "granted"
	DecisionRefused DecisionStatus = "refused"
	DecisionVoid    DecisionStatus = "void" // nobody has to decide any more
)

// Decision is what one unit's leaders have to decide by a deadline.
type Decision struct {
	ID           ID
	DocumentID   ID
	AssignmentID ID
	Kind         DecisionKind
	CircuitID    ID  // of a consent
	Stage        int // of a consent, from 0
	AskedBy      ID  // account; empty: the workflow
	AskedFor     ID  // the account in whose name he asked; empty: his own
	AskedUnitID  ID
	AskedAt      time.Time
	Reason       string
	ProposedDue  time.Time // of an extension
	OwnerUnitID  ID        // whose leaders decide
	Due          time.Time // until when
	Status       DecisionStatus
	DecidedBy    ID        // account
	DecidedAt    time.Time // or when nobody had to decide any more
	Note         string
	Version      int
}

// Awaited says whether somebody still has to decide: what was asked may have
// become pointless because its share, or the document, has moved on.
func (x Decision) Awaited(d Document, on Assignment) bool {
	if x.Status != DecisionOpen {
		return false
	}
	switch x.Kind {
	case RecallAnswer:
		return d.Status == Recalling
	case Consent:
		return d.Status == Directed && on.Status == Consulting && !on.Held()
	default:
		return d.Status == Directed && !on.Held() && (on.Status == Sent || on.Status == Received || on.Status == Working || on.Status == Consulting)
	}
}

// decides says whether what was asked about a share is for the actor to decide:
// for a leader of the unit that was asked, an extension for the deputy whose
// matter it is; a recall its clerk answers, too.
func (a Actor) decides(x Decision, on *Assignment) bool {
	act := map[DecisionKind]Act{Extension: ActRefuseExtension, Consent: ActConsent, RecallAnswer: ActAnswerRecall}[x.Kind]
	return a.UnitID == x.OwnerUnitID && a.may(act, func(c Condition) bool {
		return c == InHisField && on != nil && a.directs(on.Field, on.PresentedTo, on.GivenBy)
	}, Decides)
}

// MayDecide lists the acts by which the actor may settle now what was asked.
func (c *Case) MayDecide(actor Actor, id ID) []Act {
	x := c.Decision(id)
	if x == nil {
		return nil
	}
	a := c.Share(x.AssignmentID)
	var acts []Act
	var refusal error
	switch x.Kind {
	case Extension:
		acts, refusal = []Act{ActExtend, ActRefuseExtension}, c.mayDecideExtension(ActRefuseExtension, actor, x, a)
		if a.Held() || c.Document.Held() {
			acts = acts[1:] // no date is set while clocks stand still
		}
	case Consent:
		acts = []Act{ActConsent, ActObject}
		_, _, _, refusal = c.consent(actor, id)
	case RecallAnswer:
		acts, refusal = []Act{ActAnswerRecall}, c.mayAnswerRecall(actor, x, a)
	}
	if refusal != nil {
		return nil
	}
	return slices.DeleteFunc(acts, func(act Act) bool { return actor.CheckMandate(act, c.Document.Field) != nil })
}

// Asks says whether the actor's unit has something to decide about a document
// now. It then sees what the document is, if it holds no share of it: the
// successor of a unit may not.
func Asks(a Actor, decisions []Decision) bool {
	return a.may(ToSee, nil, IsAsked) && slices.ContainsFunc(decisions, func(x Decision) bool {
		return x.Status == DecisionOpen && x.OwnerUnitID == a.UnitID
	})
}

// voidAbout lets nobody decide any more what was asked about a share that has
// ended. Whoever had received it still answers a recall.
func (c *Case) voidAbout(share ID) {
	for i := range c.Decisions {
		if x := &c.Decisions[i]; x.AssignmentID == share && x.Status == DecisionOpen && x.Kind != RecallAnswer {
			x.Status = DecisionVoid
			x.Version++
		}
	}
}
