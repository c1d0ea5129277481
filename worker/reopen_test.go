package worker_test

import (
	"testing"

	"congvan/routing"
	"congvan/worker"
	"congvan/worker/workertest"

	"github.com/stretchr/testify/require"
)

// The workflow of a concluded document has ended. Reopening it starts a new run,
// which follows it to its second end.
func TestReopenedDocumentIsFollowedAgain(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.Work()
	document := a.Arrive("")
	a.DirectToWards(document)
	a.Receive(document, "qldt")
	a.LeadReports(document)
	a.Conclude(document)
	a.Settle(document)
	ended, err := worker.Engine{Temporal: a.Temporal}.Run(t.Context(), document)
	require.NoError(t, err)

	a.TakeUpAgain(document)
	a.Settle(document)
	again, err := worker.Engine{Temporal: a.Temporal}.Run(t.Context(), document)
	require.NoError(t, err)
	require.Equal(t, "running", again.Status)
	require.NotEqual(t, ended.RunID, again.RunID)
	a.LeadReports(document)
	a.Conclude(document)
	a.Settle(document)
	doc, err := a.Record.Document(t.Context(), document)
	require.NoError(t, err)
	require.Equal(t, routing.Concluded, doc.Status)
}

// Reopened at once, while the run is still closing it: no milestone is lost.
func TestReopenedWhileItIsClosed(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.Work()
	for range 5 {
		document := a.Arrive("")
		a.DirectToWards(document)
		a.Receive(document, "qldt")
		a.LeadReports(document)
		a.Conclude(document)
		a.TakeUpAgain(document)
		a.Settle(document)
		run, err := worker.Engine{Temporal: a.Temporal}.Run(t.Context(), document)
		require.NoError(t, err)
		require.Equal(t, "running", run.Status)
	}
}

func TestCancelledDocumentEndsItsRun(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.Work()
	document := a.Arrive("")
	a.Settle(document)
	a.CancelAsError(document)
	a.Settle(document)
}
