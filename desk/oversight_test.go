package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/statistics"
)

// Each figure has something, and is the length of the list behind it, read in pages
// of one, for the leader, a deputy, the head of an office and a ward: they differ by
// what they see, and by nothing else.
func TestEveryFigureIsTheLengthOfItsList(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	ctx := t.Context()
	held, returned, reported := h.dispatched(leadAndWards...), h.dispatched(leadAndWards...), h.dispatched(leadAndWards...)
	for _, doc := range []routing.Document{returned, reported} {
		_, err := h.desk.Acknowledge(ctx, h.as("vanthu.molao"), h.share(doc, "molao").ID, noKey)
		require.NoError(t, err)
	}
	_, err := h.desk.Report(ctx, h.as("chutich.molao"), h.share(reported, "molao").ID, "Đã thực hiện xong.", noKey)
	require.NoError(t, err)
	_, err = h.desk.Return(ctx, h.as("chutich.molao"), h.share(returned, "molao").ID, "Không thuộc địa bàn phường", 0, noKey)
	require.NoError(t, err)
	_, err = h.desk.HoldDocument(ctx, h.as("chutich.quan"), held.ID, routing.OtherHold, "Chờ ý kiến cấp trên", 0, noKey)
	require.NoError(t, err)
	h.waitUntil("2026-11-25 16:00")
	today := to("vanquan", routing.Execute)
	today.Due = at("2026-11-26 10:00").UTC()
	fresh := h.dispatched(to("qldt", routing.Lead), today)
	_, err = h.desk.Acknowledge(ctx, h.as("vanthu.vanquan"), h.share(fresh, "vanquan").ID, noKey)
	require.NoError(t, err)
	h.waitUntil("2026-11-26 08:05")
	h.dispatched(to("tp", routing.Lead))
	figures := func(name string) map[postgres.Figure]int {
		actor := h.as(name)
		o, err := h.desk.Overview(ctx, actor, desk.Look{})
		require.NoError(t, err)
		all := map[postgres.Figure]int{}
		for _, f := range postgres.Figures {
			q := desk.FigureQuery{Figure: f, Limit: 1}
			n := 0
			for {
				page, err := h.desk.FigureList(ctx, actor, q)
				require.NoError(t, err)
				if len(page) == 0 {
					break
				}
				n, q.After = n+1, desk.PlaceOf(page[0])
			}
			require.Equal(t, n, o.Total.Of(f), "%s: %s", name, f)
			all[f] = n
		}
		return all
	}
	leader := figures("chutich.quan")
	for _, f := range postgres.Figures {
		require.Positive(t, leader[f], "%s: nothing is there to be counted", f)
	}
	require.Equal(t, leader, figures("pho.dothi"), "a deputy of the same unit")
	require.Equal(t, leader, figures("chanhvanphong"), "the chief follows the same book")
	require.Equal(t, leader, figures("thanhtra.quan"), "the inspector reads it")
	ward := figures("chutich.molao")
	require.Equal(t, 3, ward[postgres.FigureOpen], "its own shares: held, returned, reported")
	require.Equal(t, 0, ward[postgres.FigureLate])
	require.Equal(t, 4, figures("truong.qldt")[postgres.FigureOpen])
	for _, name := range []string{"canbo.molao", "chuyenvien.qldt", "quantri"} {
		_, err := h.desk.Overview(ctx, h.as(name), desk.Look{})
		require.ErrorIs(t, err, routing.ErrNotAllowed, name)
		_, err = h.desk.FigureList(ctx, h.as(name), desk.FigureQuery{})
		require.ErrorIs(t, err, routing.ErrNotAllowed, name)
		_, err = h.desk.UnitSheet(ctx, h.as(name), h.as(name).UnitID)
		require.ErrorIs(t, err, routing.ErrNotAllowed, name)
	}
}

func TestTheSheetOfAUnitIsOfOnesOwnScope(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	ctx := t.Context()
	doc := h.dispatched(leadAndWards...)
	_, err := h.desk.Acknowledge(ctx, h.as("vanthu.molao"), h.share(doc, "molao").ID, noKey)
	require.NoError(t, err)
	h.waitUntil("2026-11-25 10:00")
	_, err = h.desk.Report(ctx, h.as("chutich.molao"), h.share(doc, "molao").ID, "Đã thực hiện xong.", noKey)
	require.NoError(t, err)

	own, err := h.desk.UnitSheet(ctx, h.as("chutich.molao"), unit("molao"))
	require.NoError(t, err)
	whole, err := h.desk.UnitSheet(ctx, h.as("chutich.quan"), unit("molao"))
	require.NoError(t, err)
	for _, s := range []desk.UnitSheet{own, whole} {
		require.Equal(t, 1, s.Months[11].Finished)
		require.Equal(t, 1, s.Months[11].InTime)
		require.Equal(t, 1, s.Finish.Shares)
		require.InDelta(t, 9, s.Finish.Median.Hours(), 0.01, "Mộ Lao works from 7 to 11 and from 12 to 16, and not on the 24th: 6 hours, then 3")
		require.Equal(t, routing.CellReported, mostOf(s.Counts))
	}
	_, err = h.desk.UnitSheet(ctx, h.as("chutich.vanquan"), unit("molao"))
	require.ErrorIs(t, err, routing.ErrNotFound, "a ward's neighbour")
	_, err = h.desk.UnitSheet(ctx, h.as("truong.qldt"), unit("molao"))
	require.ErrorIs(t, err, routing.ErrNotFound, "an office sees of a ward what it gave: nothing")
}

// A document of which a unit has several shares is one of its worst once.
func TestTheSheetNamesADocumentOnce(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	twice := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	for _, key := range []string{"qldt", "molao"} {
		h.done(h.acknowledge("vanthu."+key, h.share(twice, key), noKey))
	}
	h.done(h.directFurther("truong.qldt", h.share(twice, "qldt"), noKey, to("molao", routing.Lead)))
	h.dispatch(twice)
	h.wait(time.Minute)
	once := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	h.waitUntil("2026-11-30 09:00") // the shares of the one are late before and after that of the other
	sheet, err := h.desk.UnitSheet(t.Context(), h.as("chutich.quan"), unit("molao"))
	require.NoError(t, err)
	require.Equal(t, 3, sheet.Counts.Late)
	var worst []routing.ID
	for _, e := range sheet.Worst {
		worst = append(worst, e.DocumentID)
	}
	require.Equal(t, []routing.ID{twice.ID, once.ID}, worst)
}

// What has not begun has no figures and nothing behind them, as a link into next
// year has.
func TestAPeriodThatHasNotBegunTellsNothing(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.dispatched(leadAndWards...)
	actor, p := h.as("chutich.quan"), routing.Period{From: at("2027-01-01 00:00").UTC(), To: at("2027-02-01 00:00").UTC()}
	sum, err := h.desk.PeriodSummary(t.Context(), actor, desk.Look{}, p)
	require.NoError(t, err)
	require.Zero(t, sum)
	for _, b := range routing.Buckets {
		page, err := h.desk.FigureList(t.Context(), actor, desk.FigureQuery{Bucket: b, Period: p})
		require.NoError(t, err)
		require.Empty(t, page, b)
	}
	for _, code := range []string{"VBDEN07", statistics.Behind} {
		rows := h.printed("chutich.quan", desk.PrintQuery{Code: code, Period: period("2027-01-01", "2027-01-31")}).rows
		require.LessOrEqual(t, len(rows), 1, "%s: the sum of nothing", code)
	}
}

// A place in a list that nobody was given is refused, whatever it says.
func TestAPlaceThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	yearNone, id := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), postgres.NewID()
	for _, place := range []desk.FigurePlace{{By: h.now(), ID: "x"}, {By: yearNone, ID: id}} {
		_, err := h.desk.FigureList(t.Context(), h.as("chutich.quan"), desk.FigureQuery{After: place})
		require.Equal(t, routing.Invalid, routing.FaultOf(err), "%+v: %v", place, err)
		_, err = h.desk.Grid(t.Context(), h.as("chutich.quan"), "", postgres.ManyPlace{SentAt: place.By, ID: place.ID})
		require.Equal(t, routing.Invalid, routing.FaultOf(err), "%+v: %v", place, err)
	}
}

func mostOf(c desk.Counts) (cell routing.Cell) {
	for x, n := range c.Cells {
		if n > c.Cells[cell] {
			cell = x
		}
	}
	return cell
}
