package oversight_test

import (
	"html"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/local/localtest"
	"congvan/routing"
	"congvan/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }

// busy is a world with something in most figures: late, silent, returned, reported.
func busy(t *testing.T) *webtest.World {
	t.Helper()
	w := webtest.New(t)
	ctx := w.Context()
	for i, field := range []string{"đô thị", "", "văn xã"} {
		in := webtest.Registration()
		in.Field, in.Subject = field, "Văn bản thứ "+strconv.Itoa(i+1)
		id := w.Register(in)
		w.Direct(id, routing.Recipient{UnitID: webtest.Unit("nv"), Role: routing.Lead}, routing.Recipient{UnitID: webtest.Unit("molao"), Role: routing.Execute},
			routing.Recipient{UnitID: webtest.Unit("vanquan"), Role: routing.Execute}, routing.Recipient{UnitID: webtest.Unit("phula"), Role: routing.Execute})
		_, err := w.Desk.Acknowledge(ctx, w.As("vanthu.molao"), w.Share(id, "molao").ID, webtest.Request())
		require.NoError(t, err)
		switch i {
		case 0:
			_, err = w.Desk.Report(ctx, w.As("chutich.molao"), w.Share(id, "molao").ID, "Đã rà soát xong trên địa bàn.", webtest.Request())
		case 1:
			_, err = w.Desk.Return(ctx, w.As("chutich.molao"), w.Share(id, "molao").ID, "Không thuộc địa bàn phường", 0, webtest.Request())
		case 2:
			_, err = w.Desk.Acknowledge(ctx, w.As("vanthu.vanquan"), w.Share(id, "vanquan").ID, webtest.Request())
		}
		require.NoError(t, err)
	}
	w.Pass(50 * time.Hour)
	return w
}

// numbers are the links of a page that lead to lists, with the number that each has.
var numbers = regexp.MustCompile(`(?s)<a [^>]*?href="(/oversight/assignments\?[^"]*)"[^>]*>(.*?)</a>`)

var tags = regexp.MustCompile(`(?s)<span class="visually-hidden">.*?</span>|<[^>]*>`)

var digits = regexp.MustCompile(`\d+`)

// Every number of every page leads to a list of so many rows, whoever looks.
func TestEveryNumberLeadsToSoManyRows(t *testing.T) {
	t.Parallel()
	w := busy(t)
	followed := 0
	for _, username := range []string{"chutich.quan", "pho.vanxa", "chanhvanphong", "truong.nv", "chutich.molao"} {
		b := w.In(username)
		known := map[string]string{}
		for _, page := range []string{"/oversight", "/oversight?due=month", "/oversight?unit=" + string(webtest.Unit("molao")), "/oversight?field=v%C4%83n+x%C3%A3",
			"/oversight/units", "/oversight/units?sort=late&kind=ward", "/oversight/units/" + string(webtest.Unit("molao"))} {
			a := b.Get(page)
			if a.Status == http.StatusNotFound && strings.HasPrefix(page, "/oversight/units/") {
				continue // an office sees a ward's sheet if it gave it something
			}
			require.Equal(t, http.StatusOK, a.Status, page)
			for _, link := range numbers.FindAllStringSubmatch(a.Text, -1) {
				number := digits.FindString(tags.ReplaceAllString(link[2], ""))
				if known[link[1]] == number {
					continue
				}
				known[link[1]] = number
				list := b.Page(html.UnescapeString(link[1]))
				require.Equal(t, number, strconv.Itoa(strings.Count(list, `<td class="subject">`)), "%s: %s of %s", username, link[1], page)
				followed++
			}
		}
	}
	require.Greater(t, followed, 100)
}

func TestWhoIsLateIsReminded(t *testing.T) {
	t.Parallel()
	w := busy(t)
	b := w.In("chutich.quan")
	page := b.Page("/oversight/assignments?figure=silent&unit=" + string(webtest.Unit("phula")))
	require.Equal(t, 3, strings.Count(page, `name="pick"`))
	require.Contains(t, page, "Nhắc việc")
	all := regexp.MustCompile(`name="all" value="([^"]*)"`).FindStringSubmatch(page)
	require.NotEmpty(t, all)
	a := b.Post("/batches/check", "list", "oversight", "act", "reminded", "all", html.UnescapeString(all[1]), "back", "/oversight/assignments?figure=silent")
	require.Equal(t, http.StatusOK, a.Status)
	require.Contains(t, a.Text, "3 việc sẽ được thực hiện")
	fields := []string{"note", "Đề nghị xác nhận", "act", "reminded", "key", webtest.Hidden(a.Text)["key"]}
	for _, pick := range regexp.MustCompile(`name="pick" value="([^"]*)"`).FindAllStringSubmatch(a.Text, -1) {
		fields = append(fields, "pick", pick[1])
	}
	require.Equal(t, http.StatusSeeOther, b.Post("/batches", fields...).Status)
	var reminded int
	require.NoError(t, w.Store.DB().NewRaw(`SELECT count(*) FROM events WHERE kind = 'reminded'`).Scan(w.Context(), &reminded))
	require.Equal(t, 3, reminded)
	page = b.Page("/oversight/assignments?figure=silent&unit=" + string(webtest.Unit("phula")))
	require.Equal(t, 3, strings.Count(page, "nhắc lần cuối"), "who was asked is told")

	require.NotContains(t, w.In("thanhtra.quan").Page("/oversight/assignments?figure=silent"), `name="pick"`, "an inspector looks and urges nobody")
	require.NotContains(t, w.In("chutich.molao").Page("/oversight/assignments"), `name="pick"`, "a ward does not urge itself")
}

func TestTheListLeavesAsAFile(t *testing.T) {
	t.Parallel()
	w := busy(t)
	b := w.In("chutich.quan")
	a := b.Get("/oversight/assignments/file?figure=late&format=csv")
	require.Equal(t, http.StatusOK, a.Status)
	require.Contains(t, a.Header.Get("Content-Type"), "text/csv")
	lines := strings.Split(strings.TrimSpace(a.Text), "\r\n")
	list := b.Page("/oversight/assignments?figure=late")
	require.Equal(t, strings.Count(list, `<td class="subject">`), len(lines)-1)
	require.Contains(t, lines[1], "quá hạn")
	excel := b.Get("/oversight/assignments/file?figure=late&format=xlsx")
	require.True(t, strings.HasPrefix(excel.Text, "PK"))
	var exported int
	require.NoError(t, w.Store.DB().NewRaw(`SELECT count(*) FROM journal WHERE kind = 'exported'`).Scan(w.Context(), &exported))
	require.Equal(t, 2, exported)
}

func TestOversightIsForWhoLeads(t *testing.T) {
	t.Parallel()
	w := busy(t)
	for username, may := range map[string]bool{"chutich.quan": true, "vanthu.quan": true, "thanhtra.quan": true, "chutich.molao": true, "canbo.molao": false, "chuyenvien.nv": false, "quantri": false} {
		b := w.In(username)
		require.Equal(t, may, strings.Contains(b.Page("/"), `href="/oversight"`), "%s: in the menu", username)
		for _, page := range []string{"/oversight", "/oversight/units", "/oversight/units?form=documents", "/oversight/assignments", "/oversight/assignments/file?format=csv", "/oversight/units/" + string(w.As(username).UnitID)} {
			status := http.StatusForbidden
			if may {
				status = http.StatusOK
			}
			require.Equal(t, status, b.Get(page).Status, "%s: %s", username, page)
		}
	}
	b := w.In("chutich.molao")
	require.Equal(t, http.StatusNotFound, b.Get("/oversight/units/"+string(webtest.Unit("vanquan"))).Status)
	grid := b.Page("/oversight/units?form=documents")
	require.NotContains(t, grid, "Văn Quán", "a ward does not see its neighbours")
	grid = w.In("chutich.quan").Page("/oversight/units?form=documents&kind=ward")
	require.Contains(t, grid, "Văn Quán")
	require.Contains(t, grid, "Văn bản thứ 3")
	require.NotContains(t, grid, "Phòng Nội vụ")
}

// What is no day, no figure or no unit is said in words, and an old link still leads
// somewhere.
func TestAWrongAddressIsRefusedInWords(t *testing.T) {
	t.Parallel()
	w := busy(t)
	b := w.In("chutich.quan")
	for page, status := range map[string]int{
		"/oversight?unit=none": 422, "/oversight?deputy=x": 422, "/oversight?urgency=x": 422, "/oversight/assignments?bucket=done-late": 422,
		"/oversight/assignments?bucket=done-late&from=x&to=y": 422, "/oversight/assignments?figure=none": 200, "/oversight/assignments?after=none": 200,
		"/oversight/units?sort=none&kind=none&after=none": 200, "/oversight/units?form=documents&after=none": 200,
		"/oversight/assignments?bucket=running&from=2026-11-01&to=2026-11-30": 200,
	} {
		a := b.Get(page)
		require.Equal(t, status, a.Status, page)
		require.Contains(t, a.Text, "<h1>", page)
	}
}
