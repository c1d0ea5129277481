package ui

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/routing"
)

// Day is a day as people here write it: 05/02/2026. Empty for no instant.
func Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Location).Format("02/01/2006")
}

// Moment is an instant: 05/02/2026 14:30, in Vietnamese time.
func Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Location).Format("02/01/2006 15:04")
}

// Clock is the time of day of an instant: 14:30.
func Clock(t time.Time) string { return t.In(calendar.Location).Format("15:04") }

// PlainDay shows a day that is kept as 2006-01-02: 02/01/2006.
func PlainDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("02/01/2006")
}

// Number is a number with points between thousands: 1.234.
func Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var parts []string
	for len(digits) > 3 {
		parts = append([]string{digits[len(digits)-3:]}, parts...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, parts...), ".")
}

// countLimit is how far lists are counted.
const countLimit = 1000

// Count is how many things there are: beyond a thousand nobody counted.
func Count(ctx context.Context, n int) string {
	if n > countLimit {
		return T(ctx, "hơn %s", Number(countLimit))
	}
	return Number(n)
}

// Size is a number of bytes as people say it: 1,4 MB.
func Size(bytes int64) string {
	switch {
	case bytes >= 1<<20:
		return strings.Replace(fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20)), ".", ",", 1)
	case bytes >= 1<<10:
		return fmt.Sprintf("%d kB", bytes>>10)
	default:
		return fmt.Sprintf("%d B", bytes)
	}
}

// Until says how far a deadline is: "còn 2 ngày", "quá hạn 3 ngày". It counts
// Vietnamese calendar days, hours within one day. Empty for no deadline.
func Until(ctx context.Context, due, now time.Time) string {
	if due.IsZero() {
		return ""
	}
	days := calendarDays(now, due)
	left := due.Sub(now)
	switch {
	case left < 0 && days == 0:
		return T(ctx, "quá hạn %s", span(ctx, -left))
	case left < 0:
		return T(ctx, "quá hạn %d ngày", -days)
	case days == 0:
		return T(ctx, "còn %s", span(ctx, left))
	case days == 1:
		return T(ctx, "đến hạn ngày mai")
	default:
		return T(ctx, "còn %d ngày", days)
	}
}

func span(ctx context.Context, d time.Duration) string {
	if d < time.Hour {
		return T(ctx, "%d phút", max(1, int(d/time.Minute)))
	}
	return T(ctx, "%d giờ", int(d/time.Hour))
}

func calendarDays(from, to time.Time) int {
	a, b := from.In(calendar.Location), to.In(calendar.Location)
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(midnight(b).Sub(midnight(a)) / (24 * time.Hour))
}

// SoonWithin is how long before its deadline something counts as due soon.
const SoonWithin = 24 * time.Hour

// DueClass is the colour of a deadline: late, soon or neither. The words of
// Until stand beside it: nothing is said by colour alone.
func DueClass(due, now time.Time) string {
	switch {
	case due.IsZero():
		return ""
	case due.Before(now):
		return "due-late"
	case due.Sub(now) <= SoonWithin:
		return "due-soon"
	default:
		return "due-fine"
	}
}

// Code is the number and notation of a document as they are printed: 15/KH-UBND.
func Code(r routing.Registration) string {
	switch {
	case r.CodeNumber == "":
		return r.CodeNotation
	case r.CodeNotation == "":
		return r.CodeNumber
	default:
		return r.CodeNumber + "/" + r.CodeNotation
	}
}

// UrgencyName is a level of urgency as it is stamped.
func UrgencyName(u routing.Urgency) string {
	return map[routing.Urgency]string{routing.Normal: "Thường", routing.Urgent: "Khẩn", routing.VeryUrgent: "Thượng khẩn", routing.Express: "Hoả tốc"}[u]
}

// RoleName is what a recipient is asked for.
func RoleName(r routing.Role) string {
	return map[routing.Role]string{routing.Lead: "Chủ trì", routing.Coordinate: "Phối hợp", routing.Execute: "Thực hiện", routing.Inform: "Để biết"}[r]
}

// OfficeName is what an office is called.
func OfficeName(o routing.Office) string {
	return map[routing.Office]string{
		routing.Chairman: "Chủ tịch", routing.Deputy: "Phó Chủ tịch", routing.Chief: "Chánh Văn phòng", routing.Head: "Thủ trưởng đơn vị",
		routing.Clerk: "Văn thư", routing.Officer: "Chuyên viên", routing.Inspector: "Thanh tra", routing.Admin: "Quản trị",
	}[o]
}
