package workertest

import (
	"time"

	"congvan/calendar"
	"congvan/routing"
	"congvan/worker/sealed"
	"congvan/workflows"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
)

// History is the history of a document's workflow, of its last run or the one named.
func (a *Authority) History(document routing.ID, run string) *historypb.History {
	a.t.Helper()
	return a.history(workflows.WorkflowID(document), run)
}

// RunOf is the history of another run of the workflow that a history belongs to.
func (a *Authority) RunOf(run string, history *historypb.History) *historypb.History {
	a.t.Helper()
	return a.history(history.Events[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowId(), run)
}

// Morning lets the mails of a morning be written, for the chairman, and is the
// history of that. Today is worked, whatever day it is.
func (a *Authority) Morning() *historypb.History {
	a.t.Helper()
	a.Work()
	clocks, err := a.Record.Clocks(a.t.Context())
	require.NoError(a.t, err)
	if today := calendar.DateOf(time.Now()); !clocks("").IsWorkday(today) {
		_, err := a.ChangeCalendar(a.t.Context(), a.As("quantri"), []routing.DayChange{{Day: today, Kind: calendar.Worked, Reason: "Làm việc bù"}}, "Thông báo", request())
		require.NoError(a.t, err)
	}
	a.Arrive("")
	_, err = a.ChangeNoticeSettings(a.t.Context(), a.As("chutich.quan"), routing.NoticeSettings{Address: "chutich@example.vn", MailMorning: true})
	require.NoError(a.t, err)
	run, err := a.Temporal.ExecuteWorkflow(a.t.Context(), client.StartWorkflowOptions{ID: "morning", TaskQueue: workflows.TaskQueue}, workflows.TypeMorningMail)
	require.NoError(a.t, err)
	var written int
	require.NoError(a.t, run.Get(a.t.Context(), &written))
	return a.history(run.GetID(), run.GetRunID())
}

// history is a run's, opened: as it would be recorded and replayed.
func (a *Authority) history(id, run string) *historypb.History {
	a.t.Helper()
	history := a.Raw(id, run)
	require.NoError(a.t, sealed.Open(a.t.Context(), a.Keys, id, history))
	return history
}

// Raw is a run's history as Temporal keeps it.
func (a *Authority) Raw(workflow, run string) *historypb.History {
	a.t.Helper()
	events := a.Temporal.GetWorkflowHistory(a.t.Context(), workflow, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	history := &historypb.History{}
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(a.t, err)
		history.Events = append(history.Events, event)
	}
	return history
}

// Tasks counts the tasks that a document's workflow has completed, heartbeats of
// a step that waits among them.
func (a *Authority) Tasks(document routing.ID) (tasks int) {
	a.t.Helper()
	for _, e := range a.History(document, "").Events {
		if e.EventType == enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED {
			tasks++
		}
	}
	return tasks
}

// TasksGrow waits until the workflow has completed more tasks than so many.
func (a *Authority) TasksGrow(document routing.ID, tasks int) {
	a.t.Helper()
	require.Eventually(a.t, func() bool { return a.Tasks(document) > tasks }, Patience, 10*Tick)
}

// LastMilestone is the number of the last milestone of a document.
func (a *Authority) LastMilestone(document routing.ID) (last int) {
	a.t.Helper()
	require.NoError(a.t, a.Record.DB().NewRaw("SELECT milestone_seq FROM documents WHERE id = ?", document).Scan(a.t.Context(), &last))
	return last
}

// Delivered waits until the relay has handed over all milestones of a document.
func (a *Authority) Delivered(document routing.ID) {
	a.t.Helper()
	require.Eventually(a.t, func() bool {
		var waiting int
		require.NoError(a.t, a.Record.DB().NewRaw("SELECT count(*) FROM outbox WHERE document_id = ?", document).Scan(a.t.Context(), &waiting))
		return waiting == 0
	}, Patience, Tick)
}
