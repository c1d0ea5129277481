package routing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

const because = "Chờ ý kiến của cấp trên"

var (
	wardHead     = routing.Actor{AccountID: "ward head", PositionID: "p ward", UnitID: "ward", Office: routing.Head}
	officeHead   = routing.Actor{AccountID: "office head", PositionID: "p office", UnitID: "office", Office: routing.Head}
	officerOf    = routing.Actor{AccountID: "officer", PositionID: "p officer", UnitID: "ward", Office: routing.Officer}
	otherHead    = routing.Actor{AccountID: "other head", PositionID: "p other", UnitID: "other", Office: routing.Head}
	anotherHead  = routing.Actor{AccountID: "another head", PositionID: "p another", UnitID: "another", Office: routing.Head}
	caseOpenedAt = at("2026-11-23 09:00")
)

// ladderForDecisions gives a working day to decide, two to approve.
var ladderForDecisions = routing.Ladder{Receipt: routing.Span{Days: 1}, Approval: routing.Span{Days: 2}, Decision: &routing.Span{Days: 1}}

// wardsCase is a document that the office gave to a ward, due on Friday 15:00,
// which works on it.
func wardsCase() *routing.Case {
	n := 0
	return &routing.Case{
		Document: routing.Document{ID: "document", UnitID: "district", Status: routing.Directed, Version: 2},
		Assignments: []routing.Assignment{{ID: "share", DocumentID: "document", DirectionID: "d", CircleID: "d", UnitID: "ward", GiverUnitID: "office",
			Role: routing.Execute, Status: routing.Working, Version: 3, SentAt: caseOpenedAt, Due: at("2026-11-27 15:00")}},
		Ladder: ladderForDecisions, Clocks: everyOffice, Now: caseOpenedAt.Add(time.Hour),
		NewID: func() routing.ID { n++; return routing.ID(fmt.Sprintf("new %d", n)) },
	}
}

func TestAskExtension_Domain_9_2_10(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		actor  routing.Actor
		change func(*routing.Case)
		due    string
		reason string
		want   *routing.Error
	}{
		"the holder, in time":              {due: "2026-12-01 15:00"},
		"at the very deadline":             {due: "2026-12-01 15:00", change: func(c *routing.Case) { c.Now = at("2026-11-27 15:00") }},
		"after it":                         {due: "2026-12-01 15:00", change: func(c *routing.Case) { c.Now = at("2026-11-27 15:01") }, want: routing.ErrDuePassed},
		"not later than the present one":   {due: "2026-11-27 15:00", want: routing.ErrDueNotLater},
		"on a day off":                     {due: "2026-11-29 15:00", want: routing.ErrDueDayOff},
		"on a day off, by the plain clock": {due: "2026-11-29 15:00", change: func(c *routing.Case) { c.Ladder.Receipt = routing.Span{Plain: time.Hour} }},
		"in more than ten years":           {due: "2037-11-27 15:00", want: routing.ErrDueFar},
		"without a reason":                 {due: "2026-12-01 15:00", reason: "bận việc", want: routing.ErrReason},
		"the giver does not ask himself":   {actor: officeHead, due: "2026-12-01 15:00", want: routing.ErrNotAllowed},
		"an officer, about the unit's":     {actor: officerOf, due: "2026-12-01 15:00", want: routing.ErrNotAllowed},
		"an officer, about his own": {actor: officerOf, due: "2026-12-01 15:00",
			change: func(c *routing.Case) { c.Assignments[0].PositionID, c.Assignments[0].GiverUnitID = "p officer", "ward" }},
		"already reported": {due: "2026-12-01 15:00", change: func(c *routing.Case) { c.Assignments[0].Status = routing.Reported }, want: routing.ErrTransition},
		"while it is held": {due: "2026-12-01 15:00", change: func(c *routing.Case) { c.Assignments[0].HeldAt = c.Now }, want: routing.ErrTransition},
		"asked already": {due: "2026-12-01 15:00", change: func(c *routing.Case) {
			c.Decisions = []routing.Decision{{ID: "x", AssignmentID: "share", Kind: routing.Extension, Status: routing.DecisionOpen}}
		}, want: routing.ErrAsked},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := wardsCase()
			if c.change != nil {
				c.change(k)
			}
			if c.actor.AccountID == "" {
				c.actor = wardHead
			}
			if c.reason == "" {
				c.reason = because
			}
			before := len(k.Decisions)
			err := k.AskExtension(c.actor, "share", at(c.due), c.reason)
			if c.want != nil {
				refusal(t, err, c.want)
				require.Empty(t, k.Events)
				require.Len(t, k.Decisions, before)
				return
			}
			require.NoError(t, err)
			require.Len(t, k.Events, 1)
			x := k.Decisions[0]
			require.Equal(t, k.Assignments[0].GiverUnitID, x.OwnerUnitID)
			require.Equal(t, ladderForDecisions.DecisionDue(k.Now, office), x.Due)
			require.Equal(t, []routing.MilestoneKind{routing.NewsMoved}, k.News)
			require.True(t, k.Assignments[0].Due.Equal(at("2026-11-27 15:00")), "nothing has moved yet")
			var awaited []routing.DeadlineKind
			for _, d := range k.Deadlines() {
				awaited = append(awaited, d.Kind)
			}
			require.Contains(t, awaited, routing.AwaitDecision)
		})
	}
}

func TestDecideExtension(t *testing.T) {
	t.Parallel()
	later := at("2026-12-03 15:00")
	past := at("2026-11-26 15:00")
	for name, c := range map[string]struct {
		actor routing.Actor
		now   string
		grant bool
		due   *time.Time
		note  string
		want  *routing.Error
		gets  string
		since bool
	}{
		"as proposed":                    {grant: true, gets: "2026-12-01 15:00"},
		"another date":                   {grant: true, due: &later, gets: "2026-12-03 15:00"},
		"an earlier one":                 {grant: true, due: &past, want: routing.ErrDueNotLater},
		"no, with a reason":              {note: because, gets: "2026-11-27 15:00"},
		"no, without":                    {want: routing.ErrReason},
		"after the old date has passed":  {grant: true, now: "2026-11-30 09:00", gets: "2026-12-01 15:00", since: true},
		"after the proposed has passed":  {grant: true, now: "2026-12-02 09:00", want: routing.ErrDuePast},
		"the holder himself":             {actor: wardHead, grant: true, want: routing.ErrNotAllowed},
		"somebody else":                  {actor: otherHead, grant: true, want: routing.ErrNotAllowed},
		"who asked, now in another post": {actor: routing.Actor{AccountID: "ward head", UnitID: "office", Office: routing.Head}, grant: true, want: routing.ErrNotAllowed},
		"who asked, as a delegate": {actor: routing.Actor{AccountID: "ward head", UnitID: "office", Office: routing.Head,
			Mandate: routing.Mandate{Kind: routing.Delegated, Principal: "office head"}}, grant: true, want: routing.ErrNotAllowed},
		"for who asked": {actor: routing.Actor{AccountID: "clerk", UnitID: "office", Office: routing.Head,
			Mandate: routing.Mandate{Kind: routing.Entered, Principal: "ward head"}}, grant: true, want: routing.ErrNotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := wardsCase()
			require.NoError(t, k.AskExtension(wardHead, "share", at("2026-12-01 15:00"), because))
			k.Events, k.News = nil, nil
			if c.now != "" {
				k.Now = at(c.now)
			}
			if c.actor.AccountID == "" {
				c.actor = officeHead
			}
			err := k.DecideExtension(c.actor, k.Decisions[0].ID, c.grant, c.due, c.note)
			if c.want != nil {
				refusal(t, err, c.want)
				require.Empty(t, k.Events)
				require.Equal(t, routing.DecisionOpen, k.Decisions[0].Status)
				return
			}
			require.NoError(t, err)
			a := k.Assignments[0]
			require.True(t, a.Due.Equal(at(c.gets)), a.Due)
			require.Equal(t, c.since, a.DueSince.Equal(k.Now))
			require.Equal(t, a.Due, k.Events[0].Details["due"])
			require.Equal(t, a.Version, k.Events[0].Version)
			refusal(t, k.DecideExtension(c.actor, k.Decisions[0].ID, c.grant, c.due, c.note), routing.ErrDecided)
		})
	}
}

func TestExtendUnaskedGrantsWhatWasAsked(t *testing.T) {
	t.Parallel()
	k := wardsCase()
	require.NoError(t, k.AskExtension(wardHead, "share", at("2026-12-01 15:00"), because))
	refusal(t, k.Extend(wardHead, "share", at("2026-12-01 15:00"), because), routing.ErrNotAllowed)
	require.NoError(t, k.Extend(officeHead, "share", at("2026-12-02 15:00"), because))
	require.Equal(t, routing.DecisionGranted, k.Decisions[0].Status)
	require.Equal(t, "office head", string(k.Decisions[0].DecidedBy))
}
