package api

import (
	"context"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
)

// HandOverPosition gives all open work of an officer to another.
func (s *server) HandOverPosition(ctx context.Context, in contract.HandOverPositionRequestObject) (contract.HandOverPositionResponseObject, error) {
	c := gate.CallOf(ctx)
	done, err := s.Desk.HandOverPosition(ctx, c.Actor, routing.ID(in.ID), routing.ID(in.Body.To), in.Body.Basis, c.Request)
	return contract.HandOverPosition200JSONResponse(successionAnswer(done)), err
}

// HandOverUnit gives all open work of a unit that ended to its successor.
func (s *server) HandOverUnit(ctx context.Context, in contract.HandOverUnitRequestObject) (contract.HandOverUnitResponseObject, error) {
	c := gate.CallOf(ctx)
	done, err := s.Desk.HandOverUnit(ctx, c.Actor, routing.ID(in.ID), routing.ID(in.Body.To), in.Body.Basis, c.Request)
	return contract.HandOverUnit200JSONResponse(successionAnswer(done)), err
}

func successionAnswer(s desk.Succession) contract.Succession {
	return contract.Succession{Outcomes: answers(s.Outcomes, outcomeAnswer), Documents: answers(s.Documents, summaryAnswer)}
}
