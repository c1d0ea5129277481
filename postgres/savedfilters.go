package postgres

import (
	"context"
	"time"

	"congvan/routing"
)

// SavedFilter is a filter of a list that somebody keeps under a name.
type SavedFilter struct {
	ID        routing.ID
	List      string // inbox, documents, search
	Name      string
	Query     string // of the list's address
	CreatedAt time.Time
}

// SavedFilters are those of an account for a list, by name.
func (s *Store) SavedFilters(ctx context.Context, account routing.ID, list string) ([]SavedFilter, error) {
	var rows []SavedFilter
	err := s.db.NewRaw(`SELECT id, list, name, query, created_at FROM saved_filters WHERE account_id = ? AND list = ? ORDER BY name COLLATE "vi-x-icu", id`,
		account, list).Scan(ctx, &rows)
	return rows, failed("list saved filters", err)
}

// SaveFilter keeps a filter, in the place of the account's other of that name. It
// keeps none beyond most of them, and says so.
func (s *Store) SaveFilter(ctx context.Context, account routing.ID, f SavedFilter, most int) (kept bool, err error) {
	var id routing.ID
	err = failed("save filter", s.db.NewRaw(`INSERT INTO saved_filters (id, account_id, list, name, query, created_at)
		SELECT ?id::uuid, ?account::uuid, ?list, ?name, ?query, ?at::timestamptz
		WHERE (SELECT count(*) FROM saved_filters WHERE account_id = ?account::uuid AND list = ?list AND name <> ?name) < ?most
		ON CONFLICT (account_id, list, name) DO UPDATE SET query = excluded.query RETURNING id`,
		args{"id": f.ID, "account": account, "list": f.List, "name": f.Name, "query": f.Query, "at": f.CreatedAt, "most": most}).Scan(ctx, &id))
	if routing.FaultOf(err) == routing.NotFound {
		return false, nil
	}
	return err == nil, err
}

// DropFilter forgets a filter of an account. One that is not there is forgotten already.
func (s *Store) DropFilter(ctx context.Context, account, id routing.ID) error {
	_, err := s.db.NewRaw(`DELETE FROM saved_filters WHERE id = ? AND account_id = ?`, id, account).Exec(ctx)
	return failed("forget filter", err)
}
