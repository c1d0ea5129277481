package calendar_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/calendar"
)

// office is the clock of a usual office in Vietnam.
var office = calendar.NewClock(calendar.Vietnam(), calendar.DefaultHours())

// at asserts the instant and that it is given in Vietnamese time.
func at(t require.TestingT, want string, got time.Time, about ...any) {
	require.Equal(t, instant(want).Format(time.DateTime), got.Format(time.DateTime), about...)
	require.Equal(t, calendar.Location, got.Location(), about...)
}

func TestAddDays(t *testing.T) {
	for name, c := range map[string]struct {
		from string
		n    int
		want string
	}{
		"over Ngày Văn hóa Việt Nam":           {"2026-11-23 17:00", 1, "2026-11-25 17:00"},
		"the hour of the event does not count": {"2026-11-23 08:00", 1, "2026-11-25 17:00"},
		"nor does arriving after closing":      {"2026-11-23 20:00", 1, "2026-11-25 17:00"},
		"nor does arriving on a day off":       {"2026-11-24 10:00", 1, "2026-11-25 17:00"},
		"a Saturday: Monday is day 1":          {"2026-11-21 10:00", 1, "2026-11-23 17:00"},
		"two days":                             {"2026-11-23 09:00", 2, "2026-11-26 17:00"},
		"five days over a weekend":             {"2026-11-25 09:00", 5, "2026-12-02 17:00"},
		"over Tết 2024":                        {"2024-02-07 16:00", 1, "2024-02-15 17:00"},
		"over Tết 2025":                        {"2025-01-24 16:00", 1, "2025-02-03 17:00"},
		"over Tết 2026":                        {"2026-02-13 16:00", 1, "2026-02-23 17:00"},
		"five days over Tết 2026":              {"2026-02-12 09:00", 5, "2026-02-26 17:00"},
		"over Tết 2027 as the law has it":      {"2027-02-04 09:00", 1, "2027-02-12 17:00"},
		"to the worked Saturday 04/05/2024":    {"2024-05-03 09:00", 1, "2024-05-04 17:00"},
		"from the worked Saturday":             {"2024-05-04 09:00", 1, "2024-05-06 17:00"},
		"over 30/4/2024":                       {"2024-04-26 09:00", 1, "2024-05-02 17:00"},
		"to the worked Saturday 26/04/2025":    {"2025-04-25 09:00", 1, "2025-04-26 17:00"},
		"over 30/4/2025":                       {"2025-04-29 09:00", 1, "2025-05-05 17:00"},
		"to the worked Saturday 22/08/2026":    {"2026-08-21 09:00", 1, "2026-08-22 17:00"},
		"past the worked Saturday 22/08/2026":  {"2026-08-21 09:00", 2, "2026-08-24 17:00"},
		"over Quốc khánh 2026":                 {"2026-08-28 09:00", 1, "2026-09-03 17:00"},
		"over New Year 2025":                   {"2024-12-31 09:00", 1, "2025-01-02 17:00"},
		"over New Year 2026":                   {"2025-12-31 09:00", 1, "2026-01-05 17:00"},
		"over New Year 2027":                   {"2026-12-31 09:00", 1, "2027-01-04 17:00"},
		"same day, in the morning":             {"2026-11-23 09:00", 0, "2026-11-23 17:00"},
		"same day, before opening":             {"2026-11-23 06:00", 0, "2026-11-23 17:00"},
		"same day, at lunch":                   {"2026-11-23 12:30", 0, "2026-11-23 17:00"},
		"same day, at closing sharp":           {"2026-11-23 17:00", 0, "2026-11-23 17:00"},
		"same day, a second after closing":     {"2026-11-23 17:00:01", 0, "2026-11-25 17:00"},
		"same day, on a day off":               {"2026-11-24 09:00", 0, "2026-11-25 17:00"},
		"same day, on a worked Saturday":       {"2024-05-04 09:00", 0, "2024-05-04 17:00"},
		"a day before":                         {"2026-11-25 09:00", -1, "2026-11-23 17:00"},
		"two days before, over a weekend":      {"2026-11-25 09:00", -2, "2026-11-20 17:00"},
		"a day before a day off":               {"2026-11-24 09:00", -1, "2026-11-23 17:00"},
	} {
		t.Run(name, func(t *testing.T) {
			at(t, c.want, office.AddDays(instant(c.from), c.n))
			at(t, c.want, office.AddDays(instant(c.from).UTC(), c.n), "the same from UTC")
		})
	}
}

func TestAdd(t *testing.T) {
	for name, c := range map[string]struct {
		from string
		d    time.Duration
		want string
	}{
		"within a session":                       {"2026-11-23 08:30", 30 * time.Minute, "2026-11-23 09:00"},
		"to the end of the morning":              {"2026-11-23 08:00", 4 * time.Hour, "2026-11-23 12:00"},
		"over lunch":                             {"2026-11-23 11:45", 30 * time.Minute, "2026-11-23 13:15"},
		"to closing, not to the next morning":    {"2026-11-23 16:00", time.Hour, "2026-11-23 17:00"},
		"a whole day":                            {"2026-11-23 08:00", 8 * time.Hour, "2026-11-23 17:00"},
		"a second after closing":                 {"2026-11-23 17:00", time.Second, "2026-11-25 08:00:01"},
		"from lunch":                             {"2026-11-23 12:30", time.Hour, "2026-11-23 14:00"},
		"from before opening":                    {"2026-11-23 05:00", time.Hour, "2026-11-23 09:00"},
		"from the evening":                       {"2026-11-23 21:00", time.Hour, "2026-11-25 09:00"},
		"from a Sunday":                          {"2026-11-22 10:00", 30 * time.Minute, "2026-11-23 08:30"},
		"hoả tốc, the Friday before Tết 2026":    {"2026-02-13 16:55", 30 * time.Minute, "2026-02-23 08:25"},
		"hoả tốc, the Friday before Tết 2025":    {"2025-01-24 16:55", 30 * time.Minute, "2025-02-03 08:25"},
		"hoả tốc, before a worked Saturday":      {"2026-08-21 16:55", 30 * time.Minute, "2026-08-22 08:25"},
		"over the year's end":                    {"2026-12-31 16:00", 2 * time.Hour, "2027-01-04 09:00"},
		"five days":                              {"2026-11-23 10:00", 40 * time.Hour, "2026-12-01 10:00"},
		"nothing, in office hours":               {"2026-11-23 10:00", 0, "2026-11-23 10:00"},
		"nothing, on a Sunday":                   {"2026-11-22 10:00", 0, "2026-11-22 10:00"},
		"back within a session":                  {"2026-11-23 10:00", -time.Hour, "2026-11-23 09:00"},
		"back to opening, not to Friday evening": {"2026-11-23 10:00", -2 * time.Hour, "2026-11-23 08:00"},
		"back over lunch":                        {"2026-11-23 13:15", -30 * time.Minute, "2026-11-23 11:45"},
		"back to the afternoon's opening":        {"2026-11-23 17:00", -4 * time.Hour, "2026-11-23 13:00"},
		"back over a day off":                    {"2026-11-25 08:30", -time.Hour, "2026-11-23 16:30"},
		"back from a Sunday":                     {"2026-11-22 10:00", -time.Hour, "2026-11-20 16:00"},
		"back over Tết 2026":                     {"2026-02-23 08:25", -30 * time.Minute, "2026-02-13 16:55"},
		"back two whole days":                    {"2026-11-26 17:00", -16 * time.Hour, "2026-11-25 08:00"},
	} {
		t.Run(name, func(t *testing.T) {
			at(t, c.want, office.Add(instant(c.from), c.d))
			at(t, c.want, office.Add(instant(c.from).UTC(), c.d), "the same from UTC")
		})
	}
}

func TestBetween(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		want time.Duration
	}{
		"within a session":      {"2026-11-23 08:30", "2026-11-23 09:00", 30 * time.Minute},
		"over lunch":            {"2026-11-23 11:00", "2026-11-23 14:00", 2 * time.Hour},
		"over a day off":        {"2026-11-23 16:00", "2026-11-25 09:00", 2 * time.Hour},
		"out of hours":          {"2026-11-23 18:00", "2026-11-25 07:00", 0},
		"a week":                {"2026-11-16 08:00", "2026-11-23 08:00", 40 * time.Hour},
		"with a Saturday":       {"2026-08-17 08:00", "2026-08-24 08:00", 48 * time.Hour},
		"over Tết":              {"2026-02-13 16:00", "2026-02-23 09:00", 2 * time.Hour},
		"backwards is negative": {"2026-11-23 09:00", "2026-11-23 08:30", -30 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, office.Between(instant(c.a), instant(c.b).UTC()))
		})
	}
}

func TestBetweenStaysInRange(t *testing.T) {
	long := office.Between(time.Time{}, instant("2026-11-23 08:00"))
	require.Greater(t, long, time.Duration(math.MaxInt64)-24*time.Hour)
	require.Less(t, office.Between(instant("2026-11-23 08:00"), time.Time{}), time.Duration(math.MinInt64)+24*time.Hour)
}

func TestAddTakesTheLongestDurations(t *testing.T) {
	from := instant("2026-11-23 10:00")
	require.True(t, office.Add(from, math.MaxInt64).After(from))
	require.True(t, office.Add(from, math.MinInt64).Before(from))
}

func TestOnDate(t *testing.T) {
	due, err := office.OnDate(date("2026-11-23"))
	require.NoError(t, err)
	at(t, "2026-11-23 17:00", due)

	_, err = office.OnDate(date("2026-11-24"))
	require.ErrorIs(t, err, calendar.NotWorkday)
	var refusal *calendar.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, date("2026-11-24"), refusal.Date)
	require.Equal(t, date("2026-11-25"), refusal.Next)
	require.Equal(t, "Ngày 24/11/2026 là ngày nghỉ (Ngày Văn hóa Việt Nam); ngày làm việc tiếp theo là 25/11/2026.", refusal.Message)
}

func TestEndsOfDayFollowTheHours(t *testing.T) {
	summer := calendar.NewClock(calendar.Vietnam(), hours("07:00-11:30,13:30-17:00"))
	at(t, "2026-11-23 17:00", summer.EndOfDay(date("2026-11-23")))
	at(t, "2026-11-23 11:30", summer.EndOfMorning(date("2026-11-23")))
	at(t, "2026-11-23 12:00", office.EndOfMorning(date("2026-11-23")))
	require.Equal(t, "07:00-11:30,13:30-17:00", summer.Hours().String())
	require.Equal(t, calendar.Vietnam(), summer.Calendar())
}

func TestOpening(t *testing.T) {
	for text, next := range map[string]string{
		"2026-11-23 07:59": "2026-11-23 08:00",
		"2026-11-23 08:00": "2026-11-23 08:00",
		"2026-11-23 11:59": "2026-11-23 11:59",
		"2026-11-23 12:00": "2026-11-23 13:00",
		"2026-11-23 16:59": "2026-11-23 16:59",
		"2026-11-23 17:00": "2026-11-25 08:00",
		"2026-11-24 10:00": "2026-11-25 08:00",
		"2026-08-22 10:00": "2026-08-22 10:00",
		"2026-02-13 17:00": "2026-02-23 08:00",
	} {
		at(t, next, office.NextOpening(instant(text).UTC()), text)
		require.Equal(t, text == next, office.IsOpen(instant(text).UTC()), text)
	}
}

func TestZeroClockKnowsTheWeeklyRule(t *testing.T) {
	at(t, "2026-11-24 17:00", calendar.Clock{}.AddDays(instant("2026-11-23 09:00"), 1))
	at(t, "2026-11-24 09:00", calendar.Clock{}.Add(instant("2026-11-23 16:00"), 2*time.Hour))
}

func anyClock(t *rapid.T) calendar.Clock {
	return calendar.NewClock(anyCalendar(t), anyHours(t))
}

func anyInstant(t *rapid.T, label string) time.Time {
	start := time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)
	// Whole minutes half of the time, so that session ends are really hit.
	unit := rapid.SampledFrom([]time.Duration{time.Minute, time.Nanosecond}).Draw(t, label+" unit")
	length := 800 * 24 * time.Hour
	return start.Add(time.Duration(rapid.Int64Range(0, int64(length/unit)).Draw(t, label)) * unit)
}

func anyTerm(t *rapid.T, label string) time.Duration {
	unit := rapid.SampledFrom([]time.Duration{time.Minute, time.Nanosecond}).Draw(t, label+" unit")
	return time.Duration(rapid.Int64Range(0, int64(500*time.Hour/unit)).Draw(t, label)) * unit
}

func TestBetweenMeasuresWhatAddAdds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, from, d := anyClock(t), anyInstant(t, "from"), anyTerm(t, "d")
		require.Equal(t, d, c.Between(from, c.Add(from, d)))
		require.Equal(t, -d, c.Between(from, c.Add(from, -d)))
	})
}

func TestAddLandsOnTheFirstInstantThatWillDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, from, d := anyClock(t), anyInstant(t, "from"), 1+anyTerm(t, "d")
		require.Equal(t, d-1, c.Between(from, c.Add(from, d).Add(-1)), "a nanosecond earlier is too early")
		require.Equal(t, 1-d, c.Between(from, c.Add(from, -d).Add(1)), "backwards: a nanosecond later is too late")
	})
}

func TestAddIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyClock(t)
		from, d := anyInstant(t, "from"), anyTerm(t, "d")-250*time.Hour
		later, longer := from.Add(anyTerm(t, "later")), d+anyTerm(t, "longer")
		require.False(t, c.Add(later, d).Before(c.Add(from, d)), "in the instant")
		require.False(t, c.Add(from, longer).Before(c.Add(from, d)), "in the term")
	})
}

func TestAddMayBeTakenInSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, from := anyClock(t), anyInstant(t, "from")
		first, second := anyTerm(t, "first"), 1+anyTerm(t, "second")
		require.Equal(t, c.Add(from, first+second), c.Add(c.Add(from, first), second))
	})
}

func TestBetweenIsAdditive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := anyClock(t)
		a, b, c := anyInstant(t, "a"), anyInstant(t, "b"), anyInstant(t, "c")
		require.Equal(t, clock.Between(a, c), clock.Between(a, b)+clock.Between(b, c))
		require.Equal(t, clock.Between(a, b), -clock.Between(b, a))
	})
}

// The oracle: count the open minutes one by one, which the code never does.
func TestBetweenCountsTheOpenMinutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyClock(t)
		a := anyInstant(t, "a").Truncate(time.Minute)
		minutes := rapid.IntRange(0, 3*24*60).Draw(t, "minutes")
		var open time.Duration
		for i := range minutes {
			if c.IsOpen(a.Add(time.Duration(i) * time.Minute)) {
				open += time.Minute
			}
		}
		require.Equal(t, open, c.Between(a, a.Add(time.Duration(minutes)*time.Minute)))
	})
}

func TestNextOpeningWastesNoWorkingTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, from := anyClock(t), anyInstant(t, "from")
		opening := c.NextOpening(from)
		require.False(t, opening.Before(from))
		require.True(t, c.IsOpen(opening))
		require.Zero(t, c.Between(from, opening))
	})
}

func TestAddDaysEndsOnTheNthWorkday(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, from, n := anyClock(t), anyInstant(t, "from"), rapid.IntRange(1, 60).Draw(t, "n")
		due := c.AddDays(from, n)
		last := calendar.DateOf(due)
		require.True(t, c.IsWorkday(last))
		require.Equal(t, c.EndOfDay(last), due)
		require.Equal(t, n, c.Calendar().Workdays(calendar.DateOf(from), last))
		require.False(t, c.AddDays(from, 0).After(due), "trong ngày is never later")
		require.False(t, c.AddDays(from, 0).Before(from), "and never over at once")
		require.True(t, c.AddDays(from, -n).Before(from))
	})
}

func BenchmarkAddTwoMonths(b *testing.B) {
	from := instant("2026-01-05 10:00")
	for b.Loop() {
		office.Add(from, 320*time.Hour)
	}
}

func BenchmarkBetweenTwoMonths(b *testing.B) {
	from, to := instant("2026-01-05 10:00"), instant("2026-03-05 10:00")
	for b.Loop() {
		office.Between(from, to)
	}
}
