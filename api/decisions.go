package api

import (
	"cmp"
	"context"
	"time"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
)

// ListDecisions shows a page of what waits for a decision.
func (s *server) ListDecisions(ctx context.Context, in contract.ListDecisionsRequestObject) (contract.ListDecisionsResponseObject, error) {
	view := cmp.Or(desk.DecisionView(in.Params.View), desk.DecisionsMine)
	letter, place := decidingCursor, func(x routing.Decision) time.Time { return x.Due }
	if view == desk.DecisionsAsked {
		letter, place = askedCursor, func(x routing.Decision) time.Time { return x.AskedAt }
	}
	after, err := readInstantCursor(letter, in.Params.Cursor)
	if err != nil {
		return nil, err
	}
	limit := limitOf(in.Params.Limit)
	found, err := s.Desk.Decisions(ctx, gate.CallOf(ctx).Actor, view, after, limit)
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	if err != nil {
		return nil, err
	}
	page := contract.ListDecisions200JSONResponse{Items: answers(found, units.decisionEntryAnswer)}
	if len(found) == limit {
		last := found[limit-1].Decision
		page.NextCursor = writeInstantCursor(letter, place(last), last.ID)
	}
	return page, nil
}

// Decide answers what was asked: its kind says which verb of the desk that is.
func (s *server) Decide(ctx context.Context, in contract.DecideRequestObject) (contract.DecideResponseObject, error) {
	event, err := s.decide(ctx, routing.ID(in.ID), *in.Body)
	return contract.Decide200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

func (s *server) decide(ctx context.Context, id routing.ID, in contract.DecisionAnswer) (routing.Event, error) {
	c, kind := gate.CallOf(ctx), routing.DecisionKind(in.Kind)
	if kind != routing.Extension && in.DueOn+in.DueAt != "" {
		return routing.Event{}, badField("kind", "chỉ quyết định gia hạn mới có thời hạn")
	}
	if in.Back != "" && (kind != routing.Consent || in.Grant) {
		return routing.Event{}, badField("back", "chỉ ghi khi không đồng ý với dự thảo")
	}
	switch {
	case kind == routing.Extension:
		due, err := s.due(ctx, c.Actor.UnitID, in.DueOn, in.DueAt, "")
		if err != nil {
			return routing.Event{}, err
		}
		other := &due
		if due.IsZero() {
			other = nil
		}
		return s.Desk.DecideExtension(ctx, c.Actor, id, in.Grant, other, in.Note, c.Request)
	case kind == routing.Consent && in.Grant:
		return s.Desk.Consent(ctx, c.Actor, id, in.Note, c.Request)
	case kind == routing.Consent:
		return s.Desk.Object(ctx, c.Actor, id, in.Note, cmp.Or(routing.ObjectTo(in.Back), routing.ToStart), c.Request)
	default:
		return s.Desk.AnswerRecall(ctx, c.Actor, id, in.Grant, in.Note, c.Request)
	}
}

func (n names) decisionEntryAnswer(x desk.DecisionEntry) contract.DecisionEntry {
	return contract.DecisionEntry{
		Decision: decisionAnswer(x.Decision), Document: headAnswer(x.Document), Holder: n.unit(x.HolderUnitID), ShareDue: utc(x.ShareDue),
	}
}

func decisionAnswer(x routing.Decision) contract.Decision {
	return contract.Decision{
		ID: string(x.ID), DocumentID: string(x.DocumentID), AssignmentID: string(x.AssignmentID), Kind: string(x.Kind),
		OwnerUnitID: string(x.OwnerUnitID), AskedUnitID: string(x.AskedUnitID), AskedAt: utc(x.AskedAt), Reason: x.Reason,
		ProposedDue: utc(x.ProposedDue), Stage: x.Stage, Due: utc(x.Due), Status: string(x.Status), DecidedAt: utc(x.DecidedAt), Note: x.Note,
	}
}
