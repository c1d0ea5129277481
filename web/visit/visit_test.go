package visit

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDaysAreReadAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 31, 18, 0, 0, 0, time.UTC) // 1 January 2027 in Hà Nội
	for typed, want := range map[string]string{
		"": "", "5/2/2026": "2026-02-05", "05/02/2026": "2026-02-05", "5-2-26": "2026-02-05", "5.2.2026": "2026-02-05", "5/2": "2027-02-05",
		"05022026": "2026-02-05", "2026-02-05": "2026-02-05", " 5/2/2026 ": "2026-02-05", "29/2/2028": "2028-02-29",
	} {
		day, ok := ParseDay(typed, now)
		require.True(t, ok, typed)
		require.Equal(t, want, day, typed)
	}
	for _, typed := range []string{"31/2/2026", "29/2/2027", "0/1/2026", "1/13/2026", "mai", "5/2/20266", "٥/٢/٢٠٢٦", "5/2/2026; DROP", "2026-02-31"} {
		_, ok := ParseDay(typed, now)
		require.False(t, ok, typed)
	}
}

// Whatever day there is, typed in any of the ways it comes out as itself.
func TestEveryDayComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 36500).Draw(t, "day"))
		for _, layout := range []string{"2/1/2006", "02/01/2006", "2-1-2006", "02012006", time.DateOnly} {
			got, ok := ParseDay(day.Format(layout), day)
			require.True(t, ok)
			require.Equal(t, day.Format(time.DateOnly), got, layout)
		}
	})
}

func TestBackLeadsToPagesOfOursOnly_W05(t *testing.T) {
	t.Parallel()
	v := &Visit{}
	for _, to := range []string{"", "https://example.org", "//example.org", `/\example.org`, "javascript:alert(1)", "/a\r\nX: y", "http:/x", "queue"} {
		require.Equal(t, "/home", v.Back(to, "/home"), to)
	}
	for _, to := range []string{"/", "/inbox?view=sent", "/documents/1?x=%2F"} {
		require.Equal(t, to, v.Back(to, "/home"))
	}
}

// What is said after an act is a sentence of ours, whatever the address says.
func TestWhatWasDoneIsASentenceOfOurs_W02(t *testing.T) {
	t.Parallel()
	require.Empty(t, DoneSentence(`<script>alert(1)</script>`))
	require.NotEmpty(t, DoneSentence("approved"))
}
