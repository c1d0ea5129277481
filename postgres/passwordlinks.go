package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

type linkRow struct {
	ID, AccountID, CreatedBy     routing.ID
	Purpose                      routing.LinkPurpose
	CreatedAt, ExpiresAt, UsedAt time.Time
}

func (r linkRow) link() routing.PasswordLink {
	return routing.PasswordLink{ID: r.ID, AccountID: r.AccountID, Purpose: r.Purpose, CreatedBy: r.CreatedBy,
		CreatedAt: utc(r.CreatedAt), ExpiresAt: utc(r.ExpiresAt), UsedAt: utc(r.UsedAt)}
}

const linkColumns = `l.id, l.account_id, l.created_by, l.purpose, l.created_at, l.expires_at, l.used_at`

var (
	revokeLinks = prepared(`UPDATE password_links SET revoked_at = ?at::timestamptz
		WHERE account_id = ?account::uuid AND used_at IS NULL AND revoked_at IS NULL`)
	addLink = prepared(`INSERT INTO password_links (id, account_id, purpose, sha256, created_by, created_at, expires_at)
		VALUES (?id::uuid, ?account::uuid, ?purpose::text, ?sha256::bytea, ?by::uuid, ?at::timestamptz, ?expires::timestamptz)`)
	liveLink = prepared(`SELECT ` + linkColumns + ` FROM password_links l
		WHERE l.sha256 = ?sha256::bytea AND l.used_at IS NULL AND l.revoked_at IS NULL AND l.expires_at > ?at::timestamptz`)
	useLink = prepared(`UPDATE password_links SET used_at = ?at::timestamptz
		WHERE id = ?id::uuid AND sha256 = ?sha256::bytea AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ?at::timestamptz RETURNING id`)
	newSecret = prepared(`UPDATE password_links SET sha256 = ?sha256::bytea
		WHERE id = ?id::uuid AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ?at::timestamptz RETURNING id`)
	resetSince = prepared(`SELECT count(*) AS n FROM password_links WHERE account_id = ?account::uuid AND created_by IS NULL AND created_at > ?since::timestamptz`)
)

// AddLink writes a link down with its mail, if it goes by mail, and its entry.
// The links that the account had are no longer good.
func (s *Store) AddLink(ctx context.Context, l routing.PasswordLink, sha256 []byte, mails []routing.Mail, e routing.Entry, req routing.Request) error {
	_, err := s.Journalled(ctx, e, req, func(tx bun.Tx, _ *routing.Entry) error {
		if err := s.do(ctx, &tx, revokeLinks, args{"account": l.AccountID, "at": l.CreatedAt}); err != nil {
			return err
		}
		err := s.do(ctx, &tx, addLink, args{"id": l.ID, "account": l.AccountID, "purpose": l.Purpose, "sha256": sha256, "by": orNull(l.CreatedBy),
			"at": l.CreatedAt, "expires": l.ExpiresAt})
		if err != nil {
			return err
		}
		return s.addMails(ctx, &tx, mails)
	})
	return failed("add link", err)
}

// AskedLately says whether somebody has asked for a reset of the account since an instant.
func (s *Store) AskedLately(ctx context.Context, account routing.ID, since time.Time) (bool, error) {
	var found struct{ N int }
	err := s.ask(ctx, nil, resetSince, args{"account": account, "since": since}, &found)
	return found.N > 0, failed("look for resets", err)
}

// LiveLink finds a link that is good by the SHA-256 of its secret.
func (s *Store) LiveLink(ctx context.Context, sha256 []byte, now time.Time) (routing.PasswordLink, error) {
	var row linkRow
	err := s.ask(ctx, nil, liveLink, args{"sha256": sha256, "at": now}, &row)
	return row.link(), failed("find link", err)
}

// NewLinkSecret makes the secret of a link, at the moment in which its mail is
// handed to the mail server; the one before, if the mail was tried already, is no
// longer good. routing.ErrNotFound if the link is not good any more.
func (s *Store) NewLinkSecret(ctx context.Context, id routing.ID, now time.Time) (secret string, err error) {
	bytes := make([]byte, 32)
	rand.Read(bytes) // never fails: crypto/rand ends the program instead
	secret = base64.RawURLEncoding.EncodeToString(bytes)
	sum := sha256.Sum256([]byte(secret))
	var found struct{ ID routing.ID }
	err = s.ask(ctx, nil, newSecret, args{"id": id, "sha256": sum[:], "at": now}, &found)
	return secret, failed("make the secret of a link", err)
}

// Redeem sets a password by a link, which is then used up: at the same time twice,
// one of them. All sessions and known devices of the account end.
func (s *Store) Redeem(ctx context.Context, l routing.PasswordLink, linkSHA256 []byte, was, hash string, mails []routing.Mail, e routing.Entry) error {
	_, err := s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, e *routing.Entry) error {
		var found struct{ ID routing.ID }
		err := s.ask(ctx, &tx, useLink, args{"id": l.ID, "sha256": linkSHA256, "at": e.At}, &found)
		if errors.Is(failed("", err), routing.ErrNotFound) {
			return routing.ErrLink
		}
		if err != nil {
			return err
		}
		err = s.ask(ctx, &tx, setPassword, args{"id": l.AccountID, "was": was, "hash": hash, "at": e.At}, &found)
		if errors.Is(failed("", err), routing.ErrNotFound) {
			return routing.ErrLink // somebody set another one meanwhile
		}
		if err != nil {
			return err
		}
		if _, err := endSessions(ctx, tx, l.AccountID, "", string(e.Kind), e.At); err != nil {
			return err
		}
		if _, err := tx.NewRaw(`UPDATE sessions SET device_id = NULL WHERE account_id = ?0; DELETE FROM devices WHERE account_id = ?0`, l.AccountID).Exec(ctx); err != nil {
			return err
		}
		return s.addMails(ctx, &tx, mails)
	})
	return failed("set password by link", err)
}
