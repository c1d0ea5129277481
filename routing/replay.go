package routing

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Standing is where a document, or one share of it, has come to by what its
// events say.
type Standing struct {
	State   string
	Version int
	// Terms are the running deadlines by the name that events give them, and
	// "held": since when the clocks stand still. Instants in UTC.
	Terms map[string]time.Time
}

// History is what the events of one document say that it has come to.
type History struct {
	Document Standing
	Shares   map[ID]Standing
}

// leavesNoTrace are the acts after which the thing itself is as it was: no
// change of state, no new version.
var leavesNoTrace = []Act{ActAttach, ActDetach, ActRing}

// Replay goes through all events of one document and returns what they come to.
// Every event has to explain exactly one change: it is the next version of its
// document or share, and its state is one that the tables allow after the state
// before. The error names the first event that does not fit.
func Replay(events []Event) (History, error) {
	h := History{Shares: map[ID]Standing{}}
	for _, e := range inOrder(events) {
		before := h.Document
		if e.AssignmentID != "" {
			before = h.Shares[e.AssignmentID]
		}
		now := Standing{e.State, e.Version, e.terms(before.Terms)}
		switch {
		case now.Version != before.Version+1:
			return h, fmt.Errorf("event %d (%s) makes version %d out of %d", e.ID, e.Kind, now.Version, before.Version)
		case !e.follows(before.State):
			return h, fmt.Errorf("event %d (%s) makes %q out of %q", e.ID, e.Kind, now.State, before.State)
		case e.AssignmentID == "":
			h.Document = now
		default:
			h.Shares[e.AssignmentID] = now
		}
	}
	return h, nil
}

// termNames are the names under which events tell of new deadlines.
var termNames = []string{"due", "receiveDue", "presentDue", "directDue", "noticeDue", "held"}

// terms are those before, as the event changes them: an instant sets one, null
// ends it.
func (e Event) terms(before map[string]time.Time) map[string]time.Time {
	now := maps.Clone(before)
	for _, name := range termNames {
		value, told := e.Details[name]
		if !told {
			continue
		}
		if now == nil {
			now = map[string]time.Time{}
		}
		if at, err := instantOf(value); err != nil {
			delete(now, name)
		} else {
			now[name] = at
		}
	}
	return now
}

// instantOf reads an instant out of an event's details: as an act leaves it, or
// as the record gives it back.
func instantOf(value any) (time.Time, error) {
	if at, ok := value.(time.Time); ok {
		return at.UTC(), nil
	}
	at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(value))
	return at.UTC(), err
}

// inOrder are the events that leave a trace, as they happened to each thing: of
// what one statement wrote, versions tell the order and not ids.
func inOrder(events []Event) []Event {
	sorted := slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return slices.Contains(leavesNoTrace, e.Kind) })
	slices.SortStableFunc(sorted, func(a, b Event) int {
		return cmp.Or(cmp.Compare(a.AssignmentID, b.AssignmentID), cmp.Compare(a.Version, b.Version), cmp.Compare(a.ID, b.ID))
	})
	return sorted
}

// follows says whether the event's state may follow the one before, empty for
// none, by its act.
func (e Event) follows(before string) bool {
	if before == "" {
		return e.Kind == ActRegister && e.State == string(Registered) || e.Kind == ActDispatch && e.State == string(Sent)
	}
	if e.AssignmentID == "" {
		next, ok := documentMoves[e.Kind][DocumentStatus(before)]
		return ok && (string(next) == e.State || alsoLeadsTo(e.Kind, e.State))
	}
	next, ok := assignmentMoves[e.Kind][AssignmentStatus(before)]
	return ok && (string(next) == e.State || alsoLeadsTo(e.Kind, e.State))
}

// alsoLeadsTo are the states beside the table's that an act may lead to,
// depending on what else the case holds.
func alsoLeadsTo(act Act, state string) bool {
	return slices.Contains(map[Act][]string{
		ActAcknowledge: {string(Done)},                          // who is only informed
		ActInsist:      {string(Received)},                      // who had received it
		ActConsent:     {string(Reported)},                      // the last consent
		ActObject:      {string(Working)},                       // back to the start
		ActReopen:      {string(Registered), string(Sent)},      // what was filed; what was never received
		ActVoid:        {string(Registered), string(Presented)}, // the only direction in force
	}[act], state)
}
