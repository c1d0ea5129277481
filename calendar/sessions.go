package calendar

import (
	"iter"
	"time"
)

// Session is one stretch of office hours on one working day.
type Session struct {
	Opens, Closes time.Time
	Before        time.Duration // working time of all sessions in front of it, from the first one of the row
}

// Sessions walks through the sessions of the working days from first to last,
// both included, in order. With them working time is a difference of two
// look-ups: what lies before an instant is Before of the last session that has
// opened by then, and what of that session is over.
func (c Clock) Sessions(first, last Date) iter.Seq[Session] {
	return func(yield func(Session) bool) {
		var before time.Duration
		for day := c.calendar.NextWorkday(first.Plus(-1)); !last.Before(day); day = c.calendar.NextWorkday(day) {
			for _, s := range c.hours.list() {
				if !yield(Session{Opens: at(day, s.open), Closes: at(day, s.end), Before: before}) {
					return
				}
				before += s.length()
			}
		}
	}
}

// On returns the same clock with another calendar.
func (c Clock) On(other *Calendar) Clock {
	c.calendar = other
	return c
}
