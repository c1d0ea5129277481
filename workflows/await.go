package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// awaitUntil waits for done or for the instant, whichever is first, and reports
// done. A zero instant never comes. Unlike workflow.AwaitWithTimeout it leaves
// no timer behind.
func awaitUntil(ctx workflow.Context, at time.Time, summary string, done func() bool) (bool, error) {
	if done() {
		return true, nil
	}
	if at.IsZero() {
		return true, workflow.Await(ctx, done)
	}
	timerCtx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimerWithOptions(timerCtx, at.Sub(workflow.Now(ctx)), workflow.TimerOptions{Summary: summary})
	err := workflow.Await(ctx, func() bool { return done() || timer.IsReady() })
	return done(), err
}
