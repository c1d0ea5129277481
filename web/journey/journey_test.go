// Package journey takes a document through the whole house by its pages, as the
// people of four offices do, with the real workflow behind them.
package journey

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"congvan/accounts"
	"congvan/api"
	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
	"congvan/seed"
	"congvan/web"
	"congvan/web/webtest"
	"congvan/worker/workertest"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
	"gocloud.dev/blob/memblob"
)

func TestMain(m *testing.M) { webtest.Main(m) }

// house is an authority at work, and the address of its pages.
type house struct {
	*workertest.Authority
	testing.TB
	url string
}

// open starts worker, relay and pages.
func open(t *testing.T) *house {
	t.Helper()
	a := workertest.New(t)
	a.Work()
	hasher := accounts.NewHasher(accounts.Params{Memory: 64, Time: 1, Threads: 1}, 0)
	hash, err := hasher.Hash(context.Background(), webtest.Password)
	require.NoError(t, err)
	_, err = a.Record.DB().ExecContext(t.Context(), `UPDATE accounts SET password_hash = ?`, hash)
	require.NoError(t, err)
	seal, err := accounts.NewSeal([]byte(accounts.NewKey()))
	require.NoError(t, err)
	a.Desk = desk.New(a.Record, memblob.OpenBucket(nil), nil, desk.AllowDemoLadder(),
		desk.WithLogin(desk.LoginRules{Hasher: hasher, Seal: seal, SecondFactor: desk.SecondFactorOffered}))
	gates := gate.New(gate.Config{Desk: a.Desk, Log: slog.New(slog.DiscardHandler), Limits: gate.Limits{}})
	pages, err := web.New(web.Config{Gate: gates})
	require.NoError(t, err)
	programs := api.New(api.Config{Gate: gates, Version: "test"}) // the pages listen to its stream
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if api.Answers(r.URL.Path) {
			programs.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { programs.Close(); server.Close() })
	return &house{Authority: a, TB: t, url: server.URL}
}

// as is somebody's browser.
func (h *house) as(username string, look webtest.Look) *webtest.Tab {
	h.Helper()
	tab := webtest.OpenTab(h, h.url, look)
	tab.LogIn(username, webtest.Password)
	return tab
}

func TestADocumentGoesItsWholeWay(t *testing.T) {
	t.Parallel()
	open(t).journey(webtest.Look{})
}

func TestADocumentGoesItsWholeWayWithoutScripts(t *testing.T) {
	t.Parallel()
	open(t).journey(webtest.Look{NoScript: true})
}

// journey is the document's whole way; look is how the district sees its pages.
func (h *house) journey(look webtest.Look) {
	document := h.registers(look)
	h.directs(look, document)

	h.wardWorks("molao", webtest.Look{Width: 360, Height: 740, Touch: true, Dark: true, NoScript: look.NoScript})
	h.wardWorks("vanquan", webtest.Look{Width: 360, Height: 740, NoScript: true})
	for _, ward := range workertest.Wards() {
		if ward != "molao" && ward != "vanquan" {
			h.Receive(document, ward)
			h.WardsReport(document, ward)
		}
	}
	h.officeReports(look, document)
	h.approves(look, document)

	h.Settle(document)
	tab := h.as("vanthu.quan", look)
	tab.Open("/documents/" + string(document))
	tab.Wait(".doc-concluded")
	tab.HasNoErrors()
}

// registers lets the clerk take a document into the book and lay it before the chairman.
func (h *house) registers(look webtest.Look) routing.ID {
	h.Helper()
	tab := h.as("vanthu.quan", look)
	tab.Press(`.side a[href="/register"]`)
	for field, text := range map[string]string{"issuer": "UBND Thành phố Hà Nội", "codeNumber": "1234", "codeNotation": "UBND-KGVX", "typeName": "Công văn", "subject": "V/v rà soát hộ nghèo, hộ cận nghèo năm 2026"} {
		tab.Type("#f-"+field, text)
	}
	tab.Press("#f-secrecy")
	tab.Do(chromedp.SetValue("#f-to", string(h.As("chutich.quan").PositionID), chromedp.ByQuery))
	tab.Press(`button[name="then"][value="present"]`)
	tab.Says("Đã trình")
	tab.HasNoErrors()
	var document routing.ID
	require.NoError(h, h.Record.DB().NewRaw(`SELECT id FROM documents WHERE code_number = '1234' AND status = 'presented'`).Scan(h.Context(), &document))
	return document
}

// directs lets the chairman give it to an office that leads, one that joins in and
// all wards.
func (h *house) directs(look webtest.Look, document routing.ID) {
	h.Helper()
	tab := h.as("chutich.quan", look)
	tab.Press(`.side a[href="/queue"]`)
	tab.Says("V/v rà soát hộ nghèo")
	tab.Press(`a[href^="/documents/` + string(document) + `/direct"]`)
	tab.Type("#f-text", "Giao Phòng Quản lý đô thị chủ trì, các phường rà soát")
	tab.Type("#f-process", "Các phường báo cáo đơn vị chủ trì tổng hợp")
	tab.Type("#f-result", "Báo cáo tổng hợp bằng văn bản")
	tab.Type("#f-due", h.inTwoWeeks())
	tab.Press(`button[name="all"][value="ward.execute"]`)
	tab.Press(`input[name="to.` + unit("qldt") + `"][value="lead"]`)
	tab.Press(`input[name="to.` + unit("nv") + `"][value="coordinate"]`)
	tab.Press(`button[name="do"][value="send"]`)
	tab.Says("Đã ghi ý kiến chỉ đạo")
	tab.HasNoErrors()
	h.Share(document, "molao") // the workflow has given everybody his share
}

// wardWorks lets a ward confirm and report on its page.
func (h *house) wardWorks(ward string, look webtest.Look) {
	h.Helper()
	tab := h.as("chutich."+ward, look)
	tab.Open("/ward")
	tab.Says("Mới đến, chờ xác nhận (1)")
	tab.Press(".ward-tap")
	tab.Says("Đang xử lý (1)")
	tab.Press(".ward-report summary")
	tab.Type(".ward-report textarea", "Đã rà soát 12 hộ, 2 hộ thoát nghèo")
	tab.Press(`.ward-report button[value="reported"]`)
	tab.Says("Đang xử lý (0)")
	tab.Fits()
	tab.HasNoErrors()
}

// officeReports lets the leading office take it into its book and report.
func (h *house) officeReports(look webtest.Look, document routing.ID) {
	h.Helper()
	share := string(h.Share(document, "qldt").ID)
	clerk := h.as("vanthu.qldt", look)
	clerk.Open("/documents/" + string(document))
	clerk.Press(`form[action="/shares/` + share + `/do/acknowledged"] button`)
	clerk.Says("Đã xác nhận đã nhận")
	clerk.HasNoErrors()
	head := h.as("truong.qldt", look)
	head.Open("/documents/" + string(document))
	head.Press(`a[href^="/shares/` + share + `/do/reported"]`)
	head.Type(`.act-form textarea`, "17 phường đã rà soát xong, có bảng tổng hợp kèm theo")
	head.Press(`.act-form .btn-primary`)
	head.Says("Đã báo cáo kết quả")
	head.HasNoErrors()
}

// approves lets the chairman approve the office's report out of his queue.
func (h *house) approves(look webtest.Look, document routing.ID) {
	h.Helper()
	share := string(h.Share(document, "qldt").ID)
	tab := h.as("chutich.quan", look)
	tab.Open("/queue?item=" + share)
	tab.Says("17 phường đã rà soát xong")
	tab.Press(`a[href^="/shares/` + share + `/do/approved"]`)
	tab.Press(`.act-form .btn-primary`)
	tab.Says("Đã duyệt")
	tab.HasNoErrors()
}

func unit(key string) string { return string(seed.HaDong().UnitID(key)) }

// inTwoWeeks is a working day, as people type it.
func (h *house) inTwoWeeks() string {
	h.Helper()
	clocks, err := h.Record.Clocks(h.Context())
	require.NoError(h, err)
	for day := time.Now().AddDate(0, 0, 14); ; day = day.AddDate(0, 0, 1) {
		if clocks("").IsWorkday(calendar.DateOf(day)) {
			return day.In(calendar.Location).Format("2/1/2006")
		}
	}
}
