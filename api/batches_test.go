package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func templateBody(changes ...any) object {
	o := object{
		"name": "Rà soát hộ nghèo", "typeName": "Công văn", "text": "Rà soát", "process": "Các phường báo cáo Phòng Nội vụ", "result": "Báo cáo",
		"recipients": []object{{"unit": unit("nv"), "role": "lead", "days": 5}, {"unit": unit("molao"), "role": "execute", "days": 3}, {"unit": unit("yt"), "role": "inform"}},
	}
	for i := 0; i < len(changes); i += 2 {
		o[changes[i].(string)] = changes[i+1]
	}
	return o
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	added := w.expect(201, clerk, "POST", "/templates", templateBody(), "Idempotency-Key", "template-1")
	require.Equal(t, `"v1"`, added.header.Get("ETag"))
	require.Equal(t, added.raw, w.expect(201, clerk, "POST", "/templates", templateBody(), "Idempotency-Key", "template-1").raw)
	require.Equal(t, "template-name-taken", w.expect(409, chairman, "POST", "/templates", templateBody()).code())
	require.Equal(t, "not-allowed", w.expect(403, "canbo.molao", "POST", "/templates", templateBody()).code())
	require.Contains(t, w.expect(422, clerk, "POST", "/templates", templateBody("name", "")).body["fields"], "name")

	path := "/templates/" + added.id("id")
	changed := w.expect(200, clerk, "POST", path, templateBody("field", "văn xã"), "If-Match", `"v1"`)
	require.Equal(t, "văn xã", changed.body["field"])
	require.Equal(t, `"v2"`, changed.header.Get("ETag"))
	require.Equal(t, "stale", w.expect(412, clerk, "POST", path, templateBody(), "If-Match", `"v1"`).code())
	require.Equal(t, "unknown-template", w.expect(404, wardHead, "POST", path, templateBody(), "If-Match", `"v2"`).code())
	require.Len(t, w.expect(200, chairman, "GET", "/templates", nil).items(), 1)
	require.Empty(t, w.expect(200, wardHead, "GET", "/templates", nil).items())

	document := w.expect(201, clerk, "POST", "/documents", registrationOf("field", "văn xã")).id("documentId")
	suggested := w.expect(200, chairman, "GET", "/documents/"+document+"/suggestions", nil).items()
	require.Len(t, suggested, 1)
	require.Equal(t, []any{"field", "type"}, suggested[0]["why"])
	require.Equal(t, added.body["id"], suggested[0]["template"].(object)["id"])
	w.expect(404, neighbor, "GET", "/documents/"+document+"/suggestions", nil)

	archived := w.expect(200, clerk, "POST", path+"/archive", nil, "If-Match", `"v2"`)
	require.Contains(t, archived.body, "archivedAt")
	require.Empty(t, w.expect(200, chairman, "GET", "/templates", nil).items())
}

func TestBatches(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	template := w.expect(201, clerk, "POST", "/templates", templateBody()).id("id")
	one, other := w.register(), w.register()
	const nowhere = "0199c1a6-7e2b-7c30-9d1e-0f5a6b7c8d9e"
	asked := object{"act": "directed", "template": template, "subjects": []object{{"id": one, "version": 1}, {"id": nowhere}, {"id": other, "version": 7}}}

	checked := w.expect(200, chairman, "POST", "/batches/check", asked, "Idempotency-Key", "").items()
	require.Len(t, checked, 3)
	require.NotContains(t, checked[0], "code")
	require.Equal(t, "not-found", checked[1]["code"])
	require.Equal(t, "stale", checked[2]["code"])
	require.Equal(t, "registered", w.expect(200, chairman, "GET", "/documents/"+one, nil).body["status"], "a check writes nothing")

	done := w.expect(200, chairman, "POST", "/batches", asked, "Idempotency-Key", "batch-0001")
	require.EqualValues(t, 1, done.body["done"])
	require.EqualValues(t, 2, done.body["refused"])
	require.Equal(t, done.raw, w.expect(200, chairman, "POST", "/batches", asked, "Idempotency-Key", "batch-0001").raw)
	asked["template"] = nowhere
	require.Equal(t, "idempotency-key-reused", w.expect(422, chairman, "POST", "/batches", asked, "Idempotency-Key", "batch-0001").code())
	shown := w.expect(200, chairman, "GET", "/batches/"+done.id("id"), nil)
	require.Equal(t, done.raw, shown.raw)
	w.expect(404, clerk, "GET", "/batches/"+done.id("id"), nil)
	require.Equal(t, "directed", w.expect(200, chairman, "GET", "/documents/"+one, nil).body["status"])

	w.dispatch(one)
	inbox := w.expect(200, ward, "GET", "/assignments?view=sent", nil).items()
	require.Len(t, inbox, 1)
	taken := w.expect(200, ward, "POST", "/batches", object{"act": "acknowledged", "subjects": []object{{"id": inbox[0]["id"]}}})
	require.EqualValues(t, 1, taken.body["done"])
	for name, bad := range map[string]object{
		"no act":      {"act": "recalled", "subjects": []object{{"id": one}}},
		"no subjects": {"act": "approved"},
	} {
		require.Equal(t, "bad-request", w.expect(400, chairman, "POST", "/batches", bad).code(), name)
	}
	require.Contains(t, w.expect(422, chairman, "POST", "/batches", object{"act": "approved", "subjects": []object{}}).body["fields"], "subjects")
	require.Equal(t, "undo-too-late", w.expect(409, ward, "POST", "/batches/"+taken.id("id")+"/undo", object{"reason": "Bấm nhầm loạt văn bản"}).code())
}

// One foreign document among a hundred is refused like one that never was, and
// keeps none of the others from being done.
func TestOneForeignIDAmongMany_Z06(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	const nowhere = "0199c1a6-7e2b-7c30-9d1e-0f5a6b7c8d9e"
	foreign := w.expect(201, "vanthu.vanquan", "POST", "/documents", registrationOf()).id("documentId")
	subjects := []object{{"id": foreign}, {"id": nowhere}}
	for len(subjects) < 100 {
		subjects = append(subjects, object{"id": w.register()})
	}
	asked := object{"act": "filed", "note": "Lưu để theo dõi", "subjects": subjects}
	done := w.expect(200, chairman, "POST", "/batches", asked)
	require.EqualValues(t, 98, done.body["done"])
	outcomes := done.body["outcomes"].([]any)
	for i, id := range []string{foreign, nowhere} {
		require.Equal(t, object{"subject": id, "code": "not-found", "detail": outcomes[0].(object)["detail"]}, outcomes[i])
	}
	require.Equal(t, "registered", w.expect(200, "vanthu.vanquan", "GET", "/documents/"+foreign, nil).body["status"])
	w.expect(404, "vanthu.vanquan", "GET", "/batches/"+done.id("id"), nil)
}
