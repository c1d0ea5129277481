package api

import (
	"context"
	"time"

	"congvan/api/internal/contract"
	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
)

// GetLedger shows who had a document from when to when.
func (s *server) GetLedger(ctx context.Context, in contract.GetLedgerRequestObject) (contract.GetLedgerResponseObject, error) {
	found, err := s.Desk.Ledger(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	return contract.GetLedger200JSONResponse{Items: answers(found, units.holdingAnswer)}, err
}

// ListLateness shows where late documents lay.
func (s *server) ListLateness(ctx context.Context, in contract.ListLatenessRequestObject) (contract.ListLatenessResponseObject, error) {
	from, to, err := days(in.Params.From, in.Params.To)
	if err != nil {
		return nil, err
	}
	found, err := s.Desk.Lateness(ctx, gate.CallOf(ctx).Actor, from, to)
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	return contract.ListLateness200JSONResponse{Items: answers(found.Causes, units.causeAnswer), Documents: found.Documents, Pending: found.Pending}, err
}

// ListUpcomingAlarms shows what will ring if nobody does anything.
func (s *server) ListUpcomingAlarms(ctx context.Context, in contract.ListUpcomingAlarmsRequestObject) (contract.ListUpcomingAlarmsResponseObject, error) {
	from, to, err := days(in.Params.From, in.Params.To)
	if err != nil {
		return nil, err
	}
	found, err := s.Desk.UpcomingAlarms(ctx, gate.CallOf(ctx).Actor, from, to, limitOf(in.Params.Limit))
	return contract.ListUpcomingAlarms200JSONResponse{Items: answers(found, func(a desk.UpcomingAlarm) contract.UpcomingAlarm {
		alarm := alarmAnswer(a.Document.ID, desk.Alarm{Alarm: a.Alarm, Unit: a.Unit})
		return contract.UpcomingAlarm{Alarm: alarm, Document: headAnswer(a.Document)}
	})}, err
}

// days are the instants between which the days lie from one to another.
func days(from, to string) (begins, ends time.Time, err error) {
	first, err := calendar.Parse(from)
	if err != nil {
		return begins, ends, badField("from", "không phải ngày có thật")
	}
	last, err := calendar.Parse(to)
	if err != nil || last.Before(first) {
		return begins, ends, badField("to", "phải là ngày có thật, không trước ngày đầu")
	}
	return first.Begins().UTC(), last.Plus(1).Begins().UTC(), nil
}

func (n names) holdingAnswer(h postgres.Holding) contract.Holding {
	return contract.Holding{
		AssignmentID: string(h.AssignmentID), Unit: n.unit(h.UnitID), PositionID: string(h.PositionID), Stage: h.Stage, Since: h.Since, Until: h.Until,
		WorkedSeconds: h.WorkedSeconds, HeldSeconds: h.HeldSeconds, WaitingSeconds: h.WaitingSeconds, Due: h.Due, LateSeconds: h.LateSeconds,
	}
}

func (n names) causeAnswer(c postgres.Cause) contract.Cause {
	return contract.Cause{
		Unit: n.unit(c.UnitID), PositionID: string(c.PositionID), Stage: c.Stage, Documents: c.Documents,
		WorkedSeconds: c.WorkedSeconds, LateSeconds: c.LateSeconds,
	}
}
