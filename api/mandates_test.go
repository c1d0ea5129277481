package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/seed"
)

func delegationBody(changes ...any) object {
	o := object{
		"fromPosition": seed.PositionID(chairman), "toPosition": seed.PositionID("pho.vanxa"), "basis": "12/UQ-UBND", "acts": []string{"directed"},
		"from": "2026-11-23T08:00:00+07:00", "to": "2026-11-30T17:00:00+07:00",
	}
	for i := 0; i < len(changes); i += 2 {
		o[changes[i].(string)] = changes[i+1]
	}
	return o
}

// NĐ 30/2020, Điều 13: a delegate signs as such.
func TestActingForSomebodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := "/documents/" + w.expect(201, clerk, "POST", "/documents", registrationOf("field", "kinh tế")).id("documentId")
	const deputy = "pho.vanxa"
	w.expect(403, deputy, "POST", document+"/directions", directionOf(), "If-Match", `"v1"`)
	require.Equal(t, "not-allowed", w.expect(403, deputy, "GET", "/me", nil, "Acting-For", string(seed.PositionID(chairman))).code(), "nothing in writing")
	for _, nobody := range []string{"none", "0199c1a6-7e2b-7c30-9d1e-0f5a6b7c8d9e", " "} {
		require.Contains(t, w.expect(400, deputy, "GET", "/me", nil, "Acting-For", nobody).body["fields"], "Acting-For")
	}

	made := w.expect(201, chairman, "POST", "/delegations", delegationBody(), "Idempotency-Key", "mandate-1")
	require.Equal(t, made.raw, w.expect(201, chairman, "POST", "/delegations", delegationBody(), "Idempotency-Key", "mandate-1").raw)
	require.Equal(t, "idempotency-key-reused", w.expect(422, chairman, "POST", "/delegations", delegationBody("basis", "13/UQ-UBND"), "Idempotency-Key", "mandate-1").code())
	require.Contains(t, w.expect(400, chairman, "POST", "/delegations", delegationBody("to", "2026-02-31T08:00:00Z")).body["fields"], "to")
	require.Contains(t, w.expect(422, chairman, "POST", "/delegations", delegationBody("acts", []string{"registered"})).body["fields"], "acts")
	listed := w.expect(200, deputy, "GET", "/delegations", nil).items()
	require.Len(t, listed, 1)
	require.Equal(t, true, listed[0]["inForce"])
	require.Equal(t, chairman, listed[0]["fromPosition"].(object)["code"])

	me := w.expect(200, deputy, "GET", "/me", nil, "Acting-For", chairman).body
	require.Equal(t, deputy, me["username"])
	require.Equal(t, chairman, me["position"].(object)["code"])
	require.Equal(t, object{"kind": "delegated", "title": "Chủ tịch UBND quận", "basis": "12/UQ-UBND"}, me["mandate"])
	recall := object{"reason": "Ban hành nhầm văn bản"}
	outside := w.expect(403, deputy, "POST", document+"/recall", recall, "If-Match", `"v1"`, "Acting-For", chairman)
	require.Equal(t, "outside-mandate", outside.code())
	directed := w.expect(200, deputy, "POST", document+"/directions", directionOf(), "If-Match", `"v1"`, "Acting-For", chairman, "Idempotency-Key", "acting-1")
	details := directed.body["details"].(object)
	require.Equal(t, "delegated", details["mandate"])
	require.Equal(t, "12/UQ-UBND", details["mandateBasis"])
	reused := w.expect(422, deputy, "POST", document+"/directions", directionOf(), "If-Match", `"v1"`, "Idempotency-Key", "acting-1")
	require.Equal(t, "idempotency-key-reused", reused.code(), "for whom is part of what is asked")
	events := w.expect(200, clerk, "GET", document+"/events", nil).items()
	require.Equal(t, "Chủ tịch UBND quận", events[1]["details"].(object)["for"])

	path := "/delegations/" + made.id("id") + "/revoke"
	w.expect(404, clerk, "POST", path, nil)
	require.Contains(t, w.expect(200, chairman, "POST", path, nil).body, "revokedAt")
	w.expect(403, deputy, "GET", "/me", nil, "Acting-For", chairman)
}

func TestAStreamEndsWithItsMandate_Z07(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.handler.streams.heartbeat = 20 * 1e6
	made := w.expect(201, chairman, "POST", "/delegations", delegationBody())
	acting := w.listen("pho.vanxa", "Acting-For", chairman)
	own := w.listen("pho.vanxa")
	w.expect(200, chairman, "POST", "/delegations/"+made.id("id")+"/revoke", nil)
	acting.ends()
	w.register()
	require.Equal(t, "act", own.next().event, "that of his own goes on")
}

func TestTheClerkEntersWhatWasDecidedOnPaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	path := "/positions/" + string(seed.PositionID(chairman)) + "/on-paper"
	w.expect(403, clerk, "GET", "/me", nil, "Acting-For", chairman)
	w.expect(403, chairman, "POST", path, object{"onPaper": true})
	w.expect(204, "quantri", "POST", path, object{"onPaper": true}, "Accept", "application/json")
	document := "/documents/" + w.register()
	directed := w.expect(200, clerk, "POST", document+"/directions", directionOf(), "If-Match", `"v1"`, "Acting-For", chairman)
	require.Equal(t, "entered", directed.body["details"].(object)["mandate"])
	w.expect(204, "quantri", "POST", path, object{"onPaper": false})
	w.expect(403, clerk, "GET", "/me", nil, "Acting-For", chairman)
}

func TestAbsences(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	body := object{"position": seed.PositionID(wardHead), "from": "2026-12-07", "to": "2026-12-11", "reason": "Nghỉ phép"}
	w.expect(403, neighbor, "POST", "/absences", body)
	told := w.expect(201, ward, "POST", "/absences", body)
	list := "/absences?from=2026-12-01&to=2026-12-31&unit=" + unit("molao")
	require.Len(t, w.expect(200, chairman, "GET", list, nil).items(), 1)
	require.Len(t, w.expect(200, ward, "GET", "/absences?from=2026-12-11&to=2026-12-31", nil).items(), 1)
	require.Empty(t, w.expect(200, ward, "GET", "/absences?from=2026-12-12&to=2026-12-31", nil).items())
	require.Contains(t, w.expect(400, ward, "GET", "/absences?from=2026-12-12", nil).body["fields"], "to")

	document := "/documents/" + w.register()
	directed := w.expect(200, chairman, "POST", document+"/directions", directionOf(), "If-Match", `"v1"`)
	warnings := directed.body["details"].(object)["warnings"].([]any)
	require.Equal(t, "absence", warnings[0].(object)["code"])

	w.expect(204, ward, "POST", "/absences/"+told.id("id")+"/end", nil)
	require.Empty(t, w.expect(200, chairman, "GET", list, nil).items())
}
