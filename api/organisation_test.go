package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/calendar"
	"congvan/routing"
	"congvan/seed"
)

func post(code string) string { return string(seed.PositionID(code)) }

// journalOf lists what was done about a thing, oldest first.
func (w *world) journalOf(subject string) (kinds []string) {
	w.Helper()
	require.NoError(w, w.store.DB().NewRaw(`SELECT kind FROM journal WHERE subject_id = ? AND outcome = 'done' ORDER BY id`, subject).Scan(w.Context(), &kinds))
	return kinds
}

func (w *world) sleepUntil(day string) {
	at, err := time.Parse(time.DateOnly, day)
	require.NoError(w, err)
	w.clock.Store(int64(at.Sub(monday) + 2*time.Hour)) // nine o'clock
}

func TestUnitsAreAdministered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	office := object{"kind": "office", "code": "KHCN", "name": "Phòng Khoa học và Công nghệ", "parent": unit("quan"), "validFrom": "2026-11-25"}
	w.expect(403, chairman, "POST", "/organisation/units", office)
	founded := w.expect(201, admin, "POST", "/organisation/units", office, "Idempotency-Key", "found-the-office")
	id := founded.items()[0]["id"].(string)
	require.Equal(t, founded.raw, w.expect(201, admin, "POST", "/organisation/units", office, "Idempotency-Key", "found-the-office").raw)
	require.Equal(t, []string{"unit-founded", "organisation-changed"}, w.journalOf(id))
	require.NotContains(t, w.expect(200, clerk, "GET", "/units", nil).raw, id, "not before its day")
	w.sleepUntil("2026-11-25")
	w.handler.server.units.until = time.Time{}
	require.Contains(t, w.expect(200, clerk, "GET", "/units", nil).raw, id)

	version := object{"code": "KHCN", "name": "Phòng Khoa học, Công nghệ và Chuyển đổi số", "parent": unit("quan"), "validFrom": "2026-12-01"}
	w.expect(200, admin, "POST", "/organisation/units/"+id+"/versions", version)
	version["name"] = "Phòng Chuyển đổi số" // not begun: corrected
	changed := w.expect(200, admin, "POST", "/organisation/units/"+id+"/versions", version).items()
	require.Len(t, changed, 2)
	require.Equal(t, "2026-12-01", changed[0]["validTo"])
	require.Equal(t, "Phòng Chuyển đổi số", changed[1]["name"])
	for _, c := range []struct {
		code    string
		status  int
		changes object
	}{
		{"past-fixed", 422, object{"validFrom": "2026-11-24"}},
		{"unit-code-taken", 409, object{"code": "NV"}},
		{"unit-parent", 422, object{"parent": unit("nv")}},
		{"unit-parent", 422, object{"parent": id}},
		{"unit-parent", 422, object{"parent": nil}},
		{"invalid-field", 422, object{"name": " "}},
		{"invalid-field", 422, object{"officeHours": "9 giờ"}},
		{"state-secret", 422, object{"name": "TUYỆT MẬT"}},
	} {
		bad := object{"code": "KHCN", "name": "Phòng Chuyển đổi số", "parent": unit("quan"), "validFrom": "2026-12-01"}
		for k, v := range c.changes {
			if bad[k] = v; v == nil {
				delete(bad, k)
			}
		}
		if c.changes["validFrom"] != nil {
			require.Contains(t, []string{"past-fixed", "versions"}, w.expect(422, admin, "POST", "/organisation/units/"+unit("nv")+"/versions", bad).code())
			continue
		}
		require.Equal(t, c.code, w.expect(c.status, admin, "POST", "/organisation/units/"+id+"/versions", bad).code(), c.changes)
	}
	w.expect(404, admin, "POST", "/organisation/units/"+uuid.NewString()+"/versions", version)

	basis := "Quyết định 15/QĐ-UBND về sắp xếp phòng"
	document, _ := w.sent()
	end := object{"validTo": "2027-01-01", "basis": basis}
	require.Equal(t, "work-open", w.expect(409, admin, "POST", "/organisation/units/"+unit("nv")+"/end", end).code())
	require.Equal(t, "successor", w.expect(422, admin, "POST", "/organisation/units/"+unit("nv")+"/end", object{"validTo": "2027-01-01", "basis": basis, "successors": []string{unit("molao")}}).code())
	end["successors"] = []string{id}
	w.expect(200, admin, "POST", "/organisation/units/"+unit("nv")+"/end", end)
	w.sleepUntil("2027-01-04")
	w.expect(401, lead, "GET", "/me", nil)
	w.expect(200, admin, "POST", "/units/"+unit("nv")+"/hand-over", object{"to": id, "basis": basis})
	require.Equal(t, "handed-over", w.share(document, "nv")["status"])
	require.Contains(t, w.expect(200, clerk, "GET", "/documents/"+document, nil).raw, "Phòng Nội vụ", "the name of its day")
}

func TestPositionsAreAdministered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	basis := "Quyết định 20/QĐ-UBND về bổ nhiệm"
	appoint := func(status int, who, account, position, from string) reply {
		return w.expect(status, who, "POST", "/organisation/appointments", object{"username": account, "position": position, "validFrom": from, "basis": basis})
	}
	created := w.expect(201, admin, "POST", "/organisation/positions", object{"code": "pho.nv", "unit": unit("nv"), "title": "Phó Trưởng phòng Nội vụ", "office": "deputy", "validFrom": "2026-11-23"})
	id := created.items()[0]["id"].(string)
	require.Equal(t, "position-code-taken", w.expect(409, admin, "POST", "/organisation/positions", object{"code": "pho.nv", "unit": unit("nv"), "title": "Phó", "office": "deputy", "validFrom": "2026-11-23"}).code())

	// Promoted today: the next request has the new rights.
	require.Equal(t, "officer", w.expect(200, "chuyenvien.nv", "GET", "/me", nil).body["position"].(object)["office"])
	require.Equal(t, "position-held", appoint(409, admin, "chuyenvien.nv", post("truong.nv"), "2026-11-23").code())
	appoint(204, admin, "chuyenvien.nv", id, "2026-11-23")
	require.Equal(t, "deputy", w.expect(200, "chuyenvien.nv", "GET", "/me", nil).body["position"].(object)["office"])
	// From a day on: by itself, on its day.
	appoint(204, admin, "chuyenvien.nv", post("chuyenvien.nv"), "2026-11-26")
	w.expect(200, admin, "POST", "/organisation/positions/"+post("chuyenvien.nv")+"/versions", object{"unit": unit("tp"), "title": "Chuyên viên Phòng Tư pháp", "office": "officer", "validFrom": "2026-11-27"})
	require.Equal(t, "deputy", w.expect(200, "chuyenvien.nv", "GET", "/me", nil).body["position"].(object)["office"])
	w.sleepUntil("2026-11-26")
	require.Equal(t, "officer", w.expect(200, "chuyenvien.nv", "GET", "/me", nil).body["position"].(object)["office"])
	require.Equal(t, unit("nv"), w.expect(200, "chuyenvien.nv", "GET", "/me", nil).body["unit"].(object)["id"])
	w.sleepUntil("2026-11-27")
	require.Equal(t, unit("tp"), w.expect(200, "chuyenvien.nv", "GET", "/me", nil).body["unit"].(object)["id"])
	// Who holds none is let in no more.
	appoint(204, admin, "chuyenvien.nv", "", "2026-11-27")
	w.expect(401, "chuyenvien.nv", "GET", "/me", nil)
	w.expect(200, admin, "POST", "/organisation/positions/"+id+"/end", object{"validTo": "2026-12-01"})
	holders := w.expect(200, admin, "GET", "/organisation", nil).body["holders"].([]any)
	var held int
	for _, h := range holders {
		if h := h.(object); h["username"] == "chuyenvien.nv" {
			held++
		}
	}
	require.Equal(t, 3, held, "who held what from when to when stays")
}

// Separation of duties: nobody appoints himself, nobody touches his own position,
// a unit's administrator stays in his unit.
func TestNobodyGivesHimselfRights(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	basis := "Quyết định 20/QĐ-UBND về bổ nhiệm"
	for _, position := range []string{post("chutich.quan"), "", post("quantri")} {
		r := w.expect(403, admin, "POST", "/organisation/appointments", object{"username": admin, "position": position, "validFrom": "2026-11-23", "basis": basis})
		require.Equal(t, "own-rights", r.code())
	}
	r := w.expect(403, admin, "POST", "/organisation/positions/"+post("quantri")+"/versions", object{"unit": unit("quan"), "title": "Chủ tịch", "office": "chairman", "validFrom": "2026-11-24"})
	require.Equal(t, "own-rights", r.code())

	// An administrator of a ward.
	w.expect(200, admin, "POST", "/organisation/positions/"+post("canbo.molao")+"/versions", object{"unit": unit("molao"), "title": "Quản trị", "office": "admin", "validFrom": "2026-11-23"})
	small := "canbo.molao"
	made := w.expect(201, small, "POST", "/organisation/positions", object{"code": "canbo2.molao", "unit": unit("molao"), "title": "Cán bộ", "office": "officer", "validFrom": "2026-11-23"})
	require.NotEmpty(t, made.items())
	own := object{"code": "09541", "name": "UBND phường Mộ Lao mới", "parent": unit("quan"), "validFrom": "2026-11-24"}
	w.expect(200, small, "POST", "/organisation/units/"+unit("molao")+"/versions", own)
	own["parent"] = unit("vanquan")
	require.Equal(t, "not-allowed", w.expect(403, small, "POST", "/organisation/units/"+unit("molao")+"/versions", own).code())
	for path, body := range map[string]object{
		"/organisation/positions":                               object{"code": "x.nv", "unit": unit("nv"), "title": "X", "office": "head", "validFrom": "2026-11-23"},
		"/organisation/units/" + unit("vanquan") + "/versions":  object{"code": "09542", "name": "X", "parent": unit("quan"), "validFrom": "2026-11-24"},
		"/organisation/units/" + unit("molao") + "/end":         object{"validTo": "2026-11-24", "basis": basis},
		"/organisation/units":                                   object{"kind": "ward", "code": "1", "name": "X", "parent": unit("quan"), "validFrom": "2026-11-24"},
		"/organisation/appointments":                            object{"username": "vanthu.vanquan", "position": made.items()[0]["id"], "validFrom": "2026-11-24", "basis": basis},
		"/organisation/positions/" + post("truong.nv") + "/end": object{"validTo": "2026-11-24"},
		"/organisation/import":                                  object{"basis": basis, "organisation": object{}},
	} {
		require.Equal(t, "not-allowed", w.expect(403, small, "POST", path, body).code(), path)
	}
	w.expect(403, small, "GET", "/organisation/export", nil)
	w.expect(403, clerk, "GET", "/organisation", nil)
	w.expect(403, clerk, "GET", "/organisation/books", nil)
	w.register()
	require.Contains(t, w.expect(200, admin, "GET", "/organisation/books", nil).raw, `"lastNumber":1`)
	require.Empty(t, w.expect(200, small, "GET", "/organisation/books", nil).items(), "the book of the organ above is not his")
}

// exported is what is taken out, as it can be brought in.
func (w *world) exported() object {
	w.Helper()
	return w.expect(200, admin, "GET", "/organisation/export", nil).body
}

func TestWhatWasExportedChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.expect(201, clerk, "POST", "/templates", object{"name": "Rà soát", "text": "Rà soát", "process": "Báo cáo", "result": "Báo cáo",
		"recipients": []object{{"unit": unit("nv"), "role": "lead", "days": 3}}})
	basis := "Sao lưu cơ cấu tổ chức định kỳ"
	file := w.exported()
	for _, path := range []string{"/organisation/import/check", "/organisation/import"} {
		plan := w.expect(200, admin, "POST", path, object{"basis": basis, "organisation": file})
		require.Empty(t, plan.body["changes"])
		require.Empty(t, plan.body["refusals"])
	}
	require.Equal(t, mustJSON(file), mustJSON(w.exported()))

	file["units"].([]any)[0].(object)["colour"] = "red"
	require.Equal(t, 400, w.call(admin, "POST", "/organisation/import/check", object{"basis": basis, "organisation": file}).status, "strict")
	delete(file["units"].([]any)[0].(object), "colour")

	// Each part changes; the check tells, the import does exactly that, or nothing.
	for _, l := range file["units"].([]any) {
		if l := l.(object); l["id"] == unit("yt") {
			l["validTo"] = "2027-01-01"
			next := object{}
			require.NoError(t, json.Unmarshal(mustJSON(l), &next))
			next["name"], next["validFrom"] = "Phòng Y tế và Dân số", "2027-01-01"
			delete(next, "validTo")
			file["units"] = append(file["units"].([]any), next)
			break
		}
	}
	file["calendar"] = append(file["calendar"].([]any), object{"day": "2026-12-31", "kind": "off", "reason": "Nghỉ bù"})
	file["ladders"].([]any)[1].(object)["name"] = "Thang mới"
	file["templates"].([]any)[0].(object)["name"] = "Rà soát lại"
	check := w.expect(200, admin, "POST", "/organisation/import/check", object{"basis": basis, "organisation": file})
	require.Len(t, check.body["changes"], 4, check.raw)
	require.Contains(t, check.raw, "Phòng Y tế và Dân số")
	require.Equal(t, 0, w.found("journal WHERE kind = 'organisation-imported'"), "a check changes nothing")
	for range 2 {
		done := w.expect(200, admin, "POST", "/organisation/import", object{"basis": basis, "organisation": file}, "Idempotency-Key", "import-once")
		require.Equal(t, check.body["changes"], done.body["changes"])
	}
	require.Equal(t, 1, w.found("journal WHERE kind = 'organisation-imported'"))
	for _, kind := range []string{"unit-changed", "ladder-changed", "calendar-changed", "template-changed"} {
		require.Equal(t, 1, w.found("journal WHERE kind = '"+kind+"'"), kind)
	}
	require.Empty(t, w.expect(200, admin, "POST", "/organisation/import/check", object{"basis": basis, "organisation": w.exported()}).body["changes"])

	// One refusal: nothing is done.
	file["calendar"].([]any)[len(file["calendar"].([]any))-1].(object)["kind"] = "worked"
	file["units"].([]any)[1].(object)["code"] = "09541"
	require.NotEmpty(t, w.expect(200, admin, "POST", "/organisation/import/check", object{"basis": basis, "organisation": file}).body["refusals"])
	before := mustJSON(w.exported())
	r := w.call(admin, "POST", "/organisation/import", object{"basis": basis, "organisation": file})
	require.GreaterOrEqual(t, r.status, 400)
	require.Equal(t, before, mustJSON(w.exported()))
}

func TestOrganisationAsCSV(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.expect(201, admin, "POST", "/organisation/units", object{"kind": "office", "code": "X", "name": "=HYPERLINK(1)", "parent": unit("quan"), "validFrom": "2026-11-25"})
	units := w.expect(200, admin, "GET", "/organisation/units.csv", nil).raw
	require.True(t, strings.HasPrefix(units, "\uFEFFid,kind,"))
	require.Contains(t, units, "'=HYPERLINK(1)")
	require.Contains(t, w.expect(200, admin, "GET", "/organisation/positions.csv", nil).raw, "chutich.molao (2015-01-01 – )")
	w.expect(403, clerk, "GET", "/organisation/units.csv", nil)
}

// found counts the rows that a query finds.
func (w *world) found(query string) (n int) {
	w.Helper()
	require.NoError(w, w.store.DB().NewRaw(`SELECT count(*) FROM `+query).Scan(w.Context(), &n))
	return n
}

// What is written as lines is read as it was, whatever the chart.
func TestChartsSurviveTheFile(t *testing.T) {
	t.Parallel()
	id := rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}`)
	text := rapid.StringN(1, 20, -1)
	rapid.Check(t, func(t *rapid.T) {
		var c routing.Chart
		for _, name := range rapid.SliceOfNDistinct(id, 0, 8, rapid.ID[string]).Draw(t, "ids") {
			from := calendar.DateOf(monday).Plus(rapid.IntRange(-900, 900).Draw(t, "from"))
			to := from.Plus(rapid.IntRange(1, 99).Draw(t, "days"))
			facts := routing.UnitFacts{Code: text.Draw(t, "code"), Name: text.Draw(t, "name"), ParentID: routing.ID(id.Draw(t, "parent")), OfficeHours: "07:30-11:30", OnDuty: rapid.Bool().Draw(t, "duty")}
			post := routing.PositionFacts{UnitID: routing.ID(name), Title: text.Draw(t, "title"), Office: routing.Head, Fields: rapid.SampledFrom([][]string{nil, {"đất đai", "đô thị"}}).Draw(t, "fields")}
			c.Units = append(c.Units, routing.ChartUnit{ID: routing.ID(name), Kind: routing.Ward, Versions: []routing.Version[routing.UnitFacts]{{From: from, To: to, Is: facts}, {From: to, Is: facts}}})
			c.Positions = append(c.Positions, routing.ChartPosition{ID: routing.ID(name), Code: text.Draw(t, "code"), OnPaper: rapid.Bool().Draw(t, "paper"), Versions: []routing.Version[routing.PositionFacts]{{From: from, To: to, Is: post}}})
		}
		read, err := chartOf(chartFile(c))
		require.NoError(t, err)
		require.Empty(t, routing.ChartChanges(c, read))
		require.Equal(t, c.Units, read.Units)
		require.Equal(t, c.Positions, read.Positions)
	})
}
