package routing

import "time"

// Period is a stretch of whole Vietnamese days: from the first instant of its
// first day until before the first instant of the day after its last.
type Period struct{ From, To time.Time }

// Reckoned is the instant as of which a period is told: its last microsecond, or
// now if it has not ended. What happens later changes nothing in it.
func (p Period) Reckoned(now time.Time) time.Time {
	if last := p.To.Add(-time.Microsecond); last.Before(now) {
		return last
	}
	return now
}

// TermOutcome is how a term ended.
type TermOutcome string

// The outcomes.
const (
	TermRuns     TermOutcome = ""         // it has not ended
	TermFinished TermOutcome = "finished" // a report was made, or the share ended with the document
	TermMoved    TermOutcome = "moved"    // another deadline took its place, or none
	TermOut      TermOutcome = "out"      // the share was withdrawn or handed over
)

// Term is a stretch in the life of a share that has to be reported, lead or
// execute: the time in which one deadline was in force, or none, because the
// clocks stood still or the share was returned. The terms of a share tell all
// that figures need to know of it, at any instant of the past as well.
type Term struct {
	AssignmentID ID
	UnitID       ID
	Since, Until time.Time // Until is zero while it runs
	Due          time.Time // zero: none was in force
	Outcome      TermOutcome
	// NextSince is when something else began to be true of the share; zero: this
	// is the last word on it.
	NextSince time.Time
}

// Tells says whether the term is what is to be said of its share at an instant.
func (t Term) Tells(at time.Time) bool {
	return !t.Since.After(at) && (t.NextSince.IsZero() || at.Before(t.NextSince))
}

// Bucket is the column of the summary of results (báo cáo tổng hợp kết quả xử lý,
// VBDEN07) in which a share is counted.
type Bucket string

// The buckets. Each share of a period is in exactly one, so they add up to the
// total. Overdue is judged by the deadline in force at the time.
const (
	InNone       Bucket = ""
	Running      Bucket = "running"        // đang xử lý, còn trong hạn hoặc không có hạn
	DoneInTime   Bucket = "done-in-time"   // đã xử lý đúng hạn
	DoneLate     Bucket = "done-late"      // đã xử lý quá hạn
	OverdueSince Bucket = "overdue-before" // quá hạn từ trước kỳ báo cáo
	OverdueNew   Bucket = "overdue-within" // quá hạn trong kỳ báo cáo
)

// Buckets are all of them, in the order of the columns.
var Buckets = []Bucket{Running, DoneInTime, DoneLate, OverdueSince, OverdueNew}

// Bucket finds the column of a term in a period: of what was open in it or was
// finished in it, as of [Period.Reckoned]. What had been finished before, what had
// been taken away, and what the term does not tell is in none.
func (t Term) Bucket(p Period, now time.Time) Bucket {
	at := p.Reckoned(now)
	if at.Before(p.From) || !t.Tells(at) {
		return InNone
	}
	if t.Outcome == TermRuns || at.Before(t.Until) {
		switch {
		case t.Due.IsZero() || !t.Due.Before(at):
			return Running
		case t.Due.Before(p.From):
			return OverdueSince
		default:
			return OverdueNew
		}
	}
	switch {
	case t.Outcome != TermFinished || t.Until.Before(p.From):
		return InNone
	case t.Due.IsZero() || !t.Until.After(t.Due):
		return DoneInTime
	default:
		return DoneLate
	}
}

// Summary counts the shares of a unit in a period by bucket.
type Summary struct {
	UnitID                                                  ID
	Running, DoneInTime, DoneLate, OverdueSince, OverdueNew int
}

// Total is the sum of all buckets.
func (s Summary) Total() int {
	return s.Running + s.DoneInTime + s.DoneLate + s.OverdueSince + s.OverdueNew
}

// of is where the shares of a bucket are counted; nil for none.
func (s *Summary) of(b Bucket) *int {
	switch b {
	case Running:
		return &s.Running
	case DoneInTime:
		return &s.DoneInTime
	case DoneLate:
		return &s.DoneLate
	case OverdueSince:
		return &s.OverdueSince
	case OverdueNew:
		return &s.OverdueNew
	}
	return nil
}

// Add counts n shares more.
func (s *Summary) Add(b Bucket, n int) {
	if count := s.of(b); count != nil {
		*count += n
	}
}

// Join adds the shares of another summary.
func (s *Summary) Join(o Summary) {
	for _, b := range Buckets {
		s.Add(b, o.Of(b))
	}
}

// Of is how many shares are in a bucket.
func (s Summary) Of(b Bucket) int {
	if count := s.of(b); count != nil {
		return *count
	}
	return 0
}
