package trail_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

func TestTheTrailOfADocument(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	at := "/trail?document=" + string(document)
	b := w.In("vanthu.quan")
	page := b.Page(at)
	require.Contains(t, page, "<strong>Vào sổ</strong>")
	require.Contains(t, page, "<strong>Cho ý kiến chỉ đạo</strong>")
	require.NotContains(t, b.Page(at+"&kind=registered"), "<strong>Cho ý kiến chỉ đạo</strong>")
	require.NotContains(t, b.Page(at+"&from=24/11/2026"), "<strong>Vào sổ</strong>")
	export := strings.ReplaceAll(regexp.MustCompile(`href="(/api/v1/trail/export\?format=csv[^"]*)"`).FindStringSubmatch(page)[1], "&amp;", "&")
	a := b.Get(export)
	require.Equal(t, http.StatusOK, a.Status, a.Text)
	require.Contains(t, a.Text, "registered")
	for _, username := range []string{"vanthu.molao", "quantri"} {
		require.NotEqual(t, http.StatusOK, w.In(username).Get(at).Status, username)
	}
	a = b.Get(at + "&from=ngày")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="ngày"`)
}

func TestEverybodyReadsHisOwnTrailAndNobodyElses(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	other := string(w.As("chutich.quan").AccountID)
	for _, username := range []string{"vanthu.molao", "vanthu.quan", "chuyenvien.nv"} {
		b := w.In(username)
		b.Page("/trail")
		require.Equal(t, http.StatusNotFound, b.Get("/trail?of=account:"+other).Status, username)
		require.Equal(t, http.StatusNotFound, b.Get("/trail?of=unit:"+string(webtest.Unit("qldt"))).Status, username)
	}
	require.Equal(t, http.StatusOK, w.In("chutich.quan").Get("/trail?of=unit:"+string(w.As("chutich.quan").UnitID)).Status)
}
