package api

import (
	"context"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
)

// SubmitForConsent asks offices about a report before it is made.
func (s *server) SubmitForConsent(ctx context.Context, in contract.SubmitForConsentRequestObject) (contract.SubmitForConsentResponseObject, error) {
	c := gate.CallOf(ctx)
	stages := answers(in.Body.Stages, func(x contract.Stage) routing.Stage {
		return routing.Stage{Rule: routing.StageRule(x.Rule), Units: words[routing.ID](x.Units)}
	})
	event, err := s.Desk.Submit(ctx, c.Actor, routing.ID(in.ID), in.Body.Text, stages, c.Version, c.Request)
	return contract.SubmitForConsent200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// WithdrawDraft takes back a report that offices are asked about.
func (s *server) WithdrawDraft(ctx context.Context, in contract.WithdrawDraftRequestObject) (contract.WithdrawDraftResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.WithdrawDraft(ctx, c.Actor, routing.ID(in.ID), c.Version, c.Request)
	return contract.WithdrawDraft200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// GetCircuit shows the way of a report through the offices.
func (s *server) GetCircuit(ctx context.Context, in contract.GetCircuitRequestObject) (contract.GetCircuitResponseObject, error) {
	v, err := s.Desk.Circuit(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.GetCircuit200JSONResponse(circuitAnswer(v)), err
}

func circuitAnswer(v desk.CircuitView) contract.Circuit {
	return contract.Circuit{
		ID: string(v.ID), AssignmentID: string(v.AssignmentID), Text: v.Text, Stage: v.Stage, Status: string(v.Status),
		StartedAt: utc(v.StartedAt), EndedAt: utc(v.EndedAt),
		Stages: answers(v.Stages, func(x routing.Stage) contract.Stage {
			return contract.Stage{Rule: contract.StageRule(x.Rule), Units: texts(x.Units)}
		}),
		Answers: answers(v.Answers, func(x desk.CircuitAnswer) contract.CircuitAnswer {
			return contract.CircuitAnswer{Decision: decisionAnswer(x.Decision), Unit: unitAnswer(x.Unit), DecidedAs: x.DecidedAs, Awaited: x.Awaited}
		}),
	}
}
