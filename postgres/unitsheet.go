package postgres

import (
	"context"
	"time"

	"congvan/routing"
)

// Month is what a unit finished in a month, as the summary of that month has it.
type Month struct {
	Begins           time.Time // its first instant in Vietnam
	InTime, Finished int
}

// monthly counts what a unit finished since an instant, by month: what was reported
// in it and had not been opened again by its end.
var monthly = prepared(`SELECT m.begins AT TIME ZONE 'Asia/Ho_Chi_Minh' AS begins,
		(count(*) FILTER (WHERE x.due_at IS NULL OR x.until <= x.due_at))::int AS in_time, count(*)::int AS finished
	FROM assignment_terms x CROSS JOIN LATERAL (SELECT date_trunc('month', x.until AT TIME ZONE 'Asia/Ho_Chi_Minh') AS begins) m
	WHERE x.unit_id = ?holder::uuid AND x.until >= ?from::timestamptz AND x.outcome = 'finished' AND ` + inScope + `
	  AND (x.next_since IS NULL OR x.next_since >= (m.begins + interval '1 month') AT TIME ZONE 'Asia/Ho_Chi_Minh')
	GROUP BY m.begins ORDER BY m.begins`)

// Monthly counts what a unit finished in each month since the first instant of one,
// as far as it lies in the scope. Months without anything are left out.
func (s *Store) Monthly(ctx context.Context, scope Scope, unit routing.ID, from time.Time) ([]Month, error) {
	var rows []Month
	a := scope.args(Narrow{Unit: unit})
	a["from"] = from
	err := s.ask(ctx, nil, monthly, a, &rows)
	for i := range rows {
		rows[i].Begins = utc(rows[i].Begins)
	}
	return rows, failed("count what was finished", err)
}

// Pace is when a share came, was confirmed and was finished.
type Pace struct {
	SentAt, ReceivedAt, FinishedAt time.Time // ReceivedAt is zero if it never was confirmed
}

var paces = prepared(`SELECT x.sent_at, x.received_at, x.until AS finished_at FROM assignment_terms x
	WHERE x.unit_id = ?holder::uuid AND x.until >= ?from::timestamptz AND x.outcome = 'finished' AND x.next_since IS NULL AND ` + inScope + `
	ORDER BY x.until DESC LIMIT ?limit::int`)

// Paces lists what a unit finished since an instant, the last first, limit at most.
func (s *Store) Paces(ctx context.Context, scope Scope, unit routing.ID, from time.Time, limit int) ([]Pace, error) {
	var rows []Pace
	a := scope.args(Narrow{Unit: unit})
	a["from"], a["limit"] = from, limit
	err := s.ask(ctx, nil, paces, a, &rows)
	for i := range rows {
		rows[i] = Pace{utc(rows[i].SentAt), utc(rows[i].ReceivedAt), utc(rows[i].FinishedAt)}
	}
	return rows, failed("measure how long things take", err)
}

var hasHad = prepared(`SELECT EXISTS (SELECT FROM open_assignments x WHERE x.unit_id = ?holder::uuid AND ` + inScope + `)
	OR EXISTS (SELECT FROM assignment_terms x WHERE x.unit_id = ?holder::uuid AND x.until >= ?from::timestamptz AND ` + inScope + `) AS yes`)

// HasHad says whether a unit holds something of a scope, or has had a term since.
func (s *Store) HasHad(ctx context.Context, scope Scope, unit routing.ID, since time.Time) (bool, error) {
	var row struct{ Yes bool }
	a := scope.args(Narrow{Unit: unit})
	a["from"] = since
	err := s.ask(ctx, nil, hasHad, a, &row)
	return row.Yes, failed("find what a unit has had", err)
}
