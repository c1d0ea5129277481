package statistics_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"congvan/calendar"
	"congvan/routing"
	"congvan/statistics"

	"github.com/stretchr/testify/require"
)

// The columns of the district system's own reports, as its templates have them.
func TestTheLayoutsHaveTheirColumns(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"VBDEN01": "Ngày đến, Số đến, Nơi gửi, Số/ký hiệu, Trích yếu, Lãnh đạo phân công, Nơi xử lý, Trạng thái",
		"VBDEN02": "Ngày đến, Số đến, Số/ký hiệu, Loại VB, Trích yếu, Lãnh đạo phân công, Nơi xử lý, Trạng thái",
		"VBDEN03": "Ngày đến, Số đến, Số/ký hiệu, Loại VB, Trích yếu, Lãnh đạo phân công, Trạng thái",
		"VBDEN04": "Ngày đến, Số đến, Số/ký hiệu, Loại VB, Trích yếu, Lãnh đạo phân công, Trạng thái",
		"VBDEN05": "Ngày đến, Số đến, Nơi gửi, Số/ký hiệu, Ngày ban hành, Loại VB, Trích yếu, Lãnh đạo phân công, Nơi xử lý",
		"VBDEN06": "Ngày đến, Số đến, Số/ký hiệu, Loại VB, Trích yếu, Lãnh đạo phân công, Trạng thái",
		"VBDEN07": "STT, Đơn vị xử lý, Tổng số VB, Đang xử lý, Đã xử lý: Đúng hạn, Đã xử lý: Quá hạn, Quá hạn: Trước kỳ báo cáo, Quá hạn: Trong kỳ báo cáo",
		"VBDI01":  "Ngày ban hành, Số/ký hiệu, Trích yếu, Người ký, Nơi soạn thảo, Nơi nhận",
		"VBDI02":  "Ngày ban hành, Loại VB, Số/ký hiệu, Trích yếu, Nơi soạn thảo, Nơi nhận",
		"VBDI03":  "Ngày ban hành, Loại VB, Số/ký hiệu, Trích yếu, Người ký, Nơi nhận",
		"VBDI04":  "Ngày ban hành, Loại VB, Số/ký hiệu, Trích yếu, Người ký, Nơi soạn thảo, Nơi nhận",
		"VBDI05":  "Ngày ban hành, Loại VB, Số/ký hiệu, Trích yếu, Người ký, Nơi soạn thảo, Nơi nhận",
		"ND30-V4": "Số, ký hiệu văn bản, Ngày tháng văn bản, Tên loại và trích yếu nội dung, Người ký, Nơi nhận văn bản, Đơn vị soạn thảo, Tình hình phát hành",
		"ND30-V2": "Số đến, Tên loại, số và ký hiệu, ngày tháng và tên cơ quan, tổ chức ban hành văn bản, Đơn vị hoặc người nhận, Thời hạn giải quyết, Tiến độ giải quyết, Số, ký hiệu văn bản trả lời, Ghi chú",
	}
	for code, columns := range want {
		l, found := statistics.Find(strings.ToLower(code))
		require.True(t, found, code)
		require.Equal(t, columns, strings.Join(l.Titles(), ", "), code)
	}
	for _, l := range statistics.Layouts {
		require.NotEmpty(t, l.Definitions, l.Code)
		for _, c := range l.Columns {
			require.Positive(t, c.Width, "%s %s", l.Code, c.Title)
		}
	}
}

// The definitions have one source: the document shows what is printed.
func TestTheDocumentSaysWhatIsPrinted(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/statistics.md")
	require.NoError(t, err)
	require.Contains(t, string(text), strings.TrimSpace(statistics.Tabulated()), "put statistics.Tabulated() into docs/statistics.md")
}

func TestPeriodsAreMeantInVietnam(t *testing.T) {
	t.Parallel()
	day := func(text string) calendar.Date {
		d, err := calendar.Parse(text)
		require.NoError(t, err)
		return d
	}
	for today, all := range map[string]map[statistics.Preset]string{
		"2027-01-01": {statistics.LastMonth: "2026-12-01 2026-12-31", statistics.LastQuarter: "2026-10-01 2026-12-31", statistics.LastWeek: "2026-12-21 2026-12-27",
			statistics.ThisWeek: "2026-12-28 2027-01-03", statistics.LastYear: "2026-01-01 2026-12-31", statistics.ThisYear: "2027-01-01 2027-12-31", statistics.ThisQuarter: "2027-01-01 2027-03-31"},
		"2028-03-31": {statistics.LastMonth: "2028-02-01 2028-02-29", statistics.ThisMonth: "2028-03-01 2028-03-31", statistics.LastQuarter: "2027-10-01 2027-12-31"},
		"2026-11-29": {statistics.ThisWeek: "2026-11-23 2026-11-29"}, "2026-11-30": {statistics.ThisWeek: "2026-11-30 2026-12-06"},
	} {
		for preset, want := range all {
			p, known := preset.Of(day(today))
			require.True(t, known)
			require.Equal(t, want, p.First.String()+" "+p.Last.String(), "%s on %s", preset, today)
		}
	}
	year := statistics.Period{First: day("2026-01-01"), Last: day("2026-12-31")}
	require.Equal(t, "2026-12-31T17:00:00Z", year.Ends().Format(time.RFC3339), "31/12 17:30 UTC belongs to the new year")
	require.Equal(t, "Từ ngày 01/01/2026 đến ngày 31/12/2026", year.Words())
	_, known := statistics.Preset("next-month").Of(day("2026-01-01"))
	require.False(t, known)
	require.ErrorIs(t, statistics.Period{First: day("2026-01-02"), Last: day("2026-01-01")}.Check(), routing.ErrField)
	require.ErrorIs(t, statistics.Period{First: day("2006-01-02"), Last: day("2026-01-01")}.Check(), routing.ErrField)
}

func TestALineTellsItsState(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	share := func(role routing.Role, status routing.AssignmentStatus, due, done time.Duration) routing.Assignment {
		a := routing.Assignment{ID: "a", Role: role, Status: status, ReceiveDue: now.Add(due), Due: now.Add(due)}
		if status == routing.Done {
			a.ClosedAt, a.ReportedAt = now.Add(done), now.Add(done)
		}
		return a
	}
	held := share(routing.Lead, routing.Working, -time.Hour, 0)
	held.HeldAt = now
	for i, x := range []struct {
		status routing.DocumentStatus
		share  routing.Assignment
		ward   bool
		want   string
	}{
		{status: routing.Registered, want: "Chờ phân phối"}, {status: routing.Presented, want: "Chờ cho ý kiến"}, {status: routing.Cancelled, want: "Đã huỷ, giữ số"},
		{status: routing.Recalled, want: "Đã thu hồi"}, {status: routing.Recalling, want: "Đang thu hồi"}, {status: routing.Concluded, want: "Đã hoàn thành"}, {status: routing.Directed, want: "Chờ xử lý"},
		{status: routing.Directed, share: share(routing.Lead, routing.Sent, time.Hour, 0), want: "Chờ xử lý"},
		{status: routing.Directed, share: share(routing.Execute, routing.Sent, time.Hour, 0), ward: true, want: "Chờ phường xác nhận"},
		{status: routing.Directed, share: share(routing.Lead, routing.Working, time.Hour, 0), want: "Đang xử lý"},
		{status: routing.Directed, share: share(routing.Lead, routing.Working, -time.Hour, 0), want: "Quá hạn"},
		{status: routing.Directed, share: share(routing.Lead, routing.Working, 0, 0), want: "Đang xử lý"},
		{status: routing.Directed, share: held, want: "Tạm dừng"},
		{status: routing.Directed, share: share(routing.Coordinate, routing.Received, time.Hour, 0), want: "Phối hợp"},
		{status: routing.Directed, share: share(routing.Inform, routing.Received, time.Hour, 0), want: "Để biết"},
		{status: routing.Directed, share: share(routing.Lead, routing.Reported, -time.Hour, 0), want: "Chờ duyệt"},
		{status: routing.Directed, share: share(routing.Lead, routing.Returned, -time.Hour, 0), want: "Bị trả lại"},
		{status: routing.Directed, share: share(routing.Lead, routing.Consulting, time.Hour, 0), want: "Đang lấy ý kiến"},
		{status: routing.Concluded, share: share(routing.Lead, routing.Done, -time.Hour, -time.Hour), want: "Đã hoàn thành (đúng hạn)"},
		{status: routing.Concluded, share: share(routing.Lead, routing.Done, -2*time.Hour, -time.Hour), want: "Đã hoàn thành (quá hạn)"},
		{status: routing.Concluded, share: share(routing.Inform, routing.Done, -2*time.Hour, -time.Hour), want: "Đã hoàn thành"},
	} {
		l := statistics.Line{Document: routing.Document{Status: x.status, DirectDue: now.Add(time.Hour)}, Share: x.share, Ward: x.ward}
		require.Equal(t, x.want, l.State(now), i)
	}
	late := statistics.Line{Document: routing.Document{Status: routing.Presented, DirectDue: now.Add(-time.Hour)}}
	require.Equal(t, "Quá hạn", late.State(now))
}

func TestSumsAddUp(t *testing.T) {
	t.Parallel()
	units := []routing.Unit{{ID: "b", Name: "Phòng Tư pháp"}, {ID: "a", Name: "UBND phường Mộ Lao"}}
	rows := statistics.Reckonings([]routing.Summary{{UnitID: "gone", Running: 1}, {UnitID: "a", Running: 1, DoneInTime: 2, DoneLate: 3, OverdueSince: 4, OverdueNew: 5}, {UnitID: "b", OverdueNew: 7}}, units)
	require.Equal(t, []string{"Phòng Tư pháp", "UBND phường Mộ Lao", "(đơn vị không còn hoạt động)"}, []string{rows[0].Unit, rows[1].Unit, rows[2].Unit})
	require.Equal(t, []string{"2", "UBND phường Mộ Lao", "15", "1", "2", "3", "4", "5"}, rows[1].Cells(2))
	sum := statistics.Sum(rows)
	for i := range sum.Figures() {
		total := 0
		for _, r := range rows {
			total += r.Figures()[i]
		}
		require.Equal(t, total, sum.Figures()[i])
	}
	require.Equal(t, 23, sum.Total())
}

// NĐ 30/2020, Phụ lục I: days below 10 and the months 1 and 2 have a zero in front.
func TestThePlaceAndTheDay(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, text, calendar.Location)
		require.NoError(t, err)
		return d
	}
	require.Equal(t, "Hà Đông, ngày 05 tháng 02 năm 2026", statistics.Head{Organ: "UBND quận Hà Đông", At: at("2026-02-05")}.Dated())
	require.Equal(t, "Mộ Lao, ngày 15 tháng 3 năm 2026", statistics.Head{Organ: "Ủy ban nhân dân phường Mộ Lao", At: at("2026-03-15")}.Dated())
	require.Equal(t, "Hà Đông, ngày 15 tháng 10 năm 2026", statistics.Head{Organ: "Phòng Nội vụ", Above: "UBND QUẬN Hà Đông", At: at("2026-10-15")}.Dated())
	require.Equal(t, "Ngày 15 tháng 10 năm 2026", statistics.Head{Organ: "Phòng Nội vụ", At: at("2026-10-15")}.Dated())
}
