package web_test

import (
	"net/http"
	"testing"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

// A form that somebody opened is not sent by who came after him at the same machine,
// nor in another role than the one that he saw.
func TestAFormIsItsReadersAlone_S21(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := string(w.Share(document, "molao").ID)
	opened := webtest.Hidden(w.In("vanthu.molao").Page("/shares/" + share + "/do/returned"))["key"]
	require.Contains(t, opened, "-r")

	next := w.In("chutich.molao")
	a := next.Post("/shares/"+share+"/do/returned", "key", opened, "version", "1", "reason", "Không thuộc địa bàn phường")
	require.Equal(t, http.StatusConflict, a.Status)
	require.Contains(t, a.Text, "tài khoản, hoặc vai trò, khác")
	require.NotContains(t, a.Text, "Không thuộc địa bàn phường", "what the other one typed is not his to read")
	require.Equal(t, routing.Sent, w.Share(document, "molao").Status)

	again := webtest.Hidden(next.Page("/shares/" + share + "/do/returned"))
	a = next.Post("/shares/"+share+"/do/returned", "key", again["key"], "version", again["version"], "reason", "Không thuộc địa bàn phường")
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	require.Equal(t, routing.Returned, w.Share(document, "molao").Status)
}
