package visit

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/routing"
)

// NoDay is what is said of a field that holds no day.
const NoDay = "ngày ghi theo dạng 05/02/2026"

// typedDay are the ways in which people type a day.
var typedDay = regexp.MustCompile(`^(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}|\d{2}))?$`)

// ParseDay reads a day as people type it: 5/2/2026, 05-02-26, 5/2 (of this year),
// 05022026, or as browsers send it: 2026-02-05. It returns it as 2006-01-02; empty
// for nothing, and false for what is no day, or one of no year that papers have.
func ParseDay(typed string, now time.Time) (string, bool) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return "", true
	}
	t, ok := dayOf(typed, now)
	if !ok || t.Year() < firstYear || t.Year() > lastYear {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

// The years that a day may be of. Beyond them the record has no instants.
const firstYear, lastYear = 1900, 2999

func dayOf(typed string, now time.Time) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "02012006"} {
		if t, err := time.Parse(layout, typed); err == nil {
			return t, true
		}
	}
	match := typedDay.FindStringSubmatch(typed)
	if match == nil {
		return time.Time{}, false
	}
	year := now.In(calendar.Location).Year()
	switch len(match[3]) {
	case 2:
		n, _ := strconv.Atoi(match[3])
		year = 2000 + n
	case 4:
		year, _ = strconv.Atoi(match[3])
	}
	day, _ := strconv.Atoi(match[1])
	month, _ := strconv.Atoi(match[2])
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, t.Day() == day && int(t.Month()) == month
}

// DayValue is a day that a form carries, as 2006-01-02. What is no day is a
// refusal that names the field.
func (v *Visit) DayValue(name string) (string, error) {
	day, ok := ParseDay(v.Value(name), v.Now())
	if !ok {
		return "", routing.ErrField.With("fields", map[string]string{name: NoDay})
	}
	return day, nil
}

// Period are the instants at which a period of days begins and ends, as people type
// its first and its last day; of a side that was left open the zero instant. What
// is no day is refused under the names "fromDay" and "toDay".
func Period(first, last string, now time.Time) (begins, ends time.Time, err error) {
	wrong := map[string]string{}
	read := func(name, typed string) (d calendar.Date) {
		day, ok := ParseDay(typed, now)
		if ok && day != "" {
			d, err = calendar.Parse(day)
			ok = err == nil
		}
		if !ok {
			wrong[name] = NoDay
		}
		return d
	}
	if d := read("fromDay", first); !d.IsZero() {
		begins = d.Begins().UTC()
	}
	if d := read("toDay", last); !d.IsZero() {
		ends = d.Plus(1).Begins().UTC()
	}
	if len(wrong) > 0 {
		return time.Time{}, time.Time{}, routing.ErrField.With("fields", wrong)
	}
	return begins, ends, nil
}
