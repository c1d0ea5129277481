package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/calendar"
	"congvan/routing"
	"congvan/seed"
)

// entries are the kinds that a change has left in the journal since the first n.
func (h *hall) entries(n int) (kinds []string) {
	h.Helper()
	require.NoError(h, h.store.DB().NewRaw(`SELECT kind FROM journal WHERE outcome = 'done' AND actor_id IS NOT NULL ORDER BY id OFFSET ?`, n).Scan(h.Context(), &kinds))
	return kinds
}

// Each change of what the house goes by leaves its entry with it, once.
func TestChangesLeaveAnEntry_A10(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	clerk, head, admin := h.as("vanthu.quan"), h.as("chutich.molao"), h.as("quantri")
	for _, x := range []struct {
		kind string
		do   func() error
	}{
		{"absence-told", func() error {
			_, err := h.desk.TellAbsence(t.Context(), head, routing.Absence{PositionID: head.PositionID, From: "2026-11-24", To: "2026-11-26", Reason: "Họp ở thành phố"}, key("away"))
			return err
		}},
		{"on-paper-set", func() error { return h.desk.SetOnPaper(t.Context(), admin, h.as("chutich.quan").PositionID, true) }},
		{"notices-set", func() error {
			_, err := h.desk.ChangeNoticeSettings(t.Context(), head, routing.NoticeSettings{Address: "chutich@example.vn", MailDigest: true})
			return err
		}},
		{"calendar-changed", func() error {
			_, err := h.desk.ChangeCalendar(t.Context(), admin, []routing.DayChange{day("2026-12-31", calendar.Off)}, notice, key("day off"))
			return err
		}},
		{"ladder-changed", func() error {
			ladder := seed.Ladders()[0]
			ladder.Name += " (mới)"
			_, err := h.desk.ChangeLadder(t.Context(), admin, ladder, because, 1)
			return err
		}},
		{"template-added", func() error {
			_, err := h.desk.AddTemplate(t.Context(), clerk, cleaning(), key("template"))
			return err
		}},
	} {
		before := h.count("journal")
		require.NoError(t, x.do(), x.kind)
		require.Equal(t, []string{x.kind}, h.entries(before))
		if x.kind == "notices-set" {
			continue // said again is asked again: it has no key
		}
		require.NoError(t, x.do(), x.kind)
		require.Equal(t, []string{x.kind}, h.entries(before), "asked twice")
	}
	require.Zero(t, h.count(`journal WHERE details::text LIKE '%example.vn%'`), "an address is no matter of the journal")
}
