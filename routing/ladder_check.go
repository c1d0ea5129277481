package routing

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"congvan/calendar"
)

// deadlineKinds are all that a rung may be about.
var deadlineKinds = []DeadlineKind{AwaitNotice, AwaitPresenting, AwaitDirection, AwaitReceipt, AwaitReport, AwaitApproval, AwaitReturn, AwaitDecision}

var ladderCode = regexp.MustCompile(`^[a-z][a-z0-9-]{0,49}$`)

// The limits of a ladder.
const (
	maxRungs      = 64
	longestSpan   = 366 * 24 * time.Hour
	longestInDays = 366
)

// Check refuses a ladder that breaks a rule, naming every place: ErrField with
// fields like "receipt" or "rungs.3", the fourth rung.
func (l Ladder) Check() error {
	var bad fieldFaults
	if !ladderCode.MatchString(l.Code) {
		bad.add("code", "mã thang là chữ thường không dấu, số và gạch nối, bắt đầu bằng chữ, không quá 50 ký tự")
	}
	bad.text("name", l.Name, 1, maxField)
	l.checkTerms(&bad)
	if len(l.Rungs) > maxRungs {
		bad.add("rungs", fmt.Sprintf("không quá %d nấc", maxRungs))
		return bad.err()
	}
	steps := map[DeadlineKind]int{}
	for i, r := range l.Rungs {
		steps[r.Kind]++
		if sentence := r.fault(steps[r.Kind]); sentence != "" {
			bad.add(fmt.Sprintf("rungs.%d", i), sentence)
		}
	}
	if len(bad) == 0 {
		l.checkOrder(&bad)
	}
	return bad.err()
}

func (l Ladder) checkTerms(bad *fieldFaults) {
	for _, term := range []struct {
		name string
		span *Span
	}{
		{"registering", l.Registering}, {"notice", l.Notice}, {"presenting", l.Presenting}, {"direction", &l.Direction},
		{"receipt", &l.Receipt}, {"approval", &l.Approval}, {"return", l.Return}, {"decision", l.Decision},
	} {
		if term.span != nil && (!term.span.sane() || term.span.Days < 0 || term.span.length() < 0) {
			bad.add(term.name, "thời hạn không được âm, không quá 366 ngày, và chỉ tính theo một cách: ngày làm việc, giờ làm việc, liên tục hoặc ngay")
		}
	}
}

// sane says whether a span has one part and that is no longer than a year.
func (s Span) sane() bool {
	if s.parts() > 1 || s.Days > longestInDays || s.Days < -longestInDays {
		return false
	}
	return s.length() <= longestSpan && s.length() >= -longestSpan
}

// fault says what is wrong with a rung that is the step-th of its kind.
func (r Rung) fault(step int) string {
	switch {
	case !slices.Contains(deadlineKinds, r.Kind):
		return fmt.Sprintf("không có loại thời hạn %q", r.Kind)
	case r.Step != step:
		return fmt.Sprintf("nấc %d của %s phải là nấc %d", r.Step, r.Kind, step)
	case r.When == Span{}:
		// 0s reads as 0d, the end of that day's office hours, which is later than a
		// deadline at noon and no instant at all for a plain clock.
		return "nấc phải cách thời hạn một khoảng khác 0; đúng lúc hết hạn ghi là \"plain 1s\""
	case !r.When.sane():
		return "khoảng cách không quá 366 ngày và chỉ tính theo một cách"
	case len(r.Tell) == 0:
		return "nấc chưa báo cho ai"
	}
	seen := map[Audience]bool{}
	for _, a := range r.Tell {
		switch {
		case !slices.Contains(Audiences, a):
			return fmt.Sprintf("không có đối tượng %q", a)
		case !a.fits(r.Kind):
			return fmt.Sprintf("%s chưa có ai giao việc, nên không báo cho %q", r.Kind, a)
		case seen[a]:
			return fmt.Sprintf("đối tượng %q nêu hai lần", a)
		}
		seen[a] = true
	}
	for i, m := range r.Channels {
		if m != ByApp && m != ByMail || slices.Contains(r.Channels[:i], m) {
			return fmt.Sprintf("kênh %q không có hoặc nêu hai lần", m)
		}
	}
	return ""
}

// sampleDues are deadlines for which the rungs of a kind have to ascend: at
// opening, at closing, before lunch and before a weekend.
var sampleDues = []time.Time{
	time.Date(2001, 1, 8, 8, 0, 0, 0, calendar.Location), time.Date(2001, 1, 8, 17, 0, 0, 0, calendar.Location),
	time.Date(2001, 1, 12, 11, 30, 0, 0, calendar.Location), time.Date(2001, 1, 12, 17, 0, 0, 0, calendar.Location),
}

// checkOrder refuses a rung that does not ring after the one before it. Spans of
// different kinds have no order of their own, so they are compared as instants,
// in the usual working time, with a duty roster and without.
func (l Ladder) checkOrder(bad *fieldFaults) {
	for _, clock := range []calendar.Clock{{}, calendar.Clock{}.WithDuty(true)} {
		for _, due := range sampleDues {
			last := map[DeadlineKind]time.Time{}
			for i, r := range l.Rungs {
				at := r.When.After(due, clock)
				if before, ok := last[r.Kind]; ok && !at.After(before) {
					bad.add(fmt.Sprintf("rungs.%d", i), fmt.Sprintf("nấc %d của %s phải sau nấc trước, với mọi thời hạn (ví dụ %s)", r.Step, r.Kind, due.Format("15:04")))
				}
				last[r.Kind] = at
			}
		}
	}
}
