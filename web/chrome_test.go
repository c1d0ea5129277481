package web_test

import (
	"testing"

	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestLoggingInWithARealBrowser(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Sent()
	for _, look := range []webtest.Look{webtest.Wide, webtest.Phone, {Dark: true}, {NoScript: true}} {
		tab := w.Tab(look)
		tab.LogIn("vanthu.molao", webtest.Password)
		tab.Says("Việc đang chờ")
		tab.Fits()
		tab.Picture("home")
		if !look.NoScript {
			tab.IsAccessible()
		}
		var scripts bool
		tab.Eval(`document.documentElement.classList.contains("js")`, &scripts)
		require.Equal(t, !look.NoScript, scripts)
		tab.HasNoErrors()
	}
}
