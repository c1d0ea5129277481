package desk

import (
	"context"
	"errors"
	"strings"
	"time"

	"congvan/accounts"
	"congvan/postgres"
	"congvan/routing"
)

// What is written down about links.
const (
	EntryInvited     routing.EntryKind = "account-invited"
	EntryResetGiven  routing.EntryKind = "password-reset-given"
	EntryResetAsked  routing.EntryKind = "password-reset-asked" // by somebody who knows the name
	EntryPasswordSet routing.EntryKind = "password-set"         // by a link
)

const (
	// resetEvery is how often somebody is sent a link at most: nobody fills
	// another's mailbox.
	resetEvery = 5 * time.Minute
	// forgetTakes is how long the answer to who has forgotten his password takes, at
	// least and always: a clock tells nobody whether there is such an account.
	forgetTakes = 300 * time.Millisecond
)

// OfferPassword lets the holder of an account set his password: for the first time,
// or because he has lost it. An administrator of its unit does so. It goes by mail
// to the address in the notice settings, or, byHand, the secret is in this answer
// only, for the administrator to hand over.
func (d *Desk) OfferPassword(ctx context.Context, actor routing.Actor, account routing.ID, purpose routing.LinkPurpose, byHand bool, req routing.Request) (routing.PasswordLink, string, error) {
	unit, err := d.administersOther(ctx, actor, account)
	if err != nil {
		return routing.PasswordLink{}, "", err
	}
	state, err := d.record.AccountState(ctx, account)
	if err != nil {
		return routing.PasswordLink{}, "", err
	}
	e := d.entryOf(actor, EntryResetGiven, routing.Subject{Kind: routing.SubjectAccount, ID: string(account)})
	e.UnitID = unit
	if _, err := d.record.EntryByRequest(ctx, actor.AccountID, req); err == nil || !errors.Is(err, routing.ErrNotFound) {
		return routing.PasswordLink{AccountID: account, Purpose: purpose}, "", err // asked before: the secret is not shown again
	}
	return d.offer(ctx, state, purpose, byHand, e, req)
}

// OfferPasswordByCommand is OfferPassword by hand for who runs the machines: the
// first administrator of an installation is invited so. The entry names no account
// that asked, and the command as its origin.
func (d *Desk) OfferPasswordByCommand(ctx context.Context, username string, purpose routing.LinkPurpose) (routing.PasswordLink, string, error) {
	state, err := d.record.AccountStateByName(ctx, username)
	if err != nil {
		return routing.PasswordLink{}, "", err
	}
	return d.offer(ctx, state, purpose, true, d.commandEntry(state), routing.Request{})
}

// SetDisabledByCommand is SetDisabled for who runs the machines.
func (d *Desk) SetDisabledByCommand(ctx context.Context, username string, disabled bool) error {
	state, err := d.record.AccountStateByName(ctx, username)
	if err != nil {
		return err
	}
	e := d.commandEntry(state)
	if e.Kind = EntryAccountEnabled; disabled {
		e.Kind = EntryAccountDisabled
	}
	return ignore(d.record.SetDisabled(ctx, state.ID, disabled, e), routing.ErrNotFound)
}

func (d *Desk) commandEntry(a AccountState) routing.Entry {
	return routing.Entry{At: d.now(), Kind: EntryResetGiven, Outcome: routing.OutcomeDone,
		Subject: routing.Subject{Kind: routing.SubjectAccount, ID: string(a.ID)}, UnitID: a.UnitID, Origin: routing.Origin{Face: "command"}}
}

func (d *Desk) offer(ctx context.Context, a AccountState, purpose routing.LinkPurpose, byHand bool, e routing.Entry, req routing.Request) (l routing.PasswordLink, secret string, err error) {
	switch {
	case !a.DisabledAt.IsZero():
		return l, "", routing.ErrAccountDisabled
	case purpose == routing.Invitation && a.HasPassword:
		return l, "", routing.ErrHasPassword
	case purpose == routing.Invitation:
		e.Kind = EntryInvited
	}
	now := d.now()
	l = routing.PasswordLink{ID: postgres.NewID(), AccountID: a.ID, Purpose: purpose, CreatedBy: e.ActorID, CreatedAt: now, ExpiresAt: now.Add(purpose.Life())}
	var mails []routing.Mail
	if !byHand {
		settings, err := d.record.NoticeSettings(ctx, a.PositionID)
		if err != nil {
			return l, "", err
		}
		if settings.Address == "" {
			return l, "", routing.ErrNoAddress
		}
		mails = []routing.Mail{routing.TellOfLink(a.PositionID, settings, l)}
	}
	e.Details = map[string]any{"link": l.ID, "byHand": byHand, "expiresAt": l.ExpiresAt}
	secret = accounts.NewSecret()
	if err := d.record.AddLink(ctx, l, accounts.Digest(secret), mails, e, req); err != nil {
		return l, "", err
	}
	if !byHand {
		secret = "" // the mailer makes the one that counts
	}
	return l, secret, nil
}

// ForgotPassword sends whoever holds an account a link, if there is such an
// account, it has an address, and none was sent a moment ago. The answer is the
// same, and takes as long, whatever came of it. Faults S-06.
func (d *Desk) ForgotPassword(ctx context.Context, username string) error {
	began := time.Now()
	err := d.sendReset(ctx, strings.ToLower(strings.TrimSpace(username)))
	select {
	case <-time.After(forgetTakes - time.Since(began)):
	case <-ctx.Done():
	}
	if fault := routing.FaultOf(err); err != nil && fault != routing.Unavailable && fault != routing.Internal {
		return nil
	}
	return err
}

func (d *Desk) sendReset(ctx context.Context, username string) error {
	a, err := d.record.AccountStateByName(ctx, username)
	if err != nil {
		return err
	}
	now := d.now()
	if lately, err := d.record.AskedLately(ctx, a.ID, now.Add(-resetEvery)); err != nil || lately || !a.HasPassword {
		return err
	}
	e := d.commandEntry(a)
	e.Kind, e.Origin = EntryResetAsked, postgres.OriginOf(ctx)
	_, _, err = d.offer(ctx, a, routing.Reset, false, e, routing.Request{})
	return err
}

// RedeemLink sets the password of the account that a link is for. The link is used
// up; all sessions and known devices of the account end, its second factor stays.
// routing.ErrLink if it is not good; routing.ErrField if the password is none to
// be taken, and the link goes on.
func (d *Desk) RedeemLink(ctx context.Context, secret, password string) error {
	now, digest := d.now(), accounts.Digest(secret)
	l, err := d.record.LiveLink(ctx, digest, now)
	if errors.Is(err, routing.ErrNotFound) {
		return routing.ErrLink
	}
	if err != nil {
		return err
	}
	account, err := d.record.AccountByID(ctx, l.AccountID, today(now))
	if errors.Is(err, routing.ErrNotFound) {
		return routing.ErrLink // disabled, or its position has ended
	}
	if err != nil {
		return err
	}
	hash, err := d.newPassword(ctx, account, password)
	if err != nil {
		return err
	}
	mails, err := d.tellAccount(ctx, account, "Mật khẩu của tài khoản đã được đặt bằng đường dẫn gửi riêng")
	if err != nil {
		return err
	}
	e := d.entryOf(account.Actor, EntryPasswordSet, routing.Subject{Kind: routing.SubjectAccount, ID: string(account.AccountID)})
	e.Details = map[string]any{"link": l.ID, "purpose": l.Purpose}
	return d.record.Redeem(ctx, l, digest, account.PasswordHash, hash, mails, e)
}
