package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// domain 4.3: the three due dates; a leader is told, and decides all the same.
func TestADirectionTellsWhatSpeaksAgainstIt(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	in := letter()
	in.ReplyBy = "2026-11-26"
	doc := h.document(h.done(h.desk.Register(t.Context(), h.as("vanthu.quan"), in, noKey)).DocumentID)
	event := h.done(h.direct("chutich.quan", doc, noKey, to("qldt", routing.Lead), due(to("molao", routing.Execute), "2026-11-26 15:00")))
	require.Len(t, event.Details["warnings"], 1)
	warning := event.Details["warnings"].([]any)[0].(map[string]any)
	require.Equal(t, "after-reply-by", warning["code"])
	require.Equal(t, string(unit("qldt")), warning["unit"])
	h.dispatch(doc)

	event = h.done(h.directFurther("truong.qldt", h.received(doc, "qldt"), noKey, to("qldt", routing.Lead), due(to("vanquan", routing.Execute), "2026-11-27 16:00")))
	var codes []any
	for _, w := range event.Details["warnings"].([]any) {
		codes = append(codes, w.(map[string]any)["code"])
	}
	require.Equal(t, []any{"after-reply-by", "after-parent-due"}, codes)

	quiet := h.registered()
	require.NotContains(t, h.done(h.direct("chutich.quan", quiet, noKey, leadAndWards...)).Details, "warnings")
}
