package api

import (
	"context"

	"congvan/api/internal/contract"
	"congvan/routing"
)

// Decide answers what was asked: the kind says which verb of the desk.
func (s *server) Decide(ctx context.Context, in contract.DecideRequestObject) (contract.DecideResponseObject, error) {
	c := callOf(ctx)
	event, err := s.desk.AnswerRecall(ctx, c.actor, routing.ID(in.ID), in.Body.Grant, in.Body.Note, c.request)
	return contract.Decide200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

func decisionAnswer(x routing.Decision) contract.Decision {
	return contract.Decision{
		ID: string(x.ID), DocumentID: string(x.DocumentID), AssignmentID: string(x.AssignmentID), Kind: string(x.Kind),
		OwnerUnitID: string(x.OwnerUnitID), AskedUnitID: string(x.AskedUnitID), AskedAt: utc(x.AskedAt), Reason: x.Reason,
		ProposedDue: utc(x.ProposedDue), Stage: x.Stage, Due: utc(x.Due), Status: string(x.Status), DecidedAt: utc(x.DecidedAt), Note: x.Note,
	}
}
