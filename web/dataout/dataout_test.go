package dataout_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

func TestTheEventLogIsChosenOnAPage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	b := w.In("chutich.quan")
	require.Contains(t, b.Page("/data-out"), `name="persons"`)
	a := b.Get("/data-out?from=01/11/2026&to=30/11/2026&format=xes")
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	file := b.Get(a.Header.Get("Location"))
	require.Equal(t, http.StatusOK, file.Status, file.Text)
	require.Contains(t, file.Text, "<trace>")
	require.Contains(t, file.Text, string(document))
	require.NotContains(t, file.Text, "vanthu.quan")
	named := b.Get(b.Get("/data-out?from=01/11/2026&to=30/11/2026&format=csv&persons=yes").Header.Get("Location"))
	require.Contains(t, named.Text, "vanthu.quan")

	a = b.Get("/data-out?from=hôm+nào&to=30/11/2026&format=xes")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="hôm nào"`)
	require.Equal(t, http.StatusUnprocessableEntity, b.Get("/data-out?from=01/11/2020&to=30/11/2026&format=csv").Status)
	require.Equal(t, http.StatusUnprocessableEntity, b.Get("/data-out?format=csv").Status)
}

func TestWhoMayNotHaveItIsNotOfferedIt_Z02(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Sent()
	clerk := w.In("vanthu.quan")
	require.NotContains(t, clerk.Page("/data-out"), `name="persons"`)
	require.Equal(t, http.StatusForbidden, clerk.Get("/data-out?from=01/11/2026&to=30/11/2026&persons=yes&format=csv").Status)
	officer := w.In("chuyenvien.nv")
	page := officer.Page("/data-out")
	require.NotContains(t, page, `name="format"`)
	require.Contains(t, page, "/data-out/feeds")
	require.Equal(t, http.StatusForbidden, officer.Get("/data-out?from=01/11/2026&to=30/11/2026&format=csv").Status)
	require.Equal(t, http.StatusForbidden, w.In("quantri").Get("/data-out").Status)
	require.Equal(t, http.StatusNotFound, w.In("chutich.quan").Get("/data-out?from=01/11/2026&to=30/11/2026&format=csv&unit="+string(webtest.Unit("molao"))).Status)
}

func TestAFeedIsMadeShownOnceAndRevoked(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Sent()
	b := w.In("vanthu.molao")
	fields := []string{"key", "11111111-1111-4111-8111-111111111111", "subjects", "yes"}
	a := b.Post("/data-out/feeds", fields...)
	require.Equal(t, http.StatusOK, a.Status, a.Text)
	address := regexp.MustCompile(`(/api/v1/deadline-feeds/[A-Za-z0-9_-]{43}\.ics)</p>`).FindStringSubmatch(a.Text)[1]
	require.NotContains(t, b.Post("/data-out/feeds", fields...).Text, `class="secret"`, "shown once")
	feed := w.Browser().Get(address) // nobody is logged in there
	require.Equal(t, http.StatusOK, feed.Status)
	require.Contains(t, feed.Text, "BEGIN:VEVENT")
	list := b.Page("/data-out")
	require.NotContains(t, list, strings.TrimSuffix(address[len(address)-20:], ".ics"))
	require.Equal(t, 1, strings.Count(list, "/revoke"))
	revoke := regexp.MustCompile(`/data-out/feeds/[0-9a-f-]{36}/revoke`).FindString(list)
	require.Equal(t, http.StatusNotFound, w.In("vanthu.vanquan").Post(revoke).Status)
	require.Equal(t, "/data-out?done=revoked", b.Post(revoke).Header.Get("Location"))
	require.Equal(t, http.StatusNotFound, w.Browser().Get(address).Status)
}

func TestAWebhookIsRegisteredTriedAndRevoked_R01(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	require.Equal(t, http.StatusForbidden, w.In("chutich.quan").Get("/admin/webhooks").Status)
	b := w.In("quantri")
	a := b.Post("/admin/webhooks", "key", "21111111-1111-4111-8111-111111111111", "url", "không phải")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `value="không phải"`)
	fields := []string{"key", "31111111-1111-4111-8111-111111111111", "url", "https://example.vn/<b>", "kinds", "alarm.rung", "kinds", "document.registered"}
	a = b.Post("/admin/webhooks", fields...)
	require.Equal(t, http.StatusOK, a.Status, a.Text)
	require.Regexp(t, `<p class="secret">whsec_`, a.Text)
	require.NotContains(t, b.Post("/admin/webhooks", fields...).Text, "whsec_", "shown once")
	list := b.Page("/admin/webhooks")
	require.NotContains(t, list, "<b>")
	at := regexp.MustCompile(`/admin/webhooks/[0-9a-f-]{36}`).FindString(list)
	require.Contains(t, b.Post(at+"/test", "key", "41111111-1111-4111-8111-111111111111").Header.Get("Location"), at)
	require.Contains(t, b.Page(at), "chờ gửi")
	_, err := w.Store.DB().ExecContext(t.Context(), `UPDATE webhook_deliveries SET outcome = 'blocked-address', given_up_at = now(); UPDATE webhooks SET failures = 20, paused_at = now()`)
	require.NoError(t, err)
	page := b.Page(at)
	require.Contains(t, page, "địa chỉ không được phép gọi")
	require.Contains(t, page, "tạm ngừng sau 20 lần không gửi được")
	b.Post(at + "/resume")
	require.NotContains(t, b.Page(at), "tạm ngừng")
	require.Equal(t, "/admin/webhooks?done=revoked", b.Post(at+"/revoke").Header.Get("Location"))
	require.NotContains(t, b.Page("/admin/webhooks"), at)
}
