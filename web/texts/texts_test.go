package texts_test

import (
	"context"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"congvan/web/texts"

	"github.com/stretchr/testify/require"
)

// vietnamese finds letters that no English sentence has.
var vietnamese = regexp.MustCompile(`[À-ỹĂăĐđƠơƯư]`)

// spoken are the sentences of a source: the strings in it that are Vietnamese.
func spoken(t *testing.T, path string) (found []string) {
	t.Helper()
	source, err := os.ReadFile(path)
	require.NoError(t, err)
	var s scanner.Scanner
	files := token.NewFileSet()
	s.Init(files.AddFile(path, files.Base(), len(source)), source, func(token.Position, string) {}, 0) // templ is nearly Go
	for {
		_, kind, literal := s.Scan()
		if kind == token.EOF {
			return found
		}
		if kind != token.STRING || !vietnamese.MatchString(literal) {
			continue
		}
		if text, err := strconv.Unquote(literal); err == nil {
			found = append(found, text)
		}
	}
}

// sameInBoth need no English: names, and what stays Vietnamese wherever it is read.
var sameInBoth = []string{"Công Văn", "Tiếng Việt"}

// Every sentence that the pages say has its English.
func TestEverySentenceHasItsEnglish(t *testing.T) {
	t.Parallel()
	var missing []string
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "webtest" || d.Name() == "assets"):
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go"),
			!strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".templ"):
			return nil
		}
		for _, text := range spoken(t, path) {
			if !texts.Known(text) && !slices.Contains(sameInBoth, text) && !slices.Contains(missing, text) {
				missing = append(missing, text)
			}
		}
		return nil
	}))
	require.Empty(t, missing, "%d sentences have no English in web/texts/en/*.json:\n%s", len(missing), strings.Join(missing, "\n"))
}

func TestASentenceIsSaidInTheLanguageOfItsReader(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	require.Equal(t, "Đăng nhập", texts.T(ctx, "Đăng nhập"))
	require.Equal(t, "Log in", texts.T(texts.In(ctx, texts.English), "Đăng nhập"))
	require.Equal(t, "3 recipients", texts.T(texts.In(ctx, texts.English), "%d nơi nhận", 3))
	require.Equal(t, "câu chưa dịch", texts.T(texts.In(ctx, texts.English), "câu chưa dịch"))
}

// Arguments are the same in both languages: none is lost, none is put in twice.
func TestEnglishTakesTheSameArguments(t *testing.T) {
	t.Parallel()
	verbs := regexp.MustCompile(`%[a-z]`)
	for vi, en := range texts.Translations() {
		require.ElementsMatch(t, verbs.FindAllString(vi, -1), verbs.FindAllString(en, -1), vi)
		require.NotEmpty(t, en, vi)
	}
}
