// Package careless is a workflow with a mistake: it asks the machine's clock,
// which gives another answer when the history is replayed. workflowcheck has to
// find it.
package careless

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// RouteDocument sleeps until an alarm, by the wrong clock.
func RouteDocument(ctx workflow.Context, alarm time.Time) error {
	return workflow.Sleep(ctx, time.Until(alarm))
}
