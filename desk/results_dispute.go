package desk

import (
	"context"
	"errors"
	"slices"

	"congvan/postgres"
	"congvan/routing"
)

// resultLine finds a line that the actor sees, with the sheet.
func (d *Desk) resultLine(ctx context.Context, actor routing.Actor, sheetID, lineID routing.ID) (routing.ResultSheet, routing.ResultLine, error) {
	sheet, err := d.ResultSheet(ctx, actor, sheetID)
	if err != nil {
		return sheet, routing.ResultLine{}, err
	}
	at := slices.IndexFunc(sheet.Lines, func(l routing.ResultLine) bool { return l.ID == lineID })
	if at < 0 {
		return routing.ResultSheet{}, routing.ResultLine{}, routing.ErrNotFound
	}
	return sheet, sheet.Lines[at], nil
}

// Disputable are the shares that a line counts as late and nobody has disputed yet:
// those that an objection may name. Whoever may object to the line may ask.
func (d *Desk) Disputable(ctx context.Context, actor routing.Actor, sheetID, lineID routing.ID) (routing.ResultSheet, routing.ResultLine, []routing.Disputed, error) {
	sheet, line, err := d.resultLine(ctx, actor, sheetID, lineID)
	switch {
	case err != nil:
		return sheet, line, nil, err
	case !actor.MayObject(line):
		return sheet, line, nil, routing.ErrNotAllowed
	case d.now().After(sheet.ObjectUntil):
		return sheet, line, nil, routing.ErrObjectionLate
	}
	late, err := d.lateShares(ctx, sheet, line)
	return sheet, line, slices.DeleteFunc(late, func(x routing.Disputed) bool {
		return slices.ContainsFunc(line.Objections, func(o routing.Objection) bool {
			return slices.ContainsFunc(o.Shares, func(y routing.Disputed) bool { return x.AssignmentID == y.AssignmentID })
		})
	}), err
}

func (d *Desk) lateShares(ctx context.Context, sheet routing.ResultSheet, line routing.ResultLine) ([]routing.Disputed, error) {
	period, err := routing.ParseMonth(sheet.Month)
	if err != nil {
		return nil, err
	}
	return d.record.LateShares(ctx, wholeOrgan(sheet.OrganID), line.UnitID, line.PositionID, period, sheet.PublishedAt)
}

// ObjectToResults says something against a line, and which of the shares that it
// counts as late are meant: a leader of the unit, and to a person's line that
// person, for [routing.ObjectionDays] working days. What was published stays. The
// same request again has the first answer.
func (d *Desk) ObjectToResults(ctx context.Context, actor routing.Actor, sheetID, lineID routing.ID, words string, shares []routing.ID, req routing.Request) (routing.ResultSheet, error) {
	first, err := d.resultsOfRequest(ctx, actor, req)
	if !errors.Is(err, routing.ErrNotFound) {
		return first, err
	}
	sheet, line, err := d.resultLine(ctx, actor, sheetID, lineID)
	switch {
	case err != nil:
		return sheet, err
	case !actor.MayObject(line):
		return sheet, routing.ErrNotAllowed
	case d.now().After(sheet.ObjectUntil):
		return sheet, routing.ErrObjectionLate
	}
	late, err := d.lateShares(ctx, sheet, line)
	if err != nil {
		return sheet, err
	}
	o := routing.Objection{ID: postgres.NewID(), LineID: line.ID, AccountID: actor.AccountID, At: d.now(), Words: words}
	if o.Shares, err = routing.CheckObjection(words, shares, late); err != nil {
		return sheet, err
	}
	if o.PositionTitle, err = d.titleOf(ctx, actor); err != nil {
		return sheet, err
	}
	e := d.resultsEntry(actor, resultsObjected, sheet.ID, line.UnitID, map[string]any{"line": line.ID, "objection": o.ID, "shares": len(o.Shares)})
	return d.saidOfResults(ctx, actor, sheet.ID, req, d.record.ObjectToResults(ctx, o, e, req))
}

// AnswerResults answers an objection, in words: not accepted, or as what its shares
// count instead. A leader of the organ does, about what is neither his own objection
// nor about himself. The figures that were published stay, the corrected ones stand
// beside them. The same request again has the first answer.
func (d *Desk) AnswerResults(ctx context.Context, actor routing.Actor, sheetID, objection routing.ID, words string, counts routing.Counts, req routing.Request) (routing.ResultSheet, error) {
	first, err := d.resultsOfRequest(ctx, actor, req)
	if !errors.Is(err, routing.ErrNotFound) {
		return first, err
	}
	sheet, line, o, err := d.Objection(ctx, actor, sheetID, objection)
	switch {
	case err != nil:
		return sheet, err
	case !actor.MayAnswer(sheet.OrganID, line, o):
		return sheet, routing.ErrNotAllowed
	case o.Answer != nil:
		return sheet, routing.ErrDecided
	}
	if err := routing.CheckAnswer(words, counts); err != nil {
		return sheet, err
	}
	x := routing.ResultAnswer{AccountID: actor.AccountID, At: d.now(), Words: words, Counts: counts}
	if x.PositionTitle, err = d.titleOf(ctx, actor); err != nil {
		return sheet, err
	}
	e := d.resultsEntry(actor, resultsAnswered, sheet.ID, line.UnitID, map[string]any{"line": line.ID, "objection": o.ID, "counts": counts})
	return d.saidOfResults(ctx, actor, sheet.ID, req, d.record.AnswerResults(ctx, o.ID, x, e, req))
}

// saidOfResults is the sheet after something was said of it; it was, too, if the
// same request did it a moment ago.
func (d *Desk) saidOfResults(ctx context.Context, actor routing.Actor, sheet routing.ID, req routing.Request, err error) (routing.ResultSheet, error) {
	if err != nil {
		if first, lookErr := d.resultsOfRequest(ctx, actor, req); !errors.Is(lookErr, routing.ErrNotFound) {
			return first, lookErr
		}
		return routing.ResultSheet{}, err
	}
	return d.ResultSheet(ctx, actor, sheet)
}

// Objection finds an objection to a line that the actor sees.
func (d *Desk) Objection(ctx context.Context, actor routing.Actor, sheetID, objection routing.ID) (routing.ResultSheet, routing.ResultLine, routing.Objection, error) {
	sheet, err := d.ResultSheet(ctx, actor, sheetID)
	if err != nil {
		return sheet, routing.ResultLine{}, routing.Objection{}, err
	}
	for _, l := range sheet.Lines {
		for _, o := range l.Objections {
			if o.ID == objection {
				return sheet, l, o, nil
			}
		}
	}
	return routing.ResultSheet{}, routing.ResultLine{}, routing.Objection{}, routing.ErrNotFound
}
