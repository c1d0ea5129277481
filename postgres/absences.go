package postgres

import (
	"context"

	"congvan/routing"

	"github.com/uptrace/bun"
)

const absenceColumns = `x.id, x.position_id, p.unit_id, p.title, p.office, to_char(x.from_day, 'YYYY-MM-DD') AS "from",
	to_char(x.to_day, 'YYYY-MM-DD') AS "to", x.reason, x.created_by FROM absences x JOIN positions p ON p.id = x.position_id`

// AbsentPositions lists, by unit, who is away on any of the days from the first
// to the last, 2006-01-02; what was taken back is not told.
func (s *Store) AbsentPositions(ctx context.Context, units []routing.ID, from, to string) (map[routing.ID][]routing.Absence, error) {
	if len(units) == 0 {
		return nil, nil
	}
	var rows []routing.Absence
	err := s.db.NewRaw(`SELECT `+absenceColumns+`
		WHERE p.unit_id IN (?0) AND x.from_day <= ?2::date AND x.to_day >= ?1::date AND x.ended_at IS NULL
		ORDER BY x.from_day, x.id`, bun.List(units), from, to).Scan(ctx, &rows)
	out := make(map[routing.ID][]routing.Absence, len(rows))
	for _, a := range rows {
		out[a.UnitID] = append(out[a.UnitID], a)
	}
	return out, failed("list absences", err)
}

// Absence finds one that was not taken back. routing.ErrNotFound if there is none.
func (s *Store) Absence(ctx context.Context, id routing.ID) (routing.Absence, error) {
	var a routing.Absence
	err := s.db.NewRaw(`SELECT `+absenceColumns+` WHERE x.id = ? AND x.ended_at IS NULL`, id).Scan(ctx, &a)
	return a, failed("find absence", err)
}

// AddAbsence writes an absence down with its entry; one with this id stays as it is.
func (s *Store) AddAbsence(ctx context.Context, a routing.Absence, e routing.Entry, req routing.Request) error {
	return s.changed(ctx, e, req, func(tx bun.Tx, _ *routing.Entry) error {
		return changedOne(tx.NewRaw(`INSERT INTO absences (id, position_id, from_day, to_day, reason, created_by, created_at)
			VALUES (?, ?, ?::date, ?::date, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
			a.ID, a.PositionID, a.From, a.To, a.Reason, a.CreatedBy, e.At).Exec(ctx))
	})
}

// EndAbsence takes an absence back, with its entry.
func (s *Store) EndAbsence(ctx context.Context, id routing.ID, e routing.Entry) error {
	return s.changed(ctx, e, routing.Request{}, func(tx bun.Tx, _ *routing.Entry) error {
		return changedOne(tx.NewRaw(`UPDATE absences SET ended_at = ? WHERE id = ? AND ended_at IS NULL`, e.At, id).Exec(ctx))
	})
}
