package desk_test

import (
	"strconv"
	"strings"
	"testing"

	"congvan/calendar"
	"congvan/desk"
	"congvan/routing"
	"congvan/statistics"

	"github.com/stretchr/testify/require"
)

// paper keeps what was printed.
type paper struct {
	head   statistics.Head
	groups []string
	rows   [][]string
	sums   string
}

func (p *paper) Begin(h statistics.Head) error { p.head = h; return nil }
func (p *paper) Group(words string) error      { p.groups = append(p.groups, words); return nil }
func (p *paper) Line(r statistics.Row) error   { p.rows = append(p.rows, r.Cells); return nil }
func (p *paper) End(sums string) error         { p.sums = sums; return nil }
func period(first, last string) statistics.Period {
	a, err := calendar.Parse(first)
	if err != nil {
		panic(err)
	}
	b, err := calendar.Parse(last)
	if err != nil {
		panic(err)
	}
	return statistics.Period{First: a, Last: b}
}

var november = period("2026-11-01", "2026-11-30")

func (h *hall) printed(username string, q desk.PrintQuery) *paper {
	h.Helper()
	p := &paper{}
	require.NoError(h, h.desk.Print(h.Context(), h.as(username), q, p))
	return p
}

func TestThePrintedReportsOfABook(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	plan := letter()
	plan.TypeName, plan.Issuer, plan.CodeNumber, plan.CodeNotation, plan.IssuedOn = "Kế hoạch", "Sở Nội vụ", "05", "KH-SNV", "2026-11-20"
	_, err := h.desk.Register(t.Context(), h.as("vanthu.quan"), plan, noKey)
	require.NoError(t, err)
	doc := h.dispatched(leadAndWards...)
	h.done(h.desk.Acknowledge(t.Context(), h.as("vanthu.qldt"), h.share(doc, "qldt").ID, noKey))

	p := h.printed("chutich.quan", desk.PrintQuery{Code: "VBDEN01", Period: november})
	require.Equal(t, []string{"Công văn: 1 văn bản", "Kế hoạch: 1 văn bản"}, p.groups)
	require.Equal(t, []string{"23/11/2026", "2", "UBND thành phố Hà Nội", "", "Về việc bảo đảm trật tự đô thị", "Chủ tịch UBND quận",
		"Phòng Quản lý đô thị (chủ trì); Phòng Tư pháp (phối hợp); UBND phường Mộ Lao (thực hiện); UBND phường Văn Quán (thực hiện); Phòng Nội vụ (để biết)", "Đang xử lý"}, p.rows[0])
	require.Equal(t, []string{"23/11/2026", "1", "Sở Nội vụ", "05/KH-SNV", plan.Subject, "", "", "Chờ phân phối"}, p.rows[1])
	require.Equal(t, "Tổng số: 2 văn bản. Trong đó: chờ phân phối 1; đang xử lý 1.", p.sums)
	require.Equal(t, "UBND quận Hà Đông", p.head.Organ)
	require.Equal(t, "Hà Đông, ngày 23 tháng 11 năm 2026", p.head.Dated())

	p = h.printed("vanthu.quan", desk.PrintQuery{Code: "vbden04", Period: november})
	require.Equal(t, []string{"Phòng Quản lý đô thị: 1 dòng", "Phòng Tư pháp: 1 dòng", "UBND phường Mộ Lao: 1 dòng", "UBND phường Văn Quán: 1 dòng", "(chưa giao đơn vị nào): 1 dòng"}, p.groups)
	var states []string
	for _, r := range p.rows {
		states = append(states, r[6])
	}
	require.Equal(t, []string{"Đang xử lý", "Chờ xử lý", "Chờ phường xác nhận", "Chờ phường xác nhận", "Chờ phân phối"}, states)
	require.Equal(t, "Tổng số: 5 dòng, 2 văn bản. Trong đó: chờ phân phối 1; chờ xử lý 1; chờ phường xác nhận 2; đang xử lý 1.", p.sums)

	h.waitUntil("2026-11-28 09:00")
	require.Equal(t, "Quá hạn", h.printed("chutich.quan", desk.PrintQuery{Code: "ND30-V2", Period: november, TypeName: "Công văn"}).rows[0][4])
	require.Len(t, h.printed("chutich.quan", desk.PrintQuery{Code: "VBDEN05", Period: november, Issuer: "so noi vu"}).rows, 1)
	require.Len(t, h.printed("chutich.quan", desk.PrintQuery{Code: "VBDEN02", Period: november, GivenTo: unit("tp")}).rows, 1)
}

// The book of a department has what it received; the people in it stand under
// their titles.
func TestAPrintedReportNamesWhoWorks(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("nv", routing.Execute))
	share := h.share(doc, "nv")
	h.done(h.desk.Acknowledge(t.Context(), h.as("vanthu.nv"), share.ID, noKey))
	officer := h.as("chuyenvien.nv")
	r := to("nv", routing.Lead)
	r.PositionID, r.Due = officer.PositionID, at("2026-11-26 15:00").UTC()
	h.done(h.desk.DirectAssignment(t.Context(), h.as("truong.nv"), share.ID, fiveClear(r), h.share(doc, "nv").Version, noKey))
	h.dispatch(doc)
	for _, who := range []string{"truong.nv", "chutich.quan"} {
		p := h.printed(who, desk.PrintQuery{Code: "VBDEN03", Period: november})
		require.Equal(t, []string{"Chuyên viên Phòng Nội vụ: 1 dòng"}, p.groups, who)
	}
	p := h.printed("truong.nv", desk.PrintQuery{Code: "VBDEN06", Period: november, Person: officer.PositionID})
	require.Equal(t, "Trưởng phòng Nội vụ", p.rows[0][5], "who directed in this unit")
	require.Equal(t, "Đang xử lý", p.rows[0][6], "its own share")
	require.Empty(t, h.printed("truong.tp", desk.PrintQuery{Code: "VBDEN05", Period: november}).rows, "another's book")
}

// A document that arrives at 31/12 17:30 UTC arrives on New Year's Day.
func TestAPrintedReportTurnsTheYearInVietnam(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for _, moment := range []string{"2026-12-31 23:59", "2027-01-01 00:30"} { // 16:59 and 17:30 UTC
		h.waitUntil(moment)
		h.registered()
	}
	old := h.printed("vanthu.quan", desk.PrintQuery{Code: "VBDEN05", Period: period("2026-01-01", "2026-12-31")})
	require.Len(t, old.rows, 1)
	require.Equal(t, "31/12/2026", old.rows[0][0])
	year, ok := h.desk.PeriodOf(statistics.ThisYear)
	require.True(t, ok)
	young := h.printed("vanthu.quan", desk.PrintQuery{Code: "VBDEN05", Period: year})
	require.Len(t, young.rows, 1)
	require.Equal(t, []string{"01/01/2027", "1"}, young.rows[0][:2])
	both := h.printed("vanthu.quan", desk.PrintQuery{Code: "VBDEN05", Period: period("2026-12-31", "2027-01-01")})
	require.Equal(t, "Tổng số: 2 văn bản.", both.sums)
	require.Equal(t, []string{"1", "1"}, []string{both.rows[0][1], both.rows[1][1]}, "by year, then number")
}

func TestWhoHasPrintedReports(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	names := func(username string) string {
		units, err := h.desk.Reportable(t.Context(), h.as(username))
		require.NoError(t, err)
		var out []string
		for _, u := range units {
			out = append(out, u.Code)
		}
		return strings.Join(out, " ")
	}
	district := names("chutich.quan")
	require.Equal(t, district, names("vanthu.quan"))
	require.True(t, strings.HasPrefix(names("chanhvanphong"), district+" "), "the organ above first, then his office")
	require.NotContains(t, names("chutich.molao"), " ")
	require.Len(t, strings.Fields(names("thanhtra.quan")), len(seedUnits(h)))
	for _, none := range []string{"chuyenvien.nv", "canbo.molao", "quantri"} {
		require.Empty(t, names(none))
		require.ErrorIs(t, h.desk.Print(t.Context(), h.as(none), desk.PrintQuery{Code: "VBDEN01", Period: november}, &paper{}), routing.ErrNotAllowed, none)
	}
	for _, elsewhere := range []routing.ID{unit("quan"), unit("vanquan"), routing.ID("0199c0de-0000-7000-8000-00000000dead")} {
		require.ErrorIs(t, h.desk.Print(t.Context(), h.as("chutich.molao"), desk.PrintQuery{Code: "VBDEN01", Period: november, UnitID: elsewhere}, &paper{}), routing.ErrNotAllowed)
	}
	require.ErrorIs(t, h.desk.Print(t.Context(), h.as("chutich.quan"), desk.PrintQuery{Code: "VBDEN99", Period: november}, &paper{}), routing.ErrNotFound)
	require.ErrorIs(t, h.desk.Print(t.Context(), h.as("chutich.quan"), desk.PrintQuery{Code: "VBDEN01", Period: period("2026-11-30", "2026-11-01")}, &paper{}), routing.ErrField)
}

func seedUnits(h *hall) []string {
	var ids []string
	require.NoError(h, h.store.DB().NewRaw(`SELECT id FROM units`).Scan(h.Context(), &ids))
	return ids
}

// Every figure of VBDEN07 is a list: as many shares stand behind it as it says.
func TestTheFiguresOfAPrintedReportHaveTheirLists(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute), to("vanquan", routing.Execute), to("nv", routing.Inform))
	h.dispatched(to("qldt", routing.Lead))
	for _, who := range []string{"qldt", "molao"} {
		h.done(h.desk.Acknowledge(t.Context(), h.as("vanthu."+who), h.share(doc, who).ID, noKey))
	}
	h.waitUntil("2026-11-25 09:00")
	h.done(h.desk.Report(t.Context(), h.as("chutich.molao"), h.share(doc, "molao").ID, "Đã rà soát xong", noKey))
	h.waitUntil("2026-11-28 09:00") // all was due yesterday
	p := h.printed("chutich.quan", desk.PrintQuery{Code: "VBDEN07", Period: november})
	require.Equal(t, [][]string{
		{"1", "Phòng Quản lý đô thị", "2", "0", "0", "0", "0", "2"},
		{"2", "UBND phường Mộ Lao", "1", "0", "1", "0", "0", "0"},
		{"3", "UBND phường Văn Quán", "1", "0", "0", "0", "0", "1"},
		{"", "Cộng", "4", "0", "1", "0", "0", "3"},
	}, p.rows)
	before := h.printed("chutich.quan", desk.PrintQuery{Code: "VBDEN07", Period: period("2026-11-28", "2026-11-28")})
	require.Equal(t, []string{"", "Cộng", "3", "0", "0", "0", "3", "0"}, before.rows[len(before.rows)-1])
	ended := h.printed("chutich.quan", desk.PrintQuery{Code: "VBDEN07", Period: period("2026-11-23", "2026-11-24")})
	require.Equal(t, []string{"", "Cộng", "4", "4", "0", "0", "0", "0"}, ended.rows[len(ended.rows)-1], "what happened later changes nothing")
	columns := []routing.Bucket{"", routing.Running, routing.DoneInTime, routing.DoneLate, routing.OverdueSince, routing.OverdueNew}
	columns[0] = routing.EveryBucket
	for _, who := range []string{"chutich.quan", "chanhvanphong", "thanhtra.quan"} {
		for i, key := range []string{"qldt", "molao", "vanquan", ""} {
			for c, bucket := range columns {
				q := desk.FigureQuery{Bucket: bucket, Book: unit("quan"), Period: november.Instants()}
				if key != "" {
					q.Unit = unit(key)
				}
				list, err := h.desk.FigureList(t.Context(), h.as(who), q)
				require.NoError(t, err)
				require.Equal(t, p.rows[i][c+2], strconv.Itoa(len(list)), "%s: %s %s", who, key, bucket)
				sum, err := h.desk.PeriodSummary(t.Context(), h.as(who), q)
				require.NoError(t, err)
				require.Len(t, list, sum.Of(bucket))
			}
		}
	}
	own, err := h.desk.FigureList(t.Context(), h.as("truong.qldt"), desk.FigureQuery{Look: desk.Look{Unit: unit("qldt")}, Bucket: routing.EveryBucket, Book: unit("quan"), Period: november.Instants()})
	require.NoError(t, err)
	require.Equal(t, p.rows[0][2], strconv.Itoa(len(own)), "what of another's book he follows")
}

// The same for each book that somebody oversees: of two, one at a time.
func TestTheFiguresOfABookAreOfThatBook(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead))
	share := h.share(doc, "qldt")
	h.done(h.desk.Acknowledge(t.Context(), h.as("vanthu.qldt"), share.ID, noKey))
	h.done(h.directFurther("truong.qldt", h.share(doc, "qldt"), noKey, to("molao", routing.Lead)))
	h.dispatch(doc)
	for _, x := range []struct {
		book string
		want []string
	}{{"quan", []string{"qldt", "molao"}}, {"qldt", []string{"molao"}}, {"molao", nil}} {
		q := desk.FigureQuery{Bucket: routing.EveryBucket, Book: unit(x.book), Period: november.Instants()}
		list, err := h.desk.FigureList(t.Context(), h.as("thanhtra.quan"), q)
		require.NoError(t, err)
		p := h.printed("thanhtra.quan", desk.PrintQuery{Code: "VBDEN07", UnitID: unit(x.book), Period: november})
		require.Equal(t, p.rows[len(p.rows)-1][2], strconv.Itoa(len(list)), x.book)
	}
}
