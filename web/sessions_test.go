package web_test

import (
	"net/http"
	"testing"
	"time"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestASessionThatIsOverKeepsNobodyOut_S21(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.molao")
	_, err := w.Desk.EndSessions(t.Context(), w.As("vanthu.molao"), w.As("vanthu.molao").AccountID, "")
	require.NoError(t, err)
	require.Equal(t, "/login?back=%2Finbox", b.Get("/inbox").Header.Get("Location"))
	b.Page("/login")
	require.Equal(t, "/login", b.Post("/login/code", "code", "123456").Header.Get("Location"))
	require.Equal(t, http.StatusOK, b.Post("/password/forgotten", "username", "vanthu.molao").Status)
	require.Equal(t, "/account", b.Post("/display", "language", "en", "back", "/account").Header.Get("Location"))
	a := b.Post("/login", "username", "vanthu.molao", "password", webtest.Password, "back", "/inbox")
	require.Equal(t, "/inbox", a.Header.Get("Location"), a.Text)
	require.Equal(t, http.StatusOK, b.Get("/inbox").Status)

	w.Pass(30 * 24 * time.Hour) // and by idleness
	require.Equal(t, http.StatusSeeOther, b.Get("/inbox").Status)
	a = b.Post("/logout")
	require.Equal(t, `"storage"`, a.Header.Get("Clear-Site-Data"))
	require.Equal(t, "/login?done=logged-out", a.Header.Get("Location"))
}

func TestAMandateThatIsOverKeepsNobodyIn_S21_Z40(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	leader, deputy := w.As("chutich.quan"), w.As("pho.dothi")
	given, err := w.Desk.Delegate(t.Context(), leader, routing.Delegation{FromPositionID: leader.PositionID, ToPositionID: deputy.PositionID,
		From: w.Now(), To: w.Now().Add(24 * time.Hour), Basis: "Giấy uỷ quyền số 12/GUQ-UBND"}, webtest.Request())
	require.NoError(t, err)
	b := w.In("pho.dothi")
	require.Equal(t, "/", b.Post("/acting-for", "position", string(leader.PositionID)).Header.Get("Location"))
	require.Contains(t, b.Page("/"), "Đang làm việc thay")
	b.Post("/login", "username", "pho.dothi", "password", webtest.Password)
	require.NotContains(t, b.Page("/"), "Đang làm việc thay", "who comes in does so in his own name")

	b.Post("/acting-for", "position", string(leader.PositionID))
	_, err = w.Desk.Revoke(t.Context(), leader, given.ID)
	require.NoError(t, err)
	require.Equal(t, "/login?done=logged-out", b.Post("/logout").Header.Get("Location"))
	require.Equal(t, "/login", b.Get("/").Header.Get("Location"))
}
