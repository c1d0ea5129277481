package calendar

import "slices"

// MaxClosure is the longest row of consecutive days off, in days, that [New]
// accepts. It is far beyond any Tết and keeps the next working day always near,
// so that no function of this package can fail to find it.
const MaxClosure = 60

// DayKind says what an exception makes of its day.
type DayKind string

// The kinds of days.
const (
	Off    DayKind = "off"    // ngày nghỉ: nobody works
	Worked DayKind = "worked" // ngày làm việc: usual office hours
)

// Exception is a day that is not, or need not be, what the weekly rule makes
// of it: a public holiday, a day off in lieu or swapped, a worked Saturday.
type Exception struct {
	Date   Date
	Kind   DayKind
	Reason string // for people, Vietnamese: "Giỗ Tổ Hùng Vương"
	Source string // the law or notice it rests on, or that there is none yet
}

// Calendar knows which days are worked. It is immutable. A nil *Calendar and
// the zero Calendar know the weekly rule only.
type Calendar struct {
	exceptions []Exception // ascending by date, one per date
}

// New returns a calendar of the weekly rule (Monday to Friday) and exceptions
// to it, in any order. An exception may repeat the weekly rule, to give a
// Sunday a reason. New returns an [*Error] with
//   - [DuplicateDate] if two exceptions have the same date,
//   - [BadException] if a kind is neither [Off] nor [Worked],
//   - [ClosedTooLong] if more than [MaxClosure] consecutive days are off.
func New(exceptions []Exception) (*Calendar, error) {
	c := &Calendar{exceptions: slices.Clone(exceptions)}
	slices.SortFunc(c.exceptions, func(a, b Exception) int { return a.Date.Compare(b.Date) })
	for i, e := range c.exceptions {
		if e.Kind != Off && e.Kind != Worked {
			return nil, refuse(BadException, e.Date, "Ngày %s có loại %q; chỉ có thể là off hoặc worked.", e.Date.spoken(), e.Kind)
		}
		if i > 0 && c.exceptions[i-1].Date == e.Date {
			return nil, refuse(DuplicateDate, e.Date, "Ngày %s được khai báo hai lần.", e.Date.spoken())
		}
	}
	if err := c.checkClosures(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Calendar) checkClosures() error {
	for _, e := range c.exceptions {
		if e.Kind != Off {
			continue
		}
		last, next := c.PreviousWorkday(e.Date), c.NextWorkday(e.Date)
		if next.day-last.day-1 > MaxClosure {
			return refuse(ClosedTooLong, e.Date, "Lịch nghỉ liền từ %s đến %s, quá %d ngày.",
				last.Plus(1).spoken(), next.Plus(-1).spoken(), MaxClosure)
		}
	}
	return nil
}

// IsWorkday reports whether offices work on d.
func (c *Calendar) IsWorkday(d Date) bool {
	if e, found := c.exception(d); found {
		return e.Kind == Worked
	}
	return d.isWeekday()
}

// NextWorkday returns the first working day strictly after d.
func (c *Calendar) NextWorkday(d Date) Date { return c.step(d, +1) }

// PreviousWorkday returns the last working day strictly before d.
func (c *Calendar) PreviousWorkday(d Date) Date { return c.step(d, -1) }

// step walks to the nearest working day; it ends because the exceptions do.
func (c *Calendar) step(d Date, by int) Date {
	for d = d.Plus(by); !c.IsWorkday(d); d = d.Plus(by) {
	}
	return d
}

// Workdays returns the number of working days after from, up to and including
// to; it is negative if to is before from. Its cost does not grow with the
// distance but with the exceptions that lie between.
func (c *Calendar) Workdays(from, to Date) int {
	if to.Before(from) {
		return -c.Workdays(to, from)
	}
	days := to.Plus(1).weekdaysBefore() - from.Plus(1).weekdaysBefore()
	for _, e := range c.after(from) {
		switch {
		case to.Before(e.Date):
			return days
		case e.Kind == Worked && !e.Date.isWeekday():
			days++
		case e.Kind == Off && e.Date.isWeekday():
			days--
		}
	}
	return days
}

// Reason says, in Vietnamese, why d is what it is: the reason of its exception,
// "Nghỉ hằng tuần" for any other Saturday or Sunday, "Ngày nghỉ" for a day off
// that was given no reason, nothing for an ordinary working day.
func (c *Calendar) Reason(d Date) string {
	e, _ := c.exception(d)
	switch {
	case e.Reason != "":
		return e.Reason
	case c.IsWorkday(d):
		return ""
	case d.isWeekday():
		return "Ngày nghỉ"
	default:
		return "Nghỉ hằng tuần"
	}
}

// Exceptions returns a copy of the exceptions, ascending by date.
func (c *Calendar) Exceptions() []Exception {
	if c == nil {
		return nil
	}
	return slices.Clone(c.exceptions)
}

// exception returns the exception for d, if there is one.
func (c *Calendar) exception(d Date) (Exception, bool) {
	rest := c.after(d.Plus(-1))
	if len(rest) == 0 || rest[0].Date != d {
		return Exception{}, false
	}
	return rest[0], true
}

// after returns the exceptions later than d.
func (c *Calendar) after(d Date) []Exception {
	if c == nil {
		return nil
	}
	first, _ := slices.BinarySearchFunc(c.exceptions, d.Plus(1), func(e Exception, d Date) int {
		return e.Date.Compare(d)
	})
	return c.exceptions[first:]
}
