package desk_test

import (
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/calendar"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
)

// seen are the open shares in an actor's scope, each as it stands, and only those
// that he sees by the rules for documents.
func (l *figuresLife) seen(t *rapid.T, actor routing.Actor) (out []slowShare) {
	for _, id := range l.all {
		doc := l.document(id)
		all, err := l.store.Assignments(l.Context(), id)
		require.NoError(t, err)
		for _, a := range routing.VisibleTo(actor, doc, all) {
			x := slowShare{Assignment: a, book: doc.UnitID, urgency: doc.Urgency}
			x.giver, x.parent = a.GiverUnitID, a.ParentID
			if doc.Held() && x.HeldAt.IsZero() {
				x.HeldAt = doc.HeldAt
			}
			if a.Open() && concerns(actor, x) {
				out = append(out, x)
			}
		}
	}
	return out
}

// isOf says in plain words whether a share is counted in a figure.
func (l *figuresLife) isOf(x slowShare, f postgres.Figure) bool {
	now, cell := l.now(), x.Cell(l.now())
	runs := !x.Held() && !x.RunningDue().IsZero()
	var falls []string
	if works := x.Role.Reports() && x.Status != routing.Returned && x.Status != routing.Reported; runs && works && cell != routing.CellLate && !x.Due.Before(now) {
		falls = ends(x.Due, now)
	}
	switch f {
	case postgres.FigureOpen:
		return true
	case postgres.FigureSilent:
		return cell == routing.CellLate && x.Status == routing.Sent
	case postgres.FigureAhead:
		return runs && cell != routing.CellLate
	case postgres.FigureDueToday, postgres.FigureDueWeek, postgres.FigureDueMonth:
		return slices.Contains(falls, strings.TrimPrefix(string(f), "due-"))
	case postgres.FigureWorking:
		return slices.Contains([]routing.Cell{routing.CellReceived, routing.CellWorking, routing.CellConsulting}, cell)
	}
	return string(cell) == string(f)
}

// readAll reads a list to its end, in small pages.
func (l *figuresLife) readAll(t *rapid.T, actor routing.Actor, q desk.FigureQuery) (ids []routing.ID) {
	q.Limit = 7
	var before postgres.FigureEntry
	for {
		page, err := l.desk.FigureList(l.Context(), actor, q)
		require.NoError(t, err)
		for _, e := range page {
			require.NotContains(t, ids, e.ID)
			require.False(t, !before.By.IsZero() && !e.By.IsZero() && e.By.Before(before.By), "late the longest comes first")
			ids, before, q.After = append(ids, e.ID), e, desk.PlaceOf(e)
		}
		if len(page) < q.Limit {
			return ids
		}
	}
}

// overviewHolds compares every figure with what the actor sees, and with the list
// behind it, for all and for parts of it.
func (l *figuresLife) overviewHolds(t *rapid.T, actor routing.Actor) {
	whole, err := l.desk.Overview(l.Context(), actor, desk.Look{})
	require.NoError(t, err)
	looks := []desk.Look{{}}
	for _, u := range whole.Units {
		looks = append(looks, desk.Look{Unit: u.Unit.ID})
	}
	for _, f := range whole.Fields {
		looks = append(looks, desk.Look{Field: &f.Field})
	}
	for _, x := range whole.Leaders {
		looks = append(looks, desk.Look{Deputy: x.Leader.ID})
	}
	for _, u := range whole.Urgencies {
		looks = append(looks, desk.Look{Urgency: u.Urgency})
	}
	if evenly(t, 4) > 0 { // all of them take long
		looks = []desk.Look{{}, looks[evenly(t, len(looks))]}
	}
	seen := l.seen(t, actor)
	for _, look := range looks {
		o, err := l.desk.Overview(l.Context(), actor, look)
		require.NoError(t, err)
		l.addsUp(t, o)
		for _, f := range postgres.Figures {
			want := []routing.ID{}
			for _, x := range seen {
				if l.isOf(x, f) && l.looksAt(t, look, x) {
					want = append(want, x.ID)
				}
			}
			got := l.readAll(t, actor, desk.FigureQuery{Look: look, Figure: f})
			require.ElementsMatch(t, want, got, "%s: %s of %+v", actor.Username, f, look)
			require.Equal(t, len(want), o.Total.Of(f), "%s: %s of %+v", actor.Username, f, look)
			l.lists[f] += len(want)
		}
		for cell, n := range o.Total.Cells {
			require.Len(t, l.readAll(t, actor, desk.FigureQuery{Look: look, Cell: cell}), n, cell)
		}
	}
}

// looksAt says in plain words whether a look takes in a share.
func (l *figuresLife) looksAt(t *rapid.T, look desk.Look, x slowShare) bool {
	leader := l.as("chutich.quan").PositionID
	for _, name := range []string{"pho.dothi", "pho.vanxa", "pho.kinhte"} {
		if deputy := l.as(name); slices.Contains(deputy.Fields, x.Field) {
			leader = deputy.PositionID
		}
	}
	return (look.Unit == "" || look.Unit == x.UnitID) && (look.Field == nil || *look.Field == x.Field) &&
		(look.Deputy == "" || look.Deputy == leader) && (look.Urgency == "" || look.Urgency == x.urgency)
}

// addsUp says that each breakdown of an overview comes to its total.
func (l *figuresLife) addsUp(t *rapid.T, o desk.Overview) {
	cells := 0
	for _, n := range o.Total.Cells {
		cells += n
	}
	require.Equal(t, o.Total.Open, cells)
	for _, f := range []postgres.Figure{postgres.FigureOpen, postgres.FigureLate, postgres.FigureSilent, postgres.FigureAhead, postgres.FigureDueWeek, postgres.FigureHeld} {
		var units, fields, leaders, urgencies int
		for _, x := range o.Units {
			units += x.Of(f)
		}
		for _, x := range o.Fields {
			fields += x.Of(f)
		}
		for _, x := range o.Leaders {
			leaders += x.Of(f)
		}
		for _, x := range o.Urgencies {
			urgencies += x.Of(f)
		}
		require.Equal(t, []int{o.Total.Of(f), o.Total.Of(f), o.Total.Of(f), o.Total.Of(f)}, []int{units, fields, leaders, urgencies}, f)
	}
}

// bucketListsHold compares the columns of a summary with the lists behind them, and
// the sheets of units with the summaries of their months.
func (l *figuresLife) bucketListsHold(t *rapid.T, actor routing.Actor) {
	all := l.periods(t)
	p := all[evenly(t, len(all))]
	rows, err := l.desk.Summaries(l.Context(), actor, postgres.Narrow{}, p)
	require.NoError(t, err)
	for _, r := range rows {
		for b, n := range map[routing.Bucket]int{routing.Running: r.Running, routing.DoneInTime: r.DoneInTime, routing.DoneLate: r.DoneLate, routing.OverdueSince: r.OverdueSince, routing.OverdueNew: r.OverdueNew} {
			got := l.readAll(t, actor, desk.FigureQuery{Look: desk.Look{Unit: r.Unit.ID}, Bucket: b, Period: p})
			require.Len(t, got, n, "%s: %s of %s, %s to %s", actor.Username, b, r.Unit.Name, p.From, p.To)
		}
	}
	if len(rows) > 0 {
		r := rows[evenly(t, len(rows))]
		sheet, err := l.desk.UnitSheet(l.Context(), actor, r.Unit.ID)
		require.NoError(t, err)
		for _, m := range sheet.Months[8:] {
			month := routing.Period{From: m.Begins, To: m.Begins.In(calendar.Location).AddDate(0, 1, 0).UTC()}
			of, err := l.desk.Summaries(l.Context(), actor, postgres.Narrow{Unit: r.Unit.ID}, month)
			require.NoError(t, err)
			var want routing.Summary
			for _, x := range of {
				want = x.Summary
			}
			require.Equal(t, want.DoneInTime, m.InTime, m.Begins)
			require.Equal(t, want.DoneInTime+want.DoneLate, m.Finished, m.Begins)
		}
	}
	table, err := l.desk.UnitTable(l.Context(), actor, "")
	require.NoError(t, err)
	if len(table) > 0 {
		u := table[evenly(t, len(table))]
		sheet, err := l.desk.UnitSheet(l.Context(), actor, u.Unit.ID)
		if u.Open > 0 {
			require.NoError(t, err)
		}
		require.Equal(t, u.Counts, sheet.Counts, u.Unit.Name)
	}
}
