package web_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
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
		var whole []byte
		tab.Do(chromedp.CaptureScreenshot(&whole))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), small(t, whole), 0o644))
	}
	desk, phone := webtest.Look{Width: 1180, Height: 760}, webtest.Look{Width: 360, Height: 740, Touch: true}
	dark := desk
	dark.Dark = true
	take("home", "chutich.quan", "/", desk, nil)
	take("register", "vanthu.quan", "/register", desk, fillRegister)
	take("inbox", "vanthu."+wards()[8], "/inbox", desk, nil)
	take("document", "chutich.quan", "/documents/"+string(document), desk, nil)
	take("document-dark", "chutich.quan", "/documents/"+string(document), dark, nil)
	take("direct", "chutich.quan", "/documents/"+string(w.Register(webtest.Registration()))+"/direct", webtest.Look{Width: 1280, Height: 900}, fillDirection)
	take("queue", "chutich.quan", "/queue", desk, nil)
	take("oversight", "chutich.quan", "/oversight", desk, nil)
	take("oversight-units", "chutich.quan", "/oversight/units?sort=late", desk, nil)
	take("oversight-sheet", "chutich.quan", "/oversight/units/"+string(webtest.Unit(wards()[8])), desk, nil)
	take("stuck", "chutich.quan", "/oversight/stuck", desk, nil)
	take("forecast", "chutich.quan", "/oversight/forecast", desk, nil)
	take("ward", "chutich."+wards()[8], "/ward", phone, nil)
	take("organisation", "quantri", "/admin/organisation", desk, nil)
	take("ward-offline", "chutich."+wards()[8], "/ward", phone, func(tab *webtest.Tab) {
		require.Eventually(t, func() bool {
			var ready bool
			tab.Eval(`navigator.serviceWorker.controller !== null`, &ready)
			return ready
		}, 20*time.Second, 100*time.Millisecond)
		tab.Open("/ward")
		w.Cut(true)
		tab.Press(".ward-tap")
		tab.Says("Chưa gửi")
		tab.Open("/ward")
		tab.Says("Chưa gửi")
	})
	w.Cut(false)
}

// small is a picture with the 256 colours that it has most of: a third of its size.
func small(t *testing.T, whole []byte) []byte {
	t.Helper()
	from, err := png.Decode(bytes.NewReader(whole))
	require.NoError(t, err)
	counts := map[color.RGBA]int{}
	box := from.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			counts[color.RGBAModel.Convert(from.At(x, y)).(color.RGBA)]++
		}
	}
	often := slices.SortedFunc(maps.Keys(counts), func(a, b color.RGBA) int { return counts[b] - counts[a] })
	var colours color.Palette
	for _, c := range often[:min(256, len(often))] {
		colours = append(colours, c)
	}
	to := image.NewPaletted(box, colours)
	draw.Draw(to, box, from, box.Min, draw.Src)
	var out bytes.Buffer
	require.NoError(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, to))
	return out.Bytes()
}

// busy is a world with work on every desk, and a document that all wards work on.
func busy(w *webtest.World) routing.ID {
	subjects := []string{"Về việc phòng, chống cháy nổ tại các chung cư cao tầng", "V/v rà soát hộ nghèo, hộ cận nghèo năm 2026", "Về tổng rà soát, chỉnh trang trật tự đô thị",
		"V/v chuẩn bị tuyển sinh vào lớp 1 và lớp 6", "Về công tác phòng, chống dịch sốt xuất huyết"}
	recipients := []routing.Recipient{{UnitID: webtest.Unit("qldt"), Role: routing.Lead}, {UnitID: webtest.Unit("nv"), Role: routing.Coordinate}}
	for _, ward := range wards() {
		recipients = append(recipients, routing.Recipient{UnitID: webtest.Unit(ward), Role: routing.Execute})
	}
	var document routing.ID
	for i, subject := range subjects {
		in := webtest.Registration()
		in.Subject, in.CodeNumber, in.Urgency = subject, fmt.Sprint(1204+i*37), []routing.Urgency{routing.Express, routing.Normal, routing.Urgent, routing.Normal, routing.Normal}[i]
		document = w.Register(in)
		w.Direct(document, append([]routing.Recipient{}, recipients...)...)
		for n, ward := range wards()[:3+i*3] {
			far := (n + i) % 4
			if i == len(subjects)-1 && far == 2 { // of the last, every report is approved
				far = 3
			}
			acts(w, document, ward, far)
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

func wards() (keys []string) {
	for _, u := range seed.HaDong().Units {
		if u.Kind == "ward" {
			keys = append(keys, u.Key)
		}
	}
	return keys
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
