package api

import (
	"encoding/base64"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"congvan/postgres"
	"congvan/routing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// strangers are those of the ward beside: whoever of them asks about the ward's
// things must learn what he learns about things that never were.
var strangers = []string{"vanthu.vanquan", "chutich.vanquan"}

var anyName = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64}`)

// told is what an answer tells: its status, its headers and its body, but for the
// instant, the names of requests, and whatever id was asked for.
func told(r reply) string {
	h := maps.Clone(r.header)
	for _, name := range []string{"Date", "X-Request-Id", "Content-Length", "Ratelimit-Remaining", "Ratelimit-Reset", "Location"} {
		delete(h, name)
	}
	return fmt.Sprint(r.status, h, anyName.ReplaceAllString(strings.ReplaceAll(r.raw, r.id("requestId"), ""), "ID"))
}

// Each route answers about a thing of another ward, where it says that there is
// none, letter by letter as about one that never was.
func TestEveryRouteAnswersAlikeAboutWhatIsHidden_Z02(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	at := slices.IndexFunc(m.things, func(x *thing) bool { return x.name == "a ward's" })
	theirs, compared := m.things[at], 0
	for _, route := range m.routes() {
		r := rules[route]
		if r.on == "" || r.elsewhere != "" || theirs.ids[r.on] == "" {
			continue
		}
		method, path, _ := strings.Cut(route, " ")
		for _, who := range strangers {
			ask := func(x *thing) reply {
				return m.ask(who, method, x.fill(strings.Replace(path, "{id}", "{"+r.on+"}", 1)+r.query), x.fill(r.body), r)
			}
			got := ask(theirs)
			if got.status != hidden {
				continue // what is public, as units are, and what his office may never do: see TestMatrix_Z01
			}
			require.Equal(t, told(ask(&thing{nothing: "nonexistent", ids: map[string]string{}})), told(got), "%s by %s", route, who)
			compared++
		}
	}
	require.Greater(t, compared, 100)
}

// place is somewhere in a request where an id stands, as ID.
type place struct {
	what         string // the place: a route and a path in its body, or a header
	who          string
	method, path string
	body         string
	headers      []string
	// their and own are the thing's of another ward, and one of the actor's own.
	their, own string
	// accepted says that own is taken: the answer about it differs from the other two.
	accepted func(reply) bool
}

// publicIDs are the places where units and positions are named, as Acting-For does:
// the chart of the organisation is no secret. Who may name which of them is the
// policy's, see TestMatrix_Z01.
var publicIDs = regexp.MustCompile(`^POST /organisation/|\.(unit|units\[\]|drafterUnit|position|to|fromPosition|toPosition)$`)

// bodyPlaces are the places in bodies that hold an id, by the contract.
func bodyPlaces() (out []string) {
	var walk func(at string, s *openapi3.SchemaRef)
	walk = func(at string, s *openapi3.SchemaRef) {
		v := s.Value
		if v.Type.Is("string") && v.MaxLength != nil && (*v.MaxLength == 36 || strings.HasSuffix(at, ".replaces")) {
			out = append(out, at)
		}
		for name, member := range v.Properties {
			walk(at+"."+name, member)
		}
		if v.Items != nil {
			walk(at+"[]", v.Items)
		}
	}
	for path, item := range loadSpec().Paths.Map() {
		for method, op := range item.Operations() {
			if op.RequestBody != nil && op.RequestBody.Value.Content["application/json"] != nil {
				walk(method+" "+path+" ", op.RequestBody.Value.Content["application/json"].Schema)
			}
		}
	}
	return out
}

// places are all where an id can stand that is no path's.
func (m *matrix) places(theirs, own *thing) []place {
	m.Helper()
	one := func(r reply) bool { return r.status < 400 }
	batch := func(r reply) bool { return r.status == 200 && !strings.Contains(r.raw, `"not-found"`) }
	subject := func(name string) (string, string) { return theirs.ids[name], own.ids[name] }
	doc, ownDoc := subject("document")
	share, ownShare := subject("assignment")
	template, ownTemplate := subject("template")
	upload, ownUpload, another := m.uploaded("vanthu.molao"), m.uploaded("vanthu.vanquan"), m.uploaded("vanthu.vanquan")
	waiting := func(x *thing) string { return m.things[slices.Index(m.things, x)+1].ids["document"] }
	const clerk, head = "vanthu.vanquan", "chutich.vanquan"
	register := string(mustJSON(registrationOf("replaces", "ID")))
	tus := []string{"Tus-Resumable", "1.0.0", "Upload-Length", "5", "Content-Type", "", "Upload-Metadata"}
	sheet, line, objection := m.sheetOfTwo(theirs, own)
	said := `, "text": "Một ý kiến đủ dài"`
	return []place{
		{"POST /monthly-results/{id}/objections .line", head, "POST", sheet + "/objections", `{"line": "ID", "shares": []` + said + `}`, nil, line[0], line[1], func(r reply) bool { return r.status != 404 }},
		{"POST /monthly-results/{id}/objections .shares[]", head, "POST", sheet + "/objections", `{"line": "` + line[1] + `", "shares": ["ID"]` + said + `}`, nil, share, ownShare, nil}, // nothing is late
		{"POST /monthly-results/{id}/answers .objection", head, "POST", sheet + "/answers", `{"objection": "ID"` + said + `}`, nil, objection[0], objection[1], func(r reply) bool { return r.status == 403 }},
		{"POST /outgoing .answers[]", clerk, "POST", "/outgoing", strings.Replace(issueBody, "{", `{"answers": ["ID"], `, 1), nil, doc, ownDoc, one},
		{"POST /documents .replaces", clerk, "POST", "/documents", register, nil, m.recalled("vanthu.molao"), m.recalled(clerk), one},
		{"POST /documents .uploads[]", clerk, "POST", "/documents", string(mustJSON(registrationOf("uploads", []string{"ID"}))), nil, upload, ownUpload, one},
		{"POST /batches .subjects[].id", head, "POST", "/batches", `{"act": "reminded", "subjects": [{"id": "ID"}]}`, nil, share, ownShare, batch},
		{"POST /batches/check .subjects[].id", head, "POST", "/batches/check", `{"act": "reminded", "subjects": [{"id": "ID"}]}`, nil, share, ownShare, batch},
		{"POST /batches .template", head, "POST", "/batches", `{"act": "directed", "template": "ID", "subjects": [{"id": "` + waiting(own) + `"}]}`, nil, template, ownTemplate,
			func(r reply) bool { return !strings.Contains(r.raw, "unknown-template") }},
		{"POST /batches/check .template", head, "POST", "/batches/check", `{"act": "directed", "template": "ID", "subjects": [{"id": "` + waiting(own) + `"}]}`, nil, template, ownTemplate,
			func(r reply) bool { return !strings.Contains(r.raw, "unknown-template") }},
		{"POST /uploads/{id}/attach .documentId", clerk, "POST", "/uploads/" + another + "/attach", `{"documentId": "ID"}`, nil, waiting(theirs), waiting(own), one},
		{"query document", head, "GET", "/trail?document=ID", "", nil, doc, ownDoc, one},
		{"query account", head, "GET", "/trail?from=2026-11-01&to=2026-11-30&account=ID", "", nil, theirs.ids["account"], own.ids["account"], one},
		{"query document of an export", head, "GET", "/trail/export?document=ID", "", nil, doc, ownDoc, one},
		{"query replaces", clerk, "POST", "/documents/" + waiting(own) + "/attachments?name=c.pdf&replaces=ID", string(pdf) + "%c", []string{"Content-Type", "application/pdf"},
			m.secondFile("vanthu.molao", waiting(theirs)), own.ids["sha256"], one},
		{"path assignment", head, "GET", "/documents/" + ownDoc + "/receipts/ID", "", nil, share, ownShare, func(r reply) bool { return r.status != 404 }},
		{"path document of a known share", head, "GET", "/documents/ID/receipts/" + ownShare, "", nil, doc, ownDoc, func(r reply) bool { return r.status != 404 }},
		{"header Upload-Metadata", clerk, "POST", "/uploads", "", append(tus, "filename YS5wZGY=,document ID"), doc, ownDoc, one},
		{"cursor of the register", clerk, "GET", "/documents?cursor=ID", "", nil, doc, ownDoc, nil},
	}
}

// sheetOfTwo is a monthly sheet with a line of each of two units, to which both have
// objected.
func (m *matrix) sheetOfTwo(units ...*thing) (sheet string, lines, objections [2]string) {
	m.Helper()
	by := m.actors[chairman]
	s := routing.ResultSheet{ID: postgres.NewID(), OrganID: by.UnitID, Month: "2026-10", PublishedBy: by.AccountID, PublishedAt: m.now(), ObjectUntil: m.now().AddDate(0, 0, 7)}
	entry := routing.Entry{At: m.now(), Kind: "results-published", Outcome: routing.OutcomeDone, Subject: routing.Subject{Kind: routing.SubjectResults}}
	for i, x := range units {
		s.Lines = append(s.Lines, routing.ResultLine{ID: postgres.NewID(), UnitID: x.unit})
		lines[i] = string(s.Lines[i].ID)
	}
	require.NoError(m, m.store.PublishResults(m.Context(), s, entry, routing.Request{}))
	for i, x := range units {
		o := routing.Objection{ID: postgres.NewID(), LineID: s.Lines[i].ID, AccountID: by.AccountID, At: m.now(), Words: "Giao lại sau khi đã nộp",
			Shares: []routing.Disputed{{AssignmentID: routing.ID(x.ids["assignment"]), DocumentID: routing.ID(x.ids["document"]), Bucket: routing.DoneLate}}}
		require.NoError(m, m.store.ObjectToResults(m.Context(), o, entry, routing.Request{}))
		objections[i] = string(o.ID)
	}
	return "/monthly-results/" + string(s.ID), lines, objections
}

// uploaded is a file that is here and no document's yet.
func (m *matrix) uploaded(who string) string {
	m.Helper()
	path := m.begin(who, "a.pdf", len(letter))
	m.tus(204, who, "PATCH", path, letter, "Upload-Offset", "0")
	return strings.TrimPrefix(path, "/uploads/")
}

// recalled is a document that another one may stand for.
func (m *matrix) recalled(who string) string {
	m.Helper()
	id := m.expect(201, who, "POST", "/documents", registrationOf()).id("documentId")
	m.act(who, "/documents/"+id, "recall", object{"reason": "Ban hành nhầm văn bản"})
	return id
}

// secondFile attaches another file, and returns its SHA-256.
func (m *matrix) secondFile(who, document string) string {
	m.Helper()
	at := m.expect(201, who, "POST", "/documents/"+document+"/attachments?name=d.pdf", string(pdf)+"%d", "Content-Type", "application/pdf").header.Get("Location")
	return at[strings.LastIndex(at, "/")+1:]
}

// TestAnIDIsJudgedWhereverItStands: what belongs to another ward is nothing, be its
// id in the query, in the body, inside of a list, in a header or in a cursor.
func TestAnIDIsJudgedWhereverItStands_Z03(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	find := func(name string) *thing {
		return m.things[slices.IndexFunc(m.things, func(x *thing) bool { return x.name == name })]
	}
	theirs, own := find("a ward's"), find("another ward's")
	all := m.places(theirs, own)
	var covered []string
	for _, p := range all {
		covered = append(covered, p.what)
	}
	for _, at := range bodyPlaces() {
		if !publicIDs.MatchString(at) && at != "POST /uploads/{id}/attach .replaces" { // as the query of the same name
			require.Contains(t, covered, at, "a place for ids that this test does not know")
		}
	}
	for _, p := range all {
		ask := func(id string) reply {
			coded := id
			if strings.HasPrefix(p.what, "cursor") {
				coded = writeCursor("d", id)
			}
			headers := append([]string{"If-Match", `"v99"`}, p.headers...)
			if p.method == "GET" {
				headers = slices.Clone(p.headers)
			}
			for i := range headers {
				headers[i] = strings.Replace(headers[i], "document ID", "document "+base64.StdEncoding.EncodeToString([]byte(id)), 1)
			}
			if p.body == "" {
				return m.call(p.who, p.method, strings.Replace(p.path, "ID", coded, 1), nil, headers...)
			}
			return m.call(p.who, p.method, strings.Replace(p.path, "ID", coded, 1), strings.Replace(p.body, "ID", id, 1), headers...)
		}
		never := uuid.NewString()
		if len(p.their) == 64 {
			never = strings.Repeat("0", 64)
		}
		before := m.written()
		foreign, nothing := ask(p.their), ask(never)
		require.Equal(t, told(nothing), told(foreign), p.what)
		require.NotContains(t, foreign.raw, "V/v", p.what)
		if p.accepted != nil {
			require.False(t, p.accepted(foreign), "%s: %s", p.what, foreign.raw)
			require.Zero(t, m.written()-before-m.batches(p, 2), "%s wrote something", p.what)
			mine := ask(p.own)
			require.True(t, p.accepted(mine), "%s is not reached, and proves nothing: %d %s", p.what, mine.status, mine.raw)
		}
	}
}

// batches are the rows of batches that nothing came of: that they were asked for is kept.
func (m *matrix) batches(p place, n int) int {
	if p.method+" "+p.path == "POST /batches" {
		return n
	}
	return 0
}

// The answer to a request is for who sent it: its name in another's mouth is a new one.
func TestAKeyOpensNobodyElsesAnswer_Z03(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	body := registrationOf("subject", "CANARY-7f3a")
	theirs := w.expect(201, ward, "POST", "/documents", body, "Idempotency-Key", "once-0001")
	mine := w.expect(201, neighbor, "POST", "/documents", body, "Idempotency-Key", "once-0001")
	require.NotEqual(t, theirs.id("documentId"), mine.id("documentId"))
	require.EqualValues(t, 1, mine.body["number"])
	// A version that fits opens nothing, either: it is looked at behind the right.
	for _, version := range []string{`"v1"`, `"v7"`} {
		r := w.expect(404, neighbor, "POST", "/documents/"+theirs.id("documentId")+"/recall", object{"reason": "Ban hành nhầm văn bản"}, "If-Match", version)
		require.Equal(t, told(w.expect(404, neighbor, "POST", "/documents/"+someID+"/recall", object{"reason": "Ban hành nhầm văn bản"}, "If-Match", version)), told(r))
	}
}
