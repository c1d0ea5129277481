package worker_test

import (
	"testing"
	"time"

	"congvan/calendar"
	"congvan/routing"
	"congvan/worker"
	"congvan/worker/workertest"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
)

// The schedule of a real server: made once however many workers come, next at
// 07:30 in Vietnam, and triggered by hand it writes the mails of the day.
func TestMorningSchedule(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.StartWorker()
	for range 2 {
		require.NoError(t, worker.EnsureSchedules(t.Context(), a.Temporal))
	}
	morning := a.Temporal.ScheduleClient().GetHandle(t.Context(), worker.ScheduleMorning)
	described, err := morning.Describe(t.Context())
	require.NoError(t, err)
	require.Equal(t, enums.SCHEDULE_OVERLAP_POLICY_SKIP, described.Schedule.Policy.Overlap)
	require.Equal(t, 4*time.Hour, described.Schedule.Policy.CatchupWindow)
	require.NotEmpty(t, described.Info.NextActionTimes)
	for _, next := range described.Info.NextActionTimes {
		require.Equal(t, "00:30", next.UTC().Format("15:04"))
	}
	require.NoError(t, morning.Pause(t.Context(), client.SchedulePauseOptions{Note: "by hand"}))
	require.NoError(t, worker.EnsureSchedules(t.Context(), a.Temporal))
	described, err = morning.Describe(t.Context())
	require.NoError(t, err)
	require.True(t, described.Schedule.State.Paused, "what somebody paused stays paused")

	a.Arrive("")
	chairman, err := a.Record.ActorByName(t.Context(), "chutich.quan", calendar.DateOf(time.Now()).String())
	require.NoError(t, err)
	_, err = a.ChangeNoticeSettings(t.Context(), chairman, routing.NoticeSettings{Address: "chutich@example.vn", MailMorning: true})
	require.NoError(t, err)
	clocks, err := a.Record.Clocks(t.Context())
	require.NoError(t, err)
	require.NoError(t, morning.Trigger(t.Context(), client.ScheduleTriggerOptions{}))
	require.Eventually(t, func() bool {
		described, err := morning.Describe(t.Context())
		require.NoError(t, err)
		return len(described.Info.RecentActions) > 0 && len(described.Info.RunningWorkflows) == 0
	}, workertest.Patience, workertest.Tick)
	described, err = morning.Describe(t.Context())
	require.NoError(t, err)
	started := described.Info.RecentActions[0].StartWorkflowResult
	var written int
	require.NoError(t, a.Temporal.GetWorkflow(t.Context(), started.WorkflowID, started.FirstExecutionRunID).Get(t.Context(), &written))
	want := 0
	if clocks("").IsWorkday(calendar.DateOf(time.Now())) {
		want = 1
	}
	require.Equal(t, want, written)
}
