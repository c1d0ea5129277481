package worker

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"congvan/postgres"
	"congvan/routing"
	"congvan/workflows"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// Relay carries milestones from the outbox to the documents' workflows, at
// least once and in order, starting a workflow that does not run yet. It looks
// into the outbox twenty times a second, which costs next to nothing when it is
// empty; being woken by NOTIFY cost every act its place in a queue of commits
// (docs/decisions/0008). Any number of relays may run on one record.
type Relay struct {
	record   *postgres.Store
	temporal client.Client
	log      *slog.Logger
	delays   delays // of the documents that could not be delivered
}

// Batch sizes and pauses of the relay.
const (
	batch       = 64                    // documents taken up in one transaction
	parallel    = 16                    // of them delivered at once
	look        = 50 * time.Millisecond // between two looks into the outbox
	slowLook    = 2 * time.Second       // while nothing can be delivered
	sendTimeout = 5 * time.Second
)

// NewRelay makes a relay from the record to Temporal.
func NewRelay(record *postgres.Store, temporal client.Client, log *slog.Logger) *Relay {
	return &Relay{record: record, temporal: temporal, log: log, delays: delays{}}
}

// Run carries milestones until ctx ends; what it has begun to deliver then it
// still writes down as delivered. It is called once.
func (r *Relay) Run(ctx context.Context) {
	for ctx.Err() == nil {
		done, err := r.deliver(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			r.log.Warn("outbox not read", "error", err)
			sleep(ctx, slowLook)
		case done.failed > 0 && done.delivered == 0:
			sleep(ctx, slowLook) // Temporal is away: no hurry
		case done.delivered < batch:
			sleep(ctx, look)
		}
	}
}

// round is what came of taking up some documents.
type round struct{ delivered, failed int }

func (r *Relay) deliver(ctx context.Context) (done round, err error) {
	// The documents that wait for their next try are taken up on top of the
	// batch: however many they are, the others pass them by.
	_, err = r.record.Deliver(context.WithoutCancel(ctx), batch+len(r.delays), func(news []postgres.News) []bool {
		var taken []bool
		taken, done = r.send(ctx, news)
		return taken
	})
	return done, err
}

// send signals the workflows of the documents, a few at a time, and says which
// of them took their news. Once it has found Temporal away it tries no more.
func (r *Relay) send(ctx context.Context, news []postgres.News) (taken []bool, done round) {
	now := time.Now()
	errs := make([]error, len(news))
	tried := make([]bool, len(news))
	places := make(chan struct{}, parallel)
	away, found := context.WithCancel(ctx)
	defer found()
	var all sync.WaitGroup
	for i, n := range news {
		if places <- struct{}{}; away.Err() != nil || r.delays.waits(n.DocumentID, now) {
			<-places
			continue
		}
		tried[i] = true
		all.Go(func() {
			defer func() { <-places }()
			if errs[i] = r.signal(ctx, n); unreachable(errs[i]) {
				found()
			}
		})
	}
	all.Wait()
	if ctx.Err() == nil {
		done = r.note(news, tried, errs)
	}
	taken = make([]bool, len(news))
	for i := range news {
		taken[i] = tried[i] && errs[i] == nil
	}
	return taken, done
}

// note counts what was delivered and sets each document that was not a time
// for its next try, so that one that can never be delivered holds up nobody.
func (r *Relay) note(news []postgres.News, tried []bool, errs []error) (done round) {
	now := time.Now()
	for i, n := range news {
		switch {
		case !tried[i]:
		case errs[i] == nil:
			done.delivered++
			delete(r.delays, n.DocumentID)
		default:
			if done.failed++; done.failed == 1 || !unreachable(errs[i]) {
				r.log.Warn("milestone not delivered", "document", n.DocumentID, "error", errs[i])
			}
			if !unreachable(errs[i]) { // an outage is no fault of the document's
				r.delays.grow(n.DocumentID, now)
			}
		}
	}
	r.delays.forget(now)
	return done
}

func (r *Relay) signal(ctx context.Context, n postgres.News) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	_, err := r.temporal.SignalWithStartWorkflow(ctx, workflows.WorkflowID(n.DocumentID), workflows.SignalMilestones, n.Milestones,
		client.StartWorkflowOptions{
			TaskQueue:     workflows.TaskQueue,
			StaticSummary: n.Title,
			Priority:      temporal.Priority{PriorityKey: n.Urgency.Priority(), FairnessKey: fairnessKey(n.UnitCode)},
		},
		workflows.TypeRouteDocument, workflows.RouteInput{DocumentID: n.DocumentID})
	return err
}

// fairnessKey cuts a unit's code to the 64 bytes that Temporal takes.
func fairnessKey(code string) string {
	return strings.ToValidUTF8(code[:min(len(code), 64)], "")
}

// sleep waits for the pause or the end of ctx.
func sleep(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// delays say until when documents that could not be delivered wait.
type delays map[routing.ID]delay

type delay struct {
	until time.Time
	pause time.Duration
}

// The first pause before a document is tried again, and the longest.
const (
	firstDelay   = 200 * time.Millisecond
	longestDelay = 30 * time.Second
)

func (d delays) waits(document routing.ID, now time.Time) bool { return now.Before(d[document].until) }

func (d delays) grow(document routing.ID, now time.Time) {
	pause := min(max(firstDelay, 2*d[document].pause), longestDelay)
	d[document] = delay{until: now.Add(pause), pause: pause}
}

// forget drops the documents that somebody else has delivered meanwhile.
func (d delays) forget(now time.Time) {
	for document, delay := range d {
		if now.Sub(delay.until) > 2*longestDelay {
			delete(d, document)
		}
	}
}
