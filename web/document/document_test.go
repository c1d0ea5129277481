package document_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

func pageOf(document routing.ID) string { return "/documents/" + string(document) }

// read is the text of a page, as somebody reads it.
func read(page string) string {
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")), " ")
}

func TestTheStripAddsUpAndOpensIntoTheTree(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	_, err := w.Desk.Acknowledge(t.Context(), w.As("vanthu.molao"), w.Share(document, "molao").ID, webtest.Request())
	require.NoError(t, err)
	page := w.In("chutich.quan").Page(pageOf(document))
	require.Equal(t, 4, strings.Count(page, `<span class="cell cell-`))
	text := read(page)
	require.Contains(t, text, "3 chờ xác nhận 1 đã nhận / 4 nơi nhận")
	for _, unit := range []string{"Phòng Nội vụ", "UBND phường Mộ Lao", "UBND phường Văn Quán", "Phòng Y tế"} {
		require.Contains(t, text, unit)
	}
	require.Contains(t, text, "UBND phường Mộ Lao xác nhận đã nhận · số đến 1/2026")
	require.Contains(t, text, "Rà soát hộ nghèo")
	require.NotContains(t, page, "phần liên quan đến đơn vị bạn")
}

func TestWhoSeesAPartIsToldSoAndSeesNoMore(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	text := read(w.In("vanthu.molao").Page(pageOf(document)))
	require.Contains(t, text, "phần liên quan đến đơn vị bạn")
	require.Contains(t, text, "UBND phường Mộ Lao")
	require.NotContains(t, text, "Văn Quán")
}

func TestADocumentThatIsNotOnesOwnIsAsIfItWereNot_Z02_Z04(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	b := w.In("vanthu.lakhe")
	mask := func(a webtest.Answer) string {
		return regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`).ReplaceAllString(a.Text, "…")
	}
	for _, path := range []string{"", "/history", "/alarms", "/ledger", "/slip", "/do/recalled", "/do/attached"} {
		his, none := b.Get(pageOf(document)+path), b.Get("/documents/00000000-0000-7000-8000-000000000000"+path)
		require.Equal(t, http.StatusNotFound, his.Status, path)
		require.Equal(t, none.Status, his.Status, path)
		require.Equal(t, mask(none), mask(his), path)
	}
	share := w.Share(document, "molao")
	require.Equal(t, http.StatusNotFound, b.Get("/shares/"+string(share.ID)+"/consent").Status)
	require.Equal(t, http.StatusNotFound, w.In("quantri").Get(pageOf(document)).Status)
}

func TestTextThatIsCodeIsShownAsText_W02(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	in, evil := webtest.Registration(), `<script>alert("x")</script>`
	in.Subject, in.Issuer = "V/v "+evil, "Sở "+evil
	document := w.Register(in)
	w.Direct(document, routing.Recipient{UnitID: webtest.Unit("nv"), Role: routing.Lead}, routing.Recipient{UnitID: webtest.Unit("molao"), Role: routing.Execute})
	share := w.Share(document, "molao")
	_, err := w.Desk.Acknowledge(t.Context(), w.As("vanthu.molao"), share.ID, webtest.Request())
	require.NoError(t, err)
	_, err = w.Desk.Progress(t.Context(), w.As("chutich.molao"), share.ID, "Đến đây "+evil, webtest.Request())
	require.NoError(t, err)
	b := w.In("chutich.quan")
	for _, path := range []string{"", "/history", "/alarms", "/ledger", "/slip", "/do/recalled"} {
		page := b.Page(pageOf(document) + path)
		require.Contains(t, page, "&lt;script&gt;", path)
		require.NotContains(t, page, "<script>", path)
	}
	require.Contains(t, b.Page(pageOf(document)), "Đến đây &lt;script&gt;")
}

func TestWhoIsLateIsSaidWithTheReason(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	for _, x := range [][2]string{{"molao", "vanthu.molao"}, {"vanquan", "vanthu.vanquan"}} {
		_, err := w.Desk.Acknowledge(t.Context(), w.As(x[1]), w.Share(document, x[0]).ID, webtest.Request())
		require.NoError(t, err)
	}
	b := w.In("chutich.quan")
	require.NotContains(t, read(b.Page(pageOf(document))), "quá hạn")
	w.Pass(30 * 24 * time.Hour)
	text := read(w.In("chutich.quan").Page(pageOf(document)))
	require.Contains(t, text, "4 quá hạn / 4 nơi nhận")
	require.Contains(t, text, "Chậm vì : chưa có tiến độ nào được cập nhật")
	require.Contains(t, text, "Nhắc các nơi quá hạn")
	require.NotContains(t, read(w.In("vanthu.molao").Page(pageOf(document))), "Nhắc các nơi quá hạn")
}

func TestTheReasonsOfAHoldAndAReturnAreShown(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	ward := w.Share(document, "molao")
	_, err := w.Desk.Return(t.Context(), w.As("chutich.molao"), ward.ID, "Địa bàn không có hộ nghèo", 0, webtest.Request())
	require.NoError(t, err)
	_, err = w.Desk.Hold(t.Context(), w.As("chutich.quan"), w.Share(document, "vanquan").ID, routing.OtherHold, "Chờ kết luận thanh tra", 0, webtest.Request())
	require.NoError(t, err)
	text := read(w.In("chutich.quan").Page(pageOf(document)))
	require.Regexp(t, `Lý do chuyển trả .{0,30}: Địa bàn không có hộ nghèo`, text)
	require.Regexp(t, `Lý do tạm dừng .{0,30}: Chờ kết luận thanh tra`, text)
}

func TestWhatWillRingIsForetold(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	text := read(w.In("chutich.quan").Page(pageOf(w.Sent())))
	require.Contains(t, text, "Sắp đôn đốc:")
	require.Contains(t, text, "chưa xác nhận đã nhận")
	text = read(w.In("chutich.quan").Page(pageOf(w.Sent()) + "/alarms"))
	require.Regexp(t, `nếu .*chưa xác nhận đã nhận báo cho: .*Văn thư`, text)
}

func TestTheHistoryIsReadToItsBeginning(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := w.Share(document, "molao").ID
	_, err := w.Desk.Acknowledge(t.Context(), w.As("vanthu.molao"), share, webtest.Request())
	require.NoError(t, err)
	for i := range 130 {
		_, err := w.Desk.Progress(t.Context(), w.As("chutich.molao"), share, fmt.Sprintf("Tổ dân phố %d", i), webtest.Request())
		require.NoError(t, err)
	}
	b := w.In("chutich.quan")
	page := b.Page(pageOf(document))
	require.Contains(t, page, "Tổ dân phố 129”")
	require.NotContains(t, page, "“Tổ dân phố 100”")
	seen, older := page, regexp.MustCompile(`href="(/documents/[^"]*/history\?before=\d+)"`)
	for range 2 {
		page = b.Page(older.FindStringSubmatch(page)[1])
		seen += page
	}
	require.False(t, older.MatchString(page))
	for i := range 129 { // the newest stands at the share, too
		require.Equal(t, 1, strings.Count(seen, fmt.Sprintf("“Tổ dân phố %d”", i)), i)
	}
	require.Contains(t, read(page), "vào sổ văn bản")
}

func TestTheSlipHasThePartsOfTheDecree(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	text := read(w.In("vanthu.quan").Page(pageOf(document) + "/slip"))
	for _, part := range []string{"Phiếu giải quyết văn bản đến", "Số đến: 1/2026", "1. Ý kiến của lãnh đạo cơ quan", "Giao chủ trì Phòng Nội vụ",
		"Giao thực hiện UBND phường Mộ Lao, UBND phường Văn Quán", "Chủ tịch UBND quận, ngày 23/11/2026", "2. Ý kiến của lãnh đạo đơn vị", "3. Ý kiến đề xuất của người giải quyết"} {
		require.Contains(t, text, part)
	}
}

func TestTheLedgerIsShown(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	text := read(w.In("chutich.quan").Page(pageOf(document) + "/ledger"))
	require.Contains(t, text, "UBND phường Mộ Lao Xác nhận đã nhận 23/11/2026 09:00 đang giữ")
	require.NotContains(t, read(w.In("vanthu.molao").Page(pageOf(document)+"/ledger")), "Văn Quán")
}

func TestAPartOfThePageComesAlone(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	b := w.In("vanthu.molao")
	b.Header.Set("HX-Request", "true")
	page := b.Page(pageOf(document))
	require.NotContains(t, page, "<html")
	require.Contains(t, page, `data-live="`+pageOf(document)+`" data-document="`+string(document)+`"`)
}
