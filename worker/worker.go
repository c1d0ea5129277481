// Package worker runs the workflows: it registers them and their activities by
// name, and carries the outbox to Temporal. Any number of processes may do so
// at once.
package worker

import (
	"log/slog"
	"time"

	"congvan/activities"
	"congvan/workflows"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// stopGrace is how long a stopping worker may finish what it has begun.
const stopGrace = 10 * time.Second

// New makes a worker on the one task queue, with every workflow and activity
// under its name. Start it with Run.
func New(temporal client.Client, hands *activities.Hands) worker.Worker {
	w := worker.New(temporal, workflows.TaskQueue, worker.Options{
		WorkerStopTimeout: stopGrace,
		// Nothing here is a server-side activity: the queue has no pollers for them.
		LocalActivityWorkerOnly: true,
	})
	Register(w, hands)
	return w
}

// Register names every workflow and activity to a registry: a worker, or a
// test's environment.
func Register(r worker.Registry, hands *activities.Hands) {
	RegisterWorkflows(r)
	for name, hand := range hands.All() {
		r.RegisterActivityWithOptions(hand, activity.RegisterOptions{Name: name})
	}
}

// RegisterWorkflows names every workflow to a registry: a worker's, or that of
// a replayer of recorded histories, which needs no activities.
func RegisterWorkflows(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(workflows.RouteDocument, workflow.RegisterOptions{Name: workflows.TypeRouteDocument})
}

// Logger lets the SDK log through slog.
func Logger(l *slog.Logger) log.Logger { return log.NewStructuredLogger(l) }
