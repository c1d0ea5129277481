package desk

import (
	"context"
	"errors"
	"slices"

	"congvan/accounts"
	"congvan/postgres"
	"congvan/routing"
)

// What is written down about tokens.
const (
	EntryTokenMade    routing.EntryKind = "token-made"
	EntryTokenRevoked routing.EntryKind = "token-revoked"
)

// Tokens lists the tokens of an account, the newest first: its owner sees them,
// and the administrator of his unit. Their texts are nowhere.
func (d *Desk) Tokens(ctx context.Context, actor routing.Actor, account routing.ID) ([]routing.Token, error) {
	if _, err := d.administers(ctx, actor, account); err != nil {
		return nil, err
	}
	return d.record.TokensOf(ctx, account)
}

// MakeToken makes a token for a program that asks in the actor's own name. by is
// the token that he came with, the zero one in a session. The secret is in this
// answer only: the same request again finds the token, and no secret.
func (d *Desk) MakeToken(ctx context.Context, actor routing.Actor, by routing.Token, in routing.Token, req routing.Request) (t routing.Token, secret string, err error) {
	if actor.Mandate.Kind != "" {
		return t, "", routing.ErrNotAllowed
	}
	now := d.now()
	in.ID, in.AccountID, in.Username, in.CreatedAt, in.ExpiresAt = idOf(actor, req), actor.AccountID, actor.Username, now, microseconds(in.ExpiresAt)
	if first, err := d.record.Token(ctx, in.ID); err == nil { // asked before
		return first, "", unlessReused(first.Name == in.Name && first.ExpiresAt.Equal(in.ExpiresAt) && slices.Equal(first.Scopes, in.Scopes))
	}
	var maker *routing.Token
	if by.ID != "" {
		maker = &by
	}
	if err := in.Check(now, maker); err != nil {
		return t, "", err
	}
	secret = accounts.NewSecret()
	e := d.entryOf(actor, EntryTokenMade, routing.Subject{Kind: routing.SubjectToken, ID: string(in.ID)})
	e.Details = map[string]any{"scopes": in.Scopes, "expiresAt": in.ExpiresAt}
	if maker != nil {
		in.MadeBy, e.Details["by"] = maker.ID, maker.ID
	}
	switch err := d.record.AddToken(ctx, in, accounts.Digest(secret), e, req); {
	case errors.Is(err, postgres.ErrRequestSeen): // the same request was quicker
		first, err := d.record.Token(ctx, in.ID)
		return first, "", err
	case err != nil:
		return t, "", err
	}
	return in, secret, nil
}

// RevokeToken ends a token at once, with all that were made by it: its owner does so,
// or the administrator of his unit.
func (d *Desk) RevokeToken(ctx context.Context, actor routing.Actor, id routing.ID) (routing.Token, error) {
	if !validID(id) {
		return routing.Token{}, routing.ErrNotFound
	}
	t, err := d.record.Token(ctx, id)
	if err != nil {
		return t, err
	}
	unit, err := d.administers(ctx, actor, t.AccountID)
	if err != nil {
		return routing.Token{}, err
	}
	e := d.entryOf(actor, EntryTokenRevoked, routing.Subject{Kind: routing.SubjectToken, ID: string(id)})
	if e.UnitID = unit; t.AccountID != actor.AccountID {
		e.Details = map[string]any{"account": t.AccountID}
	}
	if err := d.record.RevokeToken(ctx, t.AccountID, id, e); err != nil {
		return t, err
	}
	return d.record.Token(ctx, id)
}
