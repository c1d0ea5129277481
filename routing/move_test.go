package routing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/calendar"
	"congvan/routing"
)

// announced is the calendar of Vietnam with days changed.
func announced(t *testing.T, changes ...routing.DayChange) routing.Clocks {
	t.Helper()
	cal, err := routing.ChangeDays(calendar.Vietnam().Exceptions(), changes, "Thông báo", calendar.NewDate(2026, time.January, 1))
	require.NoError(t, err)
	return vietnam.On(cal)
}

var vietnam = routing.Clocks(func(routing.ID) calendar.Clock { return calendar.NewClock(calendar.Vietnam(), calendar.DefaultHours()) })

func changed(day string, kind calendar.DayKind) routing.DayChange {
	date, err := calendar.Parse(day)
	if err != nil {
		panic(err)
	}
	return routing.DayChange{Day: date, Kind: kind, Reason: "Hoán đổi"}
}

func hanoi(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, calendar.Location)
	if err != nil {
		panic(err)
	}
	return at.UTC()
}

// aMonday is a case at Monday, 23/11/2026, 09:00, the day before a holiday.
func aMonday() *routing.Case {
	return &routing.Case{Now: hanoi("2026-11-23 09:00"), Clocks: vietnam, NewID: func() routing.ID { return "new" },
		Ladder:   routing.Ladder{Direction: routing.Span{Days: 1}, Receipt: routing.Span{Working: 4 * time.Hour}, Approval: routing.Span{Days: 1}},
		Document: routing.Document{ID: "doc", UnitID: "quan", Status: routing.Directed, Version: 3, Registered: hanoi("2026-11-20 09:00"), CalendarVersion: 1}}
}

func working(due string) routing.Assignment {
	return routing.Assignment{ID: "a", UnitID: "molao", GiverUnitID: "quan", Role: routing.Lead, Status: routing.Working, Version: 4,
		SentAt: hanoi("2026-11-20 09:00"), Due: hanoi(due)}
}

// Bộ luật Dân sự 2015, Điều 148 khoản 5: a term that ends on a day off ends on
// the next working day.
func TestReckon_BLDS_Dieu148(t *testing.T) {
	off := []routing.DayChange{changed("2026-11-25", calendar.Off)}
	swapped := append(off, changed("2026-11-28", calendar.Worked))
	sent := working("2026-12-01 15:00")
	sent.Status, sent.SentAt, sent.ReceiveDue = routing.Sent, hanoi("2026-11-23 15:00"), hanoi("2026-11-25 10:00")
	moved := sent
	moved.ReceiveDue = hanoi("2026-11-25 11:00") // by a hold: no span gives it
	reported := working("2026-12-01 15:00")
	reported.Status, reported.ReportedAt, reported.ApproveDue = routing.Reported, hanoi("2026-11-23 08:30"), hanoi("2026-11-25 17:00")
	returned := reported
	returned.Status, returned.ReturnedAt, returned.ReturnDue = routing.Returned, reported.ReportedAt, reported.ApproveDue
	held := working("2026-11-25 10:00")
	held.HeldAt = hanoi("2026-11-20 10:00")
	closed := working("2026-11-25 10:00")
	closed.Status, closed.ClosedAt = routing.Done, hanoi("2026-11-20 10:00")
	for name, c := range map[string]struct {
		share   routing.Assignment
		changes []routing.DayChange
		kind    routing.DeadlineKind
		to      string // empty: nothing moves
	}{
		"a date that became a day off":              {working("2026-11-25 10:00"), off, routing.AwaitReport, "2026-11-26 17:00"},
		"a date that did not":                       {working("2026-11-26 10:00"), off, routing.AwaitReport, ""},
		"a date that was a day off before":          {working("2026-11-29 10:00"), swapped, routing.AwaitReport, ""},
		"a receipt is reckoned anew":                {sent, off, routing.AwaitReceipt, "2026-11-26 10:00"},
		"a receipt that was moved is a date":        {moved, off, routing.AwaitReceipt, "2026-11-26 17:00"},
		"an approval is reckoned anew":              {reported, off, routing.AwaitApproval, "2026-11-26 17:00"},
		"to an earlier day, if a holiday is none":   {reported, []routing.DayChange{changed("2026-11-24", calendar.Worked)}, routing.AwaitApproval, "2026-11-24 17:00"},
		"the answer to a return is reckoned anew":   {returned, off, routing.AwaitReturn, "2026-11-26 17:00"},
		"what is held moves":                        {held, off, routing.AwaitReport, "2026-11-26 17:00"},
		"what is past stays":                        {working("2026-11-23 08:00"), []routing.DayChange{changed("2026-11-23", calendar.Off)}, routing.AwaitReport, ""},
		"what is closed stays":                      {closed, off, routing.AwaitReport, ""},
		"to Friday: the worked Saturday comes next": {working("2026-11-27 10:00"), append(swapped, changed("2026-11-27", calendar.Off)), routing.AwaitReport, "2026-11-28 17:00"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := aMonday()
			doc.Assignments = []routing.Assignment{c.share}
			fresh := announced(t, c.changes...)
			moves := routing.Reckon(doc, vietnam, fresh)
			require.Equal(t, c.share, doc.Assignments[0], "a preview changes nothing")
			doc.Clocks = fresh
			require.Equal(t, moves, doc.MoveDeadlines(vietnam, 2, doc.Now))
			require.Equal(t, 2, doc.Document.CalendarVersion)
			if c.to == "" {
				require.Empty(t, moves)
				require.Empty(t, doc.Events)
				return
			}
			require.Len(t, moves, 1)
			require.Equal(t, c.kind, moves[0].Kind)
			require.Equal(t, hanoi(c.to), moves[0].To)
			require.Len(t, doc.Events, 1)
			event := doc.Events[0]
			require.Equal(t, routing.ActMove, event.Kind)
			require.Equal(t, c.share.Version+1, event.Version)
			require.Equal(t, string(c.share.Status), event.State)
			require.Equal(t, 2, event.Details["calendar"])
			require.Equal(t, moves[0].From, event.Details["from"])
			require.Empty(t, routing.Reckon(doc, fresh, fresh), "once")
		})
	}
}

func TestReckonTheDocumentAndItsDecisions(t *testing.T) {
	doc := aMonday()
	share := working("2026-12-01 15:00")
	doc.Assignments = []routing.Assignment{share}
	doc.Decisions = []routing.Decision{{ID: "x", AssignmentID: "a", Kind: routing.Extension, OwnerUnitID: "quan", AskedAt: doc.Now,
		Due: hanoi("2026-11-25 17:00"), Status: routing.DecisionOpen, Version: 1}}
	doc.Clocks = announced(t, changed("2026-11-25", calendar.Off))
	require.Len(t, doc.MoveDeadlines(vietnam, 2, doc.Now), 1)
	require.Equal(t, hanoi("2026-11-26 17:00"), doc.Decisions[0].Due)
	require.Equal(t, 2, doc.Decisions[0].Version)
	require.Equal(t, "x", doc.Events[0].Details["decision"])

	doc = aMonday()
	doc.Document.Status, doc.Document.Registered, doc.Document.DirectDue = routing.Registered, doc.Now, hanoi("2026-11-25 17:00")
	doc.Document.HeldAt = doc.Now
	doc.Clocks = announced(t, changed("2026-11-25", calendar.Off))
	require.Len(t, doc.MoveDeadlines(vietnam, 2, doc.Now), 1, "also while it is held")
	require.Equal(t, hanoi("2026-11-26 17:00"), doc.Document.DirectDue)
	require.Equal(t, 4, doc.Document.Version)
}

// A ladder whose clock runs day and night knows no days off.
func TestReckonDayAndNight(t *testing.T) {
	doc := aMonday()
	doc.Ladder.Receipt = routing.Span{Plain: time.Hour}
	doc.Assignments = []routing.Assignment{working("2026-11-25 10:00")}
	require.Empty(t, routing.Reckon(doc, vietnam, announced(t, changed("2026-11-25", calendar.Off))))
}

func TestChangeDaysRefuses(t *testing.T) {
	today := calendar.NewDate(2026, time.November, 23)
	var closure []routing.DayChange
	for day := range 80 {
		if date := today.Plus(14 + day); (*calendar.Calendar)(nil).IsWorkday(date) && calendar.Vietnam().IsWorkday(date) {
			closure = append(closure, routing.DayChange{Day: date, Kind: calendar.Off, Reason: "Nghỉ"})
		}
	}
	for name, c := range map[string]struct {
		changes []routing.DayChange
		source  string
		field   string
	}{
		"nothing":           {nil, "TB", "changes"},
		"too many":          {make([]routing.DayChange, 367), "TB", "changes"},
		"no source":         {[]routing.DayChange{changed("2026-11-25", calendar.Off)}, " ", "source"},
		"no reason":         {[]routing.DayChange{{Day: today.Plus(2), Kind: calendar.Off}}, "TB", "changes.2026-11-25"},
		"an unknown kind":   {[]routing.DayChange{changed("2026-11-25", "half")}, "TB", "changes.2026-11-25"},
		"the past":          {[]routing.DayChange{changed("2026-11-20", calendar.Off)}, "TB", "changes.2026-11-20"},
		"too far":           {[]routing.DayChange{changed("2037-11-20", calendar.Off)}, "TB", "changes.2037-11-20"},
		"no change":         {[]routing.DayChange{changed("2026-11-24", calendar.Off)}, "TB", "changes.2026-11-24"},
		"no change, either": {[]routing.DayChange{changed("2026-11-25", "")}, "TB", "changes.2026-11-25"},
		"twice":             {[]routing.DayChange{changed("2026-11-25", calendar.Off), changed("2026-11-25", calendar.Off)}, "TB", "changes.2026-11-25"},
		"closed too long":   {closure, "TB", "changes"},
	} {
		_, err := routing.ChangeDays(calendar.Vietnam().Exceptions(), c.changes, c.source, today)
		var refusal *routing.Error
		require.ErrorAs(t, err, &refusal, name)
		require.Equal(t, routing.ErrField.Code, refusal.Code, name)
		require.Contains(t, refusal.Details["fields"], c.field, name)
	}
	cal, err := routing.ChangeDays(calendar.Vietnam().Exceptions(), []routing.DayChange{changed("2026-11-24", "")}, "TB", today)
	require.NoError(t, err)
	require.True(t, cal.IsWorkday(calendar.NewDate(2026, time.November, 24)), "an ordinary day again")
}

func TestWhoChangesTheCalendar(t *testing.T) {
	for name, c := range map[string]struct {
		actor           routing.Actor
		change, preview bool
	}{
		"the administrator at the top": {routing.Actor{Office: routing.Admin}, true, true},
		"one of a unit below":          {routing.Actor{Office: routing.Admin, AboveID: "quan"}, false, false},
		"the chairman":                 {routing.Actor{Office: routing.Chairman}, false, true},
		"a head":                       {routing.Actor{Office: routing.Head, AboveID: "quan"}, false, false},
	} {
		require.Equal(t, c.change, c.actor.MayChangeCalendar(), name)
		require.Equal(t, c.preview, c.actor.MayPreviewCalendar(), name)
	}
}
