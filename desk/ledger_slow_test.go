package desk_test

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/postgres"
	"congvan/routing"
)

// moment is how a share, or the document (with no id), stood after one event.
type moment struct {
	at            time.Time
	kind          routing.Act
	state         string
	parent, giver routing.ID
	person        routing.ID // to whom the document was presented
	held          bool
	dues          map[string]time.Time
	asked         map[routing.ID]time.Time // the offices whose consent is awaited, since when
	stages        []routing.Stage
	stage         int
}

// pass is a decision that went to the successor of the unit that had to make it.
type pass struct {
	decision, from, to routing.ID
	at                 time.Time
}

// slowLedger reckons a ledger the slow way.
type slowLedger struct {
	doc       routing.Document
	shares    map[routing.ID]routing.Assignment
	decisions []routing.Decision
	stories   map[routing.ID][]moment
	passes    []pass
	instants  []time.Time // of all events, and now
	now       time.Time
	clocks    routing.Clocks
}

func newSlowLedger(doc routing.Document, shares []routing.Assignment, decisions []routing.Decision, events []routing.Event, now time.Time, clocks routing.Clocks) *slowLedger {
	s := &slowLedger{doc: doc, shares: map[routing.ID]routing.Assignment{}, decisions: decisions, stories: map[routing.ID][]moment{}, now: now.UTC(), clocks: clocks}
	for _, a := range shares {
		s.shares[a.ID] = a
	}
	events = slices.DeleteFunc(slices.Clone(events), func(e routing.Event) bool {
		return e.Kind == routing.ActRing || e.Kind == routing.ActAttach || e.Kind == routing.ActDetach
	})
	slices.SortFunc(events, func(a, b routing.Event) int { return cmp.Compare(a.Version, b.Version) })
	for _, e := range events {
		s.instants = append(s.instants, e.At.UTC())
		s.tell(e)
	}
	s.instants = append(s.instants, s.now)
	slices.SortFunc(s.instants, time.Time.Compare)
	s.instants = slices.CompactFunc(s.instants, time.Time.Equal)
	return s
}

// tell adds what an event says to the story of its share.
func (s *slowLedger) tell(e routing.Event) {
	m := moment{dues: map[string]time.Time{}, asked: map[routing.ID]time.Time{}}
	if told := s.stories[e.AssignmentID]; len(told) > 0 {
		last := told[len(told)-1]
		m = last
		m.dues, m.asked = map[string]time.Time{}, map[routing.ID]time.Time{}
		for name, at := range last.dues {
			m.dues[name] = at
		}
		for office, at := range last.asked {
			m.asked[office] = at
		}
	}
	m.at, m.kind, m.state = e.At.UTC(), e.Kind, e.State
	if m.state == string(routing.Received) {
		m.state = string(routing.Working)
	}
	for _, name := range []string{"receiveDue", "due", "approveDue", "returnDue", "presentDue", "directDue"} {
		if text, ok := e.Details[name].(string); ok {
			at, err := time.Parse(time.RFC3339Nano, text)
			if err != nil {
				panic(err)
			}
			m.dues[name] = at.UTC()
		}
	}
	s.tellTurn(&m, e)
	s.tellConsent(&m, e)
	s.stories[e.AssignmentID] = append(s.stories[e.AssignmentID], m)
}

func (s *slowLedger) tellTurn(m *moment, e routing.Event) {
	name := func(key string) routing.ID { text, _ := e.Details[key].(string); return routing.ID(text) }
	switch e.Kind {
	case routing.ActDispatch:
		if m.parent, m.giver = name("parent"), s.doc.UnitID; m.parent != "" {
			m.giver = s.shares[m.parent].UnitID
		}
	case routing.ActCarry:
		m.parent, m.giver = name("parent"), name("giver")
	case routing.ActHold:
		m.held = true
	case routing.ActResume, routing.ActReopen, routing.ActRecall:
		m.held = false
	case routing.ActPresent:
		m.person = name("to")
	}
	if e.AssignmentID == "" && (e.Kind == routing.ActVoid && e.State != string(routing.Directed) || e.Kind == routing.ActReopen) {
		m.held = false // it waits for direction anew
	}
	if m.state == string(routing.Registered) {
		m.person = ""
	}
}

// tellConsent keeps who is asked, by the rules of the circuit.
func (s *slowLedger) tellConsent(m *moment, e routing.Event) {
	ask := func(stage int) {
		m.stage, m.asked = stage, map[routing.ID]time.Time{}
		if stage < len(m.stages) {
			for _, office := range m.stages[stage].Units {
				m.asked[office] = m.at
			}
		}
	}
	switch e.Kind {
	case routing.ActSubmit:
		m.stages = nil
		for _, raw := range e.Details["stages"].([]any) {
			stage := routing.Stage{Rule: routing.StageRule(raw.(map[string]any)["rule"].(string))}
			for _, office := range raw.(map[string]any)["units"].([]any) {
				stage.Units = append(stage.Units, routing.ID(office.(string)))
			}
			m.stages = append(m.stages, stage)
		}
		ask(0)
	case routing.ActConsent:
		if delete(m.asked, e.ActorUnitID); len(m.asked) == 0 || m.stages[m.stage].Rule == routing.AnyMay {
			ask(m.stage + 1)
		}
	case routing.ActPassDecision:
		p := pass{routing.ID(e.Details["decision"].(string)), routing.ID(e.Details["fromUnit"].(string)), routing.ID(e.Details["toUnit"].(string)), m.at}
		s.passes = append(s.passes, p)
		if i := slices.IndexFunc(s.decisions, func(x routing.Decision) bool { return x.ID == p.decision }); s.decisions[i].Kind == routing.Consent {
			delete(m.asked, p.from)
			m.asked[p.to] = m.at
		}
	case routing.ActObject:
		if m.state == string(routing.Consulting) {
			ask(m.stage - 1)
		}
	}
	if m.state != string(routing.Consulting) {
		m.asked = map[routing.ID]time.Time{}
	}
}

// rows are the rows of the ledger.
func (s *slowLedger) rows() (out []postgres.Holding) {
	if !s.doc.ArrivedAt.IsZero() && s.doc.ArrivedAt.Before(s.doc.Registered) {
		out = append(out, s.measure(postgres.Holding{UnitID: s.doc.UnitID, Stage: "registering", Since: s.doc.ArrivedAt, Until: s.doc.Registered}))
	}
	for share, story := range s.stories {
		var open []postgres.Holding
		for _, m := range story {
			now := s.holders(share, m)
			var kept []postgres.Holding
			for _, r := range open {
				same := slices.IndexFunc(now, func(n postgres.Holding) bool { return continues(r, n, m) })
				if same < 0 {
					r.Until = m.at
					out = append(out, s.measure(r))
					continue
				}
				r.Due = now[same].Due
				kept, now = append(kept, r), slices.Delete(now, same, same+1)
			}
			open = append(kept, now...)
		}
		for _, r := range open {
			out = append(out, s.measure(r))
		}
	}
	return out
}

// continues says whether a row goes on over an event.
func continues(before, after postgres.Holding, m moment) bool {
	if m.kind == routing.ActPresent {
		return false
	}
	if after.Stage == "consent" && !before.Since.Equal(after.Since) {
		return false
	}
	return before.Stage == after.Stage && before.UnitID == after.UnitID && before.PositionID == after.PositionID
}

// holders are who has a share after an event, as rows that begin there.
func (s *slowLedger) holders(share routing.ID, m moment) []postgres.Holding {
	a := s.shares[share]
	row := func(stage string, unit, person routing.ID, due string) []postgres.Holding {
		return []postgres.Holding{{DocumentID: s.doc.ID, AssignmentID: share, UnitID: unit, PositionID: person, Stage: stage, Since: m.at, Due: m.dues[due]}}
	}
	if share == "" {
		switch {
		case m.state == string(routing.Registered) && !m.dues["presentDue"].IsZero():
			return row("presenting", s.doc.UnitID, "", "presentDue")
		case m.state == string(routing.Registered) || m.state == string(routing.Presented):
			return row("direction", s.doc.UnitID, m.person, "directDue")
		}
		return nil
	}
	switch routing.AssignmentStatus(m.state) {
	case routing.Sent:
		return row("receipt", a.UnitID, a.PositionID, "receiveDue")
	case routing.Working:
		return row("work", a.UnitID, a.PositionID, "due")
	case routing.Reported:
		return row("approval", m.giver, "", "approveDue")
	case routing.Returned:
		return row("return", m.giver, "", "returnDue")
	case routing.Consulting:
		var out []postgres.Holding
		for office, since := range m.asked {
			out = append(out, postgres.Holding{DocumentID: s.doc.ID, AssignmentID: share, UnitID: office, Stage: "consent", Since: since, Due: s.consentDue(share, office, since)})
		}
		return out
	}
	return nil
}

func (s *slowLedger) consentDue(share, office routing.ID, since time.Time) time.Time {
	asked := map[routing.ID]pass{} // of each decision, who has to make it since when
	for _, x := range s.decisions {
		asked[x.ID] = pass{to: x.OwnerUnitID, at: x.AskedAt}
	}
	for _, p := range slices.Backward(s.passes) { // the last first: so it ends with whom was asked
		if p.to == office && p.at.Equal(since) {
			asked = map[routing.ID]pass{p.decision: {to: office, at: since}}
			break
		}
		asked[p.decision] = pass{to: p.from, at: asked[p.decision].at}
	}
	for _, x := range s.decisions {
		if a := asked[x.ID]; x.AssignmentID == share && x.Kind == routing.Consent && a.to == office && a.at.Equal(since) {
			return x.Due
		}
	}
	return time.Time{}
}

// measure adds up the seconds of a row, from one instant at which anything
// happened to the next.
func (s *slowLedger) measure(r postgres.Holding) postgres.Holding {
	end := r.Until
	if end.IsZero() {
		end = s.now
	}
	clock := s.clocks(r.UnitID)
	at := r.Since
	for at.Before(end) {
		next := end
		for _, i := range s.instants {
			if i.After(at) && i.Before(next) {
				next = i
			}
		}
		seconds := int64(clock.Between(at, next) / time.Second)
		late := int64(0)
		if !r.Due.IsZero() && next.After(r.Due) {
			late = int64(clock.Between(later(at, r.Due), next) / time.Second)
		}
		switch {
		case r.Stage != "registering" && s.paused(r.AssignmentID, at):
			r.HeldSeconds += seconds
		case r.Stage == "work" && s.waits(r.AssignmentID, at):
			r.WaitingSeconds += seconds
			r.LateSeconds += late
		default:
			r.WorkedSeconds += seconds
			r.LateSeconds += late
		}
		at = next
	}
	return r
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// at is how a share stood at an instant, after all that happened in it; false:
// there was none yet.
func (s *slowLedger) at(share routing.ID, at time.Time) (m moment, found bool) {
	for _, x := range s.stories[share] {
		if !x.at.After(at) {
			m, found = x, true
		}
	}
	return m, found
}

// paused says whether clocks stood still: of the share, of one above, of all.
func (s *slowLedger) paused(share routing.ID, at time.Time) bool {
	m, found := s.at(share, at)
	if !found {
		return false
	}
	return m.held || share != "" && s.paused(m.parent, at)
}

// waits says whether something that was given out of a share, and has to
// report, was still open.
func (s *slowLedger) waits(share routing.ID, at time.Time) bool {
	for id, a := range s.shares {
		m, found := s.at(id, at)
		closed := slices.Contains([]string{string(routing.Done), string(routing.Withdrawn), string(routing.HandedOver)}, m.state)
		if found && !closed && m.parent == share && a.Role.Reports() {
			return true
		}
	}
	return false
}

// coversEveryShare demands that somebody has each share at every moment from its
// sending to its end, and nobody after; that only in consent several do; and
// that what is held, and the deadline, of what is open are those of the record.
func (s *slowLedger) coversEveryShare(t require.TestingT, rows []postgres.Holding) {
	for id, a := range s.shares {
		last := s.stories[id][len(s.stories[id])-1]
		if a.Open() {
			require.Equal(t, a.Held(), last.held)
			require.Equal(t, stamp(a.Due), stamp(last.dues["due"]))
		}
		for i, from := range s.instants[:len(s.instants)-1] {
			m, sent := s.at(id, from)
			has := slices.DeleteFunc(slices.Clone(rows), func(r postgres.Holding) bool {
				return r.AssignmentID != id || r.Since.After(from) || !r.Until.IsZero() && r.Until.Before(s.instants[i+1])
			})
			switch closed := slices.Contains([]string{string(routing.Done), string(routing.Withdrawn), string(routing.HandedOver)}, m.state); {
			case !sent || closed:
				require.Empty(t, has, "%s", s.story())
			case m.state == string(routing.Consulting):
				require.Len(t, has, len(m.asked), "%s", s.story())
				require.NotEmpty(t, has)
			default:
				require.Len(t, has, 1, "%s", s.story())
			}
		}
	}
	require.Equal(t, s.doc.Held(), s.stories[""][len(s.stories[""])-1].held)
}

// story is what happened, for a test that fails.
func (s *slowLedger) story() (out string) {
	for id, story := range s.stories {
		a := s.shares[id]
		out += fmt.Sprintf("\n%s %s %s parent %s\n", id, a.Role, a.UnitID, a.ParentID)
		for _, m := range story {
			out += fmt.Sprintf("  %s %s → %s held %t giver %s dues %v asked %v\n", stamp(m.at), m.kind, m.state, m.held, m.giver, m.dues, m.asked)
		}
	}
	return out
}
