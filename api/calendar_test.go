package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Bộ luật Lao động 2019, Điều 112: days off are known only when they are announced.
func TestTheCalendarChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	const admin = "quantri"
	document := w.register() // its opinion is due on the 25th
	change := object{"source": "Thông báo số 15/TB-UBND", "changes": []object{{"day": "2026-11-25", "kind": "off", "reason": "Nghỉ do mưa bão"}}}
	w.expect(403, wardHead, "POST", "/calendar/preview", change)
	preview := w.expect(200, chairman, "POST", "/calendar/preview", change, "Idempotency-Key", "").body
	require.EqualValues(t, 1, preview["documents"])
	require.NotEmpty(t, preview["moves"])
	move := preview["moves"].([]any)[0].(object)
	require.Equal(t, document, move["documentId"])
	require.NotContains(t, move, "assignmentId")
	require.NotEqual(t, move["from"], move["to"])

	w.expect(403, chairman, "POST", "/calendar/changes", change)
	made := w.expect(201, admin, "POST", "/calendar/changes", change, "Idempotency-Key", "calendar-1")
	require.Equal(t, made.raw, w.expect(201, admin, "POST", "/calendar/changes", change, "Idempotency-Key", "calendar-1").raw)
	require.EqualValues(t, 1, made.body["documents"])
	calendar := w.expect(200, ward, "GET", "/calendar", nil).body
	require.Equal(t, made.body["version"], calendar["version"])
	require.Contains(t, calendar["days"], object{"day": "2026-11-25", "kind": "off", "reason": "Nghỉ do mưa bão", "source": "Thông báo số 15/TB-UBND"})
	require.Equal(t, made.body, w.expect(200, ward, "GET", "/calendar/versions", nil).items()[0])

	again := w.expect(422, admin, "POST", "/calendar/changes", change)
	require.Contains(t, again.body["fields"], "changes.2026-11-25")
	change["changes"] = []object{{"day": "2026-02-31", "kind": "off", "reason": "x"}}
	require.Equal(t, "bad-request", w.expect(400, admin, "POST", "/calendar/changes", change).code())
}
