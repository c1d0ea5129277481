package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// historyLimit is how many events a run may have before it continues as new.
// The server suggests it at 4,096; a document's run is cheap to begin again.
const historyLimit = 1000

// recordStep is for one short transaction on the record, which may have to be
// tried until the database is back: the longest a step may take is just above
// the database's own limit on a statement, and it is tried for as long as the
// document lives. Beyond the first tries the pause is a timer, so a database
// that is down for a night keeps no worker busy.
func recordStep(summary string) workflow.LocalActivityOptions {
	return workflow.LocalActivityOptions{
		Summary:                summary,
		StartToCloseTimeout:    15 * time.Second,
		ScheduleToCloseTimeout: 10 * 365 * 24 * time.Hour,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:    200 * time.Millisecond,
			BackoffCoefficient: 2,
			MaximumInterval:    30 * time.Second,
		},
	}
}
