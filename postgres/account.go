package postgres

import (
	"context"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// Account is an account in the position that it holds on a day, with what a
// login is checked against. PasswordHash never leaves the desk.
type Account struct {
	routing.Actor
	Title        string // of the position
	PasswordHash string // empty: nobody logs in with a password
	HasFactor    bool   // a second factor was enrolled and proved
}

// heldOn joins the account a with the position that it holds on ?day, and with
// what its unit is called then. It must be neither disabled nor without position.
const heldOn = `JOIN positions p ON p.id = a.position_id AND p.valid_from <= ?day::date AND (p.valid_to IS NULL OR p.valid_to > ?day::date)
	JOIN unit_versions v ON v.unit_id = p.unit_id AND v.valid_from <= ?day::date AND (v.valid_to IS NULL OR v.valid_to > ?day::date)`

const accountOn = `SELECT ` + actorColumns + `, p.title, a.password_hash,
		EXISTS (SELECT FROM second_factors f WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL) AS has_factor
	FROM accounts a ` + heldOn + ` WHERE a.disabled_at IS NULL AND `

// Statements, so that no password hash and no digest stands in the text that a
// server may log.
var (
	accountByName = prepared(accountOn + `a.username = ?name::text`)
	accountByID   = prepared(accountOn + `a.id = ?id::uuid`)
)

// AccountByName finds an account that somebody may log in to on a day by its
// name. routing.ErrNotFound if there is none.
func (s *Store) AccountByName(ctx context.Context, username, day string) (Account, error) {
	return s.account(ctx, accountByName, args{"name": username, "day": day})
}

// AccountByID is AccountByName by the id.
func (s *Store) AccountByID(ctx context.Context, id routing.ID, day string) (Account, error) {
	return s.account(ctx, accountByID, args{"id": id, "day": day})
}

func (s *Store) account(ctx context.Context, which *statement, a args) (Account, error) {
	var row struct {
		actorRow            `bun:",extend"`
		Title, PasswordHash string
		HasFactor           bool
	}
	err := s.ask(ctx, nil, which, a, &row)
	return Account{row.actor(), row.Title, row.PasswordHash, row.HasFactor}, failed("find account", err)
}

var (
	setPassword = prepared(`UPDATE accounts SET password_hash = ?hash::text, password_changed_at = ?at::timestamptz
		WHERE id = ?id::uuid AND coalesce(password_hash, '') = ?was::text RETURNING id`)
	renewHash = prepared(`UPDATE accounts SET password_hash = ?hash::text WHERE id = ?id::uuid AND password_hash = ?was::text`)
)

// SetPassword changes the password of an account, if its hash still is was, ends
// its sessions but one, and writes the mails that tell of it. routing.ErrStale if
// somebody was quicker.
func (s *Store) SetPassword(ctx context.Context, account routing.ID, was, hash string, except routing.ID, mails []routing.Mail, e routing.Entry) error {
	_, err := s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, e *routing.Entry) error {
		var changed struct{ ID routing.ID }
		err := s.ask(ctx, &tx, setPassword, args{"id": account, "was": was, "hash": hash, "at": e.At}, &changed)
		if failed("", err) == routing.ErrNotFound {
			return routing.ErrStale
		}
		if err != nil {
			return err
		}
		if _, err := endSessions(ctx, tx, account, except, string(e.Kind), e.At); err != nil {
			return err
		}
		return s.addMails(ctx, &tx, mails)
	})
	return failed("set password", err)
}

// RenewHash stores the same password at other costs, unless it was changed meanwhile.
func (s *Store) RenewHash(ctx context.Context, account routing.ID, was, hash string) error {
	return failed("renew hash", s.do(ctx, nil, renewHash, args{"id": account, "was": was, "hash": hash}))
}

// SeedPasswords hands f the password hashes of those accounts in usernames whose
// password nobody has changed (empty: it has none) and gives all of them the
// hash that f returns. Nobody else seeds while f runs.
func (s *Store) SeedPasswords(ctx context.Context, usernames []string, f func(hashes []string) (string, error)) error {
	return s.inTx(ctx, func(tx bun.Tx) error {
		if err := holdSeedLock(ctx, tx); err != nil {
			return err
		}
		var hashes []string
		err := tx.NewRaw(`SELECT coalesce(password_hash, '') FROM accounts
			WHERE username IN (?) AND password_changed_at IS NULL AND disabled_at IS NULL FOR UPDATE`, bun.List(usernames)).Scan(ctx, &hashes)
		if err != nil {
			return err
		}
		hash, err := f(hashes)
		if err != nil || hash == "" {
			return err
		}
		_, err = tx.NewRaw(`UPDATE accounts SET password_hash = ? WHERE username IN (?) AND password_changed_at IS NULL AND disabled_at IS NULL
			AND password_hash IS DISTINCT FROM ?`,
			hash, bun.List(usernames), hash).Exec(ctx)
		return err
	})
}
