package routing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/calendar"
	"congvan/routing"
)

// What a date means that is set while the clocks stand still nobody could say:
// they run first.
func TestExtendWhileHeld(t *testing.T) {
	t.Parallel()
	giver := in("phong", routing.Head)
	for name, hold := range map[string]func(*routing.Case) error{
		"the share": func(k *routing.Case) error { return k.Hold(giver, "ward", routing.AwaitCitizen, why) },
		"the document": func(k *routing.Case) error {
			return k.HoldDocument(in("quan", routing.Chairman), routing.AwaitCitizen, why)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := aCase()
			require.NoError(t, k.AskExtension(in("phuong", routing.Head), "ward", at("2026-12-01 17:00"), why))
			require.NoError(t, hold(k))
			refusal(t, k.Extend(giver, "ward", at("2026-12-10 17:00"), why), routing.ErrOnHold)
			refusal(t, k.DecideExtension(giver, k.Decisions[0].ID, true, nil, ""), routing.ErrOnHold)
			require.Equal(t, routing.DecisionOpen, k.Decisions[0].Status)
			require.NoError(t, k.DecideExtension(giver, k.Decisions[0].ID, false, nil, why))
		})
	}
}

// Whose share is handed over while it is held runs again at the successor, and
// so does what goes along.
func TestHandedOverWhileHeld(t *testing.T) {
	t.Parallel()
	k, district := aCase(), in("quan", routing.Chairman)
	k.Now = at("2026-11-25 08:00").UTC()
	require.NoError(t, k.Hold(in("phuong", routing.Head), "officer", routing.AwaitCitizen, why))
	k.Now = at("2026-11-25 09:00").UTC()
	require.NoError(t, k.Hold(district, "office", routing.AwaitCitizen, why))
	before := len(k.Events)
	k.Now = at("2026-11-25 10:00").UTC()
	require.NoError(t, k.HandOver(district, "office", routing.Recipient{UnitID: "phong2"}, why))
	require.Equal(t, routing.ActHandOver, k.Events[before].Kind)
	require.False(t, k.Share("ward").Held())
	require.Equal(t, at("2026-11-30 09:00").UTC(), k.Share("ward").Due, "an hour later than Friday evening")
	require.True(t, k.Share("officer").Held(), "for a reason of its own")
	explained(t, aCase(), k)
}

// What is asked for a share ends with the share: nobody decides it any more.
func TestAskedExtensionEndsWithTheShare(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(k *routing.Case) error{
		"handed over": func(k *routing.Case) error {
			return k.HandOver(in("phong", routing.Head), "ward", routing.Recipient{UnitID: "phuong3"}, why)
		},
		"dropped":   func(k *routing.Case) error { return k.Drop(in("phong", routing.Head), "ward", why) },
		"withdrawn": func(k *routing.Case) error { return k.Return(in("phong", routing.Head), "office", why) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := aCase()
			require.NoError(t, k.AskExtension(in("phuong", routing.Head), "ward", at("2026-12-01 17:00"), why))
			require.NoError(t, end(k))
			require.Equal(t, routing.DecisionVoid, k.Decisions[0].Status)
		})
	}
}

// What was asked of a unit is decided by its successor, who has to know of it.
func TestAskedExtensionGoesAlong(t *testing.T) {
	t.Parallel()
	k := aCase()
	require.NoError(t, k.AskExtension(in("phuong", routing.Head), "ward", at("2026-12-01 17:00"), why))
	version := k.Decisions[0].Version
	require.NoError(t, k.HandOver(in("quan", routing.Chairman), "office", routing.Recipient{UnitID: "phong2"}, why))
	require.Equal(t, routing.DecisionOpen, k.Decisions[0].Status)
	require.Equal(t, routing.ID("phong2"), k.Decisions[0].OwnerUnitID)
	require.Greater(t, k.Decisions[0].Version, version)
}

// A request that waited while its share was reported is urged from the moment on
// at which the work goes on, not for the time between.
func TestAskedExtensionAfterSendBack(t *testing.T) {
	t.Parallel()
	k := aCase()
	k.Ladder.Rungs = []routing.Rung{{Kind: routing.AwaitDecision, Step: 1}, {Kind: routing.AwaitDecision, Step: 2, When: routing.Span{Days: 1}}}
	require.NoError(t, k.AskExtension(in("phuong", routing.Head), "ward", at("2026-12-01 17:00"), why))
	k.Now = at("2026-12-04 09:00").UTC()
	k.Share("ward").DueSince = k.Now // reported at once, sent back now
	for _, a := range k.Ladder.Alarms(k.Deadlines(), k.Clocks) {
		require.True(t, a.At.After(k.Now), "step %d rings for when nobody had to decide: %s", a.Step, a.At)
	}
	require.NotEmpty(t, k.Ladder.Alarms(k.Deadlines(), k.Clocks))
}

// A unit has nothing to say to the officers of another.
func TestOfficersWorkStaysInItsUnit(t *testing.T) {
	t.Parallel()
	k := aCase()
	head := in("phuong", routing.Head)
	err := k.HandOver(head, "officer", routing.Recipient{UnitID: "phuong2", PositionID: "theirs"}, why)
	refusal(t, err, routing.ErrRecipients)
	require.NoError(t, k.HandOver(head, "officer", routing.Recipient{UnitID: "phuong", PositionID: "another"}, why))
}

// The lead asks for consent to the whole: who joins its circle has to report first.
func TestSubmitWaitsForWhoJoins(t *testing.T) {
	t.Parallel()
	k := aCase()
	for _, id := range []routing.ID{"beside", "ward", "officer"} {
		k.Share(id).Status = routing.Reported
	}
	require.NoError(t, k.AddRecipients(in("quan", routing.Chairman), "first", why, []routing.Recipient{{UnitID: "phuong3", Role: routing.Execute, Due: at("2026-11-27 17:00")}}))
	asked := []routing.Stage{{Rule: routing.EachMust, Units: []routing.ID{"phong2"}}}
	refusal(t, k.Submit(in("phong", routing.Head), "office", "Đã xong", asked), routing.ErrPartsOpen)
}

// A unit that keeps a duty roster knows no days off on an urgent ladder, whoever
// sets the date, and whether it is the first one or a later one.
func TestDayOffOfWhoIsOnDuty(t *testing.T) {
	t.Parallel()
	sunday := at("2026-11-29 15:00")
	for name, act := range map[string]func(k *routing.Case) error{
		"extended": func(k *routing.Case) error { return k.Extend(in("phong", routing.Head), "ward", sunday, why) },
		"reopened": func(k *routing.Case) error {
			k.Share("ward").Status, k.Share("ward").ClosedAt = routing.Done, k.Now
			return k.Reopen(in("phong", routing.Head), "ward", sunday, why)
		},
		"rerouted": func(k *routing.Case) error {
			return k.Reroute(in("phong", routing.Head), "ward", routing.Recipient{UnitID: "phuong3", Due: sunday}, why)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := aCase()
			refusal(t, act(k), routing.ErrDueDayOff)
			k = aCase()
			k.Ladder.Receipt = routing.Span{Immediate: time.Hour}
			k.Clocks = func(routing.ID) calendar.Clock { return office.WithDuty(true) }
			require.NoError(t, act(k))
		})
	}
}

// Whatever ends a hold says so in its event, or replaying would find it held for ever.
func TestEventsTellThatAHoldEnds(t *testing.T) {
	t.Parallel()
	chairman := in("quan", routing.Chairman)
	for name, end := range map[string]func(k *routing.Case) error{
		"recalled": func(k *routing.Case) error { return k.Recall(chairman, why) },
		"voided": func(k *routing.Case) error {
			chairman := k.Directions[0].By
			return k.Void(chairman, "first", why)
		},
		"reopened": func(k *routing.Case) error {
			k.Document.Status, k.Share("office").Status = routing.Concluded, routing.Done
			return k.ReopenDocument(chairman, at("2026-12-01 17:00"), why)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := aCase()
			k.Document.HeldAt = at("2026-11-24 09:00").UTC()
			require.NoError(t, end(k))
			require.False(t, k.Document.Held())
			value, told := k.Events[0].Details["held"]
			require.True(t, told)
			require.Nil(t, value)
		})
	}
}
