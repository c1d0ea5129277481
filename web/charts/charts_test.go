package charts

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestBarsStayWithinTheirPlace(t *testing.T) {
	t.Parallel()
	require.Equal(t, Bar{50, 25}, BarOf(10, 5, 20))
	require.Equal(t, Bar{}, BarOf(3, 1, 0), "nothing is the largest")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-5, 5000)
		b := BarOf(n.Draw(t, "whole"), n.Draw(t, "part"), n.Draw(t, "most"))
		require.True(t, 0 <= b.Marked && b.Marked <= b.Whole && b.Whole <= 100 || b.Marked == 0, "%+v", b)
	})
}

func TestColumnsShowTheirMonths(t *testing.T) {
	t.Parallel()
	months := []Month{{"09/26", 6, 8}, {"10/26", 0, 0}, {"11/26", 4, 4}, {"12/26", 0, 2}}
	columns := Columns(months)
	require.InDelta(t, bottom-top, columns[0].FineH+columns[0].LateH, 1e-9, "the largest takes all of the height")
	require.InDelta(t, columns[0].LateY+columns[0].LateH, columns[0].FineY, 1e-9, "late stands on what was in time")
	require.True(t, math.IsNaN(columns[1].RateY))
	require.InDelta(t, top, columns[2].RateY, 1e-9, "all in time is at the top")
	require.InDelta(t, bottom, columns[3].RateY, 1e-9)
	require.Len(t, lines(columns), 1, "a month alone is a dot, and a month without anything breaks the line")
	for i, c := range columns[1:] {
		require.Greater(t, c.X, columns[i].X+columns[i].Wide, "columns do not touch")
	}
	_, known := months[1].Rate()
	require.False(t, known)
	rate, _ := Month{InTime: 199, Finished: 200}.Rate()
	require.Equal(t, 99, rate, "all in time is said of all alone")
}

func TestAChartIsDrawnWithoutStyleOrScript(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	require.NoError(t, Months("m", "Đúng hạn <12 tháng>", "Tháng 9: 6/8", []Month{{"09/26", 6, 8}, {"10/26", 1, 3}}).Render(t.Context(), &out))
	require.NoError(t, Beside(BarOf(2, 1, 3)).Render(t.Context(), &out))
	got := out.String()
	require.Contains(t, got, `role="img" aria-labelledby="m-title m-desc"`)
	require.Contains(t, got, `<title id="m-title">Đúng hạn &lt;12 tháng&gt;</title>`)
	require.Contains(t, got, "polyline")
	require.NotContains(t, got, "style=")
	require.NotContains(t, got, "NaN")
	require.NotRegexp(t, `="-`, got, "nothing is drawn outside")
}
