package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"congvan/api/internal/contract"
	"congvan/routing"
)

// ListDocuments shows a page of the register.
func (s *server) ListDocuments(ctx context.Context, in contract.ListDocumentsRequestObject) (contract.ListDocumentsResponseObject, error) {
	before, err := readDocumentCursor(in.Params.Cursor)
	if err != nil {
		return nil, err
	}
	limit := limitOf(in.Params.Limit)
	found, err := s.desk.Documents(ctx, callOf(ctx).actor, routing.DocumentStatus(in.Params.Status), before, limit)
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
	c := callOf(ctx)
	event, err := s.desk.Register(ctx, c.actor, registration(*in.Body), c.request)
	if err != nil {
		return nil, err
	}
	return contract.RegisterDocument201JSONResponse{
		Body:    actAnswer(event),
		Headers: contract.RegisterDocument201ResponseHeaders{Location: base + "/documents/" + string(event.DocumentID)},
	}, nil
}

func registration(in contract.Registration) routing.Registration {
	return routing.Registration{
		Issuer: in.Issuer, CodeNumber: in.CodeNumber, CodeNotation: in.CodeNotation, IssuedOn: in.IssuedOn,
		TypeName: in.TypeName, Subject: in.Subject, Field: in.Field, Urgency: routing.Urgency(in.Urgency),
		ReplyBy: in.ReplyBy, Secrecy: in.Secrecy, Ladder: in.Ladder, DuplicateReason: in.DuplicateReason,
	}
}

// GetDocument shows a document.
func (s *server) GetDocument(ctx context.Context, in contract.GetDocumentRequestObject) (contract.GetDocumentResponseObject, error) {
	view, err := s.desk.Document(ctx, callOf(ctx).actor, routing.ID(in.ID))
	if err != nil {
		return nil, err
	}
	return contract.GetDocument200JSONResponse{
		Body: documentAnswer(view), Headers: contract.GetDocument200ResponseHeaders{ETag: etag(view.Version)},
	}, nil
}

// DirectDocument gives the first direction.
func (s *server) DirectDocument(ctx context.Context, in contract.DirectDocumentRequestObject) (contract.DirectDocumentResponseObject, error) {
	c := callOf(ctx)
	direction, err := s.direction(ctx, *in.Body)
	if err != nil {
		return nil, err
	}
	event, err := s.desk.DirectDocument(ctx, c.actor, routing.ID(in.ID), direction, c.version, c.request)
	return contract.DirectDocument200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// direction reads a direction. A due date of its own goes before the
// direction's; who is only informed has none.
func (s *server) direction(ctx context.Context, in contract.Direction) (routing.Direction, error) {
	out := routing.Direction{Text: in.Text, Process: in.Process, Result: in.Result}
	for i, r := range in.Recipients {
		to := routing.Recipient{UnitID: routing.ID(r.Unit), PositionID: routing.ID(r.Position), Role: routing.Role(r.Role)}
		day, instant, place := r.DueOn, r.DueAt, fmt.Sprintf("recipients.%d.", i)
		if day == "" && instant == "" {
			day, instant, place = in.DueOn, in.DueAt, ""
		}
		if to.Role != routing.Inform {
			due, err := s.due(ctx, to.UnitID, day, instant, place)
			if err != nil {
				return routing.Direction{}, err
			}
			to.Due = due
		}
		out.Recipients = append(out.Recipients, to)
	}
	return out, nil
}

// due reads a deadline that is given as a day or as an instant, or not at all.
func (s *server) due(ctx context.Context, unit routing.ID, day, instant, place string) (time.Time, error) {
	switch {
	case instant != "":
		due, err := time.Parse(time.RFC3339, instant)
		if err != nil {
			return time.Time{}, badInstant(place + "dueAt")
		}
		return due.UTC().Truncate(time.Microsecond), nil
	case day != "":
		due, err := s.desk.EndOfDay(ctx, unit, day)
		var refusal *routing.Error
		if errors.As(err, &refusal) && refusal.Fault == routing.Invalid {
			return time.Time{}, refusal.With("unit", string(unit))
		}
		return due, err
	default:
		return time.Time{}, nil
	}
}

// RecallDocument stops a document.
func (s *server) RecallDocument(ctx context.Context, in contract.RecallDocumentRequestObject) (contract.RecallDocumentResponseObject, error) {
	c := callOf(ctx)
	event, err := s.desk.Recall(ctx, c.actor, routing.ID(in.ID), in.Body.Reason, c.version, c.request)
	return contract.RecallDocument200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// ListEvents shows a page of a document's history.
func (s *server) ListEvents(ctx context.Context, in contract.ListEventsRequestObject) (contract.ListEventsResponseObject, error) {
	after, err := readNumberCursor(in.Params.Cursor, in.Params.After)
	if err != nil {
		return nil, err
	}
	limit := limitOf(in.Params.Limit)
	found, err := s.desk.Events(ctx, callOf(ctx).actor, routing.ID(in.ID), after, limit)
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
	found, err := s.desk.Alarms(ctx, callOf(ctx).actor, id)
	if err != nil {
		return nil, err
	}
	list := contract.ListAlarms200JSONResponse{Items: []contract.Alarm{}}
	for _, a := range found {
		list.Items = append(list.Items, alarmAnswer(id, a))
	}
	return list, nil
}
