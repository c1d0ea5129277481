package templates_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

func template(more ...string) []string {
	return append([]string{"name", "Rà soát <hộ nghèo>", "field", "Lao động", "text", "Rà soát", "process", "Báo cáo Phòng Nội vụ", "result", "Báo cáo",
		"unit." + string(webtest.Unit("nv")), "lead", "days.unit." + string(webtest.Unit("nv")), "10"}, more...)
}

func TestATemplateIsKept(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.quan")
	a := b.Post("/templates/new", template("wards", "execute", "days.wards", "5", "unit."+string(webtest.Unit("molao")), "inform")...)
	require.Equal(t, "/templates?done=saved", a.Header.Get("Location"), a.Text)
	page := b.Page("/templates")
	require.Contains(t, page, "Rà soát &lt;hộ nghèo&gt;", "W-02")
	require.Equal(t, 16, strings.Count(page, "UBND phường")-1, "all wards but one execute")
	require.Contains(t, page, "5 ngày làm việc:")
	path := regexp.MustCompile(`/templates/[0-9a-f-]{36}`).FindString(page)
	form := b.Page(path)
	require.Contains(t, form, `value="Lao động"`)
	require.Regexp(t, `name="days\.unit\.`+string(webtest.Unit("vanquan"))+`" value="5"`, form)

	a = b.Post(path, template("version", "1", "issuer", "UBND Thành phố")...)
	require.Equal(t, "/templates?done=saved", a.Header.Get("Location"), a.Text)
	require.NotContains(t, b.Page("/templates"), "Thực hiện")
	a = b.Post(path, template("version", "1", "issuer", "Sở Y tế")...) // read before it was changed
	require.Equal(t, http.StatusPreconditionFailed, a.Status)
	require.Contains(t, a.Text, `value="Sở Y tế"`)
	require.Equal(t, "/templates?done=archived", b.Post(path+"/archive", "version", "2").Header.Get("Location"))
	require.Contains(t, b.Page("/templates"), "chưa có mẫu chỉ đạo")
	require.Equal(t, http.StatusNotFound, b.Get(path).Status)
}

func TestARefusedTemplateKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := webtest.New(t).In("chutich.quan")
	a := b.Post("/templates/new", "name", "Thử", "text", `<script>alert(1)</script>`, "process", "x", "result", "y",
		"unit."+string(webtest.Unit("nv")), "lead", "days.unit."+string(webtest.Unit("nv")), "999")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, "&lt;script&gt;alert(1)&lt;/script&gt;")
	require.Contains(t, a.Text, "thời hạn từ 1 đến 365 ngày làm việc")
	require.Contains(t, a.Text, `value="999"`)
	require.Contains(t, b.Page("/templates"), "chưa có mẫu chỉ đạo")
}

func TestOfficersReadTemplatesAndKeepNone(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, name := range []string{"chuyenvien.nv", "canbo.molao", "quantri"} {
		b := w.In(name)
		require.NotContains(t, b.Page("/templates"), "/templates/new", name)
		require.Equal(t, http.StatusForbidden, b.Get("/templates/new").Status, name)
		require.Equal(t, http.StatusForbidden, b.Post("/templates/new", template()...).Status, name)
	}
	require.NotContains(t, w.In("truong.nv").Page("/templates/new"), "Mọi phường chưa chọn riêng ", "an office lays work on wards, too")
}
