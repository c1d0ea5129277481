package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestALaterDueDate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, shares := w.sent()
	share := "/assignments/" + shares["molao"]
	w.expect(200, wardHead, "POST", share+"/acknowledge", nil)
	asked := w.act(wardHead, share, "extension", object{"dueOn": "2026-12-15", "reason": because})
	require.Equal(t, "extension-asked", asked.body["kind"])
	require.Equal(t, "asked-already", w.expect(409, wardHead, "POST", share+"/extension", object{"dueOn": "2026-12-16", "reason": because},
		"If-Match", w.version(wardHead, share)).code())
	require.Len(t, w.expect(200, wardHead, "GET", "/decisions?view=asked", nil).items(), 1)
	w.expect(403, "canbo.molao", "GET", "/decisions", nil)

	waiting := w.expect(200, chairman, "GET", "/decisions", nil).items()
	require.Len(t, waiting, 1)
	decision := waiting[0]["decision"].(object)
	require.Equal(t, "extension", decision["kind"])
	require.Equal(t, "2026-12-15T10:00:00Z", decision["proposedDue"])
	require.Equal(t, "UBND phường Mộ Lao", waiting[0]["holder"].(object)["name"])
	decide := "/decisions/" + decision["id"].(string) + "/decide"
	w.expect(404, chairman, "POST", decide, object{"kind": "consent", "grant": true})
	require.Contains(t, w.expect(400, chairman, "POST", decide, object{"kind": "extension", "grant": false, "back": "start"}).body["fields"], "back")
	require.Contains(t, w.expect(400, chairman, "POST", decide, object{"kind": "recall", "grant": true, "dueOn": "2026-12-14"}).body["fields"], "kind")
	w.expect(200, chairman, "POST", decide, object{"kind": "extension", "grant": true, "dueOn": "2026-12-14"})
	require.Equal(t, "2026-12-14T10:00:00Z", w.expect(200, ward, "GET", share, nil).body["due"])
	require.Equal(t, "decided-already", w.expect(409, chairman, "POST", decide, object{"kind": "extension", "grant": true}).code())
	require.Empty(t, w.expect(200, chairman, "GET", "/decisions", nil).items())

	w.act(chairman, share, "extend", object{"dueAt": "2026-12-18T16:00:00+07:00", "reason": because})
	history := w.expect(200, ward, "GET", share+"/extensions", nil).items()
	require.Len(t, history, 3)
	require.Equal(t, asked.body["id"], history[0]["id"])
	w.expect(404, neighbor, "GET", share+"/extensions", nil)
}

func TestConsentBeforeAReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, shares := w.sent()
	share := "/assignments/" + shares["molao"]
	w.expect(200, wardHead, "POST", share+"/acknowledge", nil)
	asking := object{"text": "Báo cáo rà soát hộ nghèo", "stages": []object{{"rule": "all", "units": []string{unit("tp"), unit("tckh")}}, {"rule": "any", "units": []string{unit("nv")}}}}
	w.act(wardHead, share, "consent", asking)
	require.Equal(t, "consulting", w.expect(200, ward, "GET", share, nil).body["status"])
	w.act(wardHead, share, "withdraw-draft", nil)
	w.act(wardHead, share, "consent", asking)

	circuit := w.expect(200, wardHead, "GET", share+"/circuit", nil).body
	require.Equal(t, "open", circuit["status"])
	require.Len(t, circuit["stages"], 2)
	require.Len(t, circuit["answers"], 2)
	w.expect(404, neighbor, "GET", share+"/circuit", nil)
	decide := func(who string, body object) {
		t.Helper()
		waiting := w.expect(200, who, "GET", "/decisions", nil).items()
		require.Len(t, waiting, 1, who)
		body["kind"] = "consent"
		w.expect(200, who, "POST", "/decisions/"+waiting[0]["decision"].(object)["id"].(string)+"/decide", body)
	}
	decide("truong.tp", object{"grant": true, "note": "Thống nhất"})
	decide("truong.tckh", object{"grant": true})
	decide(lead, object{"grant": false, "note": because, "back": "previous"})
	decide("truong.tp", object{"grant": true})
	decide("truong.tckh", object{"grant": false, "note": because})
	require.Equal(t, "working", w.expect(200, ward, "GET", share, nil).body["status"])
	circuit = w.expect(200, wardHead, "GET", share+"/circuit", nil).body
	require.Equal(t, "rejected", circuit["status"])
	require.Equal(t, "Trưởng phòng Tư pháp", circuit["answers"].([]any)[0].(object)["decidedAs"])
	bad := w.expect(422, wardHead, "POST", share+"/consent", object{"text": "Báo cáo", "stages": []object{}}, "If-Match", w.version(wardHead, share))
	require.Equal(t, "consent-stages", bad.code())
}

func TestPagesOfDecisions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for range 3 {
		_, shares := w.sent()
		share := "/assignments/" + shares["molao"]
		w.expect(200, wardHead, "POST", share+"/acknowledge", nil)
		w.act(wardHead, share, "extension", object{"dueOn": "2026-12-15", "reason": because})
		w.clock.Add(int64(3600e9))
	}
	for who, view := range map[string]string{chairman: "mine", wardHead: "asked"} {
		all := w.expect(200, who, "GET", "/decisions?view="+view, nil).items()
		require.Len(t, all, 3)
		first := w.expect(200, who, "GET", "/decisions?limit=2&view="+view, nil)
		rest := w.expect(200, who, "GET", "/decisions?limit=2&view="+view+"&cursor="+first.id("nextCursor"), nil)
		require.Equal(t, all, append(first.items(), rest.items()...))
		require.NotContains(t, rest.body, "nextCursor")
		w.expect(400, who, "GET", "/assignments?cursor="+first.id("nextCursor"), nil)
	}
}
