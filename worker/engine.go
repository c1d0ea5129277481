package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"congvan/routing"
	"congvan/workflows"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
)

// Run is a document's workflow as the engine sees it.
type Run struct {
	workflows.Situation
	WorkflowID    string
	RunID         string
	Status        string // running, completed, …
	HistoryEvents int64
}

// ErrEngine says that the engine cannot be asked now. People's acts go on
// without it.
var ErrEngine = &routing.Error{Fault: routing.Unavailable, Code: "engine-unavailable",
	Message: "Máy quy trình đang tạm ngừng; mọi việc vẫn được ghi nhận và sẽ tự chạy tiếp khi máy hoạt động lại."}

// ErrNoRun says that a document has no workflow to ask: the outbox has not
// delivered its first milestone yet, or it ended longer ago than Temporal keeps
// histories. The record has everything that is to be known of it.
var ErrNoRun = &routing.Error{Fault: routing.NotFound, Code: "no-workflow",
	Message: "Văn bản chưa có quy trình đang chạy, hoặc quy trình đã kết thúc và hết hạn lưu vết; nhật ký của văn bản vẫn đầy đủ."}

// Engine asks the workflows of documents.
type Engine struct{ Temporal client.Client }

// Run describes the workflow of a document and lets it say what it waits for.
// ErrNoRun if it has none, ErrEngine if the server or the
// workers do not answer before ctx ends.
func (e Engine) Run(ctx context.Context, document routing.ID) (Run, error) {
	id := workflows.WorkflowID(document)
	described, err := e.Temporal.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return Run{}, engineError("describe", err)
	}
	info := described.GetWorkflowExecutionInfo()
	run := Run{
		WorkflowID: id, RunID: info.GetExecution().GetRunId(),
		Status: strings.ToLower(info.GetStatus().String()), HistoryEvents: info.GetHistoryLength(),
	}
	answer, err := e.Temporal.QueryWorkflow(ctx, id, run.RunID, workflows.QuerySituation)
	if err != nil {
		return Run{}, engineError("query", err)
	}
	if err := answer.Get(&run.Situation); err != nil {
		return Run{}, engineError("query", err)
	}
	return run, nil
}

func engineError(what string, err error) error {
	var none *serviceerror.NotFound
	if errors.As(err, &none) {
		return ErrNoRun
	}
	return fmt.Errorf("worker: %s: %w (%w)", what, ErrEngine, err)
}
