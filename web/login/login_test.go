package login

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheIdentityProviderIsOfferedWhereThereIsOne(t *testing.T) {
	t.Parallel()
	show := func(f form) string {
		var b strings.Builder
		require.NoError(t, page(f).Render(t.Context(), &b))
		return b.String()
	}
	require.Contains(t, show(form{Provider: true, Back: "/inbox?view=sent&x=1"}), `href="/api/v1/oidc/login?returnTo=%2Finbox%3Fview%3Dsent%26x%3D1"`)
	require.NotContains(t, show(form{Back: "/"}), "oidc")
}
