package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// Who has reported does not judge it in somebody else's name; others who act for
// the giver do, and whoever reported may be sent back by anybody.
func TestNobodyApprovesHisOwnReportForAnother_Z41(t *testing.T) {
	t.Parallel()
	for name, report := range map[string]func(h *hall, doc routing.Document) routing.Assignment{
		"reported": func(h *hall, doc routing.Document) routing.Assignment { return h.reported(doc, "truong.qldt", "qldt") },
		"reported with consent": func(h *hall, doc routing.Document) routing.Assignment {
			a := h.received(doc, "qldt")
			h.done(h.desk.Submit(h.Context(), h.as("truong.qldt"), a.ID, "Đã xong", []routing.Stage{{Rule: routing.EachMust, Units: []routing.ID{unit("tp")}}}, 0, noKey))
			asked, err := h.store.Decisions(h.Context(), doc.ID)
			require.NoError(h, err)
			h.done(h.desk.Consent(h.Context(), h.as("truong.tp"), asked[0].ID, "", noKey))
			return h.share(doc, "qldt")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHall(t)
			doc := h.dispatched(to("qldt", routing.Lead))
			a := report(h, doc)
			own, other := h.delegate("chutich.quan", "truong.qldt"), h.delegate("chutich.quan", "pho.dothi")
			_, err := h.desk.Approve(t.Context(), own, a.ID, a.Version, noKey)
			refused(t, err, routing.ErrNotAllowed)
			require.Equal(t, routing.Reported, h.share(doc, "qldt").Status)
			h.done(h.desk.Approve(t.Context(), other, a.ID, a.Version, key("k")))
			h.done(h.desk.Approve(t.Context(), other, a.ID, a.Version, key("k")))
		})
	}
}
