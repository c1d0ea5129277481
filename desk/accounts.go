package desk

import (
	"context"

	"congvan/postgres"
	"congvan/routing"
)

// What is written down about accounts.
const (
	EntryAccountDisabled  routing.EntryKind = "account-disabled"
	EntryAccountEnabled   routing.EntryKind = "account-enabled"
	EntryIdentityLinked   routing.EntryKind = "identity-linked"
	EntryIdentityUnlinked routing.EntryKind = "identity-unlinked"
)

// AccountState is an account as an administrator sees it.
type AccountState = postgres.AccountState

// Accounts lists the accounts that the actor administers, those of his unit and of
// the units below, by name after one. next is empty after the last page.
func (d *Desk) Accounts(ctx context.Context, actor routing.Actor, after string, limit int) (list []AccountState, next string, err error) {
	if !actor.MayAdminister(true) { // they are his unit's and below
		return nil, "", routing.ErrNotAllowed
	}
	limit = pageLimit(limit)
	list, err = d.record.AccountsBelow(ctx, actor.UnitID, today(d.now()), after, limit+1)
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].Username
	}
	return list, next, err
}

// SetDisabled closes an account or opens it again: an administrator of its unit
// does so, with a reason, and never his own. A closed account is out with its next
// request; opened again it logs in anew.
func (d *Desk) SetDisabled(ctx context.Context, actor routing.Actor, account routing.ID, disabled bool, reason string) error {
	unit, err := d.administersOther(ctx, actor, account)
	if err != nil {
		return err
	}
	if err := routing.CheckSecrecy(routing.NoSecret, reason); err != nil {
		return err
	}
	kind := EntryAccountEnabled
	if disabled {
		kind = EntryAccountDisabled
	}
	e := d.entryOf(actor, kind, routing.Subject{Kind: routing.SubjectAccount, ID: string(account)})
	e.UnitID, e.Details = unit, map[string]any{"reason": reason}
	return ignore(d.record.SetDisabled(ctx, account, disabled, e), routing.ErrNotFound)
}

// administersOther is administers for what nobody does to himself.
func (d *Desk) administersOther(ctx context.Context, actor routing.Actor, account routing.ID) (routing.ID, error) {
	if actor.Mandate.Kind == "" && account == actor.AccountID {
		return "", routing.ErrOwnAccount
	}
	return d.administers(ctx, actor, account)
}

// LinkIdentity says by which identity somebody may log in to an account at the
// identity provider: the administrator has looked who he is. Asked again it is the same.
func (d *Desk) LinkIdentity(ctx context.Context, actor routing.Actor, account routing.ID, issuer, subject string, req routing.Request) error {
	unit, err := d.administersOther(ctx, actor, account)
	if err != nil {
		return err
	}
	state, err := d.record.AccountState(ctx, account)
	if err != nil || state.Issuer == issuer && state.Subject == subject {
		return err
	}
	e := d.entryOf(actor, EntryIdentityLinked, routing.Subject{Kind: routing.SubjectAccount, ID: string(account)})
	e.UnitID, e.Details = unit, map[string]any{"issuer": issuer, "subject": subject}
	return ignore(d.record.LinkIdentity(ctx, account, issuer, subject, e, req), postgres.ErrRequestSeen)
}

// UnlinkIdentity takes it off again, and ends the account's sessions.
func (d *Desk) UnlinkIdentity(ctx context.Context, actor routing.Actor, account routing.ID) error {
	unit, err := d.administersOther(ctx, actor, account)
	if err != nil {
		return err
	}
	e := d.entryOf(actor, EntryIdentityUnlinked, routing.Subject{Kind: routing.SubjectAccount, ID: string(account)})
	e.UnitID = unit
	return d.record.UnlinkIdentity(ctx, account, e)
}
