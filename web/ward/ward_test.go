package ward_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"
	"time"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

func photo(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, image.NewGray(image.Rect(0, 0, 40, 40))))
	return out.Bytes()
}

func TestAWardAcknowledgesAndReportsWithoutScripts(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	b := w.In("chutich.molao")
	require.Contains(t, b.Page("/ward"), "Mới đến, chờ xác nhận (1)")
	share := w.Share(document, "molao")
	a := b.Post("/ward", "act", "acknowledged", "share", string(share.ID))
	require.Equal(t, "/ward?done=acknowledged", a.Header.Get("Location"), a.Text)
	require.Equal(t, 1, w.Share(document, "molao").Receipt.Number)

	a = b.Post("/ward", "act", "reported", "share", string(share.ID), "text", "")
	require.Equal(t, 422, a.Status)
	a = b.Post("/ward", "act", "extended", "share", string(share.ID))
	require.Equal(t, 404, a.Status, "the page has three acts and no other")
	a = b.Post("/ward", "act", "reported", "share", string(share.ID), "text", `Đã rà soát <b>12</b> hộ`)
	require.Equal(t, "/ward?done=reported", a.Header.Get("Location"), a.Text)
	require.Equal(t, routing.Reported, w.Share(document, "molao").Status)
}

func TestWhatWasTypedStaysWhenItIsRefused_W02(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := string(w.Share(document, "molao").ID)
	b := w.In("chutich.molao")
	b.Post("/ward", "act", "acknowledged", "share", share)
	b.Post("/ward", "act", "progressed", "share", share, "text", "Đang làm")
	a := b.Post("/ward", "act", "reported", "share", share, "text", `</textarea><script>alert(1)</script> MẬT: TỐI MẬT`)
	require.Equal(t, 422, a.Status)
	require.Contains(t, a.Text, `&lt;/textarea&gt;&lt;script&gt;`)
	require.NotContains(t, a.Text, `<script>alert`)
}

func TestAPhotographGoesAlongOnce(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := w.Share(document, "molao")
	b := w.In("chutich.molao")
	b.Post("/ward", "act", "acknowledged", "share", string(share.ID))
	for range 2 {
		a := b.PostFile("/ward", "hiện trường.png", photo(t), "key", "pressed-once", "act", "reported", "share", string(share.ID), "text", "Đã xong")
		require.Equal(t, "/ward?done=reported", a.Header.Get("Location"), a.Text)
	}
	found, err := w.Desk.Enclosures(t.Context(), w.As("chutich.quan"), document)
	require.NoError(t, err)
	require.Len(t, found[share.ID], 1)
	require.Equal(t, "hiện trường.png", found[share.ID][0].Name)
}

func TestTheNeighboursShareIsNotThere_Z04(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	b := w.In("chutich.molao")
	theirs, none := w.Share(document, "vanquan").ID, routing.ID("0199c0de-0000-7000-8000-000000000000")
	a, missing := b.Post("/ward", "act", "acknowledged", "share", string(theirs)), b.Post("/ward", "act", "acknowledged", "share", string(none))
	require.Equal(t, 404, a.Status)
	require.Equal(t, missing.Status, a.Status)
	require.Equal(t, routing.Sent, w.Share(document, "vanquan").Status)
}

func TestTheLineIsCutAndMended(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	tab := w.Tab(webtest.Phone)
	tab.LogIn("chutich.molao", webtest.Password)
	tab.Open("/ward")
	tab.Says("Mới đến, chờ xác nhận (1)")
	tab.IsAccessible()
	tab.Fits()
	tab.Picture("ward")
	require.Eventually(t, func() bool {
		var ready bool
		tab.Eval(`navigator.serviceWorker.controller !== null`, &ready)
		return ready
	}, 20*time.Second, 100*time.Millisecond)
	tab.Open("/ward") // the worker keeps the page

	w.Cut(true)
	tab.Press(".ward-tap")
	tab.Says("Chưa gửi")
	tab.Open("/ward") // out of the store
	tab.Says("Chưa gửi")
	tab.Says("bản lưu lúc")
	tab.IsAccessible()
	tab.Picture("ward-offline")
	require.Equal(t, routing.Sent, w.Share(document, "molao").Status)

	w.Cut(false)
	tab.Says("Đã gửi")
	require.Eventually(t, func() bool { return w.Share(document, "molao").Status == routing.Received }, 20*time.Second, 100*time.Millisecond)
	require.Equal(t, 1, w.Share(document, "molao").Receipt.Number)
	tab.Says("Đang xử lý (1)")
	tab.Fits()
	tab.HasNoErrors()
}

func TestTheWardsPageIsLight(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for range 20 {
		w.Direct(w.Register(webtest.Registration()), routing.Recipient{UnitID: webtest.Unit("nv"), Role: routing.Lead}, routing.Recipient{UnitID: webtest.Unit("molao"), Role: routing.Execute})
	}
	tab := w.Tab(webtest.Phone)
	tab.LogIn("chutich.molao", webtest.Password)
	tab.Forget()
	tab.Transferred()
	tab.Open("/ward")
	tab.Says("Mới đến, chờ xác nhận (20)")
	time.Sleep(500 * time.Millisecond) // what a page loads late
	bytes := tab.Transferred()
	t.Logf("the ward's page with 20 new documents: %d bytes", bytes)
	require.Less(t, bytes, int64(60_000))
	require.Greater(t, bytes, int64(10_000), "the count is blind")
}
