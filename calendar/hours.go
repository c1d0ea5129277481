package calendar

import (
	"strings"
	"time"
)

// session is one stretch of office hours, as durations since midnight: open
// included, end excluded.
type session struct{ open, end time.Duration }

func (s session) length() time.Duration { return s.end - s.open }

func (s session) String() string { return clockFace(s.open) + "-" + clockFace(s.end) }

// usual are the hours of the zero Hours; nothing changes them.
var usual = []session{{8 * time.Hour, 12 * time.Hour}, {13 * time.Hour, 17 * time.Hour}}

// Hours are the office hours of every working day of a unit, in local time of
// [Location]: one or more sessions, ascending, within one day. Hours are
// immutable and cheap to copy. The zero Hours are the usual ones, 08:00-12:00
// and 13:00-17:00.
type Hours struct {
	sessions []session // nil: usual
}

// DefaultHours returns the usual office hours, "08:00-12:00,13:00-17:00".
func DefaultHours() Hours { return Hours{sessions: usual} }

// ParseHours reads sessions such as "07:30-11:30,13:00-17:00", to the minute,
// between 00:00 and 23:59. It returns an [*Error] with [BadHours] if there is
// no session, if one cannot be read or does not end after it opens, or if one
// opens before the session in front of it has ended.
func ParseHours(text string) (Hours, error) {
	var sessions []session
	var free time.Duration // the day is still free from here on
	for part := range strings.SplitSeq(text, ",") {
		s, ok := parseSession(strings.TrimSpace(part))
		if !ok || s.open < free || s.end <= s.open {
			return Hours{}, refuse(BadHours, Date{},
				"Giờ làm việc %q không hợp lệ ở %q; hãy viết các buổi theo thứ tự, ví dụ 08:00-12:00,13:00-17:00.", text, part)
		}
		sessions, free = append(sessions, s), s.end
	}
	return Hours{sessions: sessions}, nil
}

func parseSession(text string) (session, bool) {
	from, to, found := strings.Cut(text, "-")
	open, errOpen := sinceMidnight(from)
	end, errEnd := sinceMidnight(to)
	return session{open, end}, found && errOpen == nil && errEnd == nil
}

const clockLayout = "15:04"

func sinceMidnight(text string) (time.Duration, error) {
	t, err := time.Parse(clockLayout, text)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err
}

func clockFace(d time.Duration) string { return time.Time{}.Add(d).Format(clockLayout) }

// String returns the form that [ParseHours] reads.
func (h Hours) String() string {
	parts := make([]string, len(h.list()))
	for i, s := range h.list() {
		parts[i] = s.String()
	}
	return strings.Join(parts, ",")
}

// PerDay returns the working time of one working day; half a working day is
// half of it.
func (h Hours) PerDay() time.Duration {
	var sum time.Duration
	for _, s := range h.list() {
		sum += s.length()
	}
	return sum
}

func (h Hours) list() []session {
	if h.sessions == nil {
		return usual
	}
	return h.sessions
}

// morning is the first session, whenever it is.
func (h Hours) morning() session { return h.list()[0] }

// closing is when the last session ends.
func (h Hours) closing() time.Duration { return h.list()[len(h.list())-1].end }

// workedBy returns how much working time of a day is over at a time of day.
func (h Hours) workedBy(at time.Duration) time.Duration {
	var sum time.Duration
	for _, s := range h.list() {
		sum += max(0, min(at, s.end)-s.open)
	}
	return sum
}

// earliest returns the first time of day by which worked is over, for worked in
// (0, PerDay]: the end of a session rather than the opening of the next.
func (h Hours) earliest(worked time.Duration) time.Duration {
	for _, s := range h.list() {
		if worked <= s.length() {
			return s.open + worked
		}
		worked -= s.length()
	}
	return h.closing()
}

// latest returns the last time of day at which no more than worked is over, for
// worked in [0, PerDay): the opening of a session rather than the end of the one
// before.
func (h Hours) latest(worked time.Duration) time.Duration {
	for _, s := range h.list() {
		if worked < s.length() {
			return s.open + worked
		}
		worked -= s.length()
	}
	return h.closing()
}

// opening returns the first time of day, not before at, when the office is
// open; false if it does not open any more that day.
func (h Hours) opening(at time.Duration) (time.Duration, bool) {
	for _, s := range h.list() {
		if at < s.end {
			return max(at, s.open), true
		}
	}
	return 0, false
}
