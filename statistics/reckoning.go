package statistics

import (
	"strconv"

	"congvan/routing"
)

// Reckoning is the row of a unit in VBDEN07.
type Reckoning struct {
	UnitID                                                routing.ID
	Unit                                                  string // its name
	Running, DoneInTime, DoneLate, LateBefore, LateWithin int
}

// Total is the number of all: each is in exactly one column.
func (r Reckoning) Total() int {
	return r.Running + r.DoneInTime + r.DoneLate + r.LateBefore + r.LateWithin
}

// Figures are the figures of a row in the order of the columns.
func (r Reckoning) Figures() []int {
	return []int{r.Total(), r.Running, r.DoneInTime, r.DoneLate, r.LateBefore, r.LateWithin}
}

// Cells are the cells of a row; ordinal is its STT, 0 for the sums.
func (r Reckoning) Cells(ordinal int) []string {
	out := []string{"", r.Unit}
	if ordinal > 0 {
		out[0] = strconv.Itoa(ordinal)
	}
	for _, n := range r.Figures() {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// Sum adds rows up.
func Sum(rows []Reckoning) Reckoning {
	sum := Reckoning{Unit: "Cộng"}
	for _, r := range rows {
		sum.Running += r.Running
		sum.DoneInTime += r.DoneInTime
		sum.DoneLate += r.DoneLate
		sum.LateBefore += r.LateBefore
		sum.LateWithin += r.LateWithin
	}
	return sum
}
