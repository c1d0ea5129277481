package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/calendar"
	"congvan/routing"
)

const notice = "Thông báo 12/TB-BNV"

func day(text string, kind calendar.DayKind) routing.DayChange {
	date, err := calendar.Parse(text)
	if err != nil {
		panic(err)
	}
	return routing.DayChange{Day: date, Kind: kind, Reason: "Hoán đổi ngày làm việc"}
}

// Domain 9.4, scenario 4: a deadline across Tuesday, 24/11/2026.
func TestACalendarChangesOverTheHoliday(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	waiting := h.registered()
	given := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	h.received(given, "qldt")
	h.received(given, "molao")
	require.Equal(t, at("2026-11-25 17:00").UTC(), waiting.PresentDue)
	require.Equal(t, 1, waiting.CalendarVersion)

	swap := []routing.DayChange{day("2026-11-25", calendar.Off), day("2026-11-27", calendar.Off), day("2026-11-28", calendar.Worked)}
	preview, err := h.desk.PreviewCalendar(t.Context(), h.as("chutich.quan"), swap, notice)
	require.NoError(t, err)
	require.Equal(t, 3, preview.Deadlines)
	require.Equal(t, 2, preview.Documents)
	require.Equal(t, 1, preview.Version)
	require.Equal(t, waiting.Title(), preview.Moves[0].Title)
	require.Equal(t, at("2026-11-26 17:00").UTC(), preview.Moves[0].To)
	require.NotEmpty(t, preview.Moves[1].Unit.Name)

	admin := h.as("quantri")
	changed, err := h.desk.ChangeCalendar(t.Context(), admin, swap, notice, key("k"))
	require.NoError(t, err)
	require.Equal(t, 2, changed.Version)
	require.Equal(t, 2, changed.Documents)
	before := h.everything()
	again, err := h.desk.ChangeCalendar(t.Context(), admin, swap, notice, key("k"))
	require.NoError(t, err)
	require.Equal(t, changed, again)
	require.Equal(t, before, h.everything())
	_, err = h.desk.ChangeCalendar(t.Context(), admin, swap, notice, key("k", "another"))
	refused(t, err, routing.ErrReused)

	require.Equal(t, routing.NewsMoved, h.milestones(waiting)[1])
	moved := map[routing.ID]time.Time{}
	for _, m := range preview.Moves {
		moved[m.Subject] = m.To
	}
	for _, doc := range []routing.Document{waiting, given} {
		outlook := h.step(h.hands.Ring, doc)
		require.NotEqual(t, doc.Status, routing.Concluded)
		require.False(t, outlook.NextAlarm.IsZero())
		require.Equal(t, 2, h.document(doc.ID).CalendarVersion)
	}
	require.Equal(t, moved[waiting.ID], h.document(waiting.ID).PresentDue)
	for _, unit := range []string{"qldt", "molao"} {
		require.Equal(t, moved[h.share(given, unit).ID], h.share(given, unit).Due, unit)
	}
	require.Equal(t, at("2026-11-28 17:00").UTC(), h.share(given, "qldt").Due, "the worked Saturday")
	require.Equal(t, at("2026-11-28 16:00").UTC(), h.share(given, "molao").Due, "where the day ends earlier")
	require.Equal(t, 3, h.count("events WHERE kind = 'moved' AND (details->>'calendar')::int = 2"))

	require.Zero(t, h.rings(waiting, "2026-11-25 17:01"), "not at the old instant")
	require.NotZero(t, h.rings(waiting, "2026-11-26 17:01"))
}

// Domain 9.4, scenario 4: a deadline on the make-up Saturday 22/08/2026.
func TestACalendarChangesOverAWorkedSaturday(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.waitUntil("2026-08-21 09:00")
	doc := h.registered()
	require.Equal(t, at("2026-08-22 17:00").UTC(), doc.PresentDue)
	_, err := h.desk.ChangeCalendar(t.Context(), h.as("quantri"), []routing.DayChange{day("2026-08-22", "")}, notice, noKey)
	require.NoError(t, err)
	require.Zero(t, h.rings(doc, "2026-08-22 17:01"))
	require.Equal(t, at("2026-08-24 17:00").UTC(), h.document(doc.ID).PresentDue)

	old, err := h.store.CalendarAt(t.Context(), 1)
	require.NoError(t, err)
	cal, err := calendar.New(old)
	require.NoError(t, err)
	require.True(t, cal.IsWorkday(day("2026-08-22", "").Day), "as it was")
	_, err = h.store.CalendarAt(t.Context(), 3)
	refused(t, err, routing.ErrNotFound)

	// Back again: a new version, and the deadline as it was.
	h.waitUntil("2026-08-21 10:00")
	back, err := h.desk.ChangeCalendar(t.Context(), h.as("quantri"), []routing.DayChange{day("2026-08-22", calendar.Worked)}, notice, noKey)
	require.NoError(t, err)
	require.Equal(t, 3, back.Version)
	h.step(h.hands.Ring, doc)
	require.Equal(t, doc.PresentDue, h.document(doc.ID).PresentDue)
	versions, err := h.desk.CalendarVersions(t.Context())
	require.NoError(t, err)
	require.Len(t, versions, 3)
	require.Equal(t, back, versions[0])
	require.Equal(t, notice, versions[1].Source)
}

// What was on its way when the calendar changed is sent out by the new one.
func TestACalendarChangesBeforeTheDispatch(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	h.done(h.desk.DirectDocument(t.Context(), h.as("chutich.quan"), doc.ID, fiveClear(to("qldt", routing.Lead)), doc.Version, noKey))
	_, err := h.desk.ChangeCalendar(t.Context(), h.as("quantri"), []routing.DayChange{day("2026-11-27", calendar.Off)}, notice, noKey)
	require.NoError(t, err)
	h.dispatch(doc)
	require.Equal(t, at("2026-11-30 17:00").UTC(), h.share(doc, "qldt").Due)
}

func TestChangeCalendarRefuses(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	before := h.everything()
	good := []routing.DayChange{day("2026-11-25", calendar.Off)}
	for username, want := range map[string]*routing.Error{"chutich.quan": routing.ErrNotAllowed, "truong.qldt": routing.ErrNotAllowed} {
		_, err := h.desk.ChangeCalendar(t.Context(), h.as(username), good, notice, noKey)
		refused(t, err, want)
	}
	_, err := h.desk.PreviewCalendar(t.Context(), h.as("truong.qldt"), good, notice)
	refused(t, err, routing.ErrNotAllowed)
	admin := h.as("quantri")
	_, err = h.desk.ChangeCalendar(t.Context(), admin, []routing.DayChange{day("2026-11-20", calendar.Off)}, notice, noKey)
	refused(t, err, routing.ErrField)
	_, err = h.desk.PreviewCalendar(t.Context(), admin, []routing.DayChange{day("2026-11-24", calendar.Off)}, notice)
	refused(t, err, routing.ErrField)
	_, err = h.desk.ChangeCalendar(t.Context(), admin, good, "Tối mật", noKey)
	refused(t, err, routing.ErrStateSecret)
	require.Equal(t, before, h.everything())
}
