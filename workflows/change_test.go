package workflows_test

import (
	"fmt"
	"testing"
	"time"

	"congvan/activities"
	"congvan/routing"
	"congvan/worker/workertest"
	"congvan/workflows"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"golang.org/x/sync/errgroup"
)

// A document that lives for 400 days, with 300 reminders and 40 changes of
// hands: its history begins anew now and then, nobody is reminded twice or
// forgotten, and no timer outlives its wait.
func TestFourHundredDays_F65(t *testing.T) {
	const days, reminders, changes, anew = 400, 300, 40, 100 * day
	var told, want []string
	in, runs := workflows.RouteInput{}, 0
	for from := time.Duration(0); from < days*day; from += anew {
		o := newOffice(t)
		o.status = routing.Directed
		for n := range reminders { // those of this run, counted from its beginning
			if at := time.Duration(n) * days * day / reminders; at >= from && at < from+anew {
				name := fmt.Sprintf("reminder %03d", n)
				awaits(name, at-from, name)(o)
				want = append(want, name)
			}
		}
		for n := range changes {
			if at := time.Duration(n) * days * day / changes; at >= from && at < from+anew {
				o.at(at-from, letter(milestone(routing.NewsMoved, n+1)))
			}
		}
		if from+anew < days*day {
			o.at(anew-hour, func(o *office) { o.env.SetContinueAsNewSuggested(true) }, letter(milestone(routing.NewsMoved, changes+runs)))
			in = nextRun(t, o.run(in))
			in.Outlook.NextAlarm = time.Time{} // each run of the test begins on the same Monday
		} else {
			o.at(anew-hour, concludes, letter(milestone(routing.NewsConcluded, 2*changes)))
			require.NoError(t, o.run(in))
		}
		told = append(told, o.did...)
		require.Equal(t, o.timers.started, o.timers.fired+o.timers.cancelled)
		runs++
	}
	require.Equal(t, 4, runs)
	require.Equal(t, append(want, "close"), told)
}

// A hundred documents are on their way while the story changes: with GetVersion
// all of them go on and end; without, replaying them finds it before anybody
// deploys it.
func TestTheStoryChangesUnderAHundredDocuments_F70(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	stop := a.StartWorker()
	a.StartRelay(a.Temporal)
	documents := make([]routing.ID, 100)
	var all errgroup.Group
	all.SetLimit(8)
	for i := range documents {
		all.Go(func() error {
			documents[i] = a.Arrive("")
			a.DirectToWards(documents[i], "molao")
			a.Share(documents[i], "molao")
			a.Settle(documents[i])
			return nil
		})
	}
	require.NoError(t, all.Wait())
	stop()
	for i, document := range documents {
		history := a.History(document, "")
		require.NoError(t, replay(workflows.NextStory, history), i)
		require.Error(t, replay(workflows.HastyStory, history), i)
	}

	next := sdkworker.New(a.Temporal, workflows.TaskQueue, sdkworker.Options{})
	next.RegisterWorkflowWithOptions(workflows.NextStory, workflow.RegisterOptions{Name: workflows.TypeRouteDocument})
	for name, hand := range activities.New(a.Record, nil).All() {
		next.RegisterActivityWithOptions(hand, activity.RegisterOptions{Name: name})
	}
	require.NoError(t, next.Start())
	t.Cleanup(next.Stop)
	for _, document := range documents {
		all.Go(func() error {
			finish(a, document, []string{"molao"})
			return nil
		})
	}
	require.NoError(t, all.Wait())
}
