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

// GetOversight counts what is open.
func (s *server) GetOversight(ctx context.Context, in contract.GetOversightRequestObject) (contract.GetOversightResponseObject, error) {
	p := in.Params
	o, err := s.Desk.Overview(ctx, gate.CallOf(ctx).Actor, lookOf(p.Unit, p.Deputy, p.Field, p.NoField, p.Urgency))
	if err != nil {
		return nil, err
	}
	return contract.GetOversight200JSONResponse{
		Total: figuresAnswer(o.Total), Units: answers(o.Units, unitFiguresAnswer),
		Fields: answers(o.Fields, func(f desk.FieldCounts) contract.FieldFigures {
			return contract.FieldFigures{Field: f.Field, Figures: figuresAnswer(f.Counts)}
		}),
		Leaders: answers(o.Leaders, func(x desk.LeaderCounts) contract.LeaderFigures {
			return contract.LeaderFigures{PositionID: string(x.Leader.ID), Title: x.Leader.Title, Figures: figuresAnswer(x.Counts)}
		}),
		Urgencies: answers(o.Urgencies, func(u desk.UrgencyCounts) contract.UrgencyFigures {
			return contract.UrgencyFigures{Urgency: contract.Urgency(u.Urgency), Figures: figuresAnswer(u.Counts)}
		}),
	}, nil
}

// ListFigure lists the shares behind a figure.
func (s *server) ListFigure(ctx context.Context, in contract.ListFigureRequestObject) (contract.ListFigureResponseObject, error) {
	p := in.Params
	after, err := readInstantCursor(figureCursor, p.Cursor)
	if err != nil {
		return nil, err
	}
	q := desk.FigureQuery{Look: lookOf(p.Unit, p.Deputy, p.Field, p.NoField, p.Urgency), Figure: postgres.Figure(p.Figure), Cell: routing.Cell(p.Status),
		Bucket: routing.Bucket(p.Bucket), Book: routing.ID(p.Book), Position: routing.ID(p.Position), After: desk.FigurePlace{By: after.Due, ID: after.ID}, Limit: limitOf(p.Limit)}
	if q.Bucket != "" {
		if q.Period.From, q.Period.To, err = days(p.From, p.To); err != nil {
			return nil, err
		}
	}
	found, err := s.Desk.FigureList(ctx, gate.CallOf(ctx).Actor, q)
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	if err != nil {
		return nil, err
	}
	page := contract.ListFigure200JSONResponse{Items: units.figureAnswers(found, s.Desk.Now())}
	if len(found) == q.Limit {
		last := desk.PlaceOf(found[len(found)-1])
		page.NextCursor = writeInstantCursor(figureCursor, last.By, last.ID)
	}
	return page, nil
}

// ListUnitFigures shows all units at a glance.
func (s *server) ListUnitFigures(ctx context.Context, in contract.ListUnitFiguresRequestObject) (contract.ListUnitFiguresResponseObject, error) {
	found, err := s.Desk.UnitTable(ctx, gate.CallOf(ctx).Actor, routing.UnitKind(in.Params.Kind))
	return contract.ListUnitFigures200JSONResponse{Items: answers(found, unitFiguresAnswer)}, err
}

// GetUnitSheet shows how a unit stands.
func (s *server) GetUnitSheet(ctx context.Context, in contract.GetUnitSheetRequestObject) (contract.GetUnitSheetResponseObject, error) {
	x, err := s.Desk.UnitSheet(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	if err != nil {
		return nil, err
	}
	return contract.GetUnitSheet200JSONResponse{
		Unit: unitAnswer(x.Unit), Figures: figuresAnswer(x.Counts), Receipt: paceAnswer(x.Receipt), Finish: paceAnswer(x.Finish),
		Months: answers(x.Months, func(m postgres.Month) contract.FinishedMonth {
			return contract.FinishedMonth{Month: m.Begins.In(calendar.Location).Format("2006-01"), InTime: m.InTime, Finished: m.Finished}
		}),
		Worst: units.figureAnswers(x.Worst, x.At), Next: units.figureAnswers(x.Next, x.At),
	}, nil
}

func lookOf(unit, deputy, field string, noField bool, urgency contract.Urgency) desk.Look {
	l := desk.Look{Unit: routing.ID(unit), Deputy: routing.ID(deputy), Urgency: routing.Urgency(urgency)}
	if field != "" || noField {
		l.Field = &field
	}
	return l
}

func figuresAnswer(c desk.Counts) contract.Figures {
	out := contract.Figures{Open: c.Open, Late: c.Late, Silent: c.Silent, Ahead: c.Ahead, DueToday: c.DueToday, DueWeek: c.DueWeek, DueMonth: c.DueMonth,
		Held: c.Held, OldestDue: c.Oldest}
	for cell, n := range c.Cells {
		if out.Cells == nil {
			out.Cells = map[string]int{}
		}
		out.Cells[string(cell)] = n
	}
	return out
}

func unitFiguresAnswer(u desk.UnitCounts) contract.UnitFigures {
	return contract.UnitFigures{Unit: unitAnswer(u.Unit), Figures: figuresAnswer(u.Counts)}
}

func paceAnswer(p desk.Pace) contract.Pace {
	return contract.Pace{Shares: p.Shares, MedianSeconds: int64(p.Median / time.Second), P90Seconds: int64(p.P90 / time.Second)}
}

func (n names) figureAnswers(found []postgres.FigureEntry, now time.Time) []contract.FigureEntry {
	return answers(found, func(e postgres.FigureEntry) contract.FigureEntry {
		return contract.FigureEntry{Share: n.entryAnswer(e.InboxEntry, now), By: e.By, FinishedAt: e.Finished}
	})
}
