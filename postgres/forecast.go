package postgres

import (
	"context"
	"time"

	"congvan/routing"
)

// UnitDay is how many shares of a unit become late on a day if nothing happens.
type UnitDay struct {
	UnitID routing.ID
	Day    string // 2006-01-02, in Vietnam
	Count  int
}

// becomesLate are the shares of a scope whose deadline lies between two instants:
// until when they have to be received, or reported.
const becomesLate = openOf + ` WHERE x.late_at >= ?from::timestamptz AND x.late_at < ?to::timestamptz`

var (
	dueByDay = prepared(`SELECT x.unit_id, to_char(x.late_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD') AS day, count(*)::int AS count FROM ` + becomesLate + ` GROUP BY 1, 2 ORDER BY 2, 1`)
	dueList  = prepared(`SELECT x.assignment_id AS subject_id, x.document_id, x.unit_id, ` + stageOf + ` AS stage, x.late_at AS due FROM ` + becomesLate + `
		AND (?holder::uuid IS NULL OR x.unit_id = ?holder::uuid) ORDER BY x.late_at, x.assignment_id LIMIT ?most::int`)
)

// DueByDay counts what becomes late between two instants, by unit and day.
func (s *Store) DueByDay(ctx context.Context, scope Scope, from, to time.Time) ([]UnitDay, error) {
	var rows []UnitDay
	a := scope.args(Narrow{})
	a["from"], a["to"] = from, to
	err := s.ask(ctx, nil, dueByDay, a, &rows)
	return rows, failed("count what becomes late", err)
}

// DueList lists what becomes late between two instants, of all units or one, the
// soonest first.
func (s *Store) DueList(ctx context.Context, scope Scope, unit routing.ID, from, to time.Time, most int) ([]StuckItem, error) {
	a := scope.args(Narrow{Unit: unit})
	a["from"], a["to"], a["most"] = from, to, most
	return s.stuck(ctx, dueList, a)
}
