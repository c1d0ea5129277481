package api

import (
	"context"
	"fmt"
	"time"

	"congvan/api/internal/contract"
	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
)

// WhatIfDocument says what a first direction would mean.
func (s *server) WhatIfDocument(ctx context.Context, in contract.WhatIfDocumentRequestObject) (contract.WhatIfDocumentResponseObject, error) {
	f, err := s.whatIf(ctx, desk.Target{DocumentID: routing.ID(in.ID)}, *in.Body)
	return contract.WhatIfDocument200JSONResponse(f), err
}

// WhatIfAssignment says what handing the work down would mean.
func (s *server) WhatIfAssignment(ctx context.Context, in contract.WhatIfAssignmentRequestObject) (contract.WhatIfAssignmentResponseObject, error) {
	f, err := s.whatIf(ctx, desk.Target{AssignmentID: routing.ID(in.ID)}, *in.Body)
	return contract.WhatIfAssignment200JSONResponse(f), err
}

func (s *server) whatIf(ctx context.Context, target desk.Target, in contract.Draft) (contract.Forecast, error) {
	draft := desk.Draft{Text: in.Text, Process: in.Process, Result: in.Result}
	for i, r := range in.Recipients {
		to := desk.DraftRecipient{Days: r.Days, Recipient: routing.Recipient{
			UnitID: routing.ID(r.Unit), PositionID: routing.ID(r.Position), Role: routing.Role(r.Role),
		}}
		day, at, place := r.DueOn, r.DueAt, fmt.Sprintf("recipients.%d.", i)
		if day == "" && at == "" && r.Days == 0 {
			day, at, place = in.DueOn, in.DueAt, ""
		}
		if to.Role != routing.Inform {
			due, err := s.draftDue(ctx, to.UnitID, day, at, place)
			if err != nil {
				return contract.Forecast{}, err
			}
			to.Due = due
		}
		draft.Recipients = append(draft.Recipients, to)
	}
	f, err := s.Desk.WhatIf(ctx, gate.CallOf(ctx).Actor, target, draft)
	return contract.Forecast{Recipients: answers(f.Recipients, expectedAnswer), Refused: refusalAnswer(f.Refused), Summary: f.Summary}, err
}

// noon is an instant of a day that has no office hours: the desk then says of
// which recipient it is a day off, instead of the whole draft being refused.
const noon = 12 * time.Hour

func (s *server) draftDue(ctx context.Context, unit routing.ID, day, at, place string) (time.Time, error) {
	due, err := s.due(ctx, unit, day, at, place)
	if refusal, _ := s.RefusalOf(err); err != nil && refusal.Code == routing.ErrDueDayOff.Code {
		date, err := calendar.Parse(day)
		return date.Begins().Add(noon).UTC(), err
	}
	return due, err
}

func expectedAnswer(x desk.Expected) contract.Expected {
	if x.Unit.ID == "" {
		x.Unit.ID = x.Recipient.UnitID // it is none of today's: refused says so
	}
	return contract.Expected{
		Unit: unitAnswer(x.Unit), PositionID: string(x.Recipient.PositionID), Role: contract.Role(x.Recipient.Role),
		Due: utc(x.Recipient.Due), ReceiveDue: utc(x.ReceiveDue), LeftSeconds: int64(x.Left / time.Second), Open: x.Open, DueThatDay: x.DueThatDay,
		DaysOff: answers(x.DaysOff, func(d desk.DayOff) contract.DayOff { return contract.DayOff{Day: d.Date.String(), Reason: d.Reason} }),
		Warnings: answers(x.Warnings, func(w routing.Warning) contract.Warning {
			return contract.Warning{Code: string(w.Code), Detail: w.Vietnamese(x.Unit.Name), Details: w.Details}
		}),
		Refused: refusalAnswer(x.Refused),
	}
}

// refusalAnswer is empty, and then left out, if nothing is refused.
func refusalAnswer(e *routing.Error) contract.Refusal {
	if e == nil {
		return contract.Refusal{}
	}
	return contract.Refusal{Code: e.Code, Detail: e.Message}
}
