package statistics

import (
	"time"

	"congvan/calendar"
	"congvan/routing"
)

// Period is days from the first to the last, both counted, in Vietnam.
type Period struct{ First, Last calendar.Date }

// Begins is the instant at which the period begins.
func (p Period) Begins() time.Time { return p.First.Begins().UTC() }

// Ends is the instant at which the day after it begins.
func (p Period) Ends() time.Time { return p.Last.Plus(1).Begins().UTC() }

// Instants are those between which it lies.
func (p Period) Instants() routing.Period { return routing.Period{From: p.Begins(), To: p.Ends()} }

// Words is the period as it is printed.
func (p Period) Words() string {
	return "Từ ngày " + spoken(p.First.Begins()) + " đến ngày " + spoken(p.Last.Begins())
}

// Longest is the longest period of a printed report: ten years and a day.
const longestDays = 3653

// Check refuses a period that ends before it begins, or is longer than ten years.
func (p Period) Check() error {
	switch {
	case p.Last.Before(p.First):
		return routing.ErrField.With("fields", map[string]string{"toDay": "không trước ngày đầu"})
	case p.First.Plus(longestDays).Before(p.Last):
		return routing.ErrField.With("fields", map[string]string{"toDay": "kỳ báo cáo không dài quá 10 năm"})
	}
	return nil
}

// Preset is a period that people name.
type Preset string

// The periods that are named.
const (
	ThisWeek    Preset = "this-week"
	LastWeek    Preset = "last-week"
	ThisMonth   Preset = "this-month"
	LastMonth   Preset = "last-month"
	ThisQuarter Preset = "this-quarter"
	LastQuarter Preset = "last-quarter"
	ThisYear    Preset = "this-year"
	LastYear    Preset = "last-year"
)

// Presets are all of them, in the order in which they are offered.
var Presets = []Preset{ThisMonth, LastMonth, ThisQuarter, LastQuarter, ThisYear, LastYear, ThisWeek, LastWeek}

// Vietnamese is what the period is called.
func (p Preset) Vietnamese() string {
	return map[Preset]string{ThisWeek: "tuần này", LastWeek: "tuần trước", ThisMonth: "tháng này", LastMonth: "tháng trước",
		ThisQuarter: "quý này", LastQuarter: "quý trước", ThisYear: "năm nay", LastYear: "năm trước"}[p]
}

// Of is the period as it is meant on a day; false for a name that is none. Weeks
// begin on Monday.
func (p Preset) Of(today calendar.Date) (Period, bool) {
	year, month, _ := today.Civil()
	quarter := (month-1)/3*3 + 1
	monday := today.Plus(-(int(today.Weekday()) + 6) % 7)
	months := func(first time.Month, n int) Period {
		return Period{calendar.NewDate(year, first, 1), calendar.NewDate(year, first+time.Month(n), 1).Plus(-1)}
	}
	switch p {
	case ThisWeek:
		return Period{monday, monday.Plus(6)}, true
	case LastWeek:
		return Period{monday.Plus(-7), monday.Plus(-1)}, true
	case ThisMonth:
		return months(month, 1), true
	case LastMonth:
		return months(month-1, 1), true
	case ThisQuarter:
		return months(quarter, 3), true
	case LastQuarter:
		return months(quarter-3, 3), true
	case ThisYear:
		return months(1, 12), true
	case LastYear:
		return months(-11, 12), true
	}
	return Period{}, false
}

// spoken is the Vietnamese day of an instant, 31/12/2026; empty for none.
func spoken(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Location).Format("02/01/2006")
}
