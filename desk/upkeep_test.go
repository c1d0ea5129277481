package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/activities"
	"congvan/routing"
)

// What should have happened ten minutes ago and did not is found, one page after
// the other, once; what is as it should be is left alone.
func TestUpkeepFindsWhatLags(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	quiet := h.dispatched(to("qldt", routing.Lead))
	rings := h.registered()
	sends := h.registered()
	_, err := h.desk.DirectDocument(t.Context(), h.as("chutich.quan"), sends.ID, fiveClear(to("qldt", routing.Lead)), sends.Version, noKey)
	require.NoError(t, err)
	ends := h.dispatched(to("qldt", routing.Lead), to("nv", routing.Inform))
	h.received(ends, "qldt")
	h.done(h.desk.Report(t.Context(), h.as("truong.qldt"), h.share(ends, "qldt").ID, "Xong", noKey))
	lead := h.share(ends, "qldt")
	h.done(h.desk.Approve(t.Context(), h.as("chutich.quan"), lead.ID, lead.Version, noKey))
	require.Equal(t, routing.Concluded, h.document(ends.ID).Status)
	exec := func(query string, args ...any) {
		_, err := h.store.DB().NewRaw(query, args...).Exec(t.Context())
		require.NoError(t, err)
	}
	exec(`UPDATE documents SET next_alarm_at = ? WHERE id = ?`, h.now(), rings.ID)
	missing := func() map[routing.ID]string {
		found := map[routing.ID]string{}
		for after := routing.ID(""); ; {
			page, err := h.store.Lagging(t.Context(), h.now(), after, 2)
			require.NoError(t, err)
			for _, x := range page {
				require.NotContains(t, found, x.DocumentID)
				found[x.DocumentID] = x.Missing
			}
			if len(page) < 2 {
				return found
			}
			after = page[1].DocumentID
		}
	}
	h.wait(11 * time.Minute)
	require.Empty(t, missing(), "their milestones are on their way")
	exec(`DELETE FROM outbox`)
	want := map[routing.ID]string{rings.ID: "ring", sends.ID: "dispatch", ends.ID: "close"}
	require.Equal(t, want, missing())
	h.wait(-2 * time.Minute)
	require.Empty(t, missing(), "nine minutes are no lag")
	h.wait(2 * time.Minute)

	page, err := h.hands.WakeLagging(t.Context(), activities.UpkeepInput{Now: h.now()})
	require.NoError(t, err)
	require.Equal(t, 3, page.Woken)
	require.False(t, page.More)
	for id := range want {
		require.Equal(t, []routing.MilestoneKind{routing.NewsMoved}, h.milestones(routing.Document{ID: id}))
	}
	require.Empty(t, h.milestones(quiet))
	page, err = h.hands.WakeLagging(t.Context(), activities.UpkeepInput{Now: h.now()})
	require.NoError(t, err)
	require.Zero(t, page.Woken, "told once")
	for id := range want {
		h.step(h.hands.Ring, routing.Document{ID: id})
	}
	exec(`DELETE FROM outbox`)
	require.Empty(t, missing(), "done is done")
}

// The sessions reach two years ahead of whatever night it is, and who missed a
// change of the calendar is told.
func TestUpkeepKeepsTheCalendar(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead))
	for _, query := range []string{`INSERT INTO calendar_versions (version, source, changed_at) VALUES (2, 'Thông báo', now())`, `DELETE FROM outbox`} {
		_, err := h.store.DB().NewRaw(query).Exec(t.Context())
		require.NoError(t, err)
	}
	night := at("2030-01-02 02:00")
	for range 2 {
		require.NoError(t, h.hands.KeepCalendar(t.Context(), activities.UpkeepInput{Now: night}))
	}
	require.Positive(t, h.count(`working_sessions WHERE opens_at > '2032-12-01'`))
	require.NotEmpty(t, h.milestones(doc))
}
