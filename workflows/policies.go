package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// recordStep is for one short transaction on the record, which may have to be
// tried until the record can be written again, for as long as the document
// lives. The first tries follow one another within seconds, in the worker's
// memory; later ones are timers in the history, six events each. So the pause
// grows, but not beyond the two minutes after which everything has to go on by
// itself: a step that fails without end has twelve days before its history is
// full (51,200 events).
func recordStep(summary string) workflow.LocalActivityOptions {
	return workflow.LocalActivityOptions{
		Summary:                summary,
		StartToCloseTimeout:    15 * time.Second,
		ScheduleToCloseTimeout: 10 * 365 * 24 * time.Hour,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:    200 * time.Millisecond,
			BackoffCoefficient: 2,
			MaximumInterval:    2 * time.Minute,
		},
	}
}

// fileStep is for a look at some stored files, which may be slow, and with the
// antivirus slower. What fails for hours waits for the next night.
func fileStep(summary string) workflow.LocalActivityOptions {
	step := recordStep(summary)
	step.StartToCloseTimeout, step.ScheduleToCloseTimeout = 5*time.Minute, 3*time.Hour
	return step
}
