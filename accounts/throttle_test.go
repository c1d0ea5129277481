package accounts

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC)

func TestFailuresCostTime_S04(t *testing.T) {
	t.Parallel()
	pair := func(n int) time.Duration { return Failures{Pair: Count{n, noon}}.Wait(noon) }
	for n := range 5 {
		require.Zero(t, pair(n), n)
	}
	require.Equal(t, time.Second, pair(5))
	require.Equal(t, 32*time.Second, pair(10))
	require.Equal(t, 15*time.Minute, pair(15))
	require.Equal(t, 15*time.Minute, pair(1_000_000))
	require.Equal(t, 30*time.Second, Failures{Pair: Count{10, noon}}.Wait(noon.Add(2*time.Second)), "it runs down")
	require.Zero(t, Failures{Pair: Count{10, noon}}.Wait(noon.Add(33*time.Second)))
	require.Zero(t, Failures{Pair: Count{99, noon}}.Wait(noon.Add(Forgets+time.Second)), "and is forgotten")

	spray := func(n int) time.Duration { return Failures{Network: Count{n, noon}}.Wait(noon) }
	require.Zero(t, spray(39), "a town hall in the morning")
	require.Equal(t, 4*time.Second, spray(50))
	require.Equal(t, 5*time.Minute, spray(200))
	require.LessOrEqual(t, Failures{Account: Count{10_000, noon}}.Wait(noon), time.Minute, "slowed, never locked")
}

// On a device that the account is known on nothing counts but what failed there.
func TestAnAttackerNeverLocksAKnownDevice_S04(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := func(name string) Count { return Count{rapid.IntRange(0, 1<<30).Draw(t, name), noon} }
		f := Failures{Known: true, Pair: count("pair"), Network: count("network"), Account: count("account")}
		require.Zero(t, f.Wait(noon))
		f.Device = Count{rapid.IntRange(0, 9).Draw(t, "device"), noon}
		require.Zero(t, f.Wait(noon))
	})
	require.Equal(t, 5*time.Minute, Failures{Known: true, Device: Count{1000, noon}}.Wait(noon), "a stolen device guesses slowly, too")
}

// More failures never cost less, and no wait is longer than a quarter of an hour.
func TestWaitingGrows_S04(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 1<<40).Draw(t, "n")
		for _, s := range []slope{ofPair, ofDevice, ofNetwork, ofAccount} {
			require.LessOrEqual(t, s.wait(n), s.wait(n+1))
			require.LessOrEqual(t, s.wait(n), 15*time.Minute)
			require.GreaterOrEqual(t, s.wait(n), time.Duration(0))
		}
	})
}

// How many guesses a day are left to who does nothing else.
func TestHowManyGuessesADay_S04(t *testing.T) {
	t.Parallel()
	guesses, at, f := 0, noon, Failures{}
	for at.Before(noon.Add(24 * time.Hour)) {
		if wait := f.Wait(at); wait > 0 {
			at = at.Add(wait)
			continue
		}
		guesses++
		f.Pair = Count{f.Pair.At(at).N + 1, at}
	}
	require.Less(t, guesses, 120)
}

func TestAThousandFailuresAreAFewLines(t *testing.T) {
	t.Parallel()
	var noted []int
	for n := range 1001 {
		if Noted(n) {
			noted = append(noted, n)
		}
	}
	require.Equal(t, []int{1, 5, 10, 20, 40, 80, 160, 320, 640}, noted)
}
