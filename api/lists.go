package api

import (
	"context"

	"congvan/api/internal/contract"
	"congvan/gate"
	"congvan/postgres"
)

// CountOverdue counts what is overdue, by unit.
func (s *server) CountOverdue(ctx context.Context, _ contract.CountOverdueRequestObject) (contract.CountOverdueResponseObject, error) {
	found, err := s.Desk.OverdueByUnit(ctx, gate.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	list := contract.CountOverdue200JSONResponse{Items: []contract.UnitCount{}}
	for _, x := range found {
		list.Items = append(list.Items, contract.UnitCount{Unit: unitAnswer(x.Unit), Count: x.Count})
	}
	return list, nil
}

// ListUnits lists the units of today.
func (s *server) ListUnits(ctx context.Context, _ contract.ListUnitsRequestObject) (contract.ListUnitsResponseObject, error) {
	found, err := s.Desk.Units(ctx)
	if err != nil {
		return nil, err
	}
	return contract.ListUnits200JSONResponse{Items: answers(found, unitAnswer)}, nil
}

// ListOfficers lists the positions of one's own unit.
func (s *server) ListOfficers(ctx context.Context, _ contract.ListOfficersRequestObject) (contract.ListOfficersResponseObject, error) {
	found, err := s.Desk.Officers(ctx, gate.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	return contract.ListOfficers200JSONResponse{Items: answers(found, positionAnswer)}, nil
}

// GetMe says whom the token stands for.
func (s *server) GetMe(ctx context.Context, _ contract.GetMeRequestObject) (contract.GetMeResponseObject, error) {
	actor := gate.CallOf(ctx).Actor
	units, err := s.units.today(ctx)
	if err != nil {
		return nil, err
	}
	posts, err := s.Desk.Officers(ctx, actor)
	if err != nil {
		return nil, err
	}
	position := postgres.Position{ID: actor.PositionID, Office: actor.Office}
	for _, p := range posts {
		if p.ID == actor.PositionID {
			position = p
		}
	}
	me := contract.GetMe200JSONResponse{
		AccountID: string(actor.AccountID), Username: actor.Username, Fields: actor.Fields,
		Unit: units.unit(actor.UnitID), Position: positionAnswer(position),
	}
	if m := actor.Mandate; m.Kind != "" {
		me.Mandate = contract.Mandate{Kind: string(m.Kind), Title: m.Title, Basis: m.Basis}
	}
	return me, nil
}
