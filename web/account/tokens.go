package account

import (
	"strings"
	"time"

	"congvan/calendar"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

func showTokens(v *visit.Visit) error {
	list, err := v.Desk().Tokens(v.Context(), v.Actor, v.Actor.AccountID)
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Mã truy cập cho chương trình", Nav: nav}, tokens(list, v.Now()))
}

func tokenForm(v *visit.Visit, status int, f inputs.Form) error {
	return v.ShowAs(status, ui.Page{Title: "Tạo mã truy cập", Nav: nav}, newToken(f))
}

func showNewToken(v *visit.Visit) error {
	in90 := v.Now().AddDate(0, 0, 90).In(calendar.Location).Format(time.DateOnly)
	return tokenForm(v, 200, inputs.New("scopes", string(routing.ScopeRead), "expiresAt", in90))
}

func makeToken(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	day, err := inputs.Date(v, "expiresAt")
	var made routing.Token
	secret := ""
	if err == nil {
		made, secret, err = v.Desk().MakeToken(v.Context(), v.Actor, v.Identity.Token, routing.Token{
			Name: v.Value("name"), Scopes: scopesOf(v.Values("scopes")), ExpiresAt: day.Plus(1).Begins()}, req)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return tokenForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Show(ui.Page{Title: "Mã truy cập mới", Nav: nav}, madeToken(made, secret))
}

func scopesOf(values []string) (out []routing.Scope) {
	for _, s := range values {
		out = append(out, routing.Scope(s))
	}
	return out
}

func revokeToken(v *visit.Visit) error {
	if _, err := v.Desk().RevokeToken(v.Context(), v.Actor, v.ID("id")); err != nil {
		return err
	}
	return v.Go("/account/tokens", "revoked")
}

// ScopeName is what a scope of a token is called.
func ScopeName(s routing.Scope) string {
	return map[routing.Scope]string{routing.ScopeRead: "Đọc", routing.ScopeAct: "Xử lý văn bản", routing.ScopeAdminister: "Quản trị, uỷ quyền, tài khoản"}[s]
}

// ScopeNames are the scopes of a token in words.
func ScopeNames(t func(string, ...any) string, scopes []routing.Scope) string {
	var words []string
	for _, s := range scopes {
		words = append(words, t(ScopeName(s)))
	}
	return strings.Join(words, " · ")
}

// noticeForm shows the settings of notices.
func noticeForm(v *visit.Visit, status int, f inputs.Form) error {
	return v.ShowAs(status, ui.Page{Title: "Nhận thông báo", Nav: nav}, notices(f, v.Actor.Office))
}

func showNotices(v *visit.Visit) error {
	s, err := v.Desk().NoticeSettings(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	yes := func(b bool) string {
		if b {
			return "yes"
		}
		return ""
	}
	return noticeForm(v, 200, inputs.New("address", s.Address, "alarms", yes(s.MailAlarms), "digest", yes(s.MailDigest), "morning", yes(s.MailMorning),
		"quietFrom", s.QuietFrom, "quietTo", s.QuietTo))
}

func changeNotices(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	yes := func(name string) bool { return v.Value(name) == "yes" }
	_, err := v.Desk().ChangeNoticeSettings(v.Context(), v.Actor, routing.NoticeSettings{Address: v.Value("address"), MailAlarms: yes("alarms"),
		MailDigest: yes("digest"), MailMorning: yes("morning"), QuietFrom: v.Value("quietFrom"), QuietTo: v.Value("quietTo")})
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return noticeForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go("/settings/notices", "saved")
}
