package statistics

import (
	"slices"
	"strconv"
	"strings"

	"congvan/routing"
)

// Reckoning is the row of a unit in VBDEN07.
type Reckoning struct {
	routing.Summary
	Unit string // its name
}

// Reckonings are the rows of a report in the order of the units, as they are
// called; one that is no more comes last.
func Reckonings(rows []routing.Summary, units []routing.Unit) []Reckoning {
	place := func(id routing.ID) int {
		if i := slices.IndexFunc(units, func(u routing.Unit) bool { return u.ID == id }); i >= 0 {
			return i
		}
		return len(units)
	}
	out := make([]Reckoning, len(rows))
	for i, r := range rows {
		out[i] = Reckoning{Summary: r, Unit: "(đơn vị không còn hoạt động)"}
		if at := place(r.UnitID); at < len(units) {
			out[i].Unit = units[at].Name
		}
	}
	slices.SortFunc(out, func(a, b Reckoning) int {
		if x, y := place(a.UnitID), place(b.UnitID); x != y {
			return x - y
		}
		return strings.Compare(string(a.UnitID), string(b.UnitID))
	})
	return out
}

// Figures are the figures of a row in the order of the columns.
func (r Reckoning) Figures() []int {
	return []int{r.Total(), r.Running, r.DoneInTime, r.DoneLate, r.OverdueSince, r.OverdueNew}
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
		sum.Join(r.Summary)
	}
	return sum
}

// BucketWords is what a column of VBDEN07 says of a share.
func BucketWords(b routing.Bucket) string {
	return map[routing.Bucket]string{routing.Running: stateWorking, routing.DoneInTime: stateInTime, routing.DoneLate: stateDoneLate,
		routing.OverdueSince: "Quá hạn từ trước kỳ báo cáo", routing.OverdueNew: "Quá hạn trong kỳ báo cáo"}[b]
}
