package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWebhooksAreTheTopAdministratorsAndTheirSecretIsSealed_R01(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	const admin = "quantri"
	body := object{"url": "https://example.vn/in?token=cuanguoinhan", "kinds": []string{"document.registered", "alarm.rung"}}
	key := newKey()
	made := w.expect(201, admin, "POST", "/webhooks", body, "Idempotency-Key", key)
	secret, id := made.id("secret"), made.body["webhook"].(object)["id"].(string)
	require.Regexp(t, `^whsec_[A-Za-z0-9+/]{43}=$`, secret)
	require.Nil(t, w.expect(201, admin, "POST", "/webhooks", body, "Idempotency-Key", key).body["secret"], "shown once")
	require.Len(t, w.expect(200, admin, "GET", "/webhooks", nil).items(), 1)
	for _, table := range []string{"webhooks", "journal"} {
		var rows []string
		require.NoError(t, w.store.DB().NewRaw("SELECT x::text FROM "+table+" x").Scan(t.Context(), &rows))
		require.NotContains(t, fmt.Sprint(rows), secret[6:20], table)
		if table == "journal" {
			require.NotContains(t, fmt.Sprint(rows), "cuanguoinhan", "the address may hold a secret of the receiver's")
		}
	}
	for _, who := range []string{chairman, clerk, inspector, ward} {
		w.expect(403, who, "GET", "/webhooks", nil)
		w.expect(403, who, "POST", "/webhooks", body)
		w.expect(403, who, "GET", "/webhooks/"+id, nil)
	}

	w.expect(200, admin, "POST", "/webhooks/"+id+"/test", nil)
	state := w.expect(200, admin, "GET", "/webhooks/"+id, nil)
	message := state.body["messages"].([]any)[0].(object)
	require.Equal(t, "test", message["kind"])
	_, err := w.store.DB().ExecContext(t.Context(), `UPDATE webhooks SET paused_at = now(), failures = 20`)
	require.NoError(t, err)
	require.NotEmpty(t, w.expect(200, admin, "GET", "/webhooks", nil).items()[0]["pausedAt"])
	require.Nil(t, w.expect(200, admin, "POST", "/webhooks/"+id+"/resume", nil).body["pausedAt"])
	require.NotNil(t, w.expect(200, admin, "POST", "/webhooks/"+id+"/revoke", nil).body["revokedAt"])
	require.Empty(t, w.expect(200, admin, "GET", "/webhooks", nil).items())
	w.expect(404, admin, "POST", "/webhooks/"+id+"/test", nil)
	kinds := kindsOf(w.expect(200, admin, "GET", "/trail?account="+w.accountOf(admin), nil).items())
	for _, kind := range []string{"webhook-made", "webhook-tested", "webhook-resumed", "webhook-revoked"} {
		require.Contains(t, kinds, kind)
	}
}

func TestWebhooksThatAreNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, url := range []string{"", "x", "ftp://example.vn/", "https://", "https://a:b@example.vn/", "https://example.vn/#x", "javascript:alert(1)", "https://" + strings.Repeat("a", 495) + ".vn"} {
		require.Contains(t, []int{400, 422}, w.call("quantri", "POST", "/webhooks", object{"url": url, "kinds": []string{"alarm.rung"}}).status, url)
	}
	for _, kinds := range [][]string{{}, {"alarm.rung", "alarm.rung"}, {"test"}, {"subject"}} {
		require.Contains(t, []int{400, 422}, w.call("quantri", "POST", "/webhooks", object{"url": "https://example.vn/", "kinds": kinds}).status, kinds)
	}
	for range 20 {
		w.expect(201, "quantri", "POST", "/webhooks", object{"url": "https://example.vn/", "kinds": []string{"alarm.rung"}})
	}
	require.Equal(t, "too-many-webhooks", w.expect(409, "quantri", "POST", "/webhooks", object{"url": "https://example.vn/", "kinds": []string{"alarm.rung"}}).code())
}

// An address is kept, so a state secret has no place in it, however it is written.
func TestAnAddressTellsNoStateSecret_P10(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, url := range []string{"https://example.vn/T%E1%BB%91i%20m%E1%BA%ADt", "https://example.vn/?a=TUY%E1%BB%86T+M%E1%BA%ACT", "https://example.vn/?T%E1%BB%90I%20M%E1%BA%ACT=1",
		"https://example.vn/in?%C4%91%E1%BB%99+m%E1%BA%ADt=%C4%90%E1%BB%99%20m%E1%BA%ADt:%20M%E1%BA%ADt"} {
		require.Equal(t, "state-secret", w.expect(422, "quantri", "POST", "/webhooks", object{"url": url, "kinds": []string{"alarm.rung"}}).code(), url)
	}
	var n int
	require.NoError(t, w.store.DB().NewRaw("SELECT (SELECT count(*) FROM webhooks) + (SELECT count(*) FROM journal WHERE kind = 'webhook-made')").Scan(t.Context(), &n))
	require.Zero(t, n)
}
