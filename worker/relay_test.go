package worker_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"congvan/routing"
	"congvan/worker"
	"congvan/worker/workertest"
	"congvan/workflows"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
)

// post is Temporal as the relay sees it. deliver says what becomes of a letter;
// those that were taken are kept.
type post struct {
	client.Client
	deliver func(context.Context, letter) error

	mu    sync.Mutex
	taken []letter
}

type letter struct {
	workflow string
	seqs     []int
	at       time.Time
}

func (p *post) SignalWithStartWorkflow(ctx context.Context, id, signal string, arg any, o client.StartWorkflowOptions, w any, args ...any) (client.WorkflowRun, error) {
	l := letter{workflow: id, at: time.Now()}
	for _, m := range arg.([]routing.Milestone) {
		l.seqs = append(l.seqs, m.Seq)
	}
	if p.deliver != nil {
		if err := p.deliver(ctx, l); err != nil {
			return nil, err
		}
	}
	if p.Client != nil {
		if run, err := p.Client.SignalWithStartWorkflow(ctx, id, signal, arg, o, w, args...); err != nil {
			return run, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = append(p.taken, l)
	return nil, nil
}

// of lists the letters that a document's workflow took, in order.
func (p *post) of(document routing.ID) (letters []letter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.taken {
		if l.workflow == workflows.WorkflowID(document) {
			letters = append(letters, l)
		}
	}
	return letters
}

func requireEmptyOutbox(t *testing.T, a *workertest.Authority) {
	t.Helper()
	require.Eventually(t, func() bool {
		waiting, _, err := a.Record.OutboxBacklog(t.Context())
		require.NoError(t, err)
		return waiting == 0
	}, workertest.Patience, workertest.Tick, "milestones wait in the outbox")
}

// People go on while Temporal is down; when it is back, so does everything else.
func TestRelayLosesNothingWhileTemporalIsDown(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.StartWorker()
	line := workertest.NewLine(t, a.Address)
	a.StartRelay(a.Dial(line.Address))

	var documents []routing.ID
	for range 30 {
		document := a.Arrive("")
		a.DirectToWards(document, "molao")
		documents = append(documents, document)
	}
	waiting, oldest, err := a.Record.OutboxBacklog(t.Context())
	require.NoError(t, err)
	require.Equal(t, 60, waiting)
	require.WithinDuration(t, time.Now(), oldest, time.Minute)

	line.Mend()
	requireEmptyOutbox(t, a)
	line.Cut() // in the middle of everything
	a.Receive(documents[0], "molao", "qldt")
	a.WardsReport(documents[0], "molao")
	a.LeadReports(documents[0])
	a.Conclude(documents[0])
	line.Mend()
	requireEmptyOutbox(t, a)
	for _, document := range documents {
		a.Settle(document)
		a.Share(document, "molao")
	}
}

// Urgent documents are served first, and no unit's flood before another unit's
// single document: the server has to know.
func TestPriorityReachesTheServer(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.Work()
	document := a.Arrive("")
	a.Settle(document)
	execution, err := a.Temporal.DescribeWorkflowExecution(t.Context(), workflows.WorkflowID(document), "")
	require.NoError(t, err)
	priority := execution.WorkflowExecutionInfo.Priority
	require.EqualValues(t, routing.Normal.Priority(), priority.GetPriorityKey())
	require.Equal(t, "HADONG", priority.GetFairnessKey())
	described, err := a.Temporal.DescribeWorkflow(t.Context(), workflows.WorkflowID(document), "")
	require.NoError(t, err)
	summary, err := described.GetStaticSummary()
	require.NoError(t, err)
	require.Regexp(t, `^Văn bản đến số 1/\d{4}$`, summary)
}

// A letter that comes again, once, or five times, does nothing again.
func TestDuplicatesAreHarmless(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.StartWorker()
	a.StartRelay(&stutterer{&post{Client: a.Temporal}})

	document, wards := a.Arrive(""), []string{"molao", "phula", "vanquan"}
	a.DirectToWards(document, wards...)
	a.Receive(document, append(wards, "qldt")...)
	a.WardsReport(document, wards...)
	a.LeadReports(document)
	a.Conclude(document)
	a.Settle(document)
	requireEmptyOutbox(t, a)

	events, err := a.Record.Events(t.Context(), document, 0, 1000)
	require.NoError(t, err)
	count := map[routing.Act]int{}
	for _, e := range events {
		count[e.Kind]++
	}
	require.Equal(t, map[routing.Act]int{
		routing.ActRegister: 1, routing.ActDirect: 1, routing.ActDispatch: 4, routing.ActAcknowledge: 4,
		routing.ActReport: 4, routing.ActApprove: 1, routing.ActConclude: 1, routing.ActClose: 3,
	}, count)
}

// stutterer delivers every letter one to five times.
type stutterer struct{ *post }

func (s *stutterer) SignalWithStartWorkflow(ctx context.Context, id, signal string, arg any, o client.StartWorkflowOptions, w any, args ...any) (run client.WorkflowRun, err error) {
	for range 1 + len(s.of(routing.ID(id[len("document/"):])))%5 {
		if run, err = s.post.SignalWithStartWorkflow(ctx, id, signal, arg, o, w, args...); err != nil {
			return run, err
		}
	}
	return run, err
}

func TestTwoRelaysKeepTheOrder(t *testing.T) {
	t.Parallel()
	a := workertest.NewWithoutTemporal(t)
	var held sync.Map // documents that are on their way
	both := &post{deliver: func(_ context.Context, l letter) error {
		if _, twice := held.LoadOrStore(l.workflow, true); twice {
			t.Errorf("%s is on its way twice", l.workflow)
		}
		time.Sleep(time.Duration(l.at.UnixNano()%3) * time.Millisecond) // the network
		held.Delete(l.workflow)
		if l.at.UnixNano()%7 == 0 {
			return serviceerror.NewUnavailable("now and then")
		}
		return nil
	}}
	a.StartRelay(both)
	a.StartRelay(both)
	var documents []routing.ID
	for range 40 {
		document := a.Arrive("")
		a.DirectToWards(document)
		a.Withdraw(document)
		documents = append(documents, document)
	}
	requireEmptyOutbox(t, a)
	for _, document := range documents {
		var seqs []int
		for _, l := range both.of(document) {
			seqs = append(seqs, l.seqs...)
		}
		require.Equal(t, []int{1, 2, 3}, seqs)
	}
}

// A letter leaves soon after its commit. A registration alone waits for a moment
// whether its direction follows.
func TestLettersLeaveSoon(t *testing.T) {
	t.Parallel()
	a := workertest.NewWithoutTemporal(t)
	wakes := &post{}
	a.StartRelay(wakes)
	var latencies []time.Duration
	for range 9 {
		document := a.Arrive("")
		written := time.Now()
		require.Eventually(t, func() bool { return len(wakes.of(document)) > 0 }, workertest.Patience, time.Millisecond)
		latencies = append(latencies, wakes.of(document)[0].at.Sub(written))
	}
	slices.Sort(latencies)
	t.Log("from commit to letter:", latencies)
	require.Less(t, latencies[4], time.Second)
}

// However many documents cannot be delivered, for whatever reason of theirs,
// the others go, and the server is not asked for ever.
func TestStuckDocumentsHoldUpNobody(t *testing.T) {
	t.Parallel()
	a := workertest.NewWithoutTemporal(t)
	stuck := map[string]bool{}
	for range 130 { // more than two batches, and before everybody else
		stuck[workflows.WorkflowID(a.Arrive(""))] = true
	}
	var mu sync.Mutex
	tries := map[string]int{}
	refuses := &post{deliver: func(_ context.Context, l letter) error {
		mu.Lock()
		defer mu.Unlock()
		if tries[l.workflow]++; stuck[l.workflow] {
			return serviceerror.NewInvalidArgument("not this one")
		}
		return nil
	}}
	a.StartRelay(refuses)
	for range 20 {
		document := a.Arrive("")
		require.Eventually(t, func() bool { return len(refuses.of(document)) == 1 }, workertest.Patience, workertest.Tick)
	}
	mu.Lock()
	defer mu.Unlock()
	for id := range stuck {
		require.LessOrEqual(t, tries[id], 8, "each time twice as long until the next")
	}
}

// Stopping is no trouble, and leaves none in the log.
func TestRelayStopsQuietly(t *testing.T) {
	t.Parallel()
	a := workertest.NewWithoutTemporal(t)
	asked := make(chan struct{}, 100)
	silent := &post{deliver: func(ctx context.Context, _ letter) error {
		asked <- struct{}{}
		<-ctx.Done() // Temporal does not answer
		return ctx.Err()
	}}
	var said bytes.Buffer
	relay := worker.NewRelay(a.Record, silent, slog.New(slog.NewTextHandler(&said, nil)))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); relay.Run(ctx) }()
	a.Arrive("")
	<-asked
	stop()
	select {
	case <-ended:
	case <-time.After(workertest.Patience):
		t.Fatal("the relay does not stop")
	}
	require.Empty(t, said.String())
	waiting, _, err := a.Record.OutboxBacklog(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, waiting, "what was not delivered waits")
}
