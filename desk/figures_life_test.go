package desk_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"github.com/uptrace/bun"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// slowFigures counts figures the slow way: each share of each document, from its
// events alone, one instant at a time.
type slowFigures struct{ documents []*slowLedger }

// slowShare is a share as its events leave it at an instant.
type slowShare struct {
	routing.Assignment
	book    routing.ID
	urgency routing.Urgency
	moment
	due      time.Time // in force; zero: none
	finished time.Time // when it was finished, if it is
	inTime   bool
}

// shares are all that there were at an instant.
func (f slowFigures) shares(at time.Time) (out []slowShare) {
	for _, doc := range f.documents {
		for id, a := range doc.shares {
			if x, found := doc.share(id, at); found {
				x.Assignment, x.book, x.urgency = a, doc.doc.UnitID, doc.doc.Urgency
				out = append(out, x)
			}
		}
	}
	return out
}

// share goes through the story of a share, and of the holds of its document, until
// an instant.
func (s *slowLedger) share(id routing.ID, until time.Time) (x slowShare, found bool) {
	for _, m := range s.stories[id] {
		if m.at.After(until) {
			break
		}
		before := x
		x.moment, found = m, true
		switch routing.AssignmentStatus(m.state) {
		case routing.Reported, routing.Done:
			if x.finished.IsZero() {
				due := s.inForce(id, before.moment, m.at)
				x.finished, x.inTime = m.at, due.IsZero() || !m.at.After(due)
				x.due = due
			} else {
				x.giver, x.parent = before.giver, before.parent // of whom it was finished
			}
		default:
			x.finished = time.Time{}
		}
	}
	if x.finished.IsZero() {
		x.due = s.inForce(id, x.moment, until)
	}
	return x, found
}

// inForce is the deadline of the work that runs for a share that stands like that.
func (s *slowLedger) inForce(id routing.ID, m moment, at time.Time) time.Time {
	doc, _ := s.at("", at)
	if m.held || doc.held || !s.shares[id].Role.Reports() || !slices.Contains([]string{"sent", "working", "consulting"}, m.state) {
		return time.Time{}
	}
	return m.dues["due"]
}

func (x slowShare) inside() bool { return x.parent != "" && x.giver == x.UnitID }

// bucket is the column of VBDEN07, in plain words.
func (x slowShare) bucket(p routing.Period, at time.Time) routing.Bucket {
	state := routing.AssignmentStatus(x.state)
	switch {
	case !x.Role.Reports() || state == routing.Withdrawn || state == routing.HandedOver:
		return routing.InNone
	case !x.finished.IsZero() && x.finished.Before(p.From):
		return routing.InNone
	case !x.finished.IsZero() && x.inTime:
		return routing.DoneInTime
	case !x.finished.IsZero():
		return routing.DoneLate
	case x.due.IsZero() || !x.due.Before(at):
		return routing.Running
	case x.due.Before(p.From):
		return routing.OverdueSince
	}
	return routing.OverdueNew
}

// concerns is what an actor is told of: see the desk's scope.
func concerns(actor routing.Actor, x slowShare) bool {
	switch {
	case x.inside():
		return false
	case actor.Office == routing.Chief:
		return x.book == actor.AboveID
	case actor.Office == routing.Inspector:
		return slices.Contains(actor.Organ, x.book)
	}
	return x.book == actor.UnitID || x.UnitID == actor.UnitID || x.giver == actor.UnitID
}

// summaries is VBDEN07 by unit.
func (f slowFigures) summaries(actor routing.Actor, p routing.Period, now time.Time) map[routing.ID]routing.Summary {
	at := now
	if last := p.To.Add(-time.Microsecond); last.Before(at) {
		at = last
	}
	all := map[routing.ID]routing.Summary{}
	for _, x := range f.shares(at) {
		if at.Before(p.From) {
			break // it has not begun
		}
		if bucket := x.bucket(p, at); bucket != routing.InNone && concerns(actor, x) {
			s := all[x.UnitID]
			s.UnitID = x.UnitID
			s.Add(bucket, 1)
			all[x.UnitID] = s
		}
	}
	return all
}

// figuresLife is the life of many documents across the turn of the year, whose
// figures are recounted now and then.
type figuresLife struct {
	*life
	all   []routing.ID
	lists map[postgres.Figure]int // entries that were read, by figure
}

// Every figure of the overview and of the summary of results equals a slow, plain
// recount from the events, whatever happened, for everybody, in any period: sums,
// buckets, days of Vietnam, the turn of the year.
func TestFiguresEqualASlowRecount(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.waitUntil("2026-12-28 09:00")
	l := &figuresLife{lists: map[postgres.Figure]int{}, life: &life{hall: h, done: map[string]int{}, verbs: lifeVerbs, often: often, fields: []string{"", "đô thị", "văn xã", "y tế"}}}
	for _, name := range lifePeople {
		l.people = append(l.people, h.as(name))
	}
	require.NoError(t, errors.Join(flag.Set("rapid.checks", "12"), flag.Set("rapid.steps", "250")))
	l.reportLate()
	buckets := map[routing.Bucket]int{}
	rapid.Check(t, func(t *rapid.T) {
		l.docs = nil
		t.Repeat(map[string]func(*rapid.T){
			"register": l.register, "act": l.act, "act, too": l.act, "and more": l.act, "work": l.work, "wait": l.waitAWhile, "report": l.reportOne,
		})
		l.all = append(l.all, l.docs...)
		if evenly(t, 2) > 0 {
			l.waitForADay(t)
		}
		l.figuresHold(t, buckets)
	})
	t.Logf("counted: %v", buckets)
	for _, b := range routing.Buckets {
		require.Positive(t, buckets[b], "nothing was ever %s", b)
	}
	t.Logf("listed: %v", l.lists)
	for _, f := range []postgres.Figure{postgres.FigureOpen, postgres.FigureLate, postgres.FigureSilent, postgres.FigureAhead, postgres.FigureWorking, postgres.FigureReported} {
		require.Positive(t, l.lists[f], "nothing was ever %s: see TestEveryFigureIsTheLengthOfItsList for the rest", f)
	}
	l.backfillIsTheSame()
}

// reportLate is what chance may leave out: a report that comes after its due date.
func (l *figuresLife) reportLate() {
	due := calendar.NewClock(calendar.Vietnam(), calendar.DefaultHours()).AddDays(l.now(), 1).UTC()
	doc := l.dispatched(routing.Recipient{UnitID: unit("molao"), Role: routing.Lead, Due: due})
	l.all = append(l.all, doc.ID)
	l.hall.done(l.acknowledge("vanthu.molao", l.share(doc, "molao"), noKey))
	l.wait(3 * 24 * time.Hour)
	l.hall.done(l.desk.Report(l.Context(), l.as("chutich.molao"), l.share(doc, "molao").ID, "Đã thực hiện xong.", noKey))
}

// reportOne lets the head of a unit report one of its shares of any document, mostly
// late.
func (l *figuresLife) reportOne(t *rapid.T) {
	heads := map[routing.ID]string{unit("qldt"): "truong.qldt", unit("tp"): "truong.tp", unit("molao"): "chutich.molao", unit("vanquan"): "chutich.vanquan"}
	inTime := evenly(t, 4) == 0
	for _, id := range slices.Concat(l.all, l.docs) {
		shares, err := l.store.Assignments(l.Context(), id)
		require.NoError(t, err)
		for _, a := range shares {
			head := heads[a.UnitID]
			if head == "" || !a.Role.Reports() || !inTime && !a.Due.Before(l.now()) {
				continue
			}
			if a.Status == routing.Sent {
				_, _ = l.desk.Acknowledge(l.Context(), l.as(head), a.ID, noKey) // what is on hold is not
			}
			if _, err := l.desk.Report(l.Context(), l.as(head), a.ID, "Đã thực hiện xong.", noKey); err == nil { // parts of it may be open
				return
			}
		}
	}
}

// waitForADay waits until something that nobody has finished falls due in an hour.
func (l *figuresLife) waitForADay(t *rapid.T) {
	for _, id := range l.docs {
		shares, err := l.store.Assignments(l.Context(), id)
		require.NoError(t, err)
		for _, a := range shares {
			if a.Cell(l.now()) == routing.CellWorking || a.Cell(l.now()) == routing.CellReceived && a.Due.After(l.now().Add(time.Hour)) {
				l.wait(max(0, a.Due.Sub(l.now())-time.Hour))
				return
			}
		}
	}
}

// backfillIsTheSame lets the migration count all that happened anew: it comes to
// what the events left one by one, in every period.
func (l *figuresLife) backfillIsTheSame() {
	counted := func() (all []string) {
		for day := at("2026-12-27 00:00"); day.Before(l.now()); day = day.AddDate(0, 0, 1) {
			for _, days := range []int{1, 7, 31} {
				p := routing.Period{From: day.UTC(), To: day.AddDate(0, 0, days).UTC()}
				got, err := l.desk.Summaries(l.Context(), l.as("truong.qldt"), postgres.Narrow{}, p)
				require.NoError(l, err)
				whole, err := l.desk.Summaries(l.Context(), l.as("chutich.quan"), postgres.Narrow{}, p)
				require.NoError(l, err)
				all = append(all, fmt.Sprintf("%s %d: %+v %+v", day, days, got, whole))
			}
		}
		var open []string
		require.NoError(l, l.store.DB().NewRaw(`SELECT (to_jsonb(o) - 'since' || jsonb_build_object('runs', o.since IS NOT NULL))::text FROM open_assignments o ORDER BY 1`).Scan(l.Context(), &open))
		require.NotEmpty(l, open)
		return append(all, open...)
	}
	kept := counted()
	text, err := os.ReadFile("../migrations/0016_figures.tx.up.sql")
	require.NoError(l, err)
	_, backfill, found := strings.Cut(string(text), "-- What has happened until now")
	require.True(l, found)
	require.NoError(l, l.store.DB().RunInTx(l.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, "TRUNCATE open_assignments, assignment_terms;\n--"+backfill)
		return err
	}))
	require.Equal(l, kept, counted())
}

// slow reads everything that happened.
func (l *figuresLife) slow(t require.TestingT) (f slowFigures) {
	clocks, err := l.store.Clocks(l.Context())
	require.NoError(t, err)
	for _, id := range l.all {
		shares, err := l.store.Assignments(l.Context(), id)
		require.NoError(t, err)
		events, err := l.store.Events(l.Context(), id, 0, 1<<20)
		require.NoError(t, err)
		f.documents = append(f.documents, newSlowLedger(l.document(id), shares, nil, events, l.now(), clocks))
	}
	return f
}

// periods are some of chance, and those that people ask for.
func (l *figuresLife) periods(t *rapid.T) (out []routing.Period) {
	day := func(text string) time.Time { return at(text + " 00:00").UTC() }
	out = []routing.Period{{From: day("2026-12-01"), To: day("2027-01-01")}, {From: day("2027-01-01"), To: day("2027-02-01")}, {From: day("2026-01-01"), To: day("2027-01-01")}}
	days := int(l.now().Sub(day("2026-12-28")).Hours()/24) + 2
	for range 4 {
		from := calendar.DateOf(day("2026-12-28")).Plus(rapid.IntRange(-1, days).Draw(t, "from"))
		out = append(out, routing.Period{From: from.Begins().UTC(), To: from.Plus(rapid.IntRange(1, 9).Draw(t, "days")).Begins().UTC()})
	}
	return out
}

func (l *figuresLife) figuresHold(t *rapid.T, buckets map[routing.Bucket]int) {
	slow := l.slow(t)
	for _, name := range []string{"chutich.quan", "pho.dothi", "chanhvanphong", "truong.qldt", "vanthu.vanquan", "thanhtra.quan"} {
		actor := l.as(name)
		if evenly(t, 2) > 0 {
			l.overviewHolds(t, actor)
			l.bucketListsHold(t, actor)
		}
		for _, p := range l.periods(t) {
			got, err := l.desk.Summaries(l.Context(), actor, postgres.Narrow{}, p)
			require.NoError(t, err)
			want := slow.summaries(actor, p, l.now())
			told := map[routing.ID]routing.Summary{}
			for _, s := range got {
				told[s.UnitID] = s.Summary
				for b, n := range map[routing.Bucket]int{routing.Running: s.Running, routing.DoneInTime: s.DoneInTime, routing.DoneLate: s.DoneLate, routing.OverdueSince: s.OverdueSince, routing.OverdueNew: s.OverdueNew} {
					buckets[b] += n
				}
			}
			require.Equal(t, want, told, "%s, %s to %s, now %s", name, p.From, p.To, l.now())
		}
		l.talliesHold(t, actor, slow)
	}
	for _, p := range l.periods(t) {
		l.personsHold(t, slow, p)
	}
}

// talliesHold compares the overview with a count of what is open now.
func (l *figuresLife) talliesHold(t *rapid.T, actor routing.Actor, slow slowFigures) {
	got, err := l.desk.Tallies(l.Context(), actor, postgres.Narrow{})
	require.NoError(t, err)
	told, want := map[string]int{}, map[string]int{}
	for _, x := range got {
		key := fmt.Sprintf("%s %s", x.UnitID, x.Status)
		switch {
		case x.Field != nil:
			key = "field " + *x.Field
		case x.Urgency != "":
			key = "urgency " + string(x.Urgency)
		}
		for name, n := range map[string]int{"open": x.Open, "held": x.Held, "late": x.Late, "silent": x.Silent, "today": x.DueToday, "week": x.DueWeek, "month": x.DueMonth} {
			if n > 0 {
				told[key+" "+name] = n
			}
		}
	}
	now := l.now()
	for _, x := range slow.shares(now) {
		a, err := l.store.Assignment(l.Context(), x.ID)
		require.NoError(t, err)
		x.giver, x.parent = a.GiverUnitID, a.ParentID // who it was carried to, whatever it had been reported to
		if !a.Open() || !concerns(actor, x) {
			continue
		}
		doc := l.document(a.DocumentID)
		names := []string{"open"}
		if a.Held() || doc.Held() {
			names = append(names, "held")
		} else if a.Cell(now) == routing.CellLate {
			names = append(names, "late")
			if a.Status == routing.Sent {
				names = append(names, "silent")
			}
		} else if x.finished.IsZero() && !x.due.IsZero() && !x.due.Before(now) {
			names = append(names, ends(x.due, now)...)
		}
		for _, key := range []string{fmt.Sprintf("%s %s", a.UnitID, a.Status), "field " + doc.Field, "urgency " + string(doc.Urgency)} {
			for _, name := range names {
				want[key+" "+name]++
			}
		}
	}
	require.Equal(t, want, told)

	late, err := l.desk.OverdueByUnit(l.Context(), actor)
	require.NoError(t, err)
	sum := 0
	for _, u := range late {
		sum += u.Count
	}
	for key, n := range want {
		if strings.HasPrefix(key, "urgency ") && strings.HasSuffix(key, " late") {
			sum -= n
		}
	}
	require.Zero(t, sum, "what is late at all units is all that is late")
}

// ends says by when a deadline of the future runs out: today, this week, this month.
func ends(due, now time.Time) (names []string) {
	due, now = due.In(calendar.Location), now.In(calendar.Location)
	if calendar.DateOf(due) == calendar.DateOf(now) {
		names = append(names, "today")
	}
	monday := func(t time.Time) calendar.Date {
		d := calendar.DateOf(t)
		for d.Weekday() != time.Monday {
			d = d.Plus(-1)
		}
		return d
	}
	if monday(due) == monday(now) {
		names = append(names, "week")
	}
	if due.Year() == now.Year() && due.Month() == now.Month() {
		names = append(names, "month")
	}
	return names
}
