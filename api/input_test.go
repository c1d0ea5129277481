package api

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStrictReading_Z30_I06(t *testing.T) {
	t.Parallel()
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, c := range []struct{ name, json, field, reason string }{
		{"an object", `{"a": 1, "b": ["x", null, true]}`, "", ""},
		{"a pair of surrogates", `"\ud83d\ude00 \\ud800"`, "", ""},
		{"as deep as can be", deep(32), "", ""},
		{"too deep", deep(33), "body", "lồng quá"},
		{"far too deep", deep(50000), "body", "JSON"},
		{"a repeated name", `{"a": {"b": 1, "c": 2, "b": 3}}`, "a.b", "hai lần"},
		{"a name repeated in capitals", `{"subject": "x", "Subject": "y"}`, "Subject", "hai lần"},
		{"a name repeated in Vietnamese capitals", `{"đơn": 1, "ĐƠN": 2}`, "ĐƠN", "hai lần"},
		{"a name repeated with a long s", `{"status": 1, "ſtatus": 2}`, "ſtatus", "hai lần"},
		{"a name repeated in another form", "{\"ệ\": 1, \"e\u0323\u0302\": 2}", "ệ", "hai lần"},
		{"a name repeated as an escape", `{"a": 1, "\u0061": 2}`, "a", "hai lần"},
		{"trailing data", `{} {}`, "body", "JSON"},
		{"a trailing brace", `{}}`, "body", "JSON"},
		{"a comma too many", `[1,]`, "body", "JSON"},
		{"a BOM", "\uFEFF{}", "body", "BOM"},
		{"broken UTF-8", "\"\xc3\x28\"", "body", "UTF-8"},
		{"a surrogate in UTF-8", "\"\xed\xa0\x80\"", "body", "UTF-8"},
		{"half a pair", `"\ud83d"`, "body", `\u`},
		{"the other half", `"\ude00"`, "body", `\u`},
		{"half a pair and a letter", `"\ud83d\u0041"`, "body", `\u`},
		{"a NUL", "\"a\x00b\"", "body", "NUL"},
		{"an escaped NUL", `{"a": ["x", "\u0000"]}`, "a.1", "NUL"},
		{"an escaped NUL in a name", `{"\u0000": 1}`, "body", "NUL"},
		{"nothing", ``, "body", "JSON"},
		{"no JSON", `{a: 1}`, "body", "JSON"},
	} {
		_, err := readStrict([]byte(c.json))
		if c.reason == "" {
			require.NoError(t, err, c.name)
			continue
		}
		var fault inputFault
		require.True(t, errors.As(err, &fault), c.name)
		require.Equal(t, c.field, fault.field, c.name)
		require.Contains(t, fault.reason, c.reason, c.name)
	}
	value, err := readStrict([]byte("{\"x\": \"Uy\u0309 ban\"}"))
	require.NoError(t, err)
	require.Equal(t, map[string]any{"x": "Uỷ ban"}, value, "normal form C")
}

func FuzzStrictReading(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1,"A":2}`, `"\ud800"`, `[[[]]]`, "\"\x00\"", `{"a":"\u0000"}`, `1e999`, "\uFEFF{}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := readStrict(data)
		var fault inputFault
		require.True(t, err == nil || errors.As(err, &fault))
	})
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	text := func(changes ...any) string {
		return strings.TrimSuffix(string(mustJSON(registrationOf(changes...))), "}")
	}
	for _, c := range []struct {
		name    string
		body    any
		status  int
		code    string
		field   string
		headers []string
	}{
		{name: "too large", body: registrationOf("subject", strings.Repeat("á", 1<<20)), status: 413, code: "body-too-large"},
		{name: "not UTF-8", body: text() + ", \"field\": \"\xff\"}", status: 400, code: "bad-request", field: "body"},
		{name: "NUL", body: registrationOf("subject", "a\x00b"), status: 400, code: "bad-request", field: "subject"},
		{name: "unknown field", body: registrationOf("sekrecy", "none"), status: 400, code: "bad-request", field: "sekrecy"},
		{name: "field in capitals", body: registrationOf("subject", nil, "Subject", "x"), status: 400, code: "bad-request", field: "Subject"},
		{name: "duplicate key", body: text() + `, "subject": "y"}`, status: 400, code: "bad-request", field: "subject"},
		{name: "missing", body: registrationOf("issuer", nil), status: 400, code: "bad-request", field: "issuer"},
		{name: "no secrecy declared", body: registrationOf("secrecy", nil), status: 400, code: "bad-request", field: "secrecy"},
		{name: "wrong type", body: registrationOf("subject", 7), status: 400, code: "bad-request", field: "subject"},
		{name: "null", body: registrationOf("subject", "null"), status: 201},
		{name: "too long", body: registrationOf("issuer", strings.Repeat("ạ", 201)), status: 400, code: "bad-request", field: "issuer"},
		{name: "long enough", body: registrationOf("issuer", strings.Repeat("ạ", 200)), status: 201},
		{name: "unknown urgency", body: registrationOf("urgency", "rất gấp"), status: 400, code: "bad-request", field: "urgency"},
		{name: "no day", body: registrationOf("issuedOn", "20/11/2026"), status: 400, code: "bad-request", field: "issuedOn"},
		{name: "no real day", body: registrationOf("issuedOn", "2026-02-30"), status: 400, code: "bad-request", field: "issuedOn"},
		{name: "issued tomorrow", body: registrationOf("issuedOn", "2026-11-24"), status: 422, code: "invalid-field", field: "issuedOn"},
		{name: "empty subject", body: registrationOf("subject", "  "), status: 422, code: "invalid-field", field: "subject"},
		{name: "unknown ladder", body: registrationOf("ladder", "leo"), status: 422, code: "unknown-ladder"},
		{name: "no JSON", body: "{", status: 400, code: "bad-request", field: "body"},
		{name: "a list", body: "[]", status: 400, code: "bad-request", field: "body"},
		{name: "no body", body: nil, status: 415, code: "media-type"},
		{name: "a form", body: "a=b", status: 415, code: "media-type", headers: []string{"Content-Type", "application/x-www-form-urlencoded"}},
		{name: "gzip", body: registrationOf(), status: 415, code: "media-type", headers: []string{"Content-Encoding", "gzip"}},
		{name: "Latin 1", body: registrationOf(), status: 415, code: "media-type", headers: []string{"Content-Type", "application/json; charset=latin1"}},
		{name: "XML wanted", body: registrationOf(), status: 406, code: "not-acceptable", headers: []string{"Accept", "application/xml"}},
	} {
		headers := c.headers
		if c.name == "no body" {
			headers = []string{"Content-Type", ""}
		}
		r := w.expect(c.status, clerk, "POST", "/documents", c.body, headers...)
		if c.code != "" {
			require.Equal(t, c.code, r.code(), c.name)
		}
		if c.field != "" {
			require.Contains(t, r.body["fields"], c.field, c.name)
		}
	}
}

func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

func TestBadDirections(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	path := "/documents/" + w.register() + "/directions"
	to := func(recipients ...object) object { return directionOf("recipients", recipients) }
	nv, molao := object{"unit": unit("nv"), "role": "lead"}, object{"unit": unit("molao"), "role": "execute"}
	for _, c := range []struct {
		name   string
		body   object
		status int
		code   string
		member string
	}{
		{"unknown unit", to(nv, object{"unit": "0199c1a6-7e2b-7c30-9d1e-0f5a6b7c8d9e", "role": "execute"}), 422, "unknown-unit", "unit"},
		{"no unit at all", to(nv, object{"unit": "phường Mộ Lao", "role": "execute"}), 422, "unknown-unit", "unit"},
		{"two leads", to(nv, object{"unit": unit("molao"), "role": "lead"}), 422, "direction-lead", "leads"},
		{"no lead", to(molao), 422, "direction-lead", "leads"},
		{"nobody", directionOf("recipients", []object{}), 422, "direction-incomplete", "open"},
		{"nothing", object{}, 422, "direction-incomplete", "open"},
		{"no task", directionOf("text", ""), 422, "direction-incomplete", "open"},
		{"twice the same", to(nv, molao, molao), 422, "recipients", "unit"},
		{"no due date", directionOf("dueOn", nil), 422, "due-missing", "unitName"},
		{"due in the past", directionOf("dueOn", "2026-11-20"), 422, "due-past", "unitName"},
		{"due on a holiday", directionOf("dueOn", "2026-11-24"), 422, "due-day-off", "nextWorkday"},
		{"due on a Sunday", directionOf("dueOn", nil, "dueAt", "2026-12-06T09:00:00+07:00"), 422, "due-day-off", "unitName"},
		{"due before receipt", directionOf("dueOn", nil, "dueAt", "2026-11-23T09:00:01+07:00"), 422, "due-before-receipt", "receiveDue"},
		{"two due dates", directionOf("dueAt", "2026-12-10T09:00:00Z"), 400, "bad-request", "fields"},
		{"no real instant", directionOf("dueOn", nil, "dueAt", "2026-02-30T09:00:00Z"), 400, "bad-request", "fields"},
		{"a leap second", directionOf("dueOn", nil, "dueAt", "2026-12-10T09:00:60Z"), 422, "invalid-field", "fields"},
		{"no real day", directionOf("dueOn", "2026-02-30"), 400, "bad-request", "fields"},
		{"unknown role", to(object{"unit": unit("nv"), "role": "boss"}), 400, "bad-request", "fields"},
		{"unknown field", to(object{"unit": unit("nv"), "role": "lead", "due": "2026-12-10"}), 400, "bad-request", "fields"},
	} {
		r := w.expect(c.status, chairman, "POST", path, c.body, "If-Match", `"v1"`)
		require.Equal(t, c.code, r.code(), c.name)
		require.Contains(t, r.body, c.member, c.name)
	}
	bad := w.expect(400, chairman, "POST", path, to(object{"unit": unit("nv"), "role": "lead", "due": "x"}), "If-Match", `"v1"`)
	require.Contains(t, bad.body["fields"], "recipients.0.due")
	w.expect(200, chairman, "POST", path, directionOf(), "If-Match", `"v1"`)
}

func TestBadQueries(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for query, field := range map[string]string{
		"limit=0": "limit", "limit=101": "limit", "limit=x": "limit", "limit=1&limit=2": "limit", "status=open": "status",
		"sort=id": "sort", "status=%ff": "status", "status=%00": "status", "%zz": "query", "a;b": "query",
	} {
		require.Contains(t, w.expect(400, clerk, "GET", "/documents?"+query, nil).body["fields"], field, query)
	}
	w.expect(200, clerk, "GET", "/documents?status=&cursor=&limit=", nil)
	require.Contains(t, w.expect(400, clerk, "GET", "/assignments?mine=perhaps", nil).body["fields"], "mine")
}

func TestStateSecretsLeaveNoTrace_M02(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	const canary = "chim-hoàng-yến-4711"
	for _, level := range []string{"mật", "Mật", "tối mật", "TUYỆT MẬT", "Tuyệt  mật", "M\u0061\u0323\u0302t"} {
		r := w.expect(422, clerk, "POST", "/documents", registrationOf("secrecy", level, "subject", canary))
		require.Equal(t, "state-secret", r.code(), level)
		require.NotContains(t, r.raw, canary)
	}
	marked := w.expect(422, clerk, "POST", "/documents", registrationOf("subject", canary+"\nTỐI MẬT"))
	require.Equal(t, "state-secret", marked.code())
	require.Contains(t, w.expect(422, clerk, "POST", "/documents", registrationOf("secrecy", "hơi mật", "subject", canary)).body["fields"], "secrecy")
	// What the contract refuses leaves no trace either.
	for _, body := range []object{
		registrationOf("secrecy", "mật", "subject", canary, "x", canary), registrationOf("secrecy", "mật", "subject", 7, "urgency", canary),
	} {
		require.NotContains(t, w.expect(400, clerk, "POST", "/documents", body).raw, canary)
	}
	w.expect(404, clerk, "GET", "/"+canary, nil)
	require.NotContains(t, w.log.String(), "4711")
	require.Zero(t, w.rows(canary))
}

// rows counts where the record holds a text, in any table.
func (w *world) rows(text string) int {
	w.Helper()
	var tables []string
	require.NoError(w, w.store.DB().NewRaw(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`).Scan(w.Context(), &tables))
	require.Greater(w, len(tables), 10)
	total := 0
	for _, table := range tables {
		var n int
		require.NoError(w, w.store.DB().NewRaw(`SELECT count(*) FROM `+table+` x WHERE x::text LIKE ?`, "%"+text+"%").Scan(w.Context(), &n))
		total += n
	}
	return total
}

func TestTextIsKeptInNormalFormC_A08(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	r := w.expect(201, clerk, "POST", "/documents", registrationOf("subject", "V/v Uy\u0309 ban nha\u0302n da\u0302n"))
	require.Equal(t, "V/v Uỷ ban nhân dân", w.expect(200, clerk, "GET", "/documents/"+r.id("documentId"), nil).body["subject"])
}

func TestADuplicateNeedsAReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.expect(201, clerk, "POST", "/documents", registrationOf("codeNumber", "45"))
	twin := w.expect(409, clerk, "POST", "/documents", registrationOf("codeNumber", "045", "codeNotation", "ubnd - kgvx"))
	require.Equal(t, "duplicate-document", twin.code())
	require.Equal(t, []any{"1/2026"}, twin.body["twins"])
	w.expect(201, clerk, "POST", "/documents", registrationOf("codeNumber", "45", "duplicateReason", "Bản thay thế bản đã thu hồi"))
}
