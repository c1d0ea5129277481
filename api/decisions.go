package api

import (
	"cmp"
	"context"
	"time"

	"congvan/api/internal/contract"
	"congvan/desk"
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
	found, err := s.desk.Decisions(ctx, callOf(ctx).actor, view, after, limit)
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
	c, kind := callOf(ctx), routing.DecisionKind(in.Kind)
	if kind != routing.Extension && in.DueOn+in.DueAt != "" {
		return routing.Event{}, badField("kind", "chỉ quyết định gia hạn mới có thời hạn")
	}
	if in.Back != "" && (kind != routing.Consent || in.Grant) {
		return routing.Event{}, badField("back", "chỉ ghi khi không đồng ý với dự thảo")
	}
	switch {
	case kind == routing.Extension:
		due, err := s.due(ctx, c.actor.UnitID, in.DueOn, in.DueAt, "")
		if err != nil {
			return routing.Event{}, err
		}
		other := &due
		if due.IsZero() {
			other = nil
		}
		return s.desk.DecideExtension(ctx, c.actor, id, in.Grant, other, in.Note, c.request)
	case kind == routing.Consent && in.Grant:
		return s.desk.Consent(ctx, c.actor, id, in.Note, c.request)
	case kind == routing.Consent:
		return s.desk.Object(ctx, c.actor, id, in.Note, cmp.Or(routing.ObjectTo(in.Back), routing.ToStart), c.request)
	default:
		return s.desk.AnswerRecall(ctx, c.actor, id, in.Grant, in.Note, c.request)
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
