package audit_test

import (
	"strings"
	"testing"

	"congvan/audit"
	"congvan/postgres"

	"github.com/stretchr/testify/require"
)

func TestEveryRowIsSealedOnce(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	require.Zero(t, h.seal(), "an empty record")
	for range 3 {
		h.register()
	}
	require.Equal(t, 3, h.seal())
	require.Zero(t, h.seal())
	h.register()
	h.sealer = h.anotherSealer() // the process was restarted
	require.Equal(t, 1, h.seal())
	require.NoError(t, h.sealer.Anchors.Check(t.Context(), h.store))
	last, err := h.store.LogLast(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 4, last.Size)
	head, err := audit.OpenHead(last.Head, h.sealer.Anchors.Keys)
	require.NoError(t, err)
	require.EqualValues(t, 4, head.Size)
}

func TestTheCanonicalFormOfAnEvent(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.sql(`INSERT INTO journal (at, kind, outcome, subject_kind, details, origin) VALUES
		('2026-11-23 02:00:00.5Z', E'a"b\\\n\x01', 'done', 'route', '{"bb": 1.50, "a": [true, null, {"z": "\u2028\u0001\"", "aa": 1e3}], "c": {}}', 'api')`)
	require.Equal(t, `entry/1 {"actor_id":null,"actor_unit_id":null,"at":"2026-11-23T02:00:00.500000Z","code":"",`+
		`"details":{"a":[true,null,{"aa":1000,"z":"`+"\u2028"+`\u0001\""}],"bb":1.50,"c":{}},"id":1,"kind":"a\"b\\\n\u0001","origin":"api","outcome":"done",`+
		`"position_id":null,"request_hash":null,"request_id":"","request_key":null,"subject_id":"","subject_kind":"route","unit_id":null}`,
		h.canonical(postgres.LogJournal, 1))
	h.register()
	text := h.canonical(postgres.LogEvents, 1)
	require.True(t, strings.HasPrefix(text, `event/1 {"actor_id":"`), text)
	require.Contains(t, text, `"request_hash":"01","request_key":"r1"`)
}
