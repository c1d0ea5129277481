package calendar

import (
	"cmp"
	"time"
	_ "time/tzdata" // so that Location loads on a machine without zone files
)

// Location is Asia/Ho_Chi_Minh, the zone of every day and every office hour.
var Location = mustLoad("Asia/Ho_Chi_Minh")

func mustLoad(name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // cannot happen: the zone is embedded
	}
	return location
}

// Date is a day in [Location]. Dates are comparable with == and may be map
// keys. The zero Date is 0001-01-01 and stands for "no date", see [Date.IsZero].
type Date struct {
	day int // days since 0001-01-01, which was a Monday
}

const (
	isoLayout     = "2006-01-02"
	spokenLayout  = "02/01/2006"
	secondsToUnix = 62135596800 // from 0001-01-01 to 1970-01-01, UTC
	secondsPerDay = 24 * 60 * 60
)

// NewDate returns the date of a year, month and day; like [time.Date] it
// normalises, so that 31 November is 1 December.
func NewDate(year int, month time.Month, day int) Date {
	seconds := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() + secondsToUnix
	return Date{day: int(seconds / secondsPerDay)}
}

// DateOf returns the day in [Location] on which t lies; t may be in any zone.
func DateOf(t time.Time) Date {
	return NewDate(t.In(Location).Date())
}

// Parse reads a date of the form "2006-01-02". It returns an [*Error] with
// [BadDate] if text is anything else or no day of the calendar.
func Parse(text string) (Date, error) {
	t, err := time.Parse(isoLayout, text)
	if err != nil {
		return Date{}, refuse(BadDate, Date{}, "%q không phải là ngày hợp lệ; hãy viết theo mẫu 2026-11-24.", text)
	}
	return NewDate(t.Date()), nil
}

// String returns the form "2006-01-02", which [Parse] reads.
func (d Date) String() string { return d.utc().Format(isoLayout) }

// MarshalText writes the form of [Date.String].
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form of [Date.String]; errors are those of [Parse].
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// IsZero reports whether d is the zero Date, "no date".
func (d Date) IsZero() bool { return d == Date{} }

// Plus returns the date n calendar days after d, before it if n is negative.
func (d Date) Plus(n int) Date { return Date{day: d.day + n} }

// Compare returns -1 if d is before other, 0 if both are the same, +1 if d is
// after other. It fits slices.SortFunc.
func (d Date) Compare(other Date) int { return cmp.Compare(d.day, other.day) }

// Before reports whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d.day < other.day }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Civil returns the year, month and day of the month.
func (d Date) Civil() (year int, month time.Month, day int) { return d.utc().Date() }

// Begins returns the instant at which d begins in [Location].
func (d Date) Begins() time.Time { return d.midnight() }

// midnight returns the instant at which d begins in Location.
func (d Date) midnight() time.Time {
	return time.Date(1, time.January, 1+d.day, 0, 0, 0, 0, Location)
}

// utc returns d as a time without the zone's history, for taking it apart.
func (d Date) utc() time.Time {
	return time.Date(1, time.January, 1+d.day, 0, 0, 0, 0, time.UTC)
}

// spoken returns the form that people read, "24/11/2026".
func (d Date) spoken() string { return d.utc().Format(spokenLayout) }

// week returns the number of whole weeks since 0001-01-01 and the day of the
// week, 0 for Monday.
func (d Date) week() (weeks, weekday int) {
	weeks, weekday = d.day/7, d.day%7
	if weekday < 0 {
		weeks, weekday = weeks-1, weekday+7
	}
	return weeks, weekday
}

// isWeekday reports whether the weekly rule works on d: Monday to Friday.
func (d Date) isWeekday() bool {
	_, weekday := d.week()
	return weekday < 5
}

// weekdaysBefore returns the number of Mondays to Fridays from 0001-01-01 up to
// but not including d.
func (d Date) weekdaysBefore() int {
	weeks, weekday := d.week()
	return weeks*5 + min(weekday, 5)
}
