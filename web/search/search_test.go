package search_test

import (
	"net/url"
	"testing"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

func about(w *webtest.World, subject, typeName string) routing.ID {
	in := webtest.Registration()
	in.Subject, in.TypeName = subject, typeName
	return w.Register(in)
}

func TestTheSearchPage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	about(w, `Hoả hoạn <script>alert("1")</script> & lũ lụt`, "Công văn")
	about(w, "Phòng chống hoả hoạn", "Kế hoạch")
	b := w.In("chutich.quan")
	page := b.Page("/search?q=hoa+hoan")
	require.Contains(t, page, `<mark>Hoả hoạn</mark> &lt;script&gt;`, "what others wrote is text")
	require.NotContains(t, page, `<script>alert`)
	require.Contains(t, page, "2 văn bản")
	require.Contains(t, page, "/search?q=hoa+hoan&amp;type=K%E1%BA%BF+ho%E1%BA%A1ch", "a facet to narrow by")
	page = b.Page("/search?q=hoa+hoan&type=K%E1%BA%BF+ho%E1%BA%A1ch")
	require.Contains(t, page, "1 văn bản")
	require.Contains(t, page, `href="/search?q=hoa+hoan" aria-label="Bỏ lọc Tên loại: Kế hoạch"`)
	require.Contains(t, page, `<input type="hidden" name="type" value="Kế hoạch"`, "another word is searched for among them")
	for _, strange := range []string{"q=%00%ff", "q=a&after=x%27", "q=a&unit=x", "q=a&year=x&status=%3Cb%3E", "q=" + url.QueryEscape("' | 'b:*!&(")} {
		a := b.Get("/search?" + strange)
		require.Contains(t, []int{200, 422}, a.Status, strange)
		require.NotContains(t, a.Text, "<b>", strange)
	}
	require.Contains(t, b.Page("/search?q=khongthaygi"), "Không tìm thấy gì")
	require.Contains(t, b.Page("/search"), "Không cần dấu")
	require.Contains(t, w.In("chutich.molao").Page("/search?q=hoa+hoan"), "Không tìm thấy gì", "another's documents")
	require.Equal(t, 403, w.In("quantri").Get("/search?q=hoa").Status)
}

func TestASearchIsKept(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	about(w, "Phòng chống hoả hoạn", "Kế hoạch")
	b := w.In("chutich.quan")
	a := b.Post("/filters", "list", "search", "name", "Cháy", "query", "q=hoa+hoan", "key", webtest.Request().Key)
	require.Equal(t, 303, a.Status, a.Text)
	require.Contains(t, b.Page("/search"), `href="/search?q=hoa+hoan"`)
	require.NotContains(t, b.Page("/inbox"), "Cháy")
}
