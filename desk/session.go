package desk

import (
	"context"
	"errors"
	"time"

	"congvan/accounts"
	"congvan/postgres"
	"congvan/routing"
)

// How a session may begin.
const (
	HowPassword   = "password"
	HowInvitation = "invitation"
	HowOIDC       = "oidc" // the second factor is the matter of the authority that vouches
)

// What is written down about logins.
const (
	EntryPasswordRight  routing.EntryKind = "password-right" // the code of the second factor is awaited
	EntryLoggedIn       routing.EntryKind = "logged-in"
	EntryLoginFailed    routing.EntryKind = "login-failed" // not each: see accounts.Noted
	EntryLoggedOut      routing.EntryKind = "logged-out"
	EntrySessionEnded   routing.EntryKind = "session-ended"  // one, from another one or by an administrator
	EntrySessionsEnded  routing.EntryKind = "sessions-ended" // all, or all others
	EntryPasswordChange routing.EntryKind = "password-changed"
	EntryFactorEnrolled routing.EntryKind = "second-factor-enrolled"
	EntryFactorRemoved  routing.EntryKind = "second-factor-removed"
)

// How long a login that is not finished waits.
const (
	codeWithin  = 10 * time.Minute
	enrolWithin = 30 * time.Minute
)

// Device is the browser that somebody logs in with.
type Device struct {
	Network     string // its address cut to its network, as routing.Origin; empty: this machine's own
	Description string // a few words of the house, never what the browser says of itself
	// Secret is what the browser keeps for long, so that it is known again. The
	// face makes one with [NewDeviceSecret] where there is none.
	Secret string
	// Previous is the secret of the session that the browser had; it ends.
	Previous string
}

// NewDeviceSecret makes what a browser is known by.
func NewDeviceSecret() string { return accounts.NewSecret() }

// BeginSession begins a session for whoever has shown that the account is his.
// how says by what. The secret is for the session's cookie and is not kept.
// The session may still await a second factor: see its Stage.
// routing.ErrNotFound if nobody may log in to the account.
func (d *Desk) BeginSession(ctx context.Context, account routing.ID, how string, device Device) (secret string, s Session, err error) {
	a, err := d.record.AccountByID(ctx, account, today(d.now()))
	if err != nil {
		return "", Session{}, err
	}
	return d.begin(ctx, a, how, device, nil)
}

// begin writes the session down; tries are the failures that the try was counted as.
func (d *Desk) begin(ctx context.Context, a postgres.Account, how string, device Device, tries []postgres.FailureKey) (string, Session, error) {
	now, secret := d.now(), accounts.NewSecret()
	n := postgres.NewSession{Session: Session{ID: postgres.NewID(), AccountID: a.AccountID, How: how, Stage: postgres.StageFull,
		Network: device.Network, Device: device.Description, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(d.login.Sessions.Length)},
		Secret: accounts.Digest(secret), Previous: accounts.Digest(device.Previous)}
	kind := EntryLoggedIn
	switch {
	case a.HasFactor && how != HowOIDC:
		n.Stage, n.ExpiresAt, n.Undo, kind = postgres.StageCode, now.Add(codeWithin), tries, EntryPasswordRight
	case how != HowOIDC && d.needsFactor(a.Actor):
		n.Stage, n.ExpiresAt = postgres.StageEnrol, now.Add(enrolWithin)
		n.Clear, n.Undo = forgiven(tries)
	default:
		n.Known = accounts.Digest(device.Secret)
		n.Clear, n.Undo = forgiven(tries)
	}
	e := d.entryOf(a.Actor, kind, routing.Subject{Kind: routing.SubjectSession, ID: string(n.ID)})
	e.Details = map[string]any{"how": how, "device": device.Description, "stage": n.Stage}
	return secret, n.Session, d.record.BeginSession(ctx, n, e)
}

// needsFactor says whether an office may do nothing without a second factor.
func (d *Desk) needsFactor(a routing.Actor) bool {
	return d.login.SecondFactor == SecondFactorRequired && a.Office.NeedsSecondFactor()
}

// Sessions lists the sessions of the actor's account, the last used first.
func (d *Desk) Sessions(ctx context.Context, actor routing.Actor) ([]Session, error) {
	if actor.Mandate.Kind != "" {
		return nil, routing.ErrNotAllowed
	}
	now := d.now()
	return d.record.Sessions(ctx, actor.AccountID, now, now.Add(-d.login.Sessions.Idle))
}

// Logout ends the session that a request came with, finished or not. Without one
// nothing is left to be done.
func (d *Desk) Logout(ctx context.Context, secret string) error {
	id, err := d.Identify(ctx, Credentials{Session: secret, Unfinished: true})
	if err != nil {
		return ignore(err, ErrUnauthenticated)
	}
	e := d.entryOf(id.Actor, EntryLoggedOut, routing.Subject{Kind: routing.SubjectSession, ID: string(id.Session.ID)})
	return ignore(d.record.EndSession(ctx, id.Session.ID, e), routing.ErrNotFound)
}

// EndSession ends one session: of the actor's own account, or of one that he
// administers. It is over with its next request.
func (d *Desk) EndSession(ctx context.Context, actor routing.Actor, id routing.ID) error {
	if !validID(id) {
		return routing.ErrNotFound
	}
	s, err := d.record.SessionByID(ctx, id)
	if err != nil {
		return err
	}
	unit, err := d.administers(ctx, actor, s.AccountID)
	if err != nil {
		return err
	}
	e := d.entryOf(actor, EntrySessionEnded, routing.Subject{Kind: routing.SubjectSession, ID: string(id)})
	e.UnitID = unit
	if e.Details = actor.Signed(nil); s.AccountID != actor.AccountID {
		e.Details = actor.Signed(map[string]any{"account": s.AccountID})
	}
	return ignore(d.record.EndSession(ctx, id, e), routing.ErrNotFound)
}

// EndSessions ends the sessions of an account but one (empty: all of them), and
// says how many: the account's owner does so, or an administrator of his unit.
// Tokens are no sessions.
func (d *Desk) EndSessions(ctx context.Context, actor routing.Actor, account, except routing.ID) (int, error) {
	unit, err := d.administers(ctx, actor, account)
	if err != nil {
		return 0, err
	}
	e := d.entryOf(actor, EntrySessionsEnded, routing.Subject{Kind: routing.SubjectAccount, ID: string(account)})
	e.UnitID = unit
	return d.record.EndSessions(ctx, account, except, e)
}

// administers finds the unit of an account that is the actor's own or that he
// looks after. For him no other account exists.
func (d *Desk) administers(ctx context.Context, actor routing.Actor, account routing.ID) (routing.ID, error) {
	switch {
	case actor.Mandate.Kind != "":
		return "", routing.ErrNotAllowed
	case account == actor.AccountID:
		return actor.UnitID, nil
	case !validID(account) || !actor.MayAdminister(true): // wherever it is
		return "", routing.ErrNotFound
	}
	unit, err := d.record.UnitOfAccount(ctx, account)
	if err != nil {
		return "", err
	}
	within, err := d.record.UnitWithin(ctx, unit, actor.UnitID, today(d.now()))
	if err != nil {
		return "", err
	}
	if !actor.MayAdminister(within) {
		return "", routing.ErrNotFound
	}
	return unit, nil
}

// ignore is err, unless it is one that changes nothing.
func ignore(err, harmless error) error {
	if errors.Is(err, harmless) {
		return nil
	}
	return err
}
