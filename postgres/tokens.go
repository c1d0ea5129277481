package postgres

import (
	"context"
	"errors"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// tokenRow is a token as it lies in the table.
type tokenRow struct {
	ID, AccountID                               routing.ID
	Username, Name                              string
	Scopes                                      []string `bun:",array"`
	CreatedAt, ExpiresAt, LastUsedAt, RevokedAt time.Time
}

func (r tokenRow) token() routing.Token {
	t := routing.Token{ID: r.ID, AccountID: r.AccountID, Username: r.Username, Name: r.Name,
		CreatedAt: r.CreatedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC(), LastUsedAt: r.LastUsedAt, RevokedAt: r.RevokedAt}
	for _, s := range r.Scopes {
		t.Scopes = append(t.Scopes, routing.Scope(s))
	}
	return t
}

// actorByToken is asked by every request of a program: one statement, by two
// unique indexes and two primary keys.
var actorByToken = prepared(`
	SELECT t.id, t.name, t.scopes, t.created_at, t.expires_at, t.last_used_at,
		` + actorColumns + `
	FROM tokens t JOIN accounts a ON a.id = t.account_id JOIN positions p ON p.id = a.position_id
	JOIN unit_versions v ON v.unit_id = p.unit_id AND v.valid_from <= ?day::date AND (v.valid_to IS NULL OR v.valid_to > ?day::date)
	WHERE t.sha256 = ?sha256::bytea AND t.revoked_at IS NULL AND t.expires_at > ?now::timestamptz AND a.disabled_at IS NULL
	  AND p.valid_from <= ?day::date AND (p.valid_to IS NULL OR p.valid_to > ?day::date)`)

// tokenUsed writes down that a token was used. Of many requests at once one
// writes and none waits.
var tokenUsed = prepared(`
	UPDATE tokens SET last_used_at = ?now::timestamptz WHERE id IN (
		SELECT id FROM tokens WHERE id = ?id::uuid AND (last_used_at IS NULL OR last_used_at <= ?before::timestamptz)
		FOR UPDATE SKIP LOCKED)`)

// usedWithin is how exactly the last use of a token is known: one write in it.
const usedWithin = time.Minute

// ActorByToken finds who holds the token, in the position held on a day
// (2006-01-02), and the token itself. routing.ErrNotFound if nobody does: it was
// never made, has been revoked, has expired, or its account is disabled.
func (s *Store) ActorByToken(ctx context.Context, tokenSHA256 []byte, now time.Time, day string) (routing.Actor, routing.Token, error) {
	var row struct {
		actorRow                                    `bun:",extend"`
		ID                                          routing.ID
		Name                                        string
		Scopes                                      []string `bun:",array"`
		CreatedAt, ExpiresAt, LastUsedAt, RevokedAt time.Time
	}
	if err := s.ask(ctx, nil, actorByToken, args{"sha256": tokenSHA256, "now": now, "day": day}, &row); err != nil {
		return routing.Actor{}, routing.Token{}, failed("find actor", err)
	}
	if now.Sub(row.LastUsedAt) >= usedWithin {
		// Known a little late, or not at all while the record takes no writes, it
		// keeps nobody from his work.
		_ = s.do(ctx, nil, tokenUsed, args{"id": row.ID, "now": now, "before": now.Add(-usedWithin)})
	}
	token := tokenRow{ID: row.ID, AccountID: row.AccountID, Username: row.Username, Name: row.Name, Scopes: row.Scopes,
		CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt, LastUsedAt: row.LastUsedAt}
	return row.actor(), token.token(), nil
}

const listTokens = `SELECT t.id, t.account_id, a.username, t.name, t.scopes, t.created_at, t.expires_at, t.last_used_at, t.revoked_at
	FROM tokens t JOIN accounts a ON a.id = t.account_id WHERE `

// tokensShown is how many of an account's tokens are listed: those that are good,
// and the last ones that were.
const tokensShown = 100

// TokensOf lists the tokens of an account, the newest first.
func (s *Store) TokensOf(ctx context.Context, account routing.ID) ([]routing.Token, error) {
	var rows []tokenRow
	err := s.db.NewRaw(listTokens+`t.account_id = ? ORDER BY t.created_at DESC, t.id LIMIT ?`, account, tokensShown).Scan(ctx, &rows)
	tokens := make([]routing.Token, len(rows))
	for i, row := range rows {
		tokens[i] = row.token()
	}
	return tokens, failed("list tokens", err)
}

// Token finds a token by its id.
func (s *Store) Token(ctx context.Context, id routing.ID) (routing.Token, error) {
	var row tokenRow
	err := s.db.NewRaw(listTokens+`t.id = ?`, id).Scan(ctx, &row)
	return row.token(), failed("find token", err)
}

var (
	lockAccount = prepared(`SELECT id FROM accounts WHERE id = ?account::uuid FOR NO KEY UPDATE`)
	liveTokens  = prepared(`SELECT count(*) AS n FROM tokens WHERE account_id = ?account::uuid AND revoked_at IS NULL AND expires_at > ?at::timestamptz`)
	liveMaker   = prepared(`SELECT id FROM tokens WHERE id = ?id::uuid AND revoked_at IS NULL AND expires_at > ?at::timestamptz`)
	addToken    = prepared(`INSERT INTO tokens (id, account_id, name, scopes, sha256, created_at, expires_at)
		VALUES (?id::uuid, ?account::uuid, ?name::text, ?scopes::text[], ?sha256::bytea, ?at::timestamptz, ?expires::timestamptz)`)
)

// AddToken writes a token down with its entry. routing.ErrTokens if the account
// has as many as it may; ErrRequestSeen if the request has made one before.
func (s *Store) AddToken(ctx context.Context, t routing.Token, sha256 []byte, e routing.Entry, req routing.Request) error {
	_, err := s.Journalled(ctx, e, req, func(tx bun.Tx, _ *routing.Entry) error {
		var account struct{ ID routing.ID }
		if err := s.ask(ctx, &tx, lockAccount, args{"account": t.AccountID}, &account); err != nil {
			return err
		}
		if t.MadeBy != "" { // revoked since the request came in, it makes nothing any more
			var maker struct{ ID routing.ID }
			if err := s.ask(ctx, &tx, liveMaker, args{"id": t.MadeBy, "at": t.CreatedAt}, &maker); err != nil {
				return err
			}
		}
		var live struct{ N int }
		if err := s.ask(ctx, &tx, liveTokens, args{"account": t.AccountID, "at": t.CreatedAt}, &live); err != nil {
			return err
		}
		if live.N >= routing.MaxTokens {
			return routing.ErrTokens
		}
		return s.do(ctx, &tx, addToken, args{"id": t.ID, "account": t.AccountID, "name": t.Name, "scopes": array(t.Scopes), "sha256": sha256,
			"at": t.CreatedAt, "expires": t.ExpiresAt})
	})
	return failed("add token", err)
}

// revokeToken ends a token and those that it made, and those that they made: who had
// it must keep nothing. Which did stands in the journal; none lives longer than its
// maker, so the live ones are all there is to follow.
var revokeToken = prepared(`WITH RECURSIVE live AS (
		SELECT t.id, j.details->>'by' AS maker FROM tokens t
		LEFT JOIN journal j ON j.subject_kind = 'token' AND j.subject_id = t.id::text AND j.kind = 'token-made'
		WHERE t.account_id = ?account::uuid AND t.revoked_at IS NULL
	), gone AS (
		SELECT id FROM live WHERE id = ?id::uuid
		UNION SELECT live.id FROM live JOIN gone ON live.maker = gone.id::text
	)
	UPDATE tokens SET revoked_at = ?at::timestamptz WHERE id IN (SELECT id FROM gone) RETURNING id`)

// RevokeToken ends a token of an account, and those that were made by it, at once,
// with its entry; one that was revoked before stays as it is, without one.
func (s *Store) RevokeToken(ctx context.Context, account, id routing.ID, e routing.Entry) error {
	_, err := s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, e *routing.Entry) error {
		var locked struct{ ID routing.ID }
		if err := s.ask(ctx, &tx, lockAccount, args{"account": account}, &locked); err != nil {
			return err
		}
		var gone []struct{ ID routing.ID }
		if err := s.ask(ctx, &tx, revokeToken, args{"account": account, "id": id, "at": e.At}, &gone); err != nil {
			return err
		}
		if len(gone) == 0 {
			return errUnchanged
		}
		var made []routing.ID
		for _, t := range gone {
			if t.ID != id {
				made = append(made, t.ID)
			}
		}
		if len(made) > 0 {
			if e.Details == nil {
				e.Details = map[string]any{}
			}
			e.Details["madeByIt"] = made
		}
		return nil
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return failed("revoke token", err)
}
