package batches_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

var picks = regexp.MustCompile(`name="pick" value="([^"]+)"`)

func picked(page string) (fields []string) {
	for _, m := range picks.FindAllStringSubmatch(page, -1) {
		fields = append(fields, "pick", m[1])
	}
	return fields
}

// confirm sends what a check showed.
func confirm(b *webtest.Browser, page string, more ...string) webtest.Answer {
	hidden := webtest.Hidden(page)
	fields := append([]string{"key", hidden["key"], "act", hidden["act"], "back", hidden["back"]}, picked(page)...)
	if t := hidden["template"]; t != "" {
		fields = append(fields, "template", t)
	}
	return b.Post("/batches", append(fields, more...)...)
}

func TestManyAreAcknowledgedAfterALook(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	first, second := w.Sent(), w.Sent()
	b := w.In("vanthu.molao")
	list := b.Page("/inbox?view=sent")
	_, err := w.Desk.Acknowledge(t.Context(), w.As("vanthu.molao"), w.Share(first, "molao").ID, webtest.Request())
	require.NoError(t, err)
	_, err = w.Desk.Recall(t.Context(), w.As("chutich.quan"), second, "Gửi nhầm văn bản", 0, webtest.Request())
	require.NoError(t, err)
	third := w.Sent()
	fields := append(picked(list), "pick", string(w.Share(third, "molao").ID)+":1", "act", "acknowledged", "back", "/inbox?view=sent")
	a := b.Post("/batches/check", fields...)
	require.Equal(t, http.StatusOK, a.Status, a.Text)
	require.Contains(t, a.Text, "Văn bản đến số 3/2026")
	require.Contains(t, a.Text, "outcome-refused")
	require.True(t, w.Share(third, "molao").Receipt.At.IsZero(), "a look changes nothing")
	done := confirm(b, a.Text)
	require.Equal(t, http.StatusSeeOther, done.Status, done.Text)
	require.False(t, w.Share(third, "molao").Receipt.At.IsZero())
	require.Equal(t, done.Header.Get("Location"), confirm(b, a.Text).Header.Get("Location"), "sent twice, done once")
	page := b.Page(done.Header.Get("Location"))
	require.Contains(t, page, "Đã thực hiện")
	require.Contains(t, page, `href="/inbox?view=sent"`)
	require.Equal(t, http.StatusNotFound, w.In("vanthu.vanquan").Get(done.Header.Get("Location")).Status, "another's batch does not exist")
}

func TestNothingPickedIsSaidAndLeadsBack(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.molao")
	a := b.Post("/batches/check", "act", "acknowledged", "back", "/inbox?view=sent")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, "chọn từ 1 đến 500 mục")
	require.Contains(t, a.Text, `href="/inbox?view=sent"`)
	a = b.Post("/batches/check", "act", "<script>", "pick", "x:1")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.NotContains(t, a.Text, "<script>")
}

func TestAWholeListIsReminded(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Sent()
	document := w.Sent()
	b := w.In("chutich.quan")
	a := b.Post("/batches/check", "act", "reminded", "all", "view=unconfirmed&unit="+string(webtest.Unit("molao")), "list", "inbox", "back", "/inbox?view=unconfirmed")
	require.Equal(t, http.StatusOK, a.Status, a.Text)
	require.Len(t, picked(a.Text), 4)
	require.Equal(t, http.StatusSeeOther, confirm(b, a.Text, "note", "Đề nghị <b>khẩn trương</b>").Status)
	require.False(t, w.Share(document, "molao").RemindedAt.IsZero())
	notices := w.In("vanthu.molao").Page("/notices")
	require.Contains(t, notices, "Đề nghị &lt;b&gt;khẩn trương&lt;/b&gt;")
	require.Equal(t, 2, strings.Count(notices, "notice-new"))
}

func TestDirectionsByTemplateAreTakenBack(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	var fields []string
	for range 2 {
		fields = append(fields, "pick", string(w.Register(webtest.Registration()))+":1")
	}
	template, err := w.Desk.AddTemplate(t.Context(), w.As("chutich.quan"), routing.Template{Name: "Rà soát", Text: "Rà soát hộ nghèo", Process: "Các phường báo cáo", Result: "Báo cáo",
		Recipients: []routing.TemplateRecipient{{UnitID: webtest.Unit("nv"), Role: routing.Lead, Days: 5}}}, webtest.Request())
	require.NoError(t, err)
	b := w.In("chutich.quan")
	require.Contains(t, b.Page("/documents?status=registered"), `<option value="`+string(template.ID)+`">Rà soát</option>`)
	require.NotContains(t, w.In("vanthu.quan").Page("/documents?status=registered"), `value="directed"`, "a clerk directs nothing")
	a := b.Post("/batches/check", append(fields, "act", "directed", "template", string(template.ID), "back", "/documents?status=registered")...)
	require.Equal(t, http.StatusOK, a.Status, a.Text)
	require.Contains(t, a.Text, "Rà soát hộ nghèo")
	done := confirm(b, a.Text)
	require.Equal(t, http.StatusSeeOther, done.Status, done.Text)
	at := done.Header.Get("Location")
	page := b.Page(at)
	require.Contains(t, page, "Rút lại loạt chỉ đạo này")
	undo := regexp.MustCompile(`/batches/[0-9a-f-]+/undo`).FindString(page)
	a = b.Post(undo, "reason", "ngắn")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, ">ngắn</textarea>", "what was typed is kept")
	a = b.Post(undo, "reason", "Chọn nhầm mẫu chỉ đạo")
	require.Equal(t, http.StatusOK, a.Status, a.Text)
	require.Contains(t, a.Text, "2 việc đã thực hiện")
	require.NotContains(t, b.Page(at), "Rút lại loạt chỉ đạo này", "once")
}
