package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/calendar"
)

func off(text string) calendar.Exception {
	return calendar.Exception{Date: date(text), Kind: calendar.Off, Reason: "Nghỉ"}
}

// closed are n days off in a row.
func closed(from string, n int) []calendar.Exception {
	days := make([]calendar.Exception, n)
	for i := range days {
		days[i] = calendar.Exception{Date: date(from).Plus(i), Kind: calendar.Off}
	}
	return days
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		exceptions []calendar.Exception
		code       calendar.Code
	}{
		"two exceptions for one date": {[]calendar.Exception{off("2026-11-24"), off("2026-01-01"), off("2026-11-24")}, calendar.DuplicateDate},
		"an unknown kind":             {[]calendar.Exception{{Date: date("2026-11-24"), Kind: "half"}}, calendar.BadException},
		"61 days off from a Monday":   {closed("2026-03-02", 61), calendar.ClosedTooLong},
		"61 with the weekend before":  {closed("2026-03-02", 59), calendar.ClosedTooLong},
		"a whole year":                {closed("2026-01-01", 365), calendar.ClosedTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := calendar.New(c.exceptions)
			require.ErrorIs(t, err, c.code)
			require.Nil(t, got)
		})
	}
}

func TestNewNamesTheDoubleDate(t *testing.T) {
	_, err := calendar.New([]calendar.Exception{off("2026-11-24"), off("2026-11-24")})
	var refusal *calendar.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, date("2026-11-24"), refusal.Date)
	require.Equal(t, "Ngày 24/11/2026 được khai báo hai lần.", refusal.Message)
	require.EqualError(t, err, "duplicate_date: Ngày 24/11/2026 được khai báo hai lần.")
}

func TestNewAcceptsSixtyDaysOff(t *testing.T) {
	// With the weekend before, Monday 02/03 to Tuesday 28/04/2026 makes 60.
	c, err := calendar.New(closed("2026-03-02", 58))
	require.NoError(t, err)
	require.Equal(t, date("2026-02-27"), c.PreviousWorkday(date("2026-04-01")))
	require.Equal(t, date("2026-04-29"), c.NextWorkday(date("2026-02-27")))
}

func TestWithoutExceptionsTheWeeklyRuleHolds(t *testing.T) {
	empty, err := calendar.New(nil)
	require.NoError(t, err)
	for name, c := range map[string]*calendar.Calendar{"empty": empty, "zero": {}, "nil": nil} {
		t.Run(name, func(t *testing.T) {
			require.True(t, c.IsWorkday(date("2026-11-24")))
			require.False(t, c.IsWorkday(date("2026-11-28")))
			require.Equal(t, date("2026-11-30"), c.NextWorkday(date("2026-11-27")))
			require.Equal(t, date("2026-11-27"), c.PreviousWorkday(date("2026-11-30")))
			require.Equal(t, 5, c.Workdays(date("2026-11-20"), date("2026-11-27")))
			require.Equal(t, "Nghỉ hằng tuần", c.Reason(date("2026-11-28")))
			require.Empty(t, c.Reason(date("2026-11-27")))
			require.Empty(t, c.Exceptions())
		})
	}
}

func TestCalendarIsImmutable(t *testing.T) {
	given := []calendar.Exception{off("2026-11-24"), off("2026-01-01")}
	c, err := calendar.New(given)
	require.NoError(t, err)
	require.Equal(t, date("2026-11-24"), given[0].Date, "the argument stays as it was")

	given[0].Kind = calendar.Worked
	c.Exceptions()[0].Kind = calendar.Worked
	require.Equal(t, []calendar.Exception{off("2026-01-01"), off("2026-11-24")}, c.Exceptions())
}

func TestReason(t *testing.T) {
	unnamed, err := calendar.New(closed("2026-11-24", 1))
	require.NoError(t, err)
	require.Equal(t, "Ngày nghỉ", unnamed.Reason(date("2026-11-24")))
	require.Equal(t, "Ngày Văn hóa Việt Nam", calendar.Vietnam().Reason(date("2026-11-24")))
	require.Equal(t, "Làm bù cho ngày 29/04/2024", calendar.Vietnam().Reason(date("2024-05-04")))
}

// daysOff and madeUp are the bold cells of the table of public holidays.
var daysOff = `
	2024-01-01 2024-02-08 2024-02-09 2024-02-12 2024-02-13 2024-02-14 2024-04-18 2024-04-29 2024-04-30 2024-05-01
	2024-09-02 2024-09-03
	2025-01-01 2025-01-27 2025-01-28 2025-01-29 2025-01-30 2025-01-31 2025-04-07 2025-04-30 2025-05-01 2025-05-02
	2025-09-01 2025-09-02
	2026-01-01 2026-01-02 2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20 2026-04-27 2026-04-30 2026-05-01
	2026-08-31 2026-09-01 2026-09-02 2026-11-24
	2027-01-01 2027-02-05 2027-02-08 2027-02-09 2027-02-10 2027-02-11 2027-04-16 2027-04-30 2027-05-03
	2027-09-02 2027-09-03 2027-11-24`

var madeUp = `2024-05-04 2025-04-26 2026-01-10 2026-08-22`

func TestVietnamIsTheTableOfPublicHolidays(t *testing.T) {
	var gotOff, gotWorked []string
	for _, e := range calendar.Vietnam().Exceptions() {
		weekend := e.Date.Weekday() == time.Saturday || e.Date.Weekday() == time.Sunday
		require.Equal(t, weekend, e.Kind == calendar.Worked, "%s only repeats the weekly rule", e.Date)
		require.NotEmpty(t, e.Reason, e.Date)
		require.NotEmpty(t, e.Source, e.Date)
		if e.Kind == calendar.Off {
			gotOff = append(gotOff, e.Date.String())
		} else {
			gotWorked = append(gotWorked, e.Date.String())
		}
	}
	require.Equal(t, strings.Fields(daysOff), gotOff)
	require.Equal(t, strings.Fields(madeUp), gotWorked)
}

func TestVietnamSaysWhatIsNotCertain(t *testing.T) {
	unverified := strings.Fields("2026-01-02 2026-01-10 2026-08-22 2026-08-31")
	for _, e := range calendar.Vietnam().Exceptions() {
		year, _, _ := e.Date.Civil()
		require.Equal(t, year == 2027, strings.Contains(e.Source, "chưa có thông báo chính thức"), e.Date)
		require.Equal(t, slices.Contains(unverified, e.Date.String()), strings.Contains(e.Source, "chưa kiểm chứng"), e.Date)
	}
}

func TestParseCSV(t *testing.T) {
	const header = "date,kind,reason,source\n"
	got, err := calendar.ParseCSV(strings.NewReader(header + "2026-11-24,off,\"Văn hóa, Việt Nam\",NQ\n2026-11-28,worked,Bù,\n"))
	require.NoError(t, err)
	require.Equal(t, []calendar.Exception{
		{Date: date("2026-11-24"), Kind: calendar.Off, Reason: "Văn hóa, Việt Nam", Source: "NQ"},
		{Date: date("2026-11-28"), Kind: calendar.Worked, Reason: "Bù"},
	}, got)

	for text, code := range map[string]calendar.Code{
		"":                            calendar.BadException,
		"2026-11-24,off,a,b\n":        calendar.BadException,
		header + "2026-11-24,off\n":   calendar.BadException,
		header + "24/11/2026,off,,\n": calendar.BadDate,
	} {
		_, err := calendar.ParseCSV(strings.NewReader(text))
		require.ErrorIs(t, err, code, text)
	}
}

// anyCalendar draws a calendar with up to 40 exceptions in two years.
func anyCalendar(t *rapid.T) *calendar.Calendar {
	start := date("2026-01-01")
	kinds := rapid.MapOfN(rapid.IntRange(0, 730), rapid.SampledFrom([]calendar.DayKind{calendar.Off, calendar.Worked}), 0, 40).Draw(t, "exceptions")
	exceptions := make([]calendar.Exception, 0, len(kinds))
	for day, kind := range kinds {
		exceptions = append(exceptions, calendar.Exception{Date: start.Plus(day), Kind: kind})
	}
	c, err := calendar.New(exceptions)
	if err != nil {
		t.Skip(err)
	}
	return c
}

func anyDate(t *rapid.T, label string) calendar.Date {
	return date("2025-12-01").Plus(rapid.IntRange(0, 800).Draw(t, label))
}

func TestWorkdaysCountsOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, from, days := anyCalendar(t), anyDate(t, "from"), rapid.IntRange(0, 400).Draw(t, "days")
		count := 0
		for i := 1; i <= days; i++ {
			if c.IsWorkday(from.Plus(i)) {
				count++
			}
		}
		require.Equal(t, count, c.Workdays(from, from.Plus(days)))
		require.Equal(t, -count, c.Workdays(from.Plus(days), from))
	})
}

func TestNextAndPreviousWorkdayAreNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, d := anyCalendar(t), anyDate(t, "date")
		next := c.NextWorkday(d)
		require.True(t, c.IsWorkday(next))
		require.True(t, d.Before(next))
		require.Equal(t, 1, c.Workdays(d, next))
		if c.IsWorkday(d) {
			require.Equal(t, d, c.PreviousWorkday(next))
		}
	})
}
