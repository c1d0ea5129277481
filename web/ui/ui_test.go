package ui

import (
	"context"
	"testing"
	"time"

	"congvan/routing"
	"congvan/web/texts"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFarADeadlineIsInWords(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC) // 09:00 in Hà Nội
	for want, due := range map[string]time.Time{
		"":                 {},
		"còn 30 phút":      now.Add(30 * time.Minute),
		"còn 8 giờ":        now.Add(8 * time.Hour),
		"đến hạn ngày mai": now.Add(15 * time.Hour), // midnight has passed there, not in London
		"còn 2 ngày":       now.Add(48 * time.Hour),
		"quá hạn 1 phút":   now.Add(-20 * time.Second),
		"quá hạn 5 giờ":    now.Add(-5 * time.Hour),
		"quá hạn 1 ngày":   now.Add(-10 * time.Hour),
		"quá hạn 3 ngày":   now.Add(-72 * time.Hour),
	} {
		require.Equal(t, want, Until(context.Background(), due, now))
	}
	require.Equal(t, "2 days left", Until(texts.In(context.Background(), texts.English), now.Add(48*time.Hour), now))
}

func TestNumbersAndSizesAreWrittenAsHere(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1.234.567", Number(1234567))
	require.Equal(t, "-1.000", Number(-1000))
	require.Equal(t, "999", Number(999))
	require.Equal(t, "1,4 MB", Size(1_468_006))
	require.Equal(t, "23/11/2026 09:00", Moment(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)))
	require.Equal(t, "01/01/2027", Day(time.Date(2026, 12, 31, 18, 0, 0, 0, time.UTC)), "the year begins in Hà Nội")
	require.Equal(t, "15/KH-UBND", Code(routing.Registration{CodeNumber: "15", CodeNotation: "KH-UBND"}))
}

// The counts beside a strip add up to its cells, whatever states there are.
func TestAStripAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var strip []StripCell
		for range rapid.IntRange(0, 40).Draw(t, "recipients") {
			strip = append(strip, StripCell{Name: "x", Cell: rapid.SampledFrom(cells).Draw(t, "cell")})
		}
		sum := 0
		for _, n := range StripCounts(strip) {
			sum += n.Count
			require.NotEmpty(t, CellName(n.Cell))
		}
		require.Equal(t, len(strip), sum)
	})
}
