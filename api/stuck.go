package api

import (
	"context"
	"time"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
)

// ShowStuck shows where things are stuck.
func (s *server) ShowStuck(ctx context.Context, in contract.ShowStuckRequestObject) (contract.ShowStuckResponseObject, error) {
	from, to, err := days(in.Params.From, in.Params.To)
	if err != nil {
		return nil, err
	}
	found, err := s.Desk.Stuck(ctx, gate.CallOf(ctx).Actor, routing.Period{From: from, To: to})
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	return contract.ShowStuck200JSONResponse{
		Stages: answers(found.Stages, stageAnswer), Unreported: found.NoResult.Unreported, Idle: found.NoResult.Idle,
		Bounced: answers(found.Bounced, func(b desk.Bounced) contract.Bounced {
			return contract.Bounced{DocumentID: string(b.DocumentID), Way: answers(b.Way, func(x postgres.Bounce) contract.Bounce {
				return contract.Bounce{At: x.At, Kind: contract.BounceKind(x.Kind), Unit: units.unit(x.UnitID), By: units.unit(x.ActorUnitID)}
			})}
		}),
	}, err
}

func stageAnswer(x desk.StageFigure) contract.StageFigure {
	seconds := func(d time.Duration) int64 { return int64(d / time.Second) }
	return contract.StageFigure{Stage: x.Stage, Waiting: x.Waiting, Late: x.Late, WaitingMedianSeconds: seconds(x.Median), WaitingMostSeconds: seconds(x.Most),
		Passed: x.Passed.Shares, PassedMedianSeconds: seconds(x.Passed.Median), PassedP90Seconds: seconds(x.Passed.P90)}
}

// ListStuck lists what is behind a figure.
func (s *server) ListStuck(ctx context.Context, in contract.ListStuckRequestObject) (contract.ListStuckResponseObject, error) {
	q := desk.StuckQuery{Kind: desk.StuckKind(in.Params.Kind), Stage: string(in.Params.Stage), Unit: routing.ID(in.Params.Unit), Person: routing.ID(in.Params.Position)}
	if q.Kind == desk.StuckCause || q.Kind == desk.StuckDue {
		var err error
		if q.Period.From, q.Period.To, err = days(in.Params.From, in.Params.To); err != nil {
			return nil, err
		}
	}
	found, err := s.Desk.StuckList(ctx, gate.CallOf(ctx).Actor, q)
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	return contract.ListStuck200JSONResponse{Items: answers(found, func(x postgres.StuckItem) contract.StuckItem {
		item := contract.StuckItem{DocumentID: string(x.DocumentID), Unit: units.unit(x.UnitID), Stage: x.Stage, Since: x.Since, Due: x.Due, Seconds: x.Seconds}
		if x.SubjectID != x.DocumentID {
			item.AssignmentID = string(x.SubjectID)
		}
		return item
	})}, err
}

// ShowForecast shows what becomes late if nothing happens.
func (s *server) ShowForecast(ctx context.Context, _ contract.ShowForecastRequestObject) (contract.ShowForecastResponseObject, error) {
	found, err := s.Desk.Outlook(ctx, gate.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	return contract.ShowForecast200JSONResponse{
		Total: found.Total,
		Days: answers(found.Days, func(d desk.OutlookDay) contract.OutlookDay {
			return contract.OutlookDay{Day: d.Day.String(), Off: d.Off, Reason: d.Reason, Count: d.Count}
		}),
		Units: answers(found.Units, func(u desk.OutlookUnit) contract.OutlookUnit {
			return contract.OutlookUnit{Unit: units.unit(u.Unit.ID), Count: u.Count, Cells: answers(u.Cells, func(c desk.OutlookCell) contract.OutlookCell {
				return contract.OutlookCell{Count: c.Count, Off: c.Off, Away: answers(c.Away, func(t string) string { return t })}
			})}
		}),
		Holidays: answers(found.Holidays, func(h desk.Holiday) contract.Holiday {
			out := contract.Holiday{Day: h.Day.String(), Worked: h.Worked, Reason: h.Reason, Count: h.Count}
			if !h.Worked {
				out.Next = h.Next.String()
			}
			return out
		}),
	}, err
}
