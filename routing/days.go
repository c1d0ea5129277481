package routing

import (
	"errors"
	"fmt"
	"slices"

	"congvan/calendar"
)

// DayChange makes a day of the calendar something else.
type DayChange struct {
	Day    calendar.Date    `json:"day"`
	Kind   calendar.DayKind `json:"kind"` // empty: what the weekly rule makes of it
	Reason string           `json:"reason"`
}

// MaxDayChanges is how many days may be changed at once: a whole year.
const MaxDayChanges = 366

// MayChangeCalendar says who changes the days off and worked days: the
// administrator of the organ at the top, for all units.
func (a Actor) MayChangeCalendar() bool { return a.may(ToChangeCalendar, nil, a.toAll()...) }

// MayPreviewCalendar says who sees what a change of the calendar would move:
// who may change it, and the leaders and the clerk of the organ at the top.
func (a Actor) MayPreviewCalendar() bool {
	return a.may(ToPreviewCalendar, nil, a.toAll()...)
}

// ChangeDays applies changes to the days that differ from the weekly rule. It
// refuses what is no change, what lies before today (2006-01-02), because work
// was done and judged by it, and a closure that is too long. source names the
// notice that the changes rest on.
func ChangeDays(present []calendar.Exception, changes []DayChange, source string, today calendar.Date) (*calendar.Calendar, error) {
	var bad fieldFaults
	bad.text("source", source, 1, maxReason)
	if len(changes) == 0 || len(changes) > MaxDayChanges {
		bad.add("changes", fmt.Sprintf("hãy nêu từ 1 đến %d ngày", MaxDayChanges))
		return nil, bad.err()
	}
	old, err := calendar.New(present)
	if err != nil {
		return nil, err
	}
	seen := map[calendar.Date]bool{}
	for _, c := range changes {
		c.check(&bad, old, seen, today)
		seen[c.Day] = true
	}
	if err := bad.err(); err != nil {
		return nil, err
	}
	days := slices.DeleteFunc(slices.Clone(present), func(d calendar.Exception) bool { return seen[d.Date] })
	for _, c := range changes {
		if c.Kind != "" {
			days = append(days, calendar.Exception{Date: c.Day, Kind: c.Kind, Reason: c.Reason, Source: source})
		}
	}
	changed, err := calendar.New(days)
	var refusal *calendar.Error
	if errors.As(err, &refusal) {
		return nil, ErrField.With("fields", map[string]string{"changes": refusal.Message})
	}
	return changed, err
}

// check collects what is wrong with one change, under its day.
func (c DayChange) check(bad *fieldFaults, old *calendar.Calendar, seen map[calendar.Date]bool, today calendar.Date) {
	field := "changes." + c.Day.String()
	bad.text(field, c.Reason, 1, maxReason)
	weekly := !slices.Contains([]calendar.DayKind{calendar.Off, calendar.Worked}, c.Kind)
	works := c.Kind == calendar.Worked || weekly && (*calendar.Calendar)(nil).IsWorkday(c.Day)
	switch {
	case weekly && c.Kind != "":
		bad.add(field, "loại ngày là off (nghỉ), worked (làm việc) hoặc để trống (theo tuần)")
	case seen[c.Day]:
		bad.add(field, "mỗi ngày chỉ nêu một lần")
	case c.Day.Before(today):
		bad.add(field, "không đổi ngày đã qua")
	case c.Day.String() > farthest(today.String()):
		bad.add(field, "ngày quá xa; hãy chọn trong vòng 10 năm")
	case works == old.IsWorkday(c.Day):
		bad.add(field, "ngày này vốn đã như vậy")
	}
}
