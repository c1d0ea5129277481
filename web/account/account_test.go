package account_test

import (
	"html"
	"net/http"
	"regexp"
	"testing"

	"congvan/web/webtest"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

func TestEverybodySeesHisOwnAccount(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, name := range []string{"vanthu.molao", "chutich.quan", "quantri", "thanhtra.quan"} {
		b := w.In(name)
		require.Contains(t, b.Page("/account"), "<dd>"+name+"</dd>")
		for _, path := range []string{"/account/password", "/account/second-factor", "/account/sessions", "/account/tokens", "/account/tokens/new", "/settings/notices"} {
			require.Equal(t, http.StatusOK, b.Get(path).Status, path)
		}
	}
	require.Equal(t, http.StatusSeeOther, w.Browser().Get("/account").Status)
}

func TestAPasswordIsChanged(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b, other := w.In("vanthu.molao"), w.In("vanthu.molao")
	const fresh = "một câu dài của riêng tôi"
	a := b.Post("/account/password", "oldPassword", "sai", "newPassword", fresh, "again", fresh)
	require.Equal(t, http.StatusForbidden, a.Status)
	require.Contains(t, a.Text, "Mật khẩu hiện tại chưa đúng")
	require.NotContains(t, a.Text, fresh) // what is secret does not come back
	a = b.Post("/account/password", "oldPassword", webtest.Password, "newPassword", fresh, "again", "khác")
	require.Contains(t, a.Text, "hai lần nhập chưa giống nhau")
	a = b.Post("/account/password", "oldPassword", webtest.Password, "newPassword", "12345678", "again", "12345678")
	require.Contains(t, a.Text, "mật khẩu nhiều người dùng")
	a = b.Post("/account/password", "oldPassword", webtest.Password, "newPassword", fresh, "again", fresh)
	require.Equal(t, "/account?done=password-changed", a.Header.Get("Location"), a.Text)
	require.Equal(t, http.StatusOK, b.Get("/account").Status)
	require.Equal(t, http.StatusSeeOther, other.Get("/account").Status, "other sessions end")
	require.Equal(t, http.StatusSeeOther, w.Browser().Post("/login", "username", "vanthu.molao", "password", fresh).Status)
}

var secretIn = regexp.MustCompile(`name="secret" value="([A-Z2-7]+)"`)

// enrol begins a second factor and confirms it, and returns the page with the codes.
func enrol(t *testing.T, w *webtest.World, b *webtest.Browser, password string) string {
	t.Helper()
	page := b.Post("/account/second-factor", "password", password).Text
	require.Contains(t, page, `<svg class="qr" role="img"`)
	require.Regexp(t, secretIn, page)
	secret := secretIn.FindStringSubmatch(page)[1]
	address := html.UnescapeString(webtest.Hidden(page)["address"])
	wrong := b.Post("/account/second-factor/confirm", "code", "000000", "address", address, "secret", secret)
	require.Contains(t, wrong.Text, `<svg class="qr"`, "the picture is still there")
	code, err := totp.GenerateCode(secret, w.Now())
	require.NoError(t, err)
	a := b.Post("/account/second-factor/confirm", "code", code, "address", address, "secret", secret)
	require.Equal(t, http.StatusOK, a.Status, a.Text)
	return a.Text
}

func TestASecondFactorIsSetUpAndRemoved(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("chutich.quan")
	require.Equal(t, http.StatusForbidden, b.Post("/account/second-factor", "password", "sai").Status)
	codes := regexp.MustCompile(`<li>([A-Z2-7-]{8,})</li>`).FindAllStringSubmatch(enrol(t, w, b, webtest.Password), -1)
	require.Len(t, codes, 10)
	require.NotContains(t, b.Page("/account/second-factor"), codes[0][1], "shown once")
	a := b.Post("/account/second-factor/remove", "password", webtest.Password, "code", codes[0][1])
	require.Equal(t, "/account/second-factor?done=saved", a.Header.Get("Location"), a.Text)
}

func TestWhoMustHaveASecondFactorMaySetItUpFirst(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("chutich.quan")
	_, err := w.Store.DB().ExecContext(t.Context(), `UPDATE sessions SET stage = 'enrol'`)
	require.NoError(t, err)
	require.Equal(t, "/account/second-factor", b.Get("/").Header.Get("Location"))
	page := b.Page("/account/second-factor")
	require.Contains(t, page, "Chức vụ này phải dùng xác thực hai lớp")
	require.NotContains(t, page, `class="side"`, "no way to anywhere else")
	enrol(t, w, b, "")
	require.Equal(t, http.StatusOK, b.Get("/").Status)
}

func TestSessionsAreEnded(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b, second, third := w.In("vanthu.molao"), w.In("vanthu.molao"), w.In("vanthu.molao")
	page := b.Page("/account/sessions")
	ends := regexp.MustCompile(`/account/sessions/([0-9a-f-]{36})/end`).FindAllStringSubmatch(page, -1)
	require.Len(t, ends, 2, "not the one that is used")
	require.Equal(t, http.StatusNotFound, w.In("vanthu.vanquan").Post("/account/sessions/"+ends[0][1]+"/end").Status)
	require.Equal(t, http.StatusSeeOther, b.Post("/account/sessions/"+ends[0][1]+"/end").Status)
	out := second.Get("/account").Status == http.StatusSeeOther
	require.NotEqual(t, out, third.Get("/account").Status == http.StatusSeeOther, "one of the two")
	b.Post("/account/sessions/others/end")
	require.Equal(t, http.StatusSeeOther, second.Get("/account").Status)
	require.Equal(t, http.StatusSeeOther, third.Get("/account").Status)
	require.Equal(t, http.StatusOK, b.Get("/account").Status)
}

func TestATokenIsShownOnce(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.molao")
	a := b.Post("/account/tokens/new", "name", `<b>"máy"</b>`, "expiresAt", "hôm nào đó", "scopes", "read")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="&lt;b&gt;&#34;máy&#34;&lt;/b&gt;"`, "W-02, and what was typed is kept")
	require.Contains(t, a.Text, `value="hôm nào đó"`)
	fields := []string{"key", "the-same-key", "name", `<b>"máy"</b>`, "expiresAt", "31/12/2026", "scopes", "read"}
	a = b.Post("/account/tokens/new", fields...)
	require.Regexp(t, `class="secret">[A-Za-z0-9_-]{43}<`, a.Text)
	require.NotContains(t, b.Post("/account/tokens/new", fields...).Text, `class="secret"`)
	list := b.Page("/account/tokens")
	require.Contains(t, list, "&lt;b&gt;")
	require.NotContains(t, list, "<b>")
	revoke := regexp.MustCompile(`/account/tokens/[0-9a-f-]{36}/revoke`).FindString(list)
	require.Equal(t, http.StatusNotFound, w.In("vanthu.vanquan").Post(revoke).Status)
	require.Equal(t, "/account/tokens?done=revoked", b.Post(revoke).Header.Get("Location"))
	require.Contains(t, b.Page("/account/tokens"), "đã thu hồi")
}

func TestSettingsOfNoticesKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := webtest.New(t).In("chutich.molao")
	a := b.Post("/settings/notices", "address", "không phải thư", "quietFrom", "22:00", "quietTo", "25:00", "digest", "yes")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="không phải thư"`)
	require.Contains(t, a.Text, "giờ yên lặng gồm hai thời điểm")
	a = b.Post("/settings/notices", "address", "chutich@molao.example.vn", "quietFrom", "22:00", "quietTo", "06:30", "alarms", "yes")
	require.Equal(t, "/settings/notices?done=saved", a.Header.Get("Location"), a.Text)
	page := b.Page("/settings/notices?done=saved")
	require.Contains(t, page, `value="chutich@molao.example.vn"`)
	require.Contains(t, page, "Đã lưu thay đổi.")
}

func TestALinkSetsAPasswordOnce(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	admin := w.In("quantri")
	target := w.As("vanthu.molao").AccountID
	page := admin.Post("/admin/accounts/"+string(target)+"/link", "purpose", "reset", "deliver", "hand").Text
	link := regexp.MustCompile(`/password#[A-Za-z0-9_-]+`).FindString(page)
	require.NotEmpty(t, link, page)
	b := w.Browser()
	require.Contains(t, b.Page("/password"), "password.page-", "the script that reads what stands behind #")
	const fresh = "câu mới của văn thư Mỗ"
	a := b.Post("/password", "secret", link, "newPassword", fresh, "again", "khác")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="`+link+`"`)
	a = b.Post("/password", "secret", link, "newPassword", fresh, "again", fresh)
	require.Equal(t, "/login?done=password-set", a.Header.Get("Location"), a.Text)
	require.Contains(t, b.Page("/login?done=password-set"), "Đã đặt mật khẩu")
	require.Contains(t, b.Post("/password", "secret", link, "newPassword", fresh, "again", fresh).Text, "Đường dẫn không đúng, đã dùng")
	require.Equal(t, "/", b.Post("/login", "username", "vanthu.molao", "password", fresh).Header.Get("Location"))
}

func TestForgottenSaysTheSameOfEveryName_S06(t *testing.T) {
	t.Parallel()
	b := webtest.New(t).Browser()
	known, unknown := b.Post("/password/forgotten", "username", "vanthu.molao"), b.Post("/password/forgotten", "username", "khong.co.ai")
	require.Equal(t, http.StatusOK, known.Status)
	require.Equal(t, known.Text, unknown.Text)
}
