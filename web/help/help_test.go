package help_test

import (
	"testing"

	"congvan/web/webtest"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

func TestEverybodyIsHelpedByRole(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for who, chapter := range map[string]string{"vanthu.quan": "Việc của văn thư", "chutich.quan": "Việc của lãnh đạo", "chutich.molao": "Việc của phường", "quantri": "Việc của quản trị"} {
		require.Contains(t, w.In(who).Page("/help"), "<h2>"+chapter+"</h2>", who)
	}
	b := w.In("vanthu.quan")
	require.Contains(t, b.Page("/help/ward"), "Việc của phường")
	require.Equal(t, 404, b.Get("/help/nobody").Status)
	b.Post("/display", "language", "en", "back", "/help")
	require.Contains(t, b.Page("/help"), "For clerks")
	require.Contains(t, b.Page("/help"), `<html lang="en"`)
}

func TestThePaletteFindsWithoutDiacritics(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	tab := w.Tab(webtest.Wide)
	tab.LogIn("vanthu.quan", webtest.Password)
	tab.Press("[data-palette]")
	tab.Wait("#palette")
	tab.IsAccessible()
	tab.Type("#palette", "so van ban")
	tab.Says("Tìm văn bản: so van ban")
	var first string
	tab.Eval(`document.querySelector('#palette-list [aria-selected=true]').textContent`, &first)
	require.Equal(t, "Sổ văn bản đến", first)
	tab.Type("#palette", "tro giup")
	tab.Keys(kb.Enter)
	tab.Says("Việc của văn thư")
	tab.IsAccessible()
	tab.Keys("?")
	tab.Wait("dialog kbd")
	tab.Says("Không phím tắt nào hoạt động")
	tab.IsAccessible()
	tab.HasNoErrors()
}
