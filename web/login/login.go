// Package login is where people come in and go out, and choose how the pages look.
package login

import (
	"net/http"

	"congvan/gate"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/login", Handle: showLogin, Open: true},
		{Method: "POST", Path: "/login", Handle: logIn, Open: true, Class: gate.ClassLogin},
		{Method: "GET", Path: "/login/code", Handle: showCode, Open: true},
		{Method: "POST", Path: "/login/code", Handle: proveCode, Open: true, Class: gate.ClassLogin},
		{Method: "POST", Path: "/logout", Handle: logOut, Open: true},
		{Method: "POST", Path: "/display", Handle: setDisplay, Open: true},
		{Method: "POST", Path: "/acting-for", Handle: actFor},
	}
}

// scripts are those of the page that people come in by.
var scripts = []string{"login.page.js"}

// form is what the pages of a login show.
type form struct {
	Username, Back string
	Provider       bool // people may log in at an identity provider
	Fault          *routing.Error
}

func showLogin(v *visit.Visit) error {
	if v.Known() {
		return v.Go(v.Back(v.Query("back"), "/"), "")
	}
	return v.Show(ui.Page{Title: "Đăng nhập", Plain: true, Scripts: scripts}, page(form{Back: v.Back(v.Query("back"), "/"), Provider: v.Settings().IdentityProvider}))
}

func logIn(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	f := form{Username: v.Value("username"), Back: v.Back(v.Value("back"), "/"), Provider: v.Settings().IdentityProvider}
	secret, session, err := v.Desk().Login(v.Context(), f.Username, v.R.PostForm.Get("password"), v.Device)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			f.Fault = fault
			return v.ShowAs(status, ui.Page{Title: "Đăng nhập", Plain: true, Scripts: scripts}, page(f))
		})
	}
	v.Begin(secret, v.Device)
	v.StopActing() // whoever was here before may have acted for somebody
	if session.Unfinished() {
		return v.Go("/login/code?back="+visit.Escape(f.Back), "")
	}
	return v.Go(f.Back, "")
}

func showCode(v *visit.Visit) error {
	if v.Known() {
		return v.Go(v.Back(v.Query("back"), "/"), "")
	}
	return v.Show(ui.Page{Title: "Xác thực hai lớp", Plain: true}, code(form{Back: v.Back(v.Query("back"), "/")}))
}

func proveCode(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	f := form{Back: v.Back(v.Value("back"), "/")}
	secret, _, err := v.Desk().ProveFactor(v.Context(), v.By, v.Value("code"), v.Device)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			f.Fault = fault
			return v.ShowAs(status, ui.Page{Title: "Xác thực hai lớp", Plain: true}, code(f))
		})
	}
	v.Begin(secret, v.Device)
	v.StopActing() // whoever was here before may have acted for somebody
	return v.Go(f.Back, "")
}

func logOut(v *visit.Visit) error {
	if err := v.Desk().Logout(v.Context(), v.By.Session); err != nil {
		return err
	}
	v.SetCookie(gate.Cookie(gate.SessionCookie, "", 0))
	v.StopActing()
	v.W.Header().Set("Clear-Site-Data", `"storage"`) // what the ward's page keeps for a dead line
	return v.Go("/login", "logged-out")
}

// setDisplay keeps the language and the colours in the browser.
func setDisplay(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	v.KeepDisplay(v.Value("language"), v.Value("theme"))
	http.Redirect(v.W, v.R, v.Back(v.Value("back"), "/"), http.StatusSeeOther)
	return nil
}

// actFor puts the browser into the position of somebody who delegated, or back
// into one's own. What is allowed, the desk decides anew with each request.
func actFor(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	position := routing.ID(v.Value("position"))
	if position == "" {
		v.StopActing()
		return v.Go("/", "")
	}
	own, err := v.Desk().Identify(v.Context(), v.OwnCredentials())
	if err != nil {
		return err
	}
	if _, err := v.Desk().ActFor(v.Context(), own.Actor, position); err != nil {
		return err
	}
	v.ActAs(position)
	return v.Go("/", "")
}
