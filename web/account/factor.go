package account

import (
	"fmt"
	"strings"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"

	"github.com/skip2/go-qrcode"
)

var factorPage = ui.Page{Title: "Xác thực hai lớp", Nav: nav}

// factorView is what the page of the second factor shows.
type factorView struct {
	State     desk.FactorState
	Fresh     bool // he has just given his password
	Form      inputs.Form
	Removing  bool // the form that was refused is that of removing
	Enrolling bool // the session waits for it
}

// enrolment is a second factor that waits for its first code.
type enrolment struct {
	Address, Secret string
	Form            inputs.Form
}

func showFactor(v *visit.Visit) error { return factorForm(v, 200, factorView{}) }

func factorForm(v *visit.Visit, status int, view factorView) error {
	stage := v.Identity.Session.Stage
	if stage == postgres.StageCode {
		return desk.ErrCodeAwaited
	}
	var err error
	if view.State, err = v.Desk().Factor(v.Context(), v.Identity); err != nil {
		return err
	}
	view.Enrolling = stage == postgres.StageEnrol
	view.Fresh = view.Enrolling
	return v.ShowAs(status, factorPage, factor(view))
}

func beginFactor(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	secret, address, err := v.Desk().BeginFactor(v.Context(), v.Identity, v.R.PostForm.Get("password"))
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			return factorForm(v, status, factorView{Form: inputs.Typed(v, fault)})
		})
	}
	return v.Show(factorPage, enrol(enrolment{Address: address, Secret: secret}))
}

func confirmFactor(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	codes, secret, _, err := v.Desk().ConfirmFactor(v.Context(), v.Identity, v.By, v.Value("code"), v.Device)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			e := enrolment{Address: v.Value("address"), Secret: v.Value("secret"), Form: inputs.Typed(v, fault)}
			return v.ShowAs(status, factorPage, enrol(e))
		})
	}
	v.Begin(secret, v.Device)
	return v.Show(factorPage, recovery(codes))
}

func removeFactor(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	if err := v.Desk().RemoveFactor(v.Context(), v.Identity, v.R.PostForm.Get("password"), v.Value("code")); err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			return factorForm(v, status, factorView{Form: inputs.Typed(v, fault), Removing: true})
		})
	}
	return v.Go("/account/second-factor", "saved")
}

// longestAddress is far above any address of a second factor.
const longestAddress = 512

// qr is the picture of an address that authenticators take a second factor from,
// as the path of an SVG, and its size; empty if it is no such address.
func qr(address string) (path string, size int) {
	if !strings.HasPrefix(address, "otpauth://totp/") || len(address) > longestAddress {
		return "", 0
	}
	code, err := qrcode.New(address, qrcode.Medium)
	if err != nil {
		return "", 0
	}
	var b strings.Builder
	rows := code.Bitmap()
	for y, row := range rows {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return b.String(), len(rows)
}

// spaced is a secret in groups of four, as people type it.
func spaced(secret string) string {
	var parts []string
	for len(secret) > 4 {
		parts, secret = append(parts, secret[:4]), secret[4:]
	}
	return strings.Join(append(parts, secret), " ")
}
