package api

import (
	"encoding/csv"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"congvan/seed"

	"github.com/stretchr/testify/require"
)

func kindsOf(items []map[string]any) (kinds []string) {
	for _, x := range items {
		kinds = append(kinds, fmt.Sprint(x["kind"]))
	}
	return kinds
}

// accountOf is the id of an account.
func (w *world) accountOf(username string) (id string) {
	w.Helper()
	require.NoError(w, w.store.DB().NewRaw(`SELECT id FROM accounts WHERE username = ?`, username).Scan(w.Context(), &id))
	return id
}

const inspector = "thanhtra.quan"

func TestTrailOfADocument_A11(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.expect(201, clerk, "POST", "/documents", registrationOf()).id("documentId")
	other := w.expect(201, clerk, "POST", "/documents", registrationOf()).id("documentId")
	w.expect(200, chairman, "GET", "/documents/"+document, nil)
	w.expect(404, neighbor, "GET", "/documents/"+document, nil)
	w.expect(200, chairman, "POST", "/documents/"+document+"/directions", directionOf(), "If-Match", `"v1"`)
	w.dispatch(document)

	page := w.expect(200, chairman, "GET", "/trail?document="+document, nil)
	kinds := kindsOf(page.items())
	for _, kind := range []string{"registered", "directed", "dispatched", "viewed", "refused"} {
		require.Contains(t, kinds, kind)
	}
	require.NotContains(t, page.raw, other)
	refused := w.expect(200, chairman, "GET", "/trail?outcome=refused&document="+document, nil).items()
	require.Len(t, refused, 1)
	require.Equal(t, neighbor, refused[0]["username"])

	// By pages, the same lines in the same order.
	var paged []string
	for cursor := ""; ; {
		p := w.expect(200, chairman, "GET", "/trail?limit=3&document="+document+"&cursor="+cursor, nil)
		paged = append(paged, kindsOf(p.items())...)
		if p.body["nextCursor"] == nil {
			break
		}
		cursor = p.id("nextCursor")
	}
	again := kindsOf(w.expect(200, chairman, "GET", "/trail?document="+document, nil).items())
	require.Equal(t, again, paged)

	w.expect(403, ward, "GET", "/trail?document="+document, nil) // sees its own share only
	w.expect(404, neighbor, "GET", "/trail?document="+document, nil)
	w.expect(404, "quantri", "GET", "/trail?document="+document, nil)
	require.Contains(t, kindsOf(w.expect(200, inspector, "GET", "/trail?document="+document, nil).items()), "directed")
}

func TestTrailOfPeopleAndUnits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.expect(201, clerk, "POST", "/documents", registrationOf()).id("documentId")
	w.expect(200, clerk, "GET", "/documents/"+document, nil)
	today := "&from=2026-11-23&to=2026-11-23"
	me, district, wardUnit := "/trail?account="+w.accountOf(clerk), "/trail?unit="+string(seed.HaDong().UnitID("quan"))+today, "/trail?unit="+unit("molao")+today

	require.Equal(t, []string{"viewed", "viewed", "registered"}, kindsOf(w.expect(200, clerk, "GET", me, nil).items()), "everybody reads his own")
	w.expect(404, chairman, "GET", me, nil)
	w.expect(404, ward, "GET", me, nil)
	require.Contains(t, kindsOf(w.expect(200, inspector, "GET", me, nil).items()), "viewed")
	admin := w.expect(200, "quantri", "GET", me, nil)
	require.NotContains(t, admin.raw, document, "an administrator reads of no document")

	require.Contains(t, kindsOf(w.expect(200, chairman, "GET", district, nil).items()), "viewed")
	require.Contains(t, kindsOf(w.expect(200, inspector, "GET", district, nil).items()), "viewed")
	w.expect(200, inspector, "GET", wardUnit, nil)
	w.expect(200, wardHead, "GET", wardUnit, nil)
	w.expect(404, ward, "GET", wardUnit, nil) // the clerk is no leader
	w.expect(404, wardHead, "GET", district, nil)
	w.expect(404, chairman, "GET", "/trail?unit=00000000-0000-4000-8000-000000000000"+today, nil)

	w.expect(422, chairman, "GET", "/trail", nil)
	w.expect(422, chairman, "GET", "/trail?document="+document+"&account="+w.accountOf(clerk), nil)
	w.expect(422, chairman, "GET", "/trail?unit="+unit("molao"), nil)
	w.expect(422, chairman, "GET", "/trail?unit="+unit("molao")+"&from=2020-01-01&to=2026-01-01", nil)
	w.expect(400, chairman, "GET", "/trail?kind="+url.QueryEscape("x' OR 1=1")+"&document="+document, nil)
	w.expect(400, chairman, "GET", "/trail?document="+document+"&cursor=abc", nil)
	require.Contains(t, kindsOf(w.expect(200, inspector, "GET", "/trail?account="+w.accountOf(inspector), nil).items()), "viewed",
		"who reads a trail leaves one")
}

// What somebody did is read after he has left: that is when it is asked for.
func TestTheTrailOutlivesThePosition(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.expect(201, clerk, "POST", "/documents", registrationOf())
	his := "/trail?account=" + w.accountOf(clerk)
	w.clock.Add(int64(24 * time.Hour))
	w.expect(204, "quantri", "POST", "/organisation/appointments",
		object{"username": clerk, "validFrom": w.now().Format(time.DateOnly), "basis": "Quyết định số 12/QĐ-UBND về nghỉ hưu"})
	w.expect(401, clerk, "GET", "/me", nil)
	require.Contains(t, kindsOf(w.expect(200, inspector, "GET", his, nil).items()), "registered")
	require.NotContains(t, kindsOf(w.expect(200, "quantri", "GET", his, nil).items()), "registered", "an administrator reads of no document")
	w.expect(404, chairman, "GET", his, nil)
	w.expect(404, neighbor, "GET", his, nil)
}

func TestTrailLeavesAsAFile_I07(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.expect(201, clerk, "POST", "/documents", registrationOf()).id("documentId")
	w.expect(200, chairman, "POST", "/documents/"+document+"/cancel", object{"category": "other", "reason": "=HYPERLINK(\"http://x\") lý do"}, "If-Match", `"v1"`)

	r := w.expect(200, chairman, "GET", "/trail/export?document="+document, nil)
	require.Equal(t, "text/csv; charset=utf-8", r.header.Get("Content-Type"))
	require.Contains(t, r.header.Get("Content-Disposition"), "attachment")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(r.raw, "\ufeff"))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, "Thời điểm", rows[0][0])
	var kinds []string
	for _, row := range rows[1:] {
		kinds = append(kinds, row[1])
		for _, cell := range row {
			require.False(t, slices.ContainsFunc([]string{"=", "+", "@"}, func(p string) bool { return strings.HasPrefix(cell, p) }), cell)
		}
	}
	require.Equal(t, []string{"cancelled", "registered"}, kinds)
	require.Contains(t, kindsOf(w.expect(200, chairman, "GET", "/trail?account="+w.accountOf(chairman), nil).items()), "exported")

	book := w.expect(200, chairman, "GET", "/trail/export?format=xlsx&document="+document, nil)
	require.True(t, strings.HasPrefix(book.raw, "PK"))
	w.expect(404, ward, "GET", "/trail/export?document="+document, nil)
}
