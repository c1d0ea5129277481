package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"congvan/routing"
	product "congvan/worker"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// The names of the reference's workflow, beside those of the product.
const (
	bareQueue     = "bench-bare"
	bareRoute     = "BareRoute"
	bareDispatch  = "bare-dispatch"
	bareFinish    = "bare-finish"
	bareConcluded = "concluded"
)

// barePollers are as many as the product's worker has.
const barePollers = 8

// farAway is an instant that no bench lives to see.
const farAway = 30 * 24 * time.Hour

func bareWorkflowID(document routing.ID) string { return "bench-bare/" + string(document) }

// bareTemporal is the reference with the least workflow that still dispatches,
// could ring, and closes: database first, started and signalled by the client.
type bareTemporal struct {
	bareRecord
	temporal client.Client
}

// newBareTemporal starts the reference's worker in this process, with
// connections of its own, as the product's worker has.
func newBareTemporal(b *bench, prepare bool) (*bareTemporal, error) {
	hands := bareRecord{newBareStatements(b, prepare), b}
	w := worker.New(b.temporal, bareQueue, worker.Options{LocalActivityWorkerOnly: true, MaxConcurrentWorkflowTaskPollers: barePollers})
	w.RegisterWorkflowWithOptions(routeBare, workflow.RegisterOptions{Name: bareRoute})
	w.RegisterActivityWithOptions(hands.dispatch, activity.RegisterOptions{Name: bareDispatch})
	w.RegisterActivityWithOptions(hands.finish, activity.RegisterOptions{Name: bareFinish})
	if err := w.Start(); err != nil {
		return nil, err
	}
	b.atEnd(w.Stop)
	return &bareTemporal{bareRecord{newBareStatements(b, prepare), b}, b.temporal}, nil
}

// routeBare is the workflow of one document.
func routeBare(ctx workflow.Context, document routing.ID) error {
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: 15 * time.Second})
	if err := workflow.ExecuteLocalActivity(local, bareDispatch, document).Get(ctx, nil); err != nil {
		return err
	}
	alarm := workflow.NewTimer(ctx, farAway)
	concluded := workflow.GetSignalChannel(ctx, bareConcluded)
	if err := workflow.Await(ctx, func() bool { return concluded.Len() > 0 || alarm.IsReady() }); err != nil {
		return err
	}
	concluded.ReceiveAsync(nil)
	return workflow.ExecuteLocalActivity(local, bareFinish, document).Get(ctx, nil)
}

func (w *bareTemporal) direct(ctx context.Context, d *document) error {
	if err := w.bareRecord.direct(ctx, d); err != nil {
		return err
	}
	_, err := w.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: bareWorkflowID(d.id), TaskQueue: bareQueue}, bareRoute, d.id)
	return err
}

func (w *bareTemporal) conclude(ctx context.Context, d *document) error {
	if err := w.bareRecord.conclude(ctx, d); err != nil {
		return err
	}
	return w.temporal.SignalWorkflow(ctx, bareWorkflowID(d.id), "", bareConcluded, nil)
}

func (w *bareTemporal) historyEvents(ctx context.Context, documents []*document) (float64, error) {
	return historyEvents(ctx, w.temporal, documents, bareWorkflowID)
}

func (*bareTemporal) processes() []string {
	return []string{postgresProcess, temporalProcess, benchProcess}
}

// dialTemporal connects to the installation's server; the SDK's warnings go to stderr.
func dialTemporal(address string) (client.Client, error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return client.Dial(client.Options{HostPort: address, Logger: product.Logger(log)})
}

func (*bareTemporal) name() string { return runBareTemporal }
