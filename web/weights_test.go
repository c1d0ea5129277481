package web_test

import (
	"testing"
	"time"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// TestTheFirstPageIsLight weighs what comes over the line, with an empty cache, and
// how long it takes on a machine that is four times slower. The figures of
// docs/pages.md are from here: go test ./web -run TheFirstPageIsLight -v
func TestTheFirstPageIsLight(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for range 20 {
		w.Direct(w.Register(webtest.Registration()), routing.Recipient{UnitID: webtest.Unit("nv"), Role: routing.Lead}, routing.Recipient{UnitID: webtest.Unit("molao"), Role: routing.Execute})
		w.Register(webtest.Registration())
	}
	for _, page := range []struct {
		username, path string
		most           int64
		look           webtest.Look
	}{
		{"vanthu.quan", "/", 100_000, webtest.Wide}, {"chutich.quan", "/", 100_000, webtest.Wide}, {"chutich.quan", "/queue", 100_000, webtest.Wide},
		{"vanthu.quan", "/documents", 100_000, webtest.Wide}, {"vanthu.quan", "/register", 100_000, webtest.Wide},
		{"chutich.quan", "/oversight", 100_000, webtest.Wide}, {"chutich.molao", "/ward", 60_000, webtest.Phone},
	} {
		tab := w.Tab(page.look)
		tab.LogIn(page.username, webtest.Password)
		tab.Slow(4)
		tab.Forget()
		tab.Transferred()
		tab.Open(page.path)
		time.Sleep(500 * time.Millisecond) // what a page loads late
		bytes := tab.Transferred()
		var loaded, usable float64
		// Usable: what is deferred has run, so that each click and key is answered.
		tab.Eval(`performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd`, &usable)
		tab.Eval(`performance.getEntriesByType('navigation')[0].loadEventEnd`, &loaded)
		t.Logf("%-13s %-10s %6d bytes, usable after %4.0f ms, loaded after %4.0f ms", page.username, page.path, bytes, usable, loaded)
		tab.Slow(1)
		tab.Do(chromedp.Navigate("about:blank")) // nothing of it goes on beside the next
		require.Less(t, bytes, page.most, page.path)
		require.Greater(t, bytes, int64(10_000), "the count is blind")
		require.Positive(t, loaded)
	}
}
