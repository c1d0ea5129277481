package routing_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/routing"
)

func TestSpanAsText(t *testing.T) {
	t.Parallel()
	for text, span := range map[string]routing.Span{
		"2d": {Days: 2}, "-1d": {Days: -1}, "0d": {}, "4h0m0s": {Working: 4 * time.Hour}, "-8h0m0s": {Working: -8 * time.Hour},
		"plain 5s": {Plain: 5 * time.Second}, "plain -2s": {Plain: -2 * time.Second},
		"now 30m0s": {Immediate: 30 * time.Minute}, "now -1h0m0s": {Immediate: -time.Hour},
	} {
		require.Equal(t, text, span.String())
		var read routing.Span
		require.NoError(t, json.Unmarshal(fmt.Appendf(nil, "%q", text), &read))
		require.Equal(t, span, read, text)
	}
	for _, text := range []string{`""`, `"d"`, `"2 d"`, `"2dd"`, `"plain "`, `"plain 2d"`, `"now 0s"`, `"now "`, `"now 2d"`, `"now plain 2s"`, `"2"`, `2`, `null x`, `"1.5d"`} {
		require.Error(t, json.Unmarshal([]byte(text), new(routing.Span)), text)
	}
}

func anySpan(t *rapid.T) routing.Span {
	length := time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(t, "length"))
	return rapid.SampledFrom([]routing.Span{
		{Days: rapid.IntRange(-100, 100).Draw(t, "days")}, {Working: length}, {Plain: length}, {Immediate: length},
	}).Draw(t, "span")
}

func TestSpanSurvivesJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		span := anySpan(t)
		data, err := json.Marshal(span)
		require.NoError(t, err)
		read := routing.Span{Days: 7, Working: time.Hour, Plain: time.Hour, Immediate: time.Hour} // nothing of it may stay
		require.NoError(t, json.Unmarshal(data, &read))
		require.Equal(t, span, read, string(data))
	})
}

func TestSpanOnTheClock(t *testing.T) {
	t.Parallel()
	monday := at("2026-11-23 16:00") // 24/11 is a day off in 2026
	for want, span := range map[string]routing.Span{
		"2026-11-23 17:00": {}, "2026-11-25 17:00": {Days: 1}, "2026-11-25 09:00": {Working: 2 * time.Hour},
		"2026-11-23 18:00": {Plain: 2 * time.Hour}, "2026-11-23 14:00": {Working: -2 * time.Hour},
	} {
		require.WithinDuration(t, at(want), span.After(monday, office), 0, span.String())
	}
}

// NĐ 30/2020, Điều 4 khoản 2 điểm c: "ngay" runs on where somebody keeps watch.
func TestAtOnce_ND30_Dieu4(t *testing.T) {
	t.Parallel()
	evening, span := at("2026-11-23 16:50"), routing.Span{Immediate: 30 * time.Minute}
	require.WithinDuration(t, at("2026-11-25 08:20"), span.After(evening, office), 0, "nobody is there at night, nor on 24/11")
	require.WithinDuration(t, at("2026-11-23 17:20"), span.After(evening, office.WithDuty(true)), 0)
	require.WithinDuration(t, at("2026-11-25 08:20"), routing.Span{Working: 30 * time.Minute}.After(evening, office.WithDuty(true)), 0, "working time is working time")
	ladder := routing.Ladder{Receipt: span}
	require.True(t, ladder.DayAndNight(office.WithDuty(true)))
	require.False(t, ladder.DayAndNight(office))
}

// A longer span of the same kind never ends earlier, nor a later beginning.
func TestSpansKeepTheirOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clock := office.WithDuty(rapid.Bool().Draw(t, "duty"))
		minutes := rapid.IntRange(-3000, 3000).Filter(func(n int) bool { return n != 0 }) // zero is a day's end
		short, long := minutes.Draw(t, "short"), minutes.Draw(t, "long")
		if short > long {
			short, long = long, short
		}
		from := at("2026-11-02 08:00").Add(time.Duration(rapid.IntRange(0, 60*24*60).Draw(t, "from")) * time.Minute)
		later := from.Add(time.Duration(rapid.IntRange(0, 10000).Draw(t, "later")) * time.Minute)
		of := func(minutes int) routing.Span { return routing.Span{Immediate: time.Duration(minutes) * time.Minute} }
		require.False(t, of(long).After(from, clock).Before(of(short).After(from, clock)))
		require.False(t, of(long).After(later, clock).Before(of(long).After(from, clock)))
	})
}

func anyDeadline(t *rapid.T) routing.Deadline {
	since := at("2026-11-02 08:00").Add(time.Duration(rapid.IntRange(0, 30*24*60).Draw(t, "since")) * time.Minute)
	return routing.Deadline{
		Subject: rapid.SampledFrom([]routing.ID{"a", "b", "c"}).Draw(t, "subject"),
		Kind:    rapid.SampledFrom([]routing.DeadlineKind{routing.AwaitDirection, routing.AwaitReceipt, routing.AwaitReport, routing.AwaitApproval}).Draw(t, "kind"),
		UnitID:  "unit", Since: since, Due: since.Add(time.Duration(rapid.IntRange(0, 7*24*60).Draw(t, "length")) * time.Minute),
	}
}

func anyLadder(t *rapid.T) routing.Ladder {
	kind := rapid.SampledFrom([]routing.DeadlineKind{routing.AwaitDirection, routing.AwaitReceipt, routing.AwaitReport, routing.AwaitApproval})
	hours := rapid.IntRange(-24, 48)
	var l routing.Ladder
	for step := range rapid.IntRange(0, 10).Draw(t, "rungs") {
		when := routing.Span{Working: time.Duration(hours.Draw(t, "when")) * time.Hour}
		l.Rungs = append(l.Rungs, routing.Rung{Kind: kind.Draw(t, "kind"), Step: step + 1, When: when, Tell: []routing.Audience{routing.TellHolder}})
	}
	return l
}

func TestAlarmsAreSortedAndLieAfterTheirBeginning(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ladder, deadlines := anyLadder(t), rapid.SliceOfN(rapid.Custom(anyDeadline), 0, 8).Draw(t, "deadlines")
		alarms := ladder.Alarms(deadlines, everyOffice)
		require.True(t, slices.IsSortedFunc(alarms, func(a, b routing.Alarm) int { return a.At.Compare(b.At) }))
		for _, a := range alarms {
			require.True(t, a.At.After(a.Since), "nobody is reminded of what does not run yet")
			require.Contains(t, deadlines, a.Deadline)
			require.Equal(t, a.Tell, ladder.Tells(a.Kind, a.Step))
		}
		if len(alarms) > 0 {
			require.Equal(t, alarms[0].At, routing.First(alarms))
		}
	})
}

func TestAlarmsOfFewerDeadlinesAreAmongThoseOfAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ladder, deadlines := anyLadder(t), rapid.SliceOfN(rapid.Custom(anyDeadline), 1, 8).Draw(t, "deadlines")
		some := slices.DeleteFunc(slices.Clone(deadlines), func(routing.Deadline) bool { return rapid.Bool().Draw(t, "leave out") })
		all := ladder.Alarms(deadlines, everyOffice)
		for _, a := range ladder.Alarms(some, everyOffice) {
			require.Contains(t, all, a)
		}
	})
}

func TestUnrungLeavesOutWhatHasRungAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ladder, deadlines := anyLadder(t), rapid.SliceOfN(rapid.Custom(anyDeadline), 0, 8).Draw(t, "deadlines")
		all := ladder.Alarms(deadlines, everyOffice)
		require.Equal(t, all, append([]routing.Alarm(nil), routing.Unrung(all, nil)...))
		require.Empty(t, routing.Unrung(all, all))
		cut := rapid.IntRange(0, len(all)).Draw(t, "cut")
		for _, a := range routing.Unrung(all, all[:cut]) {
			require.Contains(t, all[cut:], a)
		}
	})
}

func TestAMovedDeadlineRingsAnew(t *testing.T) {
	t.Parallel()
	due := at("2026-11-25 17:00")
	rung := routing.Alarm{Deadline: routing.Deadline{Subject: "a", AssignmentID: "a", Kind: routing.AwaitReport, Due: due}, Step: 1}
	moved := rung
	moved.Due = due.Add(time.Microsecond)
	require.Equal(t, []routing.Alarm{moved}, routing.Unrung([]routing.Alarm{rung, moved}, []routing.Alarm{rung}))
	sameInUTC := rung
	sameInUTC.Due = due.UTC()
	require.Empty(t, routing.Unrung([]routing.Alarm{sameInUTC}, []routing.Alarm{rung}), "the zone is no part of the name")
}

// NĐ 30/2020, Điều 4.2.c, 21.2.c, 23, 24: the four deadlines and when they run.
func TestDeadlines_ND30_Dieu21_23_24(t *testing.T) {
	t.Parallel()
	sent, receive, due, reported, approve := at("2026-11-23 09:00"), at("2026-11-23 17:00"), at("2026-11-25 17:00"), at("2026-11-25 09:00"), at("2026-11-26 17:00")
	share := func(status routing.AssignmentStatus) routing.Assignment {
		return routing.Assignment{ID: "a", UnitID: "ward", GiverUnitID: "office", Role: routing.Execute, Status: status,
			SentAt: sent, ReceiveDue: receive, Due: due, ReportedAt: reported, ApproveDue: approve}
	}
	informed, closed := share(routing.Sent), share(routing.Done)
	informed.Due, closed.ClosedAt = time.Time{}, reported
	helping := share(routing.Working)
	helping.Role = routing.Coordinate
	receipt := routing.Deadline{Subject: "a", AssignmentID: "a", Kind: routing.AwaitReceipt, UnitID: "ward", Since: sent, Due: receive}
	work := routing.Deadline{Subject: "a", AssignmentID: "a", Kind: routing.AwaitReport, UnitID: "ward", Since: sent, Due: due}
	approval := routing.Deadline{Subject: "a", AssignmentID: "a", Kind: routing.AwaitApproval, UnitID: "office", Since: reported, Due: approve}
	for name, c := range map[string]struct {
		status routing.DocumentStatus
		shares []routing.Assignment
		want   []routing.Deadline
	}{
		"registered: the leader's opinion": {routing.Registered, nil, []routing.Deadline{{Subject: "d", Kind: routing.AwaitDirection, UnitID: "district", Since: sent, Due: receive}}},
		"sent: receipt and work":           {routing.Directed, []routing.Assignment{share(routing.Sent)}, []routing.Deadline{receipt, work}},
		"for information: receipt only":    {routing.Directed, []routing.Assignment{informed}, []routing.Deadline{receipt}},
		"received: the work":               {routing.Directed, []routing.Assignment{share(routing.Received)}, []routing.Deadline{work}},
		"at work: the work":                {routing.Directed, []routing.Assignment{share(routing.Working)}, []routing.Deadline{work}},
		"coordinating: cannot report":      {routing.Directed, []routing.Assignment{helping}, nil},
		"reported: the giver's judgement":  {routing.Directed, []routing.Assignment{share(routing.Reported)}, []routing.Deadline{approval}},
		"closed: nothing":                  {routing.Directed, []routing.Assignment{closed}, nil},
		"concluded: nothing":               {routing.Concluded, []routing.Assignment{share(routing.Sent)}, nil},
		"recalled: nothing":                {routing.Recalled, []routing.Assignment{share(routing.Sent)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := routing.Document{ID: "d", UnitID: "district", Status: c.status, Registered: sent, DirectDue: receive}
			require.Equal(t, c.want, routing.Deadlines(d, c.shares, nil))
		})
	}
}

func TestWhoARungTells(t *testing.T) {
	t.Parallel()
	require.False(t, routing.Rung{Tell: []routing.Audience{routing.TellHolder}}.Escalates())
	require.True(t, routing.Rung{Tell: []routing.Audience{routing.TellHolder, routing.TellGiver}}.Escalates())
	require.True(t, routing.Alarm{Tell: []routing.Audience{routing.TellChairman}}.Escalates())
	require.True(t, routing.Alarm{Tell: []routing.Audience{routing.TellDeputy}}.Escalates())
	require.False(t, routing.Rung{Tell: []routing.Audience{routing.TellClerk, routing.TellHead}}.Escalates(), "within the unit")
	require.Nil(t, routing.Ladder{}.Tells(routing.AwaitReport, 1))
	require.True(t, routing.First(nil).IsZero())
	require.True(t, routing.Ladder{Receipt: routing.Span{Plain: time.Second}}.Plain())
	require.False(t, routing.Ladder{Receipt: routing.Span{Working: time.Hour}}.Plain())
}
