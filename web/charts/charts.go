// Package charts draws small pictures of numbers as SVG, made on the server. A
// picture never stands alone: the table with its numbers stands beside it, and its
// title and description say what it shows. How it looks is the style sheet's.
package charts

import (
	"math"
	"strconv"
)

// Bar is a number beside its row of a table: how much of the largest, and how much
// of that is marked.
type Bar struct{ Whole, Marked float64 } // in percent of the width

// BarOf is the bar of a number of which part is marked, where most is the largest.
func BarOf(whole, part, most int) Bar {
	if most <= 0 {
		return Bar{}
	}
	percent := func(n int) float64 { return 100 * float64(min(max(n, 0), most)) / float64(most) }
	return Bar{percent(whole), percent(min(part, whole))}
}

// Month is a column of a chart of months.
type Month struct {
	Label    string // 11/26
	InTime   int
	Finished int
}

// Rate is how much was in time, in percent, rounded down: 100 says all of it. No
// rate if nothing was finished.
func (m Month) Rate() (percent int, known bool) {
	if m.Finished == 0 {
		return 0, false
	}
	return 100 * m.InTime / m.Finished, true
}

// The measures of a chart of months, in units of its view box.
const (
	Width, Height = 480, 150
	top, bottom   = 14, 126 // between which columns and line lie
	gap           = 0.3     // of a column's place
)

// Column is a drawn month: the part in time stands below, what was late above it.
type Column struct {
	Month
	X, Middle, Wide            float64
	LateY, LateH, FineY, FineH float64
	RateY                      float64 // of the line; NaN: nothing was finished
}

// Columns draws months side by side, the highest over the whole height. The line of
// rates has 100 % at the top.
func Columns(months []Month) []Column {
	most := 1
	for _, m := range months {
		most = max(most, m.Finished)
	}
	place := float64(Width) / float64(max(len(months), 1))
	height := func(n int) float64 { return float64(bottom-top) * float64(n) / float64(most) }
	out := make([]Column, len(months))
	for i, m := range months {
		c := Column{Month: m, X: place * (float64(i) + gap/2), Middle: place * (float64(i) + 0.5), Wide: place * (1 - gap), RateY: math.NaN()}
		c.FineH, c.LateH = height(m.InTime), height(m.Finished-m.InTime)
		c.FineY, c.LateY = bottom-c.FineH, bottom-c.FineH-c.LateH
		if m.Finished > 0 {
			c.RateY = bottom - float64(bottom-top)*float64(m.InTime)/float64(m.Finished)
		}
		out[i] = c
	}
	return out
}

// lines are the points of the line of rates, broken where nothing was finished.
func lines(columns []Column) (out []string) {
	points, n := "", 0
	end := func() {
		if n > 1 {
			out = append(out, points)
		}
		points, n = "", 0
	}
	for _, c := range columns {
		if math.IsNaN(c.RateY) {
			end()
			continue
		}
		points, n = points+" "+number(c.Middle)+","+number(c.RateY), n+1
	}
	end()
	return out
}

// number is a length as an attribute has it, to a tenth.
func number(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }
