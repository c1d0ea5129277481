package ward_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// keepsThePage waits until the worker has the ward's page in its store.
func keepsThePage(tab *webtest.Tab) {
	tab.Helper()
	require.Eventually(tab, func() bool {
		var kept bool
		tab.EvalAwait(`navigator.serviceWorker.controller && caches.match('/ward').then((x) => !!x) || Promise.resolve(false)`, &kept)
		if !kept {
			tab.Open("/ward")
		}
		return kept
	}, 20*time.Second, 200*time.Millisecond)
}

func TestWhoComesNextInABrowserSeesNothingOfWhoWasThere_S21(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Sent()
	tab := w.Tab(webtest.Phone)
	tab.LogIn("chutich.molao", webtest.Password)
	tab.Open("/ward")
	tab.Says("Mới đến, chờ xác nhận (1)")
	keepsThePage(tab)
	tab.Do(network.ClearBrowserCookies()) // the browser was closed: nobody logged out
	tab.LogIn("vanthu.quan", webtest.Password)

	w.Cut(true)
	var left bool
	tab.EvalAwait(`caches.match('/ward').then((x) => !!x)`, &left)
	require.False(t, left, "the list of who was there before is still kept")
}

func TestAQueueIsSentByWhoFilledIt_Z09(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	tab := w.Tab(webtest.Phone)
	tab.LogIn("chutich.molao", webtest.Password)
	tab.Open("/ward")
	tab.Says("Mới đến, chờ xác nhận (1)")
	w.Cut(true)
	tab.Press(".ward-tap")
	tab.Says("Chưa gửi")

	as := func(username string) { // in another tab of the browser, while this page stays
		var status int
		tab.EvalAwait(fmt.Sprintf(`fetch('/login', {method: 'POST', body: new URLSearchParams({username: %q, password: %q}), redirect: 'follow'}).then((x) => x.status)`,
			username, webtest.Password), &status)
		require.Equal(t, http.StatusOK, status)
		tab.Do(chromedp.Evaluate(`dispatchEvent(new Event('online'))`, nil))
	}
	tab.Do(network.ClearBrowserCookies())
	w.Cut(false)
	as("vanthu.molao")
	tab.Says("Chưa gửi: hãy đăng nhập lại")
	time.Sleep(time.Second) // for what must not happen
	require.Equal(t, routing.Sent, w.Share(document, "molao").Status, "done in the name of somebody who did not press")
	tab.Do(network.ClearBrowserCookies())
	as("chutich.molao")
	tab.Says("Đã gửi")
	require.Equal(t, routing.Received, w.Share(document, "molao").Status)
}

func TestAQueueOfAnotherAccountIsNotCarriedOut_Z09(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := string(w.Share(document, "molao").ID)
	b := w.In("vanthu.molao")
	b.Header.Set("X-Queued", "1")
	for _, account := range []string{"chutich.molao", "", "vanthu.molao/" + share} {
		a := b.PostFile("/ward", "anh.png", photo(t), "account", account, "key", "pressed-elsewhere", "act", "acknowledged", "share", share)
		require.Equal(t, http.StatusOK, a.Status)
		require.JSONEq(t, `{"done":false,"again":true,"login":true,"says":"Việc này do tài khoản khác bấm trên máy này; hãy đăng nhập bằng tài khoản đó để gửi."}`, a.Text)
		require.Equal(t, routing.Sent, w.Share(document, "molao").Status)
	}
	found, err := w.Desk.Enclosures(t.Context(), w.As("chutich.quan"), document)
	require.NoError(t, err)
	require.Empty(t, found)
	a := b.Post("/ward", "account", "vanthu.molao", "key", "pressed-elsewhere", "act", "acknowledged", "share", share)
	require.Contains(t, a.Text, `"done":true`)
}

func TestAFormWithoutAKeyLeavesNoFile_U09(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := string(w.Share(document, "molao").ID)
	b := w.In("chutich.molao")
	b.Post("/ward", "act", "acknowledged", "share", share)
	for _, key := range []string{"", "short", "not a key", strings.Repeat("k", 500_000)} {
		a := b.PostFile("/ward", "anh.png", photo(t), "key", key, "act", "progressed", "share", share)
		require.Equal(t, http.StatusUnprocessableEntity, a.Status, len(key))
		found, err := w.Desk.Enclosures(t.Context(), w.As("chutich.quan"), document)
		require.NoError(t, err)
		require.Empty(t, found)
	}
}
