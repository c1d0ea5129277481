package postgres

import (
	"context"
	"errors"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// Post finds a position as it stands on a day, with the account that holds it
// now. routing.ErrNotFound if there is none on that day.
func (s *Store) Post(ctx context.Context, id routing.ID, day string) (routing.Post, error) {
	var row struct {
		AccountID, PositionID, UnitID, AboveID routing.ID
		Username, Title                        string
		Office                                 routing.Office
		Kind                                   routing.UnitKind
		Fields                                 []string `bun:",array"`
		OnPaper                                bool
	}
	err := s.db.NewRaw(`
		SELECT a.id AS account_id, a.username, p.id AS position_id, p.unit_id, v.parent_id AS above_id, p.office, p.fields, p.title, p.on_paper, u.kind
		FROM positions p JOIN units u ON u.id = p.unit_id
		JOIN unit_versions v ON v.unit_id = p.unit_id AND v.valid_from <= ?1 AND (v.valid_to IS NULL OR v.valid_to > ?1)
		LEFT JOIN accounts a ON a.position_id = p.id AND a.disabled_at IS NULL
		WHERE p.id = ?0 AND p.valid_from <= ?1 AND (p.valid_to IS NULL OR p.valid_to > ?1)
		ORDER BY a.username LIMIT 1`, id, day).Scan(ctx, &row)
	return routing.Post{
		Actor: routing.Actor{AccountID: row.AccountID, Username: row.Username, PositionID: row.PositionID, UnitID: row.UnitID,
			AboveID: row.AboveID, Office: row.Office, Fields: row.Fields},
		Kind: row.Kind, Title: row.Title, OnPaper: row.OnPaper,
	}, failed("find position", err)
}

// delegationRow is a delegation as it lies in the table.
type delegationRow struct {
	ID, FromPositionID, ToPositionID         routing.ID
	Basis                                    string
	Acts                                     []string `bun:",array"`
	Fields                                   []string `bun:",array"`
	ValidFrom, ValidTo, CreatedAt, RevokedAt time.Time
	CreatedBy, RevokedBy                     routing.ID
}

const delegationColumns = `x.id, x.from_position_id, x.to_position_id, x.basis, x.acts, x.fields, x.valid_from, x.valid_to,
	x.created_at, x.revoked_at, x.created_by, x.revoked_by`

func (r delegationRow) delegation() routing.Delegation {
	d := routing.Delegation{ID: r.ID, FromPositionID: r.FromPositionID, ToPositionID: r.ToPositionID, Basis: r.Basis, Fields: r.Fields,
		From: utc(r.ValidFrom), To: utc(r.ValidTo), CreatedBy: r.CreatedBy, CreatedAt: utc(r.CreatedAt), RevokedBy: r.RevokedBy, RevokedAt: utc(r.RevokedAt)}
	for _, act := range r.Acts {
		d.Acts = append(d.Acts, routing.Act(act))
	}
	return d
}

func (s *Store) delegations(ctx context.Context, which string, a args) ([]routing.Delegation, error) {
	var rows []delegationRow
	err := s.db.NewRaw(`SELECT `+delegationColumns+` FROM delegations x WHERE `+which+` ORDER BY x.valid_from DESC, x.id DESC`, a).Scan(ctx, &rows)
	out := make([]routing.Delegation, len(rows))
	for i, row := range rows {
		out[i] = row.delegation()
	}
	return out, failed("list delegations", err)
}

// DelegationsInForce lists those of one position for another that hold at an instant.
func (s *Store) DelegationsInForce(ctx context.Context, from, to routing.ID, now time.Time) ([]routing.Delegation, error) {
	return s.delegations(ctx, `x.from_position_id = ?from AND x.to_position_id = ?to AND x.valid_from <= ?now AND x.valid_to > ?now AND x.revoked_at IS NULL`,
		args{"from": from, "to": to, "now": now})
}

// Delegations lists those from or to a position, the newest first; all, if it is empty.
func (s *Store) Delegations(ctx context.Context, position routing.ID) ([]routing.Delegation, error) {
	return s.delegations(ctx, `?position::uuid IS NULL OR x.from_position_id = ?position::uuid OR x.to_position_id = ?position::uuid`,
		args{"position": orNull(position)})
}

// Delegation finds one. routing.ErrNotFound if there is none.
func (s *Store) Delegation(ctx context.Context, id routing.ID) (routing.Delegation, error) {
	var row delegationRow
	err := s.db.NewRaw(`SELECT `+delegationColumns+` FROM delegations x WHERE x.id = ?`, id).Scan(ctx, &row)
	return row.delegation(), failed("find delegation", err)
}

// AddDelegation writes a delegation down with its entry.
func (s *Store) AddDelegation(ctx context.Context, d routing.Delegation, e routing.Entry, req routing.Request) (routing.Entry, error) {
	acts, fields, err := texts(d.Acts, d.Fields)
	if err != nil {
		return e, err
	}
	return s.Journalled(ctx, e, req, func(tx bun.Tx, _ *routing.Entry) error {
		_, err := tx.NewRaw(`INSERT INTO delegations (id, from_position_id, to_position_id, basis, acts, fields, valid_from, valid_to, created_by, created_at)
		SELECT ?id, ?from, ?to, ?basis, ARRAY(SELECT jsonb_array_elements_text(?acts)), ARRAY(SELECT jsonb_array_elements_text(?fields)),
			?valid_from, ?valid_to, ?by, ?at`,
			args{"id": d.ID, "from": d.FromPositionID, "to": d.ToPositionID, "basis": d.Basis, "acts": acts, "fields": fields,
				"valid_from": d.From, "valid_to": d.To, "by": d.CreatedBy, "at": d.CreatedAt}).Exec(ctx)
		return failed("add delegation", err)
	})
}

func texts(acts []routing.Act, fields []string) (a, f string, err error) {
	if a, err = toJSON(append([]routing.Act{}, acts...)); err != nil {
		return "", "", err
	}
	f, err = toJSON(append([]string{}, fields...))
	return a, f, err
}

// RevokeDelegation ends a delegation at once, with its entry; one that has ended
// stays as it is, without one.
func (s *Store) RevokeDelegation(ctx context.Context, id routing.ID, e routing.Entry) error {
	_, err := s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, _ *routing.Entry) error {
		return changedOne(tx.NewRaw(`UPDATE delegations SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL`,
			e.At, e.ActorID, id).Exec(ctx))
	})
	if errors.Is(err, routing.ErrNotFound) {
		return nil
	}
	return failed("revoke delegation", err)
}

// SetOnPaper says whether the leader in a position does not use the system, with
// its entry.
func (s *Store) SetOnPaper(ctx context.Context, position routing.ID, onPaper bool, e routing.Entry) error {
	return s.changed(ctx, e, routing.Request{}, func(tx bun.Tx, _ *routing.Entry) error {
		return changedOne(tx.NewRaw(`UPDATE positions SET on_paper = ?0 WHERE id = ?1 AND on_paper <> ?0`, onPaper, position).Exec(ctx))
	})
}

// PostsByID finds positions as they stand on a day: their titles for lists.
func (s *Store) PostsByID(ctx context.Context, ids []routing.ID) (map[routing.ID]Position, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []Position
	err := s.db.NewRaw(`SELECT id, unit_id, code, title, office FROM positions WHERE id IN (?)`, bun.List(ids)).Scan(ctx, &rows)
	out := make(map[routing.ID]Position, len(rows))
	for _, p := range rows {
		out[p.ID] = p
	}
	return out, failed("find positions", err)
}
