package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// The entries that monthly sheets leave.
const (
	resultsPublished routing.EntryKind = "results-published"
	resultsObjected  routing.EntryKind = "results-objected"
	resultsAnswered  routing.EntryKind = "results-answered"
)

// ResultSheets lists the monthly sheets of which the actor sees a line, the newest
// first, without their lines.
func (d *Desk) ResultSheets(ctx context.Context, actor routing.Actor) ([]routing.ResultSheet, error) {
	return d.record.ResultSheets(ctx, actor.ResultSight())
}

// ResultSheet shows a monthly sheet with those of its lines that the actor sees:
// all to the leaders, the chief and the inspector of the organ, those of their unit
// to its leaders, his own to everybody. routing.ErrNotFound if that is none.
func (d *Desk) ResultSheet(ctx context.Context, actor routing.Actor, id routing.ID) (routing.ResultSheet, error) {
	if !validID(id) {
		return routing.ResultSheet{}, routing.ErrNotFound
	}
	sheet, err := d.record.ResultSheet(ctx, id)
	if err != nil {
		return routing.ResultSheet{}, err
	}
	sheet.Lines = slices.DeleteFunc(sheet.Lines, func(l routing.ResultLine) bool { return !actor.SeesResult(sheet.OrganID, l) })
	if len(sheet.Lines) == 0 {
		return routing.ResultSheet{}, routing.ErrNotFound
	}
	return sheet, nil
}

// ExportResults is ResultSheet for who takes it out of the system, which is written
// into the journal.
func (d *Desk) ExportResults(ctx context.Context, actor routing.Actor, id routing.ID, format string) (routing.ResultSheet, error) {
	sheet, err := d.ResultSheet(ctx, actor, id)
	if err != nil {
		return sheet, err
	}
	e := d.resultsEntry(actor, routing.EntryExported, sheet.ID, actor.UnitID, map[string]any{"format": format})
	return sheet, d.record.Note(ctx, e)
}

// PublishResults counts a month that is over and keeps it as it stands, for good.
// The head of the organ at the top and the chief of its office may, each month once.
// The same request again has the first answer.
func (d *Desk) PublishResults(ctx context.Context, actor routing.Actor, month string, req routing.Request) (routing.ResultSheet, error) {
	first, err := d.resultsOfRequest(ctx, actor, req)
	if !errors.Is(err, routing.ErrNotFound) {
		return first, err
	}
	organ := actor.PublishesFor()
	if organ == "" {
		return routing.ResultSheet{}, routing.ErrNotAllowed
	}
	period, err := routing.ParseMonth(month)
	if err != nil {
		return routing.ResultSheet{}, err
	}
	now := d.now()
	if now.Before(period.To) {
		return routing.ResultSheet{}, routing.ErrMonthRuns
	}
	sheet := routing.ResultSheet{ID: postgres.NewID(), OrganID: organ, Month: month, PublishedBy: actor.AccountID, PublishedAt: now}
	if sheet.Lines, err = d.countResults(ctx, organ, period, now); err != nil {
		return routing.ResultSheet{}, err
	}
	clocks, err := d.record.Clocks(ctx)
	if err != nil {
		return routing.ResultSheet{}, err
	}
	sheet.ObjectUntil = clocks(organ).AddDays(now, routing.ObjectionDays).UTC()
	if sheet.PositionTitle, err = d.titleOf(ctx, actor); err != nil {
		return routing.ResultSheet{}, err
	}
	e := d.resultsEntry(actor, resultsPublished, sheet.ID, organ, map[string]any{"month": month, "lines": len(sheet.Lines)})
	if err = d.record.PublishResults(ctx, sheet, e, req); err == nil {
		return sheet, nil
	}
	if first, lookErr := d.resultsOfRequest(ctx, actor, req); !errors.Is(lookErr, routing.ErrNotFound) {
		return first, lookErr // the first try, a moment ago
	}
	return routing.ResultSheet{}, err
}

// resultsOfRequest finds the sheet that a request was about before.
func (d *Desk) resultsOfRequest(ctx context.Context, actor routing.Actor, req routing.Request) (routing.ResultSheet, error) {
	e, err := d.record.EntryByRequest(ctx, actor.AccountID, req)
	if err != nil {
		return routing.ResultSheet{}, err
	}
	return d.ResultSheet(ctx, actor, routing.ID(e.Subject.ID))
}

func (d *Desk) resultsEntry(actor routing.Actor, kind routing.EntryKind, sheet, unit routing.ID, details map[string]any) routing.Entry {
	e := d.entryOf(actor, kind, routing.Subject{Kind: routing.SubjectResults, ID: string(sheet)})
	e.UnitID, e.Details = unit, actor.Signed(details)
	return e
}

func (d *Desk) titleOf(ctx context.Context, actor routing.Actor) (string, error) {
	titles, err := d.record.TitlesOfPositions(ctx, []routing.ID{actor.PositionID})
	return titles[actor.PositionID], err
}

// wholeOrgan is whose shares the unit lines of an organ's sheet count: those of the
// documents in its book, and what it gave.
func wholeOrgan(organ routing.ID) postgres.Scope {
	return postgres.Scope{Books: []routing.ID{organ}, Unit: organ}
}

// countResults makes the lines of a month: each unit of the organ that had work in
// it, or whose persons had, and below it these persons.
func (d *Desk) countResults(ctx context.Context, organ routing.ID, p routing.Period, now time.Time) (lines []routing.ResultLine, err error) {
	last := calendar.DateOf(p.Reckoned(now)).String()
	units, err := d.unitsOfOrgan(ctx, organ, p, last)
	if err != nil {
		return nil, err
	}
	ids := make([]routing.ID, len(units))
	for i, u := range units {
		ids[i] = u.ID
	}
	ofUnits, err := d.record.Summaries(ctx, wholeOrgan(organ), postgres.Narrow{}, p, now)
	if err != nil {
		return nil, err
	}
	persons, err := d.personLines(ctx, ids, p, last, now)
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		line := routing.ResultLine{ID: postgres.NewID(), UnitID: u.ID, UnitName: u.Name, Told: routing.Summary{UnitID: u.ID}}
		for _, s := range ofUnits {
			if s.UnitID == u.ID {
				line.Told = s
			}
		}
		if line.Told.Total() == 0 && len(persons[u.ID]) == 0 {
			continue
		}
		lines = append(lines, line)
		for _, person := range persons[u.ID] {
			person.UnitName = u.Name
			lines = append(lines, person)
		}
	}
	if len(lines) == 0 {
		return nil, routing.ErrField.With("fields", map[string]string{"month": "trong tháng này không có phần việc nào"})
	}
	return lines, nil
}

// unitsOfOrgan are the organ, if it is at the top, and all units below it, as they
// were at the end of a period; behind them those that ended within it.
func (d *Desk) unitsOfOrgan(ctx context.Context, organ routing.ID, p routing.Period, last string) (out []postgres.Unit, err error) {
	units, err := d.record.Units(ctx, last)
	if err != nil {
		return nil, err
	}
	before, err := d.record.Units(ctx, calendar.DateOf(p.From).String())
	if err != nil {
		return nil, err
	}
	known := make(map[routing.ID]postgres.Unit, len(units))
	for _, u := range append(units, before...) {
		if _, there := known[u.ID]; !there {
			known[u.ID], out = u, append(out, u)
		}
	}
	if top, there := known[organ]; !there || top.ParentID != "" {
		return nil, routing.ErrNotAllowed
	}
	return slices.DeleteFunc(out, func(u postgres.Unit) bool {
		for range known { // no way up is longer
			if u.ID == organ || u.ParentID == "" {
				break
			}
			u = known[u.ParentID]
		}
		return u.ID != organ
	}), nil
}

// personLines are the lines of the positions that had work, by unit.
func (d *Desk) personLines(ctx context.Context, units []routing.ID, p routing.Period, last string, now time.Time) (map[routing.ID][]routing.ResultLine, error) {
	told, err := d.record.SummariesByPosition(ctx, units, p, now)
	if err != nil {
		return nil, err
	}
	ids := make([]routing.ID, len(told))
	for i, s := range told {
		ids[i] = s.PositionID
	}
	titles, err := d.record.TitlesOfPositions(ctx, ids)
	if err != nil {
		return nil, err
	}
	holders, err := d.record.Holders(ctx)
	if err != nil {
		return nil, err
	}
	held := map[routing.ID]routing.ID{}
	for _, h := range holders {
		if h.From.String() <= last && (h.To.IsZero() || h.To.String() > last) {
			held[h.PositionID] = h.AccountID
		}
	}
	out := map[routing.ID][]routing.ResultLine{}
	for _, s := range told {
		out[s.UnitID] = append(out[s.UnitID], routing.ResultLine{ID: postgres.NewID(), UnitID: s.UnitID, PositionID: s.PositionID,
			Title: titles[s.PositionID], AccountID: held[s.PositionID], Told: s.Summary})
	}
	for _, lines := range out {
		slices.SortFunc(lines, func(a, b routing.ResultLine) int {
			return cmp.Or(strings.Compare(a.Title, b.Title), strings.Compare(string(a.PositionID), string(b.PositionID)))
		})
	}
	return out, nil
}
