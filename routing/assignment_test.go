package routing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/routing"
)

func TestCellShowsLatenessBeforeTheState(t *testing.T) {
	t.Parallel()
	now := at("2026-11-25 10:00")
	before, after := now.Add(-time.Second), now.Add(time.Second)
	for name, c := range map[string]struct {
		a    routing.Assignment
		want routing.Cell
	}{
		"sent, receipt not yet due":          {routing.Assignment{Status: routing.Sent, ReceiveDue: after, Due: before}, routing.CellSent},
		"sent, receipt overdue":              {routing.Assignment{Status: routing.Sent, ReceiveDue: before, Due: after}, routing.CellLate},
		"at the due instant itself":          {routing.Assignment{Status: routing.Sent, ReceiveDue: now}, routing.CellSent},
		"received, in time":                  {routing.Assignment{Status: routing.Received, ReceiveDue: before, Due: after}, routing.CellReceived},
		"at work, overdue":                   {routing.Assignment{Role: routing.Execute, Status: routing.Working, Due: before}, routing.CellLate},
		"coordinating: no report to be late": {routing.Assignment{Role: routing.Coordinate, Status: routing.Working, Due: before}, routing.CellWorking},
		"for information, no due":            {routing.Assignment{Status: routing.Received}, routing.CellReceived},
		"reported: the giver's turn":         {routing.Assignment{Status: routing.Reported, Due: before, ApproveDue: before}, routing.CellReported},
		"done, whatever the deadline":        {routing.Assignment{Status: routing.Done, Due: before, ClosedAt: before}, routing.CellDone},
		"withdrawn, whatever the deadline":   {routing.Assignment{Status: routing.Withdrawn, Due: before, ClosedAt: before}, routing.CellWithdrawn},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, c.a.Cell(now))
		})
	}
}

func anyAssignment(t *rapid.T) routing.Assignment {
	instant := func(label string) time.Time {
		return at("2026-11-25 10:00").Add(time.Duration(rapid.IntRange(-100, 100).Draw(t, label)) * time.Hour)
	}
	a := routing.Assignment{
		Role: rapid.SampledFrom(roles).Draw(t, "role"), Status: rapid.SampledFrom(assignmentStatuses).Draw(t, "status"),
		ReceiveDue: instant("receive due"), Due: instant("due"), ApproveDue: instant("approve due"),
	}
	if a.Status == routing.Done || a.Status == routing.Withdrawn {
		a.ClosedAt = instant("closed")
	}
	return a
}

// Design 6: one strip of cells whose counts always add up.
func TestStripAlwaysAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Custom(anyAssignment), 0, 40).Draw(t, "assignments")
		now := at("2026-11-25 10:00").Add(time.Duration(rapid.IntRange(-100, 100).Draw(t, "now")) * time.Hour)
		sum := 0
		for cell, n := range routing.Strip(all, now) {
			require.Positive(t, n, cell)
			sum += n
		}
		require.Equal(t, len(all), sum)
	})
}

func TestMissingReports(t *testing.T) {
	t.Parallel()
	lead := routing.Assignment{ID: "lead", CircleID: "x", Role: routing.Lead, Status: routing.Working}
	beside := func(id routing.ID, role routing.Role, status routing.AssignmentStatus) routing.Assignment {
		return routing.Assignment{ID: id, CircleID: "x", Role: role, Status: status}
	}
	below := func(id routing.ID, role routing.Role, status routing.AssignmentStatus) routing.Assignment {
		return routing.Assignment{ID: id, CircleID: "y", ParentID: "lead", Role: role, Status: status}
	}
	closed := func(a routing.Assignment) routing.Assignment {
		a.ClosedAt = at("2026-11-25 10:00")
		return a
	}
	all := []routing.Assignment{
		lead,
		beside("execute sent", routing.Execute, routing.Sent),
		beside("execute at work", routing.Execute, routing.Working),
		beside("execute reported", routing.Execute, routing.Reported),
		closed(beside("execute done", routing.Execute, routing.Done)),
		beside("coordinates", routing.Coordinate, routing.Working),
		beside("informed", routing.Inform, routing.Sent),
		below("ward at work", routing.Execute, routing.Received),
		below("officer leads below", routing.Lead, routing.Sent),
		below("ward coordinates", routing.Coordinate, routing.Sent),
		{ID: "of another direction", CircleID: "z", Role: routing.Execute, Status: routing.Sent},
	}
	for name, c := range map[string]struct {
		of   routing.Assignment
		want []routing.ID
	}{
		"the lead waits for those beside and below": {lead, []routing.ID{"execute sent", "execute at work", "ward at work", "officer leads below"}},
		"who executes waits for nobody beside him":  {all[1], nil},
		"a leaf waits for nobody":                   {all[7], nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []routing.ID
			for _, a := range routing.MissingReports(c.of, all) {
				got = append(got, a.ID)
			}
			require.Equal(t, c.want, got)
		})
	}
}
