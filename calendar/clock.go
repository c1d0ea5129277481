package calendar

import (
	"math"
	"time"
)

// Clock is the working time of one unit: its calendar and its office hours.
// It is immutable and cheap to copy. The zero Clock knows the weekly rule and
// the usual hours. Instants given may be in any zone; instants returned are in
// [Location].
type Clock struct {
	calendar *Calendar
	hours    Hours
	duty     bool
}

// NewClock returns the clock of a calendar and office hours. A nil calendar
// knows the weekly rule only, zero hours are the usual ones.
func NewClock(calendar *Calendar, hours Hours) Clock {
	return Clock{calendar: calendar, hours: hours}
}

// Calendar returns the calendar of the clock; nil for the weekly rule only.
func (c Clock) Calendar() *Calendar { return c.calendar }

// Hours returns the office hours of the clock.
func (c Clock) Hours() Hours { return c.hours }

// WithDuty returns the clock of a unit that keeps a duty roster (trực), or of
// one that does not. It changes no reckoning of working time: it tells who reads
// it whether somebody is there outside office hours, too.
func (c Clock) WithDuty(onDuty bool) Clock {
	c.duty = onDuty
	return c
}

// OnDuty reports whether the unit keeps a duty roster.
func (c Clock) OnDuty() bool { return c.duty }

// IsWorkday reports whether the unit works on d.
func (c Clock) IsWorkday(d Date) bool { return c.calendar.IsWorkday(d) }

// Add returns the instant when d of working time has passed since from (Bộ
// luật Dân sự 2015, Điều 147 khoản 1: a term in minutes or hours starts at the
// instant).
//
//   - d > 0: the first such instant. Outside office hours counting starts at
//     the next opening. A term used up exactly at a session's end ends there.
//   - d < 0: backwards, and mirrored: the last instant from which -d passes
//     until from. Outside office hours counting starts at the last closing. A
//     term used up exactly at a session's opening stays there.
//   - d = 0: from itself, also outside office hours; see [Clock.NextOpening].
//
// So Between(from, Add(from, d)) is always d, and a later from or a longer d
// never gives an earlier instant. Its cost grows with the days passed over.
func (c Clock) Add(from time.Time, d time.Duration) time.Time {
	switch {
	case d > 0:
		return c.forward(from, d)
	case d < 0:
		return c.backward(from, d)
	default:
		return from.In(Location)
	}
}

func (c Clock) forward(from time.Time, d time.Duration) time.Time {
	day, perDay := DateOf(from), c.hours.PerDay()
	_, left := c.split(from)
	for d > left {
		d -= left
		day, left = c.calendar.NextWorkday(day), perDay
	}
	return at(day, c.hours.earliest(perDay-left+d))
}

// backward takes d < 0 as it is: the smallest Duration has no positive twin.
func (c Clock) backward(from time.Time, d time.Duration) time.Time {
	day, perDay := DateOf(from), c.hours.PerDay()
	done, _ := c.split(from)
	for done+d < 0 {
		d += done
		day, done = c.calendar.PreviousWorkday(day), perDay
	}
	return at(day, c.hours.latest(done+d))
}

// AddDays returns the end of office hours of the n-th working day AFTER the day
// of from. THE DAY OF FROM NEVER COUNTS, at whatever hour from is and whether
// or not it is a working day: DAY 1 IS THE NEXT WORKING DAY (Bộ luật Dân sự
// 2015, Điều 147 khoản 2 and 3). The last day is never a day off (Điều 148
// khoản 5). Monday 23/11/2026 17:00 plus 1 is Wednesday 25/11/2026 17:00, as
// 24/11 is a day off.
//
// With n = 0, "trong ngày", it is the end of office hours of the day of from.
// If that is a day off, or from is after the last session's end, from counts as
// arriving at the next opening, and it is the end of the next working day: in
// these cases 0 days and 1 day end at the same instant.
//
// With n < 0 it is the end of office hours of the -n-th working day before the
// day of from.
func (c Clock) AddDays(from time.Time, n int) time.Time {
	day := DateOf(from)
	if n == 0 && c.closedForDay(from) {
		n = 1
	}
	for ; n > 0; n-- {
		day = c.calendar.NextWorkday(day)
	}
	for ; n < 0; n++ {
		day = c.calendar.PreviousWorkday(day)
	}
	return c.EndOfDay(day)
}

// closedForDay reports whether t lies on a day off or after the last session of
// its day; the closing instant itself still belongs to the day.
func (c Clock) closedForDay(t time.Time) bool {
	day := DateOf(t)
	return !c.IsWorkday(day) || t.After(c.EndOfDay(day))
}

// EndOfDay returns the end of the last session on d. It does not ask whether d
// is a working day; [Clock.OnDate] does.
func (c Clock) EndOfDay(d Date) time.Time { return at(d, c.hours.closing()) }

// EndOfMorning returns the end of the first session on d, which is what "sáng
// hôm sau" of Quyết định 28/2018/QĐ-TTg means for the next working day. It does
// not ask whether d is a working day.
func (c Clock) EndOfMorning(d Date) time.Time { return at(d, c.hours.morning().end) }

// OnDate returns the deadline that a calendar date stands for: the end of office
// hours of d. It returns an [*Error] with [NotWorkday], whose Next is the next
// working day, if d is a day off.
func (c Clock) OnDate(d Date) (time.Time, error) {
	if c.IsWorkday(d) {
		return c.EndOfDay(d), nil
	}
	next := c.calendar.NextWorkday(d)
	err := refuse(NotWorkday, d, "Ngày %s là ngày nghỉ (%s); ngày làm việc tiếp theo là %s.",
		d.spoken(), c.calendar.Reason(d), next.spoken())
	err.Next = next
	return time.Time{}, err
}

// Between returns the working time from a until b, negative if b is before a.
// It is additive: Between(a, b) + Between(b, c) = Between(a, c). Its cost does
// not grow with the distance. Beyond the range of a Duration, some thousand
// years of office days, it stays near the limit instead of wrapping round.
func (c Clock) Between(a, b time.Time) time.Duration {
	_, leftA := c.split(a)
	_, leftB := c.split(b)
	perDay := c.hours.PerDay()
	days, most := c.calendar.Workdays(DateOf(a), DateOf(b)), int(math.MaxInt64/perDay)-1
	return time.Duration(max(-most, min(days, most)))*perDay + leftA - leftB
}

// IsOpen reports whether t lies in office hours: from the opening of a session
// up to but not including its end.
func (c Clock) IsOpen(t time.Time) bool { return c.NextOpening(t).Equal(t) }

// NextOpening returns t itself if the office is open at t, and otherwise the
// next instant at which a session opens.
func (c Clock) NextOpening(t time.Time) time.Time {
	day := DateOf(t)
	if c.IsWorkday(day) {
		if opening, ok := c.hours.opening(timeOfDay(t)); ok {
			return at(day, opening)
		}
	}
	return at(c.calendar.NextWorkday(day), c.hours.morning().open)
}

// split divides the working time of the day of t into what is done at t and
// what is left; both are 0 on a day off.
func (c Clock) split(t time.Time) (done, left time.Duration) {
	if !c.IsWorkday(DateOf(t)) {
		return 0, 0
	}
	done = c.hours.workedBy(timeOfDay(t))
	return done, c.hours.PerDay() - done
}

// at and timeOfDay are each other's inverse.
func at(d Date, sinceMidnight time.Duration) time.Time { return d.midnight().Add(sinceMidnight) }

func timeOfDay(t time.Time) time.Duration { return t.Sub(DateOf(t).midnight()) }
