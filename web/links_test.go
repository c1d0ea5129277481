package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"congvan/routing"
	"congvan/web"
	"congvan/web/ui"

	"github.com/gorilla/mux"
	"github.com/stretchr/testify/require"
)

// written are the addresses that stand in a page as they are, with how they are
// asked for.
var written = regexp.MustCompile(`<(a|form|button)\b[^<>]*?\b(?:href|action|formaction)="(/[^"]*)"`)

// A link that stands in a page leads to one of the pages. What a handler puts
// together is followed by the tests of its folder.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	r := mux.NewRouter()
	for _, p := range web.Pages() {
		r.Path(p.Path).Methods(p.Method)
	}
	leads := func(method, path string) bool {
		path, _, _ = strings.Cut(path, "?")
		req, err := http.NewRequest(method, path, nil)
		require.NoError(t, err)
		return r.Match(req, &mux.RouteMatch{})
	}
	files, err := filepath.Glob("*/*.templ")
	require.NoError(t, err)
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, link := range written.FindAllStringSubmatch(string(text), -1) {
			if strings.HasPrefix(link[2], "/api/") {
				continue // the other face's
			}
			found++
			posts := link[1] == "form" && strings.Contains(link[0], `method="post"`)
			known := posts && leads(http.MethodPost, link[2]) || !posts && leads(http.MethodGet, link[2]) ||
				link[1] == "button" && leads(http.MethodPost, link[2]) // as its form is sent
			require.True(t, known, "%s: nothing answers %s", file, link[0])
		}
	}
	require.Greater(t, found, 80)
	for _, office := range []routing.Office{routing.Chairman, routing.Clerk, routing.Officer, routing.Inspector, routing.Admin} {
		for _, g := range ui.Menu(ui.Reader{Office: office, Ward: true}) {
			for _, e := range g.Entries {
				require.True(t, leads(http.MethodGet, e.Path), e.Path)
			}
		}
	}
}
