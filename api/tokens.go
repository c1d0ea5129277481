package api

import (
	"context"
	"strings"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
)

// ListTokens lists one's own tokens.
func (s *server) ListTokens(ctx context.Context, _ contract.ListTokensRequestObject) (contract.ListTokensResponseObject, error) {
	actor := gate.CallOf(ctx).Actor
	found, err := s.Desk.Tokens(ctx, actor, actor.AccountID)
	return contract.ListTokens200JSONResponse{TokenListJSONResponse: tokenList(found)}, err
}

// ListTokensOfAccount lists those of an account that one administers.
func (s *server) ListTokensOfAccount(ctx context.Context, in contract.ListTokensOfAccountRequestObject) (contract.ListTokensOfAccountResponseObject, error) {
	found, err := s.Desk.Tokens(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.ListTokensOfAccount200JSONResponse{TokenListJSONResponse: tokenList(found)}, err
}

// MakeToken makes a token and shows its secret, once.
func (s *server) MakeToken(ctx context.Context, in contract.MakeTokenRequestObject) (contract.MakeTokenResponseObject, error) {
	c := gate.CallOf(ctx)
	expires, err := instant("expiresAt", in.Body.ExpiresAt)
	if err != nil {
		return nil, err
	}
	made, secret, err := s.Desk.MakeToken(ctx, c.Actor, c.Identity.Token, routing.Token{
		Name: strings.TrimSpace(in.Body.Name), ExpiresAt: expires, Scopes: answers(in.Body.Scopes, func(x contract.Scope) routing.Scope { return routing.Scope(x) }),
	}, c.Request)
	return contract.MakeToken201JSONResponse{Token: tokenAnswer(made), Secret: secret}, err
}

// RevokeToken ends a token.
func (s *server) RevokeToken(ctx context.Context, in contract.RevokeTokenRequestObject) (contract.RevokeTokenResponseObject, error) {
	ended, err := s.Desk.RevokeToken(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.RevokeToken200JSONResponse(tokenAnswer(ended)), err
}

func tokenList(list []routing.Token) contract.TokenListJSONResponse {
	return contract.TokenListJSONResponse{Items: answers(list, tokenAnswer)}
}

func tokenAnswer(t routing.Token) contract.Token {
	return contract.Token{ID: string(t.ID), AccountID: string(t.AccountID), Username: t.Username, Name: t.Name,
		Scopes:    answers(t.Scopes, func(x routing.Scope) contract.Scope { return contract.Scope(x) }),
		CreatedAt: utc(t.CreatedAt), ExpiresAt: utc(t.ExpiresAt), LastUsedAt: utc(t.LastUsedAt), RevokedAt: utc(t.RevokedAt)}
}

const accountCursor = "c"

// ListAccounts lists the accounts that one administers.
func (s *server) ListAccounts(ctx context.Context, in contract.ListAccountsRequestObject) (contract.ListAccountsResponseObject, error) {
	after := ""
	if in.Params.Cursor != "" {
		parts, err := readCursor(in.Params.Cursor, accountCursor, 1)
		if err != nil {
			return nil, err
		}
		after = parts[0]
	}
	found, next, err := s.Desk.Accounts(ctx, gate.CallOf(ctx).Actor, after, limitOf(in.Params.Limit))
	if next != "" {
		next = writeCursor(accountCursor, next)
	}
	return contract.ListAccounts200JSONResponse{NextCursor: next, Items: answers(found, func(a desk.AccountState) contract.AccountState {
		return contract.AccountState{ID: string(a.ID), Username: a.Username, PositionID: string(a.PositionID), Title: a.Title, UnitID: string(a.UnitID),
			Office: string(a.Office), DisabledAt: utc(a.DisabledAt), HasPassword: a.HasPassword, HasSecondFactor: a.HasFactor, HasAddress: a.Address,
			Issuer: a.Issuer, Subject: a.Subject}
	})}, err
}

// OfferPassword lets somebody set his password.
func (s *server) OfferPassword(ctx context.Context, in contract.OfferPasswordRequestObject) (contract.OfferPasswordResponseObject, error) {
	c := gate.CallOf(ctx)
	l, secret, err := s.Desk.OfferPassword(ctx, c.Actor, routing.ID(in.ID), routing.LinkPurpose(in.Body.Purpose), in.Body.Deliver == "hand", c.Request)
	answer := contract.OfferPassword201JSONResponse{AccountID: string(l.AccountID), Purpose: string(l.Purpose), ExpiresAt: utc(l.ExpiresAt), Secret: secret}
	if secret != "" {
		answer.Link = strings.TrimRight(s.pages, "/") + routing.LinkPath + "#" + secret
	}
	return answer, err
}

// DisableAccount closes an account.
func (s *server) DisableAccount(ctx context.Context, in contract.DisableAccountRequestObject) (contract.DisableAccountResponseObject, error) {
	return contract.DisableAccount204Response{}, s.Desk.SetDisabled(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID), true, in.Body.Reason)
}

// EnableAccount opens it again.
func (s *server) EnableAccount(ctx context.Context, in contract.EnableAccountRequestObject) (contract.EnableAccountResponseObject, error) {
	return contract.EnableAccount204Response{}, s.Desk.SetDisabled(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID), false, in.Body.Reason)
}

// LinkIdentity says who somebody is at the identity provider.
func (s *server) LinkIdentity(ctx context.Context, in contract.LinkIdentityRequestObject) (contract.LinkIdentityResponseObject, error) {
	c := gate.CallOf(ctx)
	return contract.LinkIdentity204Response{}, s.Desk.LinkIdentity(ctx, c.Actor, routing.ID(in.ID), in.Body.Issuer, in.Body.Subject, c.Request)
}

// UnlinkIdentity takes it off.
func (s *server) UnlinkIdentity(ctx context.Context, in contract.UnlinkIdentityRequestObject) (contract.UnlinkIdentityResponseObject, error) {
	return contract.UnlinkIdentity204Response{}, s.Desk.UnlinkIdentity(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
}

// ForgotPassword sends a link, or nothing, and says the same.
func (s *server) ForgotPassword(ctx context.Context, in contract.ForgotPasswordRequestObject) (contract.ForgotPasswordResponseObject, error) {
	return contract.ForgotPassword202Response{}, s.Desk.ForgotPassword(ctx, in.Body.Username)
}

// RedeemLink sets a password by a link.
func (s *server) RedeemLink(ctx context.Context, in contract.RedeemLinkRequestObject) (contract.RedeemLinkResponseObject, error) {
	return contract.RedeemLink204Response{}, s.Desk.RedeemLink(ctx, in.Body.Secret, in.Body.NewPassword)
}
