package api

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// everybody is one account of each kind: of the district, of the leading office,
// of a ward that executes, and of those who have nothing to do with it.
var everybody = []string{
	"chutich.quan", "pho.dothi", "pho.vanxa", "chanhvanphong", "vanthu.quan",
	"truong.nv", "vanthu.nv", "chuyenvien.nv", "chutich.molao", "vanthu.molao", "canbo.molao",
	"truong.tp", "vanthu.tp", "chutich.phula", "vanthu.phula", "canbo.phula", "quantri",
}

// Who reads what: the district and the chief of its office the whole, the lead
// and the ward their own.
const (
	district = "chutich.quan pho.dothi pho.vanxa chanhvanphong vanthu.quan "
	leaders  = "chutich.quan pho.dothi pho.vanxa"
	office   = "truong.nv vanthu.nv chuyenvien.nv "
	ofWard   = "chutich.molao vanthu.molao canbo.molao"
)

// allowed is who gets further with a request than 403 and 404, which are for who
// reads the thing and for who does not.
type allowed struct {
	path, body string
	may        string
}

func TestWhoMayDoWhat_docs_authority(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document := w.expect(201, clerk, "POST", "/documents", registrationOf("field", "đô thị")).id("documentId")
	waiting := w.expect(201, clerk, "POST", "/documents", registrationOf("field", "đô thị")).id("documentId")
	w.expect(200, chairman, "POST", "/documents/"+document+"/directions", directionOf(), "If-Match", `"v1"`)
	w.dispatch(document)
	ask := "/assignments/" + w.share(document, "molao")["id"].(string)
	w.expect(200, wardHead, "POST", ask+"/acknowledge", nil)
	w.act(wardHead, ask, "extension", object{"dueOn": "2026-12-15", "reason": "Cần thêm thời gian rà soát"})
	decision := w.expect(200, chairman, "GET", "/decisions?view=mine", nil).items()[0]["decision"].(object)["id"].(string)
	given := w.expect(200, chairman, "GET", "/documents/"+document, nil).body["directions"].([]any)[0].(object)["id"].(string)

	reason := `{"reason": "Một lý do đủ dài để ghi"}`
	to := `{"recipients": [{"unit": "` + unit("tp") + `", "role": "lead"}]}`
	further := string(mustJSON(directionOf("recipients", []object{{"unit": unit("molao"), "role": "lead"}, {"unit": unit("yt"), "role": "inform"}})))
	later := `{"dueOn": "2026-12-21", "reason": "Một lý do đủ dài để ghi"}`
	hold := `{"category": "other", "reason": "Một lý do đủ dài để ghi"}`
	for _, x := range []struct {
		on, id, sees string
		rows         []allowed
	}{
		{"/documents/", waiting, district, []allowed{
			{"", "", district}, {"/events", "", district}, {"/alarms", "", district}, {"/ledger", "", district}, {"/suggestions", "", district},
			{"/presentable", "", district},
			{"/directions", string(mustJSON(directionOf())), "chutich.quan pho.dothi"}, {"/what-if", to, "chutich.quan pho.dothi"},
			{"/present", `{"to": "` + uuid.NewString() + `"}`, district}, {"/file", `{}`, "chutich.quan pho.dothi chanhvanphong"},
			{"/cancel", `{"category": "other", "reason": "Một lý do đủ dài để ghi"}`, leaders + " vanthu.quan"},
			{"/notify", `{"how": "bằng điện thoại"}`, "vanthu.quan"}, {"/hold", hold, "chutich.quan pho.dothi"}, {"/resume", "", "chutich.quan pho.dothi"},
			{"/reopen", reason, "chutich.quan pho.dothi"}, {"/ladder", `{"ladder": "normal", "reason": "Một lý do đủ dài để ghi"}`, leaders + " chanhvanphong"},
			{"/recall", reason, leaders + " vanthu.quan"},
		}},
		{"/assignments/", w.share(document, "molao")["id"].(string), district + ofWard, []allowed{
			{"", "", district + ofWard}, {"/extensions", "", district + ofWard},
			{"/acknowledge", "", "chutich.molao vanthu.molao"}, {"/start", "", ofWard}, {"/progress", `{"note": "đang làm"}`, ofWard},
			{"/consent", `{"text": "xong", "stages": [{"rule": "all", "units": ["` + unit("tp") + `"]}]}`, "chutich.molao"}, {"/withdraw-draft", "", "chutich.molao"},
			{"/extension", later, "chutich.molao"}, {"/return", reason, "chutich.molao vanthu.molao"}, {"/directions", further, "chutich.molao"}, {"/what-if", to, "chutich.molao"},
			{"/approve", "", leaders}, {"/send-back", reason, leaders}, {"/insist", reason, leaders}, {"/drop", reason, leaders}, {"/extend", later, leaders},
			{"/hold", hold, leaders}, {"/resume", "", leaders}, {"/reopen", later, leaders}, {"/remind", `{}`, district},
			{"/reroute", `{"unit": "` + unit("vanquan") + `", "reason": "Một lý do đủ dài để ghi"}`, leaders},
			{"/hand-over", `{"unit": "` + unit("molao") + `", "basis": "Một căn cứ đủ dài để ghi"}`, leaders + " quantri"},
			{"/report", `{"text": "Đã xong"}`, "chutich.molao"},
		}},
		{"/assignments/", w.share(document, "nv")["id"].(string), district + office, []allowed{
			{"", "", district + office}, {"/directions", further, "truong.nv"}, {"/acknowledge", "", "truong.nv vanthu.nv"},
			{"/approve", "", leaders}, {"/hold", hold, leaders}, {"/report", `{"text": "Đã xong"}`, "truong.nv"},
		}},
		{"/directions/", given, district + office + ofWard, []allowed{
			{"/recipients", `{"text": "Cùng tham gia rà soát", "recipients": [{"unit": "` + unit("molao") + `", "role": "inform"}]}`, "chutich.quan pho.dothi"},
		}},
		{"/decisions/", decision, district + ofWard, []allowed{
			{"/decide", `{"kind": "extension", "grant": true, "dueOn": "2026-11-27"}`, leaders},
		}},
	} {
		for _, row := range x.rows {
			for _, who := range everybody {
				method, headers := "GET", []string{}
				if row.body != "" || postsNothing[row.path] {
					method, headers = "POST", []string{"If-Match", `"v99"`}
				}
				var body any
				if row.body != "" {
					body = row.body
				}
				r := w.call(who, method, x.on+x.id+row.path, body, headers...)
				what := who + " " + method + " " + x.on + x.id + row.path + ": " + r.raw
				require.NotEqual(t, 400, r.status, what)
				require.Less(t, r.status, 500, what)
				switch {
				case slices.Contains(strings.Fields(row.may), who):
					require.NotContains(t, []int{403, 404}, r.status, what)
				case slices.Contains(strings.Fields(x.sees), who):
					require.Equal(t, 403, r.status, what)
				default:
					nothing := w.call(who, method, x.on+uuid.NewString()+row.path, body, headers...)
					require.Equal(t, 404, nothing.status, what)
					require.Equal(t, nothing.status, r.status, what)
					require.Equal(t, nothing.body["detail"], r.body["detail"], what)
				}
			}
		}
	}
}

var postsNothing = map[string]bool{"/resume": true, "/acknowledge": true, "/start": true, "/withdraw-draft": true, "/approve": true}
