package lists_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"congvan/desk"
	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

var subjects = regexp.MustCompile(`(?s)<td class="subject">.*?<a [^>]*>([^<]*)</a>`)

// shown are the subjects of a list, in its order.
func shown(page string) (out []string) {
	for _, m := range subjects.FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

func about(w *webtest.World, subject string, change func(*routing.Registration)) routing.ID {
	in := webtest.Registration()
	in.Subject = subject
	if change != nil {
		change(&in)
	}
	return w.Register(in)
}

func TestWhatIsTypedFindsWhatWasWritten(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	about(w, "Kế hoạch phòng chống hoả hoạn", func(r *routing.Registration) { r.CodeNumber, r.CodeNotation = "15", "KH-UBND" })
	about(w, "Uỷ quyền 100% cho \\ Phòng Nội vụ", func(r *routing.Registration) {
		r.CodeNumber, r.CodeNotation, r.Issuer = "05", "QĐ-SXD", "Sở Xây dựng"
	})
	about(w, "Báo cáo quý", func(r *routing.Registration) { r.Issuer = "Công an Thành phố" })
	b := w.In("vanthu.quan")
	for typed, want := range map[string]string{
		"hoả hoạn": "Kế hoạch", "HỎA HOẠN": "Kế hoạch", "hoa hoan": "Kế hoạch", "ho\u0061\u0309 hoạn": "Kế hoạch", "15/KH": "Kế hoạch", "15/kh-ub": "Kế hoạch", "kh-ubnd": "Kế hoạch",
		"ủy quyền": "Uỷ quyền", "uy quyen noi vu": "Uỷ quyền", "5/QĐ": "Uỷ quyền", "05/qd-sxd": "Uỷ quyền", "xay dung": "Uỷ quyền", "“noi vu”": "Uỷ quyền", "100%": "Uỷ quyền",
		"cong an": "Báo cáo", "bao cao qu": "Báo cáo",
	} {
		found := shown(b.Page("/documents?q=" + url.QueryEscape(typed)))
		require.Len(t, found, 1, typed)
		require.True(t, strings.HasPrefix(found[0], want), typed)
	}
	for _, typed := range []string{"%hoạn", "h_a", "vu noi\"", `"vu noi"`, "5/KH", "phongchong", "xay dung ' | 'cong", "' & !'z", "\\'; DROP TABLE documents; --"} {
		if found := shown(b.Page("/documents?q=" + url.QueryEscape(typed))); typed == "%hoạn" || typed == "vu noi\"" {
			require.Len(t, found, 1, typed) // marks mean nothing
		} else {
			require.Empty(t, found, typed)
		}
	}
	require.Len(t, shown(b.Page("/documents?issuer=xay+dung")), 1)
	require.Empty(t, shown(b.Page("/documents?issuer=hoa+hoan")), "the issuer is no subject")
	require.Len(t, shown(b.Page("/documents?q=%2F%2F%2F")), 3, "nothing to search for")
}

func TestAListIsNarrowedAndSorted(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	about(w, "Một", func(r *routing.Registration) { r.Urgency, r.Issuer = routing.Express, "Đoàn Thanh niên" })
	about(w, "Hai", func(r *routing.Registration) { r.TypeName, r.Issuer = "Kế hoạch", "Dân vận" })
	w.Pass(24 * 3600e9)
	about(w, "Ba", func(r *routing.Registration) { r.Field, r.Issuer = "Y tế", "Âu Lạc" })
	b := w.In("vanthu.quan")
	for query, want := range map[string]string{
		"": "Ba Hai Một", "sort=number-up": "Một Hai Ba", "sort=issuer": "Ba Hai Một", "sort=urgency": "Một Ba Hai", "sort=arrival": "Ba Hai Một",
		"urgency=express": "Một", "type=K%E1%BA%BF+ho%E1%BA%A1ch": "Hai", "field=Y+t%E1%BA%BF": "Ba", "from=24/11/2026": "Ba", "to=23-11-26": "Hai Một", "year=2025": "",
		"status=registered": "Ba Hai Một", "status=concluded": "", "sort=%3Bdrop": "Ba Hai Một", "after=nonsense": "Ba Hai Một", "status=none": "",
	} {
		require.Equal(t, want, strings.Join(shown(b.Page("/documents?"+query)), " "), query)
	}
	a := b.Get("/documents?from=32/1&q=gi%E1%BB%AF")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="32/1"`)
	require.Contains(t, a.Text, `value="giữ"`)
}

func TestPagesGoOnWithoutGapsInEveryOrder(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	const all = 103
	for range all {
		w.Register(webtest.Registration())
	}
	b := w.In("chutich.quan")
	next := regexp.MustCompile(`href="([^"]*)" rel="next"`)
	for _, sort := range []string{"number", "number-up", "arrival", "urgency", "issuer"} {
		numbers, at := map[string]bool{}, "/documents?sort="+sort
		for pages := 0; at != "" && pages < 5; pages++ {
			page := b.Page(at)
			for _, m := range regexp.MustCompile(`<td class="n"><span[^>]*>([0-9/]+)</span></td>`).FindAllStringSubmatch(page, -1) {
				require.False(t, numbers[m[1]], "%s twice by %s", m[1], sort)
				numbers[m[1]] = true
			}
			if at = ""; next.MatchString(page) {
				at = strings.ReplaceAll(next.FindStringSubmatch(page)[1], "&amp;", "&")
			}
		}
		require.Len(t, numbers, all, sort)
	}
}

func TestTheInboxOfAWard(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	b := w.In("vanthu.molao")
	page := b.Page("/inbox?view=sent")
	require.Len(t, shown(page), 1)
	require.Contains(t, page, `name="pick"`)
	require.Contains(t, page, `data-live="/inbox?view=sent"`)
	require.Contains(t, page, "còn ")
	for _, view := range []string{"open", "sent", "assign", "working", "soon", "overdue", "unconfirmed", "returned", "judge", "given-working", "given-soon", "given-overdue", "none"} {
		for _, sort := range []string{"due", "arrival", "urgency", "number", "issuer"} {
			b.Page("/inbox?view=" + view + "&sort=" + sort + "&mine=1&q=ngheo&role=execute")
		}
	}
	_, err := w.Desk.Acknowledge(t.Context(), w.As("vanthu.molao"), w.Share(document, "molao").ID, webtest.Request())
	require.NoError(t, err)
	require.Empty(t, shown(b.Page("/inbox?view=sent")))
	require.Len(t, shown(b.Page("/inbox?view=working&q=ho+ngheo")), 1)
	require.Empty(t, shown(b.Page("/inbox?view=working&q=ho+giau")))
	require.Contains(t, b.Page("/inbox?view=sent"), "Không có văn bản nào chờ vào sổ")
	require.Len(t, shown(b.Page("/documents")), 1, "what it received stands in its book")
	require.Contains(t, b.Page("/documents"), `<td class="n"><span class="">1/2026</span></td>`)
	district := w.In("chutich.quan")
	require.Contains(t, district.Page("/inbox?view=unconfirmed&unit="+string(webtest.Unit("vanquan"))), "Văn Quán")
	require.Empty(t, shown(district.Page("/inbox?view=unconfirmed&unit="+string(webtest.Unit("molao")))))
}

func TestNobodyElsesDocumentsAreInAList(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	about(w, "Của quận", nil)
	require.Empty(t, shown(w.In("vanthu.molao").Page("/documents?q=cua+quan")))
	require.Empty(t, shown(w.In("vanthu.molao").Page("/inbox?q=cua+quan")))
	for _, path := range []string{"/inbox", "/documents", "/documents?q=x", "/books", "/books/print", "/books/excel"} {
		require.Equal(t, http.StatusForbidden, w.In("quantri").Get(path).Status, path)
	}
}

func TestTextThatIsCodeIsShownAsText_W02(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := about(w, `<script>alert(1)</script>"'`, func(r *routing.Registration) { r.Issuer = `<img src=x onerror=alert(1)>` })
	w.Direct(document, routing.Recipient{UnitID: webtest.Unit("nv"), Role: routing.Lead})
	b := w.In("vanthu.quan")
	for _, page := range []string{b.Page("/documents?q=%22%3E%3Cscript%3E"), b.Page("/documents"), b.Page("/inbox?view=unconfirmed"), b.Page("/books/print")} {
		require.NotContains(t, page, "<script>alert")
		require.NotContains(t, page, "<img src=x")
	}
	require.Contains(t, b.Page("/documents"), "&lt;script&gt;alert(1)")
}

func TestAFilterIsKeptUnderAName(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b, other := w.In("vanthu.quan"), w.In("chutich.quan")
	a := b.Post("/filters", "list", "documents", "name", "Hoả tốc <b>", "query", "urgency=express")
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	require.Equal(t, "/documents?urgency=express&done=saved", a.Header.Get("Location"))
	page := b.Page("/documents")
	require.Contains(t, page, `href="/documents?urgency=express"`)
	require.Contains(t, page, "Hoả tốc &lt;b&gt;")
	require.NotContains(t, other.Page("/documents"), "urgency=express\"")
	forget := regexp.MustCompile(`/filters/[0-9a-f-]+/delete`).FindString(page)
	require.Equal(t, http.StatusSeeOther, other.Post(forget).Status)
	require.Contains(t, b.Page("/documents"), forget, "nobody forgets another's")
	require.Equal(t, http.StatusSeeOther, b.Post(forget, "back", "https://example.org").Status)
	require.NotContains(t, b.Page("/documents"), forget)
	a = b.Post("/filters", "list", "documents", "name", strings.Repeat("x", 61), "query", "q=gi%E1%BB%AF")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, strings.Repeat("x", 61))
	for i := range desk.SavedFiltersLimit + 1 {
		a = b.Post("/filters", "list", "documents", "name", strings.Repeat("y", i+1), "query", "q=a")
	}
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
}

func TestColumnsAreKept(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Register(webtest.Registration())
	b := w.In("vanthu.quan")
	require.NotContains(t, b.Page("/documents"), `<th scope="col">Tên loại</th>`)
	require.Contains(t, b.Page("/documents?cols=type&cols=due&cols=none"), `<th scope="col">Tên loại</th>`)
	page := b.Page("/documents")
	require.Contains(t, page, `<th scope="col">Tên loại</th>`)
	require.NotContains(t, page, `<th scope="col">Trạng thái</th>`)
}
