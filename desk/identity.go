package desk

import (
	"context"
	"errors"
	"time"

	"congvan/accounts"
	"congvan/postgres"
	"congvan/routing"
)

// identityWithin is how long a login at the identity provider may take.
const identityWithin = 10 * time.Minute

// IdentityLogin is a login at the identity provider that is under way.
type IdentityLogin = postgres.IdentityLogin

// BeginIdentityLogin remembers a login for the browser that holds a secret. The
// state goes to the provider and comes back; both are kept as SHA-256.
func (d *Desk) BeginIdentityLogin(ctx context.Context, l IdentityLogin) (state, browser string, err error) {
	now := d.now()
	state, browser = accounts.NewSecret(), accounts.NewSecret()
	return state, browser, d.record.BeginIdentityLogin(ctx, accounts.Digest(state), accounts.Digest(browser), l, now, now.Add(identityWithin))
}

// TakeIdentityLogin finds the login of a state, once, for the browser that began
// it. routing.ErrIdentity for any other.
func (d *Desk) TakeIdentityLogin(ctx context.Context, state, browser string) (IdentityLogin, error) {
	l, err := d.record.TakeIdentityLogin(ctx, accounts.Digest(state), accounts.Digest(browser), d.now())
	if errors.Is(err, routing.ErrNotFound) {
		return l, routing.ErrIdentity
	}
	return l, err
}

// LoginByIdentity begins a session for whoever an identity provider vouches for,
// if an administrator has linked the identity with an account beforehand.
func (d *Desk) LoginByIdentity(ctx context.Context, issuer, subject string, device Device) (secret string, s Session, err error) {
	account, err := d.record.AccountOfIdentity(ctx, issuer, subject)
	if err == nil {
		secret, s, err = d.BeginSession(ctx, account, HowOIDC, device)
	}
	if errors.Is(err, routing.ErrNotFound) {
		return "", Session{}, routing.ErrIdentity
	}
	return secret, s, err
}
