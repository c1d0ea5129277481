package web_test

import (
	"flag"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"congvan/web"
	"congvan/web/webtest"

	"github.com/chromedp/chromedp"
)

// readers are who pages are looked at as: the first who is shown it.
var readers = []string{"chutich.quan", "vanthu.quan", "chutich.molao", "quantri", "vanthu.molao", "truong.nv"}

// shownTo are the addresses that show a page, by who is shown it.
func shownTo(t *testing.T, w *webtest.World) map[string][]string {
	t.Helper()
	known, shown := things(w), map[string][]string{}
	open := map[string]bool{}
	for _, username := range readers {
		b := w.In(username)
		for _, p := range web.Pages() {
			if p.Method != "GET" || p.Open || open[p.Path] && p.Path != "/" {
				continue
			}
			address := addressesOf(t, p, known)[0]
			a := b.Get(address)
			if a.Status == http.StatusOK && strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") && strings.Contains(a.Text, "<body") {
				open[p.Path] = true
				shown[username] = append(shown[username], address)
			}
		}
	}
	return shown
}

// everyLook is for before a release: go test ./web -run EveryLook -every-look
var everyLook = flag.Bool("every-look", false, "look at the pages in four looks, not in two")

// TestEveryPageInEveryLook lets axe look at each page, and at each dialog that it
// opens, and measures that nothing stands out to the side: on a phone and on a
// wide screen, light and dark.
func TestEveryPageInEveryLook(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	shown := shownTo(t, w)
	looks := []webtest.Look{webtest.Wide, {Width: 360, Height: 740, Touch: true, Dark: true}}
	if *everyLook {
		looks = append(looks, webtest.Look{Width: 1280, Height: 900, Dark: true}, webtest.Phone)
	}
	for _, look := range looks {
		t.Run(fmt.Sprintf("%d dark=%t", look.Width, look.Dark), func(t *testing.T) {
			t.Parallel()
			for username, addresses := range shown {
				tab := webtest.OpenTab(t, w.URL, look)
				tab.LogIn(username, webtest.Password)
				for _, address := range addresses {
					tab.Open(address)
					isWell(t, tab, username+" "+address)
					if look.Dark == (look.Width < 1000) { // dialogs: in two of the looks
						dialogsAreWell(t, tab, username+" "+address)
					}
				}
			}
		})
	}
}

// isWell says what is wrong with what a tab shows.
func isWell(t *testing.T, tab *webtest.Tab, what string) {
	t.Helper()
	for _, v := range tab.Violations() {
		for _, n := range v.Nodes {
			t.Errorf("%s: %s: %s\n%s", what, v.ID, n.HTML, n.FailureSummary)
		}
	}
	var wide string
	tab.Eval(`document.documentElement.scrollWidth <= innerWidth + 1 ? '' : [...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 120))[0] ?? 'wide'`, &wide)
	if wide != "" {
		t.Errorf("%s: stands out to the side: %s", what, wide)
	}
	tab.HasNoErrors()
}

// dialogsAreWell opens each kind of dialog of a page.
func dialogsAreWell(t *testing.T, tab *webtest.Tab, what string) {
	t.Helper()
	var links []string
	tab.Eval(`[...new Map([...document.querySelectorAll('main a[data-dialog]')].map((a) => [a.getAttribute('href').replace(/[0-9a-f-]{36}|[0-9a-f]{64}/g, ''), a.getAttribute('href')])).values()]`, &links)
	for _, link := range links {
		tab.Eval(fmt.Sprintf(`document.querySelector('main a[data-dialog][href=%q]').click()`, link), nil)
		opened := false
		for range 100 {
			if tab.Eval(`document.getElementById("dialog").open && document.getElementById("dialog").children.length > 0`, &opened); opened {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if !opened {
			t.Errorf("%s: the dialog does not open: %s", what, link)
			continue
		}
		isWell(t, tab, what+" dialog "+link)
		tab.Do(chromedp.Evaluate(`document.getElementById('dialog').close()`, nil))
	}
}
