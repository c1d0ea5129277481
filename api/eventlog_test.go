package api

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const november = "/exports/events?from=2026-11-01&to=2026-11-30"

// rowsOf are the events of a log as CSV, by column.
func rowsOf(t testing.TB, r reply) (out []map[string]string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(r.raw, "\ufeff"))).ReadAll()
	require.NoError(t, err)
	for _, row := range rows[1:] {
		x := map[string]string{}
		for i, cell := range row {
			x[rows[0][i]] = cell
		}
		out = append(out, x)
	}
	return out
}

func TestEventLogHasNoPersonsAndNoWords_I07(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	const canary = "Chim hoàng yến"
	document := w.expect(201, clerk, "POST", "/documents", registrationOf("subject", canary, "issuer", canary, "typeName", canary)).id("documentId")
	w.expect(200, chairman, "POST", "/documents/"+document+"/directions", directionOf("text", canary, "process", canary, "result", canary), "If-Match", `"v1"`)
	w.dispatch(document)
	other := w.register()

	r := w.expect(200, chairman, "GET", november, nil)
	require.Equal(t, "text/csv; charset=utf-8", r.header.Get("Content-Type"))
	require.Contains(t, r.header.Get("Content-Disposition"), "su-kien-2026-11-01-2026-11-30.csv")
	rows := rowsOf(t, r)
	var acts []string
	who := map[string]string{}
	for _, x := range rows {
		if x["case:concept:name"] == document {
			acts = append(acts, x["concept:name"])
		}
		who[x["concept:name"]] = x["org:resource"]
	}
	require.Equal(t, []string{"registered", "directed", "dispatched", "dispatched", "dispatched"}, acts)
	require.NotEqual(t, who["registered"], who["directed"])
	require.Equal(t, "he-thong", who["dispatched"])
	for _, x := range rows {
		require.Equal(t, map[string]string{"registered": "clerk", "directed": "chairman", "dispatched": ""}[x["concept:name"]], x["org:role"])
		if x["concept:name"] == "directed" {
			require.NotEmpty(t, x["direction"])
		}
		if x["concept:name"] == "registered" {
			require.Equal(t, who["registered"], x["org:resource"], "the same throughout a file")
		}
	}
	again := rowsOf(t, w.expect(200, chairman, "GET", november, nil))
	require.NotEqual(t, rows[0]["org:resource"], again[0]["org:resource"], "and another one in the next")
	for _, format := range []string{"csv", "xes", "ocel"} {
		text := w.expect(200, chairman, "GET", november+"&format="+format, nil).raw
		require.Contains(t, text, document, format)
		require.Contains(t, text, other, format)
		for _, hidden := range []string{canary, clerk, chairman, w.accountOf(clerk), w.accountOf(chairman)} {
			require.NotContains(t, text, hidden, format)
		}
	}
	require.Empty(t, rowsOf(t, w.expect(200, chairman, "GET", "/exports/events?from=2026-10-01&to=2026-10-31", nil)))
	entries := w.expect(200, chairman, "GET", "/trail?kind=exported&account="+w.accountOf(chairman), nil).items()
	require.Len(t, entries, 6, "each stands in the journal")
	require.Equal(t, false, entries[0]["details"].(object)["persons"])
}

func TestEventLogWithPersonsIsForWhoReadsTheTrail_Z02(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.sent()
	for _, who := range []string{chairman, "thanhtra.quan"} {
		require.Equal(t, clerk, rowsOf(t, w.expect(200, who, "GET", november+"&persons=true", nil))[0]["org:resource"])
	}
	require.NotEmpty(t, rowsOf(t, w.expect(200, clerk, "GET", november, nil)))
	w.expect(403, clerk, "GET", november+"&persons=true", nil)
	require.NotEmpty(t, rowsOf(t, w.expect(200, "chanhvanphong", "GET", november, nil)))
	w.expect(403, "chanhvanphong", "GET", november+"&persons=true", nil)
	require.Empty(t, rowsOf(t, w.expect(200, ward, "GET", november, nil)), "a share is not a book")
	w.expect(404, ward, "GET", november+"&unit="+unit("quan"), nil)
	w.expect(404, chairman, "GET", november+"&unit="+unit("molao"), nil)
	w.expect(403, "quantri", "GET", november, nil)
	w.expect(403, "canbo.molao", "GET", november, nil)
	w.expect(422, chairman, "GET", "/exports/events?from=2025-01-01&to=2026-11-30", nil)
	w.expect(422, chairman, "GET", "/exports/events?from=2026-11-30&to=2026-11-01", nil)
	w.expect(400, chairman, "GET", november+"&format=xml", nil)
}

// The log of a whole story keeps to its form, and relates to what is in it.
func TestEventLogFormsOfAStory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, shares := w.sent()
	w.expect(200, ward, "POST", "/assignments/"+shares["molao"]+"/acknowledge", nil)

	d := xml.NewDecoder(strings.NewReader(w.expect(200, chairman, "GET", november+"&format=xes", nil).raw))
	count := map[string]int{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if x, ok := token.(xml.StartElement); ok {
			count[x.Name.Local]++
		}
	}
	require.Equal(t, 1, count["trace"])
	require.Equal(t, w.count("events"), count["event"])

	var log struct {
		Objects, Events []struct {
			ID, Type      string
			Relationships []struct{ ObjectID string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(w.expect(200, chairman, "GET", november+"&format=ocel", nil).raw), &log))
	kinds, ids := map[string]int{}, map[string]bool{}
	for _, o := range log.Objects {
		kinds[o.Type]++
		require.False(t, ids[o.ID])
		ids[o.ID] = true
	}
	require.Equal(t, 1, kinds["document"])
	require.Equal(t, len(shares), kinds["assignment"])
	require.Equal(t, 1, kinds["direction"])
	require.Equal(t, 3, kinds["officer"])
	require.Len(t, log.Events, w.count("events"))
	for _, x := range append(log.Events, log.Objects...) {
		for _, r := range x.Relationships {
			require.True(t, ids[r.ObjectID], "%s is related to nothing: %s", x.ID, r.ObjectID)
		}
	}
}

// A log that breaks in the middle is cut and has no end.
func TestEventLogThatBreaksIsNotWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for range 80 {
		w.register()
	}
	_, err := w.store.DB().ExecContext(t.Context(), `INSERT INTO events (at, kind, document_id, unit_id, actor_id, state, version, details)
		SELECT e.at, 'presented', e.document_id, e.unit_id, e.actor_id, e.state, 2, '{"position": "none"}' FROM events e ORDER BY e.id DESC LIMIT 1`)
	require.NoError(t, err)
	for _, format := range []string{"csv", "xes", "ocel"} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", w.url+base+november+"&format="+format, nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer token-of-"+chairman)
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err, "its beginning was good")
		data, err := io.ReadAll(res.Body)
		require.NoError(t, res.Body.Close())
		if res.StatusCode == 200 {
			require.NotEmpty(t, data, format)
			require.ErrorIs(t, err, io.ErrUnexpectedEOF, format)
			continue
		}
		require.Equal(t, 500, res.StatusCode, format)
		require.Empty(t, res.Header.Get("Content-Disposition"), "a refusal is no file")
	}
}
