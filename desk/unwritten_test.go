package desk_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// content is what every table holds, but for the entries themselves and what
// keeps no state of any document: when a token was last used.
func (h *hall) content() map[string]string {
	h.Helper()
	out := map[string]string{}
	for table := range h.everything() {
		var text string
		require.NoError(h, h.store.DB().NewRaw(`SELECT coalesce(string_agg(x::text, '|' ORDER BY x::text), '') FROM `+table+` x`).Scan(h.Context(), &text))
		out[table] = text
	}
	return out
}

// mute makes a table of entries refuse all that is added to it.
func (h *hall) mute(table string) {
	h.Helper()
	for _, text := range []string{
		`CREATE OR REPLACE FUNCTION mute() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''the disk of the log is full''; END'`,
		`CREATE TRIGGER mute BEFORE INSERT ON ` + table + ` FOR EACH ROW EXECUTE FUNCTION mute()`,
	} {
		_, err := h.store.DB().ExecContext(h.Context(), text)
		require.NoError(h, err)
	}
}

func (h *hall) unmute(table string) {
	h.Helper()
	_, err := h.store.DB().ExecContext(h.Context(), `DROP TRIGGER mute ON `+table)
	require.NoError(h, err)
}

// TestAnActWithoutItsEntryIsNone: every verb of the desk, by reflection, by those
// who may, while neither table of entries takes anything: each fails as a whole, and
// no row of any table is another one. With the entries back, many of them succeed:
// so it was the entry that they failed for.
func TestAnActWithoutItsEntryIsNone_A09(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc, arrived := h.dispatched(leadAndWards...), h.registered()
	working, reported := h.received(doc, "qldt"), h.reported(doc, "chutich.molao", "molao")
	asked := h.done(h.askExtension("truong.qldt", working, "2026-12-02 15:00", noKey))
	subjects := []routing.ID{doc.ID, arrived.ID, working.ID, reported.ID, h.share(doc, "vanquan").ID, working.DirectionID, h.decision(asked)}
	verbs, failed, silent := reflect.TypeOf(h.desk), map[string]bool{}, map[string]bool{}
	each := func(do func(m reflect.Method, who string, subject routing.ID)) {
		for i := range verbs.NumMethod() {
			m := verbs.Method(i)
			if !takes(m.Type, reflect.TypeFor[routing.Actor]()) || !takes(m.Type, reflect.TypeFor[routing.Request]()) || strings.Contains(m.Name, "Batch") {
				continue // a batch keeps what became of each: its acts are these
			}
			for _, who := range []string{"chutich.quan", "vanthu.quan", "truong.qldt", "chutich.vanquan"} {
				for _, subject := range subjects {
					do(m, who, subject)
				}
			}
		}
	}
	h.mute("events")
	h.mute("journal")
	before := h.content()
	each(func(m reflect.Method, who string, subject routing.ID) {
		result := h.tryVerb(m, h.as(who), subject)
		if err, _ := result[len(result)-1].Interface().(error); codeOf(err) == "internal" {
			failed[m.Name] = true
		} else if err == nil {
			silent[m.Name] = true
		}
	})
	after := h.content()
	for table, rows := range before {
		require.Equal(t, rows, after[table], "%s changed without an entry; done: %v", table, slices.Sorted(maps.Keys(silent)))
	}
	require.Greater(t, len(failed), 15, "%v", slices.Sorted(maps.Keys(failed)))
	for _, verb := range []string{"Register", "Acknowledge", "Approve", "SendBack", "Recall", "Return", "Extend", "TellAbsence", "Void", "IssueOutgoing"} {
		require.True(t, failed[verb], "%s did not fail for want of an entry: %v", verb, slices.Sorted(maps.Keys(failed)))
	}
	h.mutely(map[string]func() error{
		"direct": func() error {
			_, err := h.desk.DirectDocument(t.Context(), h.as("chutich.quan"), arrived.ID, fiveClear(leadAndWards...), arrived.Version, key("direct"))
			return err
		},
		"attach": func() error { _, err := h.attach("vanthu.quan", arrived, "a.png", png, key("attach")); return err },
		"delegate": func() error {
			_, err := h.desk.Delegate(t.Context(), h.as("chutich.quan"), h.delegation("chutich.quan", "pho.dothi"), key("delegate"))
			return err
		},
		"template": func() error {
			_, err := h.desk.AddTemplate(t.Context(), h.as("vanthu.quan"), cleaning(), key("template"))
			return err
		},
		"on paper": func() error {
			return h.desk.SetOnPaper(t.Context(), h.as("quantri"), h.as("chutich.quan").PositionID, true)
		},
		"notices": func() error {
			_, err := h.desk.ChangeNoticeSettings(t.Context(), h.as("chutich.molao"), routing.NoticeSettings{Address: "a@example.vn"})
			return err
		},
	})
	h.unmute("events")
	h.unmute("journal")
	h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), reported.ID, reported.Version, noKey))
	h.done(h.register("vanthu.quan", letter(), noKey))
	require.Equal(t, arrived.Number+1, h.document(h.lastRegistered()).Number, "no number was spent")
}

// mutely demands of acts that would succeed that they fail without their entries,
// leave nothing, and then succeed with them.
func (h *hall) mutely(acts map[string]func() error) {
	h.Helper()
	before := h.content()
	for name, do := range acts {
		require.Error(h, do(), name)
		require.Equal(h, before, h.content(), "%s without its entry", name)
	}
	h.unmute("events")
	h.unmute("journal")
	for name, do := range acts {
		require.NoError(h, do(), name)
	}
	h.mute("events")
	h.mute("journal")
}

// lastRegistered is the document that was registered last.
func (h *hall) lastRegistered() (id routing.ID) {
	h.Helper()
	require.NoError(h, h.store.DB().NewRaw(`SELECT id FROM documents ORDER BY number DESC LIMIT 1`).Scan(h.Context(), &id))
	return id
}
