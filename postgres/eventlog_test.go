package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The span of a period has its first and its last event, also where it is longer
// than what one statement looks through, and its ends are those of the period.
func TestTheSpanOfAPeriod(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	id := r.register()
	event := func(at time.Time) (event int64) {
		require.NoError(t, r.DB().NewRaw(`INSERT INTO events (at, kind, document_id, unit_id, state, version, year, number, details)
			SELECT ?, 'presented', id, unit_id, 'presented', 2, 0, 0, '{}' FROM documents WHERE id = ? RETURNING id`, at, id).Scan(t.Context(), &event))
		return event
	}
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	first, middle, last := event(day(100)), event(day(140)), event(day(180))
	for _, x := range []struct {
		from, to    time.Time
		first, last int64
	}{
		{day(99), day(200), first, last},
		{day(100), day(180), first, middle},
		{day(101), day(180).Add(time.Microsecond), middle, last},
		{day(101), day(140), 0, 0},
		{day(181), day(400), 0, 0},
	} {
		span, err := r.EventSpan(t.Context(), x.from, x.to)
		require.NoError(t, err)
		require.Equal(t, []int64{x.first, x.last}, []int64{span.First, span.Last}, "%s to %s", x.from, x.to)
	}
}
