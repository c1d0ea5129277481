package calendar_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"congvan/calendar"
)

func TestSessionsPassOverTheDayOff(t *testing.T) {
	from, to := calendar.NewDate(2026, time.November, 23), calendar.NewDate(2026, time.November, 25)
	sessions := slices.Collect(office.Sessions(from, to))
	require.Len(t, sessions, 4, "24/11 is a day off")
	at(t, "2026-11-25 08:00", sessions[2].Opens)
	at(t, "2026-11-25 12:00", sessions[2].Closes)
	require.Equal(t, 8*time.Hour, sessions[2].Before)
	for range office.Sessions(from, to) {
		break // whoever has seen enough may stop
	}
	require.Empty(t, slices.Collect(office.Sessions(to, from)))
}

func TestSessionsMeasureWhatBetweenMeasures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyClock(t)
		sessions := slices.Collect(c.Sessions(calendar.NewDate(2025, time.November, 1), calendar.NewDate(2028, time.December, 31)))
		worked := func(t time.Time) (sum time.Duration) {
			for _, s := range sessions {
				if t.Before(s.Opens) {
					break
				}
				sum = s.Before + min(t.Sub(s.Opens), s.Closes.Sub(s.Opens))
			}
			return sum
		}
		a, b := anyInstant(t, "a"), anyInstant(t, "b")
		require.Equal(t, c.Between(a, b), worked(b)-worked(a))
	})
}

func TestTheSameClockOnAnotherCalendar(t *testing.T) {
	weekly := office.On(nil)
	require.True(t, weekly.IsWorkday(calendar.NewDate(2026, time.November, 24)))
	require.Equal(t, office.Hours(), weekly.Hours())
}
