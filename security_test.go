package congvan_test

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

//go:generate go test . -run TestSecurityDocument -write

var writeSecurity = flag.Bool("write", false, "write docs/security.md anew")

// threats are the ids that docs/security.txt has to speak of: prefix, and its ranges.
var threats = map[string][][2]int{
	"Z": {{1, 10}, {20, 20}, {30, 31}, {40, 42}}, "S": {{1, 10}, {20, 26}}, "W": {{1, 12}}, "U": {{1, 15}}, "I": {{1, 14}},
	"R": {{1, 2}, {20, 23}}, "C": {{1, 7}, {10, 10}, {20, 26}}, "A": {{1, 14}, {20, 24}, {30, 30}}, "M": {{1, 12}}, "INV": {{10, 10}},
}

// threat is a line of docs/security.txt.
type threat struct{ id, tried, open string }

var (
	idInName   = regexp.MustCompile(`_([A-Z]{1,3})(\d{2})`)
	testOrFuzz = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
)

// docs/security.md tells what is proved, and by which test; it is made from
// docs/security.txt and from the tests that exist, and must not lag behind.
func TestSecurityDocument(t *testing.T) {
	source, err := os.ReadFile("docs/security.txt")
	require.NoError(t, err)
	made, ids := securityDocument(t, string(source), testsByID(t))
	for prefix, ranges := range threats {
		for _, r := range ranges {
			for n := r[0]; n <= r[1]; n++ {
				require.Contains(t, ids, fmt.Sprintf("%s-%02d", prefix, n), "docs/security.txt lacks it")
			}
		}
	}
	if *writeSecurity {
		require.NoError(t, os.WriteFile("docs/security.md", []byte(made), 0o644))
	}
	have, err := os.ReadFile("docs/security.md")
	require.NoError(t, err)
	require.Equal(t, made, string(have), "run `go generate .`")
}

// testsByID are the tests whose names carry an id, as "room: TestName".
func testsByID(t *testing.T) map[string][]string {
	found := map[string][]string{}
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, test := range testOrFuzz.FindAllSubmatch(text, -1) {
			for _, id := range idInName.FindAllSubmatch(test[1], -1) {
				key := string(id[1]) + "-" + string(id[2])
				found[key] = append(found[key], filepath.ToSlash(filepath.Dir(path))+": "+string(test[1]))
			}
		}
		return err
	}))
	return found
}

const securityHead = `# What is tried, and by which test

Made by ` + "`go generate .`" + ` from [security.txt](security.txt) and from the names of the tests: a test belongs to an id by its
name (` + "`TestSomething_Z02`" + `). "not yet" says what no test proves.
`

// securityDocument is the text of docs/security.md and the ids in it.
func securityDocument(t *testing.T, source string, tests map[string][]string) (text string, ids []string) {
	var out strings.Builder
	out.WriteString(securityHead)
	proved := 0
	for _, line := range strings.Split(source, "\n") {
		if chapter, ok := strings.CutPrefix(line, "## "); ok {
			fmt.Fprintf(&out, "\n## %s\n\n| id | what is tried | proved by |\n|---|---|---|\n", chapter)
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "|")
		require.Len(t, cells, 3, line)
		row := threat{strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])}
		require.NotContains(t, ids, row.id, "twice")
		ids = append(ids, row.id)
		if len(tests[row.id]) > 0 {
			proved++
		}
		fmt.Fprintf(&out, "| %s | %s | %s |\n", row.id, row.tried, proof(row, tests[row.id]))
	}
	fmt.Fprintf(&out, "\n%d of %d are tried by a test.\n", proved, len(ids))
	return out.String(), ids
}

// proof names the tests of a row by room, and what they do not prove.
func proof(row threat, tests []string) string {
	byRoom := map[string][]string{}
	for _, test := range tests {
		room, name, _ := strings.Cut(test, ": ")
		if !slices.Contains(byRoom[room], name) {
			byRoom[room] = append(byRoom[room], name)
		}
	}
	var parts []string
	for _, room := range slices.Sorted(maps.Keys(byRoom)) {
		slices.Sort(byRoom[room])
		name := room
		if room == "." {
			name = "the tree"
		}
		parts = append(parts, name+": `"+strings.Join(byRoom[room], "`, `")+"`")
	}
	onlyWithout, conditional := strings.CutPrefix(row.open, "?")
	switch {
	case conditional && len(parts) == 0:
		parts = append(parts, "not yet: "+onlyWithout)
	case conditional:
	case row.open != "":
		parts = append(parts, "not yet: "+row.open)
	case len(parts) == 0:
		parts = append(parts, "not yet: no test carries its id")
	}
	return strings.Join(parts, "; ")
}
