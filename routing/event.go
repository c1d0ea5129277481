package routing

import "time"

// Event is one act that happened. Events are only ever added; everything shown
// as history is this. The answer to an act is the event it left, so that a
// repeated request has the first answer again.
type Event struct {
	ID           int64
	At           time.Time
	Kind         Act
	DocumentID   ID
	AssignmentID ID // empty for an act on the document itself
	UnitID       ID // the unit that the act concerns
	ActorID      ID // account; empty for the workflow
	ActorUnitID  ID
	State        string // of the document or assignment, after the act
	Version      int    // of the document or assignment, after the act
	Year         int    // with Number: the number that the act took from a book
	Number       int
	Details      map[string]any
}

// MilestoneKind is the kind of an event after which the process moves on.
type MilestoneKind string

// The milestones.
const (
	NewsRegistered MilestoneKind = "registered" // a document stands in the book
	NewsDirected   MilestoneKind = "directed"   // a direction waits to be dispatched
	NewsMoved      MilestoneKind = "moved"      // an alarm came forward
	NewsRecalled   MilestoneKind = "recalled"   // everything running has to stop
	NewsConcluded  MilestoneKind = "concluded"  // the lead's report is approved
)

// Milestone tells a document's workflow that there is something to do. Seq
// grows by one with each milestone of a document; the workflow ignores a Seq
// that it has seen. It carries no content: the workflow reads the record.
type Milestone struct {
	Kind      MilestoneKind
	Seq       int
	NextAlarm time.Time // when the first alarm rings after it, as far as the desk knows
}

// Request names one wish of an actor, so that asking again is not doing again:
// the key is the client's, the hash is of what he asked. Empty: no such name.
type Request struct {
	Key  string
	Hash []byte
}
