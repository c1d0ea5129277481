package workertest

import (
	"fmt"
	"time"

	"congvan/calendar"
	"congvan/routing"
	"congvan/seed"
	"congvan/worker"
	"congvan/workflows"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"
)

// Quick is a ladder whose rungs ring within a second, day and night.
const Quick = "quick"

func quick() routing.Ladder {
	rung := func(kind routing.DeadlineKind, step int, after time.Duration, tell routing.Audience) routing.Rung {
		return routing.Rung{Kind: kind, Step: step, When: routing.Span{Plain: after}, Tell: []routing.Audience{tell}}
	}
	return routing.Ladder{
		Code: Quick, Name: "Nhanh",
		Direction: routing.Span{Plain: time.Second}, Receipt: routing.Span{Plain: time.Second}, Approval: routing.Span{Plain: time.Hour},
		Rungs: []routing.Rung{
			rung(routing.AwaitDirection, 1, time.Millisecond, routing.TellChief),
			rung(routing.AwaitReceipt, 1, time.Millisecond, routing.TellHolder),
			rung(routing.AwaitReceipt, 2, 500*time.Millisecond, routing.TellGiver),
			rung(routing.AwaitReceipt, 3, time.Second, routing.TellChief),
			rung(routing.AwaitReceipt, 4, 1500*time.Millisecond, routing.TellChairman),
		},
	}
}

// As is the person in a position, by its code: "vanthu.quan", "chutich.molao".
func (a *Authority) As(position string) routing.Actor {
	a.t.Helper()
	actor, err := a.Record.ActorByName(a.t.Context(), position, calendar.DateOf(time.Now()).String())
	require.NoError(a.t, err, position)
	return actor
}

// Wards are the codes of the seventeen wards, as positions end with them.
func Wards() (wards []string) {
	for _, u := range seed.HaDong().Units {
		if u.Kind == "ward" {
			wards = append(wards, u.Key)
		}
	}
	return wards
}

// Arrive lets the district's clerk take a document into the book. ladder may
// be empty for the ordinary one.
func (a *Authority) Arrive(ladder string) routing.ID {
	a.t.Helper()
	event, err := a.Register(a.t.Context(), a.As("vanthu.quan"), routing.Registration{
		Issuer: "UBND thành phố Hà Nội", TypeName: "Công văn", Subject: "Về việc kiểm tra trật tự đô thị",
		Urgency: routing.Normal, Secrecy: routing.NoSecret, Ladder: ladder,
	}, request())
	require.NoError(a.t, err)
	return event.DocumentID
}

// DirectToWards lets the chairman give a document to the office of urban
// management as lead and to the wards to execute, due in some days.
func (a *Authority) DirectToWards(document routing.ID, wards ...string) {
	a.t.Helper()
	_, err := a.DirectDocument(a.t.Context(), a.As("chutich.quan"), document, a.direction("qldt", wards), a.document(document).Version, request())
	require.NoError(a.t, err)
}

// DirectFurther lets the lead's head, who keeps the lead, hand shares to wards.
func (a *Authority) DirectFurther(document routing.ID, wards ...string) {
	a.t.Helper()
	lead := a.Share(document, "qldt")
	_, err := a.DirectAssignment(a.t.Context(), a.As("truong.qldt"), lead.ID, a.direction("qldt", wards), lead.Version, request())
	require.NoError(a.t, err)
}

func (a *Authority) direction(lead string, wards []string) routing.Direction {
	chart, due := seed.HaDong(), a.inSomeDays()
	d := routing.Direction{
		Text: "Kiểm tra, xử lý trên địa bàn", Process: "Báo cáo đơn vị chủ trì", Result: "Báo cáo kết quả",
		Recipients: []routing.Recipient{{UnitID: chart.UnitID(lead), Role: routing.Lead, Due: due}},
	}
	for _, ward := range wards {
		d.Recipients = append(d.Recipients, routing.Recipient{UnitID: chart.UnitID(ward), Role: routing.Execute, Due: due})
	}
	return d
}

// inSomeDays is the end of a working day, in some days.
func (a *Authority) inSomeDays() time.Time {
	for days := 14; ; days++ {
		day := calendar.DateOf(time.Now().AddDate(0, 0, days)).String()
		if due, err := a.EndOfDay(a.t.Context(), seed.HaDong().UnitID("quan"), day); err == nil {
			return due
		}
	}
}

// Share is a unit's assignment of a document, once it is dispatched.
func (a *Authority) Share(document routing.ID, unit string) (share routing.Assignment) {
	a.t.Helper()
	id := seed.HaDong().UnitID(unit)
	require.Eventually(a.t, func() bool {
		all, err := a.Record.Assignments(a.t.Context(), document)
		require.NoError(a.t, err)
		for _, x := range all {
			if x.UnitID == id {
				share = x
				return true
			}
		}
		return false
	}, Patience, Tick, "the share of %s is not dispatched", unit)
	return share
}

// Receive lets units confirm that they have received their shares.
func (a *Authority) Receive(document routing.ID, units ...string) {
	a.t.Helper()
	for _, unit := range units {
		_, err := a.Acknowledge(a.t.Context(), a.As("vanthu."+unit), a.Share(document, unit).ID, request())
		require.NoError(a.t, err, unit)
	}
}

// WardsReport lets wards report their work as done.
func (a *Authority) WardsReport(document routing.ID, wards ...string) {
	a.t.Helper()
	for _, ward := range wards {
		_, err := a.Report(a.t.Context(), a.As("chutich."+ward), a.Share(document, ward).ID, "Đã kiểm tra, xử lý xong.", request())
		require.NoError(a.t, err, ward)
	}
}

// LeadReports lets the lead report the whole.
func (a *Authority) LeadReports(document routing.ID) {
	a.t.Helper()
	_, err := a.Report(a.t.Context(), a.As("truong.qldt"), a.Share(document, "qldt").ID, "Đã tổng hợp báo cáo các phường.", request())
	require.NoError(a.t, err)
}

// Conclude lets the chairman approve the lead's report.
func (a *Authority) Conclude(document routing.ID) {
	a.t.Helper()
	lead := a.Share(document, "qldt")
	_, err := a.Approve(a.t.Context(), a.As("chutich.quan"), lead.ID, lead.Version, request())
	require.NoError(a.t, err)
}

// SendBackLead lets the chairman return the lead's report.
func (a *Authority) SendBackLead(document routing.ID) {
	a.t.Helper()
	lead := a.Share(document, "qldt")
	_, err := a.SendBack(a.t.Context(), a.As("chutich.quan"), lead.ID, "Chưa nêu rõ kết quả xử lý.", lead.Version, request())
	require.NoError(a.t, err)
}

// Withdraw lets the chairman recall a document.
func (a *Authority) Withdraw(document routing.ID) {
	a.t.Helper()
	doc, err := a.Record.Document(a.t.Context(), document)
	require.NoError(a.t, err)
	_, err = a.Recall(a.t.Context(), a.As("chutich.quan"), document, "Gửi nhầm văn bản, sẽ gửi lại.", doc.Version, request())
	require.NoError(a.t, err)
}

// TakeUpAgain lets the chairman reopen a concluded document.
func (a *Authority) TakeUpAgain(document routing.ID) {
	a.t.Helper()
	_, err := a.ReopenDocument(a.t.Context(), a.As("chutich.quan"), document, a.inSomeDays(), "Kết quả chưa đầy đủ, cần bổ sung.", 0, request())
	require.NoError(a.t, err)
}

// CancelAsError lets the clerk cancel a document that was registered by mistake.
func (a *Authority) CancelAsError(document routing.ID) {
	a.t.Helper()
	_, err := a.CancelDocument(a.t.Context(), a.As("vanthu.quan"), document, routing.RegisteredInError, "Vào sổ nhầm, đã có số khác.", 0, request())
	require.NoError(a.t, err)
}

// Settle waits until the document's workflow has acted upon every milestone.
func (a *Authority) Settle(document routing.ID) {
	a.t.Helper()
	last := a.LastMilestone(document)
	doc, err := a.Record.Document(a.t.Context(), document)
	require.NoError(a.t, err)
	closed := doc.Status == routing.Concluded || doc.Status == routing.Recalled || doc.Status == routing.Cancelled
	require.Eventually(a.t, func() bool {
		run, err := worker.Engine{Temporal: a.Temporal}.Run(a.t.Context(), document)
		return err == nil && run.Seen >= last && (!closed || run.Status == "completed")
	}, Patience, Tick, "the workflow of %s has not acted upon milestone %d", document, last)
}

// Rung waits until so many alarms of a document have rung.
func (a *Authority) Rung(document routing.ID, alarms int) {
	a.t.Helper()
	require.Eventually(a.t, func() bool {
		rung, err := a.Record.Rung(a.t.Context(), document)
		require.NoError(a.t, err)
		return len(rung) >= alarms
	}, Patience, Tick, fmt.Sprint("wait for ", alarms, " alarms"))
}

// Repeat delivers a milestone again and again, as a relay that dies before it
// can write down the delivery would, starting a workflow if none runs.
func (a *Authority) Repeat(document routing.ID, times int, m routing.Milestone) {
	a.t.Helper()
	var all errgroup.Group
	all.SetLimit(32)
	for range times {
		all.Go(func() error {
			_, err := a.Temporal.SignalWithStartWorkflow(a.t.Context(), workflows.WorkflowID(document), workflows.SignalMilestones,
				[]routing.Milestone{m}, client.StartWorkflowOptions{TaskQueue: workflows.TaskQueue},
				workflows.TypeRouteDocument, workflows.RouteInput{DocumentID: document})
			return err
		})
	}
	require.NoError(a.t, all.Wait())
}

func request() routing.Request {
	return routing.Request{Key: uuid.NewString(), Hash: []byte("test")}
}
