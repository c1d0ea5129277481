package monthly_test

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

func TestMain(m *testing.M) { webtest.Main(m) }

// late is a world whose November is over: two wards and an office have not done what
// was due in it.
func late(t *testing.T) (*webtest.World, routing.ID) {
	w := webtest.New(t)
	due := time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)
	id := w.Register(webtest.Registration())
	w.Direct(id, routing.Recipient{UnitID: webtest.Unit("nv"), Role: routing.Lead, Due: due}, routing.Recipient{UnitID: webtest.Unit("molao"), Role: routing.Execute, Due: due},
		routing.Recipient{UnitID: webtest.Unit("phula"), Role: routing.Execute, Due: due})
	w.Pass(8 * 24 * time.Hour)
	return w, id
}

// From publishing to the answer, by the forms of the pages: each sees his part, what
// was typed is kept after a refusal, both sides' words are shown as text, on the
// page, as Excel and as PDF.
func TestAMonthIsPublishedDisputedAndAnswered(t *testing.T) {
	t.Parallel()
	w, id := late(t)
	chairman, ward := w.In("chutich.quan"), w.In("chutich.molao")
	const at = "/statistics/monthly"
	page := chairman.Page(at)
	require.Contains(t, page, "Đề xuất, không phải kết quả xếp loại.")
	require.Contains(t, page, `value="2026-11"`)
	require.NotContains(t, page, `value="2026-12"`, "it runs")
	require.NotContains(t, ward.Page(at), "<select", "he publishes nothing")
	a := chairman.Post(at, "month", "2026-03")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, "không có phần việc nào")
	require.Contains(t, a.Text, `value="2026-03" selected`)
	a = chairman.Post(at, "month", "2026-11")
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	sheet, _, _ := strings.Cut(a.Header.Get("Location"), "?")

	page = chairman.Page(sheet)
	require.Contains(t, page, "Phú La")
	require.Contains(t, page, "/oversight/assignments?bucket=overdue-within&amp;unit="+string(webtest.Unit("molao"))+"&amp;from=2026-11-01&amp;to=2026-11-30")
	require.NotContains(t, page, "Xếp loại:")
	page = ward.Page(sheet)
	require.Contains(t, page, "Mộ Lao")
	require.NotContains(t, page, "Phú La")
	require.NotContains(t, page, "/oversight/assignments?", "the lists of a ward have its own book in them as well")
	form := regexp.MustCompile(`href="(` + sheet + `/lines/[^"]*/object)"`).FindStringSubmatch(page)
	require.NotNil(t, form)
	share := string(w.Share(id, "molao").ID)
	require.Contains(t, ward.Page(form[1]), share)
	a = ward.Post(form[1], "text", "Quá ngắn", "shares", share)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, ">Quá ngắn</textarea>")
	require.Regexp(t, `value="`+share+`"[^>]* checked`, a.Text)
	const words = `=1+1 <b>Văn bản</b> đến phường sau hạn`
	require.Equal(t, http.StatusSeeOther, ward.Post(form[1], "text", words, "shares", share).Status)

	page = chairman.Page(sheet)
	require.Contains(t, page, "=1+1 &lt;b&gt;Văn bản&lt;/b&gt; đến phường sau hạn")
	form = regexp.MustCompile(`href="(` + sheet + `/objections/[^"]*/answer)"`).FindStringSubmatch(page)
	require.NotNil(t, form)
	require.NotContains(t, ward.Page(sheet), "/answer", "it is not his to answer")
	require.Equal(t, http.StatusForbidden, ward.Get(form[1]).Status)
	a = chairman.Post(form[1], "text", "Đồng ý với phường Mộ Lao")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status, "nothing was chosen")
	require.Contains(t, a.Text, ">Đồng ý với phường Mộ Lao</textarea>")
	require.Equal(t, http.StatusSeeOther, chairman.Post(form[1], "text", "Đồng ý với phường Mộ Lao", "counts", "in-time").Status)

	page = ward.Page(sheet)
	for _, text := range []string{"Đồng ý với phường Mộ Lao", "Chấp nhận: tính là đúng hạn", "Sau điều chỉnh", "0,0 %", "100,0 %"} {
		require.Contains(t, page, text)
	}
	a = ward.Get(sheet + "/excel")
	require.Equal(t, http.StatusOK, a.Status)
	file, err := excelize.OpenReader(bytes.NewReader([]byte(a.Text)))
	require.NoError(t, err)
	rows, err := file.GetRows("Tháng 11-2026")
	require.NoError(t, err)
	require.Len(t, rows, 4, "its head, the line, its correction, what it is")
	require.Contains(t, rows[1][7], words)
	require.Contains(t, rows[1][7], "Đồng ý với phường Mộ Lao")
	require.Equal(t, "0,0 %", rows[1][6])
	require.Equal(t, "100,0 %", rows[2][6])
	require.Contains(t, rows[3][0], "không phải kết quả xếp loại")
	a = ward.Get(sheet + "/pdf")
	require.Equal(t, http.StatusOK, a.Status)
	require.True(t, strings.HasPrefix(a.Text, "%PDF-"))
	require.Contains(t, ward.Page("/trail?kind=exported"), "Xuất danh sách", "that it left is written down")
}
