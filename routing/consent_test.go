package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// twoStages: another and other must both consent, then either of two.
func twoStages() []routing.Stage {
	return []routing.Stage{{Rule: routing.EachMust, Units: []routing.ID{"other", "another"}}, {Rule: routing.AnyMay, Units: []routing.ID{"office", "other"}}}
}

// submitted is the ward's share whose report asks for consent in two stages.
func submitted(t *testing.T) *routing.Case {
	k := wardsCase()
	require.NoError(t, k.Submit(wardHead, "share", "Báo cáo", twoStages()))
	k.Events, k.News = nil, nil
	return k
}

// asked finds what a unit has to decide now.
func asked(t *testing.T, k *routing.Case, unit routing.ID) routing.ID {
	t.Helper()
	for _, x := range k.Decisions {
		if x.OwnerUnitID == unit && x.Status == routing.DecisionOpen {
			return x.ID
		}
	}
	require.FailNow(t, "nothing is asked of", unit)
	return ""
}

func TestSubmitRefuses(t *testing.T) {
	t.Parallel()
	many := make([]routing.ID, 21)
	for i := range many {
		many[i] = routing.ID(rune('a' + i))
	}
	one := func(units ...routing.ID) []routing.Stage {
		return []routing.Stage{{Rule: routing.EachMust, Units: units}}
	}
	for name, c := range map[string]struct {
		stages []routing.Stage
		actor  routing.Actor
		change func(*routing.Case)
		want   *routing.Error
	}{
		"no stage":               {want: routing.ErrStages},
		"eleven stages":          {stages: make([]routing.Stage, 11), want: routing.ErrStages},
		"a stage of nobody":      {stages: one(), want: routing.ErrStages},
		"a stage of 21":          {stages: one(many...), want: routing.ErrStages},
		"one unit twice":         {stages: one("other", "other"), want: routing.ErrStages},
		"the author's own":       {stages: one("other", "ward"), want: routing.ErrStages},
		"an unknown rule":        {stages: []routing.Stage{{Rule: "most", Units: []routing.ID{"other"}}}, want: routing.ErrStages},
		"an officer of the unit": {stages: one("other"), actor: officerOf, want: routing.ErrNotAllowed},
		"not received": {stages: one("other"), want: routing.ErrTransition,
			change: func(k *routing.Case) { k.Assignments[0].Status = routing.Sent }},
		"a coordinating share": {stages: one("other"), want: routing.ErrTransition,
			change: func(k *routing.Case) { k.Assignments[0].Role = routing.Coordinate }},
		"somebody below has not reported": {stages: one("other"), want: routing.ErrPartsOpen, change: func(k *routing.Case) {
			k.Assignments = append(k.Assignments, routing.Assignment{ID: "x", ParentID: "share", Role: routing.Execute, Status: routing.Working})
		}},
		"a direction is on its way": {stages: one("other"), want: routing.ErrPartsOpen, change: func(k *routing.Case) {
			k.Directions = []routing.Given{{ID: "y", ParentID: "share"}}
		}},
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
			refusal(t, k.Submit(c.actor, "share", "Báo cáo", c.stages), c.want)
			require.Empty(t, k.Events)
			require.Empty(t, k.Circuits)
			require.Empty(t, k.Decisions)
		})
	}
}

func TestConsentByEachThenByAny(t *testing.T) {
	t.Parallel()
	k := submitted(t)
	require.Equal(t, routing.Consulting, k.Assignments[0].Status)
	require.NoError(t, k.Consent(otherHead, asked(t, k, "other"), ""))
	require.Equal(t, routing.Consulting, k.Assignments[0].Status)
	require.Equal(t, 0, k.Circuits[0].Stage, "the other one is still asked")
	require.NoError(t, k.Consent(anotherHead, asked(t, k, "another"), "Đồng ý"))
	require.Equal(t, 1, k.Circuits[0].Stage)
	last := asked(t, k, "office")
	require.NoError(t, k.Consent(otherHead, asked(t, k, "other"), ""))
	a := k.Assignments[0]
	require.Equal(t, routing.Reported, a.Status)
	require.Equal(t, "Báo cáo", a.Report)
	require.Equal(t, k.Now, a.ReportedAt)
	require.Equal(t, ladderForDecisions.Approval.After(k.Now, office).UTC(), a.ApproveDue)
	require.Equal(t, routing.CircuitPassed, k.Circuits[0].Status)
	require.Equal(t, routing.DecisionVoid, k.Decision(last).Status, "the first yes is enough")
	e := k.Events[len(k.Events)-1]
	require.Equal(t, string(routing.Reported), e.State)
	require.Equal(t, "Báo cáo", e.Details["text"])
	require.Equal(t, false, e.Details["late"])
	refusal(t, k.Consent(officeHead, last, ""), routing.ErrDecided)
}

func TestNobodyConsentsToHisOwnDraft_Z41(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		actor routing.Actor
		want  *routing.Error
	}{
		"the head":                       {otherHead, nil},
		"an officer":                     {routing.Actor{AccountID: "o", UnitID: "other", Office: routing.Officer}, routing.ErrNotAllowed},
		"of another unit":                {anotherHead, routing.ErrNotAllowed},
		"the author, who moved there":    {routing.Actor{AccountID: "ward head", UnitID: "other", Office: routing.Head}, routing.ErrNotAllowed},
		"the author, for the head there": {routing.Actor{AccountID: "ward head", UnitID: "other", Office: routing.Head, Mandate: routing.Mandate{Kind: routing.Delegated, Principal: "other head"}}, routing.ErrNotAllowed},
		"somebody for the author":        {routing.Actor{AccountID: "x", UnitID: "other", Office: routing.Head, Mandate: routing.Mandate{Kind: routing.Delegated, Principal: "ward head"}}, routing.ErrNotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := submitted(t)
			err := k.Consent(c.actor, asked(t, k, "other"), "")
			if c.want != nil {
				refusal(t, err, c.want)
				require.Empty(t, k.Events)
				return
			}
			require.NoError(t, err)
		})
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	passed := func(t *testing.T) *routing.Case {
		k := submitted(t)
		require.NoError(t, k.Consent(otherHead, asked(t, k, "other"), ""))
		require.NoError(t, k.Consent(anotherHead, asked(t, k, "another"), ""))
		return k
	}
	k := passed(t)
	refusal(t, k.Object(officeHead, asked(t, k, "office"), "không", routing.ToPrevious), routing.ErrReason)
	refusal(t, k.Object(officeHead, asked(t, k, "office"), because, "aside"), routing.ErrField)
	require.NoError(t, k.Object(officeHead, asked(t, k, "office"), because, routing.ToPrevious))
	require.Equal(t, 0, k.Circuits[0].Stage)
	require.NotEqual(t, k.Decisions[0].ID, asked(t, k, "other"), "it decides anew")
	require.NotEmpty(t, asked(t, k, "another"))
	require.Equal(t, routing.Consulting, k.Assignments[0].Status)

	for to, k := range map[routing.ObjectTo]*routing.Case{routing.ToPrevious: submitted(t), routing.ToStart: submitted(t)} {
		require.NoError(t, k.Object(otherHead, asked(t, k, "other"), because, to))
		require.Equal(t, routing.Working, k.Assignments[0].Status)
		require.Equal(t, k.Now, k.Assignments[0].DueSince)
		require.Equal(t, routing.CircuitRejected, k.Circuits[0].Status)
		require.Equal(t, because, k.Events[0].Details["reason"], "the author sees why")
		for _, x := range k.Decisions {
			require.NotEqual(t, routing.DecisionOpen, x.Status)
		}
		require.NoError(t, k.Submit(wardHead, "share", "Báo cáo lần hai", twoStages()))
	}
}

// Whatever takes the share out of the asking ends it: withdrawing the draft, or
// handing the share to somebody else.
func TestADraftThatIsTakenBackAsksNobody(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*routing.Case) error{
		"the draft is withdrawn": func(k *routing.Case) error { return k.WithdrawDraft(wardHead, "share") },
		"the work is withdrawn":  func(k *routing.Case) error { k.Withdraw(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := submitted(t)
			open := asked(t, k, "other")
			require.Equal(t, map[routing.ID]bool{"share": true}, routing.Consults(otherHead, k.Document, k.Circuits, k.Decisions))
			require.Empty(t, routing.Consults(officeHead, k.Document, k.Circuits, k.Decisions), "the second stage is not asked yet")
			require.NoError(t, end(k))
			require.Equal(t, routing.CircuitVoid, k.Circuits[0].Status)
			refusal(t, k.Consent(otherHead, open, ""), map[bool]*routing.Error{true: routing.ErrDecided, false: routing.ErrTransition}[k.Document.Status == routing.Directed])
			require.Empty(t, routing.Consults(otherHead, k.Document, k.Circuits, k.Decisions))
		})
	}
	refusal(t, submitted(t).WithdrawDraft(otherHead, "share"), routing.ErrNotAllowed)
}
