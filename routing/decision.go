package routing

import "time"

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
	AskedUnitID  ID
	AskedAt      time.Time
	Reason       string
	ProposedDue  time.Time // of an extension
	OwnerUnitID  ID        // whose leaders decide
	Due          time.Time // until when
	Status       DecisionStatus
	DecidedBy    ID // account
	DecidedAt    time.Time
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
