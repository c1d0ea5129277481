package desk

import (
	"context"
	"slices"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// FigureQuery asks for a page of the list behind a figure of the overview, or, if
// Bucket is set, behind a column of the summary of a period.
type FigureQuery struct {
	Look
	Figure postgres.Figure // empty: open
	Cell   routing.Cell    // only what stands there; empty: all
	Bucket routing.Bucket
	Period routing.Period // whole days, of a bucket
	After  FigurePlace
	Limit  int // PageLimit at most
}

// FigurePlace is the place of an entry: the next page begins after it. Zero: the
// first page.
type FigurePlace struct {
	By time.Time // postgres.FigureEntry.By; zero: it has none
	ID routing.ID
}

// PlaceOf is the place of an entry.
func PlaceOf(e postgres.FigureEntry) FigurePlace { return FigurePlace{e.By, e.ID} }

// FigureList lists the shares behind a figure, those late the longest first. What
// it lists on all its pages is what [Desk.Overview] and [Desk.Summaries] count.
func (d *Desk) FigureList(ctx context.Context, actor routing.Actor, in FigureQuery) ([]postgres.FigureEntry, error) {
	q, err := d.figurePage(ctx, actor, in)
	if err != nil {
		return nil, err
	}
	return d.record.FigureList(ctx, q)
}

func (d *Desk) figurePage(ctx context.Context, actor routing.Actor, in FigureQuery) (postgres.FigurePage, error) {
	if in.Figure == "" {
		in.Figure = postgres.FigureOpen
	}
	now := d.now()
	q := postgres.FigurePage{By: actor, Figure: in.Figure, Cell: in.Cell, At: horizons(now), Bucket: in.Bucket, Period: in.Period,
		After: in.After.ID, AfterDue: in.After.By, Limit: pageLimit(in.Limit)}
	wrong := func(field, reason string) error {
		return routing.ErrField.With("fields", map[string]string{field: reason})
	}
	switch {
	case !in.Figure.Known():
		return q, wrong("figure", "không có con số này")
	case in.Bucket != "" && !slices.Contains(routing.Buckets, in.Bucket):
		return q, wrong("bucket", "không có cột này")
	case in.Bucket != "" && (in.Period.From.IsZero() || !in.Period.From.Before(in.Period.To)):
		return q, wrong("from", "phải có ngày đầu và ngày cuối của kỳ, ngày đầu không sau ngày cuối")
	case in.After.ID != "" && !validID(in.After.ID), in.After.By.Year() < 1: // before it the record has no instants
		return q, errCursor
	}
	var err error
	if q.Scope, err = scope(actor); err != nil {
		return q, err
	}
	all, err := d.portfolios(ctx)
	if err == nil {
		q.Narrow, err = in.narrow(all)
	}
	return q, err
}

// FigureLimit is the most shares that leave the system in one file.
const FigureLimit = 20_000

// ExportFigure hands over the list behind a figure, an entry at a time, and writes
// into the journal that it left the system. more says whether limit cut it.
func (d *Desk) ExportFigure(ctx context.Context, actor routing.Actor, in FigureQuery, form string, limit int, take func(postgres.FigureEntry) error) (more bool, err error) {
	in.Limit = 0
	q, err := d.figurePage(ctx, actor, in)
	if err != nil {
		return false, err
	}
	e := d.entryOf(actor, routing.EntryExported, routing.Subject{Kind: routing.SubjectUnit, ID: string(actor.UnitID)})
	e.Details = actor.Signed(map[string]any{"form": form, "figure": in.Figure, "bucket": in.Bucket, "unit": in.Unit})
	if err := d.record.Note(ctx, e); err != nil {
		return false, err
	}
	q.Limit = exportPage
	for taken := 0; ; {
		entries, err := d.record.FigureList(ctx, q)
		if err != nil {
			return false, err
		}
		for _, x := range entries {
			if taken++; taken > limit {
				return true, nil
			}
			if err := take(x); err != nil {
				return false, err
			}
			q.After, q.AfterDue = x.ID, x.By
		}
		if len(entries) < q.Limit {
			return false, nil
		}
	}
}

// PeriodSummary is the summary of a period of all units together, as far as the
// look takes them in.
func (d *Desk) PeriodSummary(ctx context.Context, actor routing.Actor, look Look, p routing.Period) (sum routing.Summary, err error) {
	all, err := d.portfolios(ctx)
	if err != nil {
		return sum, err
	}
	narrow, err := look.narrow(all)
	if err != nil {
		return sum, err
	}
	units, err := d.Summaries(ctx, actor, narrow, p)
	for _, u := range units {
		sum.Join(u.Summary)
	}
	return sum, err
}
