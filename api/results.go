package api

import (
	"context"
	"fmt"

	"congvan/api/internal/contract"
	"congvan/gate"
	"congvan/routing"
)

// ListMonthlyResults lists the monthly sheets.
func (s *server) ListMonthlyResults(ctx context.Context, _ contract.ListMonthlyResultsRequestObject) (contract.ListMonthlyResultsResponseObject, error) {
	found, err := s.Desk.ResultSheets(ctx, gate.CallOf(ctx).Actor)
	return contract.ListMonthlyResults200JSONResponse{Items: answers(found, sheetHead)}, err
}

// PublishMonthlyResults publishes the sheet of a month.
func (s *server) PublishMonthlyResults(ctx context.Context, in contract.PublishMonthlyResultsRequestObject) (contract.PublishMonthlyResultsResponseObject, error) {
	c := gate.CallOf(ctx)
	sheet, err := s.Desk.PublishResults(ctx, c.Actor, in.Body.Month, c.Request)
	return contract.PublishMonthlyResults201JSONResponse(sheetAnswer(sheet)), err
}

// GetMonthlyResults shows a sheet.
func (s *server) GetMonthlyResults(ctx context.Context, in contract.GetMonthlyResultsRequestObject) (contract.GetMonthlyResultsResponseObject, error) {
	sheet, err := s.Desk.ResultSheet(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.GetMonthlyResults200JSONResponse(sheetAnswer(sheet)), err
}

// ObjectToMonthlyResults objects to a line.
func (s *server) ObjectToMonthlyResults(ctx context.Context, in contract.ObjectToMonthlyResultsRequestObject) (contract.ObjectToMonthlyResultsResponseObject, error) {
	c := gate.CallOf(ctx)
	shares := answers(in.Body.Shares, func(id string) routing.ID { return routing.ID(id) })
	sheet, err := s.Desk.ObjectToResults(ctx, c.Actor, routing.ID(in.ID), routing.ID(in.Body.Line), in.Body.Text, shares, c.Request)
	return contract.ObjectToMonthlyResults200JSONResponse(sheetAnswer(sheet)), err
}

// AnswerMonthlyResults answers an objection.
func (s *server) AnswerMonthlyResults(ctx context.Context, in contract.AnswerMonthlyResultsRequestObject) (contract.AnswerMonthlyResultsResponseObject, error) {
	c := gate.CallOf(ctx)
	sheet, err := s.Desk.AnswerResults(ctx, c.Actor, routing.ID(in.ID), routing.ID(in.Body.Objection), in.Body.Text, routing.Counts(in.Body.Counts), c.Request)
	return contract.AnswerMonthlyResults200JSONResponse(sheetAnswer(sheet)), err
}

func sheetHead(s routing.ResultSheet) contract.MonthlyResultsHead {
	return contract.MonthlyResultsHead{ID: string(s.ID), Month: s.Month, Organ: string(s.OrganID), PublishedBy: s.PositionTitle, PublishedAt: utc(s.PublishedAt), ObjectUntil: utc(s.ObjectUntil)}
}

func sheetAnswer(s routing.ResultSheet) contract.MonthlyResults {
	return contract.MonthlyResults{Sheet: sheetHead(s), Definition: routing.ResultsDefinition, Lines: answers(s.Lines, func(l routing.ResultLine) contract.ResultLine {
		out := contract.ResultLine{ID: string(l.ID), UnitID: string(l.UnitID), UnitName: l.UnitName, PositionID: string(l.PositionID), Title: l.Title, Told: resultFiguresAnswer(l.Told),
			Objections: answers(l.Objections, objectionAnswer)}
		if corrected, is := l.Corrected(); is {
			out.Corrected = resultFiguresAnswer(corrected)
		}
		return out
	})}
}

func resultFiguresAnswer(s routing.Summary) contract.ResultFigures {
	out := contract.ResultFigures{Running: s.Running, DoneInTime: s.DoneInTime, DoneLate: s.DoneLate, OverdueBefore: s.OverdueSince, OverdueWithin: s.OverdueNew}
	if tenths, ok := s.OnTime(); ok {
		out.OnTimeRate = fmt.Sprintf("%d.%d", tenths/10, tenths%10)
	}
	return out
}

func objectionAnswer(o routing.Objection) contract.ResultObjection {
	out := contract.ResultObjection{ID: string(o.ID), By: o.PositionTitle, At: utc(o.At), Text: o.Words, Shares: answers(o.Shares, func(x routing.Disputed) contract.DisputedShare {
		return contract.DisputedShare{AssignmentID: string(x.AssignmentID), DocumentID: string(x.DocumentID), Document: x.DocumentTitle, Bucket: string(x.Bucket)}
	})}
	if x := o.Answer; x != nil {
		out.Answer = contract.ResultAnswer{By: x.PositionTitle, At: utc(x.At), Text: x.Words, Accepted: x.Counts != routing.CountsAsBefore, Counts: string(x.Counts)}
	}
	return out
}
