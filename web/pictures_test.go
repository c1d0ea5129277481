package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"congvan/routing"
	"congvan/seed"
	"congvan/web/webtest"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// TestPictures takes the pictures of docs/pages.md:
//
//	PICTURES=$PWD/docs/pictures go test ./web -run Pictures -count=1
func TestPictures(t *testing.T) {
	folder := os.Getenv("PICTURES")
	if folder == "" {
		t.Skip("PICTURES names no folder")
	}
	w := webtest.New(t)
	document := busy(w)
	take := func(name, username, path string, look webtest.Look, prepare func(*webtest.Tab)) {
		tab := w.Tab(look)
		tab.LogIn(username, webtest.Password)
		tab.Open(path)
		if prepare != nil {
			prepare(tab)
		}
		time.Sleep(400 * time.Millisecond) // what a page loads late
		var png []byte
		tab.Do(chromedp.CaptureScreenshot(&png))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644))
	}
	desk, phone := webtest.Look{Width: 1180, Height: 760}, webtest.Look{Width: 360, Height: 740, Touch: true}
	dark := desk
	dark.Dark = true
	take("home", "chutich.quan", "/", desk, nil)
	take("register", "vanthu.quan", "/register", desk, fillRegister)
	take("inbox", "vanthu.molao", "/inbox", desk, nil)
	take("document", "chutich.quan", "/documents/"+string(document), desk, nil)
	take("document-dark", "chutich.quan", "/documents/"+string(document), dark, nil)
	take("direct", "chutich.quan", "/documents/"+string(w.Register(webtest.Registration()))+"/direct", desk, fillDirection)
	take("queue", "chutich.quan", "/queue", desk, nil)
	take("ward", "chutich.molao", "/ward", phone, nil)
	take("organisation", "quantri", "/admin/organisation", desk, nil)
	take("ward-offline", "chutich.molao", "/ward", phone, func(tab *webtest.Tab) {
		require.Eventually(t, func() bool {
			var ready bool
			tab.Eval(`navigator.serviceWorker.controller !== null`, &ready)
			return ready
		}, 20*time.Second, 100*time.Millisecond)
		tab.Open("/ward")
		w.Cut(true)
		tab.Press(".ward-tap")
		tab.Open("/ward")
		tab.Says("Chưa gửi")
	})
	w.Cut(false)
}

// busy is a world with work on every desk, and a document that all wards work on.
func busy(w *webtest.World) routing.ID {
	subjects := []string{"Về việc phòng, chống cháy nổ tại các chung cư cao tầng", "V/v rà soát hộ nghèo, hộ cận nghèo năm 2026", "Về tổng rà soát, chỉnh trang trật tự đô thị",
		"V/v chuẩn bị tuyển sinh vào lớp 1 và lớp 6", "Về công tác phòng, chống dịch sốt xuất huyết"}
	recipients := []routing.Recipient{{UnitID: webtest.Unit("qldt"), Role: routing.Lead}, {UnitID: webtest.Unit("nv"), Role: routing.Coordinate}}
	var wards []string
	for _, u := range seed.HaDong().Units {
		if u.Kind == "ward" {
			wards = append(wards, u.Key)
			recipients = append(recipients, routing.Recipient{UnitID: webtest.Unit(u.Key), Role: routing.Execute})
		}
	}
	var document routing.ID
	for i, subject := range subjects {
		in := webtest.Registration()
		in.Subject, in.CodeNumber, in.Urgency = subject, fmt.Sprint(1204+i*37), []routing.Urgency{routing.Express, routing.Normal, routing.Urgent, routing.Normal, routing.Normal}[i]
		document = w.Register(in)
		w.Direct(document, append([]routing.Recipient{}, recipients...)...)
		for n, ward := range wards[:3+i*3] {
			acts(w, document, ward, (n+i)%4)
		}
		w.Pass(20 * time.Minute)
	}
	for _, subject := range []string{"Giấy mời họp giao ban công tác quý IV", "Về việc cung cấp số liệu cải cách hành chính"} {
		in := webtest.Registration()
		in.Subject, in.Issuer = subject, "Sở Nội vụ"
		id := w.Register(in)
		_, err := w.Desk.Present(w.Context(), w.As("vanthu.quan"), id, w.As("chutich.quan").PositionID, "", 0, webtest.Request())
		require.NoError(w, err)
	}
	w.Pass(26 * time.Hour)
	return document
}

// acts lets a ward confirm, work and report, as far as it came.
func acts(w *webtest.World, document routing.ID, ward string, far int) {
	share, by := w.Share(document, ward), w.As("chutich."+ward)
	_, err := w.Desk.Acknowledge(w.Context(), by, share.ID, webtest.Request())
	if err == nil && far > 0 {
		_, err = w.Desk.Progress(w.Context(), by, share.ID, "Đang rà soát tại các tổ dân phố", webtest.Request())
	}
	if err == nil && far > 1 {
		_, err = w.Desk.Report(w.Context(), by, share.ID, "Đã rà soát xong trên địa bàn phường, không phát sinh vướng mắc.", webtest.Request())
	}
	if err == nil && far > 2 {
		_, err = w.Desk.Approve(w.Context(), w.As("chutich.quan"), share.ID, w.Share(document, ward).Version, webtest.Request())
	}
	require.NoError(w, err)
}

func fillRegister(tab *webtest.Tab) {
	for field, text := range map[string]string{"issuer": "UBND Thành phố Hà Nội", "codeNumber": "4532", "codeNotation": "UBND-KGVX", "issuedOn": "20/11/2026", "typeName": "Công văn",
		"subject": "V/v rà soát hộ nghèo, hộ cận nghèo năm 2026"} {
		tab.Type("#f-"+field, text)
	}
	tab.Press("#f-secrecy")
	tab.Eval(`scrollTo(0, 0)`, nil)
}

func fillDirection(tab *webtest.Tab) {
	tab.Type("#f-text", "Giao Phòng Nội vụ chủ trì; các phường rà soát, báo cáo đúng hạn")
	tab.Type("#f-process", "Các phường báo cáo Phòng Nội vụ tổng hợp")
	tab.Type("#f-result", "Báo cáo tổng hợp bằng văn bản")
	tab.Type("#f-due", "10/12/2026")
	tab.Press(`button[name="all"][value="ward.execute"]`)
	tab.Press(`input[name="to.` + string(webtest.Unit("nv")) + `"][value="lead"]`)
	tab.Eval(`scrollTo(0, 0)`, nil)
	time.Sleep(time.Second) // the look ahead
}
