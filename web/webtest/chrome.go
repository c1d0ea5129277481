package webtest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// patience is how long a test waits for a page to come to where it should be.
const patience = 20 * time.Second

// Tab is a page in a real browser.
type Tab struct {
	testing.TB
	ctx    context.Context
	url    string
	width  int64
	bytes  *atomic.Int64
	failed *atomic.Value // what the page wrote to its console as an error
}

// Look is how a tab looks at the pages.
type Look struct {
	Width, Height int64 // 0: 1280 × 900
	Dark          bool
	NoScript      bool
	Touch         bool
}

// Phone and Desk are the sizes that everything is tried in.
var (
	Phone = Look{Width: 360, Height: 740, Touch: true}
	Wide  = Look{Width: 1280, Height: 900}
)

// root is the top of the source tree.
func root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// chromium finds the browser, or fetches it once: see tools/browser.
var chromium = sync.OnceValues(func() (string, error) {
	find := exec.Command(filepath.Join(root(), "tools/browser/find.sh"))
	find.Stderr = os.Stderr
	out, err := find.Output()
	return strings.TrimSpace(string(out)), err
})

// browser is the one process of all tabs; each of them is a profile of its own.
var browser = sync.OnceValues(func() (context.Context, error) {
	program, err := chromium()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-dev-shm-usage", true))
	ctx, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeBrowser := chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {})) // it knows some events of a newer browser not
	endBrowser = func() { closeBrowser(); end() }
	return ctx, chromedp.Run(ctx)
})

var endBrowser = func() {}

// newProfile opens a window with cookies and a cache of its own.
func newProfile(first context.Context) (target.ID, error) {
	ctx := cdp.WithExecutor(first, chromedp.FromContext(first).Browser)
	profile, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(ctx)
	if err != nil {
		return "", err
	}
	return target.CreateTarget("about:blank").WithBrowserContextID(profile).WithNewWindow(true).Do(ctx)
}

// Tab opens a browser of its own.
func (w *World) Tab(look Look) *Tab { w.Helper(); return OpenTab(w, w.URL, look) }

// OpenTab opens a browser at the pages of an address.
func OpenTab(t testing.TB, url string, look Look) *Tab {
	t.Helper()
	first, err := browser()
	require.NoError(t, err, "start Chromium")
	if look.Width == 0 {
		look.Width, look.Height = Wide.Width, Wide.Height
	}
	id, err := newProfile(first)
	require.NoError(t, err, "open a tab")
	ctx, cancel := chromedp.NewContext(first, chromedp.WithTargetID(id))
	t.Cleanup(cancel)
	tab := &Tab{TB: t, ctx: ctx, url: url, width: look.Width, bytes: &atomic.Int64{}, failed: &atomic.Value{}}
	chromedp.ListenTarget(ctx, tab.note)
	scheme := "light"
	if look.Dark {
		scheme = "dark"
	}
	tab.Do(network.Enable(), emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"}}), // what glides into view is pressed beside
		emulation.SetDeviceMetricsOverride(look.Width, look.Height, 1, look.Touch))
	if look.NoScript { // the pages hold no script, so that without the files there is none
		tab.Do(network.SetBlockedURLs().WithURLPatterns([]*network.BlockPattern{{URLPattern: "*://*:*/*.js", Block: true}}))
	}
	return tab
}

func (t *Tab) note(event any) {
	switch e := event.(type) {
	case *network.EventLoadingFinished:
		t.bytes.Add(int64(e.EncodedDataLength))
	case *cdpruntime.EventExceptionThrown:
		t.failed.Store(e.ExceptionDetails.Error())
	case *page.EventJavascriptDialogOpening:
		go func() { _ = chromedp.Run(t.ctx, page.HandleJavaScriptDialog(true)) }()
	}
}

// Do lets the browser do things, within patience.
func (t *Tab) Do(actions ...chromedp.Action) {
	t.Helper()
	// The context of the first actions is the browser's life: it has no end of its own.
	done := make(chan error, 1)
	go func() { done <- chromedp.Run(t.ctx, actions...) }()
	select {
	case err := <-done:
		require.NoError(t, err, "%s", t.Where())
	case <-time.After(patience):
		require.Fail(t, "the page did not come to where it should be", "%s", t.Where())
	}
}

// Where is what the tab shows: its address and the beginning of its text.
func (t *Tab) Where() string {
	ctx, cancel := context.WithTimeout(t.ctx, 2*time.Second)
	defer cancel()
	var at, text string
	_ = chromedp.Run(ctx, chromedp.Location(&at), chromedp.Text("body", &text, chromedp.ByQuery))
	return at + "\n" + text[:min(len(text), 600)]
}

// Open loads a page.
func (t *Tab) Open(path string) { t.Helper(); t.Do(chromedp.Navigate(t.url + path)) }

// LogIn logs somebody in through the page.
func (t *Tab) LogIn(username, password string) {
	t.Helper()
	t.Open("/login")
	t.Type("#f-username", username)
	t.Type("#f-password", password)
	t.Press("main .btn-primary")
	t.Wait(".reader, #f-code")
}

// Type writes into a field.
func (t *Tab) Type(selector, text string) {
	t.Helper()
	t.Do(chromedp.WaitVisible(selector, chromedp.ByQuery), chromedp.Evaluate(fmt.Sprintf(`document.querySelector(%q).value = ""`, selector), nil),
		chromedp.Focus(selector, chromedp.ByQuery), input.InsertText(text))
}

// Press clicks, once what is to be clicked stands still in the middle of the screen:
// a page that is scrolled to it meanwhile is pressed beside it.
func (t *Tab) Press(selector string) {
	t.Helper()
	await := func(p *cdpruntime.EvaluateParams) *cdpruntime.EvaluateParams { return p.WithAwaitPromise(true) }
	t.Do(chromedp.WaitVisible(selector, chromedp.ByQuery), chromedp.Evaluate(fmt.Sprintf(`document.querySelector(%q)?.scrollIntoView({block: "center", behavior: "instant"});
		new Promise((still) => requestAnimationFrame(() => requestAnimationFrame(() => still())))`, selector), nil, await), chromedp.Click(selector, chromedp.ByQuery))
}

// Keys are typed wherever the focus is.
func (t *Tab) Keys(keys string) { t.Helper(); t.Do(chromedp.KeyEvent(keys)) }

// Wait waits until something can be seen.
func (t *Tab) Wait(selector string) {
	t.Helper()
	t.Do(chromedp.WaitVisible(selector, chromedp.ByQuery))
}

// Says waits until the page's text holds a sentence.
func (t *Tab) Says(sentence string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(t.text("body"), sentence) }, patience, 50*time.Millisecond, "%q on %s", sentence, lazy(t.Where))
}

type lazy func() string

func (l lazy) String() string { return l() }

func (t *Tab) text(selector string) (text string) {
	_ = chromedp.Run(t.ctx, chromedp.Text(selector, &text, chromedp.ByQuery))
	return text
}

// Eval is the value of an expression in the page.
func (t *Tab) Eval(expression string, into any) {
	t.Helper()
	t.Do(chromedp.Evaluate(expression, into))
}

// EvalAwait is the value of a promise in the page.
func (t *Tab) EvalAwait(expression string, into any) {
	t.Helper()
	t.Do(chromedp.Evaluate(expression, into, func(p *cdpruntime.EvaluateParams) *cdpruntime.EvaluateParams { return p.WithAwaitPromise(true) }))
}

// Offline tells the browser that it has no line, or has it again. [World.Cut] cuts
// the line itself.
func (t *Tab) Offline(cut bool) {
	t.Helper()
	all := &network.Conditions{DownloadThroughput: -1, UploadThroughput: -1, Offline: cut}
	t.Do(network.OverrideNetworkState(cut, 0, -1, -1), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := network.EmulateNetworkConditionsByRule([]*network.Conditions{all}).WithEmulateOfflineServiceWorker(cut).Do(ctx)
		return err
	}))
}

// Slow lets the machine be so many times slower.
func (t *Tab) Slow(times float64) { t.Helper(); t.Do(emulation.SetCPUThrottlingRate(times)) }

// Transferred are the bytes that came over the line since it was asked last.
func (t *Tab) Transferred() int64 { return t.bytes.Swap(0) }

// Forget empties the browser's cache.
func (t *Tab) Forget() { t.Helper(); t.Do(network.ClearBrowserCache()) }

// Violation is what axe finds fault with.
type Violation struct {
	ID, Impact string
	Nodes      []struct{ HTML, FailureSummary string }
}

var axe = sync.OnceValues(func() (string, error) {
	text, err := os.ReadFile(filepath.Join(root(), "web/assets/node_modules/axe-core/axe.min.js"))
	return string(text), err
})

// IsAccessible lets axe look at the page as it is, by WCAG 2.2 AA.
func (t *Tab) IsAccessible() {
	t.Helper()
	violations := t.Violations()
	found, _ := json.MarshalIndent(violations, "", "  ")
	require.Empty(t, violations, "%s", found)
}

// Violations are what axe finds on the page as it is.
func (t *Tab) Violations() []Violation {
	t.Helper()
	script, err := axe()
	require.NoError(t, err, "run `make assets`")
	var result struct{ Violations []Violation }
	t.Eval(script+"; undefined", nil)
	t.EvalAwait(`axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']})`, &result)
	return result.Violations
}

// HasNoErrors says that no script of a page failed.
func (t *Tab) HasNoErrors() { t.Helper(); require.Nil(t, t.failed.Load()) }

// Fits says that nothing stands out of the screen to the side.
func (t *Tab) Fits() {
	t.Helper()
	var wide bool
	t.Eval(fmt.Sprintf(`document.documentElement.scrollWidth > %d + 1`, t.width), &wide) // a phone's innerWidth grows with what is too wide
	require.False(t, wide, "the page is wider than the screen: %s", t.Where())
}

// pictures is where pictures of the pages are kept; empty: nowhere.
var pictures = os.Getenv("PICTURES")

// Picture keeps a picture of the whole page, if PICTURES names a folder.
func (t *Tab) Picture(name string) {
	t.Helper()
	if pictures == "" {
		return
	}
	var png []byte
	t.Do(chromedp.FullScreenshot(&png, 100))
	require.NoError(t, os.WriteFile(filepath.Join(pictures, name+".png"), png, 0o644))
}
