package api

import (
	"cmp"
	"context"

	"congvan/api/internal/contract"
	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
)

// GetOrganisation shows the chart and who holds which position.
func (s *server) GetOrganisation(ctx context.Context, in contract.GetOrganisationRequestObject) (contract.GetOrganisationResponseObject, error) {
	o, err := s.Desk.Organisation(ctx, gate.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	if in.Params.On != "" {
		on, err := date("on", in.Params.On)
		if err != nil {
			return nil, err
		}
		o = o.On(on)
	}
	file := chartFile(o.Chart)
	return contract.GetOrganisation200JSONResponse{Units: file.Units, Positions: file.Positions, Successors: file.Successors,
		Holders: answers(o.Holders, func(h postgres.Holder) contract.HolderLine {
			return contract.HolderLine{Account: string(h.AccountID), Username: h.Username, Position: string(h.PositionID),
				ValidFrom: h.From.String(), ValidTo: maybeDay(h.To), Disabled: h.Disabled}
		})}, nil
}

// FoundUnit makes a unit.
func (s *server) FoundUnit(ctx context.Context, in contract.FoundUnitRequestObject) (contract.FoundUnitResponseObject, error) {
	c, b := gate.CallOf(ctx), in.Body
	from, err := date("validFrom", b.ValidFrom)
	if err != nil {
		return nil, err
	}
	u, err := s.Desk.FoundUnit(ctx, c.Actor, routing.UnitKind(b.Kind), from, unitFacts(b.Code, b.Name, b.Parent, b.OfficeHours, b.OnDuty), c.Request)
	return contract.FoundUnit201JSONResponse{Items: unitLines(u)}, err
}

// ChangeUnit gives a unit a new version.
func (s *server) ChangeUnit(ctx context.Context, in contract.ChangeUnitRequestObject) (contract.ChangeUnitResponseObject, error) {
	c, b := gate.CallOf(ctx), in.Body
	from, err := date("validFrom", b.ValidFrom)
	if err != nil {
		return nil, err
	}
	u, err := s.Desk.ChangeUnit(ctx, c.Actor, routing.ID(in.ID), from, unitFacts(b.Code, b.Name, b.Parent, b.OfficeHours, b.OnDuty), c.Request)
	return contract.ChangeUnit200JSONResponse{Items: unitLines(u)}, err
}

// EndUnit ends a unit.
func (s *server) EndUnit(ctx context.Context, in contract.EndUnitRequestObject) (contract.EndUnitResponseObject, error) {
	c := gate.CallOf(ctx)
	day, err := date("validTo", in.Body.ValidTo)
	if err != nil {
		return nil, err
	}
	u, err := s.Desk.EndUnit(ctx, c.Actor, routing.ID(in.ID), day, words[routing.ID](in.Body.Successors), in.Body.Basis, c.Request)
	return contract.EndUnit200JSONResponse{Items: unitLines(u)}, err
}

// CreatePosition makes a position.
func (s *server) CreatePosition(ctx context.Context, in contract.CreatePositionRequestObject) (contract.CreatePositionResponseObject, error) {
	c, b := gate.CallOf(ctx), in.Body
	from, err := date("validFrom", b.ValidFrom)
	if err != nil {
		return nil, err
	}
	p, err := s.Desk.CreatePosition(ctx, c.Actor, b.Code, from, positionFacts(b.Unit, b.Title, b.Office, b.Fields), c.Request)
	return contract.CreatePosition201JSONResponse{Items: positionLines(p)}, err
}

// ChangePosition gives a position a new version.
func (s *server) ChangePosition(ctx context.Context, in contract.ChangePositionRequestObject) (contract.ChangePositionResponseObject, error) {
	c, b := gate.CallOf(ctx), in.Body
	from, err := date("validFrom", b.ValidFrom)
	if err != nil {
		return nil, err
	}
	p, err := s.Desk.ChangePosition(ctx, c.Actor, routing.ID(in.ID), from, positionFacts(b.Unit, b.Title, b.Office, b.Fields), c.Request)
	return contract.ChangePosition200JSONResponse{Items: positionLines(p)}, err
}

// EndPosition ends a position.
func (s *server) EndPosition(ctx context.Context, in contract.EndPositionRequestObject) (contract.EndPositionResponseObject, error) {
	c := gate.CallOf(ctx)
	day, err := date("validTo", in.Body.ValidTo)
	if err != nil {
		return nil, err
	}
	p, err := s.Desk.EndPosition(ctx, c.Actor, routing.ID(in.ID), day, c.Request)
	return contract.EndPosition200JSONResponse{Items: positionLines(p)}, err
}

// Appoint lets an account hold a position.
func (s *server) Appoint(ctx context.Context, in contract.AppointRequestObject) (contract.AppointResponseObject, error) {
	c, b := gate.CallOf(ctx), in.Body
	from, err := date("validFrom", b.ValidFrom)
	if err != nil {
		return nil, err
	}
	return contract.Appoint204Response{}, s.Desk.Appoint(ctx, c.Actor, b.Username, routing.ID(b.Position), from, b.Basis, c.Request)
}

// ListBooks shows how the books stand.
func (s *server) ListBooks(ctx context.Context, _ contract.ListBooksRequestObject) (contract.ListBooksResponseObject, error) {
	books, err := s.Desk.Books(ctx, gate.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	return contract.ListBooks200JSONResponse{Items: answers(books, func(b postgres.Book) contract.Book {
		return contract.Book{Unit: units.unit(b.UnitID), Direction: b.Direction, Year: b.Year, LastNumber: b.LastNumber}
	})}, err
}

// ExportOrganisation takes out what the house goes by.
func (s *server) ExportOrganisation(ctx context.Context, in contract.ExportOrganisationRequestObject) (contract.ExportOrganisationResponseObject, error) {
	var day calendar.Date
	if in.Params.AsOf != "" {
		var err error
		if day, err = date("as-of", in.Params.AsOf); err != nil {
			return nil, err
		}
	}
	t, err := s.Desk.Export(ctx, gate.CallOf(ctx).Actor, day)
	return contract.ExportOrganisation200JSONResponse(transferFile(t)), err
}

// CheckImport says what an import would do.
func (s *server) CheckImport(ctx context.Context, in contract.CheckImportRequestObject) (contract.CheckImportResponseObject, error) {
	t, err := transferOf(in.Body.Organisation)
	if err != nil {
		return nil, err
	}
	plan, err := s.Desk.CheckImport(ctx, gate.CallOf(ctx).Actor, t, in.Body.Basis)
	return contract.CheckImport200JSONResponse(planAnswer(plan)), err
}

// ImportOrganisation brings in what the house goes by.
func (s *server) ImportOrganisation(ctx context.Context, in contract.ImportOrganisationRequestObject) (contract.ImportOrganisationResponseObject, error) {
	c := gate.CallOf(ctx)
	t, err := transferOf(in.Body.Organisation)
	if err != nil {
		return nil, err
	}
	plan, err := s.Desk.Import(ctx, c.Actor, t, in.Body.Basis, c.Request)
	return contract.ImportOrganisation200JSONResponse(planAnswer(plan)), err
}

func planAnswer(p desk.Plan) contract.ImportPlan {
	return contract.ImportPlan{Changes: answers(p.Words, func(w string) string { return w }),
		Refusals: answers(p.Faults, func(e *routing.Error) contract.ImportRefusal {
			out := contract.ImportRefusal{Code: e.Code, Message: e.Message}
			for _, what := range []string{"unit", "position", "subject", "template"} {
				if id, ok := e.Details[what].(string); ok {
					out.Subject = id
				}
			}
			return out
		})}
}

// date reads a day that the contract let through, which may still be none.
func date(field, text string) (calendar.Date, error) {
	day, err := calendar.Parse(text)
	if err != nil {
		return day, badField(field, "không phải ngày có thật")
	}
	return day, nil
}

// maybeDate is date for a day that may be missing.
func maybeDate(field, text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	return date(field, text)
}

func maybeDay(day calendar.Date) string {
	if day.IsZero() {
		return ""
	}
	return day.String()
}

func unitFacts(code, name, parent, hours string, onDuty bool) routing.UnitFacts {
	return routing.UnitFacts{Code: code, Name: name, ParentID: routing.ID(parent), OnDuty: onDuty,
		OfficeHours: cmp.Or(hours, calendar.DefaultHours().String())}
}

func positionFacts(unit, title, office string, fields []string) routing.PositionFacts {
	if len(fields) == 0 {
		fields = nil
	}
	return routing.PositionFacts{UnitID: routing.ID(unit), Title: title, Office: routing.Office(office), Fields: fields}
}
