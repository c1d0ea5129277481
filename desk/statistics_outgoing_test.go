package desk_test

import (
	"testing"

	"congvan/desk"
	"congvan/routing"

	"github.com/stretchr/testify/require"
)

// threeIssued are a plan and two decisions, of which the second was cancelled.
func threeIssued(h *hall) (cancelled routing.Outgoing) {
	h.Helper()
	h.issued("vanthu.quan", issuing())
	decision := issuing()
	decision.TypeName, decision.CodeNotation, decision.Subject, decision.SignerTitle, decision.SignerName = "Quyết định", "QĐ-UBND", "Thành lập đoàn kiểm tra", "Phó Chủ tịch UBND quận", ""
	decision.DrafterUnitID = unit("tp")
	cancelled = h.issued("vanthu.quan", decision)
	decision.Subject = "Ban hành quy chế làm việc"
	h.issued("vanthu.quan", decision)
	_, err := h.desk.CancelOutgoing(h.Context(), h.as("vanthu.quan"), cancelled.ID, because, cancelled.Version, noKey)
	require.NoError(h, err)
	h.issued("vanthu.molao", issuing())
	return cancelled
}

func TestThePrintedReportsOfTheOutgoingBook(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	threeIssued(h)
	const plan, first, second = "Chỉnh trang trật tự đô thị", "(Đã huỷ, giữ số) Thành lập đoàn kiểm tra", "Ban hành quy chế làm việc"
	to, chair, deputy := "UBND phường Mộ Lao; UBND thành phố Hà Nội", "Chủ tịch UBND quận", "Phó Chủ tịch UBND quận"
	for code, want := range map[string]struct {
		groups []string
		rows   [][]string
	}{
		"VBDI01": {[]string{"Kế hoạch: 1 văn bản", "Quyết định: 2 văn bản, trong đó đã huỷ 1"},
			[][]string{{"23/11/2026", "01/KH-UBND", plan, chair, "Phòng Quản lý đô thị", to}, {"23/11/2026", "02/QĐ-UBND", first, deputy, "Phòng Tư pháp", to}, {"23/11/2026", "03/QĐ-UBND", second, deputy, "Phòng Tư pháp", to}}},
		"VBDI02": {[]string{"Chủ tịch UBND quận: 1 văn bản", "Phó Chủ tịch UBND quận: 2 văn bản, trong đó đã huỷ 1"},
			[][]string{{"23/11/2026", "Kế hoạch", "01/KH-UBND", plan, "Phòng Quản lý đô thị", to}, {"23/11/2026", "Quyết định", "02/QĐ-UBND", first, "Phòng Tư pháp", to}, {"23/11/2026", "Quyết định", "03/QĐ-UBND", second, "Phòng Tư pháp", to}}},
		"VBDI03": {[]string{"Phòng Quản lý đô thị: 1 văn bản", "Phòng Tư pháp: 2 văn bản, trong đó đã huỷ 1"},
			[][]string{{"23/11/2026", "Kế hoạch", "01/KH-UBND", plan, chair, to}, {"23/11/2026", "Quyết định", "02/QĐ-UBND", first, deputy, to}, {"23/11/2026", "Quyết định", "03/QĐ-UBND", second, deputy, to}}},
		"VBDI04": {nil, [][]string{{"23/11/2026", "Kế hoạch", "01/KH-UBND", plan, chair, "Phòng Quản lý đô thị", to}, {"23/11/2026", "Quyết định", "02/QĐ-UBND", first, deputy, "Phòng Tư pháp", to},
			{"23/11/2026", "Quyết định", "03/QĐ-UBND", second, deputy, "Phòng Tư pháp", to}}},
		"VBDI05": {[]string{"Kế hoạch: 1 văn bản", "Quyết định: 2 văn bản, trong đó đã huỷ 1"},
			[][]string{{"23/11/2026", "Kế hoạch", "01/KH-UBND", plan, chair, "Phòng Quản lý đô thị", to}, {"23/11/2026", "Quyết định", "02/QĐ-UBND", first, deputy, "Phòng Tư pháp", to},
				{"23/11/2026", "Quyết định", "03/QĐ-UBND", second, deputy, "Phòng Tư pháp", to}}},
	} {
		p := h.printed("chutich.quan", desk.PrintQuery{Code: code, Period: november})
		require.Equal(t, want.groups, p.groups, code)
		require.Equal(t, want.rows, p.rows, code)
		require.Equal(t, "Tổng số: 3 văn bản. Trong đó: đã phát hành 2; đã huỷ, giữ số 1.", p.sums, code)
	}
	require.Len(t, h.printed("vanthu.quan", desk.PrintQuery{Code: "VBDI04", Period: november, TypeName: "Quyết định"}).rows, 2)
	drafted := h.printed("vanthu.quan", desk.PrintQuery{Code: "VBDI04", Period: november, GivenTo: unit("qldt"), Issuer: "is not asked here"})
	require.Len(t, drafted.rows, 1)
	require.Equal(t, []string{"Đơn vị soạn thảo: Phòng Quản lý đô thị"}, drafted.head.Filter)
	require.Equal(t, 7, h.count(`journal WHERE kind = 'exported' AND details->>'form' LIKE 'VBDI%'`))
}

// V.4 says of each what the book knows, V.2 which replies there are.
func TestThePrintedReportsKnowTheReplies(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	first, second := h.registered(), h.registered()
	in := issuing()
	in.Answers, in.ReplyBy = []routing.ID{first.ID, second.ID}, "2026-12-01"
	h.issued("vanthu.quan", in)
	in.Answers, in.ReplyBy = []routing.ID{first.ID}, ""
	again := h.issued("vanthu.quan", in)
	wrong := h.issued("vanthu.quan", in)
	_, err := h.desk.CancelOutgoing(t.Context(), h.as("vanthu.quan"), wrong.ID, because, wrong.Version, noKey)
	require.NoError(t, err)
	p := h.printed("chutich.quan", desk.PrintQuery{Code: "ND30-V4", Period: november})
	require.Equal(t, []string{"Kế hoạch: 3 văn bản, trong đó đã huỷ 1"}, p.groups)
	require.Equal(t, "Đã phát hành ngày 23/11/2026; đề nghị trả lời trước hết ngày 01/12/2026; trả lời văn bản đến số 1/2026, 2/2026", p.rows[0][6])
	require.Equal(t, "Đã phát hành ngày 23/11/2026; trả lời văn bản đến số 1/2026", p.rows[1][6])
	require.Equal(t, "Đã huỷ ngày 23/11/2026, giữ số: "+because, p.rows[2][6])
	require.Equal(t, "(Đã huỷ, giữ số) Kế hoạch Chỉnh trang trật tự đô thị", p.rows[2][2])
	require.Equal(t, "Tổng số: 3 văn bản. Trong đó: đã phát hành 2; đã huỷ, giữ số 1. Văn bản đã phát hành gồm: đề nghị trả lời 1; không đề nghị trả lời 1; trả lời văn bản đến 2.", p.sums)

	p = h.printed("chutich.quan", desk.PrintQuery{Code: "ND30-V2", Period: november})
	require.Equal(t, []string{"01/KH-UBND; " + again.Code(), "01/KH-UBND"}, []string{p.rows[0][5], p.rows[1][5]}, "what was cancelled replies to nothing")
}

func TestTheOutgoingReportsTurnTheYearInVietnam(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for _, moment := range []string{"2026-12-31 23:59", "2027-01-01 00:30"} { // 16:59 and 17:30 UTC
		h.waitUntil(moment)
		h.issued("vanthu.quan", issuing())
	}
	old := h.printed("vanthu.quan", desk.PrintQuery{Code: "VBDI04", Period: period("2026-01-01", "2026-12-31")})
	require.Len(t, old.rows, 1)
	require.Equal(t, []string{"31/12/2026", "01/KH-UBND"}, []string{old.rows[0][0], old.rows[0][2]})
	both := h.printed("vanthu.quan", desk.PrintQuery{Code: "VBDI01", Period: period("2026-12-31", "2027-01-01")})
	require.Equal(t, []string{"Kế hoạch: 2 văn bản"}, both.groups)
	require.Equal(t, []string{"31/12/2026", "01/01/2027"}, []string{both.rows[0][0], both.rows[1][0]}, "by year, then number: both are 01")
}

func TestWhoHasOutgoingReports(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	threeIssued(h)
	for who, want := range map[string]int{"chutich.quan": 3, "pho.dothi": 3, "vanthu.quan": 3, "chanhvanphong": 3, "thanhtra.quan": 3, "chutich.molao": 1, "truong.qldt": 0} {
		q := desk.PrintQuery{Code: "VBDI04", Period: november}
		if who == "thanhtra.quan" {
			q.UnitID = unit("quan")
		}
		require.Len(t, h.printed(who, q).rows, want, who)
	}
	require.Len(t, h.printed("thanhtra.quan", desk.PrintQuery{Code: "VBDI04", Period: november, UnitID: unit("molao")}).rows, 1)
	for _, who := range []string{"chuyenvien.nv", "canbo.molao", "quantri"} {
		require.ErrorIs(t, h.desk.Print(t.Context(), h.as(who), desk.PrintQuery{Code: "VBDI04", Period: november}, &paper{}), routing.ErrNotAllowed, who)
	}
	require.ErrorIs(t, h.desk.Print(t.Context(), h.as("chutich.molao"), desk.PrintQuery{Code: "VBDI04", Period: november, UnitID: unit("quan")}, &paper{}), routing.ErrNotAllowed)
}
