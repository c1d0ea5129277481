package routing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// bookCase is a document in the district's book, on Monday, 23/11/2026, 09:00.
func bookCase(status routing.DocumentStatus) *routing.Case {
	return &routing.Case{
		Document: routing.Document{ID: "d", UnitID: "quan", Status: status, Version: 1, Registered: at("2026-11-23 08:00"),
			PresentDue: at("2026-11-23 10:00"), DirectDue: at("2026-11-23 12:00"), LadderVersion: 1,
			Registration: routing.Registration{Ladder: "normal", Channel: routing.Electronic}},
		Ladder: soundLadder(), Clocks: everyOffice, Now: at("2026-11-23 09:00"),
	}
}

var (
	clerkOfBook = routing.Actor{AccountID: "a1", PositionID: "p1", UnitID: "quan", Office: routing.Clerk}
	chiefOfBook = routing.Actor{AccountID: "a2", PositionID: "p2", UnitID: "vp", AboveID: "quan", Office: routing.Chief}
	chairOfBook = routing.Actor{AccountID: "a3", PositionID: "p3", UnitID: "quan", Office: routing.Chairman}
	headOfOther = routing.Actor{AccountID: "a4", PositionID: "p4", UnitID: "qldt", AboveID: "quan", Office: routing.Head}
)

// NĐ 30/2020, Điều 23 khoản 1: who presents, who passes on.
func TestPresentingRules_ND30_Dieu23(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		actor  routing.Actor
		status routing.DocumentStatus
		held   bool
		now    string
		want   *routing.Error
		late   bool
	}{
		"the clerk presents":             {actor: clerkOfBook, status: routing.Registered},
		"late":                           {actor: clerkOfBook, status: routing.Registered, now: "2026-11-23 10:01", late: true},
		"the chief presents":             {actor: chiefOfBook, status: routing.Registered},
		"the chief passes on":            {actor: chiefOfBook, status: routing.Presented},
		"a leader passes on, never late": {actor: chairOfBook, status: routing.Presented, now: "2026-11-23 10:01"},
		"the clerk does not pass on":     {actor: clerkOfBook, status: routing.Presented, want: routing.ErrNotAllowed},
		"the head of an office":          {actor: headOfOther, status: routing.Registered, want: routing.ErrNotAllowed},
		"an admin of the unit":           {actor: routing.Actor{UnitID: "quan", Office: routing.Admin}, status: routing.Registered, want: routing.ErrNotAllowed},
		"what is directed already":       {actor: chairOfBook, status: routing.Directed, want: routing.ErrTransition},
		"what is cancelled":              {actor: chairOfBook, status: routing.Cancelled, want: routing.ErrTransition},
		"what is held":                   {actor: clerkOfBook, status: routing.Registered, held: true, want: routing.ErrOnHold},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := bookCase(c.status)
			if c.now != "" {
				k.Now = at(c.now)
			}
			if c.held {
				k.Document.HeldAt = at("2026-11-23 08:30")
			}
			before := k.Document
			err := k.Present(c.actor, "p3", " Kính trình ")
			if c.want != nil {
				refusal(t, err, c.want)
				require.Equal(t, before, k.Document)
				require.Empty(t, k.Events)
				return
			}
			require.NoError(t, err)
			require.Equal(t, routing.Presented, k.Document.Status)
			require.Equal(t, routing.ID("p3"), k.Document.PresentedTo)
			require.Equal(t, k.Now, k.Document.PresentedAt)
			require.Equal(t, k.Ladder.Direction.After(k.Now, office).UTC(), k.Document.DirectDue)
			require.Len(t, k.Events, 1)
			require.Equal(t, map[string]any{"to": "p3", "directDue": k.Document.DirectDue, "late": c.late, "note": "Kính trình"}, k.Events[0].Details)
			require.Equal(t, []routing.MilestoneKind{routing.NewsMoved}, k.News)
			refusal(t, k.Present(chairOfBook, "p3", ""), routing.ErrField)
			require.NoError(t, k.Present(chairOfBook, "p9", ""))
			require.Equal(t, 3, k.Document.Version)
		})
	}
}

// NĐ 30/2020, Điều 21 khoản 2 điểm c: once, by the clerk or the program, the same day.
func TestNoticeRules_ND30_Dieu21(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		actor  routing.Actor
		status routing.DocumentStatus
		paper  bool
		want   *routing.Error
	}{
		"the clerk":              {actor: clerkOfBook, status: routing.Registered},
		"the program":            {status: routing.Presented},
		"after the direction":    {actor: clerkOfBook, status: routing.Directed},
		"after the end":          {actor: clerkOfBook, status: routing.Concluded},
		"the chairman":           {actor: chairOfBook, status: routing.Registered, want: routing.ErrNotAllowed},
		"another's clerk":        {actor: routing.Actor{AccountID: "x", UnitID: "molao", Office: routing.Clerk}, status: routing.Registered, want: routing.ErrNotAllowed},
		"of a paper":             {actor: clerkOfBook, status: routing.Registered, paper: true, want: routing.ErrTransition},
		"of what was taken back": {actor: clerkOfBook, status: routing.Recalled, want: routing.ErrTransition},
		"of what was cancelled":  {actor: clerkOfBook, status: routing.Cancelled, want: routing.ErrTransition},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := bookCase(c.status)
			k.Document.NoticeDue = k.Now.Add(-time.Microsecond)
			if c.paper {
				k.Document.Channel = routing.OnPaper
			}
			before := k.Document
			err := k.Notify(c.actor, "mail")
			if c.want != nil {
				refusal(t, err, c.want)
				require.Equal(t, before, k.Document)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.status, k.Document.Status)
			require.Equal(t, k.Now, k.Document.NotifiedAt)
			require.Equal(t, 2, k.Document.Version)
			require.Equal(t, map[string]any{"how": "mail", "notifiedAt": k.Now, "late": true}, k.Events[0].Details)
			require.Empty(t, k.News, "it can only make an alarm unnecessary")
			refusal(t, k.Notify(c.actor, "mail"), routing.ErrDecided)
		})
	}
}

func TestChangingTheLadderOfADocument(t *testing.T) {
	t.Parallel()
	const why = "Việc kéo dài nhiều tháng"
	for name, c := range map[string]struct {
		actor  routing.Actor
		status routing.DocumentStatus
		reason string
		want   *routing.Error
	}{
		"a leader":          {chairOfBook, routing.Directed, why, nil},
		"the chief":         {chiefOfBook, routing.Recalling, why, nil},
		"the clerk":         {clerkOfBook, routing.Directed, why, routing.ErrNotAllowed},
		"a head of another": {headOfOther, routing.Directed, why, routing.ErrNotAllowed},
		"without a reason":  {chairOfBook, routing.Directed, "vì thế", routing.ErrReason},
		"after the end":     {chairOfBook, routing.Concluded, why, routing.ErrTransition},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := bookCase(c.status)
			before := k.Document
			err := k.ChangeLadder(c.actor, slow, 3, c.reason)
			if c.want != nil {
				refusal(t, err, c.want)
				require.Equal(t, before, k.Document)
				return
			}
			require.NoError(t, err)
			require.Equal(t, [2]any{"slow", 3}, [2]any{k.Document.Ladder, k.Document.LadderVersion})
			require.Equal(t, before.DirectDue, k.Document.DirectDue, "deadlines stay")
			require.Equal(t, "slow", k.Ladder.Code)
			require.Equal(t, []routing.MilestoneKind{routing.NewsMoved}, k.News)
			refusal(t, k.ChangeLadder(c.actor, slow, 3, c.reason), routing.ErrField)
		})
	}
}

// The first clocks (domain 9.1), and what becomes of them.
func TestDeadlinesBeforeTheDirection_ND30_Dieu21_Dieu23(t *testing.T) {
	t.Parallel()
	k := bookCase(routing.Registered)
	k.Document.NoticeDue = at("2026-11-22 17:00") // it came into the book a day late
	notice := routing.Deadline{Subject: "d", Kind: routing.AwaitNotice, UnitID: "quan", Since: k.Document.Registered, Due: k.Document.Registered}
	require.Equal(t, []routing.Deadline{notice, {Subject: "d", Kind: routing.AwaitPresenting, UnitID: "quan", Since: k.Document.Registered, Due: k.Document.PresentDue}}, k.Deadlines())
	require.NoError(t, k.Present(clerkOfBook, "p3", ""))
	require.Equal(t, []routing.Deadline{notice, {Subject: "d", Kind: routing.AwaitDirection, UnitID: "quan", Since: k.Now, Due: k.Document.DirectDue}}, k.Deadlines())
	require.NoError(t, k.Notify(routing.Actor{}, routing.NotifiedByMail))
	require.Len(t, k.Deadlines(), 1)
}

func TestWhereItCameFrom_ND30_Dieu21(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*routing.Registration)
		field string
	}{
		"electronic": {func(r *routing.Registration) {
			r.Channel, r.SenderAddress = routing.Electronic, "van.thu+qd@so-xd.hanoi.gov.vn"
		}, ""},
		"arrived this very instant": {func(r *routing.Registration) { r.ArrivedAt = now }, ""},
		"thirty days ago":           {func(r *routing.Registration) { r.ArrivedAt = now.AddDate(0, 0, -30) }, ""},
		"arrives later":             {func(r *routing.Registration) { r.ArrivedAt = now.Add(time.Microsecond) }, "arrivedAt"},
		"thirty-one days ago":       {func(r *routing.Registration) { r.ArrivedAt = now.AddDate(0, 0, -30).Add(-1) }, "arrivedAt"},
		"by pigeon":                 {func(r *routing.Registration) { r.Channel = "pigeon" }, "channel"},
		"an address on paper":       {func(r *routing.Registration) { r.SenderAddress = "vanthu@hanoi.gov.vn" }, "senderAddress"},
		"no address at all":         {func(r *routing.Registration) { r.Channel, r.SenderAddress = routing.Electronic, "Văn thư" }, "senderAddress"},
		"a name beside it": {func(r *routing.Registration) {
			r.Channel, r.SenderAddress = routing.Electronic, "Văn thư <vanthu@hanoi.gov.vn>"
		}, "senderAddress"},
		"two lines": {func(r *routing.Registration) {
			r.Channel, r.SenderAddress = routing.Electronic, "a@b.vn\r\nBcc: c@d.vn"
		}, "senderAddress"},
		"two addresses": {func(r *routing.Registration) { r.Channel, r.SenderAddress = routing.Electronic, "a@b.vn,c@d.vn" }, "senderAddress"},
		"no domain":     {func(r *routing.Registration) { r.Channel, r.SenderAddress = routing.Electronic, "root@localhost" }, "senderAddress"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := letter()
			c.spoil(&r)
			if c.field == "" {
				require.NoError(t, r.Check(now))
				return
			}
			require.Contains(t, refusal(t, r.Check(now), routing.ErrField).Details["fields"], c.field)
		})
	}
}

var slow = func() (l routing.Ladder) { l.Code = "slow"; return l }()
