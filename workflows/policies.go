package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// recordStep is for one short transaction on the record, which may have to be
// tried until the record can be written again: the longest a try may take is
// just above the database's own limit on a statement, and it is tried for as
// long as the document lives. The first tries follow one another within
// seconds, in the worker's memory; later ones are timers in the history, six
// events each, so the pause grows to five minutes: a step that fails without
// end has a month before its history is full (51,200 events).
func recordStep(summary string) workflow.LocalActivityOptions {
	return workflow.LocalActivityOptions{
		Summary:                summary,
		StartToCloseTimeout:    15 * time.Second,
		ScheduleToCloseTimeout: 10 * 365 * 24 * time.Hour,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:    200 * time.Millisecond,
			BackoffCoefficient: 2,
			MaximumInterval:    5 * time.Minute,
		},
	}
}
