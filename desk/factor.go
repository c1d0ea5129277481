package desk

import (
	"context"
	"errors"

	"congvan/accounts"
	"congvan/postgres"
	"congvan/routing"
)

// The refusals of second factors.
var (
	ErrCode = postgres.ErrUsed
	// ErrFactorThere says that there is one, which has to be removed first.
	ErrFactorThere = &routing.Error{Fault: routing.Conflict, Code: "second-factor-there",
		Message: "Tài khoản đã có xác thực hai lớp; hãy bỏ cái cũ trước khi đăng ký cái mới."}
	// ErrFactorKept says that this office may not be without one.
	ErrFactorKept = &routing.Error{Fault: routing.Conflict, Code: "second-factor-kept",
		Message: "Chức vụ này phải dùng xác thực hai lớp; khi mất thiết bị hãy nhờ quản trị đặt lại."}
	// ErrNoSeal says that this installation has no key to keep second factors with.
	ErrNoSeal = &routing.Error{Fault: routing.Unavailable, Code: "second-factor-unavailable",
		Message: "Hệ thống chưa có khoá để giữ xác thực hai lớp; hãy báo quản trị."}
)

// issuer is what an authenticator shows above the code.
const issuer = "Công Văn"

// FactorState is what somebody may know of his own second factor.
type FactorState struct {
	Enrolled  bool
	Needed    bool // his office may not be without one
	CodesLeft int  // recovery codes
}

// Factor says how it stands with the second factor of whoever asks.
func (d *Desk) Factor(ctx context.Context, id Identity) (FactorState, error) {
	account, err := d.oneself(ctx, id)
	if err != nil {
		return FactorState{}, err
	}
	state := FactorState{Needed: d.needsFactor(account.Actor), Enrolled: account.HasFactor}
	f, err := d.record.Factor(ctx, account.AccountID)
	if err == nil && state.Enrolled {
		state.CodesLeft = f.CodesLeft
	}
	return state, ignore(err, routing.ErrNotFound)
}

// BeginFactor makes a second factor for whoever asks: the secret, and the address
// that an authenticator takes it from. It is asked for once a code of it was given
// to [Desk.ConfirmFactor]. He gives his password, unless he just has.
func (d *Desk) BeginFactor(ctx context.Context, id Identity, password string) (secret, address string, err error) {
	account, err := d.oneself(ctx, id)
	switch {
	case err != nil:
		return "", "", err
	case id.Session.Stage == postgres.StageCode:
		return "", "", ErrCodeAwaited
	case d.login.Seal == nil:
		return "", "", ErrNoSeal
	case account.HasFactor:
		return "", "", ErrFactorThere
	}
	if err := d.confirmUnlessFresh(ctx, id, account, password); err != nil {
		return "", "", err
	}
	if secret, address, err = accounts.NewFactor(issuer, account.Username); err != nil {
		return "", "", err
	}
	err = d.record.BeginFactor(ctx, account.AccountID, d.login.Seal.Close(secret, string(account.AccountID)), d.now())
	if errors.Is(err, routing.ErrNotFound) {
		err = ErrFactorThere
	}
	return secret, address, err
}

// confirmUnlessFresh asks for the password, but of who has logged in a moment ago
// to do just this, and of who has none.
func (d *Desk) confirmUnlessFresh(ctx context.Context, id Identity, account postgres.Account, password string) error {
	fresh := d.now().Sub(id.Session.CreatedAt) < codeWithin
	if id.Session.Stage == postgres.StageEnrol || account.PasswordHash == "" && fresh {
		return nil
	}
	return d.confirm(ctx, account, password)
}

// ConfirmFactor makes a second factor count, by its first code, and returns the
// recovery codes, which nobody sees again. The session goes on under a new secret,
// and is whole if this was what it waited for.
func (d *Desk) ConfirmFactor(ctx context.Context, id Identity, by Credentials, code string, device Device) (codes []string, secret string, s Session, err error) {
	account, err := d.oneself(ctx, id)
	if err != nil {
		return nil, "", Session{}, err
	}
	if id.Session.Stage == postgres.StageCode || account.HasFactor {
		return nil, "", Session{}, ErrFactorThere
	}
	t, err := d.countOn(ctx, []postgres.FailureKey{failureKey(countDevice, account.Username, "enrol")})
	if err != nil {
		return nil, "", Session{}, err
	}
	proof, err := d.proofOf(ctx, account, code)
	if err != nil || proof.Step == 0 {
		return nil, "", Session{}, errors.Join(err, ErrCode)
	}
	proof.Confirms = true
	codes, proof.Codes = accounts.NewRecoveryCodes()
	e := d.entryOf(account.Actor, EntryFactorEnrolled, routing.Subject{Kind: routing.SubjectAccount, ID: string(account.AccountID)})
	secret, s, err = d.advance(ctx, id.Session, by.Session, device, t.keys, e, proof)
	return codes, secret, s, err
}

// ProveFactor finishes a login by a code of the second factor, or by a recovery
// code. The session goes on under a new secret. ErrCode if the code is wrong or
// was used before.
func (d *Desk) ProveFactor(ctx context.Context, by Credentials, code string, device Device) (secret string, s Session, err error) {
	by.Unfinished = true
	id, err := d.Identify(ctx, by)
	if err != nil {
		return "", Session{}, err
	}
	if id.Session.Stage != postgres.StageCode {
		return "", Session{}, ErrUnauthenticated
	}
	account, err := d.record.AccountByID(ctx, id.Session.AccountID, today(d.now()))
	if err != nil {
		return "", Session{}, err
	}
	t, err := d.count(ctx, account.Username, account, device)
	if err != nil {
		return "", Session{}, err
	}
	proof, err := d.proofOf(ctx, account, code)
	if err == nil {
		e := d.entryOf(account.Actor, EntryLoggedIn, routing.Subject{Kind: routing.SubjectSession, ID: string(id.Session.ID)})
		e.Details = map[string]any{"how": id.Session.How, "device": device.Description, "recoveryCode": proof.Recovery != nil}
		secret, s, err = d.advance(ctx, id.Session, by.Session, device, t.keys, e, proof)
	}
	if errors.Is(err, ErrCode) {
		err = errors.Join(err, d.noteFailure(ctx, account, t))
	}
	return secret, s, err
}

// proofOf reads what somebody gave as a code. ErrCode if it cannot be right; a
// recovery code is judged by the record, which uses it up.
func (d *Desk) proofOf(ctx context.Context, account postgres.Account, code string) (postgres.Proof, error) {
	if digest := accounts.RecoveryDigest(code); digest != nil {
		return postgres.Proof{Recovery: digest}, nil
	}
	f, err := d.record.Factor(ctx, account.AccountID)
	switch {
	case errors.Is(err, routing.ErrNotFound):
		return postgres.Proof{}, ErrCode
	case err != nil:
		return postgres.Proof{}, err
	case d.login.Seal == nil:
		return postgres.Proof{}, ErrNoSeal
	}
	secret, err := d.login.Seal.Open(f.Sealed, string(account.AccountID))
	if err != nil {
		return postgres.Proof{}, errors.Join(ErrNoSeal, err)
	}
	step, right := accounts.CheckCode(secret, code, d.now(), f.LastStep)
	if !right {
		return postgres.Proof{}, ErrCode
	}
	return postgres.Proof{Step: step}, nil
}

// advance makes a session whole under a new secret.
func (d *Desk) advance(ctx context.Context, s Session, was string, device Device, tries []postgres.FailureKey, e routing.Entry, proof postgres.Proof) (string, Session, error) {
	secret, now := accounts.NewSecret(), d.now()
	n := postgres.NewSession{Session: s, Secret: accounts.Digest(secret), Known: accounts.Digest(device.Secret)}
	if n.SeenAt = now; s.Stage != postgres.StageFull {
		n.ExpiresAt = now.Add(d.login.Sessions.Length)
	}
	n.Device = device.Description
	n.Clear, n.Undo = forgiven(tries)
	advanced, err := d.record.AdvanceSession(ctx, n, accounts.Digest(was), e, proof)
	if errors.Is(err, routing.ErrNotFound) {
		err = ErrUnauthenticated
	}
	return secret, advanced, err
}

// RemoveFactor takes the second factor of whoever asks away; he gives his password
// and a code. ErrFactorKept if his office may not be without. His other sessions
// end, and he hears of it by mail.
func (d *Desk) RemoveFactor(ctx context.Context, id Identity, password, code string) error {
	account, err := d.oneself(ctx, id)
	switch {
	case err != nil:
		return err
	case d.needsFactor(account.Actor):
		return ErrFactorKept
	case !account.HasFactor:
		return routing.ErrNotFound
	}
	if err := d.confirm(ctx, account, password); err != nil {
		return err
	}
	// Counted apart: the password that was right forgives what failed under its name.
	t, err := d.countOn(ctx, []postgres.FailureKey{failureKey(countDevice, account.Username, "code")})
	if err != nil {
		return err
	}
	proof, err := d.proofOf(ctx, account, code)
	if err != nil {
		return errors.Join(err, d.noteFailure(ctx, account, t))
	}
	if err := d.removeFactor(ctx, account.Actor, account, id.Session.ID, proof); err != nil {
		return err
	}
	return d.record.Forgive(ctx, t.keys, nil)
}

// ResetFactor takes the second factor of somebody who has lost it away: the
// administrator of his unit does so, who knows him. All his sessions end.
func (d *Desk) ResetFactor(ctx context.Context, actor routing.Actor, account routing.ID) error {
	if account == actor.AccountID {
		return routing.ErrNotAllowed // another administrator does
	}
	if _, err := d.administers(ctx, actor, account); err != nil {
		return err
	}
	of, err := d.record.AccountByID(ctx, account, today(d.now()))
	if err != nil {
		return err
	}
	return d.removeFactor(ctx, actor, of, "", postgres.Proof{})
}

func (d *Desk) removeFactor(ctx context.Context, by routing.Actor, of postgres.Account, except routing.ID, proof postgres.Proof) error {
	mails, err := d.tellAccount(ctx, of, "Xác thực hai lớp của tài khoản đã được bỏ")
	if err != nil {
		return err
	}
	e := d.entryOf(by, EntryFactorRemoved, routing.Subject{Kind: routing.SubjectAccount, ID: string(of.AccountID)})
	e.UnitID = of.UnitID
	return d.record.RemoveFactor(ctx, of.AccountID, except, proof, mails, e)
}
