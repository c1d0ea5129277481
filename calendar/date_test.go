package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/calendar"
)

// date reads a date that the test knows to be good.
func date(text string) calendar.Date {
	d, err := calendar.Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

// instant reads "2006-01-02 15:04" or "2006-01-02 15:04:05" in Vietnam.
func instant(text string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04", time.DateTime} {
		if t, err := time.ParseInLocation(layout, text, calendar.Location); err == nil {
			return t
		}
	}
	panic("not an instant: " + text)
}

func TestLocationIsSevenHoursAheadOfUTC(t *testing.T) {
	require.Equal(t, "Asia/Ho_Chi_Minh", calendar.Location.String())
	require.True(t, time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC).Equal(instant("2026-11-23 17:00")))
}

func TestParseRefusesWhatIsNoDate(t *testing.T) {
	for _, text := range []string{"", "24/11/2026", "2026-02-30", "2026-11-24 ", "2026-11-24T00:00:00Z", "2026-1-2"} {
		_, err := calendar.Parse(text)
		require.ErrorIs(t, err, calendar.BadDate, text)
	}
}

func TestDateOfIsTheDayInVietnam(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-23T16:59:59Z":      "2026-11-23",
		"2026-11-23T17:00:00Z":      "2026-11-24",
		"2026-11-24T00:00:00+07:00": "2026-11-24",
		"2026-12-31T12:00:00-08:00": "2027-01-01",
	} {
		at, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		require.Equal(t, want, calendar.DateOf(at).String(), text)
	}
}

func TestDateBehavesLikeTheCalendar(t *testing.T) {
	require.True(t, calendar.Date{}.IsZero())
	require.Equal(t, "0001-01-01", calendar.Date{}.String())
	require.Equal(t, date("2026-12-01"), calendar.NewDate(2026, time.November, 31))
	require.Equal(t, 0, date("2026-12-01").Compare(date("2026-12-01")))

	rapid.Check(t, func(t *rapid.T) {
		noon := time.Date(1, 1, rapid.IntRange(-1000, 1_500_000).Draw(t, "day"), 12, 0, 0, 0, time.UTC)
		n := rapid.IntRange(-800, 800).Draw(t, "n")
		d := calendar.NewDate(noon.Date())
		other := d.Plus(n)

		weekend := noon.Weekday() == time.Saturday || noon.Weekday() == time.Sunday
		require.Equal(t, noon.Weekday(), d.Weekday())
		require.Equal(t, !weekend, (*calendar.Calendar)(nil).IsWorkday(d))
		require.Equal(t, noon.AddDate(0, 0, n).Format("2006-01-02"), other.String())
		require.Equal(t, d.Before(other), n > 0)
		require.Equal(t, d.Compare(other), -other.Compare(d))
		require.Equal(t, d == other, n == 0)
		year, month, day := d.Civil()
		require.Equal(t, d, calendar.NewDate(year, month, day))
	})
}

func TestDateTravelsAsText(t *testing.T) {
	data, err := json.Marshal(date("2026-11-24"))
	require.NoError(t, err)
	require.JSONEq(t, `"2026-11-24"`, string(data))

	var d calendar.Date
	require.NoError(t, json.Unmarshal(data, &d))
	require.Equal(t, date("2026-11-24"), d)
	require.ErrorIs(t, json.Unmarshal([]byte(`"24/11"`), &d), calendar.BadDate)
	require.Equal(t, date("2026-11-24"), d, "a refused text changes nothing")
}
