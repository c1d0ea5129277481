package queue_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"congvan/activities"
	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

// present lays a document before somebody.
func present(w *webtest.World, document routing.ID, to string) {
	w.Helper()
	_, err := w.Desk.Present(w.Context(), w.As("vanthu.quan"), document, w.As(to).PositionID, "", 1, webtest.Request())
	require.NoError(w, err)
}

func receive(w *webtest.World, document routing.ID, units ...string) {
	w.Helper()
	for _, unit := range units {
		_, err := w.Desk.Acknowledge(w.Context(), w.As("vanthu."+unit), w.Share(document, unit).ID, webtest.Request())
		require.NoError(w, err)
	}
}

func report(w *webtest.World, document routing.ID, unit, text string) {
	w.Helper()
	receive(w, document, unit)
	_, err := w.Desk.Report(w.Context(), w.As("chutich."+unit), w.Share(document, unit).ID, text, webtest.Request())
	require.NoError(w, err)
}

// template is one of the district's: Phòng Nội vụ in five days.
func template(w *webtest.World) routing.ID {
	w.Helper()
	t, err := w.Desk.AddTemplate(w.Context(), w.As("chutich.quan"), routing.Template{Name: "Nội vụ tham mưu", Text: "Tham mưu trả lời", Process: "Trình UBND quận", Result: "Dự thảo",
		Recipients: []routing.TemplateRecipient{{UnitID: webtest.Unit("nv"), Role: routing.Lead, Days: 5}}}, webtest.Request())
	require.NoError(w, err)
	return t.ID
}

// keys are the entries of a page, in their order.
func keys(page string) (out []string) {
	for _, m := range regexp.MustCompile(`(?s)<ul class="queue-entries">.*?</ul>`).FindAllString(page, 1) {
		for _, x := range regexp.MustCompile(`item=([a-z]+)\.`).FindAllStringSubmatch(m, -1) {
			out = append(out, x[1])
		}
	}
	return out
}

// confirm sends what a check showed.
func confirm(b *webtest.Browser, checked string) webtest.Answer {
	var fields []string
	_, form, _ := strings.Cut(checked, `<form method="post" action="/batches"`)
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		fields = append(fields, m[1], m[2])
	}
	return b.Post("/batches", fields...)
}

var undoing = regexp.MustCompile(`(?s)<form method="post" action="(/batches/[^"]+/undo)".*?</form>`)

func TestEverythingThatWaitsIsInOneQueue(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	chairman := w.In("chutich.quan")
	require.Contains(t, chairman.Page("/queue"), "Không còn việc nào chờ quyết định.")
	code := webtest.Registration()
	code.Subject = "V/v <script>alert(1)</script>"
	present(w, w.Register(code), "chutich.quan")
	sent := w.Sent()
	report(w, sent, "molao", "Đã rà soát <b>120</b> hộ")
	receive(w, sent, "nv")
	_, err := w.Desk.Return(w.Context(), w.As("vanthu.vanquan"), w.Share(sent, "vanquan").ID, "Không thuộc <i>địa bàn</i> phường", 0, webtest.Request())
	require.NoError(t, err)
	due := time.Date(2026, 12, 15, 10, 0, 0, 0, time.UTC)
	_, err = w.Desk.AskExtension(w.Context(), w.As("truong.nv"), w.Share(sent, "nv").ID, due, "Chờ số liệu của các phường", 0, webtest.Request())
	require.NoError(t, err)

	page := chairman.Page("/queue")
	require.ElementsMatch(t, []string{"direct", "approve", "returned", "extension"}, keys(page))
	require.NotContains(t, page, "<script>alert")
	for kind, says := range map[string]string{
		"approve": "Đã rà soát &lt;b&gt;120&lt;/b&gt; hộ", "returned": "Không thuộc &lt;i&gt;địa bàn&lt;/i&gt; phường",
		"extension": "Xin gia hạn đến 15/12/2026 17:00", "direct": "V/v &lt;script&gt;alert(1)&lt;/script&gt;",
	} {
		page := chairman.Page("/queue?kind=" + kind)
		require.Equal(t, []string{kind}, keys(page), kind)
		require.Contains(t, page, says, kind)
	}
	acts := chairman.Page("/queue?kind=approve")
	share := string(w.Share(sent, "molao").ID)
	require.Contains(t, acts, `href="/shares/`+share+`/do/approved?back=%2Fqueue%3Fkind%3Dapprove"`)
	require.Contains(t, acts, `/shares/`+share+`/do/sent-back?back=`)
	require.Contains(t, chairman.Page("/queue?kind=extension"), "/do/extension-refused?back=")
	require.Contains(t, chairman.Page("/queue?kind=direct"), "/direct?back=")

	require.Equal(t, []string{"assign"}, keys(w.In("truong.nv").Page("/queue")), "a head hands on what his unit got")
	require.Equal(t, []string(nil), keys(w.In("chutich.vanquan").Page("/queue")))
}

func TestADeputySeesWhatIsHis(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	in := webtest.Registration()
	in.Field = "kinh tế"
	document := w.Register(in)
	present(w, document, "pho.kinhte")
	require.Equal(t, []string{"direct"}, keys(w.In("pho.kinhte").Page("/queue")))
	require.Empty(t, keys(w.In("chutich.quan").Page("/queue")), "it waits for the deputy")
	require.Empty(t, keys(w.In("pho.vanxa").Page("/queue")))
	w.Direct(document, routing.Recipient{UnitID: webtest.Unit("molao"), Role: routing.Lead})
	report(w, document, "molao", "Đã xong")
	require.Equal(t, []string{"approve"}, keys(w.In("pho.kinhte").Page("/queue")))
	require.Empty(t, keys(w.In("pho.vanxa").Page("/queue")))
	require.Equal(t, []string{"approve"}, keys(w.In("chutich.quan").Page("/queue")))
}

func TestTheQueueIsForLeaders(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, who := range []string{"vanthu.quan", "canbo.molao", "thanhtra.quan", "quantri"} {
		b := w.In(who)
		require.Equal(t, http.StatusForbidden, b.Get("/queue").Status, who)
		require.Equal(t, http.StatusForbidden, b.Post("/queue/check", "act", "approved").Status, who)
	}
	require.Equal(t, http.StatusSeeOther, w.Browser().Get("/queue").Status)
}

func TestAfterEachTheNextOneComes(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for range 3 {
		present(w, w.Register(webtest.Registration()), "chutich.quan")
		w.Pass(time.Minute)
	}
	chosen, b := template(w), w.In("chutich.quan")
	page := b.Page("/queue")
	form := regexp.MustCompile(`(?s)<form method="post" action="/queue/direct">.*?</form>`).FindString(page)
	h := webtest.Hidden(form)
	require.Equal(t, string(chosen), h["template"])
	second := regexp.MustCompile(`rel="next"`).FindString(page)
	require.NotEmpty(t, second)
	a := b.Post("/queue/direct", "document", h["document"], "version", h["version"], "template", h["template"], "item", h["item"], "back", h["back"])
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	next := a.Header.Get("Location")
	require.Contains(t, next, "done=directed")
	page = b.Page(next)
	require.Contains(t, page, "Đã ghi ý kiến chỉ đạo")
	require.Len(t, keys(page), 2)
	require.Contains(t, page, "1 trên 2")

	undo := undoing.FindStringSubmatch(page)
	require.Len(t, undo, 2)
	u := webtest.Hidden(undo[0])
	a = b.Post(undo[1], "key", u["key"], "back", u["back"], "reason", u["reason"])
	require.Equal(t, "/queue?done=voided", a.Header.Get("Location"), a.Text)
	require.Len(t, keys(b.Page("/queue")), 3)
	require.Equal(t, http.StatusNotFound, w.In("pho.vanxa").Post(undo[1], "reason", u["reason"]).Status, "another's batch")

	a = b.Post("/queue/direct", "document", h["document"], "version", h["version"], "template", h["template"], "item", h["item"], "back", "https://example.org/")
	require.Equal(t, http.StatusConflict, a.Status, "the version has moved on")
	require.Contains(t, a.Text, "Nội dung đã được người khác thay đổi")
}

func TestManyAtOnceAreCheckedFirst(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	sent := w.Sent()
	report(w, sent, "molao", "Đã rà soát 120 hộ")
	report(w, sent, "vanquan", "Đã rà soát 80 hộ")
	b := w.In("chutich.quan")
	page := b.Page("/queue")
	ticks := regexp.MustCompile(`name="approve" value="([^"]+)"`).FindAllStringSubmatch(page, -1)
	require.Len(t, ticks, 2)
	a := b.Post("/queue/check", "act", "approved", "approve", ticks[0][1], "approve", ticks[1][1])
	require.Equal(t, http.StatusOK, a.Status, a.Text)
	require.Contains(t, a.Text, "2 trên 2 mục thực hiện được.")
	require.Contains(t, a.Text, "Đã rà soát 80 hộ")
	require.Contains(t, a.Text, "PHIẾU TRÌNH")
	require.Contains(t, a.Text, `name="back" value="/queue"`, "another language leads back to a page that can be asked for")
	require.NotContains(t, a.Text, `value="/queue/check"`)
	require.Equal(t, routing.Reported, w.Share(sent, "molao").Status, "nothing is done yet")

	_, err := w.Desk.SendBack(w.Context(), w.As("chutich.quan"), w.Share(sent, "vanquan").ID, "Thiếu số liệu của tổ 5", 0, webtest.Request())
	require.NoError(t, err)
	a = confirm(b, a.Text)
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	result := html.UnescapeString(b.Page(a.Header.Get("Location")))
	require.Contains(t, result, "1 việc đã thực hiện")
	require.Contains(t, result, "1 việc không thực hiện được")
	require.Contains(t, result, "UBND phường Mộ Lao")
	require.Contains(t, result, `<a class="btn" href="/queue">`)
	require.Equal(t, routing.Done, w.Share(sent, "molao").Status)
	require.Equal(t, http.StatusNotFound, w.In("pho.vanxa").Get(a.Header.Get("Location")).Status)

	a = b.Post("/queue/check", "act", "approved")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, "Chưa chọn mục nào")
	require.Equal(t, http.StatusUnprocessableEntity, b.Post("/queue/check", "act", "recalled").Status)
}

func TestDocumentsAreDirectedByTemplateInOneGo(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for range 2 {
		present(w, w.Register(webtest.Registration()), "chutich.quan")
	}
	chosen, b := template(w), w.In("chutich.quan")
	var fields []string
	for _, m := range regexp.MustCompile(`name="direct" value="([^"]+)"`).FindAllStringSubmatch(b.Page("/queue"), -1) {
		fields = append(fields, "direct", m[1])
	}
	require.Len(t, fields, 4)
	a := b.Post("/queue/check", append(fields, "act", "directed", "template", string(chosen))...)
	require.Contains(t, a.Text, "2 trên 2 mục thực hiện được.")
	require.Contains(t, a.Text, "Tham mưu trả lời")
	a = confirm(b, a.Text)
	page := b.Page(a.Header.Get("Location"))
	require.Contains(t, page, "2 việc đã thực hiện")
	require.Empty(t, keys(b.Page("/queue")))
	undo := undoing.FindStringSubmatch(page)
	require.Contains(t, b.Post(undo[1], "reason", "Chọn nhầm mẫu chỉ đạo").Text, "2 việc đã thực hiện")
	require.Len(t, keys(b.Page("/queue")), 2)
}

func TestExtensionsAreGrantedInOneGo(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	sent := w.Sent()
	receive(w, sent, "nv")
	due := time.Date(2026, 12, 15, 10, 0, 0, 0, time.UTC)
	_, err := w.Desk.AskExtension(w.Context(), w.As("truong.nv"), w.Share(sent, "nv").ID, due, "Chờ số liệu của các phường", 0, webtest.Request())
	require.NoError(t, err)
	b := w.In("chutich.quan")
	tick := regexp.MustCompile(`name="extension" value="([^"]+)"`).FindStringSubmatch(b.Page("/queue"))
	require.Len(t, tick, 2)
	a := confirm(b, b.Post("/queue/check", "act", "extended", "extension", tick[1]).Text)
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	page := b.Page(a.Header.Get("Location"))
	require.Contains(t, page, "1 việc đã thực hiện")
	require.Contains(t, page, "Phòng Nội vụ", "a decision is called by its share")
	require.Equal(t, due, w.Share(sent, "nv").Due)
}

func TestConsentsAndRecallsWaitToo(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	sent := w.Sent()
	receive(w, sent, "nv", "molao")
	report(w, sent, "vanquan", "Đã rà soát")
	_, err := w.Desk.Approve(w.Context(), w.As("chutich.quan"), w.Share(sent, "vanquan").ID, 0, webtest.Request())
	require.NoError(t, err)
	_, err = w.Desk.Submit(w.Context(), w.As("chutich.molao"), w.Share(sent, "molao").ID, "Dự thảo: 120 hộ", []routing.Stage{{Rule: routing.EachMust, Units: []routing.ID{webtest.Unit("tp")}}}, 0, webtest.Request())
	require.NoError(t, err)
	b := w.In("truong.tp")
	page := b.Page("/queue")
	require.Equal(t, []string{"consent"}, keys(page))
	require.Contains(t, page, "Dự thảo: 120 hộ")
	require.Contains(t, page, "Dự thảo báo cáo của UBND phường Mộ Lao")
	require.Regexp(t, `/decisions/[^/]+/do/consented\?back=`, page)
	require.Regexp(t, `/decisions/[^/]+/do/objected\?back=`, page)

	_, err = w.Desk.Recall(w.Context(), w.As("chutich.quan"), sent, "Gửi nhầm văn bản của quận khác", 0, webtest.Request())
	require.NoError(t, err)
	_, err = activities.New(w.Store, w.Now).Withdraw(w.Context(), activities.Input{DocumentID: sent})
	require.NoError(t, err)
	require.Empty(t, keys(b.Page("/queue")), "nobody has to consent any more")
	page = w.In("chutich.molao").Page("/queue")
	require.Equal(t, []string{"recall"}, keys(page))
	require.Regexp(t, `/decisions/[^/]+/do/recall-answered\?back=`, page)
}
