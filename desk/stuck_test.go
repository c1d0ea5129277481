package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/routing"
)

// What came back twice or more is told with its way, that which did so the most often
// first; by the last time, in the period; to a unit of another's document only what
// it returned or gave itself.
func TestWhatCameBackIsToldWithItsWay(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	chairman, head, other := h.as("chutich.quan"), h.as("truong.qldt"), h.as("truong.tp")
	twice, once, often := h.dispatched(to("qldt", routing.Lead), to("tp", routing.Execute)), h.dispatched(to("tp", routing.Lead)), h.dispatched(to("qldt", routing.Lead))
	back := func(doc routing.Document, unitKey string, by routing.Actor) {
		h.wait(30 * 60e9)
		h.done(h.desk.Return(t.Context(), by, h.share(doc, unitKey).ID, wrongText, h.share(doc, unitKey).Version, noKey))
	}
	insist := func(doc routing.Document, unitKey string) {
		h.wait(30 * 60e9)
		h.done(h.desk.Insist(t.Context(), chairman, h.share(doc, unitKey).ID, wrongText, h.share(doc, unitKey).Version, noKey))
	}
	for _, doc := range []routing.Document{twice, often} {
		h.received(doc, "qldt")
		back(doc, "qldt", head)
		insist(doc, "qldt")
	}
	for _, doc := range []routing.Document{twice, once} {
		h.received(doc, "tp")
		back(doc, "tp", other)
		insist(doc, "tp")
	}
	for range 2 {
		h.done(h.desk.Report(t.Context(), head, h.share(often, "qldt").ID, "Xong", noKey))
		h.done(h.desk.SendBack(t.Context(), chairman, h.share(often, "qldt").ID, wrongText, h.share(often, "qldt").Version, noKey))
	}

	today := routing.Period{From: at("2026-11-23 00:00").UTC(), To: at("2026-11-24 00:00").UTC()}
	told := func(username string, p routing.Period) (ids []routing.ID, ways [][]routing.Act) {
		got, err := h.desk.Stuck(t.Context(), h.as(username), p)
		require.NoError(t, err)
		for _, b := range got.Bounced {
			way := []routing.Act{}
			for _, x := range b.Way {
				way = append(way, x.Kind)
			}
			ids, ways = append(ids, b.DocumentID), append(ways, way)
		}
		return ids, ways
	}
	ids, ways := told("chutich.quan", today)
	require.Equal(t, []routing.ID{often.ID, twice.ID}, ids, "not what came back once")
	require.Equal(t, [][]routing.Act{{routing.ActReturn, routing.ActSendBack, routing.ActSendBack}, {routing.ActReturn, routing.ActReturn}}, ways)
	ids, _ = told("truong.qldt", today)
	require.Equal(t, []routing.ID{often.ID}, ids, "of the other it returned its own share once")
	ids, _ = told("truong.tp", today)
	require.Empty(t, ids)
	ids, _ = told("chutich.quan", routing.Period{From: today.To, To: today.To.AddDate(0, 1, 0)})
	require.Empty(t, ids, "the last time was before")

	got, err := h.desk.Stuck(t.Context(), chairman, today)
	require.NoError(t, err)
	require.Equal(t, desk.Stages[7], got.Stages[7].Stage)
	require.Equal(t, desk.Pace{Shares: 4, Median: 30 * 60e9, P90: 30 * 60e9}, got.Stages[7].Passed, "each was answered after half an hour")
}
