package desk_test

import (
	"cmp"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/postgres"
	"congvan/routing"
)

// The ledger of any life is what its events tell (docs/ledger.md). A document is
// sent out, and then whatever can happen to shares happens to them: few end.
func TestTheLedgerOfAnyLife(t *testing.T) {
	h := openHall(t)
	l := &life{hall: h, done: map[string]int{}, often: map[string]int{"acknowledge": 30, "direct further": 40, "report": 15, "approve": 5, "send back": 30,
		"insist": 30, "hand over": 4, "submit": 8, "consent": 30, "object": 8, "resume": 15, "resume the document": 30, "reopen": 9, "reopen the document": 9, "direct": 9}}
	for _, name := range lifePeople {
		l.people = append(l.people, h.as(name))
	}
	l.verbs = slices.DeleteFunc(slices.Clone(lifeVerbs), func(v lifeVerb) bool {
		return slices.Contains([]string{"recall", "answer a recall", "cancel", "file", "notify", "remind", "progress"}, v.name)
	})
	require.NoError(t, flag.Set("rapid.checks", "30")) // so that most verbs succeed once
	rapid.Check(t, func(t *rapid.T) {
		h.waitUntil("2026-11-23 09:00")
		l.docs = []routing.ID{h.dispatched(to("qldt", routing.Lead), to("tp", routing.Execute), to("molao", routing.Coordinate)).ID}
		for range 80 {
			l.act(t)
			l.work(t)
			if rapid.Bool().Draw(t, "time passes") {
				l.wait(time.Duration(rapid.IntRange(1, 600).Draw(t, "minutes")) * time.Minute)
			}
		}
		l.ledgerHolds(t, l.docs[0])
	})
	t.Logf("done: %v", l.done)
	require.GreaterOrEqual(t, len(l.done), len(l.verbs)*3/4)
	l.waitUntil("2026-12-31 09:00")
	l.latenessAddsUp()
	for range 3 { // and from what is kept, whatever time passes and whatever happens to some of them
		l.keepLedgers()
		l.wait(17 * time.Hour)
		l.latenessAddsUp()
		rapid.Check(t, func(t *rapid.T) {
			l.docs = []routing.ID{rapid.SampledFrom(l.documents()).Draw(t, "document")}
			for range 6 {
				l.act(t)
			}
		})
		l.latenessAddsUp()
	}
}

// keepLedgers keeps all that there is to keep, as the worker does.
func (l *life) keepLedgers() {
	l.Helper()
	for more := 1; more > 0; {
		var err error
		more, err = l.store.KeepLedgers(l.Context(), l.now(), 7)
		require.NoError(l, err)
	}
}

func (l *life) documents() (all []routing.ID) {
	require.NoError(l, l.store.DB().NewRaw(`SELECT id FROM documents ORDER BY id`).Scan(l.Context(), &all))
	return all
}

// latenessAddsUp compares the causes of lateness with the ledgers of the late
// documents, added up one by one.
func (l *life) latenessAddsUp() {
	l.Helper()
	from, to := at("2026-11-28 00:00"), at("2026-12-05 00:00")
	all := l.documents()
	sums, late := map[string]*postgres.Cause{}, 0
	for _, id := range all {
		shares, err := l.store.Assignments(l.Context(), id)
		require.NoError(l, err)
		if l.document(id).Held() || !slices.ContainsFunc(shares, func(a routing.Assignment) bool { return isLate(a, from, to, l.now()) }) {
			continue
		}
		late++
		rows, err := l.store.Ledger(l.Context(), id, l.now())
		require.NoError(l, err)
		counted := map[string]bool{}
		for _, r := range rows {
			key := fmt.Sprint(r.UnitID, r.PositionID, r.Stage)
			if sums[key] == nil {
				sums[key] = &postgres.Cause{UnitID: r.UnitID, PositionID: r.PositionID, Stage: r.Stage}
			}
			sums[key].WorkedSeconds += r.WorkedSeconds
			sums[key].LateSeconds += r.LateSeconds
			if !counted[key] {
				sums[key].Documents++
			}
			counted[key] = true
		}
	}
	require.Positive(l, late)
	require.Less(l, late, len(all))
	var want []postgres.Cause
	for _, c := range sums {
		if c.WorkedSeconds > 0 {
			want = append(want, *c)
		}
	}
	got, err := l.desk.Lateness(l.Context(), l.as("chutich.quan"), from, to)
	require.NoError(l, err)
	require.Zero(l, got.Pending)
	require.Equal(l, late, got.Documents)
	require.ElementsMatch(l, want, got.Causes)
	require.True(l, slices.IsSortedFunc(got.Causes, func(a, b postgres.Cause) int { return cmp.Compare(b.WorkedSeconds, a.WorkedSeconds) }))
	for _, c := range got.Causes {
		behind, err := l.desk.LateDocuments(l.Context(), l.as("chutich.quan"), from, to, c)
		require.NoError(l, err)
		require.Len(l, behind, c.Documents)
		for _, x := range behind {
			c.WorkedSeconds, c.LateSeconds = c.WorkedSeconds-x.WorkedSeconds, c.LateSeconds-x.LateSeconds
		}
		require.Zero(l, c.WorkedSeconds)
		require.Zero(l, c.LateSeconds)
	}
}

// isLate says whether a share's work was due in a period and not reported by then.
func isLate(a routing.Assignment, from, to, now time.Time) bool {
	if !a.Role.Reports() || a.Held() || a.Due.Before(from) || !a.Due.Before(to) || a.Status == routing.Withdrawn || a.Status == routing.HandedOver {
		return false
	}
	end := now
	if a.Status == routing.Reported || a.Status == routing.Done {
		if end = a.ReportedAt; end.IsZero() {
			end = a.ClosedAt
		}
	}
	return a.Due.Before(end)
}

// What a reader would not think of: a reported part goes along when its giver
// hands over, one office's consent is enough, a hold ends with the direction.
func TestTheLedgerOfRareTurns(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	l := &life{hall: h}
	doc := h.dispatched(to("qldt", routing.Lead), to("tp", routing.Execute))
	step := func(by, holder string, act func(a routing.Assignment, by routing.Actor) (routing.Event, error)) {
		h.wait(40 * time.Minute)
		h.done(act(h.share(doc, holder), h.as(by)))
		h.dispatch(doc)
		l.ledgerHolds(t, doc.ID)
	}
	report := func(a routing.Assignment, by routing.Actor) (routing.Event, error) {
		return h.desk.Report(t.Context(), by, a.ID, "Xong", noKey)
	}
	acknowledge := func(a routing.Assignment, by routing.Actor) (routing.Event, error) {
		return h.desk.Acknowledge(t.Context(), by, a.ID, noKey)
	}
	step("truong.tp", "tp", acknowledge)
	step("truong.tp", "tp", func(a routing.Assignment, by routing.Actor) (routing.Event, error) {
		stages := []routing.Stage{{Rule: routing.AnyMay, Units: []routing.ID{unit("qldt"), unit("molao")}}, {Rule: routing.EachMust, Units: []routing.ID{unit("vanquan")}}}
		return h.desk.Submit(t.Context(), by, a.ID, "Xong", stages, a.Version, noKey)
	})
	step("truong.qldt", "tp", func(a routing.Assignment, by routing.Actor) (routing.Event, error) {
		decisions, err := h.store.Decisions(t.Context(), doc.ID)
		require.NoError(t, err)
		i := slices.IndexFunc(decisions, func(x routing.Decision) bool { return x.OwnerUnitID == by.UnitID })
		return h.desk.Consent(t.Context(), by, decisions[i].ID, "", noKey)
	})
	step("truong.tp", "tp", func(a routing.Assignment, by routing.Actor) (routing.Event, error) {
		return h.desk.WithdrawDraft(t.Context(), by, a.ID, a.Version, noKey)
	})
	step("truong.qldt", "qldt", acknowledge)
	step("truong.qldt", "qldt", func(a routing.Assignment, by routing.Actor) (routing.Event, error) {
		return h.desk.DirectAssignment(t.Context(), by, a.ID, fiveClear(to("qldt", routing.Lead), to("molao", routing.Execute)), a.Version, noKey)
	})
	step("chutich.molao", "molao", acknowledge)
	step("chutich.molao", "molao", report)
	step("truong.qldt", "molao", func(a routing.Assignment, by routing.Actor) (routing.Event, error) {
		return h.desk.SendBack(t.Context(), by, a.ID, wrongText, a.Version, noKey)
	})
	step("chutich.molao", "molao", report)
	step("quantri", "qldt", func(a routing.Assignment, by routing.Actor) (routing.Event, error) {
		return h.desk.HandOver(t.Context(), by, a.ID, routing.Recipient{UnitID: unit("nv")}, "Quyết định số 12/QĐ-UBND", a.Version, noKey)
	})
	step("chutich.quan", "nv", func(_ routing.Assignment, by routing.Actor) (routing.Event, error) {
		return h.desk.HoldDocument(t.Context(), by, doc.ID, routing.OtherHold, wrongText, h.document(doc.ID).Version, noKey)
	})
	step("chutich.quan", "nv", func(_ routing.Assignment, by routing.Actor) (routing.Event, error) {
		given, err := h.store.Directions(t.Context(), doc.ID)
		require.NoError(t, err)
		return h.desk.Void(t.Context(), by, given[0].ID, wrongText, noKey)
	})
	h.wait(40 * time.Minute)
	l.ledgerHolds(t, doc.ID)
}

// ledgerHolds compares the ledger of a document with what its events tell when
// they are read one after the other, minute by minute and without any SQL.
func (l *life) ledgerHolds(t require.TestingT, id routing.ID) {
	doc := l.document(id)
	shares, err := l.store.Assignments(l.Context(), id)
	require.NoError(t, err)
	events, err := l.store.Events(l.Context(), id, 0, 1<<20)
	require.NoError(t, err)
	got, err := l.store.Ledger(l.Context(), doc.ID, l.now())
	require.NoError(t, err)
	decisions, err := l.store.Decisions(l.Context(), doc.ID)
	require.NoError(t, err)
	clocks, err := l.store.Clocks(l.Context())
	require.NoError(t, err)
	s := newSlowLedger(doc, shares, decisions, events, l.now(), clocks)
	require.Equal(t, lines(s.rows()), lines(got), "%s", s.story())
	s.coversEveryShare(t, got)
}

// lines are the rows that lasted, in an order and a form to compare.
func lines(rows []postgres.Holding) []string {
	var out []string
	for _, r := range rows {
		if r.Since.Equal(r.Until) {
			continue // a state that was passed through in the same moment
		}
		out = append(out, fmt.Sprintf("%s %s %s/%s %s..%s worked %d held %d waiting %d due %s late %d", r.AssignmentID, r.Stage, r.UnitID, r.PositionID,
			stamp(r.Since), stamp(r.Until), r.WorkedSeconds, r.HeldSeconds, r.WaitingSeconds, stamp(r.Due), r.LateSeconds))
	}
	slices.Sort(out)
	return out
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("01-02T15:04")
}
