package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"congvan/api/internal/contract"
	"congvan/gate"
	"congvan/routing"
)

// Engine is asked about the workflow of a document. routing.ErrNotFound if it
// has none yet. Any error that is no routing.Error means that the engine does
// not answer.
type Engine interface {
	Situation(ctx context.Context, document routing.ID) (Situation, error)
}

// Situation is a document's workflow as the engine sees it.
type Situation struct {
	WorkflowID    string
	RunID         string
	Status        string    // running, completed, …
	WaitsFor      string    // for people, in Vietnamese
	NextAlarm     time.Time // zero: nothing will ring
	Milestones    int       // the last one that was acted upon
	HistoryEvents int64
	UIURL         string // its page in the Temporal UI; empty: unknown
}

// engineTimeout is how long anybody waits for an engine that is down.
const engineTimeout = 3 * time.Second

var errEngine = &routing.Error{Fault: routing.Unavailable, Code: "engine-unavailable",
	Message: "Máy quy trình đang tạm ngừng; mọi việc vẫn được ghi nhận và sẽ tự chạy tiếp khi máy hoạt động lại."}

// GetWorkflow shows the run that keeps time for a document.
func (s *server) GetWorkflow(ctx context.Context, in contract.GetWorkflowRequestObject) (contract.GetWorkflowResponseObject, error) {
	id := routing.ID(in.ID)
	view, err := s.Desk.Document(ctx, gate.CallOf(ctx).Actor, id)
	if err != nil {
		return nil, err
	}
	found, err := s.situation(ctx, id)
	if err != nil {
		return nil, err
	}
	if !view.Whole { // it counts units that one does not see
		found.WaitsFor, found.NextAlarm, found.UIURL = "", time.Time{}, ""
	}
	return contract.GetWorkflow200JSONResponse{
		WorkflowID: found.WorkflowID, RunID: found.RunID, Status: found.Status, WaitsFor: found.WaitsFor,
		NextAlarm: found.NextAlarm, Milestones: found.Milestones, HistoryEvents: found.HistoryEvents, UIURL: found.UIURL,
	}, nil
}

// situation does not wait longer than engineTimeout, whatever the engine does
// with its context.
func (s *server) situation(ctx context.Context, id routing.ID) (Situation, error) {
	if s.engine == nil {
		return Situation{}, errEngine
	}
	type answer struct {
		found Situation
		err   error
	}
	ctx, cancel := context.WithTimeout(ctx, engineTimeout)
	defer cancel()
	answers := make(chan answer, 1)
	go func() {
		found, err := s.engine.Situation(ctx, id)
		answers <- answer{found, err}
	}()
	select {
	case a := <-answers:
		var refusal *routing.Error
		if a.err != nil && !errors.As(a.err, &refusal) {
			return Situation{}, fmt.Errorf("api: ask the engine: %w (%w)", errEngine, a.err)
		}
		return a.found, a.err
	case <-ctx.Done():
		return Situation{}, fmt.Errorf("api: ask the engine: %w (%w)", errEngine, ctx.Err())
	}
}
