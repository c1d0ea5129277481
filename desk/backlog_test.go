package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// A decision is overdue while somebody has to make it, its deadline has passed
// and the clocks run.
func TestDecisionsOverdue(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	overdue := func() int {
		n, err := h.desk.DecisionsOverdue(t.Context())
		require.NoError(t, err)
		return n
	}
	doc := h.dispatched(to("qldt", routing.Lead))
	h.received(doc, "qldt")
	share := h.share(doc, "qldt")
	stages := []routing.Stage{{Rule: routing.EachMust, Units: []routing.ID{unit("tp"), unit("molao")}}}
	h.done(h.desk.Submit(t.Context(), h.as("truong.qldt"), share.ID, "Xong", stages, share.Version, noKey))
	require.Zero(t, overdue())
	h.waitUntil("2026-12-20 09:00")
	require.Equal(t, 2, overdue())
	chairman := h.as("chutich.quan")
	h.done(h.desk.HoldDocument(t.Context(), chairman, doc.ID, routing.OtherHold, wrongText, h.document(doc.ID).Version, noKey))
	require.Zero(t, overdue())
	h.done(h.desk.ResumeDocument(t.Context(), chairman, doc.ID, h.document(doc.ID).Version, noKey))
	h.waitUntil("2027-02-01 09:00")
	require.Equal(t, 2, overdue())
	h.done(h.desk.WithdrawDraft(t.Context(), h.as("truong.qldt"), share.ID, h.share(doc, "qldt").Version, noKey))
	require.Zero(t, overdue())
}
