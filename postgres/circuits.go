package postgres

import (
	"context"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// Circuits lists the ways that reports of a document went through the offices,
// oldest first.
func (s *Store) Circuits(ctx context.Context, documentID routing.ID) ([]routing.Circuit, error) {
	var rows []circuitRow
	err := s.db.NewRaw(`SELECT `+circuitColumns+` FROM circuits c WHERE c.document_id = ? ORDER BY c.started_at, c.id`, documentID).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("list circuits", err)
	}
	return circuits(rows)
}

var isAsked = prepared(`SELECT EXISTS (SELECT FROM decisions x
	WHERE x.document_id = ?document::uuid AND x.owner_unit_id = ?unit::uuid AND x.kind = 'consent') AS asked`)

// IsAsked says whether a unit was ever asked for its consent about a document.
func (s *Store) IsAsked(ctx context.Context, documentID, unit routing.ID) (bool, error) {
	var row struct{ Asked bool }
	err := s.ask(ctx, nil, isAsked, args{"document": documentID, "unit": unit}, &row)
	return row.Asked, failed("find who is asked", err)
}

// TitlesOf finds the titles of the positions that accounts hold.
func (s *Store) TitlesOf(ctx context.Context, accounts []routing.ID) (map[routing.ID]string, error) {
	var ids []routing.ID
	for _, id := range accounts {
		if id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		ID    routing.ID
		Title string
	}
	err := s.db.NewRaw(`SELECT a.id, p.title FROM accounts a JOIN positions p ON p.id = a.position_id WHERE a.id IN (?)`, bun.List(ids)).Scan(ctx, &rows)
	out := make(map[routing.ID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Title
	}
	return out, failed("find titles", err)
}
