// Package account is what somebody does to his own account: password, second
// factor, sessions, tokens for programs, and how he wants to be told; and the pages
// behind the links in mails, by which a password is set.
package account

import (
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/account", Handle: show},
		{Method: "GET", Path: "/account/password", Handle: showPassword},
		{Method: "POST", Path: "/account/password", Handle: changePassword, Class: gate.ClassLogin},
		{Method: "GET", Path: "/account/second-factor", Handle: showFactor, Unfinished: true},
		{Method: "POST", Path: "/account/second-factor", Handle: beginFactor, Unfinished: true, Class: gate.ClassLogin},
		{Method: "POST", Path: "/account/second-factor/confirm", Handle: confirmFactor, Unfinished: true, Class: gate.ClassLogin},
		{Method: "POST", Path: "/account/second-factor/remove", Handle: removeFactor, Class: gate.ClassLogin},
		{Method: "GET", Path: "/account/sessions", Handle: showSessions},
		{Method: "POST", Path: "/account/sessions/others/end", Handle: endOthers},
		{Method: "POST", Path: "/account/sessions/{id}/end", Handle: endSession},
		{Method: "GET", Path: "/account/tokens", Handle: showTokens},
		{Method: "GET", Path: "/account/tokens/new", Handle: showNewToken},
		{Method: "POST", Path: "/account/tokens/new", Handle: makeToken, Class: gate.ClassLogin},
		{Method: "POST", Path: "/account/tokens/{id}/revoke", Handle: revokeToken},
		{Method: "GET", Path: "/settings/notices", Handle: showNotices},
		{Method: "POST", Path: "/settings/notices", Handle: changeNotices},
		{Method: "GET", Path: routing.LinkPath, Handle: showLink, Open: true},
		{Method: "POST", Path: routing.LinkPath, Handle: redeemLink, Open: true, Class: gate.ClassLogin},
		{Method: "GET", Path: "/password/forgotten", Handle: showForgotten, Open: true},
		{Method: "POST", Path: "/password/forgotten", Handle: forgot, Open: true, Class: gate.ClassLogin},
	}
}

const nav = "/account"

// person is what the first page shows.
type person struct {
	Username, Title, Unit string
	Office                routing.Office
	Fields                []string
	Factor                desk.FactorState
}

func show(v *visit.Visit) error {
	units, err := v.Units()
	if err != nil {
		return err
	}
	officers, err := v.Desk().Officers(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	p := person{Username: v.Actor.Username, Unit: units[v.Actor.UnitID].Name, Office: v.Actor.Office, Fields: v.Actor.Fields}
	for _, o := range officers {
		if o.ID == v.Actor.PositionID {
			p.Title = o.Title
		}
	}
	if v.Actor.Mandate.Kind == "" { // for somebody else's account nobody does anything
		if p.Factor, err = v.Desk().Factor(v.Context(), v.Identity); err != nil {
			return err
		}
	}
	return v.Show(ui.Page{Title: "Tài khoản của tôi", Nav: nav}, page(p))
}

func showPassword(v *visit.Visit) error { return passwordForm(v, 200, inputs.Form{}) }

func passwordForm(v *visit.Visit, status int, f inputs.Form) error {
	return v.ShowAs(status, ui.Page{Title: "Đổi mật khẩu", Nav: nav}, password(f, v.Actor.Username))
}

// typedTwice reads a new password that was typed twice, so that a slip of the
// finger locks nobody out.
func typedTwice(v *visit.Visit) (string, error) {
	typed := v.R.PostForm.Get("newPassword")
	if typed != v.R.PostForm.Get("again") {
		return "", routing.ErrField.With("fields", map[string]string{"again": "hai lần nhập chưa giống nhau; hãy nhập lại"})
	}
	return typed, nil
}

func changePassword(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	typed, err := typedTwice(v)
	if err == nil {
		err = v.Desk().ChangePassword(v.Context(), v.Identity, v.R.PostForm.Get("oldPassword"), typed)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return passwordForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go("/account", "password-changed")
}

func showSessions(v *visit.Visit) error {
	list, err := v.Desk().Sessions(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Phiên đăng nhập", Nav: nav}, sessions(list, v.Identity.Session.ID))
}

func endSession(v *visit.Visit) error {
	if err := v.Desk().EndSession(v.Context(), v.Actor, v.ID("id")); err != nil {
		return err
	}
	return v.Go("/account/sessions", "sessions-ended")
}

func endOthers(v *visit.Visit) error {
	if _, err := v.Desk().EndSessions(v.Context(), v.Actor, v.Actor.AccountID, v.Identity.Session.ID); err != nil {
		return err
	}
	return v.Go("/account/sessions", "sessions-ended")
}
