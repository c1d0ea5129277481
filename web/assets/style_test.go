package assets

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	comment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	// rules are the selectors of a style sheet, those within a media query as well.
	rules = regexp.MustCompile(`(?m)(?:^|[{}])\s*([^{}@]+)\{`)
	first = regexp.MustCompile(`^\.([a-zA-Z][\w-]*)`)
)

// All style sheets become one: what a rule of one area begins with, no other area
// gives a look to. What they share stands in app.css.
func TestNoAreaStylesAnothersParts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("src/*.css")
	require.NoError(t, err)
	require.Greater(t, len(files), 5)
	owner := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, rule := range rules.FindAllStringSubmatch(comment.ReplaceAllString(string(text), ""), -1) {
			for selector := range strings.SplitSeq(rule[1], ",") {
				class := first.FindStringSubmatch(strings.TrimSpace(selector))
				if class == nil || filepath.Base(file) == "app.css" {
					continue
				}
				if other, taken := owner[class[1]]; taken && other != file {
					t.Errorf(".%s is styled in %s and in %s: give one of them a name of its own, or share it in app.css", class[1], other, file)
				}
				owner[class[1]] = file
			}
		}
	}
}
