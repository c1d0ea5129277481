package postgres

import (
	"context"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// AddSuccessor writes down which unit carries on the work of one that ended, from
// a day (2006-01-02) on, with the entry of the handover. Written twice is written
// once; the handover is asked for anew each time.
func (s *Store) AddSuccessor(ctx context.Context, from, to routing.ID, day, basis string, e routing.Entry, req routing.Request) error {
	return s.changed(ctx, e, req, func(tx bun.Tx, _ *routing.Entry) error {
		_, err := tx.NewRaw(`INSERT INTO unit_successors (unit_id, successor_id, from_day, basis) VALUES (?, ?, ?::date, ?)
			ON CONFLICT (unit_id, successor_id) DO NOTHING`, from, to, day, basis).Exec(ctx)
		return err
	})
}

// NoteOnce adds an entry that changes nothing itself, as the beginning of a
// handover: the same request again adds none, another of the same key is
// routing.ErrReused.
func (s *Store) NoteOnce(ctx context.Context, e routing.Entry, req routing.Request) error {
	return s.changed(ctx, e, req, func(bun.Tx, *routing.Entry) error { return nil })
}

// OpenDecisions lists what a unit still has to decide, oldest first.
func (s *Store) OpenDecisions(ctx context.Context, unit routing.ID) ([]routing.Decision, error) {
	var rows []decisionRow
	err := s.db.NewRaw(`SELECT `+decisionColumns+` FROM decisions x WHERE x.owner_unit_id = ? AND x.status = 'open' ORDER BY x.asked_at, x.id`, unit).Scan(ctx, &rows)
	out := make([]routing.Decision, len(rows))
	for i, row := range rows {
		out[i] = row.decision()
	}
	return out, failed("list open decisions", err)
}

// OpenShares lists what a unit holds as a unit, or one officer of it, and has not
// ended, oldest first.
func (s *Store) OpenShares(ctx context.Context, unit, position routing.ID) ([]routing.Assignment, error) {
	var rows []assignmentRow
	err := s.db.NewRaw(`SELECT `+assignmentColumns+` FROM assignments a
		WHERE a.closed_at IS NULL AND a.unit_id = ?unit AND a.position_id IS NOT DISTINCT FROM ?position::uuid ORDER BY a.sent_at, a.id`,
		args{"unit": unit, "position": orNull(position)}).Scan(ctx, &rows)
	return assignments(rows), failed("list open shares", err)
}
