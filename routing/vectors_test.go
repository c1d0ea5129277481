package routing_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// Deadlines as the law and the calendars of 2024 to 2027 have them: Bộ luật Dân
// sự 2015, Điều 147, 148; NĐ 30/2020, Điều 4 khoản 2 điểm c, Điều 21 khoản 2
// điểm c; domain 4.2, 9.4. The office is open from 08:00 to 12:00 and from 13:00
// to 17:00. The day of the event never counts.
func TestDeadlineVectors_BLDS_Dieu147_148(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why, from, span, due string
		duty                 bool
	}{
		{"24/11/2026 is off (NQ 28/2026/QH16)", "2026-11-23 17:00", "1d", "2026-11-25 17:00", false},
		{"the hour of the event does not matter", "2026-11-23 07:00", "1d", "2026-11-25 17:00", false},
		{"scenario 4: across 24/11", "2026-11-23 16:00", "4h", "2026-11-25 11:00", false},
		{"scenario 4: to the worked Saturday 22/08/2026", "2026-08-21 16:00", "1d", "2026-08-22 17:00", false},
		{"scenario 4: hours on the worked Saturday", "2026-08-21 16:00", "4h", "2026-08-22 11:00", false},
		{"and past it", "2026-08-21 16:00", "2d", "2026-08-24 17:00", false},
		{"across Tết 2025", "2025-01-24 16:00", "1d", "2025-02-03 17:00", false},
		{"three days across Tết 2025", "2025-01-23 16:00", "3d", "2025-02-04 17:00", false},
		{"across Tết 2026", "2026-02-13 16:00", "1d", "2026-02-23 17:00", false},
		{"hours across Tết 2026", "2026-02-13 16:00", "2h", "2026-02-23 09:00", false},
		{"to the worked Saturday 04/05/2024", "2024-05-03 09:00", "1d", "2024-05-04 17:00", false},
		{"trong ngày, on the worked Saturday", "2024-05-04 09:00", "0d", "2024-05-04 17:00", false},
		{"from the worked Saturday 04/05/2024", "2024-05-04 09:00", "1d", "2024-05-06 17:00", false},
		{"to the worked Saturday 26/04/2025", "2025-04-25 09:00", "1d", "2025-04-26 17:00", false},
		{"across 30/4/2025, after it", "2025-04-26 09:00", "3d", "2025-05-05 17:00", false},
		{"scenario 3: hoả tốc at 16:55 on the Friday before Tết 2026", "2026-02-13 16:55", "now 30m", "2026-02-23 08:25", false},
		{"scenario 3, with a duty roster", "2026-02-13 16:55", "now 30m", "2026-02-13 17:25", true},
		{"scenario 3: the Friday before Tết 2025", "2025-01-24 16:55", "now 30m", "2025-02-03 08:25", false},
		{"ngay, at midnight of a Sunday, with a duty roster", "2026-11-22 00:00", "now 15m", "2026-11-22 00:15", true},
		{"ngay, at lunch, nobody keeps watch", "2026-11-23 12:10", "now 15m", "2026-11-23 13:15", false},
		{"a duty roster changes no working day", "2026-11-23 17:00", "1d", "2026-11-25 17:00", true},
		{"trong ngày", "2026-11-23 09:00", "0d", "2026-11-23 17:00", false},
		{"trong ngày, at closing sharp", "2026-11-23 17:00", "0d", "2026-11-23 17:00", false},
		{"trong ngày, after 17:00: the next working day", "2026-11-23 17:01", "0d", "2026-11-25 17:00", false},
		{"trong ngày, on a day off", "2026-11-24 09:00", "0d", "2026-11-25 17:00", false},
		{"trong ngày, after 17:00 on the Friday before Tết 2026", "2026-02-13 17:30", "0d", "2026-02-23 17:00", false},
		{"the night of New Year's Eve is a day off in Vietnam", "2026-12-31 23:59", "1d", "2027-01-04 17:00", false},
	} {
		t.Run(c.why, func(t *testing.T) {
			t.Parallel()
			var span routing.Span
			require.NoError(t, json.Unmarshal(fmt.Appendf(nil, "%q", c.span), &span))
			require.WithinDuration(t, at(c.due), span.After(at(c.from), office.WithDuty(c.duty)), 0)
			require.WithinDuration(t, at(c.due), span.After(at(c.from).UTC(), office.WithDuty(c.duty)), 0, "the same from UTC")
		})
	}
}
