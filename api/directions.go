package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"congvan/api/internal/contract"
	"congvan/gate"
	"congvan/routing"
)

// AddRecipients lets more recipients join a direction.
func (s *server) AddRecipients(ctx context.Context, in contract.AddRecipientsRequestObject) (contract.AddRecipientsResponseObject, error) {
	c := gate.CallOf(ctx)
	recipients, err := s.recipients(ctx, in.Body.Recipients, in.Body.DueOn, in.Body.DueAt)
	if err != nil {
		return nil, err
	}
	event, err := s.Desk.AddRecipients(ctx, c.Actor, routing.ID(in.ID), in.Body.Text, recipients, c.Request)
	return contract.AddRecipients200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// WithdrawDirection takes a direction back.
func (s *server) WithdrawDirection(ctx context.Context, in contract.WithdrawDirectionRequestObject) (contract.WithdrawDirectionResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Void(ctx, c.Actor, routing.ID(in.ID), in.Body.Reason, c.Request)
	return contract.WithdrawDirection200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// direction reads a direction. A due date of its own goes before the
// direction's; who is only informed has none.
func (s *server) direction(ctx context.Context, in contract.Direction) (routing.Direction, error) {
	recipients, err := s.recipients(ctx, in.Recipients, in.DueOn, in.DueAt)
	return routing.Direction{Text: in.Text, Process: in.Process, Result: in.Result, Recipients: recipients}, err
}

// recipients reads recipients with the due date, a day or an instant, of all
// that have none of their own.
func (s *server) recipients(ctx context.Context, list []contract.Recipient, dueOn, dueAt string) ([]routing.Recipient, error) {
	var out []routing.Recipient
	for i, r := range list {
		to := routing.Recipient{UnitID: routing.ID(r.Unit), PositionID: routing.ID(r.Position), Role: routing.Role(r.Role)}
		day, instant, place := r.DueOn, r.DueAt, fmt.Sprintf("recipients.%d.", i)
		if day == "" && instant == "" {
			day, instant, place = dueOn, dueAt, ""
		}
		if to.Role != routing.Inform {
			due, err := s.due(ctx, to.UnitID, day, instant, place)
			if err != nil {
				return nil, err
			}
			to.Due = due
		}
		out = append(out, to)
	}
	return out, nil
}

// due reads a deadline that is given as a day or as an instant, or not at all.
func (s *server) due(ctx context.Context, unit routing.ID, day, at, place string) (time.Time, error) {
	switch {
	case at != "":
		return instant(place+"dueAt", at)
	case day != "":
		due, err := s.Desk.EndOfDay(ctx, unit, day)
		var refusal *routing.Error
		if errors.As(err, &refusal) && refusal.Fault == routing.Invalid {
			return time.Time{}, refusal.With("unit", string(unit))
		}
		return due, err
	default:
		return time.Time{}, nil
	}
}

// shareDue reads the due date of an assignment that is there: a day ends as in
// the unit that holds it.
func (s *server) shareDue(ctx context.Context, id, day, at string) (time.Time, error) {
	if day == "" {
		return s.due(ctx, "", "", at, "")
	}
	share, err := s.Desk.Assignment(ctx, gate.CallOf(ctx).Actor, routing.ID(id))
	if err != nil {
		return time.Time{}, err
	}
	return s.due(ctx, share.UnitID, day, "", "")
}

// instant reads an instant, or none: the zero time.
func instant(field, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, badInstant(field)
	}
	return at.UTC().Truncate(time.Microsecond), nil
}

// noteOf is a note that may be left out.
func noteOf(body *contract.Note) string {
	if body == nil {
		return ""
	}
	return body.Note
}
