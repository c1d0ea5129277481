package api

import (
	"context"

	"congvan/api/internal/contract"
	"congvan/gate"
	"congvan/routing"
)

// ListDocuments shows a page of the register.
func (s *server) ListDocuments(ctx context.Context, in contract.ListDocumentsRequestObject) (contract.ListDocumentsResponseObject, error) {
	before, err := readDocumentCursor(in.Params.Cursor)
	if err != nil {
		return nil, err
	}
	limit := limitOf(in.Params.Limit)
	found, err := s.Desk.Documents(ctx, gate.CallOf(ctx).Actor, routing.DocumentStatus(in.Params.Status), before, limit)
	if err != nil {
		return nil, err
	}
	page := contract.ListDocuments200JSONResponse{Items: answers(found, summaryAnswer)}
	if len(found) == limit {
		page.NextCursor = writeCursor(documentCursor, string(found[limit-1].ID))
	}
	return page, nil
}

// RegisterDocument takes a document into the book.
func (s *server) RegisterDocument(ctx context.Context, in contract.RegisterDocumentRequestObject) (contract.RegisterDocumentResponseObject, error) {
	c := gate.CallOf(ctx)
	document, err := registration(*in.Body)
	if err != nil {
		return nil, err
	}
	event, err := s.Desk.RegisterWith(ctx, c.Actor, document, idsOf(in.Body.Uploads), c.Request)
	if err != nil {
		return nil, err
	}
	return contract.RegisterDocument201JSONResponse{
		Body:    actAnswer(event),
		Headers: contract.RegisterDocument201ResponseHeaders{Location: base + "/documents/" + string(event.DocumentID)},
	}, nil
}

func registration(in contract.Registration) (routing.Registration, error) {
	arrived, err := instant("arrivedAt", in.ArrivedAt)
	return routing.Registration{
		Issuer: in.Issuer, CodeNumber: in.CodeNumber, CodeNotation: in.CodeNotation, IssuedOn: in.IssuedOn,
		TypeName: in.TypeName, Subject: in.Subject, Field: in.Field, Urgency: routing.Urgency(in.Urgency),
		ReplyBy: in.ReplyBy, ArrivedAt: arrived, Channel: routing.Channel(in.Channel), SenderAddress: in.SenderAddress,
		Replaces: routing.ID(in.Replaces), Secrecy: in.Secrecy, Ladder: in.Ladder, DuplicateReason: in.DuplicateReason,
	}, err
}

// GetDocument shows a document.
func (s *server) GetDocument(ctx context.Context, in contract.GetDocumentRequestObject) (contract.GetDocumentResponseObject, error) {
	view, err := s.Desk.Document(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	if err != nil {
		return nil, err
	}
	return contract.GetDocument200JSONResponse{
		Body: documentAnswer(view), Headers: contract.GetDocument200ResponseHeaders{ETag: etag(view.Version)},
	}, nil
}

// DirectDocument gives the first direction.
func (s *server) DirectDocument(ctx context.Context, in contract.DirectDocumentRequestObject) (contract.DirectDocumentResponseObject, error) {
	c := gate.CallOf(ctx)
	direction, err := s.direction(ctx, *in.Body)
	if err != nil {
		return nil, err
	}
	event, err := s.Desk.DirectDocument(ctx, c.Actor, routing.ID(in.ID), direction, c.Version, c.Request)
	return contract.DirectDocument200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// RecallDocument stops a document.
func (s *server) RecallDocument(ctx context.Context, in contract.RecallDocumentRequestObject) (contract.RecallDocumentResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Recall(ctx, c.Actor, routing.ID(in.ID), in.Body.Reason, c.Version, c.Request)
	return contract.RecallDocument200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// PresentDocument lays a document before a leader.
func (s *server) PresentDocument(ctx context.Context, in contract.PresentDocumentRequestObject) (contract.PresentDocumentResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Present(ctx, c.Actor, routing.ID(in.ID), routing.ID(in.Body.To), in.Body.Note, c.Version, c.Request)
	return contract.PresentDocument200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// ListPresentable lists whom a document can be presented to.
func (s *server) ListPresentable(ctx context.Context, in contract.ListPresentableRequestObject) (contract.ListPresentableResponseObject, error) {
	found, err := s.Desk.Presentable(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.ListPresentable200JSONResponse{Items: answers(found, positionAnswer)}, err
}

// NotifySender writes down that the sender knows.
func (s *server) NotifySender(ctx context.Context, in contract.NotifySenderRequestObject) (contract.NotifySenderResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Notify(ctx, c.Actor, routing.ID(in.ID), in.Body.How, c.Version, c.Request)
	return contract.NotifySender200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// FileDocument puts a document on record.
func (s *server) FileDocument(ctx context.Context, in contract.FileDocumentRequestObject) (contract.FileDocumentResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.FileDocument(ctx, c.Actor, routing.ID(in.ID), noteOf(in.Body), c.Version, c.Request)
	return contract.FileDocument200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// CancelDocument ends a document that should not be in the book.
func (s *server) CancelDocument(ctx context.Context, in contract.CancelDocumentRequestObject) (contract.CancelDocumentResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.CancelDocument(ctx, c.Actor, routing.ID(in.ID), routing.CancelCategory(in.Body.Category), in.Body.Reason, c.Version, c.Request)
	return contract.CancelDocument200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// HoldDocument stops all clocks of a document.
func (s *server) HoldDocument(ctx context.Context, in contract.HoldDocumentRequestObject) (contract.HoldDocumentResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.HoldDocument(ctx, c.Actor, routing.ID(in.ID), routing.HoldCategory(in.Body.Category), in.Body.Reason, c.Version, c.Request)
	return contract.HoldDocument200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// ResumeDocument lets them run again.
func (s *server) ResumeDocument(ctx context.Context, in contract.ResumeDocumentRequestObject) (contract.ResumeDocumentResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.ResumeDocument(ctx, c.Actor, routing.ID(in.ID), c.Version, c.Request)
	return contract.ResumeDocument200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// ReopenDocument takes a concluded document up again. A day ends as in the actor's
// unit, which is the document's.
func (s *server) ReopenDocument(ctx context.Context, in contract.ReopenDocumentRequestObject) (contract.ReopenDocumentResponseObject, error) {
	c := gate.CallOf(ctx)
	due, err := s.due(ctx, c.Actor.UnitID, in.Body.DueOn, in.Body.DueAt, "")
	if err != nil {
		return nil, err
	}
	event, err := s.Desk.ReopenDocument(ctx, c.Actor, routing.ID(in.ID), due, in.Body.Reason, c.Version, c.Request)
	return contract.ReopenDocument200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// ChangeDocumentLadder lets a document climb another ladder.
func (s *server) ChangeDocumentLadder(ctx context.Context, in contract.ChangeDocumentLadderRequestObject) (contract.ChangeDocumentLadderResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.MoveToLadder(ctx, c.Actor, routing.ID(in.ID), in.Body.Ladder, in.Body.Version, in.Body.Reason, c.Version, c.Request)
	return contract.ChangeDocumentLadder200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// RemindLate urges everybody who is late with a document.
func (s *server) RemindLate(ctx context.Context, in contract.RemindLateRequestObject) (contract.RemindLateResponseObject, error) {
	c := gate.CallOf(ctx)
	found, err := s.Desk.RemindLate(ctx, c.Actor, routing.ID(in.ID), c.Request)
	return contract.RemindLate200JSONResponse{Items: answers(found, outcomeAnswer)}, err
}

// ListEvents shows a page of a document's history.
func (s *server) ListEvents(ctx context.Context, in contract.ListEventsRequestObject) (contract.ListEventsResponseObject, error) {
	after, err := readNumberCursor(in.Params.Cursor, in.Params.After)
	if err != nil {
		return nil, err
	}
	limit := limitOf(in.Params.Limit)
	found, err := s.Desk.Events(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID), after, limit)
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	if err != nil {
		return nil, err
	}
	page := contract.ListEvents200JSONResponse{Items: answers(found, units.eventAnswer)}
	if len(found) == limit {
		page.NextCursor = writeNumberCursor(found[limit-1].ID)
	}
	return page, nil
}

// ListAlarms shows what rang and what will.
func (s *server) ListAlarms(ctx context.Context, in contract.ListAlarmsRequestObject) (contract.ListAlarmsResponseObject, error) {
	id := routing.ID(in.ID)
	found, err := s.Desk.Alarms(ctx, gate.CallOf(ctx).Actor, id)
	if err != nil {
		return nil, err
	}
	list := contract.ListAlarms200JSONResponse{Items: []contract.Alarm{}}
	for _, a := range found {
		list.Items = append(list.Items, alarmAnswer(id, a))
	}
	return list, nil
}
