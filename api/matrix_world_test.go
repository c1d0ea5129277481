package api

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"congvan/local/localtest"
	"congvan/postgres"
	"congvan/routing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// matrix is a world with a thing of each kind in a unit at each place.
type matrix struct {
	*world
	actors map[string]routing.Actor
	things []*thing
	known  map[string]known
	sheets map[string]routing.ResultSheet
}

// known is a document with what the policy asks about it.
type known struct {
	routing.Document
	shares    []routing.Assignment
	decisions []routing.Decision
	circuits  []routing.Circuit
}

// anotherDistrict adds a district beside the seeded one, with a ward below it.
func anotherDistrict(w *world) (district, below routing.ID) {
	w.Helper()
	district, below = postgres.NameID("unit", "xa"), postgres.NameID("unit", "phuongxa")
	db, ctx := w.store.DB(), w.Context()
	exec := func(query string, args ...any) {
		w.Helper()
		_, err := db.ExecContext(ctx, query, args...)
		require.NoError(w, err)
	}
	exec(`INSERT INTO units (id, kind) VALUES (?, 'district'), (?, 'ward')`, district, below)
	exec(`INSERT INTO unit_versions (unit_id, valid_from, code, name, parent_id) VALUES
		(?0, '2015-01-01', 'XA', 'UBND quận ở xa', NULL), (?1, '2015-01-01', 'PXA', 'UBND phường ở xa', ?0)`, district, below)
	for _, p := range []struct {
		code, office string
		unit         routing.ID
	}{{"chutich.xa", "chairman", district}, {"vanthu.xa", "clerk", district}, {"thanhtra.xa", "inspector", district},
		{"chutich.phuongxa", "head", below}, {"vanthu.phuongxa", "clerk", below}, {"canbo.phuongxa", "officer", below}} {
		position := postgres.NameID("position", p.code)
		exec(`INSERT INTO positions (id, unit_id, code, title, office, valid_from) VALUES (?0, ?1, ?2, ?2, ?3, '2015-01-01')`, position, p.unit, p.code, p.office)
		exec(`INSERT INTO accounts (id, username, position_id) VALUES (?0, ?1, ?2)`, postgres.NameID("account", p.code), p.code, position)
		exec(`INSERT INTO tokens (id, account_id, name, scopes, sha256, created_at, expires_at)
			VALUES (gen_random_uuid(), ?0, 'thử', array['read', 'act', 'administer'], sha256(convert_to('token-of-' || ?1, 'UTF8')), '2026-11-01', '2027-11-01')`,
			postgres.NameID("account", p.code), p.code)
	}
	return district, below
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	m := &matrix{world: worldOn(t, localtest.AsApp(t, localtest.PostgresLike(t, "api", prepare)), nil), actors: map[string]routing.Actor{}, known: map[string]known{}, sheets: map[string]routing.ResultSheet{}}
	m.handler.server.Unseen = 0 // thousands of answers are that something is not there
	district, below := anotherDistrict(m.world)
	for _, who := range append([]string{"canbo.phuongxa", "canbo.vanquan", "chuyenvien.tp"}, kinds...) {
		a, err := m.store.ActorByName(t.Context(), who, "2026-11-23")
		require.NoError(t, err)
		m.actors[who] = a
	}
	to := func(unit string, role string) object { return object{"unit": unit, "role": role} }
	officer := func(who, role string) object {
		return object{"unit": string(m.actors[who].UnitID), "position": string(m.actors[who].PositionID), "role": role}
	}
	m.add("the district's", unit("quan"), clerk, chairman, "chutich.molao", "molao", to(unit("nv"), "lead"), to(unit("molao"), "execute"), to(unit("yt"), "inform"))
	m.add("a department's", unit("nv"), "vanthu.nv", "truong.nv", "chutich.molao", "molao", to(unit("molao"), "lead"))
	m.add("another department's", unit("tp"), "vanthu.tp", "truong.tp", "chuyenvien.tp", "", officer("chuyenvien.tp", "lead"))
	m.add("a ward's", unit("molao"), "vanthu.molao", "chutich.molao", "canbo.molao", "", officer("canbo.molao", "lead"))
	m.add("another ward's", unit("vanquan"), "vanthu.vanquan", "chutich.vanquan", "canbo.vanquan", "", officer("canbo.vanquan", "lead"))
	m.add("another district's", string(district), "vanthu.xa", "chutich.xa", "chutich.phuongxa", string(below), to(string(below), "lead"))
	m.publish(0, "canbo.molao")
	m.publish(len(m.things)-2, "canbo.phuongxa")
	m.things = append(m.things, &thing{name: "what never was", nothing: "nonexistent", ids: map[string]string{}},
		&thing{name: "what cannot be", nothing: "malformed", ids: map[string]string{}})
	m.learn()
	return m
}

// add makes a unit's things: a document that waits, and one that its leader
// directed, with a share whose holder asks for more time.
func (m *matrix) add(name, unit, clerk, leader, holder, below string, recipients ...object) {
	m.Helper()
	sum := sha256.Sum256([]byte(pdf))
	register := func(subject string) string {
		id := m.expect(201, clerk, "POST", "/documents", registrationOf("field", "đô thị", "subject", subject)).id("documentId")
		m.expect(201, clerk, "POST", "/documents/"+id+"/attachments?name=a.pdf", pdf, "Content-Type", "application/pdf")
		return id
	}
	ids := map[string]string{"sha256": hex.EncodeToString(sum[:]), "unit": unit, "other": uuid.NewString()}
	ids["webhook"] = m.expect(201, "quantri", "POST", "/webhooks", object{"url": "https://example.vn/", "kinds": []string{"alarm.rung"}}).body["webhook"].(object)["id"].(string)
	ids["feed"] = m.expect(201, leader, "POST", "/deadline-feeds", object{}).body["feed"].(object)["id"].(string)
	ids["token"] = m.expect(201, leader, "POST", "/tokens", object{"name": "Thử", "scopes": []string{"read"}, "expiresAt": "2026-12-23T00:00:00Z"}).body["token"].(object)["id"].(string)
	waiting := map[string]string{"document": register("V/v chờ cho ý kiến"), "sha256": ids["sha256"]}
	document := register("V/v đã phân công")
	ids["document"], ids["sent"] = document, document
	m.expect(200, leader, "POST", "/documents/"+document+"/directions", directionOf("recipients", recipients), "If-Match", `"v1"`)
	m.dispatch(document)
	shown := m.expect(200, leader, "GET", "/documents/"+document, nil).body
	ids["direction"] = shown["directions"].([]any)[0].(object)["id"].(string)
	for _, a := range shown["assignments"].([]any) {
		a := a.(object)
		if position, _ := a["position"].(object); below == "" && position != nil || below != "" && a["unit"].(object)["id"] == string(m.actors[holder].UnitID) || len(recipients) == 1 {
			ids["assignment"] = a["id"].(string)
		}
	}
	ask := "/assignments/" + ids["assignment"]
	m.expect(200, holder, "POST", ask+"/acknowledge", nil)
	m.act(holder, ask, "extension", object{"dueOn": "2026-12-15", "reason": "Cần thêm thời gian rà soát"})
	ids["decision"] = m.expect(200, leader, "GET", "/decisions?view=mine", nil).items()[0]["decision"].(object)["id"].(string)
	first := recipients[0]
	lead := object{"unit": first["unit"], "role": "lead", "days": 5}
	if first["position"] != nil {
		lead["position"] = first["position"]
	}
	ids["template"] = m.expect(201, leader, "POST", "/templates", templateBody("name", "Mẫu của "+name, "recipients", []object{lead})).id("id")
	ids["outgoing"] = m.expect(201, clerk, "POST", "/outgoing", issueBody).id("id")
	ids["position"], ids["clerk"] = string(m.actors[leader].PositionID), string(m.actors[clerk].PositionID)
	ids["delegation"] = m.expect(201, leader, "POST", "/delegations", object{"fromPosition": ids["position"], "toPosition": ids["clerk"], "basis": "12/UQ",
		"from": "2026-11-23T00:00:00Z", "to": "2026-12-23T00:00:00Z"}).id("id")
	ids["subscription"] = ""
	ids["leader"], ids["absence"], ids["account"] = leader, "", string(m.actors[leader].AccountID)
	ids["batch"] = m.expect(200, leader, "POST", "/batches", object{"act": "approved", "subjects": []object{{"id": ids["assignment"]}}}).id("id")
	m.things = append(m.things, &thing{name: name, unit: routing.ID(unit), ids: ids}, &thing{name: name + ", waiting", unit: routing.ID(unit), ids: waiting})
}

// publish keeps a monthly sheet of a district, with a line of the unit that has a
// share of its document and one of an officer there, to which he has objected. The
// month is not over, so nobody could have published it.
func (m *matrix) publish(thing int, who string) {
	m.Helper()
	x, a := m.things[thing], m.actors[who]
	s := routing.ResultSheet{ID: postgres.NewID(), OrganID: x.unit, Month: "2026-11", PublishedBy: m.actors[who].AccountID, PublishedAt: m.now(), ObjectUntil: m.now().AddDate(0, 0, 7),
		Lines: []routing.ResultLine{{ID: postgres.NewID(), UnitID: a.UnitID}, {ID: postgres.NewID(), UnitID: a.UnitID, PositionID: a.PositionID, AccountID: a.AccountID}}}
	o := routing.Objection{ID: postgres.NewID(), LineID: s.Lines[1].ID, AccountID: a.AccountID, At: m.now(), Words: "Giao lại sau khi đã nộp",
		Shares: []routing.Disputed{{AssignmentID: routing.ID(x.ids["assignment"]), DocumentID: routing.ID(x.ids["document"]), Bucket: routing.DoneLate}}}
	entry := routing.Entry{At: m.now(), Kind: "results-published", Outcome: routing.OutcomeDone, Subject: routing.Subject{Kind: routing.SubjectResults}}
	require.NoError(m, m.store.PublishResults(m.Context(), s, entry, routing.Request{}))
	require.NoError(m, m.store.ObjectToResults(m.Context(), o, entry, routing.Request{}))
	x.ids["results"], x.ids["line"], x.ids["objection"] = string(s.ID), string(o.LineID), string(o.ID)
	m.sheets[string(s.ID)] = s
}

// learn reads what the policy is asked about.
func (m *matrix) learn() {
	m.Helper()
	ctx := m.Context()
	for _, x := range m.things {
		id := routing.ID(x.ids["document"])
		if id == "" {
			continue
		}
		var k known
		var err error
		k.Document, err = m.store.Document(ctx, id)
		require.NoError(m, err)
		k.shares, err = m.store.Assignments(ctx, id)
		require.NoError(m, err)
		k.decisions, err = m.store.Decisions(ctx, id)
		require.NoError(m, err)
		k.circuits, err = m.store.Circuits(ctx, id)
		require.NoError(m, err)
		m.known[string(id)] = k
	}
}

func (k known) share(id string) (routing.Assignment, bool) {
	for _, a := range k.shares {
		if string(a.ID) == id {
			return a, true
		}
	}
	return routing.Assignment{}, false
}
