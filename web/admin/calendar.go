package admin

import (
	"strconv"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

const navCalendar = "/admin/calendar"

// month is a month as a table of weeks from Monday; a zero date is a place that
// belongs to another month.
type month struct {
	Number int
	Weeks  [][7]calendar.Date
}

// yearView is what the page of a year shows.
type yearView struct {
	Year     int
	Today    calendar.Date
	Months   []month
	Calendar *calendar.Calendar
	Kinds    map[calendar.Date]calendar.DayKind
	Listed   []calendar.Exception // of the year
	Versions []postgres.CalendarVersion
	Changes  bool
}

func showCalendar(v *visit.Visit) error {
	_, days, err := v.Desk().Calendar(v.Context())
	if err != nil {
		return err
	}
	versions, err := v.Desk().CalendarVersions(v.Context())
	if err != nil {
		return err
	}
	x := yearView{Today: today(v), Versions: versions, Changes: v.Actor.MayChangeCalendar(), Kinds: map[calendar.Date]calendar.DayKind{}}
	x.Year, _, _ = x.Today.Civil()
	if year, err := strconv.Atoi(v.Query("year")); err == nil && year >= 2000 && year <= 2100 {
		x.Year = year
	}
	if x.Calendar, err = calendar.New(days); err != nil {
		return err
	}
	for _, d := range days {
		if year, _, _ := d.Date.Civil(); year == x.Year {
			x.Listed = append(x.Listed, d)
			x.Kinds[d.Date] = d.Kind
		}
	}
	for n := 1; n <= 12; n++ {
		x.Months = append(x.Months, monthOf(x.Year, n))
	}
	return v.Show(ui.Page{Title: "Lịch làm việc", Nav: navCalendar, Wide: true}, year(x))
}

// monthOf lays the days of a month into weeks from Monday.
func monthOf(year, number int) month {
	m := month{Number: number}
	day, next := calendar.NewDate(year, time.Month(number), 1), calendar.NewDate(year, time.Month(number+1), 1)
	for day.Before(next) {
		var week [7]calendar.Date
		for at := (int(day.Weekday()) + 6) % 7; at < 7 && day.Before(next); at++ {
			week[at], day = day, day.Plus(1)
		}
		m.Weeks = append(m.Weeks, week)
	}
	return m
}

// dayClass is how a day looks; its title says the same in words.
func (x yearView) dayClass(day calendar.Date) string {
	class := ""
	switch {
	case x.Kinds[day] == calendar.Worked:
		class = "worked"
	case x.Kinds[day] == calendar.Off:
		class = "off"
	case !x.Calendar.IsWorkday(day):
		class = "weekend"
	}
	if day == x.Today {
		class += " today"
	}
	return class
}

func weekdayName(d calendar.Date) string {
	return [...]string{"CN", "T2", "T3", "T4", "T5", "T6", "T7"}[d.Weekday()]
}

// kindOfDay is what a day is called.
func kindOfDay(k calendar.DayKind) string {
	switch k {
	case calendar.Off:
		return "nghỉ"
	case calendar.Worked:
		return "làm việc"
	default:
		return "như thường lệ"
	}
}

// dayRows are the rows of the form: each is a day, or all from one day to another.
const dayRows = 6

func dayField(row int, name string) string { return "days." + strconv.Itoa(row) + "." + name }

func daysForm(v *visit.Visit, status int, f inputs.Form) error {
	if !v.Actor.MayChangeCalendar() {
		return routing.ErrNotAllowed
	}
	return v.ShowAs(status, ui.Page{Title: "Đổi lịch làm việc", Nav: navCalendar}, daysPage(f))
}

func showDays(v *visit.Visit) error {
	if day, err := calendar.Parse(v.Query("day")); err == nil {
		return daysForm(v, 200, inputs.New(dayField(0, "from"), ui.PlainDay(day.String())))
	}
	return daysForm(v, 200, inputs.Form{})
}

func editDays(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	return daysForm(v, 200, inputs.Typed(v, nil))
}

// readDays reads the changes; a row without a day is none.
func readDays(v *visit.Visit) (out []routing.DayChange, err error) {
	faults := map[string]string{}
	for row := range dayRows {
		typed := v.Value(dayField(row, "from"))
		if typed == "" {
			continue
		}
		first, ok := dayTyped(v, typed)
		last, ok2 := first, true
		if typed := v.Value(dayField(row, "to")); typed != "" {
			last, ok2 = dayTyped(v, typed)
		}
		if !ok || !ok2 || last.Before(first) {
			faults["days."+strconv.Itoa(row)] = "ngày ghi theo dạng 05/02/2026, ngày cuối không trước ngày đầu"
			continue
		}
		for day := first; !last.Before(day) && len(out) <= routing.MaxDayChanges; day = day.Plus(1) {
			out = append(out, routing.DayChange{Day: day, Kind: calendar.DayKind(v.Value(dayField(row, "kind"))), Reason: v.Value(dayField(row, "reason"))})
		}
	}
	if len(faults) > 0 {
		return nil, routing.ErrField.With("fields", faults)
	}
	return out, nil
}

func dayTyped(v *visit.Visit, typed string) (calendar.Date, bool) {
	plain, ok := visit.ParseDay(typed, v.Now())
	day, err := calendar.Parse(plain)
	return day, ok && err == nil
}

// previewView is what would move.
type previewView struct {
	desk.CalendarPreview
	Changes []routing.DayChange
	Form    inputs.Form
}

// previewDays shows which deadlines would move, and changes nothing.
func previewDays(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	changes, err := readDays(v)
	var found desk.CalendarPreview
	if err == nil {
		found, err = v.Desk().PreviewCalendar(v.Context(), v.Actor, changes, v.Value("source"))
	}
	if err != nil {
		return v.Again(inDays(err), func(fault *routing.Error, status int) error { return daysForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Show(ui.Page{Title: "Xem trước lịch làm việc", Nav: navCalendar}, preview(previewView{found, changes, inputs.Typed(v, nil)}))
}

func changeDays(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	changes, err := readDays(v)
	if err == nil {
		_, err = v.Desk().ChangeCalendar(v.Context(), v.Actor, changes, v.Value("source"), req)
	}
	if err != nil {
		return v.Again(inDays(err), func(fault *routing.Error, status int) error { return daysForm(v, status, inputs.Typed(v, fault)) })
	}
	at := navCalendar
	if len(changes) > 0 {
		year, _, _ := changes[0].Day.Civil()
		at += "?year=" + strconv.Itoa(year)
	}
	return v.Go(at, "saved")
}

// inDays lets a refusal name the days as people write them.
func inDays(err error) error {
	return inputs.Rename(err, func(field string) string {
		if day, ok := strings.CutPrefix(field, "changes."); ok {
			return ui.PlainDay(day)
		}
		return field
	})
}

// hiddenDays are the names of everything that the form of days holds.
func hiddenDays() (out []string) {
	for row := range dayRows {
		for _, name := range []string{"from", "to", "kind", "reason"} {
			out = append(out, dayField(row, name))
		}
	}
	return append(out, "source")
}
