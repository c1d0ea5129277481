package routing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

const (
	why   = "Theo ý kiến tại cuộc họp"
	today = "2026-11-25 09:00"
)

// aCase is a document of the district: the office leads, has it from the
// district, and handed work to a ward, which gave it to its officer; another
// ward has its part beside the office.
func aCase() *routing.Case {
	share := func(id, direction, parent, giver, unit routing.ID, role routing.Role, status routing.AssignmentStatus) routing.Assignment {
		return routing.Assignment{ID: id, DocumentID: "d", DirectionID: direction, CircleID: direction, ParentID: parent, GiverUnitID: giver, UnitID: unit,
			Role: role, Status: status, Version: 1, SentAt: at("2026-11-23 09:00"), ReceiveDue: at("2026-11-23 17:00"), Due: at("2026-11-27 17:00"),
			Receipt: routing.Receipt{At: at("2026-11-23 10:00")}}
	}
	c := &routing.Case{
		Document: routing.Document{ID: "d", UnitID: "quan", Status: routing.Directed, Version: 2},
		Assignments: []routing.Assignment{
			share("office", "first", "", "quan", "phong", routing.Lead, routing.Working),
			share("beside", "first", "", "quan", "phuong2", routing.Execute, routing.Received),
			share("ward", "second", "office", "phong", "phuong", routing.Execute, routing.Working),
			share("officer", "third", "ward", "phuong", "phuong", routing.Lead, routing.Received),
		},
		Directions: []routing.Given{
			{ID: "first", UnitID: "quan", Kind: routing.GivenFirst, Dispatched: at("2026-11-23 09:00"), By: routing.Actor{UnitID: "quan", Office: routing.Chairman, PositionID: "chairman"}},
			{ID: "second", ParentID: "office", UnitID: "phong", Kind: routing.GivenFurther, Dispatched: at("2026-11-23 09:00"), By: in("phong", routing.Head)},
			{ID: "third", ParentID: "ward", UnitID: "phuong", Kind: routing.GivenFurther, Dispatched: at("2026-11-23 09:00"), By: in("phuong", routing.Head)},
		},
		Ladder: routing.Ladder{Receipt: routing.Span{}, Approval: routing.Span{Days: 1}, Direction: routing.Span{Days: 1}},
		Clocks: everyOffice, Now: at(today).UTC(),
	}
	c.Assignments[3].PositionID = "canbo"
	n := 0
	c.NewID = func() routing.ID { n++; return routing.ID(fmt.Sprint("new ", n)) }
	return c
}

// states are those of the shares by name.
func states(c *routing.Case) map[routing.ID]routing.AssignmentStatus {
	out := map[routing.ID]routing.AssignmentStatus{}
	for _, a := range c.Assignments {
		out[a.ID] = a.Status
	}
	return out
}

// explained demands one event for every new version, and no other.
func explained(t *testing.T, before, after *routing.Case) {
	t.Helper()
	events := map[routing.ID]int{}
	for _, e := range after.Events {
		events[e.AssignmentID]++
	}
	require.Equal(t, after.Document.Version-before.Document.Version, events[""], "the document")
	for i, a := range after.Assignments {
		require.Equal(t, a.Version-before.Assignments[i].Version, events[a.ID], a.ID)
	}
}

// NĐ 30/2020, Điều 21 khoản 2: back to whoever gave it, never sideways.
func TestReturnAndInsist_ND30_Dieu21(t *testing.T) {
	t.Parallel()
	head := in("phuong", routing.Head)
	for name, c := range map[string]struct {
		actor  routing.Actor
		share  routing.ID
		reason string
		want   *routing.Error
	}{
		"the ward's head":      {head, "ward", why, nil},
		"its clerk":            {in("phuong", routing.Clerk), "ward", why, nil},
		"its officer":          {in("phuong", routing.Officer), "ward", why, routing.ErrNotAllowed},
		"the giver":            {in("phong", routing.Head), "ward", why, routing.ErrNotAllowed},
		"without a reason":     {head, "ward", "sai", routing.ErrReason},
		"what there is not":    {head, "nothing", why, routing.ErrNotFound},
		"somebody else's part": {head, "beside", why, routing.ErrNotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := aCase()
			err := k.Return(c.actor, c.share, c.reason)
			if c.want != nil {
				refusal(t, err, c.want)
				require.Empty(t, k.Events)
				return
			}
			require.NoError(t, err)
			explained(t, aCase(), k)
			require.Equal(t, map[routing.ID]routing.AssignmentStatus{"office": "working", "beside": "received", "ward": "returned", "officer": "withdrawn"}, states(k))
			require.Equal(t, at("2026-11-26 17:00").UTC(), k.Share("ward").ReturnDue)
			require.Equal(t, k.Share("ward").ReturnDue, k.Events[0].Details["returnDue"])
			require.Equal(t, []routing.MilestoneKind{routing.NewsMoved}, k.News)

			refusal(t, k.Insist(c.actor, "ward", why), routing.ErrNotAllowed)
			refusal(t, k.Insist(in("phong", routing.Head), "ward", "sai"), routing.ErrReason)
			require.NoError(t, k.Insist(in("phong", routing.Head), "ward", why))
			require.Equal(t, routing.Received, k.Share("ward").Status, "it had been received")
			require.Equal(t, k.Now, k.Share("ward").DueSince)
			explained(t, aCase(), k)
		})
	}
}

// NĐ 30/2020, Điều 18 khoản 4 điểm b; QĐ 28/2018, Điều 9.
func TestRecallAsksWhoHadReceivedIt_QD28_Dieu9(t *testing.T) {
	t.Parallel()
	k := aCase()
	k.Document.HeldAt = at("2026-11-24 09:00")
	k.Share("beside").Receipt = routing.Receipt{}
	refusal(t, k.Recall(in("phong", routing.Head), why), routing.ErrNotAllowed)
	refusal(t, k.Recall(in("quan", routing.Clerk), "sai"), routing.ErrReason)
	require.NoError(t, k.Recall(in("quan", routing.Clerk), why))
	require.Equal(t, routing.Recalling, k.Document.Status)
	require.False(t, k.Document.Held(), "who has to answer is urged")
	refusal(t, k.Return(in("phuong", routing.Head), "ward", why), routing.ErrTransition)
	k.Withdraw()
	for id, status := range states(k) {
		require.Equal(t, routing.Withdrawn, status, id)
	}
	require.Len(t, k.Decisions, 2, "the office and the ward; not its officer, and not who never received it")
	k.Withdraw()
	require.Len(t, k.Decisions, 2, "the second time asks nobody")
	office, ward := k.Decisions[0].ID, k.Decisions[1].ID
	require.Len(t, k.Deadlines(), 2)

	refusal(t, k.AnswerRecall(in("phong", routing.Head), "nothing", true, ""), routing.ErrNotFound)
	refusal(t, k.AnswerRecall(in("phong", routing.Head), ward, true, ""), routing.ErrNotAllowed)
	refusal(t, k.AnswerRecall(in("phong", routing.Clerk), office, false, "không"), routing.ErrReason)
	require.NoError(t, k.AnswerRecall(in("phong", routing.Clerk), office, true, ""))
	refusal(t, k.AnswerRecall(in("phong", routing.Clerk), office, true, ""), routing.ErrDecided)
	require.Equal(t, routing.Recalling, k.Document.Status)
	require.NoError(t, k.AnswerRecall(in("phuong", routing.Head), ward, false, why))
	require.Equal(t, routing.Recalled, k.Document.Status, "with the last answer")
	require.Equal(t, routing.DecisionRefused, k.Decision(ward).Status)
	explained(t, aCase(), k)
}

// Where nobody had received it, the recall is settled at once.
func TestRecallWithoutReceipts(t *testing.T) {
	t.Parallel()
	k := aCase()
	for i := range k.Assignments {
		k.Assignments[i].Receipt, k.Assignments[i].Status = routing.Receipt{}, routing.Sent
	}
	require.NoError(t, k.Recall(in("quan", routing.Chairman), why))
	k.Withdraw()
	require.Equal(t, routing.Recalled, k.Document.Status)
	explained(t, aCase(), k)
}

// What happens to the shares, by verb, and who may.
func TestVerbsOnShares(t *testing.T) {
	t.Parallel()
	district, office := in("quan", routing.Chairman), in("phong", routing.Head)
	admin := in("quan", routing.Admin)
	for name, c := range map[string]struct {
		act  func(*routing.Case) error
		want *routing.Error
		then map[routing.ID]routing.AssignmentStatus
		news routing.MilestoneKind
	}{
		"drop": {func(k *routing.Case) error { return k.Drop(office, "ward", why) }, nil,
			map[routing.ID]routing.AssignmentStatus{"office": "working", "beside": "received", "ward": "withdrawn", "officer": "withdrawn"}, ""},
		"drop, not the giver":    {func(k *routing.Case) error { return k.Drop(district, "ward", why) }, routing.ErrNotAllowed, nil, ""},
		"drop the lead":          {func(k *routing.Case) error { return k.Drop(district, "office", why) }, routing.ErrLeadNeeded, nil, ""},
		"drop without a reason":  {func(k *routing.Case) error { return k.Drop(office, "ward", "") }, routing.ErrReason, nil, ""},
		"drop, document at rest": {func(k *routing.Case) error { k.Document.Status = routing.Concluded; return k.Drop(office, "ward", why) }, routing.ErrTransition, nil, ""},
		"reroute the lead": {func(k *routing.Case) error {
			return k.Reroute(district, "office", routing.Recipient{UnitID: "phong2"}, why)
		}, nil,
			map[routing.ID]routing.AssignmentStatus{"office": "withdrawn", "beside": "received", "ward": "withdrawn", "officer": "withdrawn"}, routing.NewsDirected},
		"reroute to who has a part": {func(k *routing.Case) error {
			return k.Reroute(district, "office", routing.Recipient{UnitID: "phuong2"}, why)
		}, routing.ErrRecipients, nil, ""},
		"hand over": {func(k *routing.Case) error {
			return k.HandOver(district, "office", routing.Recipient{UnitID: "phong2"}, why)
		}, nil,
			map[routing.ID]routing.AssignmentStatus{"office": "handed-over", "beside": "received", "ward": "working", "officer": "received"}, routing.NewsDirected},
		"hand over by the administrator": {func(k *routing.Case) error {
			return k.HandOver(admin, "ward", routing.Recipient{UnitID: "phuong3"}, why)
		}, nil,
			map[routing.ID]routing.AssignmentStatus{"office": "working", "beside": "received", "ward": "handed-over", "officer": "received"}, routing.NewsDirected},
		"hand over by an office's administrator": {func(k *routing.Case) error {
			below := admin
			below.AboveID = "quan"
			return k.HandOver(below, "ward", routing.Recipient{UnitID: "phuong3"}, why)
		}, routing.ErrNotAllowed, nil, ""},
		"hand over a unit's share to an officer": {func(k *routing.Case) error {
			return k.HandOver(district, "office", routing.Recipient{UnitID: "phong2", PositionID: "x"}, why)
		}, routing.ErrRecipients, nil, ""},
		"void what was handed on": {func(k *routing.Case) error { return k.Void(office, "second", why) }, nil,
			map[routing.ID]routing.AssignmentStatus{"office": "working", "beside": "received", "ward": "withdrawn", "officer": "withdrawn"}, routing.NewsMoved},
		"void another unit's": {func(k *routing.Case) error { return k.Void(district, "second", why) }, routing.ErrNotAllowed, nil, ""},
		"hold and resume at once": {func(k *routing.Case) error {
			if err := k.Hold(district, "office", routing.OtherHold, why); err != nil {
				return err
			}
			return k.Resume(district, "office")
		}, nil, states(aCase()), routing.NewsMoved},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := aCase()
			err := c.act(k)
			if c.want != nil {
				refusal(t, err, c.want)
				require.Empty(t, k.Events)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.then, states(k))
			explained(t, aCase(), k)
			if c.news != "" {
				require.Contains(t, k.News, c.news)
			}
		})
	}
}

// The successor is told what was asked, and who gave the work stays who hears of it.
func TestHandOverByTheAdministratorKeepsTheGiver(t *testing.T) {
	t.Parallel()
	k := aCase()
	k.Directions[1].Text = "Kiểm tra"
	require.NoError(t, k.HandOver(in("quan", routing.Admin), "ward", routing.Recipient{UnitID: "phuong3"}, why))
	g := k.Directions[len(k.Directions)-1]
	require.Equal(t, routing.GivenHandedOver, g.Kind)
	require.Equal(t, in("phong", routing.Head), g.By)
	require.Equal(t, routing.ID("phong"), g.UnitID)
	require.Equal(t, "Kiểm tra", g.Text)
	require.Equal(t, []routing.Recipient{{UnitID: "phuong3", Role: routing.Execute, Due: at("2026-11-27 17:00")}}, g.Recipients)
	require.True(t, g.Carries)
}

// Domain 4.3: the deadline moves by the working time that passed; what was
// missed before stays missed by as much.
func TestResumeMovesDeadlines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status                   routing.AssignmentStatus
		due, held, resumed, want string
	}{
		"over a night":                          {routing.Working, "2026-11-27 17:00", "2026-11-25 16:00", "2026-11-26 09:00", "2026-11-30 10:00"},
		"over a weekend only":                   {routing.Working, "2026-12-04 17:00", "2026-11-28 08:00", "2026-11-29 20:00", "2026-12-04 17:00"},
		"over a day off":                        {routing.Working, "2026-11-27 17:00", "2026-11-23 17:00", "2026-11-25 08:00", "2026-11-27 17:00"},
		"missed by 2 hours, 2 days ago":         {routing.Working, "2026-11-25 15:00", "2026-11-25 17:00", "2026-11-27 17:00", "2026-11-27 15:00"},
		"while it waits for approval":           {routing.Reported, "2026-11-26 17:00", "2026-11-25 08:00", "2026-11-25 17:00", "2026-11-27 17:00"},
		"while a return waits":                  {routing.Returned, "2026-11-26 17:00", "2026-11-25 08:00", "2026-11-25 17:00", "2026-11-27 17:00"},
		"while the receipt is awaited":          {routing.Sent, "2026-11-26 17:00", "2026-11-25 08:00", "2026-11-25 17:00", "2026-11-27 17:00"},
		"for as long as consent is due":         {routing.Consulting, "2026-11-26 17:00", "2026-11-25 08:00", "2026-11-25 17:00", "2026-11-27 17:00"},
		"not by what passed before it was sent": {routing.Working, "2026-11-26 17:00", "2026-11-20 08:00", "2026-11-23 17:00", "2026-11-27 16:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := aCase()
			a := k.Share("ward")
			a.Status = c.status
			running := &a.Due
			switch c.status {
			case routing.Reported:
				running = &a.ApproveDue
			case routing.Returned:
				running = &a.ReturnDue
			case routing.Sent:
				running = &a.ReceiveDue
			}
			*running = at(c.due)
			k.Now = at(c.held)
			require.NoError(t, k.Hold(in("phong", routing.Head), "ward", routing.AwaitCitizen, why))
			require.Len(t, k.Deadlines(), 2, "the office's and the one beside: what is held runs for nobody")
			k.Now = at(c.resumed)
			require.NoError(t, k.Resume(in("phong", routing.Head), "ward"))
			require.Equal(t, at(c.want).UTC(), running.UTC())
			explained(t, aCase(), k)
		})
	}
}

// Taking the only opinion back lets the document wait for another.
func TestVoidOnTheDocument(t *testing.T) {
	t.Parallel()
	for _, presented := range []bool{false, true} {
		k, want := aCase(), routing.Registered
		if presented {
			k.Document.PresentedAt, want = at("2026-11-23 08:30"), routing.Presented
		}
		require.NoError(t, k.Void(in("quan", routing.Chairman), "first", why))
		require.Equal(t, want, k.Document.Status)
		require.Equal(t, at("2026-11-26 17:00").UTC(), k.Document.DirectDue)
		require.Equal(t, k.Document.DirectDue, k.Events[0].Details["directDue"])
		for id, status := range states(k) {
			require.Equal(t, routing.Withdrawn, status, id)
		}
		explained(t, aCase(), k)
	}
	k := aCase()
	deputy := in("quan", routing.Deputy)
	refusal(t, k.Void(deputy, "first", why), routing.ErrNotAllowed)
	k.Directions[0].By = deputy
	require.NoError(t, k.Void(deputy, "first", why), "he takes back his own")
}

// A share under one that is done is not taken up before that.
func TestReopenFromAbove(t *testing.T) {
	t.Parallel()
	k := aCase()
	for _, id := range []routing.ID{"ward", "officer"} {
		a := k.Share(id)
		a.Status, a.ClosedAt = routing.Done, k.Now
	}
	later := at("2026-12-04 17:00")
	refusal(t, k.Reopen(in("phuong", routing.Head), "officer", later, why), routing.ErrTransition)
	refusal(t, k.Reopen(in("phong", routing.Head), "ward", at("2026-11-20 17:00"), why), routing.ErrDuePast)
	require.NoError(t, k.Reopen(in("phong", routing.Head), "ward", later, why))
	require.NoError(t, k.Reopen(in("phuong", routing.Head), "officer", later, why))
	require.Equal(t, later.UTC(), k.Share("officer").Due)
	explained(t, aCase(), k)
}
