package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

var everyAct = []routing.Act{routing.ActRegister, routing.ActAttach, routing.ActDirect, routing.ActAcknowledge, routing.ActStart, routing.ActProgress,
	routing.ActReport, routing.ActApprove, routing.ActDispatch, routing.ActRing, routing.ActClose}

// What everybody does all day tells nobody, or what matters drowns.
func TestNotified(t *testing.T) {
	t.Parallel()
	for _, act := range everyAct {
		require.Empty(t, routing.Notified(act), act)
	}
	for act, want := range map[routing.Act][]routing.Audience{
		routing.ActReturn:          {routing.TellGiver, routing.TellGiverUnit},
		routing.ActSendBack:        {routing.TellHolder},
		routing.ActAskExtension:    {routing.TellOwner},
		routing.ActSubmit:          {routing.TellOwner},
		routing.ActRefuseExtension: {routing.TellAsker},
		routing.ActRecall:          {routing.TellUnits},
		routing.ActRemind:          {routing.TellHolder},
	} {
		require.Equal(t, want, routing.Notified(act), act)
	}
}

func TestAddressees(t *testing.T) {
	t.Parallel()
	now := at("2026-11-23 09:00")
	c := &routing.Case{Now: now, Document: routing.Document{ID: "d", UnitID: "district", Status: routing.Directed},
		Assignments: []routing.Assignment{
			{ID: "a", UnitID: "ward", GiverUnitID: "district", DirectionID: "x", Status: routing.Working},
			{ID: "b", UnitID: "ward", PositionID: "officer", GiverUnitID: "ward", DirectionID: "y", Status: routing.Sent},
			{ID: "c", UnitID: "other", Status: routing.Withdrawn, ClosedAt: now}, // never received
		},
		Decisions: []routing.Decision{
			{ID: "old", AssignmentID: "a", Kind: routing.Extension, OwnerUnitID: "other", AskedAt: at("2026-11-20 09:00"), AskedBy: "x", DecidedAt: at("2026-11-20 10:00"), Status: routing.DecisionRefused},
			{ID: "new", AssignmentID: "a", Kind: routing.Extension, OwnerUnitID: "district", AskedAt: now, AskedBy: "account", Status: routing.DecisionOpen},
		}}
	desks := []routing.Office{routing.Clerk, routing.Head, routing.Chief, routing.Deputy, routing.Chairman}
	leaders := desks[1:]
	ward, officer := routing.Addressee{UnitID: "ward", Offices: desks}, routing.Addressee{PositionID: "officer"}
	for _, x := range []struct {
		act   routing.Act
		share routing.ID
		want  []routing.Addressee
		about routing.ID
	}{
		{routing.ActReturn, "a", []routing.Addressee{{DirectionID: "x"}, {UnitID: "district", Offices: desks[:1]}}, ""},
		{routing.ActRemind, "a", []routing.Addressee{ward}, ""},
		{routing.ActRemind, "b", []routing.Addressee{officer}, ""},
		{routing.ActAskExtension, "a", []routing.Addressee{{UnitID: "district", Offices: leaders}}, "new"},
		{routing.ActRecall, "", []routing.Addressee{ward, officer}, ""},
		{routing.ActHold, "", []routing.Addressee{ward, officer}, ""},
		{routing.ActWithdraw, "b", []routing.Addressee{officer}, ""},
		{routing.ActReport, "a", nil, ""},
	} {
		to, about := c.Addressees(routing.Event{Kind: x.act, AssignmentID: x.share, At: now})
		require.Equal(t, x.want, to, "%s %s", x.act, x.share)
		require.Equal(t, x.about, about, x.act)
	}
	c.Decisions[1].Status, c.Decisions[1].DecidedAt = routing.DecisionGranted, now
	to, about := c.Addressees(routing.Event{Kind: routing.ActRefuseExtension, AssignmentID: "a", At: now})
	require.Equal(t, []routing.Addressee{{AccountID: "account"}}, to)
	require.Equal(t, routing.ID("new"), about)
	c.Document.Status = routing.Recalling
	to, _ = c.Addressees(routing.Event{Kind: routing.ActWithdraw, AssignmentID: "b", At: now})
	require.Empty(t, to, "the recall has told them")
}

func TestNoticeSettings(t *testing.T) {
	t.Parallel()
	for _, good := range []routing.NoticeSettings{{}, routing.DefaultNoticeSettings, {Address: "vanthu@hadong.hanoi.gov.vn", MailAlarms: true},
		{Address: "a@b.vn", QuietFrom: "22:00", QuietTo: "06:30"}} {
		require.NoError(t, good.Check(), good)
	}
	for _, address := range []string{"ai đó", "a@b", "A <a@b.vn>", "a@b.vn\r\nBcc: x@y.vn", "a@b.vn, c@d.vn", "@b.vn", "a@-b.vn"} {
		refusal(t, routing.NoticeSettings{Address: address}.Check(), routing.ErrField, address)
	}
	for _, bad := range []routing.NoticeSettings{{MailAlarms: true}, {QuietFrom: "22:00"}, {QuietTo: "06:00"}, {QuietFrom: "9 giờ", QuietTo: "10:00"}, {QuietFrom: "06:00", QuietTo: "06:00"}} {
		refusal(t, bad.Check(), routing.ErrField, bad)
	}
	night := routing.NoticeSettings{QuietFrom: "22:00", QuietTo: "06:30"}
	noon := routing.NoticeSettings{QuietFrom: "11:30", QuietTo: "13:00"}
	for _, x := range []struct {
		s         routing.NoticeSettings
		now, want string
	}{
		{routing.NoticeSettings{}, "2026-11-23 03:00", "2026-11-23 03:00"},
		{night, "2026-11-23 21:59", "2026-11-23 21:59"},
		{night, "2026-11-23 22:00", "2026-11-24 06:30"},
		{night, "2026-11-24 03:00", "2026-11-24 06:30"},
		{night, "2026-11-24 06:30", "2026-11-24 06:30"},
		{noon, "2026-11-24 12:00", "2026-11-24 13:00"},
		{noon, "2026-11-24 13:01", "2026-11-24 13:01"},
	} {
		require.True(t, at(x.want).Equal(x.s.NotBefore(at(x.now))), "%v %s", x.s, x.now)
	}
}

func TestRemind_ND30_Dieu24(t *testing.T) {
	t.Parallel()
	giver := routing.Actor{AccountID: "g", UnitID: "district", Office: routing.Clerk}
	for name, x := range map[string]struct {
		actor  routing.Actor
		change func(*routing.Case)
		want   *routing.Error
	}{
		"clerk of the giver":       {giver, func(*routing.Case) {}, nil},
		"chief of the office":      {routing.Actor{UnitID: "vp", AboveID: "district", Office: routing.Chief}, func(*routing.Case) {}, nil},
		"chief of another":         {routing.Actor{UnitID: "vp", AboveID: "elsewhere", Office: routing.Chief}, func(*routing.Case) {}, routing.ErrNotAllowed},
		"the holder himself":       {routing.Actor{UnitID: "ward", Office: routing.Head}, func(*routing.Case) {}, routing.ErrNotAllowed},
		"a moment ago":             {giver, func(c *routing.Case) { c.Assignments[0].RemindedAt = at("2026-11-23 08:31") }, routing.ErrReminded},
		"half an hour ago":         {giver, func(c *routing.Case) { c.Assignments[0].RemindedAt = at("2026-11-23 08:30") }, nil},
		"who waits for a judgment": {giver, func(c *routing.Case) { c.Assignments[0].Status = routing.Reported }, routing.ErrTransition},
		"who is done":              {giver, func(c *routing.Case) { c.Assignments[0].Status = routing.Done }, routing.ErrTransition},
		"held":                     {giver, func(c *routing.Case) { c.Assignments[0].HeldAt = at("2026-11-23 08:00") }, routing.ErrTransition},
		"a finished document":      {giver, func(c *routing.Case) { c.Document.Status = routing.Concluded }, routing.ErrTransition},
	} {
		c := &routing.Case{Now: at("2026-11-23 09:00"), Document: routing.Document{ID: "d", UnitID: "district", Status: routing.Directed},
			Assignments: []routing.Assignment{{ID: "a", UnitID: "ward", GiverUnitID: "district", Status: routing.Sent, Version: 3}}}
		x.change(c)
		err := c.Remind(x.actor, "a", "Khẩn trương xác nhận")
		if x.want != nil {
			refusal(t, err, x.want, name)
			require.Empty(t, c.Events, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, 4, c.Assignments[0].Version)
		require.Equal(t, c.Now, c.Assignments[0].RemindedAt)
		require.Equal(t, "Khẩn trương xác nhận", c.Events[0].Details["note"])
		require.Empty(t, c.News, "it wakes nobody but its reader")
	}
}
