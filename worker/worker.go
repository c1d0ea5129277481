// Package worker runs the workflows: it registers them and their activities by
// name, and carries the outbox to Temporal. Any number of processes may do so
// at once.
package worker

import (
	"log/slog"
	"sync"
	"time"

	"congvan/activities"
	"congvan/workflows"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// The worker is cut to one machine that it shares with the database and the
// server.
const (
	// cached is how many documents' workflows stay in memory between two steps,
	// 40 kB each: measured with 5,000 open documents, the process takes 85 MB at
	// 1,000, and took 220 MB at the SDK's 10,000 and grew. A document that is not among them is replayed from its
	// twenty events; most sleep for hours anyway.
	cached = 1000
	// tasks is how many documents move at once. What waits beyond them waits in
	// the server, where urgent documents pass the others, and not in here.
	tasks = 64
	// steps is how many of them may wait for the record at once. The pool has
	// fewer connections (four per processor) and serves in order of arrival, the
	// relay among them; with 6 the wait for a dispatch under load grew by half.
	steps = 16
	// pollers fetch tasks. With 8 a backlog of 300 documents was gone in three
	// quarters of the time that it took the SDK's 2.
	pollers = 8
	// stopGrace is how long a stopping worker may finish what it has begun.
	stopGrace = 10 * time.Second
)

var cutCache = sync.OnceFunc(func() { worker.SetStickyWorkflowCacheSize(cached) })

// New makes a worker on the one task queue, with every workflow and activity
// under its name. fatal is called if it cannot go on, for example because its
// namespace is gone; the process should end then and be started anew.
func New(temporal client.Client, hands *activities.Hands, fatal func(error)) worker.Worker {
	cutCache() // one cache for all workers of a process
	w := worker.New(temporal, workflows.TaskQueue, worker.Options{
		MaxConcurrentWorkflowTaskExecutionSize:  tasks,
		MaxConcurrentWorkflowTaskPollers:        pollers,
		MaxConcurrentLocalActivityExecutionSize: steps,
		WorkerStopTimeout:                       stopGrace,
		// Nothing here is a server-side activity: the queue has no pollers for them.
		LocalActivityWorkerOnly: true,
		OnFatalError:            fatal,
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
	r.RegisterWorkflowWithOptions(workflows.MorningMail, workflow.RegisterOptions{Name: workflows.TypeMorningMail})
	r.RegisterWorkflowWithOptions(workflows.Upkeep, workflow.RegisterOptions{Name: workflows.TypeUpkeep})
}

// Logger lets the SDK log through slog.
func Logger(l *slog.Logger) log.Logger { return log.NewStructuredLogger(l) }
