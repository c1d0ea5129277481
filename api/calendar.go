package api

import (
	"context"
	"fmt"

	"congvan/api/internal/contract"
	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
)

// GetCalendar shows the days that differ from the weekly rule.
func (s *server) GetCalendar(ctx context.Context, _ contract.GetCalendarRequestObject) (contract.GetCalendarResponseObject, error) {
	version, days, err := s.Desk.Calendar(ctx)
	return contract.GetCalendar200JSONResponse{Version: version, Days: answers(days, func(d calendar.Exception) contract.CalendarDay {
		return contract.CalendarDay{Day: d.Date.String(), Kind: string(d.Kind), Reason: d.Reason, Source: d.Source}
	})}, err
}

// ListCalendarVersions lists how the calendar has changed.
func (s *server) ListCalendarVersions(ctx context.Context, _ contract.ListCalendarVersionsRequestObject) (contract.ListCalendarVersionsResponseObject, error) {
	found, err := s.Desk.CalendarVersions(ctx)
	return contract.ListCalendarVersions200JSONResponse{Items: answers(found, calendarVersionAnswer)}, err
}

// PreviewCalendar says what a change would move.
func (s *server) PreviewCalendar(ctx context.Context, in contract.PreviewCalendarRequestObject) (contract.PreviewCalendarResponseObject, error) {
	changes, err := dayChanges(in.Body.Changes)
	if err != nil {
		return nil, err
	}
	found, err := s.Desk.PreviewCalendar(ctx, gate.CallOf(ctx).Actor, changes, in.Body.Source)
	return contract.PreviewCalendar200JSONResponse{
		Version: found.Version, Deadlines: found.Deadlines, Documents: found.Documents, Moves: answers(found.Moves, moveAnswer),
	}, err
}

// ChangeCalendar changes days of the calendar.
func (s *server) ChangeCalendar(ctx context.Context, in contract.ChangeCalendarRequestObject) (contract.ChangeCalendarResponseObject, error) {
	c := gate.CallOf(ctx)
	changes, err := dayChanges(in.Body.Changes)
	if err != nil {
		return nil, err
	}
	made, err := s.Desk.ChangeCalendar(ctx, c.Actor, changes, in.Body.Source, c.Request)
	return contract.ChangeCalendar201JSONResponse(calendarVersionAnswer(made)), err
}

func dayChanges(list []contract.DayChange) ([]routing.DayChange, error) {
	var out []routing.DayChange
	for i, x := range list {
		day, err := calendar.Parse(x.Day)
		if err != nil {
			return nil, badField(fmt.Sprintf("changes.%d.day", i), "không phải ngày có thật")
		}
		out = append(out, routing.DayChange{Day: day, Kind: calendar.DayKind(x.Kind), Reason: x.Reason})
	}
	return out, nil
}

func calendarVersionAnswer(v postgres.CalendarVersion) contract.CalendarVersion {
	return contract.CalendarVersion{Version: v.Version, Source: v.Source, ChangedAt: utc(v.ChangedAt), Days: v.Days, Documents: v.Documents}
}

func moveAnswer(m desk.MovedDeadline) contract.MovedDeadline {
	out := contract.MovedDeadline{
		DocumentID: string(m.DocumentID), AssignmentID: string(m.AssignmentID), Title: m.Title, Unit: unitAnswer(m.Unit),
		Kind: string(m.Kind), From: utc(m.From), To: utc(m.To),
	}
	if m.Kind == routing.AwaitDecision {
		out.DecisionID = string(m.Subject)
	}
	return out
}
