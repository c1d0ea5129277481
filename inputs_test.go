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

// patterns are what PostgreSQL matches by patterns, with something given as one.
var patterns = regexp.MustCompile(`(?i)(\b(I?LIKE|SIMILAR\s+TO)|!?~\*?)\s*(\(|lower\(|'%'\s*\|\|)?\s*\?|\b(to_tsquery|phraseto_tsquery)\s*\(|\bregexp_\w+\s*\(`)

// What people type is compared and never is a pattern: it has no signs that mean
// something, and takes no longer than a word.
func TestNoPatternComesFromAUser_I03_I04(t *testing.T) {
	for text, found := range map[string]bool{"x LIKE ?name": true, "x ILIKE '%' || ?q": true, "x ~* ?q": true, "x !~ ?q": true, "to_tsquery('simple', ?q)": true, "regexp_replace(x, ?q, '')": true,
		"x LIKE 'log\\_%'": false, "websearch_to_tsquery('simple', ?q)": false, "plainto_tsquery(?q)": false, "x = ?q": false} {
		require.Equal(t, found, patterns.MatchString(text), text)
	}
	compiled := regexp.MustCompile(`regexp\.(Must)?Compile(POSIX)?\(([^` + "`" + `"\n]*)`)
	read := 0
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.HasPrefix(path, "postgres") {
			require.Empty(t, patterns.FindAllString(string(text), -1), path)
			read++
		}
		for _, call := range compiled.FindAllStringSubmatch(string(text), -1) {
			require.Empty(t, strings.TrimSpace(call[3]), "%s: an expression that does not begin as a constant: %s", path, call[0])
		}
		return err
	}))
	require.Greater(t, read, 20)
}

// runners are the functions that run a program, and which.
var runners = map[string]string{
	"attachments/text_pdf.go": "programs of a list, on what comes through a pipe",
	"local/binaries.go":       "PostgreSQL, to ask for its version",
	"local/install.go":        "what whoever installs has asked for",
	"local/process.go":        "the servers of an installation on one machine",
	"local/clusterdata.go":    "initdb, in the folder of the installation",
	"web/webtest/chrome.go":   "the script that finds a browser for tests",
}

// Programs are run in few places, by a list of words and never through a shell.
func TestProgramsAreRunInFewPlaces_I12(t *testing.T) {
	runs, shell := regexp.MustCompile(`exec\.Command(Context)?\(|os\.StartProcess\(|syscall\.(Exec|ForkExec)\(`), regexp.MustCompile(`"(/bin/)?(ba|da|z)?sh"|"cmd\.exe"|"-c"`)
	found := map[string]bool{}
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (path == "bench" || path == "tools"), d.IsDir() && path != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		if at := filepath.ToSlash(path); runs.Match(text) {
			require.Contains(t, runners, at, "who runs a program says here what for")
			require.Empty(t, shell.FindString(string(text)), at)
			found[at] = true
		}
		return err
	}))
	require.Len(t, found, len(runners))
}
