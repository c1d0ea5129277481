package calendar_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/calendar"
)

func hours(text string) calendar.Hours {
	h, err := calendar.ParseHours(text)
	if err != nil {
		panic(err)
	}
	return h
}

func TestParseHours(t *testing.T) {
	for text, want := range map[string]struct {
		canonical string
		perDay    time.Duration
	}{
		"08:00-12:00,13:00-17:00":   {"08:00-12:00,13:00-17:00", 8 * time.Hour},
		" 7:30-11:30, 13:30-17:00 ": {"07:30-11:30,13:30-17:00", 7*time.Hour + 30*time.Minute},
		"00:00-23:59":               {"00:00-23:59", 24*time.Hour - time.Minute},
		"08:00-12:00,12:00-16:00":   {"08:00-12:00,12:00-16:00", 8 * time.Hour},
	} {
		h, err := calendar.ParseHours(text)
		require.NoError(t, err, text)
		require.Equal(t, want.canonical, h.String())
		require.Equal(t, want.perDay, h.PerDay())
	}
}

func TestParseHoursRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":           "",
		"an empty session":  "08:00-12:00,",
		"no end":            "08:00",
		"no length":         "08:00-08:00",
		"backwards":         "17:00-08:00",
		"descending":        "13:00-17:00,08:00-12:00",
		"overlapping":       "08:00-12:00,11:59-17:00",
		"past midnight":     "22:00-24:00",
		"seconds":           "08:00:00-12:00:00",
		"three times":       "08:00-12:00-13:00",
		"words":             "sáng-chiều",
		"a Vietnamese hour": "8h-12h",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := calendar.ParseHours(text)
			require.ErrorIs(t, err, calendar.BadHours)
		})
	}
}

func TestZeroHoursAreTheUsualOnes(t *testing.T) {
	require.Equal(t, "08:00-12:00,13:00-17:00", calendar.Hours{}.String())
	require.Equal(t, calendar.DefaultHours().String(), calendar.Hours{}.String())
	require.Equal(t, calendar.DefaultHours(), hours("08:00-12:00,13:00-17:00"))
	require.Equal(t, 8*time.Hour, calendar.Hours{}.PerDay())
}

// anyHours draws one to three sessions, some of them touching.
func anyHours(t *rapid.T) calendar.Hours {
	var sessions []string
	minute := 0
	for range rapid.IntRange(1, 3).Draw(t, "sessions") {
		open := minute + rapid.IntRange(0, 120).Draw(t, "pause")
		minute = open + rapid.IntRange(1, 359).Draw(t, "length")
		face := func(m int) string { return time.Time{}.Add(time.Duration(m) * time.Minute).Format("15:04") }
		sessions = append(sessions, face(open)+"-"+face(minute))
	}
	return hours(strings.Join(sessions, ","))
}

func TestHoursSurviveTheRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := anyHours(t)
		again, err := calendar.ParseHours(h.String())
		require.NoError(t, err)
		require.Equal(t, h, again)
	})
}
