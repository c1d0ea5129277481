package desk_test

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/calendar"
	"congvan/desk"
	"congvan/routing"
)

// Every figure of what is stuck, and of what becomes late, equals a plain recount of
// the shares and the events, whatever happened, for everybody; and the list behind a
// figure has as many lines as it says.
func TestWhatIsStuckEqualsASlowRecount(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.waitUntil("2026-12-28 09:00")
	l := &figuresLife{life: &life{hall: h, done: map[string]int{}, verbs: lifeVerbs, often: often}}
	for _, name := range lifePeople {
		l.people = append(l.people, h.as(name))
	}
	require.NoError(t, errors.Join(flag.Set("rapid.checks", "8"), flag.Set("rapid.steps", "200")))
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		l.docs = nil
		t.Repeat(map[string]func(*rapid.T){"register": l.register, "act": l.act, "act, too": l.act, "and more": l.act, "work": l.work, "wait": l.waitAWhile})
		l.all = append(l.all, l.docs...)
		for _, name := range []string{"chutich.quan", "chanhvanphong", "truong.qldt", "vanthu.vanquan", "thanhtra.quan"} {
			l.stuckHolds(t, l.as(name), seen)
			l.outlookHolds(t, l.as(name), seen)
		}
	})
	t.Logf("counted: %v", seen)
	for _, what := range []string{"receipt", "work", "late", "unreported", "passed work", "passed receipt", "passed direction", "due"} {
		require.Positive(t, seen[what], "there was never anything %s", what)
	}
}

// inScope are the open shares that an actor is told of, and the documents of his books.
func (l *figuresLife) inScope(t require.TestingT, actor routing.Actor) (shares []routing.Assignment, docs map[routing.ID]routing.Document) {
	docs = map[routing.ID]routing.Document{}
	for _, id := range l.all {
		doc := l.document(id)
		docs[id] = doc
		all, err := l.store.Assignments(l.Context(), id)
		require.NoError(t, err)
		for _, a := range all {
			x := slowShare{Assignment: a, book: doc.UnitID, moment: moment{parent: a.ParentID, giver: a.GiverUnitID}}
			if a.Open() && concerns(actor, x) {
				shares = append(shares, a)
			}
		}
	}
	return shares, docs
}

func (l *figuresLife) stuckHolds(t *rapid.T, actor routing.Actor, seen map[string]int) {
	shares, docs := l.inScope(t, actor)
	now := l.now()
	want := map[string]int{}
	since := map[routing.ID]time.Time{}
	for _, a := range shares {
		since[a.ID] = l.stoodSince(t, a)
		held := a.Held() || docs[a.DocumentID].Held()
		stage, due := "work", a.Due
		switch a.Status {
		case routing.Sent:
			stage, due = "receipt", a.ReceiveDue
		case routing.Reported:
			stage, due = "approval", a.ApproveDue
		case routing.Returned:
			stage, due = "return", a.ReturnDue
		case routing.Consulting:
			stage, due, held = "consent", l.consentDue(t, a), false
		default:
			if !a.Role.Reports() {
				due = time.Time{} // late for nobody: see the overview
			}
		}
		want[stage]++
		if !held && !due.IsZero() && due.Before(now) {
			want[stage+" late"]++
		}
		if a.Role == routing.Lead && !a.Held() && !docs[a.DocumentID].Held() && a.Due.Before(now) {
			if slices.Contains([]routing.AssignmentStatus{routing.Reported, routing.Returned}, a.Status) {
				if !l.anybodyWorks(t, a.DocumentID) {
					want["idle"]++
				}
			} else {
				want["unreported"]++
			}
		}
	}
	for _, doc := range docs {
		if !concerns(actor, slowShare{book: doc.UnitID}) || doc.Status != routing.Registered && doc.Status != routing.Presented {
			continue
		}
		if since[doc.ID] = doc.PresentedAt; doc.PresentedAt.IsZero() {
			since[doc.ID] = doc.Registered
		}
		switch {
		case doc.Status == routing.Registered && !doc.PresentDue.IsZero():
			want["presenting"]++
			if !doc.Held() && doc.PresentDue.Before(now) {
				want["presenting late"]++
			}
		default:
			want["direction"]++
			if !doc.Held() && doc.DirectDue.Before(now) {
				want["direction late"]++
			}
		}
	}
	p := routing.Period{From: at("2026-12-28 00:00").UTC(), To: at("2027-02-15 00:00").UTC()}
	got, err := l.desk.Stuck(l.Context(), actor, p)
	require.NoError(t, err)
	told := map[string]int{}
	for _, s := range got.Stages {
		l.stageHolds(t, actor, s, told, since)
	}
	l.passagesHold(t, actor, got.Stages, p, seen)
	for kind, n := range map[desk.StuckKind]int{desk.StuckUnreported: got.NoResult.Unreported, desk.StuckIdle: got.NoResult.Idle} {
		list, err := l.desk.StuckList(l.Context(), actor, desk.StuckQuery{Kind: kind})
		require.NoError(t, err)
		require.Len(t, list, n)
		if n > 0 {
			told[string(kind)] = n
		}
	}
	require.Equal(t, want, told, actor.Username)
	for what, n := range told {
		seen[what] += n
		if len(what) > 5 && what[len(what)-5:] == " late" {
			seen["late"] += n
		}
	}
	l.bouncedHolds(t, actor, got, p, docs, seen)
}

// stoodSince is the last act on a share that brought it to another step, starting
// the work not being one.
func (l *figuresLife) stoodSince(t require.TestingT, a routing.Assignment) (since time.Time) {
	events, err := l.store.Events(l.Context(), a.DocumentID, 0, 1<<20)
	require.NoError(t, err)
	step := ""
	for _, e := range events {
		if e.AssignmentID != a.ID || e.State == step || step == "received" && e.State == "working" || step == "working" && e.State == "received" || slices.Contains([]routing.Act{"alarmed", "attached", "detached"}, e.Kind) {
			continue
		}
		step, since = e.State, e.At
	}
	return since
}

// stageHolds compares the figures of a stage with the list behind it, and since when
// each of it stands there with what its events tell.
func (l *figuresLife) stageHolds(t *rapid.T, actor routing.Actor, s desk.StageFigure, told map[string]int, since map[routing.ID]time.Time) {
	clock := calendar.NewClock(calendar.Vietnam(), calendar.DefaultHours())
	for kind, n := range map[desk.StuckKind]int{desk.StuckWaiting: s.Waiting, desk.StuckLate: s.Late} {
		list, err := l.desk.StuckList(l.Context(), actor, desk.StuckQuery{Kind: kind, Stage: s.Stage})
		require.NoError(t, err)
		require.Len(t, list, n)
		for _, x := range list {
			require.Equal(t, since[x.SubjectID].UTC(), x.Since, s.Stage)
			require.Equal(t, int64(clock.Between(x.Since, l.now())/time.Second), x.Seconds)
		}
		if n > 0 && kind == desk.StuckWaiting {
			require.Equal(t, int64(s.Most/time.Second), list[0].Seconds)
			require.Equal(t, int64(s.Median/time.Second), list[n-(n+1)/2].Seconds) // the list has the longest first
			told[s.Stage] = n
		} else if n > 0 {
			told[s.Stage+" late"] = n
		}
	}
}

// passagesHold compares how long stages took with a recount from the events.
func (l *figuresLife) passagesHold(t *rapid.T, actor routing.Actor, got []desk.StageFigure, p routing.Period, seen map[string]int) {
	clocks, err := l.store.Clocks(l.Context())
	require.NoError(t, err)
	took := map[string][]time.Duration{}
	add := func(stage string, unit routing.ID, from, to time.Time) {
		if !from.IsZero() && !to.IsZero() && !to.Before(from) {
			took[stage] = append(took[stage], clocks(unit).Between(from, to))
		}
	}
	within := func(at time.Time) bool { return !at.Before(p.From) && at.Before(p.To) }
	for _, x := range l.slow(t).shares(l.now()) {
		if !x.finished.IsZero() && x.Role.Reports() && within(x.finished) && x.ReportedAt.Equal(x.finished) && concerns(actor, x) {
			add("receipt", x.UnitID, x.SentAt, x.Receipt.At)
			add("work", x.UnitID, x.Receipt.At, x.finished)
			add("approval", x.giver, x.finished, x.ClosedAt)
		}
	}
	for _, id := range l.all {
		doc := l.document(id)
		came := doc.ArrivedAt
		if came.IsZero() {
			came = doc.Registered
		}
		if concerns(actor, slowShare{book: doc.UnitID}) && within(came) {
			l.addDocument(t, doc, add)
		}
		l.addReturns(t, actor, doc, within, add)
	}
	for _, s := range got {
		all := took[s.Stage]
		slices.Sort(all)
		require.Equal(t, len(all), s.Passed.Shares, "%s of %s", s.Stage, actor.Username)
		if n := len(all); n > 0 {
			require.Equal(t, all[(n+1)/2-1], s.Passed.Median, s.Stage)
			require.Equal(t, all[(n*9+9)/10-1], s.Passed.P90, s.Stage)
			seen["passed "+s.Stage] += n
		}
	}
}

func (l *figuresLife) addDocument(t require.TestingT, doc routing.Document, add func(stage string, unit routing.ID, from, to time.Time)) {
	add("registering", doc.UnitID, doc.ArrivedAt, doc.Registered)
	add("presenting", doc.UnitID, doc.Registered, doc.PresentedAt)
	directions, err := l.store.Directions(l.Context(), doc.ID)
	require.NoError(t, err)
	from, first := doc.Registered, time.Time{}
	if !doc.PresentedAt.IsZero() {
		from = doc.PresentedAt
	}
	for _, g := range directions {
		if g.UnitID == doc.UnitID && !g.GivenAt.Before(from) && (first.IsZero() || g.GivenAt.Before(first)) {
			first = g.GivenAt
		}
	}
	add("direction", doc.UnitID, from, first)
}

func (l *figuresLife) addReturns(t require.TestingT, actor routing.Actor, doc routing.Document, within func(time.Time) bool, add func(stage string, unit routing.ID, from, to time.Time)) {
	events, err := l.store.Events(l.Context(), doc.ID, 0, 1<<20)
	require.NoError(t, err)
	shares, err := l.store.Assignments(l.Context(), doc.ID)
	require.NoError(t, err)
	for _, a := range shares {
		if !concerns(actor, slowShare{Assignment: a, book: doc.UnitID, moment: moment{parent: a.ParentID, giver: a.GiverUnitID}}) {
			continue
		}
		returned := time.Time{}
		for _, e := range events {
			switch {
			case e.AssignmentID != a.ID || slices.Contains([]routing.Act{"alarmed", "attached", "detached"}, e.Kind):
			case e.Kind == routing.ActReturn && within(e.At):
				returned = e.At
			case e.State != string(routing.Returned) && !returned.IsZero():
				add("return", a.GiverUnitID, returned, e.At)
				returned = time.Time{}
			}
		}
	}
}

func (l *figuresLife) consentDue(t require.TestingT, a routing.Assignment) (due time.Time) {
	decisions, err := l.store.Decisions(l.Context(), a.DocumentID)
	require.NoError(t, err)
	for _, x := range decisions {
		if x.AssignmentID == a.ID && x.Kind == routing.Consent && x.Status == routing.DecisionOpen && (due.IsZero() || x.Due.Before(due)) {
			due = x.Due
		}
	}
	return due
}

func (l *figuresLife) anybodyWorks(t require.TestingT, document routing.ID) bool {
	all, err := l.store.Assignments(l.Context(), document)
	require.NoError(t, err)
	return slices.ContainsFunc(all, func(a routing.Assignment) bool {
		return a.Role.Reports() && slices.Contains([]routing.AssignmentStatus{routing.Sent, routing.Received, routing.Working, routing.Consulting}, a.Status)
	})
}

func (l *figuresLife) bouncedHolds(t *rapid.T, actor routing.Actor, got desk.Stuck, p routing.Period, docs map[routing.ID]routing.Document, seen map[string]int) {
	want, told := map[routing.ID]int{}, map[routing.ID]int{}
	for id, doc := range docs {
		events, err := l.store.Events(l.Context(), id, 0, 1<<20)
		require.NoError(t, err)
		shares, err := l.store.Assignments(l.Context(), id)
		require.NoError(t, err)
		times, last := 0, time.Time{}
		for _, e := range events {
			i := slices.IndexFunc(shares, func(a routing.Assignment) bool { return a.ID == e.AssignmentID })
			if i < 0 || e.Kind != routing.ActReturn && e.Kind != routing.ActReroute && e.Kind != routing.ActSendBack {
				continue
			}
			if concerns(actor, slowShare{book: doc.UnitID}) || actor.Office != routing.Inspector && actor.Office != routing.Chief && (shares[i].UnitID == actor.UnitID || shares[i].GiverUnitID == actor.UnitID) {
				times, last = times+1, e.At
			}
		}
		if times > 1 && !last.Before(p.From) && last.Before(p.To) {
			want[id] = times
		}
	}
	for _, b := range got.Bounced {
		told[b.DocumentID] = len(b.Way)
		for _, x := range b.Way {
			require.Equal(t, x.Kind == routing.ActReroute, x.ToUnitID != "", "who has it instead is told")
		}
		seen["bounced"]++
	}
	require.Equal(t, want, told, actor.Username)
}

// outlookHolds compares the outlook with the deadlines of the open shares.
func (l *figuresLife) outlookHolds(t *rapid.T, actor routing.Actor, seen map[string]int) {
	shares, docs := l.inScope(t, actor)
	out, err := l.desk.Outlook(l.Context(), actor)
	require.NoError(t, err)
	want, told := map[string]int{}, map[string]int{}
	last := out.Days[len(out.Days)-1].Day
	for _, a := range shares {
		due := a.Due
		switch {
		case a.Status == routing.Sent:
			due = a.ReceiveDue
		case !a.Role.Reports() || a.Status == routing.Reported || a.Status == routing.Returned:
			continue
		}
		if day := calendar.DateOf(due); !a.Held() && !docs[a.DocumentID].Held() && !due.IsZero() && !due.Before(l.now()) && !last.Before(day) {
			want[fmt.Sprint(a.UnitID, day)]++
			want["total"]++
		}
	}
	for _, u := range out.Units {
		for i, c := range u.Cells {
			if c.Count > 0 {
				told[fmt.Sprint(u.Unit.ID, out.Days[i].Day)] = c.Count
				day := out.Days[i].Day
				list, err := l.desk.StuckList(l.Context(), actor, desk.StuckQuery{Kind: desk.StuckDue, Unit: u.Unit.ID, Period: routing.Period{From: day.Begins().UTC(), To: day.Plus(1).Begins().UTC()}})
				require.NoError(t, err)
				require.Len(t, list, c.Count)
				seen["due"] += c.Count
			}
		}
	}
	if out.Total > 0 {
		told["total"] = out.Total
	}
	require.Equal(t, want, told, actor.Username)
}
