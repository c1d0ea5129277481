package api

import (
	"context"

	"congvan/api/internal/contract"
	"congvan/routing"
)

// ReturnAssignment gives an assignment back.
func (s *server) ReturnAssignment(ctx context.Context, in contract.ReturnAssignmentRequestObject) (contract.ReturnAssignmentResponseObject, error) {
	c := callOf(ctx)
	event, err := s.desk.Return(ctx, c.actor, routing.ID(in.ID), in.Body.Reason, c.version, c.request)
	return contract.ReturnAssignment200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Insist sends a returned assignment back to its holder.
func (s *server) Insist(ctx context.Context, in contract.InsistRequestObject) (contract.InsistResponseObject, error) {
	c := callOf(ctx)
	event, err := s.desk.Insist(ctx, c.actor, routing.ID(in.ID), in.Body.Reason, c.version, c.request)
	return contract.Insist200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Remind urges the holder of an assignment.
func (s *server) Remind(ctx context.Context, in contract.RemindRequestObject) (contract.RemindResponseObject, error) {
	c := callOf(ctx)
	event, err := s.desk.Remind(ctx, c.actor, routing.ID(in.ID), in.Body.Note, c.request)
	return contract.Remind200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// RemindLate urges everybody who is late with a document.
func (s *server) RemindLate(ctx context.Context, in contract.RemindLateRequestObject) (contract.RemindLateResponseObject, error) {
	c := callOf(ctx)
	found, err := s.desk.RemindLate(ctx, c.actor, routing.ID(in.ID), c.request)
	return contract.RemindLate200JSONResponse{Items: answers(found, outcomeAnswer)}, err
}
