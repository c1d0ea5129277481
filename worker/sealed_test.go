package worker_test

import (
	"testing"

	"congvan/activities"
	"congvan/routing"
	"congvan/worker"
	"congvan/worker/sealed"
	"congvan/worker/workertest"
	"congvan/workflows"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// payloads are those of a history as Temporal keeps it, by their encoding.
func payloads(t *testing.T, history *historypb.History) map[string]int {
	t.Helper()
	found := map[string]int{}
	require.NoError(t, proxy.VisitPayloads(t.Context(), history, proxy.VisitPayloadsOptions{
		SkipSearchAttributes: true,
		Visitor: func(_ *proxy.VisitPayloadsContext, all []*commonpb.Payload) ([]*commonpb.Payload, error) {
			for _, p := range all {
				found[string(p.Metadata["encoding"])]++
			}
			return all, nil
		},
	}))
	return found
}

func TestTemporalIsHandedSealedPayloadsOnly_M10(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.Work()
	document := a.Arrive(workertest.Quick)
	a.DirectToWards(document, "molao")
	a.Share(document, "qldt")
	a.Rung(document, 2)
	a.Receive(document, "qldt", "molao")
	a.WardsReport(document, "molao")
	a.LeadReports(document)
	a.Conclude(document)
	a.Settle(document)

	found := payloads(t, a.Raw(workflows.WorkflowID(document), ""))
	require.Greater(t, found["binary/encrypted"], 10)
	require.Len(t, found, 1, "some payload is not sealed: %v", found)

	run, err := worker.Engine{Temporal: a.Temporal}.Run(t.Context(), document)
	require.NoError(t, err)
	require.NotEmpty(t, run.Seen, "an answer to a query can be opened")
}

// stranger is an authority's worker with other keys.
type stranger struct {
	*workertest.Authority
	Temporal client.Client
	t        *testing.T
}

func (s stranger) start() (stop func()) {
	w := worker.New(s.Temporal, activities.New(s.Record, nil), nil)
	require.NoError(s.t, w.Start())
	return w.Stop
}

func strange(t *testing.T, a *workertest.Authority, keys *sealed.Keys) stranger {
	t.Helper()
	c, err := client.NewLazyClient(sealed.Seal(client.Options{HostPort: a.Address, Namespace: a.Namespace, Logger: worker.Logger(workertest.Quiet())}, keys))
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return stranger{a, c, t}
}

func failedTasks(a *workertest.Authority, document routing.ID) (n int) {
	for _, e := range a.Raw(workflows.WorkflowID(document), "").Events {
		if e.EventType == enumspb.EVENT_TYPE_WORKFLOW_TASK_FAILED {
			n++
		}
	}
	return n
}

// Documents wait for a missing key; none ends, no milestone is dropped.
func TestDocumentsWaitForTheirKey_M11(t *testing.T) {
	for name, keys := range map[string]*sealed.Keys{"wrong": workertest.Keys(t), "none": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := workertest.New(t)
			a.StartRelay(a.Temporal)
			stop := strange(t, a, keys).start()
			document := a.Arrive("")
			a.Delivered(document)
			require.Eventually(t, func() bool { return failedTasks(a, document) > 0 }, workertest.Patience, workertest.Tick)
			stop()

			a.StartWorker()
			a.DirectToWards(document, "molao")
			a.Receive(document, "qldt", "molao")
			a.WardsReport(document, "molao")
			a.LeadReports(document)
			a.Conclude(document)
			a.Settle(document)
		})
	}
}

// What is cut from one document's history and put into another's opens nothing there.
func TestAPayloadOfAnotherDocumentIsRefused_M11(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.Work()
	one, other := a.Arrive(""), a.Arrive("")
	a.Settle(one)
	a.Settle(other)
	var signal *commonpb.Payloads
	for _, e := range a.Raw(workflows.WorkflowID(one), "").Events {
		if s := e.GetWorkflowExecutionSignaledEventAttributes(); s != nil {
			signal = s.GetInput()
		}
	}
	require.NotNil(t, signal)
	_, err := a.Temporal.WorkflowService().SignalWorkflowExecution(t.Context(), &workflowservice.SignalWorkflowExecutionRequest{
		Namespace: a.Namespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: workflows.WorkflowID(other)},
		SignalName: workflows.SignalMilestones, Input: signal, RequestId: "moved",
	})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return failedTasks(a, other) > 0 }, workertest.Patience, workertest.Tick)
	_, err = worker.Engine{Temporal: a.Temporal}.Run(t.Context(), one)
	require.NoError(t, err, "the document that it was taken from goes on")
}

// A document that was begun before there were keys goes on, sealed from then on.
func TestDocumentsFromBeforeTheKeysGoOn_M11(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	before := strange(t, a, &sealed.Keys{})
	stopWorker, stopRelay := before.start(), a.StartRelay(before.Temporal)
	document := a.Arrive("")
	a.Settle(document)
	stopWorker()
	stopRelay()
	require.Zero(t, payloads(t, a.Raw(workflows.WorkflowID(document), ""))["binary/encrypted"])

	a.Work()
	a.DirectToWards(document)
	a.Receive(document, "qldt")
	a.LeadReports(document)
	a.Conclude(document)
	a.Settle(document)
	require.Positive(t, payloads(t, a.Raw(workflows.WorkflowID(document), ""))["binary/encrypted"])
}
