package congvan_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	testName   = regexp.MustCompile(`\bTest[A-Z]\w*`)
	testOfFile = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
)

// docs/rules.md says which test proves which rule. A test that it names exists,
// and a rule that nothing proves says why.
func TestRulesAreProved(t *testing.T) {
	tests := map[string]bool{}
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		for _, found := range testOfFile.FindAllSubmatch(source, -1) {
			tests[string(found[1])] = true
		}
		return err
	}))
	require.Greater(t, len(tests), 100, "are the tests found at all?")

	doc, err := os.ReadFile("docs/rules.md")
	require.NoError(t, err)
	rules := 0
	for _, line := range strings.Split(string(doc), "\n") {
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || strings.Contains(line, "proved by") {
			continue
		}
		rules++
		proof := cells[len(cells)-1]
		named := testName.FindAllString(proof, -1)
		for _, name := range named {
			require.True(t, tests[name], "docs/rules.md names %s, which does not exist: %s", name, cells[0])
		}
		if len(named) == 0 {
			require.Regexp(t, `not yet|on paper`, proof, cells[0])
		}
	}
	require.Greater(t, rules, 50, "are the rows found at all?")
}
