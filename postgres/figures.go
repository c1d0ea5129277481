package postgres

import (
	"context"
	"encoding/json"
	"time"

	"congvan/routing"
)

// Scope is whose shares are counted: all of the documents in some books, and what
// one unit holds or gave out of others. A share that a unit gave to its own
// officers out of one that it got is not counted again.
type Scope struct {
	Books []routing.ID
	Unit  routing.ID // empty: only the books
}

// Narrow narrows what is counted. What is zero narrows nothing.
type Narrow struct {
	Unit    routing.ID // that holds the share
	Giver   routing.ID
	Fields  []string // lĩnh vực; nil: all
	Except  []string // lĩnh vực that are left out; nil: none
	Urgency routing.Urgency
	Role    routing.Role
	Source  routing.ID // unit whose book it is of, or that gave it
	// Position is whose shares a period is asked for, with Unit: whoever gave them,
	// also what their own unit handed on. It takes the place of the scope.
	Position routing.ID
}

func (s Scope) args(n Narrow) args {
	a := args{"books": array(s.Books), "scope_unit": orNull(s.Unit), "holder": orNull(n.Unit), "giver": orNull(n.Giver), "urgency": orNull(n.Urgency), "role": orNull(n.Role), "fields": wordList(n.Fields), "except": wordList(n.Except),
		"source": orNull(n.Source), "position": orNull(n.Position)}
	return a
}

// wordList is the argument for a list of what people wrote; nil: none is given.
func wordList(list []string) any {
	if list == nil {
		return nil
	}
	text, err := json.Marshal(list)
	if err != nil { // texts always are
		panic(err)
	}
	return string(text)
}

// The parts of a scope, each with an index of its own, and what narrows them. What a
// unit gave out of its own book is of the book: who has a unit in his scope has its
// book as well.
const (
	ofBooks    = `x.book_id = ANY (?books::uuid[]) AND NOT x.inside`
	ofHeld     = `x.unit_id = ?scope_unit::uuid AND NOT x.book_id = ANY (?books::uuid[]) AND NOT x.inside`
	ofGiven    = `x.giver_unit_id = ?scope_unit::uuid AND x.giver_unit_id <> x.book_id AND x.unit_id <> ?scope_unit::uuid AND NOT x.book_id = ANY (?books::uuid[]) AND NOT x.inside`
	narrowedTo = `(?holder::uuid IS NULL OR x.unit_id = ?holder::uuid) AND (?giver::uuid IS NULL OR x.giver_unit_id = ?giver::uuid)
		AND (?source::uuid IS NULL OR x.book_id = ?source::uuid OR x.giver_unit_id = ?source::uuid)
		AND (?fields::jsonb IS NULL OR x.field = ANY (ARRAY(SELECT jsonb_array_elements_text(?fields::jsonb))))
		AND (?except::jsonb IS NULL OR NOT x.field = ANY (ARRAY(SELECT jsonb_array_elements_text(?except::jsonb)))) AND (?urgency::text IS NULL OR x.urgency = ?urgency::text) AND (?role::text IS NULL OR x.role = ?role::text)`
)

// openOf is what is open in a scope.
const openOf = `(SELECT x.* FROM open_assignments x WHERE ` + ofBooks + ` UNION ALL SELECT x.* FROM open_assignments x WHERE ` + ofHeld + `
		UNION ALL SELECT x.* FROM open_assignments x WHERE ` + ofGiven + `) x`

// UnitCount is a number for a unit.
type UnitCount struct {
	UnitID routing.ID
	Count  int
}

// overdueByUnit reads only what is late, out of an index.
var overdueByUnit = prepared(`SELECT unit_id, count(*)::int AS count FROM (
		SELECT x.unit_id FROM open_assignments x WHERE ` + ofBooks + ` AND x.late_at < ?now::timestamptz
		UNION ALL
		SELECT x.unit_id FROM open_assignments x WHERE ` + ofHeld + ` AND x.late_at < ?now::timestamptz
		UNION ALL
		SELECT x.unit_id FROM open_assignments x WHERE ` + ofGiven + ` AND x.late_at < ?now::timestamptz) late GROUP BY unit_id ORDER BY count DESC, unit_id`)

// OverdueByUnit counts what is late at each unit that has something late, the most
// first.
func (s *Store) OverdueByUnit(ctx context.Context, scope Scope, now time.Time) ([]UnitCount, error) {
	var rows []UnitCount
	a := scope.args(Narrow{})
	a["now"] = now
	err := s.ask(ctx, nil, overdueByUnit, a, &rows)
	return rows, failed("count what is late", err)
}

// Horizons are the instants until which what falls due is counted: the end of
// today, of this week (Sunday) and of this month, in Vietnam.
type Horizons struct{ Now, Today, Week, Month time.Time }

// Tally counts open shares of one kind.
type Tally struct {
	UnitID  routing.ID // empty: of all units
	Status  routing.AssignmentStatus
	Field   *string // nil: of all fields
	Urgency routing.Urgency

	Open      int
	Held      int       // tạm dừng
	Late      int       // quá hạn, with what is silent
	Silent    int       // quá hạn xác nhận: of Late what was not even received
	Ahead     int       // a deadline runs and has not passed
	DueToday  int       // not late, due by the end of today
	DueWeek   int       // by the end of the week, today included
	DueMonth  int       // by the end of the month, the week not always included
	OldestDue time.Time // of what is late; zero: nothing is
}

// tallied counts everything in one pass: by unit and state, by field, by urgency.
// Each number is that of the list of the same figure: see [Figures].
func tallied(from string) *statement {
	count := func(f Figure) string { return `(count(*) FILTER (WHERE ` + figures[f] + `))::int` }
	return prepared(`SELECT x.unit_id, x.status, x.field, x.urgency, ` + count(FigureOpen) + ` AS open, ` + count(FigureHeld) + ` AS held,
		` + count(FigureLate) + ` AS late, ` + count(FigureSilent) + ` AS silent, ` + count(FigureAhead) + ` AS ahead, ` + count(FigureDueToday) + ` AS due_today,
		` + count(FigureDueWeek) + ` AS due_week, ` + count(FigureDueMonth) + ` AS due_month, min(x.late_at) FILTER (WHERE ` + figures[FigureLate] + `) AS oldest_due
	FROM ` + from + ` WHERE ` + narrowedTo + ` GROUP BY GROUPING SETS ((x.unit_id, x.status), (x.field), (x.urgency))`)
}

// Of all units, and of one: that reads the shares of the unit alone.
var (
	talliedAll = tallied(openOf)
	talliedAt  = tallied(`(SELECT * FROM open_assignments x WHERE ` + ofHolder + `) x`)
)

// Tallies counts the open shares of a scope by unit and state, by field, and by
// urgency; each of these three adds up to all of them.
func (s *Store) Tallies(ctx context.Context, scope Scope, n Narrow, h Horizons) ([]Tally, error) {
	var rows []Tally
	a := scope.args(n)
	a["now"], a["today"], a["week"], a["month"] = h.Now, h.Today, h.Week, h.Month
	counts := talliedAll
	if n.Unit != "" {
		counts = talliedAt
	}
	err := s.ask(ctx, nil, counts, a, &rows)
	for i := range rows {
		rows[i].OldestDue = utc(rows[i].OldestDue)
	}
	return rows, failed("count what is open", err)
}

// bucketed is routing.Term.Bucket as SQL: $at is routing.Period.Reckoned.
const bucketed = `CASE WHEN x.until IS NULL OR x.until > ?at::timestamptz THEN
			CASE WHEN x.due_at IS NULL OR x.due_at >= ?at::timestamptz THEN 'running' WHEN x.due_at < ?from::timestamptz THEN 'overdue-before' ELSE 'overdue-within' END
		WHEN x.outcome = 'finished' AND x.until >= ?from::timestamptz THEN CASE WHEN x.due_at IS NULL OR x.until <= x.due_at THEN 'done-in-time' ELSE 'done-late' END END`

// termsTold are the terms that tell of a share at ?at, of those that matter to the
// period that began ?from: what runs still, and what has ended since. A period that
// has not begun is told nothing of.
const termsTold = `(
		SELECT o.assignment_id, o.document_id, o.book_id, o.giver_unit_id, o.unit_id, o.position_id, o.inside, o.role, o.field, o.urgency, o.due_at, NULL::timestamptz AS until, NULL AS outcome, o.sent_at, o.since
		FROM open_assignments o WHERE o.since <= ?at::timestamptz AND ?from::timestamptz <= ?at::timestamptz
		UNION ALL
		SELECT t.assignment_id, t.document_id, t.book_id, t.giver_unit_id, t.unit_id, t.position_id, t.inside, t.role, t.field, t.urgency, t.due_at, t.until, t.outcome, t.sent_at, t.since
		FROM assignment_terms t WHERE tstzrange(t.since, t.until, '[]') && tstzrange(?from::timestamptz, greatest(?from::timestamptz, ?at::timestamptz), '[]')
		  AND ?from::timestamptz <= ?at::timestamptz AND t.since <= ?at::timestamptz AND (t.next_since IS NULL OR t.next_since > ?at::timestamptz)) x`

// inScope is a scope as one condition; ofPosition is the same, or what a position
// has: see [Narrow].
const (
	inScope    = `(x.book_id = ANY (?books::uuid[]) OR x.unit_id = ?scope_unit::uuid OR x.giver_unit_id = ?scope_unit::uuid) AND NOT x.inside`
	ofPosition = `CASE WHEN ?position::uuid IS NULL THEN ` + inScope + ` ELSE x.position_id = ?position::uuid END`
)

var summarised = prepared(`SELECT x.unit_id, b.bucket, count(*)::int AS count FROM ` + termsTold + ` CROSS JOIN LATERAL (SELECT ` + bucketed + ` AS bucket) b
	WHERE ` + inScope + ` AND ` + narrowedTo + ` AND b.bucket IS NOT NULL GROUP BY x.unit_id, b.bucket`)

// Summaries counts the work of a period by unit, lead and execute: báo cáo tổng
// hợp kết quả xử lý văn bản đến. Units without any are left out.
func (s *Store) Summaries(ctx context.Context, scope Scope, n Narrow, p routing.Period, now time.Time) ([]routing.Summary, error) {
	var rows []struct {
		UnitID routing.ID
		Bucket routing.Bucket
		Count  int
	}
	a := scope.args(n)
	a["from"], a["at"] = p.From, p.Reckoned(now)
	if err := s.ask(ctx, nil, summarised, a, &rows); err != nil {
		return nil, failed("summarise a period", err)
	}
	place := map[routing.ID]int{}
	var out []routing.Summary
	for _, r := range rows {
		i, known := place[r.UnitID]
		if !known {
			i = len(out)
			place[r.UnitID], out = i, append(out, routing.Summary{UnitID: r.UnitID})
		}
		out[i].Add(r.Bucket, r.Count)
	}
	return out, nil
}

// PositionSummary counts the shares of a position in a period.
type PositionSummary struct {
	PositionID routing.ID
	routing.Summary
}

var summarisedByPosition = prepared(`SELECT x.unit_id, x.position_id, b.bucket, count(*)::int AS count FROM ` + termsTold + ` CROSS JOIN LATERAL (SELECT ` + bucketed + ` AS bucket) b
	WHERE x.unit_id = ANY (?units::uuid[]) AND x.position_id IS NOT NULL AND b.bucket IS NOT NULL GROUP BY x.unit_id, x.position_id, b.bucket`)

// SummariesByPosition counts the work of a period, lead and execute, that single
// positions of some units had, whoever gave it to them: also what their own unit
// handed on to them.
func (s *Store) SummariesByPosition(ctx context.Context, units []routing.ID, p routing.Period, now time.Time) ([]PositionSummary, error) {
	var rows []struct {
		UnitID, PositionID routing.ID
		Bucket             routing.Bucket
		Count              int
	}
	a := args{"units": array(units), "from": p.From, "at": p.Reckoned(now)}
	if err := s.ask(ctx, nil, summarisedByPosition, a, &rows); err != nil {
		return nil, failed("summarise a period by position", err)
	}
	place := map[routing.ID]int{}
	var out []PositionSummary
	for _, r := range rows {
		i, known := place[r.PositionID]
		if !known {
			i = len(out)
			place[r.PositionID], out = i, append(out, PositionSummary{r.PositionID, routing.Summary{UnitID: r.UnitID}})
		}
		out[i].Add(r.Bucket, r.Count)
	}
	return out, nil
}

var lateTold = prepared(`SELECT x.assignment_id, x.document_id, b.bucket, d.number, d.book_year FROM ` + termsTold + ` CROSS JOIN LATERAL (SELECT ` + bucketed + ` AS bucket) b
	JOIN documents d ON d.id = x.document_id
	WHERE x.unit_id = ?holder::uuid AND b.bucket IN ('done-late', 'overdue-before', 'overdue-within') AND ` + ofPosition + ` ORDER BY d.book_year, d.number, x.assignment_id`)

// LateShares are the shares that a period counts as late: of a unit, within a scope,
// or of a position in it, as [Store.SummariesByPosition] counts them.
func (s *Store) LateShares(ctx context.Context, scope Scope, unit, position routing.ID, p routing.Period, now time.Time) ([]routing.Disputed, error) {
	var rows []struct {
		AssignmentID, DocumentID routing.ID
		Bucket                   routing.Bucket
		Number, BookYear         int
	}
	a := scope.args(Narrow{Unit: unit, Position: position})
	a["from"], a["at"] = p.From, p.Reckoned(now)
	if err := s.ask(ctx, nil, lateTold, a, &rows); err != nil {
		return nil, failed("list what a period counts as late", err)
	}
	out := make([]routing.Disputed, len(rows))
	for i, r := range rows {
		title := routing.Document{Number: r.Number, BookYear: r.BookYear}.Title()
		out[i] = routing.Disputed{AssignmentID: r.AssignmentID, DocumentID: r.DocumentID, DocumentTitle: title, Bucket: r.Bucket}
	}
	return out, nil
}
