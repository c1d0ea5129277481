package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIf(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.sent()
	path := "/documents/" + w.register() + "/what-if"
	draft := object{"text": "Rà soát", "process": "Báo cáo", "result": "Báo cáo tổng hợp", "dueOn": "2026-12-10", "recipients": []object{
		{"unit": unit("nv"), "role": "lead"}, {"unit": unit("molao"), "role": "execute", "days": 1},
		{"unit": unit("vanquan"), "role": "execute", "dueOn": "2026-12-12"}, {"unit": "none", "role": "execute"}, {"unit": unit("yt"), "role": "inform"},
	}}
	f := w.expect(200, chairman, "POST", path, draft, "Idempotency-Key", "")
	expected := func(i int) object { return f.body["recipients"].([]any)[i].(object) }
	require.NotContains(t, f.body, "refused")
	require.Equal(t, "1 phòng, ban đã có 1 việc đến hạn vào đúng ngày hạn của mình.", f.body["summary"])
	require.Equal(t, "2026-12-10T10:00:00Z", expected(0)["due"])
	require.EqualValues(t, 1, expected(0)["dueThatDay"])
	require.Equal(t, "2026-11-25T10:00:00Z", expected(1)["due"], "a working day from now; the 24th is off")
	require.Equal(t, []any{object{"day": "2026-11-24", "reason": "Ngày Văn hóa Việt Nam"}}, expected(1)["daysOff"])
	require.Equal(t, "due-day-off", expected(2)["refused"].(object)["code"], "of this recipient only")
	require.Equal(t, "unknown-unit", expected(3)["refused"].(object)["code"])
	require.NotContains(t, expected(4), "due")

	require.Equal(t, "direction-incomplete", w.expect(200, chairman, "POST", path, object{"recipients": []object{}}).body["refused"].(object)["code"])
	w.expect(403, clerk, "POST", path, draft)
	w.expect(404, neighbor, "POST", path, draft)
	require.Contains(t, w.expect(400, chairman, "POST", path, object{"recipients": []object{{"unit": unit("nv"), "role": "lead", "dueOn": "2026-02-30"}}}).body["fields"], "recipients.0.dueOn")

	_, shares := w.sent()
	further := object{"recipients": []object{{"unit": unit("molao"), "role": "lead"}}}
	w.expect(200, wardHead, "POST", "/assignments/"+shares["molao"]+"/what-if", further)
}

func TestWhatWillRingAndWhereItLay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, shares := w.sent()
	coming := w.expect(200, chairman, "GET", "/alarms?from=2026-11-23&to=2026-12-20", nil).items()
	require.NotEmpty(t, coming)
	require.Contains(t, coming[0]["alarm"], "tell")
	require.Equal(t, document, coming[0]["document"].(object)["id"])
	require.Len(t, w.expect(200, chairman, "GET", "/alarms?from=2026-11-23&to=2026-12-20&limit=2", nil).items(), 2)
	require.Empty(t, w.expect(200, neighbor, "GET", "/alarms?from=2026-11-23&to=2026-12-20", nil).items())
	for _, bad := range []string{"/alarms?from=2026-11-23", "/alarms?from=2026-11-23&to=2026-11-22", "/alarms?from=2026-02-31&to=2026-11-22", "/lateness?from=x&to=2026-11-22"} {
		w.expect(400, chairman, "GET", bad, nil)
	}
	told := w.expect(200, ward, "GET", "/documents/"+document+"/alarms", nil).items()
	require.NotEmpty(t, told[0]["told"])

	w.clock.Store(int64(30 * 24 * 3600e9)) // the work was due on the 10th of December
	ledger := w.expect(200, chairman, "GET", "/documents/"+document+"/ledger", nil).items()
	require.Greater(t, len(ledger), 3)
	for _, h := range w.expect(200, ward, "GET", "/documents/"+document+"/ledger", nil).items() {
		require.Equal(t, shares["molao"], h["assignmentId"], "only what it had itself")
		require.Equal(t, "UBND phường Mộ Lao", h["unit"].(object)["name"])
	}
	w.expect(404, neighbor, "GET", "/documents/"+document+"/ledger", nil)
	causes := w.expect(200, chairman, "GET", "/lateness?from=2026-12-01&to=2026-12-10", nil).items()
	require.NotEmpty(t, causes)
	require.Contains(t, causes[0], "workedSeconds")
	require.Empty(t, w.expect(200, chairman, "GET", "/lateness?from=2026-12-01&to=2026-12-09", nil).items())
	for _, cause := range w.expect(200, ward, "GET", "/lateness?from=2026-12-01&to=2026-12-10", nil).items() {
		require.Equal(t, "UBND phường Mộ Lao", cause["unit"].(object)["name"], "of another's book only what it had itself")
	}
	w.expect(403, "canbo.molao", "GET", "/lateness?from=2026-12-01&to=2026-12-10", nil)
}

func TestEverythingIsHandedOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, shares := w.sent()
	w.expect(200, wardHead, "POST", "/assignments/"+shares["molao"]+"/acknowledge", nil)
	posts := map[string]string{}
	for _, p := range w.expect(200, wardHead, "GET", "/officers", nil).items() {
		posts[p["code"].(string)] = p["id"].(string)
	}
	w.act(wardHead, "/assignments/"+shares["molao"], "directions", directionOf("recipients", []object{
		{"unit": unit("molao"), "role": "lead"}, {"unit": unit("molao"), "position": posts["canbo.molao"], "role": "execute"},
	}))
	w.dispatch(document)
	over := object{"to": posts[ward], "basis": "Quyết định điều động số 12/QĐ-UBND"}
	w.expect(403, "canbo.molao", "POST", "/positions/"+posts["canbo.molao"]+"/hand-over", over)
	done := w.expect(200, wardHead, "POST", "/positions/"+posts["canbo.molao"]+"/hand-over", over)
	require.Len(t, done.body["outcomes"], 1)
	require.NotContains(t, done.body["outcomes"].([]any)[0], "code")
	w.dispatch(document)
	require.Len(t, w.expect(200, ward, "GET", "/assignments?mine=true", nil).items(), 1)

	merged := object{"to": unit("quangtrung"), "basis": "Nghị quyết 1286/NQ-UBTVQH15"}
	w.expect(403, chairman, "POST", "/units/"+unit("molao")+"/hand-over", merged)
	require.Equal(t, "unknown-unit", w.expect(422, "quantri", "POST", "/units/"+unit("molao")+"/hand-over", merged).code(), "it works")
	_, err := w.store.DB().NewRaw(`UPDATE unit_versions SET valid_to = '2026-11-20' WHERE unit_id = ?`, unit("molao")).Exec(t.Context())
	require.NoError(t, err)
	all := w.expect(200, "quantri", "POST", "/units/"+unit("molao")+"/hand-over", merged).body
	require.NotEmpty(t, all["outcomes"])
	require.Equal(t, []any{}, all["documents"])
}
