package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The way of an outgoing document over HTTP: numbered once, found, shown, cancelled.
func TestOutgoingDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.register()
	body := object{"codeNotation": "UBND-NV", "typeName": "Công văn", "subject": "Trả lời về rà soát hộ nghèo <b>", "signerTitle": "Phó Chủ tịch UBND quận", "drafterUnit": unit("nv"),
		"urgency": "urgent", "secrecy": "none", "copies": 3, "pages": 2, "replyBy": "2026-12-15", "answers": []string{document},
		"recipients": []object{{"class": "execute", "unit": unit("molao")}, {"class": "keep", "name": "VT, NV"}}}
	first := w.expect(201, clerk, "POST", "/outgoing", body, "Idempotency-Key", "outgoing-1")
	require.Equal(t, "/api/v1/outgoing/"+first.id("id"), first.header.Get("Location"))
	require.Equal(t, `"v1"`, first.header.Get("ETag"))
	require.Equal(t, []any{"01/UBND-NV", 1.0, 2026.0, "2026-11-23", "Phòng Nội vụ", "issued", []any{document}},
		[]any{first.body["code"], first.body["number"], first.body["year"], first.body["issuedOn"], first.body["drafter"], first.body["status"], first.body["answers"]})
	again := w.expect(201, clerk, "POST", "/outgoing", body, "Idempotency-Key", "outgoing-1")
	require.Equal(t, first.body, again.body)
	body["subject"] = "Khác"
	require.Equal(t, "idempotency-key-reused", w.expect(422, clerk, "POST", "/outgoing", body, "Idempotency-Key", "outgoing-1").code())
	body["answers"] = []string{first.id("id")}
	require.Equal(t, "answers-not-in-book", w.expect(422, clerk, "POST", "/outgoing", body).code())
	body["secrecy"] = "Mật"
	require.Equal(t, "state-secret", w.expect(422, clerk, "POST", "/outgoing", body).code())

	for range 2 {
		w.expect(201, clerk, "POST", "/outgoing", issueBody)
	}
	page := w.expect(200, clerk, "GET", "/outgoing?limit=2", nil)
	require.Len(t, page.items(), 2)
	rest := w.expect(200, clerk, "GET", "/outgoing?limit=2&cursor="+page.id("nextCursor"), nil)
	require.Equal(t, first.body, map[string]any(rest.items()[0]))
	require.NotContains(t, rest.body, "nextCursor")
	for _, cursor := range []string{"x", writeCursor("o", "2026"), writeCursor("o", "0", "1"), writeCursor("o", "99999999999", "1"), writeCursor("d", "2026", "1")} {
		w.expect(400, clerk, "GET", "/outgoing?cursor="+cursor, nil)
	}
	for query, want := range map[string]int{"?q=ho+ngheo": 1, "?type=C%C3%B4ng+v%C4%83n": 1, "?signer=pho": 1, "?drafter=noi+vu": 1, "?from=2026-11-24": 0, "?year=2026&status=issued": 3, "?status=cancelled": 0} {
		require.Len(t, w.expect(200, clerk, "GET", "/outgoing"+query, nil).items(), want, query)
	}

	at := "/outgoing/" + first.id("id")
	w.expect(428, clerk, "POST", at+"/cancel", object{"reason": "Cấp số nhầm văn bản"})
	w.expect(412, clerk, "POST", at+"/cancel", object{"reason": "Cấp số nhầm văn bản"}, "If-Match", `"v9"`)
	gone := w.expect(200, clerk, "POST", at+"/cancel", object{"reason": "Cấp số nhầm văn bản"}, "If-Match", `"v1"`)
	require.Equal(t, []any{"cancelled", "Cấp số nhầm văn bản", 1.0}, []any{gone.body["status"], gone.body["cancelReason"], gone.body["number"]})
	require.Equal(t, "wrong-state", w.expect(409, clerk, "POST", at+"/cancel", object{"reason": "Cấp số nhầm văn bản"}, "If-Match", `"v2"`).code())
	require.Equal(t, gone.body, w.expect(200, chairman, "GET", at, nil).body)
	w.expect(404, wardHead, "GET", at, nil)
}
