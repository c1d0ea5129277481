package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func ladderBody(changes ...any) object {
	o := object{
		"name": "Dịp Tết", "direction": "1d", "receipt": "4h", "approval": "2d", "presenting": "now 30m", "reason": "Theo quy chế làm việc mới",
		"rungs": []object{{"kind": "receipt", "step": 1, "when": "-1h", "tell": []string{"holder"}}, {"kind": "work", "step": 1, "when": "1d", "tell": []string{"holder", "chief"}, "channels": []string{"mail"}}},
	}
	for i := 0; i < len(changes); i += 2 {
		o[changes[i].(string)] = changes[i+1]
	}
	return o
}

func TestLadders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	const admin, path = "quantri", "/ladders/tet/versions"
	require.NotEmpty(t, w.expect(200, ward, "GET", "/ladders", nil).items())
	require.Equal(t, "not-allowed", w.expect(403, chairman, "POST", path, ladderBody()).code())
	first := w.expect(201, admin, "POST", path, ladderBody(), "Idempotency-Key", "")
	require.Equal(t, `"v1"`, first.header.Get("ETag"))
	require.Equal(t, "now 30m0s", first.body["presenting"])
	require.Equal(t, "stale", w.expect(412, admin, "POST", path, ladderBody("name", "Khác")).code(), "it is no new one any more")
	second := w.expect(201, admin, "POST", path, ladderBody("approval", "3d"), "If-Match", `"v1"`)
	require.EqualValues(t, 2, second.body["version"])
	versions := w.expect(200, ward, "GET", path, nil).items()
	require.Len(t, versions, 2)
	require.Equal(t, "3d", versions[0]["approval"])
	w.expect(404, ward, "GET", "/ladders/none/versions", nil)

	bad := w.expect(400, admin, "POST", path, ladderBody("receipt", "bốn giờ", "rungs", []object{{"kind": "work", "step": 1, "when": "x", "tell": []string{"holder"}}}))
	require.Contains(t, bad.body["fields"], "receipt")
	require.Contains(t, bad.body["fields"], "rungs.0.when")
	require.Contains(t, w.expect(422, admin, "POST", path, ladderBody("receipt", "-4h"), "If-Match", `"v2"`).body["fields"], "receipt")

	document := "/documents/" + w.register()
	w.act(chairman, document, "ladder", object{"ladder": "tet", "version": 1, "reason": because})
	shown := w.expect(200, clerk, "GET", document, nil).body
	require.Equal(t, "tet", shown["ladder"])
	require.EqualValues(t, 1, shown["ladderVersion"])
	require.Equal(t, "unknown-ladder", w.expect(422, chairman, "POST", document+"/ladder", object{"ladder": "none", "reason": because}, "If-Match", `"v2"`).code())
}
