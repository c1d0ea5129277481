package main

import (
	"math"
	"slices"
)

// percentile returns the smallest value that at least p percent of the values
// do not exceed (nearest rank); NaN of none.
func percentile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// median is the middle value, or the mean of the two in the middle; NaN of none.
func median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// figure is one measured quantity over the rounds.
type figure []float64

func (f figure) median() float64 { return round(median(f)) }

// spread is the smallest and the largest value.
func (f figure) spread() []float64 {
	if len(f) == 0 {
		return nil
	}
	return []float64{round(slices.Min(f)), round(slices.Max(f))}
}

// ratio is the median of the ratios of neighbouring rounds. Only rounds that
// both have count.
func ratio(of, to figure) float64 {
	var ratios []float64
	for i := range min(len(of), len(to)) {
		ratios = append(ratios, of[i]/to[i])
	}
	return round(median(ratios))
}

// round keeps three significant digits, at least two decimals below ten: more
// is noise. What is no number becomes 0, which JSON can say.
func round(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	scale := 100.0
	if math.Abs(v) >= 100 {
		scale = 10
	}
	return math.Round(v*scale) / scale
}
