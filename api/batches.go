package api

import (
	"context"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
)

// CheckBatch says what would become of each subject.
func (s *server) CheckBatch(ctx context.Context, in contract.CheckBatchRequestObject) (contract.CheckBatchResponseObject, error) {
	found, err := s.Desk.CheckBatch(ctx, gate.CallOf(ctx).Actor, batchOf(*in.Body))
	return contract.CheckBatch200JSONResponse{Items: answers(found, outcomeAnswer)}, err
}

// RunBatch does one act to many.
func (s *server) RunBatch(ctx context.Context, in contract.RunBatchRequestObject) (contract.RunBatchResponseObject, error) {
	c := gate.CallOf(ctx)
	r, err := s.Desk.RunBatch(ctx, c.Actor, batchOf(*in.Body), c.Request)
	return contract.RunBatch200JSONResponse(batchAnswer(r)), err
}

// GetBatch shows what became of a batch.
func (s *server) GetBatch(ctx context.Context, in contract.GetBatchRequestObject) (contract.GetBatchResponseObject, error) {
	r, err := s.Desk.Batch(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.GetBatch200JSONResponse(batchAnswer(r)), err
}

// UndoBatch takes back a batch of directions.
func (s *server) UndoBatch(ctx context.Context, in contract.UndoBatchRequestObject) (contract.UndoBatchResponseObject, error) {
	c := gate.CallOf(ctx)
	r, err := s.Desk.UndoBatch(ctx, c.Actor, routing.ID(in.ID), in.Body.Reason, c.Request)
	return contract.UndoBatch200JSONResponse(batchAnswer(r)), err
}

func batchOf(in contract.Batch) desk.Batch {
	return desk.Batch{
		Act: routing.Act(in.Act), Template: routing.ID(in.Template), Note: in.Note,
		Subjects: answers(in.Subjects, func(x contract.Subject) desk.Subject {
			return desk.Subject{ID: routing.ID(x.ID), IfVersion: x.Version}
		}),
	}
}

func batchAnswer(r desk.BatchResult) contract.BatchResult {
	return contract.BatchResult{
		ID: string(r.ID), Act: string(r.Act), Done: r.Done, Refused: r.Refused, NotTried: r.NotTried,
		Outcomes: answers(r.Outcomes, outcomeAnswer),
	}
}

func outcomeAnswer(o desk.Outcome) contract.Outcome {
	return contract.Outcome{Subject: string(o.Subject), EventID: o.Event, Code: o.Code, Detail: o.Message}
}
