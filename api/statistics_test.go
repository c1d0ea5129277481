package api

import (
	"fmt"
	"strings"
	"testing"

	"congvan/statistics"

	"github.com/stretchr/testify/require"
)

func TestStatistics(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, _ := w.sent()
	const days = "?from=2026-11-01&to=2026-11-30"
	list := w.expect(200, "canbo.molao", "GET", "/statistics", nil).items()
	require.Len(t, list, len(statistics.Layouts))
	require.NotEmpty(t, list[0]["definitions"])
	r := w.expect(200, chairman, "GET", "/statistics/vbden01"+days, nil).body
	require.Equal(t, "VBDEN01", r["layout"].(object)["code"])
	rows := r["rows"].([]any)
	require.Contains(t, rows[0].(object)["group"], ": 1 văn bản")
	require.Equal(t, document, rows[1].(object)["documentId"])
	require.Len(t, rows[1].(object)["cells"], 8)
	require.Equal(t, true, r["whole"])
	require.Equal(t, "2026-11-01", r["from"])
	behind := w.expect(200, chairman, "GET", "/oversight/assignments"+days+"&bucket=running&book="+unit("quan"), nil).items()
	require.Len(t, w.expect(200, chairman, "GET", "/oversight/assignments"+days+"&bucket=all", nil).items(), len(behind))
	w.expect(422, chairman, "GET", "/oversight/assignments"+days+"&bucket=all&position=x", nil)
	w.expect(404, chairman, "GET", "/statistics/VBDEN07-CT"+days, nil)
	sum := w.expect(200, chairman, "GET", "/statistics/VBDEN07"+days, nil).body["rows"].([]any)
	require.Equal(t, fmt.Sprint(len(behind)), sum[len(sum)-1].(object)["cells"].([]any)[3], "as many lines as the figure says")
	issued := w.expect(201, clerk, "POST", "/outgoing", issueBody).id("id")
	rows = w.expect(200, chairman, "GET", "/statistics/VBDI04"+days, nil).body["rows"].([]any)
	require.Equal(t, issued, rows[0].(object)["outgoingId"])
	require.NotContains(t, rows[0], "documentId")
	for format, begins := range map[string]string{"csv": "\uFEFFNgày đến", "xlsx": "PK", "pdf": "%PDF-"} {
		file := w.expect(200, chairman, "GET", "/statistics/VBDEN01/export"+days+"&format="+format, nil)
		require.True(t, strings.HasPrefix(file.raw, begins), format)
		require.Contains(t, file.header.Get("Content-Disposition"), "vbden01-2026-11-01-2026-11-30."+format)
	}
	w.expect(404, chairman, "GET", "/statistics/VBDEN99"+days, nil)
	w.expect(400, chairman, "GET", "/statistics/VBDEN01?from=2026-11-30&to=2026-11-01", nil)
	w.expect(400, chairman, "GET", "/statistics/VBDEN01", nil)
	w.expect(422, chairman, "GET", "/statistics/VBDEN01"+days+"&unit=x", nil)

	made := w.expect(201, chairman, "POST", "/subscriptions", object{"layout": "VBDEN07", "period": "last-quarter", "day": 10, "time": "08:15"})
	require.Equal(t, "08:15", made.body["time"])
	require.Len(t, w.expect(200, chairman, "GET", "/subscriptions", nil).items(), 1)
	w.expect(422, chairman, "POST", "/subscriptions", object{"layout": "VBDEN07", "period": "last-week", "day": 10, "time": "08:15"})
	w.expect(404, clerk, "POST", "/subscriptions/"+made.id("id")+"/end", nil)
	w.expect(204, chairman, "POST", "/subscriptions/"+made.id("id")+"/end", nil)
	require.Empty(t, w.expect(200, chairman, "GET", "/subscriptions", nil).items())
}
