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

// The morning goes on with the positions after the last, and waits for a record
// that is down.
func TestMorningMail(t *testing.T) {
	t.Parallel()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestWorkflowEnvironment()
	began := time.Date(2026, 11, 23, 0, 30, 0, 0, time.UTC)
	env.SetStartTime(began)
	env.SetTestTimeout(20 * time.Second)
	downTil := began.Add(3 * time.Hour)
	var asked []routing.ID
	env.RegisterActivityWithOptions(func(_ context.Context, in activities.MorningInput) (activities.MorningBatch, error) {
		require.True(t, began.Equal(in.Now), "all of one morning hold for the same instant")
		if env.Now().Before(downTil) {
			return activities.MorningBatch{}, errors.New("the record is down")
		}
		asked = append(asked, in.After)
		switch in.After {
		case "":
			return activities.MorningBatch{Written: 200, Last: "a", More: true}, nil
		case "a":
			return activities.MorningBatch{Written: 0, Last: "b", More: true}, nil
		default:
			return activities.MorningBatch{Written: 7, Last: "c"}, nil
		}
	}, activity.RegisterOptions{Name: activities.WriteMorning})
	env.ExecuteWorkflow(workflows.MorningMail)
	require.NoError(t, env.GetWorkflowError())
	var written int
	require.NoError(t, env.GetWorkflowResult(&written))
	require.Equal(t, 207, written)
	require.Equal(t, []routing.ID{"", "a", "b"}, asked)
	require.False(t, env.Now().Before(downTil))
}
