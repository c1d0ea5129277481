package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A month is published once, disputed and answered: each leaves its trace, and the
// same request again the first answer.
func TestAMonthlySheet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.register()
	w.expect(200, chairman, "POST", "/documents/"+document+"/directions", directionOf("dueOn", "2026-11-27"), "If-Match", `"v1"`)
	w.dispatch(document)
	share := w.share(document, "molao")["id"]
	require.Equal(t, "month-not-over", w.expect(409, chairman, "POST", "/monthly-results", object{"month": "2026-11"}).code())
	w.sleepUntil("2026-12-29")
	before := w.trace(chairman)
	published := w.expect(201, chairman, "POST", "/monthly-results", object{"month": "2026-11"}, "Idempotency-Key", "november-2026")
	require.Equal(t, published.raw, w.expect(201, chairman, "POST", "/monthly-results", object{"month": "2026-11"}, "Idempotency-Key", "november-2026").raw)
	require.Equal(t, before+1, w.trace(chairman))
	require.Equal(t, "results-published", w.expect(409, chairman, "POST", "/monthly-results", object{"month": "2026-11"}).code())
	require.Contains(t, published.body["definition"], "không phải kết quả xếp loại")
	sheet := "/monthly-results/" + published.body["sheet"].(object)["id"].(string)
	require.Len(t, w.expect(200, wardHead, "GET", "/monthly-results", nil).items(), 1)
	require.Equal(t, "not-found", w.expect(404, ward, "GET", sheet, nil).code())

	lines := w.expect(200, wardHead, "GET", sheet, nil).body["lines"].([]any)
	require.Len(t, lines, 1)
	line := lines[0].(object)
	require.Equal(t, "0.0", line["told"].(object)["onTimeRate"])
	said := object{"line": line["id"], "text": "Phường nhận văn bản sau khi hết hạn", "shares": []any{share}}
	before = w.trace(wardHead)
	objected := w.expect(200, wardHead, "POST", sheet+"/objections", said, "Idempotency-Key", "objection-1")
	require.Equal(t, objected.raw, w.expect(200, wardHead, "POST", sheet+"/objections", said, "Idempotency-Key", "objection-1").raw)
	require.Equal(t, before+1, w.trace(wardHead))
	require.Equal(t, "disputed-already", w.expect(409, wardHead, "POST", sheet+"/objections", said).code())
	objection := objected.body["lines"].([]any)[0].(object)["objections"].([]any)[0].(object)
	answer := object{"objection": objection["id"], "counts": "in-time", "text": "Đồng ý với phường"}
	before = w.trace(chairman)
	w.expect(200, chairman, "POST", sheet+"/answers", answer, "Idempotency-Key", "answer-01")
	w.expect(200, chairman, "POST", sheet+"/answers", answer, "Idempotency-Key", "answer-01")
	require.Equal(t, before+1, w.trace(chairman))
	require.Equal(t, "decided-already", w.expect(409, chairman, "POST", sheet+"/answers", answer).code())
	line = w.expect(200, wardHead, "GET", sheet, nil).body["lines"].([]any)[0].(object)
	require.Equal(t, "0.0", line["told"].(object)["onTimeRate"], "what was published stays")
	require.Equal(t, "100.0", line["corrected"].(object)["onTimeRate"])
	w.sleepUntil("2027-01-07")
	require.Equal(t, "objection-late", w.expect(409, wardHead, "POST", sheet+"/objections", said).code())
}
