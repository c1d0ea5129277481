package worker_test

import (
	"testing"
	"time"

	"congvan/worker"
	"congvan/worker/workertest"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
)

// A workflow that was ended by hand runs again after the night, and nothing is
// done twice; one that runs as it should is left alone.
func TestUpkeepWakesWhatWasTerminated(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.Work()
	require.NoError(t, worker.EnsureSchedules(t.Context(), a.Temporal))
	upkeep := a.Temporal.ScheduleClient().GetHandle(t.Context(), worker.ScheduleUpkeep)
	described, err := upkeep.Describe(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, described.Info.NextActionTimes)
	for _, next := range described.Info.NextActionTimes {
		require.Equal(t, "19:00", next.UTC().Format("15:04"), "02:00 in Vietnam")
	}

	ended, well := a.Arrive(""), a.Arrive("")
	a.DirectToWards(ended, "molao")
	a.DirectToWards(well, "molao")
	a.Settle(ended)
	a.Settle(well)
	engine := worker.Engine{Temporal: a.Temporal}
	before, err := engine.Run(t.Context(), ended)
	require.NoError(t, err)
	beside, err := engine.Run(t.Context(), well)
	require.NoError(t, err)
	require.NoError(t, a.Temporal.TerminateWorkflow(t.Context(), before.WorkflowID, before.RunID, "by hand"))
	lagging, err := a.Record.Lagging(t.Context(), time.Now(), "", 10)
	require.NoError(t, err)
	require.Empty(t, lagging, "nothing is missing yet")
	_, err = a.Record.DB().NewRaw(`UPDATE documents SET next_alarm_at = now() - interval '11 minutes' WHERE id = ?`, ended).Exec(t.Context())
	require.NoError(t, err)
	rows := effects(t, a)

	lagging, err = a.Record.Lagging(t.Context(), time.Now(), "", 10)
	require.NoError(t, err)
	require.Len(t, lagging, 1)
	require.Equal(t, ended, lagging[0].DocumentID)
	require.Equal(t, "ring", lagging[0].Missing)
	for _, want := range []int{1, 0} { // the second night finds nothing
		require.Equal(t, want, night(t, a, upkeep))
		a.Settle(ended)
	}
	again, err := engine.Run(t.Context(), ended)
	require.NoError(t, err)
	require.Equal(t, "running", again.Status)
	require.NotEqual(t, before.RunID, again.RunID)
	require.True(t, again.NextAlarm.After(time.Now()))
	same, err := engine.Run(t.Context(), well)
	require.NoError(t, err)
	require.Equal(t, beside.HistoryEvents, same.HistoryEvents, "nobody woke it")
	require.Equal(t, rows, effects(t, a), "nothing was done twice")
}

// night lets the upkeep run now and returns how many documents it woke.
func night(t *testing.T, a *workertest.Authority, upkeep client.ScheduleHandle) (woken int) {
	t.Helper()
	described, err := upkeep.Describe(t.Context())
	require.NoError(t, err)
	before := len(described.Info.RecentActions)
	require.NoError(t, upkeep.Trigger(t.Context(), client.ScheduleTriggerOptions{}))
	require.Eventually(t, func() bool {
		described, err = upkeep.Describe(t.Context())
		require.NoError(t, err)
		return len(described.Info.RecentActions) > before && len(described.Info.RunningWorkflows) == 0
	}, workertest.Patience, workertest.Tick)
	run := described.Info.RecentActions[before].StartWorkflowResult
	require.NoError(t, a.Temporal.GetWorkflow(t.Context(), run.WorkflowID, run.FirstExecutionRunID).Get(t.Context(), &woken))
	return woken
}

// effects are what would grow if anything was done twice.
func effects(t *testing.T, a *workertest.Authority) (counts [4]int) {
	t.Helper()
	for i, table := range []string{"events", "assignments", "alarms", "notices"} {
		require.NoError(t, a.Record.DB().NewRaw(`SELECT count(*) FROM `+table).Scan(t.Context(), &counts[i]))
	}
	return counts
}
