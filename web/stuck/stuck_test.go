package stuck_test

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"congvan/local/localtest"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }

// A figure leads to its list; all of the list is asked again at once with a note,
// told one by one, and by the same form only once.
func TestWhatIsStuckIsAskedAgain(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	doc := w.Sent()
	b := w.In("chutich.quan")
	page := b.Get("/oversight/stuck").Text
	require.Contains(t, page, "Từng khâu")
	require.Contains(t, page, "/oversight/stuck/list?kind=waiting&amp;stage=receipt")

	list := b.Get("/oversight/stuck/list?kind=waiting&stage=receipt")
	require.Equal(t, 200, list.Status)
	require.Contains(t, list.Text, "/documents/"+string(doc))
	require.Equal(t, strings.Count(list.Text, `name="pick"`), strings.Count(list.Text, `href="/documents/`))

	all := []string{"act", "reminded", "list", "stuck", "all", url.Values{"kind": {"waiting"}, "stage": {"receipt"}}.Encode()}
	check := b.Post("/batches/check", all...)
	require.Contains(t, check.Text, "Thực hiện ")
	form := append(all, "key", "0199c0de-0000-7000-8000-0000000000aa", "note", "Đề nghị xác nhận trong hôm nay")
	for range 2 {
		require.Less(t, b.Post("/batches", form...).Status, 400)
	}
	var reminded int
	require.NoError(t, w.Store.DB().NewRaw(`SELECT count(*) FROM events WHERE document_id = ? AND kind = 'reminded'`, doc).Scan(t.Context(), &reminded))
	require.Equal(t, strings.Count(list.Text, `name="pick"`), reminded, "each once")
}

// What waits and what comes is told to whom an overview is told, and to nobody else.
func TestOfficersAreNotToldWhatIsStuck(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Sent()
	for _, path := range []string{"/oversight/stuck", "/oversight/stuck/list?kind=unreported", "/oversight/forecast"} {
		for who, status := range map[string]int{"chutich.quan": 200, "vanthu.quan": 200, "chanhvanphong": 200, "thanhtra.quan": 200, "truong.nv": 200, "vanthu.molao": 200,
			"chuyenvien.nv": 403, "canbo.molao": 403, "quantri": 403} {
			require.Equal(t, status, w.In(who).Get(path).Status, path+" "+who)
		}
	}
	require.Equal(t, 422, w.In("chutich.quan").Get("/oversight/stuck?from=1/1/2026&to=31/12/2026").Status, "longer than a quarter")
	require.Equal(t, 404, w.In("chutich.quan").Get("/oversight/stuck/list?kind=waiting&stage=nowhere").Status)
}

// The forecast says what would move if a day were off, and changes nothing.
func TestADayOffIsTriedOut(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Sent()
	b := w.In("chutich.quan")
	page := b.Get("/oversight/forecast?day=" + url.QueryEscape("14/12/2026"))
	require.Equal(t, 200, page.Status)
	require.Regexp(t, `\d+ thời hạn của \d+ văn bản sẽ dời`, page.Text)
	version, _, err := w.Desk.Calendar(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, version)
	require.Equal(t, 422, b.Get("/oversight/forecast?day=31/2/2026").Status)
	require.NotContains(t, w.In("truong.nv").Get("/oversight/forecast").Text, `name="day"`)
	unit := string(webtest.Unit("molao"))
	require.Contains(t, b.Get("/oversight/forecast?unit="+unit).Text, "số việc đến hạn lúc vắng")
}
