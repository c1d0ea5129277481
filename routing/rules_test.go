package routing_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// NĐ 30/2020, Điều 20: taken in, registered, presented and passed on, handled
// and followed: no step comes before the one that it stands on.
func TestTheOrderOfSteps_ND30_Dieu20(t *testing.T) {
	t.Parallel()
	steps := []routing.Act{routing.ActPresent, routing.ActDirect, routing.ActConclude}
	for status, want := range map[routing.DocumentStatus][]routing.Act{
		"":                 nil,
		routing.Registered: {routing.ActPresent, routing.ActDirect},
		routing.Presented:  {routing.ActPresent, routing.ActDirect},
		routing.Directed:   {routing.ActConclude},
		routing.Concluded:  nil,
		routing.Recalling:  nil,
		routing.Recalled:   nil,
		routing.Cancelled:  nil,
	} {
		var may []routing.Act
		for _, step := range steps {
			if _, err := status.Next(step); err == nil {
				may = append(may, step)
			}
		}
		require.Equal(t, want, may, "%q", status)
	}
	require.Len(t, documentStatuses, 7, "a state that is not in this table")
}

// NĐ 30/2020, Điều 22 khoản 1: what is not registered at Văn thư nobody has to handle.
func TestNothingHappensToWhatIsNotRegistered_ND30_Dieu22(t *testing.T) {
	t.Parallel()
	var unregistered routing.DocumentStatus
	for _, act := range acts {
		_, err := unregistered.Next(act)
		require.ErrorIs(t, err, routing.ErrTransition, act)
	}
	k := aCase()
	k.Document.Status = unregistered
	require.Empty(t, k.Deadlines(), "no clock runs")
	head := in("phuong", routing.Head)
	for name, err := range map[string]error{
		"return":    k.Return(head, "ward", why),
		"present":   k.Present(in("quan", routing.Clerk), "p", ""),
		"recall":    k.Recall(in("quan", routing.Clerk), why),
		"extension": k.AskExtension(head, "ward", at("2026-12-01 17:00"), why),
		"remind":    k.Remind(in("phong", routing.Head), "ward", ""),
	} {
		require.ErrorIs(t, err, routing.ErrTransition, name)
	}
	require.Empty(t, k.Events)
}

// NĐ 30/2020, Điều 22 for each unit below: it registers, which is its receipt,
// and only then works. What came wrongly may go back unregistered.
func TestNoWorkBeforeTheReceipt_ND30_Dieu22(t *testing.T) {
	t.Parallel()
	work := []routing.Act{routing.ActStart, routing.ActProgress, routing.ActDirect, routing.ActAdd, routing.ActReport, routing.ActSubmit, routing.ActApprove}
	for _, role := range roles {
		a := routing.Assignment{Role: role, Status: routing.Sent}
		for _, act := range work {
			_, err := a.Next(act)
			require.ErrorIs(t, err, routing.ErrTransition, "%s: %s", role, act)
		}
		for _, act := range []routing.Act{routing.ActAcknowledge, routing.ActReturn} {
			_, err := a.Next(act)
			require.NoError(t, err, "%s: %s", role, act)
		}
	}
}

// NĐ 30/2020, Điều 24 khoản 2: each within its term; one microsecond later is late.
func TestLateIsAfterTheDeadline_ND30_Dieu24(t *testing.T) {
	t.Parallel()
	due := at("2026-11-27 17:00")
	for _, role := range []routing.Role{routing.Lead, routing.Execute} {
		a := routing.Assignment{Role: role, Status: routing.Working, Due: due}
		require.Equal(t, routing.CellWorking, a.Cell(due), role)
		require.Equal(t, routing.CellLate, a.Cell(due.Add(time.Microsecond)), role)
	}
}

// Domain 5.1.6: "nhận để biết" is handled with its receipt, and nobody waits for it.
func TestWhoIsInformedOnlyTakesNote_Domain_5_1_6(t *testing.T) {
	t.Parallel()
	a := routing.Assignment{ID: "a", DirectionID: "d", CircleID: "d", Role: routing.Inform, Status: routing.Sent, ReceiveDue: at("2026-11-23 17:00")}
	lead := routing.Assignment{ID: "lead", DirectionID: "d", CircleID: "d", Role: routing.Lead, Status: routing.Working}
	require.Empty(t, routing.MissingReports(lead, []routing.Assignment{lead, a}))
	next, err := a.Next(routing.ActAcknowledge)
	require.NoError(t, err)
	require.Equal(t, routing.Done, next)
	a.Status = routing.Working
	require.Zero(t, a.RunningDue())
	r := routing.Recipient{UnitID: "u", Role: routing.Inform}
	require.NoError(t, r.CheckDue(at(today), at("2026-11-23 17:00"), office, false), "it is given no term")
}

// Domain 5.1.7: phối hợp updates progress and nothing that ends the work.
func TestCoordinatingUnitsOnlyAddProgress_Domain_5_1_7(t *testing.T) {
	t.Parallel()
	var may []routing.Act
	for _, act := range []routing.Act{routing.ActProgress, routing.ActReport, routing.ActSubmit, routing.ActDirect, routing.ActAdd} {
		if _, err := (routing.Assignment{Role: routing.Coordinate, Status: routing.Working}).Next(act); err == nil {
			may = append(may, act)
		}
	}
	require.Equal(t, []routing.Act{routing.ActProgress}, may)
}

// Domain 5.1.8, 9.2.3: what came to the wrong unit goes back to whoever gave it.
// The unit itself sends it nowhere else.
func TestNothingGoesSideways_Domain_5_1_8(t *testing.T) {
	t.Parallel()
	holder := in("phuong", routing.Head)
	other := routing.Recipient{UnitID: "phuong2"}
	for name, act := range map[string]func(*routing.Case) error{
		"reroute":   func(k *routing.Case) error { return k.Reroute(holder, "ward", other, why) },
		"hand over": func(k *routing.Case) error { return k.HandOver(holder, "ward", other, why) },
		"drop":      func(k *routing.Case) error { return k.Drop(holder, "ward", why) },
	} {
		k := aCase()
		refusal(t, act(k), routing.ErrNotAllowed, name)
		require.Empty(t, k.Events, name)
	}
	k := aCase()
	require.NoError(t, k.Return(holder, "ward", why))
	i := slices.IndexFunc(k.Deadlines(), func(d routing.Deadline) bool { return d.Kind == routing.AwaitReturn })
	require.GreaterOrEqual(t, i, 0)
	require.Equal(t, routing.ID("phong"), k.Deadlines()[i].UnitID, "it is the giver's turn")
}

// Domain 9.2.5, for the drafts that there are: a changed draft of a report asks
// everybody again who had consented to the one before.
func TestAChangedDraftVoidsTheConsent_Domain_9_2_5(t *testing.T) {
	t.Parallel()
	k := submitted(t)
	require.NoError(t, k.Consent(otherHead, asked(t, k, "other"), ""))
	require.NoError(t, k.WithdrawDraft(wardHead, "share"))
	require.NoError(t, k.Submit(wardHead, "share", "Báo cáo, bản sửa", twoStages()))
	require.NoError(t, k.Consent(anotherHead, asked(t, k, "another"), ""))
	require.Equal(t, routing.Consulting, k.Share("share").Status, "the first consent was to another text")
	require.NoError(t, k.Consent(otherHead, asked(t, k, "other"), ""))
	require.NoError(t, k.Consent(officeHead, asked(t, k, "office"), ""))
	require.Equal(t, routing.Reported, k.Share("share").Status)
	require.Equal(t, "Báo cáo, bản sửa", k.Share("share").Report)
}

// Domain 9.2.10, 9.2.11: late is judged by the deadline in force at the time. An
// extension after the deadline lets the term run again and hides nothing.
func TestTheDeadlineInForceJudges_Domain_9_2_11(t *testing.T) {
	t.Parallel()
	k := wardsCase()
	a := k.Share("share")
	k.Now = at("2026-11-27 16:00")
	require.Equal(t, routing.CellLate, a.Cell(k.Now))
	require.NoError(t, k.Extend(officeHead, "share", at("2026-12-01 15:00"), because))
	require.Equal(t, routing.CellWorking, a.Cell(k.Now))
	details := k.Events[0].Details
	require.True(t, details["from"].(time.Time).Equal(at("2026-11-27 15:00")), "both stay in the history")
	require.True(t, details["due"].(time.Time).Equal(at("2026-12-01 15:00")))
	require.Equal(t, k.Now, details["dueSince"], "what was late until now was late")
	require.Equal(t, routing.CellLate, a.Cell(at("2026-12-01 15:01")))
}

// NĐ 30/2020, Điều 23 khoản 2: the lead answers for the whole, also for whom its
// giver added just now: no consent is asked over the heads of units whose part is
// still on its way.
func TestTheLeadWaitsForWhatIsOnItsWay_ND30_Dieu23(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		role  routing.Role
		given routing.Given
		waits bool
	}{
		"further, out of the share":    {routing.Execute, routing.Given{ParentID: "share"}, true},
		"added to the circle it leads": {routing.Lead, routing.Given{JoinsID: "d"}, true},
		"added beside it":              {routing.Execute, routing.Given{JoinsID: "d"}, false},
		"added to another circle":      {routing.Lead, routing.Given{JoinsID: "e"}, false},
		"out of another share":         {routing.Lead, routing.Given{ParentID: "another"}, false},
		"dispatched":                   {routing.Lead, routing.Given{JoinsID: "d", Dispatched: caseOpenedAt}, false},
		"voided":                       {routing.Lead, routing.Given{JoinsID: "d", VoidedAt: caseOpenedAt}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stages := []routing.Stage{{Rule: routing.EachMust, Units: []routing.ID{"other"}}}
			k := wardsCase()
			k.Share("share").Role = c.role
			k.Directions = []routing.Given{c.given}
			err := k.Submit(wardHead, "share", "Báo cáo", stages)
			if c.waits {
				refusal(t, err, routing.ErrPartsOpen)
				return
			}
			require.NoError(t, err)
		})
	}
}
