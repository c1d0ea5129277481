package postgres

import (
	"context"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// AccountState is an account as an administrator sees it.
type AccountState struct {
	ID, PositionID, UnitID routing.ID
	Username, Title        string
	Office                 routing.Office
	DisabledAt             time.Time // zero: it is not
	HasPassword, HasFactor bool
	Address                bool   // the position has given an address for mails
	Issuer, Subject        string // of the identity that it is linked with; empty: none
}

const accountStates = `SELECT a.id, a.username, a.disabled_at, a.password_hash IS NOT NULL AS has_password,
		EXISTS (SELECT FROM second_factors f WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL) AS has_factor,
		p.id AS position_id, p.unit_id, p.title, p.office, coalesce(n.address, '') <> '' AS address, i.issuer, i.subject
	FROM accounts a JOIN positions p ON p.id = a.position_id
	LEFT JOIN notice_settings n ON n.position_id = p.id
	LEFT JOIN LATERAL (SELECT issuer, subject FROM identities WHERE account_id = a.id ORDER BY linked_at DESC LIMIT 1) i ON true
	WHERE `

// AccountsBelow lists the accounts of a unit and of those below it on a day, by
// name after one, limit at most.
func (s *Store) AccountsBelow(ctx context.Context, unit routing.ID, day, after string, limit int) ([]AccountState, error) {
	var list []AccountState
	err := s.db.NewRaw(`WITH RECURSIVE below AS (
			SELECT ?unit::uuid AS id, 0 AS n
			UNION
			SELECT v.unit_id, below.n + 1 FROM below JOIN unit_versions v ON v.parent_id = below.id AND v.valid_from <= ?day AND (v.valid_to IS NULL OR v.valid_to > ?day)
			WHERE below.n < 20
		) `+accountStates+`p.unit_id IN (SELECT id FROM below) AND a.username > ?after ORDER BY a.username LIMIT ?limit`,
		args{"unit": unit, "day": day, "after": after, "limit": limit}).Scan(ctx, &list)
	return list, failed("list accounts", err)
}

// AccountState finds an account, whether or not anybody may log in to it.
func (s *Store) AccountState(ctx context.Context, id routing.ID) (a AccountState, err error) {
	err = s.db.NewRaw(accountStates+`a.id = ?id`, args{"id": id}).Scan(ctx, &a)
	return a, failed("find account", err)
}

// AccountStateByName finds an account by its name.
func (s *Store) AccountStateByName(ctx context.Context, username string) (a AccountState, err error) {
	err = s.db.NewRaw(accountStates+`a.username = ?name`, args{"name": username}).Scan(ctx, &a)
	return a, failed("find account", err)
}

// SetDisabled closes an account, with its sessions and the links that it had, or
// opens it again. What is so already stays, without an entry.
func (s *Store) SetDisabled(ctx context.Context, account routing.ID, disabled bool, e routing.Entry) error {
	_, err := s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, e *routing.Entry) error {
		err := changedOne(tx.NewRaw(`UPDATE accounts SET disabled_at = CASE WHEN ?disabled THEN ?at::timestamptz END
			WHERE id = ?id AND (disabled_at IS NOT NULL) <> ?disabled`, args{"id": account, "disabled": disabled, "at": e.At}).Exec(ctx))
		if err != nil || !disabled {
			return err
		}
		if _, err := endSessions(ctx, tx, account, "", string(e.Kind), e.At); err != nil {
			return err
		}
		return s.do(ctx, &tx, revokeLinks, args{"account": account, "at": e.At})
	})
	return failed("disable account", err)
}
