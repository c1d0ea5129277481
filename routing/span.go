package routing

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"congvan/calendar"
)

// Span is a length of time on a unit's clock. Exactly one part is set.
type Span struct {
	Days    int           // working days: to the end of office hours of that day
	Working time.Duration // working time
	Plain   time.Duration // plain time, day and night; for demos
	// Immediate is "ngay", for which the decree has no number (NĐ 30/2020, Điều
	// 4.2.c, 23.1, 24.2): plain time where the unit keeps a duty roster, working
	// time elsewhere.
	Immediate time.Duration
}

// After returns the instant that lies the span after from.
func (s Span) After(from time.Time, clock calendar.Clock) time.Time {
	switch {
	case s.Plain != 0:
		return from.Add(s.Plain)
	case s.Immediate != 0 && clock.OnDuty():
		return from.Add(s.Immediate)
	case s.Working != 0, s.Immediate != 0:
		return clock.Add(from, s.Working+s.Immediate)
	default:
		return clock.AddDays(from, s.Days)
	}
}

// MarshalJSON writes a span as "2d" (working days), "4h0m0s" (working time),
// "plain 5s" or "now 30m0s" (at once).
func (s Span) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

func (s Span) String() string {
	switch {
	case s.Plain != 0:
		return plainly + s.Plain.String()
	case s.Immediate != 0:
		return atOnce + s.Immediate.String()
	case s.Working != 0:
		return s.Working.String()
	default:
		return fmt.Sprintf("%dd", s.Days)
	}
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Span) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	*s = Span{}
	if n, err := fmt.Sscanf(text, "%dd", &s.Days); n == 1 && err == nil && fmt.Sprintf("%dd", s.Days) == text {
		return nil
	}
	s.Days = 0
	target := &s.Working
	if rest, ok := strings.CutPrefix(text, plainly); ok {
		target, text = &s.Plain, rest
	} else if rest, ok := strings.CutPrefix(text, atOnce); ok {
		target, text = &s.Immediate, rest
	}
	d, err := time.ParseDuration(text)
	if err == nil && d == 0 {
		err = fmt.Errorf("routing: span %q: zero is written as 0d, the end of the same day", text)
	}
	*target = d
	return err
}

// What stands before the length of a span that is not in working time.
const (
	plainly = "plain "
	atOnce  = "now "
)

// parts counts the parts of a span that are set.
func (s Span) parts() (n int) {
	for _, set := range []bool{s.Days != 0, s.Working != 0, s.Plain != 0, s.Immediate != 0} {
		if set {
			n++
		}
	}
	return n
}

// length is about how long a span is, in plain time, to tell the sane from the
// absurd.
func (s Span) length() time.Duration {
	return time.Duration(s.Days)*24*time.Hour + s.Working + s.Plain + s.Immediate
}
