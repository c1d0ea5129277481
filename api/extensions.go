package api

import (
	"context"

	"congvan/api/internal/contract"
	"congvan/gate"
	"congvan/routing"
)

// AskExtension asks for a later due date.
func (s *server) AskExtension(ctx context.Context, in contract.AskExtensionRequestObject) (contract.AskExtensionResponseObject, error) {
	c := gate.CallOf(ctx)
	due, err := s.shareDue(ctx, in.ID, in.Body.DueOn, in.Body.DueAt)
	if err != nil {
		return nil, err
	}
	event, err := s.Desk.AskExtension(ctx, c.Actor, routing.ID(in.ID), due, in.Body.Reason, c.Version, c.Request)
	return contract.AskExtension200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Extend gives a later due date without being asked.
func (s *server) Extend(ctx context.Context, in contract.ExtendRequestObject) (contract.ExtendResponseObject, error) {
	c := gate.CallOf(ctx)
	due, err := s.shareDue(ctx, in.ID, in.Body.DueOn, in.Body.DueAt)
	if err != nil {
		return nil, err
	}
	event, err := s.Desk.Extend(ctx, c.Actor, routing.ID(in.ID), due, in.Body.Reason, c.Version, c.Request)
	return contract.Extend200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// ListExtensions shows the history of a due date.
func (s *server) ListExtensions(ctx context.Context, in contract.ListExtensionsRequestObject) (contract.ListExtensionsResponseObject, error) {
	found, err := s.Desk.Extensions(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	return contract.ListExtensions200JSONResponse{Items: answers(found, units.eventAnswer)}, err
}
