package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"
)

// changeDay makes a day of another kind, as the administrator.
func (r *record) changeDay(s *postgres.Store, date calendar.Date, kind calendar.DayKind) postgres.CalendarVersion {
	r.Helper()
	admin, err := s.ActorByName(r.Context(), "quantri", "2026-11-23")
	require.NoError(r, err)
	done, err := s.ChangeCalendar(r.Context(), postgres.NewCalendar{At: now, Actor: admin, Source: "Thông báo",
		Entry: routing.Entry{At: now, Kind: "calendar-changed", Outcome: routing.OutcomeDone, ActorID: admin.AccountID},
		Days:  []routing.DayChange{{Day: date, Kind: kind, Reason: "Hoán đổi"}}}, func([]calendar.Exception) error { return nil })
	require.NoError(r, err)
	return done
}

var aWednesday = calendar.NewDate(2026, time.November, 25)

// Another process changes the calendar: this one knows within a second for what
// it reckons ahead, and at once for what it holds.
func TestAChangeByAnotherProcessIsKnownSoon(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	works := func() bool {
		clocks, err := r.Clocks(t.Context())
		require.NoError(t, err)
		return clocks("").IsWorkday(aWednesday)
	}
	require.True(t, works())
	id := r.register()
	other := another(t, r)
	require.Equal(t, 2, r.changeDay(other, aWednesday, calendar.Off).Version)
	require.NoError(t, r.Proceed(t.Context(), id, now, func(p *postgres.Process) error {
		require.False(t, p.Clocks("").IsWorkday(aWednesday), "at once")
		require.True(t, p.Outdated())
		return nil
	}))

	r.changeDay(other, aWednesday, "")
	require.Eventually(t, works, 5*time.Second, 10*time.Millisecond)
}

// another is a second process on the same record.
func another(t *testing.T, r *record) *postgres.Store {
	t.Helper()
	store := postgres.Open(r.dsn, 4)
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// While the record is slow, whoever reckons goes on with the calendar that he
// has instead of waiting behind the one who asks.
func TestASlowRecordBlocksNobodyWhoReckons(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	_, err := r.Clocks(t.Context())
	require.NoError(t, err)
	tx, err := r.DB().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `LOCK TABLE calendar_versions IN ACCESS EXCLUSIVE MODE`)
	require.NoError(t, err)
	time.AfterFunc(3*time.Second, func() { _ = tx.Rollback() })
	for began := time.Now(); time.Since(began) < 2*time.Second; {
		asked := time.Now()
		var all errgroup.Group
		for range 20 {
			all.Go(func() error { _, err := r.Clocks(t.Context()); return err })
		}
		require.NoError(t, all.Wait())
		require.Less(t, time.Since(asked), time.Second)
	}
}

func TestTheSeedLeavesChangedDaysAlone(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	holiday := calendar.NewDate(2026, time.November, 24)
	r.changeDay(r.Store, holiday, "")
	before := r.count("working_sessions")
	done, err := seed.Apply(t.Context(), r.Store)
	require.NoError(t, err)
	require.Zero(t, done)
	require.Zero(t, r.count("calendar_days WHERE day = ?", holiday.String()), "it is an ordinary day")
	require.Equal(t, before, r.count("working_sessions"))
	version, _, err := r.Calendar(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, version)
}

// The sessions give in SQL what the calendar gives in Go, to the second, also
// after the calendar has changed.
func TestWorkingSecondsAreThoseOfTheCalendar(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	odd := "07:30-11:15,12:00-12:01,13:30-17:00"
	_, err := r.DB().ExecContext(t.Context(), `UPDATE unit_versions SET office_hours = ? WHERE code = 'TP'`, odd)
	require.NoError(t, err)
	require.NoError(t, r.ExtendSessions(t.Context(), now))
	r.workingSeconds(odd)
	r.changeDay(r.Store, aWednesday, calendar.Off)
	r.changeDay(r.Store, aWednesday.Plus(3), calendar.Worked)
	r.workingSeconds(odd)
	require.NoError(t, r.ExtendSessions(t.Context(), now.AddDate(1, 0, 0)))
	r.workingSeconds(odd)
	before := r.count("working_sessions")
	require.NoError(t, r.ExtendSessions(t.Context(), now.AddDate(1, 0, 0)))
	require.Equal(t, before, r.count("working_sessions"))
	require.NotZero(t, r.count("working_sessions WHERE opens_at > '2029-12-01'"))
}

func (r *record) workingSeconds(texts ...string) {
	r.Helper()
	days, err := r.CalendarDays(r.Context())
	require.NoError(r, err)
	cal, err := calendar.New(days)
	require.NoError(r, err)
	texts = append(texts, calendar.DefaultHours().String())
	ctx := context.Background()
	rapid.Check(r, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "hours")
		hours, err := calendar.ParseHours(text)
		require.NoError(t, err)
		a, b := instant(t, "a"), instant(t, "b")
		var got int64
		require.NoError(t, r.DB().NewRaw(`SELECT working_seconds(?, ?::timestamptz, ?::timestamptz)`, text, a, b).Scan(ctx, &got))
		require.Equal(t, int64(calendar.NewClock(cal, hours).Between(a, b)/time.Second), got, "%s: %s, %s", text, a, b)
	})
}

// instant is any in the years of the sessions, to the microsecond or on the minute.
func instant(t *rapid.T, name string) time.Time {
	unit := rapid.SampledFrom([]time.Duration{time.Minute, time.Microsecond}).Draw(t, name+" unit")
	if rapid.Bool().Draw(t, name+" is near") { // where the calendar changes
		return now.Add(time.Duration(rapid.Int64Range(0, int64(10*24*time.Hour/unit)).Draw(t, name)) * unit)
	}
	first := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	return first.Add(time.Duration(rapid.Int64Range(0, int64(1800*24*time.Hour/unit)).Draw(t, name)) * unit)
}
