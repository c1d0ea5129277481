package api

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"congvan/postgres"
	"congvan/routing"

	"github.com/stretchr/testify/require"
)

func newTestLog(j *journal) *slog.Logger { return slog.New(slog.NewTextHandler(j, nil)) }

func TestWithoutTheRecordTheAnswerIsQuick(t *testing.T) {
	t.Parallel()
	w := worldOn(t, closedPort(t), nil)
	began := time.Now()
	r := w.expect(503, clerk, "POST", "/documents", registrationOf())
	require.Equal(t, "record-unavailable", r.code())
	require.Equal(t, "5", r.header.Get("Retry-After"))
	require.NotContains(t, r.raw, "refused")
	w.expect(503, clerk, "GET", "/events", nil)
	ready := w.expect(503, "", "GET", "/readyz", nil)
	require.Equal(t, "record", ready.body["part"])
	w.expect(200, "", "GET", "/healthz", nil)
	require.Less(t, time.Since(began), 3*time.Second)
	require.Contains(t, w.log.String(), "connection refused", "the whole chain is in the log")
}

// fakeEngine answers as it is told.
type fakeEngine func(context.Context, routing.ID) (Situation, error)

func (f fakeEngine) Situation(ctx context.Context, id routing.ID) (Situation, error) {
	return f(ctx, id)
}

func TestTheWorkflowOfADocument(t *testing.T) {
	t.Parallel()
	var answer fakeEngine
	w := newWorld(t, fakeEngine(func(ctx context.Context, id routing.ID) (Situation, error) { return answer(ctx, id) }))
	document := w.register()
	path := "/documents/" + document + "/workflow"

	answer = func(_ context.Context, id routing.ID) (Situation, error) {
		return Situation{WorkflowID: "document/" + string(id), RunID: "r", Status: "running", WaitsFor: "Chờ cho ý kiến",
			NextAlarm: monday, Milestones: 1, HistoryEvents: 9, UIURL: "http://127.0.0.1/x"}, nil
	}
	r := w.expect(200, clerk, "GET", path, nil)
	require.Equal(t, "document/"+document, r.body["workflowId"])
	require.Equal(t, "Chờ cho ý kiến", r.body["waitsFor"])
	require.Equal(t, 9.0, r.body["historyEvents"])

	answer = func(context.Context, routing.ID) (Situation, error) {
		t.Error("the engine is asked about what the actor may not see")
		return Situation{}, nil
	}
	w.expect(404, neighbor, "GET", path, nil)

	answer = func(context.Context, routing.ID) (Situation, error) { return Situation{}, routing.ErrNotFound }
	w.expect(404, clerk, "GET", path, nil)

	answer = func(context.Context, routing.ID) (Situation, error) {
		return Situation{}, errors.New("dial tcp: refused")
	}
	down := w.expect(503, clerk, "GET", path, nil)
	require.Equal(t, "engine-unavailable", down.code())
	require.Contains(t, down.body["detail"], "vẫn được ghi nhận")
	require.NotContains(t, down.raw, "refused")
	w.expect(201, clerk, "POST", "/documents", registrationOf())

	answer = func(context.Context, routing.ID) (Situation, error) { select {} } // does not even heed its context
	began := time.Now()
	require.Equal(t, "engine-unavailable", w.expect(503, clerk, "GET", path, nil).code())
	require.Less(t, time.Since(began), engineTimeout+time.Second)
	require.Equal(t, "engine-unavailable", newWorldWithoutEngine(t).code())
}

func newWorldWithoutEngine(t *testing.T) reply {
	w := newWorld(t, nil)
	return w.expect(503, clerk, "GET", "/documents/"+w.register()+"/workflow", nil)
}

func TestADatabaseMessageStaysOutOfTheLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, err := w.store.Document(t.Context(), "canary")
	require.Error(t, err)
	require.Contains(t, err.Error(), "canary")
	require.NotContains(t, postgres.WithoutContent(err), "canary")
	require.Contains(t, postgres.WithoutContent(err), "SQLSTATE 22P02")
}
