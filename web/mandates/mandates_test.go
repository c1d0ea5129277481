package mandates_test

import (
	"net/http"
	"regexp"
	"testing"

	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

func delegation(w *webtest.World, to string) []string {
	return []string{"toPosition", string(w.As(to).PositionID), "from", "23/11/2026", "until", "30/11/2026", "basis", "12/UQ-UBND <b>"}
}

func TestWhoIsDelegatedToActsForTheLeader(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	chairman, deputy := w.In("chutich.quan"), w.In("pho.kinhte")
	require.NotContains(t, deputy.Page("/mandates"), "Làm thay")
	require.Contains(t, chairman.Page("/mandates/delegate"), "Phó Chủ tịch")
	a := chairman.Post("/mandates/delegate", delegation(w, "pho.kinhte")...)
	require.Equal(t, "/mandates?done=saved", a.Header.Get("Location"), a.Text)
	page := chairman.Page("/mandates")
	require.Contains(t, page, "23/11/2026 – 30/11/2026")
	require.Contains(t, page, "12/UQ-UBND &lt;b&gt;", "W-02")
	require.Contains(t, page, "đang hiệu lực")
	page = deputy.Page("/mandates")
	require.Contains(t, page, "Làm thay Chủ tịch UBND quận")
	a = deputy.Post("/acting-for", "position", webtest.Hidden(page)["position"])
	require.Equal(t, http.StatusSeeOther, a.Status)
	require.Contains(t, deputy.Page("/"), "Đang làm việc thay: Chủ tịch UBND quận")
	require.NotContains(t, deputy.Page("/mandates"), "/mandates/delegate", "a mandate is never passed on")
	require.Equal(t, http.StatusForbidden, deputy.Get("/mandates/delegate").Status)

	revoke := regexp.MustCompile(`/mandates/[0-9a-f-]{36}/revoke`).FindString(chairman.Page("/mandates"))
	require.Equal(t, "/mandates?done=revoked", chairman.Post(revoke).Header.Get("Location"))
	require.Contains(t, chairman.Page("/mandates"), "đã thu hồi")
	require.Equal(t, http.StatusForbidden, deputy.Post("/notices", "upTo", "1").Status, "what was meant for another is not done in his own name")
	require.NotContains(t, deputy.Page("/"), "Đang làm việc thay")
	require.Equal(t, http.StatusSeeOther, deputy.Post("/notices", "upTo", "1").Status)
}

func TestARefusedDelegationKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("chutich.quan")
	for _, x := range []struct{ to, until, says string }{
		{string(w.As("chutich.molao").PositionID), "30/11/2026", "chỉ uỷ quyền cho người cùng đơn vị"},
		{string(w.As("pho.kinhte").PositionID), "hôm nào", "ngày ghi theo dạng"},
		{string(w.As("pho.kinhte").PositionID), "1/1/2030", "uỷ quyền không quá một năm"},
		{"", "30/11/2026", "hãy chọn một người"},
	} {
		a := b.Post("/mandates/delegate", "toPosition", x.to, "from", "23/11/2026", "until", x.until, "basis", `"><i>`, "acts", "directed")
		require.Equal(t, http.StatusUnprocessableEntity, a.Status)
		require.Contains(t, a.Text, x.says)
		require.Contains(t, a.Text, `value="&#34;&gt;&lt;i&gt;"`)
		require.Regexp(t, `value="directed" checked`, a.Text)
	}
}

func TestWhoLeadsNothingDelegatesNothing(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, name := range []string{"vanthu.quan", "canbo.molao", "thanhtra.quan"} {
		b := w.In(name)
		require.NotContains(t, b.Page("/mandates"), "/mandates/delegate", name)
		require.Equal(t, http.StatusForbidden, b.Get("/mandates/delegate").Status, name)
		require.Equal(t, http.StatusForbidden, b.Post("/mandates/delegate", delegation(w, "pho.kinhte")...).Status, name)
		require.Equal(t, http.StatusForbidden, b.Post("/mandates/on-paper/"+string(w.As("chutich.quan").PositionID), "onPaper", "yes").Status, name)
	}
}

func TestTheClerkEntersForALeaderOnPaper(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	admin, clerk := w.In("quantri"), w.In("vanthu.quan")
	require.NotContains(t, clerk.Page("/mandates"), "Làm thay")
	path := "/mandates/on-paper/" + string(w.As("chutich.quan").PositionID)
	require.Contains(t, admin.Page("/mandates"), path)
	require.Equal(t, http.StatusSeeOther, admin.Post(path, "onPaper", "yes").Status)
	require.Contains(t, clerk.Page("/mandates"), "Làm thay Chủ tịch UBND quận")
	require.Equal(t, http.StatusSeeOther, admin.Post(path, "onPaper", "no").Status)
	require.NotContains(t, clerk.Page("/mandates"), "Làm thay Chủ tịch")
}

func TestAnAdministratorDelegatesForALeader(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b, from := w.In("quantri"), string(w.As("chutich.molao").PositionID)
	require.NotContains(t, b.Page("/mandates/delegate"), "toPosition", "first whose it is")
	require.Contains(t, b.Page("/mandates/delegate?position="+from), "Văn thư UBND phường Mộ Lao")
	a := b.Post("/mandates/delegate", append(delegation(w, "vanthu.molao"), "fromPosition", from)...)
	require.Equal(t, "/mandates?done=saved", a.Header.Get("Location"), a.Text)
	require.Contains(t, w.In("vanthu.molao").Page("/mandates"), "Làm thay Chủ tịch UBND phường Mộ Lao")
}

func TestAnAbsenceIsToldAndTakenBack(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("chuyenvien.nv")
	form := b.Page("/mandates/absence")
	require.NotContains(t, form, "Văn thư Phòng Nội vụ", "only his own")
	own := string(w.As("chuyenvien.nv").PositionID)
	a := b.Post("/mandates/absence", "position", own, "from", "25/11", "until", "24/11", "reason", "Nghỉ <phép>")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="Nghỉ &lt;phép&gt;"`)
	require.Equal(t, http.StatusForbidden, b.Post("/mandates/absence", "position", string(w.As("vanthu.nv").PositionID), "from", "25/11", "until", "26/11", "reason", "Nghỉ phép").Status)
	a = b.Post("/mandates/absence", "position", own, "from", "25/11", "until", "26-11-2026", "reason", "Nghỉ <phép>")
	require.Equal(t, "/mandates?done=saved", a.Header.Get("Location"), a.Text)
	page := w.In("vanthu.nv").Page("/mandates")
	require.Contains(t, page, "Nghỉ &lt;phép&gt;")
	require.Contains(t, page, "25/11/2026")
	require.NotContains(t, w.In("vanthu.molao").Page("/mandates"), "25/11/2026", "of another unit")
	end := regexp.MustCompile(`/mandates/absences/[0-9a-f-]{36}/end`).FindString(page)
	require.Equal(t, "/mandates?done=saved", w.In("vanthu.nv").Post(end).Header.Get("Location"))
	require.NotContains(t, b.Page("/mandates"), "25/11/2026")
}
