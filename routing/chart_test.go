package routing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/calendar"
	"congvan/routing"
)

func chartDay(n int) calendar.Date { return calendar.NewDate(2026, time.January, 1).Plus(n) }

// drawChart draws a sound chart: a district with wards and offices that change
// their names, one after another, on random days.
func drawChart(t *rapid.T) routing.Chart {
	const hours = "08:00-12:00,13:00-17:00"
	top := routing.ChartUnit{ID: "top", Kind: routing.District, Versions: []routing.Version[routing.UnitFacts]{{From: chartDay(0),
		Is: routing.UnitFacts{Code: "TOP", Name: "UBND quận", OfficeHours: hours}}}}
	c := routing.Chart{Units: []routing.ChartUnit{top}}
	for i := range rapid.IntRange(1, 8).Draw(t, "units") {
		u := routing.ChartUnit{ID: routing.ID(fmt.Sprint("u", i)), Kind: rapid.SampledFrom([]routing.UnitKind{routing.Ward, routing.Department}).Draw(t, "kind")}
		from := rapid.IntRange(0, 50).Draw(t, "from")
		for n := range rapid.IntRange(1, 4).Draw(t, "versions") {
			v := routing.Version[routing.UnitFacts]{From: chartDay(from), Is: routing.UnitFacts{Code: fmt.Sprintf("%d-%d", i, n), Name: fmt.Sprintf("Đơn vị %d.%d", i, n), ParentID: "top", OfficeHours: hours}}
			if from += rapid.IntRange(1, 30).Draw(t, "days"); n > 0 {
				u.Versions[n-1].To = v.From
			}
			u.Versions = append(u.Versions, v)
		}
		c.Units = append(c.Units, u)
		c.Positions = append(c.Positions, routing.ChartPosition{ID: routing.ID(fmt.Sprint("p", i)), Code: fmt.Sprintf("truong.%d", i),
			Versions: []routing.Version[routing.PositionFacts]{{From: u.Versions[0].From, Is: routing.PositionFacts{UnitID: u.ID, Title: "Trưởng", Office: routing.Head}}}})
	}
	return c
}

// Whatever is changed, by rules or against them: what holds on a day before today
// is what held, or the change is refused; and what nobody refuses is sound.
func TestChartsKeepThePast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := drawChart(t)
		require.Empty(t, before.Faults())
		require.Empty(t, routing.ChartChanges(before, before.With(before)))
		today, u := rapid.IntRange(0, 90).Draw(t, "today"), rapid.SampledFrom(before.Units).Draw(t, "unit")
		from := rapid.IntRange(0, 120).Draw(t, "day")
		after, err := before.ChangeUnit(u.ID, chartDay(from), routing.UnitFacts{Code: "NEW", Name: "Mới", ParentID: u.Versions[0].Is.ParentID, OfficeHours: "08:00-12:00"})
		if rapid.Bool().Draw(t, "end") {
			after, err = before.EndUnit(u.ID, chartDay(from), nil, "")
		}
		if err != nil {
			return
		}
		rewrites := false
		was, _ := before.Unit(u.ID)
		is, _ := after.Unit(u.ID)
		for d := range today {
			a, ok := was.On(chartDay(d))
			b, ok2 := is.On(chartDay(d))
			rewrites = rewrites || a != b || ok != ok2
		}
		require.Equal(t, rewrites, len(routing.PastFaults(before, after, chartDay(today))) > 0)
		if u.ID == "top" && len(after.Faults()) > 0 {
			return // what lies below an organ that ends has nowhere to go
		}
		require.Empty(t, after.Faults())
		for d := range 150 { // no gap, no overlap: one version on a day
			n := 0
			for _, v := range is.Versions {
				if v.On(chartDay(d)) {
					n++
				}
			}
			require.LessOrEqual(t, n, 1)
		}
	})
}

func TestChartsRefuse(t *testing.T) {
	t.Parallel()
	unit := func(id routing.ID, kind routing.UnitKind, code string, parent routing.ID) routing.ChartUnit {
		return routing.ChartUnit{ID: id, Kind: kind, Versions: []routing.Version[routing.UnitFacts]{{From: chartDay(0),
			Is: routing.UnitFacts{Code: code, Name: code, ParentID: parent, OfficeHours: "08:00-12:00"}}}}
	}
	top, ward := unit("top", routing.District, "T", ""), unit("w", routing.Ward, "W", "top")
	gap := ward
	gap.Versions = append([]routing.Version[routing.UnitFacts]{{From: chartDay(-9), To: chartDay(-1), Is: ward.Versions[0].Is}}, ward.Versions...)
	for name, x := range map[string]struct {
		units []routing.ChartUnit
		want  *routing.Error
	}{
		"a cycle":                 {[]routing.ChartUnit{unit("top", routing.District, "T", "w"), ward}, routing.ErrParent},
		"its own parent":          {[]routing.ChartUnit{top, unit("w", routing.Ward, "W", "w")}, routing.ErrParent},
		"a ward below a ward":     {[]routing.ChartUnit{top, ward, unit("v", routing.Ward, "V", "w")}, routing.ErrParent},
		"an office below another": {[]routing.ChartUnit{top, unit("o", routing.Department, "O", "top"), unit("q", routing.Department, "Q", "o")}, routing.ErrParent},
		"two tops":                {[]routing.ChartUnit{top, unit("v", routing.Ward, "V", "")}, routing.ErrParent},
		"nobody above":            {[]routing.ChartUnit{top, unit("v", routing.Ward, "V", "gone")}, routing.ErrParent},
		"one code twice":          {[]routing.ChartUnit{top, ward, unit("v", routing.Ward, "W", "top")}, routing.ErrUnitCode},
		"a gap":                   {[]routing.ChartUnit{top, gap}, routing.ErrVersions},
	} {
		faults := routing.Chart{Units: x.units}.Faults()
		require.NotEmpty(t, faults, name)
		require.True(t, slices.ContainsFunc(faults, func(e *routing.Error) bool { return e.Code == x.want.Code }), "%s: %v", name, faults)
	}
	require.Empty(t, routing.Chart{Units: []routing.ChartUnit{top, ward}}.Faults())
}
