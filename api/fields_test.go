package api

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var writeFields = flag.Bool("write", false, "write testdata/fields.txt anew")

// membersOf are the paths of the members of an answer.
func membersOf(at string, v any, out map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			out[at+"."+name] = true
			membersOf(at+"."+name, member, out)
		}
	case []any:
		for _, member := range v {
			membersOf(at+"[]", member, out)
		}
	}
}

// neverTold are members that are nobody's, whatever his office.
var neverTold = regexp.MustCompile(`(?i)passwordHash|\.password$|secret|salt|verifier|nonce|requestKey|requestHash|duplicateKey|tokenHash|dek|sql`)

// TestEachSeesHisFields: testdata/fields.txt holds, for each kind of person, the
// members of all that he is answered about one document that has lived a while.
// Whatever is new in it is to be looked at before it is written down: `go test ./api
// -run Z31 -write`.
func TestEachSeesHisFields_Z31(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	document, shares := w.sent()
	w.attach(clerk, document, "a.pdf", pdf)
	for _, unit := range []string{"nv", "molao"} {
		w.expect(200, neighborOf(unit), "POST", "/assignments/"+shares[unit]+"/acknowledge", nil)
	}
	w.act(wardHead, "/assignments/"+shares["molao"], "extension", object{"dueOn": "2026-12-15", "reason": "Chờ số liệu của tổ dân phố"})
	w.expect(200, lead, "POST", "/assignments/"+shares["nv"]+"/progress", object{"note": "Đang tổng hợp"})
	w.register()
	paths := map[string]string{"a document": "/documents/" + document, "its events": "/documents/" + document + "/events", "its alarms": "/documents/" + document + "/alarms",
		"its ledger": "/documents/" + document + "/ledger", "the ward's share": "/assignments/" + shares["molao"], "the lead's share": "/assignments/" + shares["nv"],
		"its requests": "/assignments/" + shares["molao"] + "/extensions", "the register": "/documents", "the inbox": "/assignments?view=open", "decisions": "/decisions?view=mine",
		"units": "/units", "officers": "/officers", "oneself": "/me", "sessions": "/sessions", "tokens": "/tokens", "accounts": "/accounts", "organisation": "/organisation",
		"the trail": "/trail?from=2026-11-01&to=2026-11-30&document=" + document}
	var said strings.Builder
	said.WriteString("# The members of each answer, by who asks. Made by `go test ./api -run Z31 -write`.\n")
	for _, who := range []string{clerk, chairman, inspector, admin, lead, staff, ward, wardHead, "canbo.molao", neighbor} {
		for _, name := range slices.Sorted(maps.Keys(paths)) {
			r := w.call(who, "GET", paths[name], nil)
			if r.status != 200 {
				fmt.Fprintf(&said, "%s, %s: %d\n", who, name, r.status)
				continue
			}
			found := map[string]bool{}
			membersOf("", r.body, found)
			for field := range found {
				require.NotRegexp(t, neverTold, field, "%s of %s", field, name)
			}
			fmt.Fprintf(&said, "%s, %s: %s\n", who, name, strings.Join(slices.Sorted(maps.Keys(found)), " "))
		}
	}
	const golden = "testdata/fields.txt"
	if *writeFields {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(said.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), said.String(), "somebody sees other fields than before")
}
