package desk_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/activities"
	"congvan/calendar"
	"congvan/routing"
)

// life is the life of a few documents in the hands of everybody at once: any
// verb, by anybody, in any state, at any time of day.
type life struct {
	*hall
	people []routing.Actor
	docs   []routing.ID
	done   map[string]int // successes by verb
	rung   int            // alarms that were seen ringing
	verbs  []lifeVerb
	often  map[string]int // beside once, how often a verb is tried
	fields []string       // of documents; none: they name none, and are all ordinary
}

var lifePeople = []string{"chutich.quan", "pho.dothi", "vanthu.quan", "chanhvanphong", "quantri", "truong.qldt", "vanthu.qldt", "chuyenvien.qldt",
	"truong.tp", "vanthu.tp", "chutich.molao", "vanthu.molao", "canbo.molao", "chutich.vanquan", "vanthu.vanquan"}

var lifeUnits = []string{"qldt", "tp", "molao", "vanquan", "nv"}

// due is an instant some working days ahead, seldom a bad one.
func (l *life) due(t *rapid.T) time.Time {
	return calendar.NewClock(calendar.Vietnam(), calendar.DefaultHours()).AddDays(l.now(), evenly(t, 13)).UTC()
}

// recipients of a direction: a lead and others, seldom nonsense.
func (l *life) recipients(t *rapid.T) []routing.Recipient {
	keys := rapid.SliceOfNDistinct(rapid.SampledFrom(lifeUnits), 1, 4, rapid.ID[string]).Draw(t, "units")
	roles := []routing.Role{routing.Execute, routing.Execute, routing.Coordinate, routing.Inform}
	out := make([]routing.Recipient, len(keys))
	for i, key := range keys {
		out[i] = routing.Recipient{UnitID: unit(key), Role: rapid.SampledFrom(roles).Draw(t, "role")}
		if i == 0 && evenly(t, 20) > 0 {
			out[i].Role = routing.Lead
		}
		if out[i].Role != routing.Inform {
			out[i].Due = l.due(t)
		}
	}
	return out
}

// further are the recipients of a direction out of a share: officers of the unit,
// or others with the unit itself in the lead.
func (l *life) further(t *rapid.T, a routing.Assignment) []routing.Recipient {
	if rapid.Bool().Draw(t, "to officers") {
		for _, p := range l.people {
			if p.UnitID == a.UnitID && p.Office == routing.Officer {
				return []routing.Recipient{{UnitID: p.UnitID, PositionID: p.PositionID, Role: routing.Lead, Due: l.due(t)}}
			}
		}
	}
	out := l.recipients(t)
	out[0] = routing.Recipient{UnitID: a.UnitID, Role: routing.Lead, Due: l.due(t)}
	return out
}

// Any verb by any role in any state, thousands of times (INV-3, 5, 6, 7, 11):
// the counts of every strip add up; nothing moves outside the tables; no alarm
// rings twice or for something done; numbers are consecutive; every event
// explains one change, and replaying them gives the state.
func TestTheWholeLifeOfDocuments(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	l := &life{hall: h, done: map[string]int{}, verbs: lifeVerbs, often: often}
	for _, name := range lifePeople {
		l.people = append(l.people, h.as(name))
	}
	require.NoError(t, errors.Join(flag.Set("rapid.checks", "20"), flag.Set("rapid.steps", "250")))
	rapid.Check(t, func(t *rapid.T) {
		l.docs = nil
		t.Repeat(map[string]func(*rapid.T){
			"":         l.holds,
			"register": l.register,
			"act":      l.act,
			"act, too": l.act, // most of life is acting
			"and more": l.act,
			"work":     l.work,
			"wait":     l.waitAWhile,
		})
		for _, id := range l.docs {
			l.ledgerHolds(t, id)
		}
	})
	t.Logf("done: %v; alarms: %d", l.done, l.rung)
	require.GreaterOrEqual(t, len(l.done), len(lifeVerbs)*3/4, "most verbs have to succeed now and then")
	require.Positive(t, l.rung)
	l.numbersAreConsecutive()
}

func (l *life) register(t *rapid.T) {
	open := 0
	for _, id := range l.docs {
		if status := l.document(id).Status; status != routing.Concluded && status != routing.Recalled && status != routing.Cancelled {
			open++
		}
	}
	if open >= 2 {
		return
	}
	r := letter()
	r.Channel = rapid.SampledFrom([]routing.Channel{routing.OnPaper, routing.Electronic}).Draw(t, "channel")
	if len(l.fields) > 0 {
		r.Field, r.Urgency = rapid.SampledFrom(l.fields).Draw(t, "field"), rapid.SampledFrom(routing.Urgencies).Draw(t, "urgency")
	}
	event, err := l.desk.Register(l.Context(), l.people[2], r, noKey)
	require.NoError(t, err)
	l.docs = append(l.docs, event.DocumentID)
}

func (l *life) act(t *rapid.T) {
	if len(l.docs) == 0 {
		return
	}
	latest := l.docs[max(0, len(l.docs)-3):]
	doc := l.document(latest[evenly(t, len(latest))])
	shares, err := l.store.Assignments(l.Context(), doc.ID)
	require.NoError(t, err)
	var on routing.Assignment
	if len(shares) > 0 {
		on = shares[evenly(t, len(shares))]
	}
	v := l.verb(t, doc, on)
	if v.share && on.ID == "" {
		return
	}
	_, err = v.try(l, t, l.somebody(t, v, doc, on), doc, on)
	var refused *routing.Error
	switch {
	case err == nil:
		l.done[v.name]++
	case errors.As(err, &refused):
		require.NotContains(t, []routing.Fault{routing.Internal, routing.Unavailable}, refused.Fault, "%s: %v", v.name, err)
	default:
		require.NoError(t, err, v.name)
	}
}

// verb is mostly one that the state allows.
func (l *life) verb(t *rapid.T, doc routing.Document, on routing.Assignment) lifeVerb {
	extension := len(l.asked(t, doc, on, routing.Extension)) > 0
	recall := len(l.asked(t, doc, on, routing.RecallAnswer)) > 0
	possible := slices.DeleteFunc(slices.Clone(l.verbs), func(v lifeVerb) bool {
		_, err := doc.Status.Next(v.act)
		switch {
		case v.act == routing.ActAnswerRecall:
			return !recall
		case v.act == routing.ActRefuseExtension && !extension:
			return true
		case v.share && doc.Status != routing.Directed:
			return true
		case v.share:
			_, err = on.Next(v.act)
		}
		held := doc.Held()
		if v.share {
			held = on.Held()
		}
		return err != nil || held != (v.act == routing.ActResume) && (held || v.act == routing.ActResume)
	})
	if len(possible) == 0 || evenly(t, 10) == 0 {
		possible = l.verbs
	}
	var weighed []lifeVerb
	for _, v := range possible {
		if slices.Contains(endings, v.name) && evenly(t, 4) > 0 {
			continue // or few documents would come far
		}
		for range l.often[v.name] + 1 {
			weighed = append(weighed, v)
		}
	}
	if len(weighed) == 0 {
		return possible[0]
	}
	return weighed[evenly(t, len(weighed))]
}

// evenly draws an index, each as often as any other: what rapid draws itself is
// mostly small, and verbs at the end of the list would hardly come up.
func evenly(t *rapid.T, n int) int {
	return int(rapid.Uint64Range(0, 1<<40).Draw(t, "any") * 0x9e3779b97f4a7c15 >> 33 % uint64(n))
}

// endings are the verbs that stop a document.
var endings = []string{"recall", "cancel", "file", "hold", "hold the document", "void"}

// often are the verbs that bring a document on; with all alike few would come far.
var often = map[string]int{"direct": 9, "acknowledge": 12, "direct further": 9, "start": 5, "report": 14, "approve": 14, "send back": 6,
	"answer a recall": 9, "ask extension": 7, "decide extension": 7, "submit": 9, "consent": 20, "object": 6, "withdraw draft": 1, "reopen": 9, "resume": 9, "resume the document": 9}

// somebody acts: mostly one who may, or whom it concerns.
func (l *life) somebody(t *rapid.T, v lifeVerb, doc routing.Document, on routing.Assignment) routing.Actor {
	owners := map[routing.ID]bool{}
	for _, x := range l.asked(t, doc, on, routing.Consent) {
		owners[x.OwnerUnitID] = v.act == routing.ActConsent || v.act == routing.ActObject
	}
	concerned := slices.DeleteFunc(slices.Clone(l.people), func(a routing.Actor) bool {
		if owners[a.UnitID] {
			return a.Office == routing.Officer
		}
		if v.share && a.Reach(v.act) != (routing.Reach{}) {
			return !a.MayDo(v.act, on)
		}
		return a.UnitID != doc.UnitID && a.UnitID != on.UnitID && a.UnitID != on.GiverUnitID
	})
	if len(concerned) == 0 || evenly(t, 10) == 0 {
		concerned = l.people
	}
	return rapid.SampledFrom(concerned).Draw(t, "actor")
}

// work lets the documents' workflows read their letters, as RouteDocument does.
func (l *life) work(t *rapid.T) {
	for _, id := range l.docs {
		kinds := l.milestones(routing.Document{ID: id})
		if len(kinds) == 0 {
			continue
		}
		step := l.hands.Ring
		switch {
		case slices.Contains(kinds, routing.NewsRecalled):
			step = l.hands.Withdraw
		case slices.Contains(kinds, routing.NewsConcluded):
			step = l.hands.Close
		case slices.Contains(kinds, routing.NewsDirected):
			step = l.hands.Dispatch
		}
		l.wake(t, id, step)
		_, err := l.store.DB().NewRaw(`DELETE FROM outbox WHERE document_id = ?`, id).Exec(l.Context())
		require.NoError(t, err)
	}
}

func (l *life) waitAWhile(t *rapid.T) {
	l.wait(time.Duration(rapid.IntRange(1, 60*20).Draw(t, "minutes")) * time.Minute)
	for _, id := range l.docs {
		l.wake(t, id, l.hands.Ring)
	}
}

// wake carries out a step of a workflow and looks at what rings: nothing that
// was not awaited, nothing before its time.
func (l *life) wake(t *rapid.T, id routing.ID, step func(context.Context, activities.Input) (activities.Outlook, error)) {
	before := l.alarmed(t, id)
	awaited := map[string]routing.Deadline{}
	for _, d := range l.deadlines(t, id) {
		awaited[fmt.Sprint(d.Subject, d.Kind, d.Due.UnixMicro())] = d
	}
	_, err := step(l.Context(), activities.Input{DocumentID: id})
	require.NoError(t, err)
	after := l.alarmed(t, id)
	require.GreaterOrEqual(t, len(after), len(before))
	for _, a := range after {
		if slices.ContainsFunc(before, func(b routing.Alarm) bool {
			return a.Subject == b.Subject && a.Kind == b.Kind && a.Step == b.Step && a.Due.Equal(b.Due)
		}) {
			continue
		}
		l.rung++
		_, known := awaited[fmt.Sprint(a.Subject, a.Kind, a.Due.UnixMicro())]
		dispatchedNow := a.Kind == routing.AwaitReceipt || a.Kind == routing.AwaitReport || a.Kind == routing.AwaitDecision
		require.True(t, known || dispatchedNow, "%s rang for something that nobody awaits", a.Kind)
	}
}

func (l *life) alarmed(t *rapid.T, id routing.ID) []routing.Alarm {
	rung, err := l.store.Rung(l.Context(), id)
	require.NoError(t, err)
	return rung
}

func (l *life) deadlines(t *rapid.T, id routing.ID) []routing.Deadline {
	shares, err := l.store.Assignments(l.Context(), id)
	require.NoError(t, err)
	decisions, err := l.store.Decisions(l.Context(), id)
	require.NoError(t, err)
	return routing.Deadlines(l.document(id), shares, decisions)
}

// holds is what is true of every document at every moment.
func (l *life) holds(t *rapid.T) {
	for _, id := range l.docs {
		doc := l.document(id)
		shares, err := l.store.Assignments(l.Context(), id)
		require.NoError(t, err)
		sum := 0
		for _, n := range routing.Strip(shares, l.now()) {
			sum += n
		}
		require.Equal(t, len(shares), sum, "the counts of the strip add up")

		events, err := l.store.Events(l.Context(), id, 0, 1<<20)
		require.NoError(t, err)
		told, err := routing.Replay(events)
		require.NoError(t, err, "%+v", events)
		require.Equal(t, documentStanding(doc), told.Document)
		require.Len(t, told.Shares, len(shares))
		for _, a := range shares {
			require.Equal(t, shareStanding(a), told.Shares[a.ID], "%+v", events)
			require.Equal(t, a.Open(), !slices.Contains([]routing.AssignmentStatus{routing.Done, routing.Withdrawn, routing.HandedOver}, a.Status))
			require.False(t, a.Open() && doc.Status == routing.Recalled, "nothing is open of what was recalled")
		}
		l.oneLeadInEachCircle(t, shares)
		l.nobodyDecidesWhatHasEnded(t, id, shares)
	}
}

// Nothing is to be decided about a share that has ended, but for the answers to
// a recall; consents are asked for by the stage of an open circuit, and a share
// has one exactly while it is being asked about.
func (l *life) nobodyDecidesWhatHasEnded(t *rapid.T, id routing.ID, shares []routing.Assignment) {
	circuits, err := l.store.Circuits(l.Context(), id)
	require.NoError(t, err)
	decisions, err := l.store.Decisions(l.Context(), id)
	require.NoError(t, err)
	open := map[routing.ID]routing.Circuit{}
	for _, k := range circuits {
		if k.Status == routing.CircuitOpen {
			require.NotContains(t, open, k.AssignmentID, "two open circuits of one share")
			open[k.AssignmentID] = k
		}
	}
	for _, a := range shares {
		_, consulting := open[a.ID]
		require.Equal(t, a.Status == routing.Consulting, consulting)
		asked := 0
		for _, x := range decisions {
			if x.AssignmentID != a.ID || x.Status != routing.DecisionOpen {
				continue
			}
			require.True(t, a.Open() || x.Kind == routing.RecallAnswer, "%s about a share that is %s", x.Kind, a.Status)
			if x.Kind == routing.Consent {
				require.Equal(t, open[a.ID].ID, x.CircuitID)
				require.Equal(t, open[a.ID].Stage, x.Stage)
				asked++
			}
			if x.Kind == routing.Extension && len(l.milestones(routing.Document{ID: id})) == 0 {
				require.Equal(t, a.GiverUnitID, x.OwnerUnitID, "who gave the share decides")
			}
		}
		require.Equal(t, consulting, asked > 0, "a circuit waits for somebody")
	}
}

func documentStanding(doc routing.Document) routing.Standing {
	return standing(string(doc.Status), doc.Version, map[string]time.Time{"directDue": doc.DirectDue, "presentDue": doc.PresentDue,
		"noticeDue": doc.NoticeDue, "held": doc.HeldAt})
}

func shareStanding(a routing.Assignment) routing.Standing {
	return standing(string(a.Status), a.Version, map[string]time.Time{"due": a.Due, "receiveDue": a.ReceiveDue, "held": a.HeldAt})
}

// standing is where something has come to, with the terms that it has.
func standing(state string, version int, terms map[string]time.Time) routing.Standing {
	maps.DeleteFunc(terms, func(_ string, at time.Time) bool { return at.IsZero() })
	return routing.Standing{State: state, Version: version, Terms: terms}
}

func (l *life) oneLeadInEachCircle(t *rapid.T, shares []routing.Assignment) {
	leads := map[routing.ID]int{}
	for _, a := range shares {
		if a.Role == routing.Lead && a.Open() {
			leads[a.CircleID]++
			require.LessOrEqual(t, leads[a.CircleID], 1, "two leads of one direction")
		}
	}
}

func (l *life) numbersAreConsecutive() {
	l.Helper()
	for _, query := range []string{
		`SELECT unit_id::text || book_year AS book, number FROM documents`,
		`SELECT unit_id::text || arrival_year AS book, arrival_number AS number FROM assignments WHERE arrival_number IS NOT NULL`,
	} {
		var rows []struct {
			Book   string
			Number int
		}
		require.NoError(l, l.store.DB().NewRaw(query).Scan(l.Context(), &rows))
		books := map[string][]int{}
		for _, r := range rows {
			books[r.Book] = append(books[r.Book], r.Number)
		}
		require.NotEmpty(l, books)
		for book, numbers := range books {
			sort.Ints(numbers)
			for i, n := range numbers {
				require.Equal(l, i+1, n, "book %s", book)
			}
		}
	}
}
