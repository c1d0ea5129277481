package admin

import (
	"context"
	"strings"
	"time"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

const navAccounts = "/admin/accounts"

// accountsView is one page of the accounts.
type accountsView struct {
	List  []desk.AccountState
	Units map[routing.ID]postgres.Unit
	After string // what this page begins after
	Next  string
}

func showAccounts(v *visit.Visit) error {
	after := v.Query("after")
	list, next, err := v.Desk().Accounts(v.Context(), v.Actor, after, desk.PageLimit)
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Tài khoản", Nav: navAccounts}, accounts(accountsView{list, units, after, next}))
}

// accountView is one account.
type accountView struct {
	desk.AccountState
	Unit   string
	Tokens []routing.Token
	Now    time.Time
	Own    bool
	Fault  *routing.Error
}

func showAccount(v *visit.Visit) error { return accountPage(v, 200, nil) }

func accountPage(v *visit.Visit, status int, fault *routing.Error) error {
	a, err := v.Desk().Account(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	tokens, err := v.Desk().Tokens(v.Context(), v.Actor, a.ID)
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	return v.ShowAs(status, ui.Page{Title: "Tài khoản", Nav: navAccounts},
		account(accountView{a, units[a.UnitID].Name, tokens, v.Now(), a.ID == v.Actor.AccountID, fault}))
}

func accountPath(id routing.ID) string { return navAccounts + "/" + string(id) }

// onAccount does something to the account that the path names, and shows it again.
func onAccount(v *visit.Visit, done string, do func(id routing.ID) error) error {
	if err := v.Form(); err != nil {
		return err
	}
	if err := do(v.ID("id")); err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return accountPage(v, status, fault) })
	}
	return v.Go(accountPath(v.ID("id")), done)
}

func offerPassword(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	byHand := v.Value("deliver") == "hand"
	l, secret, err := v.Desk().OfferPassword(v.Context(), v.Actor, v.ID("id"), routing.LinkPurpose(v.Value("purpose")), byHand, req)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return accountPage(v, status, fault) })
	}
	if !byHand {
		return v.Go(accountPath(v.ID("id")), "link-sent")
	}
	link := ""
	if secret != "" {
		link = strings.TrimRight(v.Settings().Address, "/") + routing.LinkPath + "#" + secret
	}
	return v.Show(ui.Page{Title: "Đường dẫn đặt mật khẩu", Nav: navAccounts}, handLink(link, l.ExpiresAt, accountPath(v.ID("id"))))
}

func disabledForm(v *visit.Visit, status int, f inputs.Form) error {
	a, err := v.Desk().Account(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	return v.ShowAs(status, ui.Page{Title: "Khoá tài khoản", Nav: navAccounts}, disabled(f, a))
}

func showDisabled(v *visit.Visit) error { return disabledForm(v, 200, inputs.Form{}) }

func setDisabled(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	reason := v.Value("reason")
	err := routing.CheckReason(reason)
	if err == nil {
		err = v.Desk().SetDisabled(v.Context(), v.Actor, v.ID("id"), v.Value("disabled") == "yes", reason)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return disabledForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go(accountPath(v.ID("id")), "saved")
}

func endSessions(v *visit.Visit) error {
	return onAccount(v, "sessions-ended", func(id routing.ID) error {
		_, err := v.Desk().EndSessions(v.Context(), v.Actor, id, "")
		return err
	})
}

func resetFactor(v *visit.Visit) error {
	return onAccount(v, "saved", func(id routing.ID) error { return v.Desk().ResetFactor(v.Context(), v.Actor, id) })
}

func unlinkIdentity(v *visit.Visit) error {
	return onAccount(v, "saved", func(id routing.ID) error { return v.Desk().UnlinkIdentity(v.Context(), v.Actor, id) })
}

func revokeToken(v *visit.Visit) error {
	return onAccount(v, "revoked", func(routing.ID) error {
		_, err := v.Desk().RevokeToken(v.Context(), v.Actor, v.ID("token"))
		return err
	})
}

func identityForm(v *visit.Visit, status int, f inputs.Form) error {
	a, err := v.Desk().Account(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	return v.ShowAs(status, ui.Page{Title: "Gắn danh tính", Nav: navAccounts}, identity(f, a))
}

func showIdentity(v *visit.Visit) error { return identityForm(v, 200, inputs.Form{}) }

func linkIdentity(v *visit.Visit) error {
	req, err := v.Request()
	if err == nil {
		err = v.Desk().LinkIdentity(v.Context(), v.Actor, v.ID("id"), v.Value("issuer"), v.Value("subject"), req)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return identityForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go(accountPath(v.ID("id")), "saved")
}

// accountLight is the state of an account in a colour and a word.
func accountLight(ctx context.Context, a desk.AccountState) (string, string) {
	switch {
	case !a.DisabledAt.IsZero():
		return "bad", ui.T(ctx, "bị khoá")
	case !a.HasPassword && a.Subject == "":
		return "soon", ui.T(ctx, "chưa đặt mật khẩu")
	default:
		return "good", ui.T(ctx, "đang dùng")
	}
}

const navBooks = "/admin/books"

// bookRow is a book with the name of its unit.
type bookRow struct {
	postgres.Book
	Unit string
}

func showBooks(v *visit.Visit) error {
	list, err := v.Desk().Books(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	o, err := v.Desk().Organisation(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	names := namesOf(o.Chart, today(v))
	rows := make([]bookRow, len(list))
	for i, b := range list {
		rows[i] = bookRow{b, names[b.UnitID]}
	}
	return v.Show(ui.Page{Title: "Sổ văn bản", Nav: navBooks}, books(rows))
}
