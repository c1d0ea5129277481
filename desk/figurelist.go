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
	// Book is, of a bucket, the unit whose summary it is; empty: all that the actor
	// follows. To who does not oversee that book it is what of it he follows.
	Book routing.ID
	// Position is, of a bucket, whose shares are meant, with Look.Unit alone: as the
	// monthly results count them. It is for who oversees that unit.
	Position routing.ID
	After    FigurePlace
	Limit    int // PageLimit at most
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
	if err := in.check(); err != nil {
		return q, err
	}
	var all portfolios
	var err error
	if in.Deputy != "" {
		if all, err = d.portfolios(ctx); err != nil {
			return q, err
		}
	}
	q.Scope, q.Narrow, err = in.scope(actor, all)
	return q, err
}

// check refuses what no list is of.
func (in FigureQuery) check() error {
	wrong := func(field, reason string) error {
		return routing.ErrField.With("fields", map[string]string{field: reason})
	}
	alone := in.Look == Look{Unit: in.Unit} && in.Unit != "" && in.Book == ""
	switch {
	case !in.Figure.Known():
		return wrong("figure", "không có con số này")
	case in.Bucket != "" && in.Bucket != routing.EveryBucket && !slices.Contains(routing.Buckets, in.Bucket):
		return wrong("bucket", "không có cột này")
	case in.Bucket != "" && (in.Period.From.IsZero() || !in.Period.From.Before(in.Period.To)):
		return wrong("from", "phải có ngày đầu và ngày cuối của kỳ, ngày đầu không sau ngày cuối")
	case in.Book != "" && (!validID(in.Book) || in.Bucket == ""):
		return wrong("book", "phải là một đơn vị, cùng một cột của kỳ")
	case in.Position != "" && (!validID(in.Position) || in.Bucket == "" || !alone):
		return wrong("position", "phải là một chức vụ, cùng đơn vị và một cột của kỳ, không lọc gì khác")
	case in.After.ID != "" && !validID(in.After.ID), !validPlace(in.After.By):
		return errCursor
	}
	return nil
}

// scope is whose shares are meant, and what narrows them.
func (in FigureQuery) scope(actor routing.Actor, all portfolios) (postgres.Scope, postgres.Narrow, error) {
	of, err := scope(actor)
	if err != nil {
		return of, postgres.Narrow{}, err
	}
	n, err := in.narrow(all)
	switch {
	case in.Position != "" && !actor.Oversees(in.Unit):
		return of, n, routing.ErrNotAllowed
	case in.Book != "" && actor.Oversees(in.Book):
		of = postgres.BookScope(actor, in.Book)
	default:
		n.Source = in.Book
	}
	n.Position = in.Position
	return of, n, err
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

// PeriodSummary is the summary that the lists of a period are behind: of all units,
// or of a position, as far as the query takes them in.
func (d *Desk) PeriodSummary(ctx context.Context, actor routing.Actor, in FigureQuery) (sum routing.Summary, err error) {
	q, err := d.figurePage(ctx, actor, in)
	if err != nil {
		return sum, err
	}
	if in.Position != "" {
		told, err := d.record.SummariesByPosition(ctx, []routing.ID{in.Unit}, in.Period, d.now())
		for _, s := range told {
			if s.PositionID == in.Position {
				return s.Summary, err
			}
		}
		return sum, err
	}
	units, err := d.record.Summaries(ctx, q.Scope, q.Narrow, in.Period, d.now())
	for _, u := range units {
		sum.Join(u)
	}
	return sum, err
}

// HolderTitle is the title of the position that a list is of; empty if it is of
// none, or of none that the actor follows.
func (d *Desk) HolderTitle(ctx context.Context, actor routing.Actor, in FigureQuery) (string, error) {
	if in.Position == "" || !actor.Oversees(in.Unit) {
		return "", nil
	}
	titles, err := d.record.TitlesOfPositions(ctx, []routing.ID{in.Position})
	return titles[in.Position], err
}
