package api

import (
	"context"
	"strconv"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
)

// ListOutgoing shows a page of a book of outgoing documents.
func (s *server) ListOutgoing(ctx context.Context, in contract.ListOutgoingRequestObject) (contract.ListOutgoingResponseObject, error) {
	p := in.Params
	after, err := readOutgoingCursor(p.Cursor)
	if err != nil {
		return nil, err
	}
	limit := limitOf(p.Limit)
	found, err := s.Desk.FindOutgoing(ctx, gate.CallOf(ctx).Actor, desk.OutgoingQuery{
		Unit: routing.ID(p.Unit), After: after, Limit: limit,
		Find: postgres.OutgoingFind{Text: p.Q, TypeName: p.Type, Signer: p.Signer, Drafter: p.Drafter, Status: routing.OutgoingStatus(p.Status), Year: p.Year, From: p.From, To: p.To},
	})
	if err != nil {
		return nil, err
	}
	page := contract.ListOutgoing200JSONResponse{Items: answers(found, outgoingAnswer)}
	if len(found) == limit {
		last := found[limit-1]
		page.NextCursor = writeCursor(outgoingCursor, strconv.Itoa(last.BookYear), strconv.Itoa(last.Number))
	}
	return page, nil
}

func readOutgoingCursor(cursor string) (after postgres.OutgoingPlace, err error) {
	if cursor == "" {
		return after, nil
	}
	parts, err := readCursor(cursor, outgoingCursor, 2)
	if err != nil {
		return after, err
	}
	year, badYear := strconv.ParseInt(parts[0], 10, 32)
	number, badNumber := strconv.ParseInt(parts[1], 10, 32)
	if badYear != nil || badNumber != nil || year < 1 || number < 1 {
		return after, errCursor
	}
	return postgres.OutgoingPlace{Year: int(year), Number: int(number)}, nil
}

// IssueOutgoing numbers and issues a signed document.
func (s *server) IssueOutgoing(ctx context.Context, in contract.IssueOutgoingRequestObject) (contract.IssueOutgoingResponseObject, error) {
	c := gate.CallOf(ctx)
	o, err := s.Desk.IssueOutgoing(ctx, c.Actor, issuingOf(*in.Body), c.Request)
	if err != nil {
		return nil, err
	}
	return contract.IssueOutgoing201JSONResponse{Body: outgoingAnswer(o),
		Headers: contract.IssueOutgoing201ResponseHeaders{Location: base + "/outgoing/" + string(o.ID), ETag: etag(o.Version)}}, nil
}

// GetOutgoing shows an outgoing document.
func (s *server) GetOutgoing(ctx context.Context, in contract.GetOutgoingRequestObject) (contract.GetOutgoingResponseObject, error) {
	view, err := s.Desk.ShowOutgoing(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.GetOutgoing200JSONResponse{Body: outgoingAnswer(view.Outgoing), Headers: contract.GetOutgoing200ResponseHeaders{ETag: etag(view.Version)}}, err
}

// CancelOutgoing cancels a document that was issued by mistake.
func (s *server) CancelOutgoing(ctx context.Context, in contract.CancelOutgoingRequestObject) (contract.CancelOutgoingResponseObject, error) {
	c := gate.CallOf(ctx)
	o, err := s.Desk.CancelOutgoing(ctx, c.Actor, routing.ID(in.ID), in.Body.Reason, c.Version, c.Request)
	return contract.CancelOutgoing200JSONResponse{Body: outgoingAnswer(o), Headers: contract.CancelOutgoing200ResponseHeaders{ETag: etag(o.Version)}}, err
}

func issuingOf(in contract.Issuing) routing.Issuing {
	return routing.Issuing{
		CodeNotation: in.CodeNotation, IssuedOn: in.IssuedOn, TypeName: in.TypeName, Subject: in.Subject, SignerTitle: in.SignerTitle, SignerName: in.SignerName,
		DrafterUnitID: routing.ID(in.DrafterUnit), Drafter: in.Drafter, Urgency: routing.Urgency(in.Urgency), Copies: in.Copies, Pages: in.Pages,
		Language: in.Language, ReplyBy: in.ReplyBy, Answers: idsOf(in.Answers), Note: in.Note, Secrecy: in.Secrecy,
		Recipients: answers(in.Recipients, func(p contract.PlaceInput) routing.Place {
			return routing.Place{Class: routing.PlaceClass(p.Class), UnitID: routing.ID(p.Unit), Name: p.Name}
		}),
	}
}

func outgoingAnswer(o routing.Outgoing) contract.Outgoing {
	return contract.Outgoing{
		ID: string(o.ID), UnitID: string(o.UnitID), Year: o.BookYear, Number: o.Number, Code: o.Code(), CodeNotation: o.CodeNotation,
		Status: contract.OutgoingStatus(o.Status), Version: o.Version, RegisteredAt: utc(o.Registered), CancelledAt: utc(o.CancelledAt), CancelReason: o.CancelReason,
		IssuedOn: o.IssuedOn, TypeName: o.TypeName, Subject: o.Subject, SignerTitle: o.SignerTitle, SignerName: o.SignerName,
		DrafterUnit: string(o.DrafterUnitID), Drafter: o.Drafter, Urgency: contract.Urgency(o.Urgency), Copies: o.Copies, Pages: o.Pages,
		Language: o.Language, ReplyBy: o.ReplyBy, Answers: texts(o.Answers), Note: o.Note,
		Recipients: answers(o.Recipients, func(p routing.Place) contract.Place {
			return contract.Place{Class: contract.PlaceClass(p.Class), Unit: string(p.UnitID), Name: p.Name}
		}),
	}
}
