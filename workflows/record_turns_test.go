package workflows_test

import (
	"congvan/routing"
	"congvan/worker/workertest"
)

func presented(a *workertest.Authority) routing.ID {
	a.Work()
	document := a.Arrive("")
	a.Settle(document)
	a.LayBefore(document, "vanthu.quan", "chanhvanphong")
	a.Settle(document)
	a.LayBefore(document, "chanhvanphong", "chutich.quan")
	a.Settle(document)
	a.DirectToWards(document, "molao")
	a.Settle(document)
	return finish(a, document, []string{"molao"})
}

// recallAnswered is a recall that two units, of whom one refuses, have to answer.
func recallAnswered(a *workertest.Authority) routing.ID {
	document := recalledWhileReceived(a)
	a.Answer(document, "qldt", true)
	a.Settle(document)
	a.Answer(document, "molao", false)
	a.Settle(document)
	return document
}

func recalledWhileReceived(a *workertest.Authority) routing.ID {
	a.Work()
	document := a.Arrive("")
	a.DirectToWards(document, "molao", "phula")
	a.Receive(document, "qldt", "molao")
	a.Settle(document)
	a.Withdraw(document)
	a.Settle(document)
	return document
}

// returnedAndRerouted: one ward gives its share back and keeps it, another's
// goes to a third.
func returnedAndRerouted(a *workertest.Authority) routing.ID {
	a.Work()
	document := a.Arrive("")
	a.DirectToWards(document, "molao", "vanquan")
	a.Receive(document, "qldt")
	a.Settle(document)
	for _, ward := range []string{"molao", "vanquan"} {
		a.GiveBack(document, ward)
		a.Settle(document)
	}
	a.KeepIt(document, "vanquan")
	a.Settle(document)
	a.SendTo(document, "molao", "phula")
	a.Settle(document)
	a.Receive(document, "vanquan", "phula")
	a.WardsReport(document, "vanquan", "phula")
	a.LeadReports(document)
	a.Settle(document)
	a.Conclude(document)
	a.Settle(document)
	return document
}

func heldAndResumed(a *workertest.Authority) routing.ID {
	a.Work()
	document := a.Arrive("")
	a.DirectToWards(document, "molao")
	a.Settle(document)
	a.StandStill(document)
	a.Settle(document)
	a.GoOn(document)
	a.Settle(document)
	return finish(a, document, []string{"molao"})
}

// voided is a document whose only direction is taken back, and that is directed
// again.
func voided(a *workertest.Authority) routing.ID {
	a.Work()
	document := a.Arrive("")
	a.DirectToWards(document, "molao")
	a.Settle(document)
	a.TakeBack(document, "molao")
	a.Settle(document)
	a.DirectToWards(document)
	a.Settle(document)
	return document
}

func calendarChanged(a *workertest.Authority) routing.ID {
	a.Work()
	document := a.Arrive("")
	a.DirectToWards(document, "molao")
	a.Receive(document, "qldt", "molao")
	a.Settle(document)
	a.SwapTheDay(document, "molao")
	a.Settle(document)
	a.WardsReport(document, "molao")
	a.LeadReports(document)
	a.Settle(document)
	a.Conclude(document)
	a.Settle(document)
	return document
}

func cancelled(a *workertest.Authority) routing.ID {
	a.Work()
	document := a.Arrive("")
	a.Settle(document)
	a.CancelAsError(document)
	a.Settle(document)
	return document
}

// reopened is the second workflow of a document that was taken up again.
func reopened(a *workertest.Authority) routing.ID {
	a.Work()
	document := a.Arrive("")
	a.DirectToWards(document, "molao")
	document = finish(a, document, []string{"molao"})
	a.TakeUpAgain(document)
	a.Settle(document)
	a.LeadReports(document)
	a.Settle(document)
	a.Conclude(document)
	a.Settle(document)
	return document
}

// reopenedBeforeClosing was concluded and taken up again while no worker ran: the
// step that would close it finds it open.
func reopenedBeforeClosing(a *workertest.Authority) routing.ID {
	stop := a.StartWorker()
	a.StartRelay(a.Temporal)
	document := a.Arrive("")
	a.DirectToWards(document)
	a.Receive(document, "qldt")
	a.Settle(document)
	stop()
	a.LeadReports(document)
	a.Conclude(document)
	a.TakeUpAgain(document)
	a.StartWorker()
	a.Settle(document)
	a.LeadReports(document)
	a.Settle(document)
	a.Conclude(document)
	a.Settle(document)
	return document
}

// letterWhileItCloses gets one more letter while the step that closes it waits
// for the record: its run asks the record once more before it ends.
func letterWhileItCloses(a *workertest.Authority) routing.ID {
	stop := a.StartWorker()
	a.StartRelay(a.Temporal)
	document := a.Arrive("")
	a.DirectToWards(document)
	a.Receive(document, "qldt")
	a.LeadReports(document)
	a.Settle(document)
	stop()
	a.Conclude(document)
	a.Delivered(document)
	tasks := a.Tasks(document)
	release := a.Blocked(document)
	a.StartWorker()
	a.TasksGrow(document, tasks)
	a.Repeat(document, 1, milestone(routing.NewsMoved, a.LastMilestone(document)+1))
	a.TasksGrow(document, a.Tasks(document))
	release()
	a.Settle(document)
	return document
}
