package desk

import (
	"context"
	"errors"

	"congvan/accounts"
	"congvan/postgres"
	"congvan/routing"
)

// The refusals of a change of password.
var (
	// ErrPassword says that the present password was not the one given.
	ErrPassword = &routing.Error{Fault: routing.NotAllowed, Code: "password-wrong",
		Message: "Mật khẩu hiện tại chưa đúng; hãy nhập lại."}
	// ErrSessionNeeded says that a program asked for what only a person may do.
	ErrSessionNeeded = &routing.Error{Fault: routing.NotAllowed, Code: "session-needed",
		Message: "Việc này chỉ làm được trong phiên đăng nhập của chính mình, không làm thay và không dùng mã truy cập."}
)

// ChangePassword changes the password of whoever asks, who gives the present one.
// His other sessions end, and he hears of it by mail. routing.ErrField, by the
// name newPassword, if the new one is none to be taken.
func (d *Desk) ChangePassword(ctx context.Context, id Identity, old, password string) error {
	account, err := d.oneself(ctx, id)
	if err != nil {
		return err
	}
	if err := d.confirm(ctx, account, old); err != nil {
		return err
	}
	hash, err := d.newPassword(ctx, account, password)
	if err != nil {
		return err
	}
	mails, err := d.tellAccount(ctx, account, "Mật khẩu của tài khoản đã được thay đổi")
	if err != nil {
		return err
	}
	e := d.entryOf(account.Actor, EntryPasswordChange, routing.Subject{Kind: routing.SubjectAccount, ID: string(account.AccountID)})
	return d.record.SetPassword(ctx, account.AccountID, account.PasswordHash, hash, id.Session.ID, mails, e)
}

// oneself is the account of whoever asks, in a session of his own: neither for
// somebody else nor by a token.
func (d *Desk) oneself(ctx context.Context, id Identity) (postgres.Account, error) {
	if id.Session.ID == "" || id.Actor.Mandate.Kind != "" {
		return postgres.Account{}, ErrSessionNeeded
	}
	return d.record.AccountByID(ctx, id.Session.AccountID, today(d.now()))
}

// confirm checks the present password of somebody who is logged in: a session that
// was left open gives nobody the account. Failures are slowed as those of a login are.
func (d *Desk) confirm(ctx context.Context, account postgres.Account, password string) error {
	t, err := d.countOn(ctx, []postgres.FailureKey{failureKey(countDevice, account.Username, "confirm")})
	if err != nil {
		return err
	}
	right := false
	if accounts.Possible(password) {
		if right, _, err = d.login.Hasher.Verify(ctx, account.PasswordHash, password); err != nil {
			return d.uncounted(ctx, t, err)
		}
	}
	if !right {
		return errors.Join(ErrPassword, d.noteFailure(ctx, account, t))
	}
	return d.record.Forgive(ctx, t.keys, nil)
}

// newPassword checks a password that somebody chose for an account, and hashes it.
// routing.ErrField says what is wrong with it.
func (d *Desk) newPassword(ctx context.Context, account postgres.Account, password string) (hash string, err error) {
	now := today(d.now())
	units, err := d.record.Units(ctx, now)
	if err != nil {
		return "", err
	}
	words := []string{account.Username, account.Title}
	for _, u := range units {
		words = append(words, u.Name, u.Code)
	}
	if weakness := accounts.Check(password, words); weakness != "" {
		return "", routing.ErrField.With("fields", map[string]string{"newPassword": weaknesses[weakness]})
	}
	hash, err = d.login.Hasher.Hash(ctx, password)
	if errors.Is(err, accounts.ErrBusy) {
		err = ErrLoginBusy
	}
	return hash, err
}

var weaknesses = map[accounts.Weakness]string{
	accounts.TooShort:  "ngắn hơn 8 ký tự",
	accounts.TooLong:   "dài quá 128 ký tự",
	accounts.NotText:   "có ký tự không hợp lệ",
	accounts.Common:    "là mật khẩu nhiều người dùng; hãy chọn một câu của riêng mình",
	accounts.Guessable: "dễ đoán vì ghép từ tên đơn vị, tên đăng nhập, năm hoặc dãy phím; hãy chọn một câu của riêng mình",
}

// tellAccount writes the mail that tells the holder of an account what happened to
// it, if he has given an address.
func (d *Desk) tellAccount(ctx context.Context, account postgres.Account, what string) ([]routing.Mail, error) {
	settings, err := d.record.NoticeSettings(ctx, account.PositionID)
	if err != nil || settings.Address == "" {
		return nil, err
	}
	return []routing.Mail{routing.TellOfAccount(account.PositionID, settings, string(postgres.NewID()), what, d.now())}, nil
}
