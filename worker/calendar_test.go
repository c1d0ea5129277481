package worker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/calendar"
	"congvan/routing"
	"congvan/worker/workertest"
)

// A swapped day is announced while 200 documents are open: what was shown before
// is what moves, each with its event, and every workflow sleeps until another
// instant.
func TestASwappedDayIsAnnounced(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.Work()
	const open, given = 200, 20
	documents := make([]routing.ID, open)
	for i := range documents {
		documents[i] = a.Arrive("")
		if i < given {
			a.DirectToWards(documents[i], "molao")
		}
	}
	for _, id := range documents[:given] {
		a.Share(id, "qldt")
		a.Receive(id, "qldt", "molao")
	}
	first, err := a.Record.Document(t.Context(), documents[open-1])
	require.NoError(t, err)
	off := func(at time.Time) routing.DayChange {
		return routing.DayChange{Day: calendar.DateOf(at), Kind: calendar.Off, Reason: "Nghỉ hoán đổi"}
	}
	changes := []routing.DayChange{off(first.PresentDue), off(a.Share(documents[0], "molao").Due)}
	preview, err := a.PreviewCalendar(t.Context(), a.As("quantri"), changes, "Thông báo")
	require.NoError(t, err)
	require.Equal(t, open, preview.Documents)
	require.Equal(t, open-given+2*given, preview.Deadlines)
	sleeps := sleeping(t, a)

	changed, err := a.ChangeCalendar(t.Context(), a.As("quantri"), changes, "Thông báo", routing.Request{})
	require.NoError(t, err)
	require.Equal(t, open, changed.Documents)
	require.Eventually(t, func() bool { return outdated(t, a, changed.Version) == 0 }, workertest.Patience, 10*workertest.Tick)

	for id, at := range sleeping(t, a) {
		require.True(t, at.After(sleeps[id]), "%s sleeps until %s, before until %s", id, at, sleeps[id])
	}
	var moved []struct {
		Subject  routing.ID
		From, To time.Time
	}
	require.NoError(t, a.Record.DB().NewRaw(`SELECT coalesce(assignment_id, document_id) AS subject,
		(details->>'from')::timestamptz AS "from", (details->>'to')::timestamptz AS "to" FROM events WHERE kind = 'moved'`).Scan(t.Context(), &moved))
	require.Len(t, moved, preview.Deadlines)
	to := map[routing.ID]time.Time{}
	for _, m := range moved {
		to[m.Subject] = m.To.UTC()
	}
	for _, m := range preview.Moves {
		require.Equal(t, m.To, to[m.Subject])
	}
}

// sleeping is what the workflows of all documents sleep until.
func sleeping(t *testing.T, a *workertest.Authority) map[routing.ID]time.Time {
	t.Helper()
	var rows []struct {
		ID          routing.ID
		NextAlarmAt time.Time
	}
	require.NoError(t, a.Record.DB().NewRaw(`SELECT id, next_alarm_at FROM documents`).Scan(t.Context(), &rows))
	out := map[routing.ID]time.Time{}
	for _, r := range rows {
		out[r.ID] = r.NextAlarmAt
	}
	return out
}

// outdated counts the documents reckoned with an older calendar.
func outdated(t *testing.T, a *workertest.Authority, version int) (n int) {
	t.Helper()
	require.NoError(t, a.Record.DB().NewRaw(`SELECT count(*) FROM documents WHERE calendar_version < ?`, version).Scan(t.Context(), &n))
	return n
}
