package account

import (
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// The secret of a link stands behind # in its address, which no browser sends: a
// small script puts it into the form. Without scripts it is pasted.

func linkForm(v *visit.Visit, status int, f inputs.Form) error {
	return v.ShowAs(status, ui.Page{Title: "Đặt mật khẩu", Plain: true, Scripts: []string{"password.page.js"}}, link(f))
}

func showLink(v *visit.Visit) error { return linkForm(v, 200, inputs.Form{}) }

func redeemLink(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	typed, err := typedTwice(v)
	if err == nil {
		err = v.Desk().RedeemLink(v.Context(), secretIn(v.Value("secret")), typed)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return linkForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go("/login", "password-set")
}

// secretIn finds the secret in what somebody pasted: itself, or the whole link.
func secretIn(pasted string) string {
	for i := len(pasted) - 1; i >= 0; i-- {
		if pasted[i] == '#' {
			return pasted[i+1:]
		}
	}
	return pasted
}

func showForgotten(v *visit.Visit) error {
	return v.Show(ui.Page{Title: "Quên mật khẩu", Plain: true}, forgotten(inputs.Form{}))
}

func forgot(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	if err := v.Desk().ForgotPassword(v.Context(), v.Value("username")); err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			return v.ShowAs(status, ui.Page{Title: "Quên mật khẩu", Plain: true}, forgotten(inputs.Typed(v, fault)))
		})
	}
	return v.Show(ui.Page{Title: "Quên mật khẩu", Plain: true}, ui.Message(v.T("Đã ghi nhận"),
		v.T("Nếu có tài khoản này và chức vụ đã khai địa chỉ thư, một đường dẫn đặt mật khẩu đang được gửi đến; đường dẫn dùng được trong 15 phút. Không nhận được thư thì hãy báo quản trị."),
		"/login", v.T("Về trang đăng nhập")))
}
