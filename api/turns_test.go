package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAShareComesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, shares := w.sent()
	share := "/assignments/" + shares["molao"]
	reason := object{"reason": "Không thuộc địa bàn của phường"}
	require.Equal(t, "if-match-missing", w.expect(428, ward, "POST", share+"/return", reason).code())
	returned := w.expect(200, ward, "POST", share+"/return", reason, "If-Match", w.version(ward, share))
	require.Equal(t, "returned", returned.body["state"])
	require.Equal(t, "not-allowed", w.expect(403, ward, "POST", share+"/insist", reason, "If-Match", w.version(ward, share)).code())

	told := w.expect(200, chairman, "GET", "/notices", nil)
	require.EqualValues(t, 1, told.body["unread"])
	notice := told.items()[0]
	require.Equal(t, "returned", notice["kind"])
	require.Equal(t, "UBND phường Mộ Lao", notice["actorUnit"].(object)["name"])
	require.Equal(t, returned.body["id"], notice["eventId"])
	require.NotContains(t, notice, "due", "an act has no deadline")
	require.EqualValues(t, 1, w.expect(200, chairman, "POST", "/notices/read", object{"upTo": notice["id"].(float64) - 1}).body["unread"])
	require.EqualValues(t, 0, w.expect(200, chairman, "POST", "/notices/read", object{"upTo": notice["id"]}, "Idempotency-Key", "").body["unread"])
	require.Contains(t, w.expect(200, chairman, "GET", "/notices", nil).items()[0], "readAt")

	insisted := w.expect(200, chairman, "POST", share+"/insist", object{"reason": "Phường có 3 tổ dân phố liên quan"}, "If-Match", w.version(chairman, share))
	require.Equal(t, "insisted", insisted.body["kind"])
}

func TestReminding(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, shares := w.sent()
	share := "/assignments/" + shares["molao"]
	w.expect(200, chairman, "POST", share+"/remind", object{"note": "Khẩn trương xác nhận"})
	again := w.expect(409, chairman, "POST", share+"/remind", object{})
	require.Equal(t, "reminded-already", again.code())
	require.Contains(t, again.body, "remindedAt")
	require.Equal(t, "not-allowed", w.expect(403, wardHead, "POST", share+"/remind", object{}).code())
	notice := w.expect(200, ward, "GET", "/notices", nil).items()[0]
	require.Equal(t, "Khẩn trương xác nhận", notice["note"])

	require.Empty(t, w.expect(200, chairman, "POST", "/documents/"+document+"/remind", nil).items(), "nobody is late yet")
	w.clock.Store(int64(40 * 24 * 3600e9))
	key := newKey()
	all := w.expect(200, chairman, "POST", "/documents/"+document+"/remind", nil, "Idempotency-Key", key)
	require.Len(t, all.items(), 3)
	for _, o := range all.items() {
		require.NotContains(t, o, "code")
	}
	require.Equal(t, all.raw, w.expect(200, chairman, "POST", "/documents/"+document+"/remind", nil, "Idempotency-Key", key).raw)
}

func TestNoticeSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	settings := w.expect(200, ward, "GET", "/notice-settings", nil).body
	require.Equal(t, object{"mailDigest": true, "mailMorning": true}, settings)
	want := object{"address": "van-thu@molao.example.vn", "mailAlarms": true, "quietFrom": "22:00", "quietTo": "06:30"}
	require.Equal(t, want, w.expect(200, ward, "POST", "/notice-settings", want).body)
	require.Equal(t, want, w.expect(200, ward, "GET", "/notice-settings", nil).body, "what is left out is off")
	bad := w.expect(422, ward, "POST", "/notice-settings", object{"address": "không phải địa chỉ", "quietFrom": "25:00"})
	require.Contains(t, bad.body["fields"], "address")
	require.Contains(t, bad.body["fields"], "quietFrom")
	require.Equal(t, object{"mailDigest": true, "mailMorning": true}, w.expect(200, neighbor, "GET", "/notice-settings", nil).body)
}
