package worker

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"congvan/postgres"
	"congvan/workflows"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// Relay carries milestones from the outbox to the documents' workflows, at
// least once and in order, starting a workflow that does not run yet. It wakes
// when a milestone is committed; the slow poll behind that finds what a lost
// connection kept from it.
type Relay struct {
	record   *postgres.Store
	temporal client.Client
	log      *slog.Logger
	wake     chan struct{}
}

// Batch sizes and pauses of the relay.
const (
	batch       = 64              // documents taken up in one transaction
	parallel    = 16              // of them delivered at once
	slowPoll    = 2 * time.Second // without a wake-up
	sendTimeout = 5 * time.Second
	longestWait = 10 * time.Second // between tries while Temporal or PostgreSQL is down
)

// NewRelay makes a relay from the record to Temporal.
func NewRelay(record *postgres.Store, temporal client.Client, log *slog.Logger) *Relay {
	return &Relay{record: record, temporal: temporal, log: log, wake: make(chan struct{}, 1)}
}

// Run carries milestones until ctx ends.
func (r *Relay) Run(ctx context.Context) {
	go r.listen(ctx)
	pause := time.Duration(0)
	for ctx.Err() == nil {
		taken, left, err := r.deliver(ctx)
		switch {
		case err != nil || left > 0:
			pause = min(max(2*pause, 200*time.Millisecond), longestWait)
			r.log.Warn("milestones wait", "left", left, "pause", pause.String(), "error", err)
			sleep(ctx, pause, nil)
		case taken == batch:
			pause = 0
		default:
			pause = 0
			sleep(ctx, slowPoll, r.wake)
		}
	}
}

func (r *Relay) deliver(ctx context.Context) (taken, left int, err error) {
	taken, err = r.record.Deliver(ctx, batch, func(news []postgres.News) []bool {
		ok := r.send(ctx, news)
		for _, sent := range ok {
			if !sent {
				left++
			}
		}
		return ok
	})
	return taken, left, err
}

// send signals each document's workflow, a few at a time.
func (r *Relay) send(ctx context.Context, news []postgres.News) []bool {
	ok := make([]bool, len(news))
	places := make(chan struct{}, parallel)
	var all sync.WaitGroup
	for i, n := range news {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			if err := r.signal(ctx, n); err != nil {
				r.log.Debug("milestone not taken", "document", n.DocumentID, "error", err)
				return
			}
			ok[i] = true
		})
	}
	all.Wait()
	return ok
}

func (r *Relay) signal(ctx context.Context, n postgres.News) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	_, err := r.temporal.SignalWithStartWorkflow(ctx, workflows.WorkflowID(n.DocumentID), workflows.SignalMilestones, n.Milestones,
		client.StartWorkflowOptions{
			TaskQueue:     workflows.TaskQueue,
			StaticSummary: n.Title,
			Priority:      temporal.Priority{PriorityKey: n.Urgency.Priority(), FairnessKey: n.UnitCode},
		},
		workflows.TypeRouteDocument, workflows.RouteInput{DocumentID: n.DocumentID})
	return err
}

// listen wakes the relay when a milestone is committed.
func (r *Relay) listen(ctx context.Context) {
	for ctx.Err() == nil {
		err := r.record.ListenOutbox(ctx, func() {
			select {
			case r.wake <- struct{}{}:
			default:
			}
		})
		if ctx.Err() == nil {
			r.log.Warn("listening for milestones", "error", err)
			sleep(ctx, slowPoll, nil)
		}
	}
}

// sleep waits for the pause, a wake-up or the end of ctx.
func sleep(ctx context.Context, pause time.Duration, wake <-chan struct{}) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-wake:
	}
}
