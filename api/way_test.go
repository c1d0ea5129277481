package api

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOneDocumentsWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)

	registered := w.expect(201, clerk, "POST", "/documents", registrationOf())
	document := registered.id("documentId")
	require.Equal(t, base+"/documents/"+document, registered.header.Get("Location"))
	require.EqualValues(t, 1, registered.body["number"])
	require.EqualValues(t, 2026, registered.body["year"])
	require.Equal(t, "registered", registered.body["kind"])

	shown := w.expect(200, chairman, "GET", "/documents/"+document, nil)
	require.Equal(t, `"v1"`, shown.header.Get("ETag"))
	require.Equal(t, "UBND quận Hà Đông", shown.body["unit"].(object)["name"])
	require.Equal(t, true, shown.body["whole"])
	require.Equal(t, []any{}, shown.body["assignments"])

	w.expect(200, chairman, "POST", "/documents/"+document+"/directions", directionOf(), "If-Match", `"v1"`)
	w.dispatch(document)
	shown = w.expect(200, clerk, "GET", "/documents/"+document, nil)
	require.Equal(t, `"v2"`, shown.header.Get("ETag"))
	require.Equal(t, object{"sent": 3.0}, shown.body["strip"])
	require.Len(t, shown.body["directions"].([]any)[0].(object)["recipients"], 3)

	inbox := w.expect(200, ward, "GET", "/assignments?view=sent", nil).items()
	require.Len(t, inbox, 1)
	require.Equal(t, "V/v rà soát hộ nghèo năm 2026", inbox[0]["document"].(object)["subject"])
	require.Equal(t, "2026-12-10T10:00:00Z", inbox[0]["due"], "the end of office hours, 17:00 in Hà Nội")
	share := "/assignments/" + inbox[0]["id"].(string)
	require.Equal(t, "acknowledged", w.expect(200, ward, "POST", share+"/acknowledge", nil).body["kind"])
	w.expect(200, ward, "POST", share+"/start", object{})
	w.expect(200, ward, "POST", share+"/progress", object{"note": "Đã rà soát 6/9 tổ dân phố"})
	w.expect(200, wardHead, "POST", share+"/report", object{"text": "Xong 9/9 tổ dân phố"})

	own := "/assignments/" + w.expect(200, lead, "GET", "/assignments", nil).items()[0]["id"].(string)
	w.expect(200, lead, "POST", own+"/acknowledge", nil)
	w.expect(200, lead, "POST", own+"/report", object{"text": "Đã tổng hợp"})
	judged := w.expect(200, chairman, "GET", "/assignments?view=judge", nil).items()
	require.Len(t, judged, 2)
	version := w.expect(200, chairman, "GET", own, nil)
	require.Contains(t, version.body["may"], "approved")
	w.expect(200, chairman, "POST", own+"/send-back", object{"reason": "Thiếu số liệu tổ dân phố 3"}, "If-Match", version.header.Get("ETag"))
	w.expect(200, lead, "POST", own+"/report", object{"text": "Đã bổ sung"})
	old := w.expect(412, chairman, "POST", own+"/approve", nil, "If-Match", version.header.Get("ETag"))
	require.Equal(t, "stale", old.code())
	version = w.expect(200, chairman, "GET", own, nil)
	w.expect(200, chairman, "POST", own+"/approve", nil, "If-Match", version.header.Get("ETag"))
	require.Equal(t, "concluded", w.expect(200, clerk, "GET", "/documents/"+document, nil).body["status"])
	closed := w.expect(409, ward, "POST", share+"/progress", object{"note": "muộn"})
	require.Equal(t, "concluded", closed.body["state"])
}

func TestHandingDownAndLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, shares := w.sent()

	w.expect(200, wardHead, "POST", "/assignments/"+shares["molao"]+"/acknowledge", nil)
	officers := w.expect(200, wardHead, "GET", "/officers", nil).items()
	var officer string
	for _, p := range officers {
		if p["office"] == "officer" {
			officer = p["id"].(string)
		}
	}
	further := directionOf("recipients", []object{
		{"unit": unit("molao"), "role": "lead"}, {"unit": unit("molao"), "position": officer, "role": "execute", "dueAt": "2026-12-04T16:30:00+07:00"},
	})
	w.expect(200, wardHead, "POST", "/assignments/"+shares["molao"]+"/directions", further, "If-Match", `"v2"`)
	w.dispatch(document)
	mine := w.expect(200, "canbo.molao", "GET", "/assignments?mine=true", nil).items()
	require.Len(t, mine, 1)
	require.Equal(t, "2026-12-04T09:30:00Z", mine[0]["due"])

	require.Len(t, w.expect(200, clerk, "GET", "/units", nil).items(), 30)
	me := w.expect(200, "pho.vanxa", "GET", "/me", nil).body
	require.Equal(t, "Phó Chủ tịch UBND quận phụ trách văn xã", me["position"].(object)["title"])
	require.Equal(t, []any{"văn xã"}, me["fields"])
	alarms := w.expect(200, ward, "GET", "/documents/"+document+"/alarms", nil).items()
	require.NotEmpty(t, alarms)
	require.Empty(t, w.expect(200, clerk, "GET", "/overdue", nil).items())
	require.Empty(t, w.expect(200, clerk, "GET", "/notices", nil).items())

	w.clock.Store(int64(40 * 24 * 3600e9)) // everything is late
	late := w.expect(200, clerk, "GET", "/overdue", nil).items()
	require.NotEmpty(t, late)
	require.NotEmpty(t, w.expect(200, ward, "GET", "/assignments?view=overdue", nil).items())
}

func TestPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for range 5 {
		w.register()
	}
	var numbers []any
	pages, path := 0, "/documents?limit=2"
	for cursor := ""; ; pages++ {
		page := w.expect(200, clerk, "GET", path+"&cursor="+cursor, nil)
		for _, d := range page.items() {
			numbers = append(numbers, d["number"])
		}
		if page.body["nextCursor"] == nil {
			break
		}
		cursor = page.id("nextCursor")
	}
	require.Equal(t, []any{5.0, 4.0, 3.0, 2.0, 1.0}, numbers)
	require.Len(t, w.expect(200, clerk, "GET", "/documents?status=directed", nil).items(), 0)

	document, _ := w.sent()
	all := w.expect(200, clerk, "GET", "/documents/"+document+"/events", nil).items()
	require.Len(t, all, 5, "registered, directed, dispatched to three")
	first := w.expect(200, clerk, "GET", "/documents/"+document+"/events?limit=2", nil)
	rest := w.expect(200, clerk, "GET", "/documents/"+document+"/events?cursor="+first.id("nextCursor"), nil)
	require.Equal(t, all, append(first.items(), rest.items()...))
	require.Equal(t, "UBND quận Hà Đông", all[0]["actorUnit"].(object)["name"])
	require.NotContains(t, all[4], "actorUnit", "the workflow is nobody's")
	seen := w.expect(200, ward, "GET", "/documents/"+document+"/events", nil).items()
	require.Len(t, seen, 3, "a ward does not see its neighbours")

	for range 3 {
		w.sent()
	}
	one := w.expect(200, ward, "GET", "/assignments?limit=3", nil)
	two := w.expect(200, ward, "GET", "/assignments?limit=3&cursor="+one.id("nextCursor"), nil)
	require.Len(t, one.items(), 3)
	require.Len(t, two.items(), 1)
	require.NotContains(t, two.body, "nextCursor")
	for _, bad := range []string{"x", "ZDp4", one.id("nextCursor") + "AA", writeCursor("i", "1", "2")} {
		r := w.expect(400, ward, "GET", "/assignments?cursor="+bad, nil)
		require.Contains(t, r.body["fields"], "cursor")
	}
}

func TestWhatOneMayNotSeeDoesNotExist_Z02(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, shares := w.sent()
	const nowhere = "0199c1a6-7e2b-7c30-9d1e-0f5a6b7c8d9e"
	for _, path := range []string{"/documents/%s", "/documents/%s/events", "/documents/%s/alarms", "/documents/%s/workflow"} {
		require.Equal(t, without(w.expect(404, neighbor, "GET", fill(path, nowhere), nil)),
			without(w.expect(404, neighbor, "GET", fill(path, document), nil)), path)
	}
	for _, act := range []string{"acknowledge", "start"} {
		require.Equal(t, without(w.expect(404, neighbor, "POST", "/assignments/"+nowhere+"/"+act, nil)),
			without(w.expect(404, neighbor, "POST", "/assignments/"+shares["molao"]+"/"+act, nil)))
	}
	w.expect(404, neighbor, "GET", "/assignments/no-id", nil)
	w.expect(404, neighbor, "GET", "/assignments/"+shares["molao"], nil)
	w.expect(403, "canbo.molao", "POST", "/assignments/"+shares["molao"]+"/acknowledge", nil)
	w.expect(403, ward, "POST", "/documents/"+document+"/recall", object{"reason": "Ban hành nhầm văn bản"}, "If-Match", `"v2"`)
	w.expect(403, chairman, "POST", "/documents", registrationOf())
}

// What exists takes the record longer than what does not: no answer may show it.
// Each is asked for in turn, so that whatever else the machine does troubles both.
func TestAnswersTakeTheSameTime_Z02(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, shares := w.sent()
	const nowhere, rounds = "0199c1a6-7e2b-7c30-9d1e-0f5a6b7c8d9e", 60
	for _, ask := range []struct{ method, there, not string }{
		{"GET", "/documents/" + document, "/documents/" + nowhere},
		{"GET", "/assignments/" + shares["molao"], "/assignments/" + nowhere},
		{"POST", "/assignments/" + shares["molao"] + "/start", "/assignments/" + nowhere + "/start"},
	} {
		took := map[string][]time.Duration{}
		for range rounds {
			for _, path := range []string{ask.there, ask.not} {
				began := time.Now()
				w.expect(404, neighbor, ask.method, path, nil)
				took[path] = append(took[path], time.Since(began))
			}
		}
		there, not := slices.Min(took[ask.there]), slices.Min(took[ask.not])
		require.GreaterOrEqual(t, min(there, not), 10*time.Millisecond, "%s %s: %s and %s", ask.method, ask.there, there, not)
		require.Equal(t, there/(10*time.Millisecond), not/(10*time.Millisecond), "%s %s: %s and %s", ask.method, ask.there, there, not)
	}
}

func fill(path, id string) string { return string([]byte(path[:11])) + id + path[13:] }

// without is a problem without what differs from request to request.
func without(r reply) object {
	out := object{}
	for name, value := range r.body {
		if name != "requestId" {
			out[name] = value
		}
	}
	return out
}

func TestAskingAgainIsNotDoingAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	body := registrationOf()
	first := w.expect(201, clerk, "POST", "/documents", body, "Idempotency-Key", "once-0001")
	again := w.expect(201, clerk, "POST", "/documents", body, "Idempotency-Key", "once-0001")
	require.Equal(t, first.raw, again.raw)
	other := w.expect(422, clerk, "POST", "/documents", registrationOf(), "Idempotency-Key", "once-0001")
	require.Equal(t, "idempotency-key-reused", other.code())
	require.Len(t, w.expect(200, clerk, "GET", "/documents", nil).items(), 1)

	document, shares := w.sent()
	path := "/assignments/" + shares["molao"] + "/acknowledge"
	one := w.expect(200, ward, "POST", path, nil, "Idempotency-Key", "once-0002")
	require.Equal(t, one.raw, w.expect(200, ward, "POST", path, nil, "Idempotency-Key", "once-0002").raw)
	require.Equal(t, one.raw, w.expect(200, ward, "POST", path, nil).raw, "acknowledged twice: the first answer")
	require.Equal(t, "idempotency-key-reused",
		w.expect(422, ward, "POST", "/assignments/"+shares["molao"]+"/start", nil, "Idempotency-Key", "once-0002").code())

	recall := object{"reason": "Ban hành nhầm văn bản"}
	w.expect(200, clerk, "POST", "/documents/"+document+"/recall", recall, "If-Match", `"v2"`, "Idempotency-Key", "once-0003")
	w.expect(200, clerk, "POST", "/documents/"+document+"/recall", recall, "If-Match", `"v2"`, "Idempotency-Key", "once-0003")
	stopped := w.expect(409, neighborOf("yt"), "POST", "/assignments/"+shares["yt"]+"/acknowledge", nil)
	require.Equal(t, "wrong-state", stopped.code())
	require.Equal(t, "recalling", stopped.body["state"])
}

func neighborOf(key string) string { return "vanthu." + key }

func TestMissingHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.register()
	path := "/documents/" + document + "/directions"
	require.Equal(t, "idempotency-key-missing", w.expect(400, chairman, "POST", path, directionOf(), "Idempotency-Key", "").code())
	for _, key := range []string{"short", "khoá-có-dấu", "a b c d e f g"} {
		require.Contains(t, w.expect(400, chairman, "POST", path, directionOf(), "Idempotency-Key", key).body["fields"], "Idempotency-Key")
	}
	require.Equal(t, "if-match-missing", w.expect(http.StatusPreconditionRequired, chairman, "POST", path, directionOf()).code())
	for _, match := range []string{"*", `"v0"`, `v1`, `W/"v1"`, `"v1", "v2"`} {
		require.Contains(t, w.expect(400, chairman, "POST", path, directionOf(), "If-Match", match).body["fields"], "If-Match")
	}
	require.Equal(t, "stale", w.expect(412, chairman, "POST", path, directionOf(), "If-Match", `"v7"`).code())
}
