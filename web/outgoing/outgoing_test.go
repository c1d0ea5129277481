package outgoing_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

// typed is a filled form, with some fields otherwise.
func typed(page string, other ...string) []string {
	fields := map[string]string{"typeName": "Công văn", "codeNotation": "UBND-QLĐT", "subject": "Trả lời <b>về</b> trật tự đô thị", "signerTitle": "Phó Chủ tịch UBND quận",
		"drafter": "phòng quản lý đô thị", "execute": "- Phường Mộ Lao;\n- ubnd phường hà cầu;\r\n- Công an quận.", "report": "UBND thành phố Hà Nội", "keep": "VT, QLĐT",
		"urgency": "normal", "copies": "5", "secrecy": "none", "key": webtest.Hidden(page)["key"]}
	for i := 0; i+1 < len(other); i += 2 {
		fields[other[i]] = other[i+1]
	}
	var out []string
	for name, value := range fields {
		out = append(out, name, value)
	}
	return out
}

func TestTheClerkIssuesFromTheForm(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Register(webtest.Registration())
	b := w.In("vanthu.quan")
	require.Contains(t, b.Page("/documents/"+string(document)), `href="/outgoing/new?answers=`+string(document)+`"`)
	page := b.Page("/outgoing/new?answers=" + string(document))
	require.Contains(t, page, `value="1/2026"`, "the số đến of what is replied to")
	require.Contains(t, page, `<strong>1/2026</strong>`, "the number that comes next")
	sent := typed(page, "answers", "1/2026", "then", "next")
	a := b.Post("/outgoing/new", sent...)
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	again := b.Post("/outgoing/new", sent...)
	require.Equal(t, a.Header.Get("Location"), again.Header.Get("Location"), "sent twice, it is done once")
	next := b.Page(a.Header.Get("Location"))
	require.Contains(t, next, "<strong>01/UBND-QLĐT</strong>")
	require.Contains(t, next, `value="Phó Chủ tịch UBND quận"`, "what a pile has in common stays")
	require.NotContains(t, next, `name="subject" rows="2" required maxlength="2000" autofocus>Trả`)

	id := strings.TrimPrefix(a.Header.Get("Location"), "/outgoing/new?after=")
	shown := b.Page("/outgoing/" + id)
	require.Contains(t, shown, "Trả lời &lt;b&gt;về&lt;/b&gt; trật tự đô thị")
	require.NotContains(t, shown, "<b>về")
	for _, text := range []string{"<div>UBND phường Mộ Lao</div>", "<div>UBND phường Hà Cầu</div>", "<div>Công an quận</div>", "Phòng Quản lý đô thị", "số đến 1/2026"} {
		require.Contains(t, shown, text)
	}
	var units int
	require.NoError(t, w.Store.DB().NewRaw(`SELECT count(*) FROM outgoing, jsonb_array_elements(recipients) p WHERE p->>'unit' IS NOT NULL`).Scan(t.Context(), &units))
	require.Equal(t, 2, units, "Công an quận is no unit of the system")
	require.Contains(t, b.Page("/documents/"+string(document)), `href="/outgoing/`+id+`"`)
	require.Contains(t, b.Page("/books/print?form=follow"), "<td>01/UBND-QLĐT</td>")
}

func TestWhatWasTypedStaysAfterARefusal_W03(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.quan")
	page := b.Page("/outgoing/new")
	a := b.Post("/outgoing/new", typed(page, "subject", "", "issuedOn", "31/2", "copies", "năm", "codeNotation", "UBND KT", "note", "Giữ lại", "keep", "VT")...)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	for _, field := range []string{"subject", "issuedOn", "copies", "codeNotation"} {
		require.Contains(t, a.Text, `id="fault-`+field+`"`, "all that is wrong is said at once")
	}
	for _, kept := range []string{`value="31/2"`, `value="năm"`, `value="Giữ lại"`, "- Phường Mộ Lao;", ">VT</textarea>", "checked"} {
		require.Contains(t, a.Text, kept)
	}
	for _, number := range []string{"7", "x", "1/26"} {
		a = b.Post("/outgoing/new", typed(page, "answers", number)...)
		require.Equal(t, http.StatusUnprocessableEntity, a.Status)
		require.Contains(t, a.Text, `id="fault-answers"`, number)
	}
	a = b.Post("/outgoing/new", typed(page, "subject", "Độ mật: Tối mật", "note", "CANARY-77")...)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.NotContains(t, a.Text, "CANARY-77", "of a state secret nothing stays")
	require.NotContains(t, a.Text, "Phường Mộ Lao;")
	var rows int
	require.NoError(t, w.Store.DB().NewRaw(`SELECT (SELECT count(*) FROM outgoing) + (SELECT count(*) FROM books WHERE direction = 'outgoing')`).Scan(t.Context(), &rows))
	require.Zero(t, rows)
}

func TestTheListAndItsFilters(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for i := range 60 {
		in := webtest.Issuing()
		if i == 5 {
			in.TypeName, in.CodeNotation, in.Subject, in.SignerTitle = "Quyết định", "QĐ-UBND", "<script>alert(1)</script>", "Phó Chủ tịch UBND quận"
		}
		_, err := w.Desk.IssueOutgoing(t.Context(), w.As("vanthu.quan"), in, webtest.Request())
		require.NoError(t, err)
	}
	b := w.In("chutich.quan")
	page := b.Page("/outgoing")
	require.Len(t, regexp.MustCompile(`<td class="n">`).FindAllString(page, -1), 50)
	require.Contains(t, page, "60 văn bản")
	next := regexp.MustCompile(`href="([^"]*after=[^"]*)" rel="next"`).FindStringSubmatch(page)
	require.Len(t, next, 2)
	require.Len(t, regexp.MustCompile(`<td class="n">`).FindAllString(b.Page(strings.ReplaceAll(next[1], "&amp;", "&")), -1), 10)
	for query, want := range map[string]int{"q=06%2FQD": 1, "type=Quy%E1%BA%BFt+%C4%91%E1%BB%8Bnh": 1, "signer=pho": 1, "drafter=do+thi&signer=pho": 1, "from=24/11": 0, "from=1/11&to=23/11&q=script": 1, "status=cancelled": 0, "after=x": 50} {
		page = b.Page("/outgoing?" + query)
		require.Len(t, regexp.MustCompile(`<td class="n">`).FindAllString(page, -1), want, query)
		require.NotContains(t, page, "<script>alert")
	}
	a := b.Get("/outgoing?from=31/2")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="31/2"`)
	require.NotContains(t, page, `href="/outgoing/new"`, "a leader issues nothing")
	require.Contains(t, w.In("chanhvanphong").Page("/outgoing?unit="+string(webtest.Unit("quan"))), "60 văn bản")
	require.Equal(t, http.StatusNotFound, w.In("truong.nv").Get("/outgoing?unit="+string(webtest.Unit("quan"))).Status)
	require.Equal(t, http.StatusForbidden, w.In("quantri").Get("/outgoing").Status)
	require.Equal(t, http.StatusForbidden, b.Get("/outgoing/new").Status)
}

func TestCancellingKeepsTheNumber(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	o, err := w.Desk.IssueOutgoing(t.Context(), w.As("vanthu.quan"), webtest.Issuing(), webtest.Request())
	require.NoError(t, err)
	at := "/outgoing/" + string(o.ID)
	require.NotContains(t, w.In("chutich.quan").Page(at), at+"/cancel")
	b := w.In("vanthu.quan")
	require.Contains(t, b.Page(at), `href="`+at+`/cancel"`)
	form := b.Page(at + "/cancel")
	hidden := webtest.Hidden(form)
	a := b.Post(at+"/cancel", "key", hidden["key"], "version", hidden["version"], "reason", "nhầm")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, ">nhầm</textarea>")
	require.Contains(t, a.Text, `id="fault-reason"`)
	a = b.Post(at+"/cancel", "key", webtest.Hidden(a.Text)["key"], "version", hidden["version"], "reason", "Cấp số nhầm <i>văn bản</i>")
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	shown := b.Page(a.Header.Get("Location"))
	require.Contains(t, shown, "Cấp số nhầm &lt;i&gt;văn bản&lt;/i&gt;")
	require.NotContains(t, shown, at+"/cancel")
	require.Contains(t, b.Page("/outgoing"), "Đã huỷ, giữ số")
	require.Contains(t, b.Page("/books/print?form=outgoing"), "Đã huỷ: Cấp số nhầm &lt;i&gt;")
	require.Equal(t, routing.OutgoingIssued, o.Status)
}

// pressEnter presses Enter as a keyboard does: what a page keeps from happening writes
// nothing.
var pressEnter = chromedp.ActionFunc(func(ctx context.Context) error {
	return input.DispatchKeyEvent(input.KeyDown).WithKey("Enter").WithCode("Enter").WithWindowsVirtualKeyCode(13).WithText("\r").Do(ctx)
})

// The form by keys alone: the type brings its notation, Enter moves on, but within
// recipients it begins the next line; Ctrl+Enter issues.
func TestTheFormByKeys(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	tab := w.Tab(webtest.Wide)
	tab.LogIn("vanthu.quan", webtest.Password)
	tab.Open("/outgoing/new")
	tab.Wait("#f-typeName")
	types := func(words ...string) (now string) {
		for _, text := range words {
			tab.Do(input.InsertText(text), pressEnter)
		}
		tab.Eval(`document.activeElement.name + ': ' + document.activeElement.value`, &now)
		return now
	}
	require.Equal(t, "codeNotation: TTr-", types("Tờ trình"))
	require.Equal(t, "issuedOn: ", types("TTr-UBND"))
	require.Equal(t, "subject: ", types("20/11"))
	require.Equal(t, "execute: ", types("Xin chủ trương", "Chủ tịch UBND quận", "", "Phòng Nội vụ", ""))
	require.Equal(t, "execute: UBND thành phố Hà Nội\nSở Nội vụ\n", types("UBND thành phố Hà Nội", "Sở Nội vụ"))
	tab.IsAccessible()
	tab.Eval(`document.getElementById('f-secrecy').click()`, nil)
	tab.Eval(`document.getElementById('f-note').focus()`, nil)
	tab.Eval(`document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }))`, nil)
	tab.Wait("#issued")
	tab.Says("01/TTr-UBND")
	var day string
	require.NoError(t, w.Store.DB().NewRaw(`SELECT issued_on::text FROM outgoing`).Scan(t.Context(), &day))
	require.Equal(t, "2026-11-20", day)
	tab.HasNoErrors()
}
