package api

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"congvan/activities"
	"congvan/routing"

	"github.com/stretchr/testify/require"
)

const canary = "CANARY-7f3a"

// questions are all the lists that there are, with what they may be asked by.
func questions() (paths []string) {
	days := "from=2026-11-01&to=2026-11-30"
	for path, item := range loadSpec().Paths.Map() {
		if item.Get == nil || strings.Contains(path, "{") || strings.HasPrefix(path, "/oidc") || slices.Contains([]string{"/events", "/sessions", "/metrics", "/healthz", "/readyz"}, path) {
			continue
		}
		switch path {
		case "/assignments":
			for _, view := range []string{"open", "sent", "working", "overdue", "judge"} {
				paths = append(paths, path+"?view="+view, path+"?mine=true&view="+view)
			}
		case "/documents":
			for _, status := range []string{"", "registered", "directed", "concluded", "recalled", "cancelled"} {
				paths = append(paths, path+"?status="+status, path+"?limit=1&status="+status)
			}
		case "/decisions":
			paths = append(paths, path+"?view=mine", path+"?view=open")
		case "/trail", "/trail/export":
			paths = append(paths, path+"?"+days, path+"?"+days+"&unit="+unit("molao"), path+"?"+days+"&unit="+unit("vanquan"))
		case "/statistics":
			for _, code := range []string{"VBDEN01", "VBDEN03", "VBDEN05", "VBDEN07", "ND30-V2", "VBDI04", "ND30-V4"} {
				paths = append(paths, path+"/"+code+"?"+days, path+"/"+code+"?"+days+"&book="+unit("vanquan"))
			}
		case "/absences":
			paths = append(paths, path+"?"+days+"&unit="+unit("vanquan"))
		case "/search":
			for _, words := range []string{"bao+cao", "van+ban", "xu+ly", "2026", "1"} {
				paths = append(paths, path+"?facets=true&q="+words)
			}
		case "/alarms", "/lateness", "/exports/events", "/oversight/stuck":
			paths = append(paths, path+"?"+days)
		case "/oversight/stuck/list":
			paths = append(paths, path+"?kind=waiting&stage=work", path+"?kind=late&stage=receipt", path+"?kind=unreported", path+"?kind=due&"+days)
		default:
			paths = append(paths, path)
		}
	}
	return paths
}

// answersOf are what somebody is told by each list, but for names of requests.
func (w *world) answersOf(who string) map[string]string {
	w.Helper()
	out := map[string]string{}
	for _, path := range questions() {
		r := w.call(who, "GET", path, nil)
		require.Less(w, r.status, 500, path)
		out[path] = fmt.Sprint(r.status, strings.ReplaceAll(r.raw, r.id("requestId"), ""))
	}
	return out
}

// works lets the ward do whatever leaves text, all of it with the canary in it, and
// returns what it did it to.
func (w *world) works(clerk, head, officer string) *thing {
	w.Helper()
	ids := map[string]string{}
	body := registrationOf("subject", canary+" rà soát hộ nghèo", "codeNumber", "77", "senderAddress", "canary-7f3a@example.vn", "arrivalChannel", "electronic")
	path := w.begin(clerk, canary+".pdf", len(letter))
	ids["upload"] = strings.TrimPrefix(path, "/uploads/")
	for range 2 {
		r := w.call(clerk, "POST", "/documents", body)
		if r.status == 400 { // a name that the contract does not have
			delete(body, "senderAddress")
			delete(body, "arrivalChannel")
			r = w.call(clerk, "POST", "/documents", body)
		}
		require.Equal(w, 201, r.status, r.raw)
		ids["document"] = r.id("documentId")
		body["codeNumber"] = "78"
	}
	file := w.expect(201, clerk, "POST", "/documents/"+ids["document"]+"/attachments?name="+canary+".pdf", pdf, "Content-Type", "application/pdf").header.Get("Location")
	ids["sha256"] = file[strings.LastIndex(file, "/")+1:]
	post := func(who string) string {
		return w.expect(200, who, "GET", "/me", nil).body["position"].(object)["id"].(string)
	}
	to := []object{{"unit": unit("molao"), "position": post(officer), "role": "lead"}}
	w.expect(200, head, "POST", "/documents/"+ids["document"]+"/directions", directionOf("text", canary, "process", canary, "result", canary, "recipients", to), "If-Match", `"v1"`)
	w.dispatch(ids["document"])
	shown := w.expect(200, head, "GET", "/documents/"+ids["document"], nil).body
	ids["direction"] = shown["directions"].([]any)[0].(object)["id"].(string)
	ids["assignment"] = shown["assignments"].([]any)[0].(object)["id"].(string)
	share := "/assignments/" + ids["assignment"]
	w.expect(200, officer, "POST", share+"/acknowledge", nil)
	w.expect(200, officer, "POST", share+"/progress", object{"note": canary})
	w.act(officer, share, "extension", object{"dueOn": "2026-12-15", "reason": canary + " chờ số liệu của tổ dân phố"})
	ids["decision"] = w.expect(200, head, "GET", "/decisions?view=mine", nil).items()[0]["decision"].(object)["id"].(string)
	ids["template"] = w.expect(201, head, "POST", "/templates", templateBody("name", canary, "text", canary, "recipients", []object{{"unit": unit("molao"), "position": post(officer), "role": "lead", "days": 5}})).id("id")
	ids["delegation"] = w.expect(201, head, "POST", "/delegations", object{"fromPosition": post(head), "toPosition": post(clerk), "basis": canary, "from": "2026-11-23T00:00:00Z", "to": "2026-12-23T00:00:00Z"}).id("id")
	ids["batch"] = w.expect(200, head, "POST", "/batches", object{"act": "approved", "subjects": []object{{"id": ids["assignment"]}}}).id("id")
	ids["sent"] = ids["document"]
	return &thing{name: "a ward's", unit: routing.ID(unit("molao")), ids: ids}
}

// TestNothingTellsOfAnotherWardsDocuments: whatever the ward does, the ward beside
// is told what it was told before, to the letter: counts, pages, lists, what is
// late, what will ring, templates, numbers. And no answer about the ward's things,
// by any route, has a word of theirs.
func TestNothingTellsOfAnotherWardsDocuments_Z04(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	all := append([]string{"canbo.vanquan"}, strangers...)
	hears := w.listen(neighbor)
	before := map[string]map[string]string{}
	for _, who := range all {
		before[who] = w.answersOf(who)
	}
	theirs := w.works(ward, wardHead, "canbo.molao")
	require.Contains(t, fmt.Sprint(w.answersOf(wardHead)), canary, "who may see it does")
	for _, who := range all {
		after := w.answersOf(who)
		for path, said := range before[who] {
			if strings.HasPrefix(path, "/trail") {
				require.NotContains(t, after[path], canary, "%s by %s", path, who) // what he asked himself is new in it
				require.NotContains(t, after[path], theirs.ids["document"], "%s by %s", path, who)
				continue
			}
			require.Equal(t, said, after[path], "%s by %s", path, who)
		}
	}
	m, asked := &matrix{world: w}, 0
	for _, route := range m.routes() {
		r := rules[route]
		if r.elsewhere != "" || theirs.ids[r.on] == "" {
			continue
		}
		method, path, _ := strings.Cut(route, " ")
		for _, who := range all {
			target, body := theirs.fill(strings.Replace(path, "{id}", "{"+r.on+"}", 1)+r.query), theirs.fill(r.body)
			got := m.ask(who, method, target, body, r)
			require.NotContains(t, got.raw+fmt.Sprint(got.header), canary, "%s by %s", route, who)
			for name, id := range theirs.ids {
				if id != unit("molao") && !strings.Contains(target+body, id) {
					require.NotContains(t, got.raw, id, "%s by %s tells the %s", route, who, name)
				}
			}
			asked++
		}
	}
	require.Greater(t, asked, 150)
	w.beside(hears, theirs)
	w.late(theirs)
}

// beside: the same letter and the same file are new where they were not, and the
// first number is the first; who listens hears only of his own.
func (w *world) beside(hears *listening, theirs *thing) {
	w.Helper()
	mine := w.expect(201, neighbor, "POST", "/documents", registrationOf("codeNumber", "77"))
	require.EqualValues(w, 1, mine.body["number"])
	require.NotContains(w, mine.raw, "duplicate")
	own := mine.id("documentId")
	require.Equal(w, 404, w.call(neighbor, "GET", "/documents/"+own+"/attachments/"+theirs.ids["sha256"], nil).status)
	attach := func(content string) reply {
		return w.expect(201, neighbor, "POST", "/documents/"+own+"/attachments?name="+url.QueryEscape("a.pdf"), content, "Content-Type", "application/pdf")
	}
	event := func(r reply) string {
		return anyName.ReplaceAllString(fmt.Sprint(r.status, r.body["kind"], r.body["details"]), "ID")
	}
	require.Equal(w, event(attach("%PDF-1.6"+string(pdf[8:]))), event(attach(string(pdf))), "a file that another has is as new as any")
	for {
		m := hears.next()
		require.NotContains(w, m.data, theirs.ids["document"])
		if strings.Contains(m.data, own) {
			return
		}
	}
}

// late: what rings, is mailed or counted when everything is overdue is the ward's
// own affair, too.
func (w *world) late(theirs *thing) {
	w.Helper()
	w.clock.Store(int64(40 * 24 * 3600e9))
	w.hand((*activities.Hands).Ring, theirs.ids["document"])
	require.NotZero(w, w.count("alarms WHERE document_id = '"+theirs.ids["document"]+"'"), "nothing rang")
	for _, who := range append([]string{"canbo.vanquan"}, strangers...) {
		for path, said := range w.answersOf(who) {
			require.NotContains(w, said, canary, "%s by %s", path, who)
			if !strings.HasPrefix(path, "/trail") {
				require.NotContains(w, said, theirs.ids["document"], "%s by %s", path, who)
			}
		}
		require.Equal(w, "[]", fmt.Sprint(w.expect(200, who, "GET", "/overdue", nil).body["items"]))
		require.Equal(w, "[]", fmt.Sprint(w.expect(200, who, "GET", "/notices", nil).body["items"]))
	}
}
