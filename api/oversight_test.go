package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOversight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.sent()
	all := w.expect(200, chairman, "GET", "/oversight", nil).body
	total := all["total"].(object)
	require.Positive(t, total["open"])
	for _, figure := range []string{"open", "sent", "late", "silent", "ahead"} {
		count, told := total[figure]
		if !told {
			count = total["cells"].(object)[figure]
		}
		got := 0
		for path := "/oversight/assignments?limit=2&figure=" + figure; path != ""; {
			page := w.expect(200, chairman, "GET", path, nil)
			got, path = got+len(page.items()), ""
			if next, more := page.body["nextCursor"].(string); more {
				path = "/oversight/assignments?limit=2&figure=" + figure + "&cursor=" + next
			}
		}
		require.EqualValues(t, count, got, figure)
	}
	narrowed := w.expect(200, chairman, "GET", "/oversight?unit="+unit("molao"), nil).body["total"].(object)
	require.EqualValues(t, len(w.expect(200, chairman, "GET", "/oversight/assignments?unit="+unit("molao"), nil).items()), narrowed["open"])
	require.EqualValues(t, total["open"], w.expect(200, chairman, "GET", "/oversight?noField=true", nil).body["total"].(object)["open"])

	require.Len(t, w.expect(200, chairman, "GET", "/oversight/units?kind=ward", nil).items(), 17)
	sheet := w.expect(200, wardHead, "GET", "/oversight/units/"+unit("molao"), nil).body
	require.Len(t, sheet["months"], 12)
	require.EqualValues(t, 1, sheet["figures"].(object)["open"], "its own, and nobody else's")
	require.Len(t, sheet["next"], 1)

	w.expect(404, wardHead, "GET", "/oversight/units/"+unit("vanquan"), nil)
	w.expect(404, chairman, "GET", "/oversight/units/none", nil)
	w.expect(403, "canbo.molao", "GET", "/oversight/units/"+unit("molao"), nil)
	for _, wrong := range []string{"?figure=none", "?status=none", "?bucket=done-late", "?bucket=done-late&from=2026-11-02&to=2026-11-01", "?urgency=none", "?cursor=none"} {
		w.expect(400, chairman, "GET", "/oversight/assignments"+wrong, nil)
	}
	for _, unknown := range []string{"?unit=none", "?deputy=none", "?deputy=" + unit("molao")} {
		w.expect(422, chairman, "GET", "/oversight/assignments"+unknown, nil)
		w.expect(422, chairman, "GET", "/oversight"+unknown, nil)
	}
	finished := "/oversight/assignments?bucket=running&from=2026-11-01&to=2026-11-30"
	require.NotEmpty(t, w.expect(200, chairman, "GET", finished, nil).items())
}
