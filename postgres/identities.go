package postgres

import (
	"context"
	"errors"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

var (
	accountOfIdentity = prepared(`SELECT i.account_id FROM identities i JOIN accounts a ON a.id = i.account_id AND a.disabled_at IS NULL
		WHERE i.issuer = ?issuer::text AND i.subject = ?subject::text`)
	linkIdentity = prepared(`INSERT INTO identities (issuer, subject, account_id, linked_by, linked_at)
		VALUES (?issuer::text, ?subject::text, ?account::uuid, ?by::uuid, ?at::timestamptz)`)
	unlinkIdentity     = prepared(`DELETE FROM identities WHERE account_id = ?account::uuid RETURNING account_id`)
	beginIdentityLogin = prepared(`INSERT INTO identity_logins (state_sha256, browser_sha256, nonce, verifier, return_to, expires_at)
		VALUES (?state::bytea, ?browser::bytea, ?nonce::text, ?verifier::text, ?to::text, ?expires::timestamptz)`)
	forgetIdentityLogins = prepared(`DELETE FROM identity_logins WHERE expires_at <= ?now::timestamptz`)
	takeIdentityLogin    = prepared(`DELETE FROM identity_logins WHERE state_sha256 = ?state::bytea AND browser_sha256 = ?browser::bytea AND expires_at > ?now::timestamptz
		RETURNING nonce, verifier, return_to`)
)

// AccountOfIdentity finds the account that an identity is linked with.
func (s *Store) AccountOfIdentity(ctx context.Context, issuer, subject string) (routing.ID, error) {
	var row struct{ AccountID routing.ID }
	err := s.ask(ctx, nil, accountOfIdentity, args{"issuer": issuer, "subject": subject}, &row)
	return row.AccountID, failed("find the account of an identity", err)
}

// LinkIdentity links an identity with an account, with its entry.
func (s *Store) LinkIdentity(ctx context.Context, account routing.ID, issuer, subject string, e routing.Entry, req routing.Request) error {
	_, err := s.Journalled(ctx, e, req, func(tx bun.Tx, e *routing.Entry) error {
		err := s.do(ctx, &tx, linkIdentity, args{"issuer": issuer, "subject": subject, "account": account, "by": orNull(e.ActorID), "at": e.At})
		if violates(err, "identities_pkey") || violates(err, "identities_account") {
			return routing.ErrIdentityTaken
		}
		return err
	})
	return failed("link identity", err)
}

// UnlinkIdentity takes an account's identity off, and ends its sessions: some of
// them rest on it. Without one nothing happens.
func (s *Store) UnlinkIdentity(ctx context.Context, account routing.ID, e routing.Entry) error {
	_, err := s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, e *routing.Entry) error {
		var gone []struct{ AccountID routing.ID }
		err := s.ask(ctx, &tx, unlinkIdentity, args{"account": account}, &gone)
		if err == nil && len(gone) == 0 {
			err = routing.ErrNotFound
		}
		if err == nil {
			_, err = endSessions(ctx, tx, account, "", string(e.Kind), e.At)
		}
		return err
	})
	if errors.Is(err, routing.ErrNotFound) {
		return nil
	}
	return failed("unlink identity", err)
}

// IdentityLogin is a login at the identity provider that is under way.
type IdentityLogin struct{ Nonce, Verifier, ReturnTo string }

// BeginIdentityLogin remembers one until it expires.
func (s *Store) BeginIdentityLogin(ctx context.Context, state, browser []byte, l IdentityLogin, now, expires time.Time) error {
	if err := s.do(ctx, nil, forgetIdentityLogins, args{"now": now}); err != nil {
		return failed("forget logins", err)
	}
	return failed("begin login", s.do(ctx, nil, beginIdentityLogin, args{"state": state, "browser": browser, "nonce": l.Nonce, "verifier": l.Verifier,
		"to": l.ReturnTo, "expires": expires}))
}

// TakeIdentityLogin finds the login of a state, for the browser that began it, and
// forgets it: a state is good once.
func (s *Store) TakeIdentityLogin(ctx context.Context, state, browser []byte, now time.Time) (l IdentityLogin, err error) {
	err = s.ask(ctx, nil, takeIdentityLogin, args{"state": state, "browser": browser, "now": now}, &l)
	return l, failed("find login", err)
}
