package admin

import (
	"context"
	"testing"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/routing"
	"congvan/web/visit"

	"github.com/stretchr/testify/require"
)

func TestSpansAreReadAndTyped(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		span       routing.Span
		amount     int
		code       string
		term, rung string
	}{
		{routing.Span{}, 0, "d", "trong ngày", "đúng lúc hết hạn"},
		{routing.Span{Days: 2}, 2, "d", "2 ngày làm việc", "quá hạn 2 ngày làm việc"},
		{routing.Span{Working: -4 * time.Hour}, -4, "wh", "-4 giờ làm việc", "trước hạn 4 giờ làm việc"},
		{routing.Span{Working: 90 * time.Minute}, 90, "wm", "90 phút làm việc", "quá hạn 90 phút làm việc"},
		{routing.Span{Immediate: 30 * time.Minute}, 30, "nm", "30 phút, ngay", "quá hạn 30 phút, ngay"},
		{routing.Span{Plain: time.Second}, 1, "ps", "1 giây liên tục", "ngay khi quá hạn"},
		{routing.Span{Plain: 48 * time.Hour}, 48, "ph", "48 giờ liên tục", "quá hạn 48 giờ liên tục"},
		{routing.Span{Working: 61 * time.Second}, 61, "ws", "61 giây làm việc", "quá hạn 61 giây làm việc"},
	} {
		amount, m := splitSpan(x.span)
		require.Equal(t, x.amount, amount, x.term)
		require.Equal(t, x.code, m.code, x.term)
		back, ok := joinSpan(amount, m.code)
		require.True(t, ok)
		require.Equal(t, x.span, back, "nothing is lost")
		require.Equal(t, x.term, termWords(t.Context(), x.span))
		require.Equal(t, x.rung, rungWords(t.Context(), x.span))
	}
	_, ok := joinSpan(1, "fortnights")
	require.False(t, ok)
}

func TestMonthsBeginOnMonday(t *testing.T) {
	t.Parallel()
	for number := 1; number <= 12; number++ {
		days := 0
		for _, week := range monthOf(2026, number).Weeks {
			for at, day := range week {
				if !day.IsZero() {
					days++
					require.Equal(t, (int(day.Weekday())+6)%7, at, day)
					_, m, _ := day.Civil()
					require.Equal(t, time.Month(number), m)
				}
			}
		}
		require.Equal(t, []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[number-1], days)
	}
	first := monthOf(2026, 11).Weeks[0]
	require.Equal(t, calendar.NewDate(2026, 11, 1), first[6], "a Sunday")
}

func TestEachPartHasItsLight(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	fine := measured{HasEngine: true, EngineAnswers: true, Engine: visit.EngineState{Version: "1", Workers: 2}, HasSpace: true,
		Space: visit.Space{Free: 50 << 30, Total: 100 << 30}, HasBackup: true, Backup: now.Add(-time.Hour), Now: now, Version: "1.0"}
	for _, p := range partsOf(fine) {
		require.Contains(t, []string{"good", "none"}, p.Light, p.Name)
		require.Empty(t, p.Do, p.Name)
		require.NotContains(t, stateWords(t.Context(), p), "%!", p.Name)
	}
	for name, x := range map[string]struct {
		change func(*measured)
		light  string
	}{
		"Máy quy trình (Temporal)":        {func(m *measured) { m.EngineAnswers = false }, "bad"},
		"Tiến trình chạy quy trình":       {func(m *measured) { m.Engine.Workers = 0 }, "bad"},
		"Hàng đợi của máy quy trình":      {func(m *measured) { m.Engine.Waiting, m.Engine.Oldest = 3, 2*time.Minute }, "soon"},
		"Việc chờ giao cho máy quy trình": {func(m *measured) { m.Health.Outbox = time.Hour }, "bad"},
		"Thư chờ gửi":                     {func(m *measured) { m.Health.Mails = desk.MailBacklog{GivenUp: 1} }, "soon"},
		"Nhật ký chờ niêm phong":          {func(m *measured) { m.Health.Unsealed, m.Health.UnsealedFor = 1, 3*time.Minute }, "soon"},
		"Tệp đính kèm hỏng":               {func(m *measured) { m.Health.DamagedFiles = 1 }, "bad"},
		"Chỗ trống của kho tệp":           {func(m *measured) { m.Space.Free = 1 << 30 }, "bad"},
		"Bản sao lưu gần nhất":            {func(m *measured) { m.HasBackup = false }, "soon"},
	} {
		m := fine
		x.change(&m)
		for _, p := range partsOf(m) {
			if p.Name == name {
				require.Equal(t, x.light, p.Light, name)
				require.NotEmpty(t, p.Do, name)
				require.NotContains(t, stateWords(t.Context(), p), "%!", name)
			}
		}
		require.Contains(t, overall(t.Context(), partsOf(m)), name)
	}
}

// stuck is an engine that does not care for its context.
type stuck struct{}

func (stuck) State(context.Context) (visit.EngineState, error) { select {} }

func TestAnEngineThatIsStuckKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	began := time.Now()
	_, answers := askEngine(t.Context(), stuck{})
	require.False(t, answers)
	require.Less(t, time.Since(began), 2*engineTimeout)
}

func TestFilesOfAnotherKindAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{", `{"unknown":1}`, `[]`, `{"units":[{"id":"x","kind":"ward"}]}`, `{} {}`,
		`{"units":[{"id":"x","kind":"ward","validFrom":"2026-13-01"}]}`} {
		_, err := readFile(text)
		require.Error(t, err, text)
	}
	got, err := readFile(`{"units":[{"id":"x","kind":"ward","code":"1","name":"A","validFrom":"2026-01-01","validTo":"2026-06-01"},
		{"id":"x","kind":"ward","code":"1","name":"B","parent":"y","validFrom":"2026-06-01"}],"ladders":[{"code":"a","receipt":"2d","direction":"now 30m0s","approval":"4h0m0s"}],
		"calendar":[{"day":"2026-12-25","kind":"off","reason":"x"}],"successors":[{"unit":"x","successor":"z","validFrom":"2027-01-01","basis":"QĐ"}]}`)
	require.NoError(t, err)
	require.Len(t, got.Chart.Units, 1)
	require.Equal(t, "B", got.Chart.Units[0].Versions[1].Is.Name)
	require.Equal(t, calendar.DefaultHours().String(), got.Chart.Units[0].Versions[0].Is.OfficeHours)
	require.Equal(t, routing.Span{Days: 2}, got.Ladders[0].Receipt)
	require.Equal(t, calendar.NewDate(2026, 12, 25), got.Days[0].Date)
}
