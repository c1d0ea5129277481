package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/calendar"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/statistics"
)

// Whether others have a share of what a ward has, it does not learn: neither does it
// from a document being among those that many have.
func TestAGridTellsNothingOfHiddenRecipients(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.dispatched(leadAndWards...) // a lead and two wards
	h.dispatched(to("molao", routing.Lead))
	for username, want := range map[string]int{"chutich.quan": 1, "chutich.molao": 0, "truong.qldt": 0} {
		grid, err := h.desk.Grid(t.Context(), h.as(username), "", postgres.ManyPlace{})
		require.NoError(t, err, username)
		require.Len(t, grid.Documents, want, username)
	}
}

// A period that begins tomorrow has no figures, and the list behind them nothing.
func TestAPeriodThatHasNotBegunHasAnEmptyList(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.dispatched(leadAndWards...)
	later := routing.Period{From: h.now().Add(24 * time.Hour), To: h.now().Add(48 * time.Hour)}
	for _, bucket := range routing.Buckets {
		q := desk.FigureQuery{Bucket: bucket, Period: later}
		found, err := h.desk.FigureList(t.Context(), h.as("chutich.quan"), q)
		require.NoError(t, err, bucket)
		require.Empty(t, found, bucket)
		_, err = h.desk.ExportFigure(t.Context(), h.as("chutich.quan"), q, "csv", 10, func(postgres.FigureEntry) error { t.Error("an entry"); return nil })
		require.NoError(t, err, bucket)
	}
}

// What no list has written as its place is a wrong cursor, not an error of the program.
func TestAPlaceBeforeAllTimeIsNone(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	clerk, before := h.as("vanthu.quan"), time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err := h.desk.FigureList(t.Context(), clerk, desk.FigureQuery{After: desk.FigurePlace{By: before, ID: doc.ID}})
	refused(t, err, routing.ErrField)
	_, err = h.desk.Grid(t.Context(), clerk, "", postgres.ManyPlace{SentAt: before, ID: doc.ID})
	refused(t, err, routing.ErrField)
	_, err = h.desk.FindInbox(t.Context(), clerk, desk.InboxQuery{After: desk.InboxPlace{Due: before, ID: doc.ID}})
	refused(t, err, routing.ErrField)
}

// What narrows a printed report is text, or it is refused before anything is asked.
func TestWhatNarrowsAPrintedReportIsText(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for _, q := range []desk.PrintQuery{{TypeName: "a\x00"}, {Issuer: "\xff"}, {Field: "\x00"}} {
		q.Code, q.Period = "VBDEN01", statistics.Period{First: calendar.DateOf(h.now()), Last: calendar.DateOf(h.now())}
		refused(t, h.desk.Print(t.Context(), h.as("vanthu.quan"), q, nil), routing.ErrField)
	}
}
