package api

import (
	"context"
	"errors"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
)

// ListDelegations lists what one's position gave and was given.
func (s *server) ListDelegations(ctx context.Context, _ contract.ListDelegationsRequestObject) (contract.ListDelegationsResponseObject, error) {
	found, err := s.Desk.Delegations(ctx, gate.CallOf(ctx).Actor)
	return contract.ListDelegations200JSONResponse{Items: answers(found, func(v desk.DelegationView) contract.Delegation {
		out := delegationAnswer(v.Delegation)
		out.FromPosition, out.ToPosition, out.InForce = positionAnswer(v.FromPosition), positionAnswer(v.ToPosition), v.InForce
		return out
	})}, err
}

// Delegate writes down that one position acts for another.
func (s *server) Delegate(ctx context.Context, in contract.DelegateRequestObject) (contract.DelegateResponseObject, error) {
	c := gate.CallOf(ctx)
	from, err := instant("from", in.Body.From)
	to, err2 := instant("to", in.Body.To)
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	made, err := s.Desk.Delegate(ctx, c.Actor, routing.Delegation{
		FromPositionID: routing.ID(in.Body.FromPosition), ToPositionID: routing.ID(in.Body.ToPosition), Basis: in.Body.Basis,
		Acts: words[routing.Act](in.Body.Acts), Fields: in.Body.Fields, From: from, To: to,
	}, c.Request)
	return contract.Delegate201JSONResponse(delegationAnswer(made)), err
}

// RevokeDelegation ends a delegation.
func (s *server) RevokeDelegation(ctx context.Context, in contract.RevokeDelegationRequestObject) (contract.RevokeDelegationResponseObject, error) {
	ended, err := s.Desk.Revoke(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.RevokeDelegation200JSONResponse(delegationAnswer(ended)), err
}

// ListAbsences lists who of a unit is away.
func (s *server) ListAbsences(ctx context.Context, in contract.ListAbsencesRequestObject) (contract.ListAbsencesResponseObject, error) {
	unit := routing.ID(in.Params.Unit)
	if unit == "" {
		unit = gate.CallOf(ctx).Actor.UnitID
	}
	found, err := s.Desk.Absences(ctx, unit, in.Params.From, in.Params.To)
	return contract.ListAbsences200JSONResponse{Items: answers(found, absenceAnswer)}, err
}

// TellAbsence writes down that somebody is away.
func (s *server) TellAbsence(ctx context.Context, in contract.TellAbsenceRequestObject) (contract.TellAbsenceResponseObject, error) {
	c := gate.CallOf(ctx)
	told, err := s.Desk.TellAbsence(ctx, c.Actor, routing.Absence{
		PositionID: routing.ID(in.Body.Position), From: in.Body.From, To: in.Body.To, Reason: in.Body.Reason,
	}, c.Request)
	return contract.TellAbsence201JSONResponse(absenceAnswer(told)), err
}

// EndAbsence takes an absence back.
func (s *server) EndAbsence(ctx context.Context, in contract.EndAbsenceRequestObject) (contract.EndAbsenceResponseObject, error) {
	return contract.EndAbsence204Response{}, s.Desk.EndAbsence(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
}

// SetOnPaper settles whether a leader does not use the system.
func (s *server) SetOnPaper(ctx context.Context, in contract.SetOnPaperRequestObject) (contract.SetOnPaperResponseObject, error) {
	return contract.SetOnPaper204Response{}, s.Desk.SetOnPaper(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID), in.Body.OnPaper)
}

func delegationAnswer(d routing.Delegation) contract.Delegation {
	return contract.Delegation{
		ID: string(d.ID), FromPositionID: string(d.FromPositionID), ToPositionID: string(d.ToPositionID), Basis: d.Basis,
		Acts: texts(d.Acts), Fields: texts(d.Fields), From: utc(d.From), To: utc(d.To), CreatedAt: utc(d.CreatedAt), RevokedAt: utc(d.RevokedAt),
	}
}

func absenceAnswer(a routing.Absence) contract.Absence {
	return contract.Absence{
		ID: string(a.ID), PositionID: string(a.PositionID), UnitID: string(a.UnitID), Title: a.Title, From: a.From, To: a.To, Reason: a.Reason,
	}
}
