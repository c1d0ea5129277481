package workflows_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"congvan/activities"
	"congvan/routing"
	"congvan/workflows"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
)

// The upkeep keeps the calendar first, goes on with the documents after the last,
// and waits for a record that is down.
func TestUpkeep(t *testing.T) {
	t.Parallel()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestWorkflowEnvironment()
	began := time.Date(2026, 11, 23, 19, 0, 0, 0, time.UTC)
	env.SetStartTime(began)
	env.SetTestTimeout(20 * time.Second)
	downTil, kept := began.Add(time.Hour), false
	env.RegisterActivityWithOptions(func(_ context.Context, in activities.UpkeepInput) error {
		require.True(t, began.Equal(in.Now))
		if env.Now().Before(downTil) {
			return errors.New("the record is down")
		}
		kept = true
		return nil
	}, activity.RegisterOptions{Name: activities.KeepCalendar})
	var asked []routing.ID
	env.RegisterActivityWithOptions(func(_ context.Context, in activities.UpkeepInput) (activities.UpkeepPage, error) {
		require.True(t, kept)
		asked = append(asked, in.After)
		if in.After == "" {
			return activities.UpkeepPage{Woken: 500, Last: "a", More: true}, nil
		}
		return activities.UpkeepPage{Woken: 7, Last: "b"}, nil
	}, activity.RegisterOptions{Name: activities.WakeLagging})
	var scrubs, sweeps int
	env.RegisterActivityWithOptions(func(_ context.Context, in activities.UpkeepInput) (bool, error) {
		require.True(t, began.Equal(in.Now))
		scrubs++
		return scrubs < 3, nil
	}, activity.RegisterOptions{Name: activities.ScrubFiles})
	env.RegisterActivityWithOptions(func(context.Context) error { sweeps++; return nil }, activity.RegisterOptions{Name: activities.SweepFiles})
	env.ExecuteWorkflow(workflows.Upkeep)
	require.Equal(t, []int{3, 1}, []int{scrubs, sweeps}, "every stored file is looked at, then what is nobody's is swept")
	require.NoError(t, env.GetWorkflowError())
	var woken int
	require.NoError(t, env.GetWorkflowResult(&woken))
	require.Equal(t, 507, woken)
	require.Equal(t, []routing.ID{"", "a"}, asked)
	require.False(t, env.Now().Before(downTil))
}
