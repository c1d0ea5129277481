package desk_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/calendar"
	"congvan/desk"
	"congvan/local/localtest"
	"congvan/postgres"
	"congvan/routing"
)

// How long a registration keeps the row of its book to itself. Sixteen clerks write
// into one book without a pause, so one follows the other: the time from one commit
// to the next is what one holds the row, and the most that he does.
func BenchmarkTheRowOfABook(b *testing.B) {
	store := postgres.Open(localtest.PostgresLike(b, "desk", furnish), 18)
	b.Cleanup(func() { _ = store.Close() })
	now := at("2026-11-23 09:00")
	d := desk.New(store, nil, func() time.Time { return now })
	clerk, err := store.ActorByName(b.Context(), "vanthu.quan", calendar.DateOf(now).String())
	require.NoError(b, err)
	var mu sync.Mutex
	var done []time.Time
	var all sync.WaitGroup
	left := make(chan struct{}, b.N)
	for range b.N {
		left <- struct{}{}
	}
	close(left)
	b.ResetTimer()
	for range 16 {
		all.Go(func() {
			for range left {
				if _, err := d.Register(b.Context(), clerk, letter(), routing.Request{}); err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				done = append(done, time.Now())
				mu.Unlock()
			}
		})
	}
	all.Wait()
	b.StopTimer()
	var between []time.Duration
	for i := range done[1:] {
		between = append(between, done[i+1].Sub(done[i]))
	}
	if len(between) == 0 {
		return
	}
	slices.Sort(between)
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(between[min(len(between)-1, len(between)*p/100)].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
}
