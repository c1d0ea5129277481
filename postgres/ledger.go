package postgres

import (
	"context"
	"time"

	"congvan/routing"
)

// Holding is a stretch of time in which one unit, or one person, had a document.
type Holding struct {
	DocumentID     routing.ID
	AssignmentID   routing.ID // empty: the document itself
	UnitID         routing.ID
	PositionID     routing.ID // empty: the unit
	Stage          string     // registering, presenting, direction, receipt, work, consent, approval, return
	Since          time.Time
	Until          time.Time // zero: still
	WorkedSeconds  int64     // in the holder's office hours
	HeldSeconds    int64     // while the clocks stood still
	WaitingSeconds int64     // for what the holder gave out of it
	Due            time.Time // in force at the end; zero: none
	LateSeconds    int64     // after that
}

// Ledger lists who had a document from when to when, oldest first.
func (s *Store) Ledger(ctx context.Context, documentID routing.ID, now time.Time) ([]Holding, error) {
	var rows []Holding
	err := s.db.NewRaw(`SELECT h.* FROM holdings_at(?, ?) h ORDER BY h.since, h.assignment_id NULLS FIRST, h.unit_id`, documentID, now).Scan(ctx, &rows)
	for i := range rows {
		rows[i].Since, rows[i].Until, rows[i].Due = utc(rows[i].Since), utc(rows[i].Until), utc(rows[i].Due)
	}
	return rows, failed("read ledger", err)
}

// Cause is how long late documents lay with one holder in one stage.
type Cause struct {
	UnitID                     routing.ID
	PositionID                 routing.ID
	Stage                      string
	Documents                  int
	WorkedSeconds, LateSeconds int64
}

// Lateness says where the documents of a unit lay that are late: those with work
// whose due date fell into the period and passed before it was reported. The
// most working time comes first.
func (s *Store) Lateness(ctx context.Context, by routing.Actor, unit routing.ID, from, to, now time.Time) ([]Cause, error) {
	var causes []Cause
	err := s.db.NewRaw(`
		WITH late AS (
			SELECT DISTINCT a.document_id FROM assignments a JOIN documents d ON d.id = a.document_id
			WHERE d.unit_id = ?unit AND `+visible+` AND a.role IN ('lead', 'execute') AND a.status NOT IN ('withdrawn', 'handed-over')
			  AND a.due_at >= ?from AND a.due_at < ?to AND a.held_at IS NULL AND d.held_at IS NULL
			  AND a.due_at < CASE WHEN a.status IN ('reported', 'done') THEN coalesce(a.reported_at, a.closed_at) ELSE ?now END
		)
		SELECT h.unit_id, h.position_id, h.stage, count(DISTINCT h.document_id) AS documents,
			sum(h.worked_seconds)::bigint AS worked_seconds, sum(h.late_seconds)::bigint AS late_seconds
		FROM late CROSS JOIN LATERAL holdings_at(late.document_id, ?now) h
		GROUP BY h.unit_id, h.position_id, h.stage
		HAVING sum(h.worked_seconds) > 0
		ORDER BY worked_seconds DESC, h.unit_id, h.position_id, h.stage`,
		args{"unit": unit, "from": from, "to": to, "now": now}.seenBy(by)).Scan(ctx, &causes)
	return causes, failed("find causes of lateness", err)
}
