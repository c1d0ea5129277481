package direct_test

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

// fields are what a direction of Phòng Nội vụ and two wards is typed as.
func fields(page string, more ...string) []string {
	h := webtest.Hidden(page)
	return append([]string{"version", h["version"], "back", h["back"], "do", "send", "text", "Rà soát hộ nghèo", "process", "Phường báo cáo phòng",
		"result", "Báo cáo tổng hợp", "due", "4/12", "to." + string(webtest.Unit("nv")), "lead", "to." + string(webtest.Unit("molao")), "execute",
		"to." + string(webtest.Unit("yt")), "inform"}, more...)
}

func TestADirectionIsGivenByClicking(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Register(webtest.Registration())
	path := "/documents/" + string(document) + "/direct"
	b := w.In("chutich.quan")
	page := b.Page(path + "?back=/queue")
	require.Contains(t, page, "Cả 17 phường")
	require.Equal(t, 17, strings.Count(page, `id="n.`)-12-3, "12 offices, 17 wards, 3 deputies")
	a := b.Post(path, fields(page, "due."+string(webtest.Unit("nv")), "08/12/2026")...)
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	require.Equal(t, "/queue?done=directed", a.Header.Get("Location"))
	w.Dispatch(document)
	require.Equal(t, "2026-12-08 17:00", vietnamese(w.Share(document, "nv")))
	require.Equal(t, "2026-12-04 17:00", vietnamese(w.Share(document, "molao")))
	require.Zero(t, w.Share(document, "yt").Due)
}

func vietnamese(a routing.Assignment) string {
	return a.Due.UTC().Add(7 * 3600e9).Format("2006-01-02 15:04")
}

func TestWhatIsRefusedIsNamedAndKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	path := "/documents/" + string(w.Register(webtest.Registration())) + "/direct"
	b := w.In("chutich.quan")
	page := b.Page(path)
	set := func(changes ...string) []string {
		f := fields(page)
		for i := 0; i < len(changes); i += 2 {
			for j := 0; j < len(f); j += 2 {
				if f[j] == changes[i] {
					f[j+1] = changes[i+1]
				}
			}
		}
		return f
	}
	for _, x := range []struct {
		name, says string
		fields     []string
	}{
		{"no process, no result", "còn thiếu: rõ quy trình, rõ hiệu quả", set("process", "", "result", "")},
		{"two leads", "đúng một đơn vị chủ trì", set("to."+string(webtest.Unit("molao")), "lead")},
		{"a day off", "Phòng Nội vụ: thời hạn rơi vào ngày nghỉ; ngày làm việc kế tiếp là 07/12/2026", set("due", "5/12")},
		{"no day", "ngày ghi theo dạng 05/02/2026", set("due", "mai")},
		{"none", "Phòng Nội vụ: chưa có thời hạn giải quyết", set("due", "")},
	} {
		a := b.Post(path, append(x.fields, "due."+string(webtest.Unit("vanquan")), "<b>x</b>")...)
		require.GreaterOrEqual(t, a.Status, 400, x.name)
		text := html.UnescapeString(a.Text)
		require.Contains(t, text, x.says, x.name)
		require.Contains(t, text, "Rà soát hộ nghèo", x.name)
		require.Contains(t, a.Text, "&lt;b&gt;x&lt;/b&gt;", x.name)
		require.NotContains(t, a.Text, "<b>x</b>", x.name)
		require.Regexp(t, `name="to\.`+string(webtest.Unit("nv"))+`" value="lead"\s+checked`, a.Text, x.name)
	}
}

func TestWithoutScriptsTheButtonsDoTheSame(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	path := "/documents/" + string(w.Register(webtest.Registration())) + "/direct"
	b := w.In("chutich.quan")
	page := b.Page(path)
	all := b.Post(path, append(append(fields(page)[:4], fields(page)[6:18]...), "all", "ward.execute")...)
	require.Equal(t, http.StatusOK, all.Status)
	require.Len(t, regexp.MustCompile(`value="execute"\s+checked`).FindAllString(all.Text, -1), 17)
	preview := b.Post(path, append(fields(page)[:4], "do", "preview", "text", "Rà soát", "due", "4/12", "to."+string(webtest.Unit("nv")), "lead")...)
	require.Equal(t, http.StatusOK, preview.Status)
	require.Contains(t, preview.Text, "04/12/2026 17:00")
	require.Contains(t, preview.Text, "giờ làm việc")
	require.Contains(t, preview.Text, "Chưa gửi được.")
}

func TestTheForecastComesWhileTyping(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Sent() // Mộ Lao has something to do already
	path := "/documents/" + string(w.Register(webtest.Registration())) + "/direct"
	b := w.In("chutich.quan")
	page := b.Page(path)
	b.Header.Set("HX-Request", "true")
	a := b.Post(path+"/what-if", fields(page)...)
	require.Equal(t, http.StatusOK, a.Status)
	require.NotContains(t, a.Text, "<html")
	require.Contains(t, a.Text, "Gửi được.")
	require.Regexp(t, `UBND phường Mộ Lao <span class="text-secondary">· đang có 1 việc`, a.Text)
	require.Contains(t, a.Text, "24/11 (", "the holiday in the term is named")
	a = b.Post(path+"/what-if", fields(page, "due."+string(webtest.Unit("molao")), "6/12")...)
	require.Contains(t, a.Text, "Chưa gửi được.")
	require.Contains(t, a.Text, "Thời hạn rơi vào ngày nghỉ")
	require.Contains(t, b.Post(path+"/what-if", fields(page, "due."+string(webtest.Unit("molao")), "x")...).Text, "Chưa gửi được.")
}

func TestATemplateFillsTheForm(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	template, err := w.Desk.AddTemplate(w.Context(), w.As("chutich.quan"), routing.Template{Name: "Rà soát <i>", Text: "Rà soát & báo cáo", Process: "Gửi phòng", Result: "Báo cáo",
		Recipients: []routing.TemplateRecipient{{UnitID: webtest.Unit("nv"), Role: routing.Lead, Days: 5}, {UnitID: webtest.Unit("molao"), Role: routing.Execute, Days: 3},
			{UnitID: webtest.Unit("vanquan"), Role: routing.Execute, Days: 3}}}, webtest.Request())
	require.NoError(t, err)
	path := "/documents/" + string(w.Register(webtest.Registration())) + "/direct"
	b := w.In("chutich.quan")
	page := b.Page(path + "?template=" + string(template.ID))
	require.Contains(t, page, "Rà soát &lt;i&gt;")
	require.Contains(t, page, "Rà soát &amp; báo cáo")
	require.Regexp(t, `name="due" value="27/11/2026"`, page, "most have three working days: the 24th is a holiday")
	require.Regexp(t, `name="due\.`+string(webtest.Unit("nv"))+`" value="01/12/2026"`, page)
	require.Contains(t, page, "Gửi được.")
	require.Equal(t, http.StatusNotFound, b.Get(path+"?template=nothing").Status)
}

func TestAUnitHandsOnAndKeepsTheLead(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	for _, unit := range []string{"nv", "molao"} {
		_, err := w.Desk.Acknowledge(w.Context(), w.As("vanthu."+unit), w.Share(document, unit).ID, webtest.Request())
		require.NoError(t, err)
	}
	path := "/shares/" + string(w.Share(document, "nv").ID) + "/direct"
	b := w.In("truong.nv")
	page := b.Page(path)
	require.Regexp(t, `name="to\.`+string(webtest.Unit("nv"))+`" value="lead"\s+checked`, page)
	require.Contains(t, page, "Chuyên viên Phòng Nội vụ")
	require.Contains(t, page, `name="text" rows="3">Rà soát hộ nghèo</textarea>`, "what the unit was told is not typed again")
	require.Less(t, strings.Index(page, "Chuyên viên Phòng Nội vụ"), strings.Index(page, "UBND phường Mộ Lao"))
	require.Contains(t, page, "UBND phường Mộ Lao", "an office hands on to wards")
	require.NotContains(t, page, "Phòng Tư pháp", "never sideways")
	f := fields(page)
	a := b.Post(path, append(f[:14], "to."+string(webtest.Unit("nv")), "lead", "to."+string(webtest.Unit("hacau")), "execute")...)
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	w.Dispatch(document)
	require.Equal(t, w.Share(document, "nv").ID, w.Share(document, "hacau").ParentID)

	ward := w.In("chutich.molao").Page("/shares/" + string(w.Share(document, "molao").ID) + "/direct")
	require.Contains(t, ward, "Cán bộ UBND phường Mộ Lao")
	require.NotContains(t, ward, "UBND phường Văn Quán")
}

func TestWhoMayNotDirectIsRefused(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	social := webtest.Registration()
	social.Field = "văn xã"
	document := w.Register(social)
	path := "/documents/" + string(document) + "/direct"
	require.Equal(t, http.StatusOK, w.In("pho.vanxa").Get(path).Status)
	for _, x := range []struct {
		who    string
		status int
	}{{"pho.kinhte", http.StatusForbidden}, {"vanthu.quan", http.StatusForbidden}, {"chutich.molao", http.StatusNotFound}, {"quantri", http.StatusNotFound}} {
		b := w.In(x.who)
		require.Equal(t, x.status, b.Get(path).Status, x.who)
		require.Equal(t, x.status, b.Post(path, "do", "send", "version", "1").Status, x.who)
		require.Equal(t, x.status, b.Post(path+"/what-if").Status, x.who)
	}
	require.Equal(t, http.StatusSeeOther, w.Browser().Get(path).Status)
	w.Direct(document, routing.Recipient{UnitID: webtest.Unit("nv"), Role: routing.Lead})
	a := w.In("chutich.quan").Get(path)
	require.Equal(t, http.StatusConflict, a.Status, "it is directed already")
}
