package notices_test

import (
	"net/http"
	"testing"

	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

func TestNoticesAreReadUpToWhatWasShown(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	remind := func() {
		_, err := w.Desk.Remind(t.Context(), w.As("chutich.quan"), w.Share(document, "molao").ID, "Nhắc lần nữa", webtest.Request())
		require.NoError(t, err)
		w.Pass(90 * 60e9)
	}
	b := w.In("vanthu.molao")
	require.Contains(t, b.Page("/notices"), "Chưa có thông báo nào")
	remind()
	page := b.Page("/notices")
	require.Contains(t, page, "Nhắc việc")
	require.Contains(t, page, "notice-new")
	remind()
	require.Equal(t, http.StatusSeeOther, b.Post("/notices", "upTo", webtest.Hidden(page)["upTo"]).Status)
	require.Contains(t, b.Page("/notices"), "1 thông báo chưa đọc", "what came meanwhile stays unread")
	require.Equal(t, http.StatusUnprocessableEntity, b.Post("/notices", "upTo", "x").Status)
	require.NotContains(t, w.In("vanthu.vanquan").Page("/notices"), "Nhắc việc")
}
