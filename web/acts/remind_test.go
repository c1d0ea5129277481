package acts_test

import (
	"net/http"
	"testing"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestNobodyIsToldThatHeRemindedWhoDidNot_Z42(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	for _, who := range []string{"vanthu.quan", "chutich.quan", "vanthu.molao"} { // nothing is late, and the ward gave nothing
		a := w.In(who).Post(docDo(document, routing.ActRemind))
		require.Equal(t, http.StatusConflict, a.Status, who)
		require.Contains(t, a.Text, "Bước này không còn thực hiện được", who)
	}
}
