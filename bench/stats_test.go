package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPercentile(t *testing.T) {
	values := []float64{50, 15, 40, 20, 35} // sorted: 15 20 35 40 50
	for p, want := range map[float64]float64{0: 15, 5: 15, 30: 20, 40: 20, 50: 35, 95: 50, 100: 50} {
		require.Equal(t, want, percentile(values, p), "p%v", p)
	}
	require.Equal(t, []float64{50, 15, 40, 20, 35}, values, "the caller's order stays")
	require.True(t, math.IsNaN(percentile(nil, 50)))
}

func TestMedian(t *testing.T) {
	require.Equal(t, 3.0, median([]float64{9, 1, 3}))
	require.Equal(t, 2.5, median([]float64{4, 1, 2, 3}))
	require.True(t, math.IsNaN(median(nil)))
}

func TestRatioIsOfNeighbours(t *testing.T) {
	// The machine was half as fast in the second round, for both.
	require.Equal(t, 0.9, ratio(figure{90, 45, 99}, figure{100, 50, 110}))
	require.Equal(t, 2.0, ratio(figure{2, 2, 7}, figure{1, 1}))
	require.Equal(t, 0.0, ratio(nil, figure{1}), "nothing was measured")
}

func TestRound(t *testing.T) {
	require.Equal(t, 4.24, round(4.2371))
	require.Equal(t, 152.3, round(152.31))
	require.Equal(t, 0.0, round(math.NaN()))
	require.Equal(t, []float64{1.5, 3}, figure{3, 1.5, 2}.spread())
}
