package api

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"congvan/api/internal/contract"
	"congvan/seed"
)

// traceless are the POST routes whose successful call leaves neither an act nor
// an entry, or whose trace is asked for elsewhere, with the reason.
var traceless = map[string]string{
	"/documents/{id}/what-if":            "changes nothing",
	"/assignments/{id}/what-if":          "changes nothing",
	"/calendar/preview":                  "changes nothing",
	"/batches/check":                     "changes nothing",
	"/organisation/import/check":         "changes nothing",
	"/notices/read":                      "what somebody has read of his own notices is no matter of the record",
	"/monthly-results":                   "TestAMonthlySheet",
	"/monthly-results/{id}/objections":   "TestAMonthlySheet",
	"/monthly-results/{id}/answers":      "TestAMonthlySheet",
	"/documents/{id}/remind":             "each share that is reminded leaves its act: TestRemind",
	"/batches/{id}/undo":                 "each direction that is taken back leaves its act: TestBatches",
	"/subscriptions":                     "what somebody is sent of what he may see himself; the mail is kept",
	"/subscriptions/{id}/end":            "as above",
	"/uploads":                           "a file that is on its way; the one that arrives leaves its act",
	"/tokens":                            "tokens_test.go",
	"/tokens/{id}/revoke":                "tokens_test.go",
	"/webhooks":                          "webhooks_test.go",
	"/webhooks/{id}/test":                "webhooks_test.go",
	"/webhooks/{id}/resume":              "webhooks_test.go",
	"/webhooks/{id}/revoke":              "webhooks_test.go",
	"/deadline-feeds":                    "feeds_test.go",
	"/deadline-feeds/{id}/revoke":        "feeds_test.go",
	"/accounts/{id}/password-link":       "tests of links",
	"/accounts/{id}/disable":             "tests of accounts",
	"/accounts/{id}/enable":              "tests of accounts",
	"/accounts/{id}/identity":            "tests of identities",
	"/accounts/{id}/identity/remove":     "tests of identities",
	"/accounts/{id}/end-sessions":        "tests of sessions",
	"/accounts/{id}/reset-second-factor": "tests of logging in",
	"/password-links/ask":                "tests of links",
	"/password-links/redeem":             "tests of links",
	"/sessions":                          "login_test.go",
	"/sessions/second-factor":            "login_test.go",
	"/sessions/current/end":              "login_test.go",
	"/sessions/others/end":               "login_test.go",
	"/sessions/{id}/end":                 "login_test.go",
	"/password":                          "login_test.go",
	"/second-factor":                     "login_test.go",
	"/second-factor/confirm":             "login_test.go",
	"/second-factor/remove":              "login_test.go",
}

// Every route that changes something leaves an act or an entry, by whom, and for
// whom if for somebody else. The answer of most is that act itself, by the
// contract; the others are tried here. A new route fails until it is listed.
func TestEveryChangeLeavesATrace_A10(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	changes := w.changes()
	spec := loadSpec()
	var asked []string
	for _, x := range (&server{}).routes(contract.ServerInterfaceWrapper{}) {
		path := strings.TrimPrefix(x.path, base)
		if x.method != "POST" || answersWithItsAct(spec.Paths.Value(path).Post) {
			continue
		}
		asked = append(asked, path)
		change, tried := changes[path]
		require.True(t, tried != (traceless[path] != ""), "POST %s leaves which trace? Try it in w.changes, or list it in traceless with the reason", path)
		if !tried {
			continue
		}
		before := w.trace(change.who)
		r := w.call(change.who, "POST", change.path, change.body, change.headers...)
		require.Less(t, r.status, 300, "%s: %s", path, r.raw)
		require.Greater(t, w.trace(change.who), before, "POST %s left no trace", path)
	}
	for _, path := range append(slices.Collect(maps.Keys(changes)), slices.Collect(maps.Keys(traceless))...) {
		if !slices.Contains(asked, path) {
			require.Truef(t, spec.Paths.Value(path) != nil, "%s is no route", path)
		}
	}

	// For somebody else: the act says for whom.
	document := w.register()
	w.expect(204, "quantri", "POST", "/positions/"+post("chutich.quan")+"/on-paper", object{"onPaper": true})
	done := w.expect(200, clerk, "POST", "/documents/"+document+"/directions", directionOf(), "If-Match", `"v1"`, "Acting-For", post("chutich.quan"))
	details := done.body["details"].(object)
	require.Equal(t, "entered", details["mandate"])
	require.Equal(t, "Chủ tịch UBND quận", details["for"])
}

// trace counts what an account has done, by acts and entries.
func (w *world) trace(who string) (n int) {
	w.Helper()
	require.NoError(w, w.store.DB().NewRaw(`SELECT (SELECT count(*) FROM events e WHERE e.actor_id = a.id)
		+ (SELECT count(*) FROM journal j WHERE j.actor_id = a.id AND j.outcome = 'done') FROM accounts a WHERE a.username = ?`, who).Scan(w.Context(), &n))
	return n
}

// answersWithItsAct says whether the answer to a route is the act that it left.
func answersWithItsAct(op *openapi3.Operation) bool {
	for status, r := range op.Responses.Map() {
		if strings.HasPrefix(status, "2") && (strings.HasSuffix(r.Ref, "/Act") ||
			r.Value.Content["application/json"] != nil && strings.HasSuffix(r.Value.Content["application/json"].Schema.Ref, "/Act")) {
			return true
		}
	}
	return false
}

// aChange is a call that succeeds and changes something.
type aChange struct {
	who, path string
	body      any
	headers   []string
}

// changes are such calls, by route.
func (w *world) changes() map[string]aChange {
	w.Helper()
	const admin, why = "quantri", "Một căn cứ đủ dài để ghi"
	document := w.register()
	_, shares := w.sent()
	template := object{"name": "Rà soát", "text": "Rà soát", "process": "Báo cáo", "result": "Báo cáo",
		"recipients": []object{{"unit": unit("nv"), "role": "lead", "days": 3}}}
	kept := []string{}
	for _, name := range []string{"một", "hai"} {
		template["name"] = name
		kept = append(kept, w.expect(201, clerk, "POST", "/templates", template).id("id"))
	}
	template = object{"name": "ba", "text": "Rà soát", "process": "Báo cáo", "result": "Báo cáo", "recipients": template["recipients"]}
	away := object{"position": post("truong.nv"), "from": "2026-11-24", "to": "2026-11-26", "reason": "Đi họp"}
	absence := w.expect(201, lead, "POST", "/absences", away).id("id")
	given := object{"fromPosition": post("truong.nv"), "toPosition": post("chuyenvien.nv"), "basis": "12/UQ-NV", "from": "2026-11-23T00:00:00Z", "to": "2026-12-23T00:00:00Z"}
	delegation := w.expect(201, lead, "POST", "/delegations", given).id("id")
	issued := w.expect(201, clerk, "POST", "/outgoing", issueBody).id("id")
	ended := string(seed.HaDong().UnitID("ttr"))
	w.expect(200, admin, "POST", "/organisation/units/"+ended+"/end", object{"validTo": "2026-11-23", "basis": why, "successors": []string{unit("tp")}})
	return map[string]aChange{
		"/documents":                  {who: clerk, path: "/documents", body: registrationOf()},
		"/documents/{id}/attachments": {clerk, "/documents/" + document + "/attachments?name=b.pdf", string(pdf) + "%b", []string{"Content-Type", "application/pdf"}},
		"/notice-settings":            {who: lead, path: "/notice-settings", body: object{"mailDigest": true}},
		"/delegations":                {who: lead, path: "/delegations", body: given},
		"/delegations/{id}/revoke":    {who: lead, path: "/delegations/" + delegation + "/revoke"},
		"/absences":                   {who: lead, path: "/absences", body: away},
		"/absences/{id}/end":          {who: lead, path: "/absences/" + absence + "/end"},
		"/positions/{id}/on-paper":    {who: admin, path: "/positions/" + post("truong.tp") + "/on-paper", body: object{"onPaper": true}},
		"/ladders/{code}/versions":    {who: admin, path: "/ladders/thu/versions", body: strings.Replace(ladderText, "-4h", "4h", 1)},
		"/positions/{id}/hand-over":   {who: lead, path: "/positions/" + post("chuyenvien.nv") + "/hand-over", body: object{"to": post("vanthu.nv"), "basis": why}},
		"/units/{id}/hand-over":       {who: admin, path: "/units/" + ended + "/hand-over", body: object{"to": unit("tp"), "basis": why}},
		"/calendar/changes":           {who: admin, path: "/calendar/changes", body: object{"source": "Thông báo", "changes": []object{{"day": "2026-12-31", "kind": "off", "reason": "Nghỉ bù"}}}},
		"/templates":                  {who: clerk, path: "/templates", body: template},
		"/templates/{id}":             {clerk, "/templates/" + kept[0], object{"name": "bốn", "text": "Rà soát", "process": "Báo cáo", "result": "Báo cáo", "recipients": template["recipients"]}, []string{"If-Match", `"v1"`}},
		"/templates/{id}/archive":     {clerk, "/templates/" + kept[1] + "/archive", nil, []string{"If-Match", `"v1"`}},
		"/outgoing":                   {who: clerk, path: "/outgoing", body: issueBody},
		"/outgoing/{id}/cancel":       {clerk, "/outgoing/" + issued + "/cancel", object{"reason": why}, []string{"If-Match", `"v1"`}},
		"/batches":                    {who: lead, path: "/batches", body: object{"act": "acknowledged", "subjects": []object{{"id": shares["nv"]}}}},

		"/organisation/units":                   {who: admin, path: "/organisation/units", body: object{"kind": "office", "code": "KHCN", "name": "Phòng KHCN", "parent": unit("quan"), "validFrom": "2026-11-24"}},
		"/organisation/units/{id}/versions":     {who: admin, path: "/organisation/units/" + unit("yt") + "/versions", body: object{"code": "YT", "name": "Phòng Y tế mới", "parent": unit("quan"), "validFrom": "2026-11-24"}},
		"/organisation/units/{id}/end":          {who: admin, path: "/organisation/units/" + unit("kt") + "/end", body: object{"validTo": "2026-12-01", "basis": why}},
		"/organisation/positions":               {who: admin, path: "/organisation/positions", body: object{"code": "pho.nv", "unit": unit("nv"), "title": "Phó", "office": "deputy", "validFrom": "2026-11-24"}},
		"/organisation/positions/{id}/versions": {who: admin, path: "/organisation/positions/" + post("canbo.molao") + "/versions", body: object{"unit": unit("molao"), "title": "Cán bộ", "office": "officer", "validFrom": "2026-11-24"}},
		"/organisation/positions/{id}/end":      {who: admin, path: "/organisation/positions/" + post("canbo.vanquan") + "/end", body: object{"validTo": "2026-12-01"}},
		"/organisation/appointments":            {who: admin, path: "/organisation/appointments", body: object{"username": "canbo.phula", "validFrom": "2026-11-24", "basis": why}},
		"/organisation/import":                  {who: admin, path: "/organisation/import", body: object{"basis": why, "organisation": object{"calendar": []object{{"day": "2026-12-30", "kind": "off", "reason": "Nghỉ bù"}}}}},
	}
}
