package admin_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

const because = "Quyết định số 12/QĐ-UBND ngày 20/11/2026"

var (
	unitPath     = regexp.MustCompile(`/admin/organisation/units/[0-9a-f-]{36}`)
	positionPath = regexp.MustCompile(`/admin/organisation/positions/[0-9a-f-]{36}`)
)

func unit(key string) string { return "/admin/organisation/units/" + string(webtest.Unit(key)) }

func TestAdministrationIsForAdministrators(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	admin := w.In("quantri")
	account := "/admin/accounts/" + string(w.As("vanthu.nv").AccountID)
	post := "/admin/organisation/positions/" + string(w.As("chuyenvien.nv").PositionID)
	closed := []string{"/admin/organisation", "/admin/organisation/import", unit("nv"), unit("nv") + "/change", unit("nv") + "/end", unit("nv") + "/position",
		"/admin/organisation/units/new", post, post + "/change", post + "/end", post + "/appoint", post + "/hand-over",
		"/admin/accounts", account, account + "/disabled", account + "/identity", "/admin/books", "/admin/system",
		"/admin/ladders/new", "/admin/ladders/normal/change", "/admin/calendar/change"}
	for _, path := range closed {
		require.Equal(t, http.StatusOK, admin.Get(path).Status, path)
	}
	for _, name := range []string{"vanthu.quan", "chutich.molao"} {
		b := w.In(name)
		for _, path := range closed {
			a := b.Get(path)
			require.Equal(t, http.StatusForbidden, a.Status, "%s %s", name, path)
			require.NotContains(t, a.Text, "vanthu.nv", path)
		}
		// Everybody may know when offices work, and who is urged when.
		for _, path := range []string{"/admin/ladders", "/admin/ladders/normal", "/admin/calendar"} {
			require.NotContains(t, b.Page(path), "/change", path)
		}
	}
	require.Equal(t, http.StatusNotFound, admin.Get("/admin/organisation/units/"+string(webtest.Unit("none"))).Status)
}

func TestWhoMayNotAdministerChangesNothing(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("chutich.quan")
	account := "/admin/accounts/" + string(w.As("vanthu.nv").AccountID)
	for path, fields := range map[string][]string{
		"/admin/organisation/units/new":    {"kind", "office", "name", "X", "code", "X", "validFrom", "1/1/2027", "parent", string(webtest.Unit("quan"))},
		unit("nv") + "/end":                {"lastDay", "31/12/2026", "basis", because},
		account + "/disabled":              {"disabled", "yes", "reason", because},
		account + "/link":                  {"purpose", "reset", "deliver", "hand"},
		account + "/end-sessions":          nil,
		"/admin/calendar/change":           {"days.0.from", "25/12/2026", "days.0.kind", "off", "days.0.reason", "x", "source", because},
		"/admin/ladders/normal/change":     {"name", "x", "direction", "1", "direction.in", "d", "receipt", "1", "receipt.in", "d", "approval", "1", "approval.in", "d", "reason", because, "version", "1"},
		"/admin/organisation/import":       {"organisation", "{}", "basis", because},
		"/admin/organisation/import/check": {"organisation", "{}", "basis", because},
	} {
		require.Contains(t, []int{http.StatusForbidden, http.StatusNotFound}, b.Post(path, fields...).Status, path)
	}
}

func TestAUnitIsFoundedChangedAndEnded(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("quantri")
	fields := []string{"kind", "office", "name", "Phòng Chuyển đổi số <script>", "code", "CĐS", "parent", string(webtest.Unit("quan")), "officeHours", "08:00-12:00,13:00-17:00"}
	a := b.Post("/admin/organisation/units/new", append(fields, "validFrom", "1/1/2020")...)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, "đã có hiệu lực trước hôm nay không sửa được")
	require.Contains(t, a.Text, `value="Phòng Chuyển đổi số &lt;script&gt;"`)
	a = b.Post("/admin/organisation/units/new", append(fields, "validFrom", "1/12/2026")...)
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	path := unitPath.FindString(a.Header.Get("Location"))

	tree := func(day string) string { return b.Page("/admin/organisation?on=" + day) }
	shown := `<strong>Phòng Chuyển đổi số &lt;script&gt;</strong>`
	require.NotContains(t, tree("30/11/2026"), shown)
	require.Contains(t, tree("30/11/2026"), "Sắp lập")
	require.Contains(t, tree("1/12/2026"), shown)
	require.Equal(t, http.StatusSeeOther, b.Post(path+"/change", "name", "Phòng Số", "code", "CĐS", "parent", string(webtest.Unit("quan")),
		"officeHours", "08:00-12:00,13:00-17:00", "validFrom", "15/12/2026").Status)
	require.Contains(t, tree("14/12/2026"), shown)
	require.Contains(t, tree("15/12/2026"), "<strong>Phòng Số</strong>")
	a = b.Post(path+"/end", "lastDay", "31/12/2026", "basis", "ngắn")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="31/12/2026"`)
	require.Equal(t, http.StatusSeeOther, b.Post(path+"/end", "lastDay", "31/12/2026", "basis", because).Status)
	require.Contains(t, tree("31/12/2026"), "<strong>Phòng Số</strong>")
	require.NotContains(t, tree("1/1/2027"), "<strong>Phòng Số</strong>")
	require.Contains(t, tree("1/1/2027"), "Đã kết thúc")
	require.Contains(t, b.Page(path), "15/12/2026 – 31/12/2026")
	require.Contains(t, b.Get("/admin/organisation?on=hôm-qua").Text, "ngày ghi theo dạng")
}

func TestAPositionIsMadeGivenAndEnded(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("quantri")
	fields := []string{"title", "Chuyên viên 2 <i>", "office", "officer", "unit", string(webtest.Unit("nv")), "validFrom", "23/11/2026"}
	a := b.Post(unit("nv")+"/position", append(fields, "code", "Có Dấu")...)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="Chuyên viên 2 &lt;i&gt;"`)
	a = b.Post(unit("nv")+"/position", append(fields, "code", "chuyenvien2.nv")...)
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	path := positionPath.FindString(a.Header.Get("Location"))
	require.Contains(t, b.Page("/admin/organisation"), "Chuyên viên 2 &lt;i&gt;")

	a = b.Post(path+"/appoint", "username", "khong.co", "validFrom", "24/11/2026", "basis", because)
	require.Contains(t, a.Text, "không có tài khoản này")
	a = b.Post(path+"/appoint", "username", "chuyenvien.nv", "validFrom", "24/11/2026", "basis", because)
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	require.Regexp(t, `(?s)chuyenvien\.nv.*từ 24/11/2026`, b.Page(path))
	require.Contains(t, b.Page("/admin/organisation?on=25/11/2026"), "chưa có người giữ", "what he held before")
	require.Equal(t, http.StatusSeeOther, b.Post(path+"/change", "title", "Chuyên viên chính", "office", "officer", "unit", string(webtest.Unit("nv")), "validFrom", "30/11/2026").Status)
	require.Contains(t, b.Page(path), "Chuyên viên chính")
	require.Equal(t, http.StatusSeeOther, b.Post(path+"/end", "lastDay", "31/12/2026").Status)
	require.Contains(t, b.Page(path), "30/11/2026 – 31/12/2026")
}

func TestAllSharesOfAPositionAreHandedOver(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("quantri")
	a := b.Post(unit("nv")+"/position", "title", "Chuyên viên 2", "office", "officer", "unit", string(webtest.Unit("nv")), "code", "chuyenvien2.nv", "validFrom", "23/11/2026")
	to := strings.TrimPrefix(positionPath.FindString(a.Header.Get("Location")), "/admin/organisation/positions/")
	from := w.As("chuyenvien.nv")
	w.Sent()
	path := "/admin/organisation/positions/" + string(from.PositionID)
	require.Contains(t, b.Page(path+"/hand-over"), "Chuyên viên 2")
	a = b.Post(path+"/hand-over", "to", to, "basis", "ngắn")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="ngắn"`)
	a = b.Post(path+"/hand-over", "to", to, "basis", because)
	require.Contains(t, a.Text, "Đã bàn giao 0 phần việc.")
}

func TestAnImportIsCheckedBeforeItIsDone(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("quantri")
	exported := b.Get("/api/v1/organisation/export")
	require.Equal(t, http.StatusOK, exported.Status)
	check := func(text string) webtest.Answer {
		return b.Post("/admin/organisation/import/check", "organisation", text, "basis", because)
	}
	require.Contains(t, check(exported.Text).Text, "Tệp không thay đổi gì.", "what was taken out is what there is")
	a := check(`{"units": "<b>"}`)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, "&lt;b&gt;")
	changed := `{"calendar":[{"day":"2026-12-25","kind":"off","reason":"Nghỉ đột xuất"}]}`
	page := check(changed).Text
	require.Contains(t, page, "1 thay đổi:")
	require.NotContains(t, b.Page("/admin/calendar"), "Nghỉ đột xuất", "nothing was done yet")
	hidden := webtest.Hidden(page)
	a = b.Post("/admin/organisation/import", "organisation", html.UnescapeString(hidden["organisation"]), "basis", hidden["basis"])
	require.Equal(t, "/admin/organisation?done=imported", a.Header.Get("Location"), a.Text)
	require.Contains(t, b.Page("/admin/calendar"), "Nghỉ đột xuất")
	require.Contains(t, check(`{"calendar":[{"day":"2020-12-25","kind":"off","reason":"x"}]}`).Text, "điều phải sửa trong tệp")
}

func TestAnAccountIsLookedAfter(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b, his := w.In("quantri"), w.In("vanthu.nv")
	path := "/admin/accounts/" + string(w.As("vanthu.nv").AccountID)
	require.Contains(t, b.Page("/admin/accounts?after=vanthu.n"), path)
	require.Contains(t, b.Page(path), "Văn thư Phòng Nội vụ")
	require.Equal(t, path+"?done=sessions-ended", b.Post(path+"/end-sessions").Header.Get("Location"))
	require.Equal(t, http.StatusSeeOther, his.Get("/account").Status)
	a := b.Post(path+"/link", "purpose", "reset", "deliver", "mail")
	require.Equal(t, http.StatusConflict, a.Status)
	require.Contains(t, a.Text, "hãy chọn giao tận tay")

	a = b.Post(path+"/disabled", "disabled", "yes", "reason", "<u>")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="&lt;u&gt;"`)
	require.Equal(t, http.StatusSeeOther, b.Post(path+"/disabled", "disabled", "yes", "reason", because).Status)
	require.Contains(t, b.Page(path), "bị khoá")
	require.Equal(t, http.StatusUnauthorized, w.Browser().Post("/login", "username", "vanthu.nv", "password", webtest.Password).Status)
	require.Equal(t, http.StatusSeeOther, b.Post(path+"/disabled", "disabled", "no", "reason", because).Status)
	w.In("vanthu.nv")

	require.Equal(t, http.StatusSeeOther, b.Post(path+"/identity", "issuer", "https://id.example.vn", "subject", "nv-1").Status)
	require.Contains(t, b.Page(path), "https://id.example.vn · nv-1")
	require.Equal(t, http.StatusSeeOther, b.Post(path+"/identity/remove").Status)
	require.Contains(t, b.Page(path), "chưa gắn")
	own := "/admin/accounts/" + string(w.As("quantri").AccountID)
	require.Contains(t, b.Post(own+"/disabled", "disabled", "yes", "reason", because).Text, "nhờ quản trị khác")
}

func TestBooksAreShown(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("quantri")
	require.Contains(t, b.Page("/admin/books"), "Chưa có sổ nào")
	w.Register(webtest.Registration())
	require.Regexp(t, `(?s)UBND quận Hà Đông.*Văn bản đến.*2026.*<strong>1</strong>`, b.Page("/admin/books"))
	require.Contains(t, w.In("thanhtra.quan").Page("/admin/books"), "UBND quận Hà Đông")
}

var field = regexp.MustCompile(`<input[^>]* name="([^"]+)"[^>]*>|<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>`)

// fields are what a browser would send of a form as it stands.
func fields(page string) (out []string) {
	attribute := func(tag, name string) string {
		if m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag); m != nil {
			return html.UnescapeString(m[1])
		}
		return ""
	}
	page = page[strings.Index(page, `action="/admin/ladders`):]
	for _, m := range field.FindAllStringSubmatch(page, -1) {
		switch {
		case m[2] != "":
			chosen := regexp.MustCompile(`<option value="([^"]*)" selected>`).FindStringSubmatch(m[3])
			if chosen == nil {
				chosen = regexp.MustCompile(`<option value="([^"]*)">`).FindStringSubmatch(m[3])
			}
			out = append(out, m[2], chosen[1])
		case m[1] == "key", strings.Contains(m[0], `type="checkbox"`) && !strings.Contains(m[0], " checked"):
		default:
			out = append(out, m[1], attribute(m[0], "value"))
		}
	}
	return out
}

func with(fields []string, changes ...string) []string {
	out := append([]string{}, fields...)
	for i := 0; i < len(changes); i += 2 {
		for j := 0; j < len(out); j += 2 {
			if out[j] == changes[i] {
				out[j+1] = changes[i+1]
			}
		}
	}
	return out
}

func TestALadderHasANewVersion(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("quantri")
	was, err := w.Desk.LadderVersions(t.Context(), "normal")
	require.NoError(t, err)
	form := fields(b.Page("/admin/ladders/normal/change"))
	a := b.Post("/admin/ladders/normal/change", with(form, "reason", "ngắn", "receipt", "3")...)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="ngắn"`)
	require.Regexp(t, `name="receipt" value="3"`, a.Text)
	a = b.Post("/admin/ladders/normal/change", with(form, "reason", because, "rungs.1.amount", "0")...)
	require.Contains(t, a.Text, "nấc phải cách thời hạn một khoảng khác 0")
	require.Contains(t, a.Text, `href="#f-rungs.1"`)
	a = b.Post("/admin/ladders/normal/change", with(form, "reason", because, "name", "Thường <b>", "receipt", "3")...)
	require.Equal(t, "/admin/ladders/normal?done=saved", a.Header.Get("Location"), a.Text)
	now, err := w.Desk.LadderVersions(t.Context(), "normal")
	require.NoError(t, err)
	require.Equal(t, 2, now[0].Version)
	require.Equal(t, routing.Span{Days: 3}, now[0].Receipt)
	require.ElementsMatch(t, was[0].Rungs, now[0].Rungs, "what was not touched is as it was")
	require.Contains(t, b.Page("/admin/ladders"), "Thường &lt;b&gt;")
	require.Equal(t, http.StatusPreconditionFailed, b.Post("/admin/ladders/normal/change", with(form, "reason", because)...).Status)
	a = b.Post("/admin/ladders/new", with(fields(b.Page("/admin/ladders/new?like=urgent")), "code", "rieng", "name", "Riêng", "reason", because)...)
	require.Equal(t, "/admin/ladders/rieng?done=saved", a.Header.Get("Location"), a.Text)
}

func TestTheCalendarIsPreviewedBeforeItIsChanged(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Sent() // due on 10/12/2026, 17:00
	b := w.In("quantri")
	days := []string{"days.0.from", "10/12/2026", "days.0.to", "11/12/2026", "days.0.kind", "off", "days.0.reason", "Nghỉ <bão>", "source", because}
	require.Contains(t, b.Page("/admin/calendar/change?day=2026-12-25"), `value="25/12/2026"`)
	a := b.Post("/admin/calendar/preview", with(days, "days.0.from", "40/12")...)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="Nghỉ &lt;bão&gt;"`)
	a = b.Post("/admin/calendar/preview", with(days, "days.0.from", "1/11/2026", "days.0.to", "")...)
	require.Contains(t, a.Text, "01/11/2026</a>")
	page := b.Post("/admin/calendar/preview", days...).Text
	require.Contains(t, page, "Nghỉ &lt;bão&gt;")
	require.Regexp(t, `[1-9]\d* thời hạn của 1 văn bản sẽ dời`, page)
	require.Regexp(t, `(?s)10/12/2026 17:00.*<strong>14/12/2026`, page)
	require.NotContains(t, b.Page("/admin/calendar"), "bão", "nothing was done yet")
	require.Contains(t, b.Post("/admin/calendar/edit", days...).Text, `value="11/12/2026"`)
	var again []string
	for name, value := range webtest.Hidden(page) {
		again = append(again, name, html.UnescapeString(value))
	}
	a = b.Post("/admin/calendar/change", again...)
	require.Equal(t, "/admin/calendar?year=2026&done=saved", a.Header.Get("Location"), a.Text)
	page = b.Page("/admin/calendar")
	require.Equal(t, 2, strings.Count(page, "Nghỉ &lt;bão&gt;</td>"))
}

func TestTheStateOfTheSystemIsSaid(t *testing.T) {
	t.Parallel()
	page := webtest.New(t).In("quantri").Page("/admin/system")
	for _, words := range []string{"Cơ sở dữ liệu", "không hỏi được từ tiến trình này", "chưa cấu hình sao lưu", "Tệp đính kèm hỏng"} {
		require.Contains(t, page, words)
	}
}
