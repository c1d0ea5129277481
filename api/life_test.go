package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/activities"
	"congvan/seed"
)

const because = "Theo ý kiến tại cuộc họp giao ban"

func TestPresentingAndTellingTheSender(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	body := registrationOf("channel", "electronic", "senderAddress", "van-thu@noi-gui.example.vn", "arrivedAt", "2026-11-23T08:15:00+07:00")
	document := "/documents/" + w.expect(201, clerk, "POST", "/documents", body).id("documentId")
	shown := w.expect(200, clerk, "GET", document, nil).body
	require.Equal(t, "2026-11-23T01:15:00Z", shown["arrivedAt"])
	require.Equal(t, "electronic", shown["channel"])
	require.Contains(t, shown, "noticeDue")
	require.Contains(t, shown, "presentDue")
	require.Contains(t, w.expect(400, clerk, "POST", "/documents", registrationOf("arrivedAt", "2026-02-31T08:00:00Z")).body["fields"], "arrivedAt")
	require.Contains(t, w.expect(422, clerk, "POST", "/documents", registrationOf("arrivedAt", "2026-11-24T08:00:00Z")).body["fields"], "arrivedAt")

	told := w.act(clerk, document, "notify", object{"how": "Gửi phản hồi qua trục liên thông"})
	require.Equal(t, "Gửi phản hồi qua trục liên thông", told.body["details"].(object)["how"])
	var to []string
	for _, p := range w.expect(200, clerk, "GET", document+"/presentable", nil).items() {
		to = append(to, p["code"].(string))
	}
	require.Contains(t, to, "chanhvanphong")
	require.NotContains(t, to, "truong.nv")
	require.Contains(t, w.expect(422, clerk, "POST", document+"/present", object{"to": seed.PositionID("truong.nv")}, "If-Match", `"v2"`).body["fields"], "to")
	w.act(clerk, document, "present", object{"to": seed.PositionID("chanhvanphong"), "note": "Kính trình"})
	w.act("chanhvanphong", document, "present", object{"to": seed.PositionID("pho.vanxa")})
	shown = w.expect(200, "pho.vanxa", "GET", document, nil).body
	require.Equal(t, "presented", shown["status"])
	require.EqualValues(t, seed.PositionID("pho.vanxa"), shown["presentedTo"])
	require.Contains(t, shown, "notifiedAt")
	require.Contains(t, shown["may"], "directed")
	w.act("pho.vanxa", document, "directions", directionOf())
}

func TestOnRecordCancelledReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	filed := "/documents/" + w.register()
	w.act(chairman, filed, "file", nil)
	require.Equal(t, "concluded", w.expect(200, clerk, "GET", filed, nil).body["status"])
	w.act(chairman, filed, "reopen", object{"reason": because})
	require.Equal(t, "registered", w.expect(200, clerk, "GET", filed, nil).body["status"])

	wrong := w.register()
	require.Equal(t, "bad-request", w.expect(400, clerk, "POST", "/documents/"+wrong+"/cancel", object{"category": "mood", "reason": because}, "If-Match", `"v1"`).code())
	require.Equal(t, "reason-missing", w.expect(422, clerk, "POST", "/documents/"+wrong+"/cancel", object{"category": "other", "reason": "nhầm"}, "If-Match", `"v1"`).code())
	require.Contains(t, w.expect(422, clerk, "POST", "/documents", registrationOf("replaces", wrong)).body["fields"], "replaces", "it still stands")
	require.Equal(t, "cancelled", w.act(clerk, "/documents/"+wrong, "cancel", object{"category": "registered-in-error", "reason": because}).body["state"])
	right := w.expect(201, clerk, "POST", "/documents", registrationOf("replaces", wrong)).id("documentId")
	require.Equal(t, wrong, w.expect(200, clerk, "GET", "/documents/"+right, nil).body["replaces"])
	require.Equal(t, right, w.expect(200, clerk, "GET", "/documents/"+wrong, nil).body["replacedBy"])
}

func TestClocksStandStill(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, shares := w.sent()
	share, whole := "/assignments/"+shares["molao"], "/documents/"+document
	hold := object{"category": "waiting-for-superior", "reason": because}
	w.act(chairman, share, "hold", hold)
	held := w.expect(200, ward, "GET", share, nil).body
	require.Equal(t, "held", held["cell"])
	require.Contains(t, held, "heldAt")
	require.Equal(t, "on-hold", w.expect(409, chairman, "POST", share+"/hold", hold, "If-Match", w.version(chairman, share)).code())
	w.clock.Store(int64(2 * 24 * 3600e9)) // one of the two days is off
	resumed := w.act(chairman, share, "resume", nil)
	require.Equal(t, "2026-12-11T10:00:00Z", resumed.body["details"].(object)["due"])
	require.NotContains(t, w.expect(200, ward, "GET", share, nil).body, "heldAt")

	w.act(chairman, whole, "hold", hold)
	require.Equal(t, object{"held": 3.0}, w.expect(200, clerk, "GET", whole, nil).body["strip"])
	require.Empty(t, w.expect(200, clerk, "GET", whole+"/alarms", nil).items())
	w.act(chairman, whole, "resume", nil)
	require.Equal(t, "not-allowed", w.expect(403, clerk, "POST", whole+"/hold", hold, "If-Match", w.version(clerk, whole)).code())
}

func TestTheCircleChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, shares := w.sent()
	whole := "/documents/" + document
	given := w.expect(200, chairman, "GET", whole, nil).body["directions"].([]any)[0].(object)
	require.Equal(t, "first", given["kind"])
	require.Equal(t, []any{"added", "voided"}, given["may"])
	direction := "/directions/" + given["id"].(string)

	more := object{"text": because, "dueOn": "2026-12-11", "recipients": []object{{"unit": unit("vanquan"), "role": "execute"}}}
	added := w.expect(200, chairman, "POST", direction+"/recipients", more, "Idempotency-Key", "more-0001")
	require.Equal(t, added.raw, w.expect(200, chairman, "POST", direction+"/recipients", more, "Idempotency-Key", "more-0001").raw)
	w.dispatch(document)
	joined := w.share(document, "vanquan")
	require.Equal(t, given["id"], joined["circleId"])
	require.Equal(t, "2026-12-11T10:00:00Z", joined["due"])
	require.Equal(t, "due-day-off", w.expect(422, chairman, "POST", direction+"/recipients", object{"text": because, "dueOn": "2026-12-12", "recipients": []object{{"unit": unit("phula"), "role": "execute"}}}).code())

	w.act(chairman, "/assignments/"+shares["molao"], "reroute", object{"unit": unit("phula"), "reason": because})
	w.dispatch(document)
	rerouted := w.share(document, "phula")
	require.Equal(t, shares["molao"], rerouted["replacesId"])
	require.Equal(t, "lead-needed", w.expect(409, chairman, "POST", "/assignments/"+shares["nv"]+"/drop", object{"reason": because},
		"If-Match", w.version(chairman, "/assignments/"+shares["nv"])).code())
	w.act(chairman, "/assignments/"+rerouted["id"].(string), "drop", object{"reason": because})
	require.Equal(t, "withdrawn", w.share(document, "phula")["status"])

	basis := object{"unit": unit("lakhe"), "basis": "Quyết định số 1234/QĐ-UBND"}
	path := "/assignments/" + joined["id"].(string)
	require.Equal(t, "stale", w.expect(412, chairman, "POST", path+"/hand-over", basis, "If-Match", `"v9"`).code())
	w.expect(404, "quantri", "GET", path, nil)
	require.Equal(t, "handed-over", w.expect(200, "quantri", "POST", path+"/hand-over", basis).body["kind"], "who reads nothing needs no version")
	w.dispatch(document)
	require.Equal(t, joined["due"], w.share(document, "lakhe")["due"])

	require.Equal(t, "not-allowed", w.expect(403, clerk, "POST", direction+"/withdraw", object{"reason": because}).code())
	w.expect(404, "vanthu.vanphuc", "POST", direction+"/withdraw", object{"reason": because})
	require.Equal(t, "voided", w.expect(200, chairman, "POST", direction+"/withdraw", object{"reason": because}).body["kind"])
	shown := w.expect(200, chairman, "GET", whole, nil).body
	require.Equal(t, "registered", shown["status"])
	require.Contains(t, shown["directions"].([]any)[0], "voidedAt")
}

func TestTakenUpAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, shares := w.sent()
	for who, key := range map[string]string{"chutich.molao": "molao", "truong.nv": "nv"} {
		share := "/assignments/" + shares[key]
		w.expect(200, who, "POST", share+"/acknowledge", nil)
		if key == "molao" {
			w.expect(200, who, "POST", share+"/report", object{"text": "Xong"})
		}
	}
	w.act(chairman, "/assignments/"+shares["molao"], "approve", nil)
	w.act(chairman, "/assignments/"+shares["molao"], "reopen", object{"reason": because, "dueOn": "2026-12-14"})
	require.Equal(t, "2026-12-14T10:00:00Z", w.share(document, "molao")["due"])
	w.expect(200, wardHead, "POST", "/assignments/"+shares["molao"]+"/report", object{"text": "Xong lần hai"})
	w.expect(200, lead, "POST", "/assignments/"+shares["nv"]+"/report", object{"text": "Tổng hợp xong"})
	w.act(chairman, "/assignments/"+shares["nv"], "approve", nil)
	w.hand((*activities.Hands).Close, document)
	require.Equal(t, "concluded", w.expect(200, clerk, "GET", "/documents/"+document, nil).body["status"])
	w.act(chairman, "/documents/"+document, "reopen", object{"reason": because, "dueAt": "2026-12-15T15:30:00+07:00"})
	require.Equal(t, "2026-12-15T08:30:00Z", w.share(document, "nv")["due"])
}

func TestARecallIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, shares := w.sent()
	whole := "/documents/" + document
	w.expect(200, ward, "POST", "/assignments/"+shares["molao"]+"/acknowledge", nil)
	w.act(chairman, whole, "recall", object{"reason": because})
	w.hand((*activities.Hands).Withdraw, document)
	asked := w.expect(200, wardHead, "GET", whole, nil).body["decisions"].([]any)
	require.Len(t, asked, 1)
	require.Equal(t, "recall", asked[0].(object)["kind"])
	decide := "/decisions/" + asked[0].(object)["id"].(string) + "/decide"
	w.expect(404, neighbor, "POST", decide, object{"kind": "recall", "grant": true})
	require.Equal(t, "reason-missing", w.expect(422, wardHead, "POST", decide, object{"kind": "recall", "grant": false}).code())
	require.Equal(t, "bad-request", w.expect(400, wardHead, "POST", decide, object{"grant": true}).code())
	w.expect(200, wardHead, "POST", decide, object{"kind": "recall", "grant": true})
	w.hand((*activities.Hands).Withdraw, document)
	shown := w.expect(200, clerk, "GET", whole, nil).body
	require.Equal(t, "recalled", shown["status"])
	require.Equal(t, "granted", shown["decisions"].([]any)[0].(object)["status"])
}
