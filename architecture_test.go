package congvan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// room is a place in the tree: what lives there, and which rooms it may know.
type room struct {
	why  string
	uses []string
}

// The direction of imports: cmd → {web, api, worker} → {desk, workflows,
// activities} → postgres → routing → calendar. A package belongs to the room
// with the longest matching path. See docs/overview.md.
var rooms = map[string]room{
	"calendar":    {"working time knows nothing of documents", nil},
	"routing":     {"the domain knows no database, no engine and no screen", []string{"calendar"}},
	"statistics":  {"what printed reports say is known without the record", []string{"routing", "calendar"}},
	"postgres":    {"the record carries out the rules of routing and has none of its own", []string{"routing", "calendar"}},
	"migrations":  {"released SQL depends on no code that may change", nil},
	"accounts":    {"passwords, second factors and limits know nothing of documents", nil},
	"attachments": {"what a file is and says is found out from its bytes alone", []string{"routing", "calendar"}},
	"audit":       {"the sealed log and its proofs read the record and change nothing else", []string{"postgres", "routing", "calendar"}},
	"desk":        {"what people do is a transaction, with or without the engine", []string{"postgres", "accounts", "attachments", "audit", "statistics", "routing", "calendar"}},
	"activities":  {"the hands of the workflows are transactions on the record", []string{"postgres", "statistics", "routing", "calendar"}},
	"workflows":   {"workflows are replayed: they carry ids and instants and leave the record to activities", []string{"activities", "routing", "calendar"}},
	"worker":      {"wiring of workflows, activities and what carries news out", []string{"workflows", "activities", "mail", "webhooks", "postgres", "routing", "calendar"}},
	"mail":        {"hands letters over and knows nothing of what they are about", nil},
	"eventlog":    {"writes logs for process mining and knows nothing of where they come from", []string{"sheets"}},
	"webhooks":    {"calls addresses that people registered and knows nothing of what it tells them", nil},
	"sheets":      {"writes tables and knows nothing of what stands in them", nil},
	"mailsink":    {"a server for development, for whatever sends mail", nil},
	"gate":        {"what a request passes before a face answers it", []string{"desk", "postgres", "routing", "calendar"}},
	"api":         {"a thin face of the desk", []string{"gate", "desk", "sheets", "eventlog", "statistics", "statistics/files", "postgres", "routing", "calendar"}},
	"web":         {"a thin face of the desk", []string{"gate", "desk", "sheets", "statistics", "statistics/files", "postgres", "routing", "calendar"}},
	"seed":        {"data and how it gets into the record", []string{"postgres", "routing", "calendar"}},
	"local":       {"runs servers and programs, whatever they are for", nil},
	"demo":        {"plays a user: it knows the product from outside, by its API", []string{"calendar"}},
	"cmd":         {"wiring only", []string{"*"}},
	"bench":       {"measures everything", []string{"*"}},

	"statistics/files":  {"printed reports as files are tables", []string{"statistics", "sheets", "routing"}},
	"local/localtest":   {"servers for tests", []string{"local"}},
	"worker/workertest": {"a whole installation for tests", []string{"*"}},
	"web/webtest":       {"the pages for tests", []string{"*"}},
}

// speakers may import a library; nobody else.
var speakers = map[string]struct {
	why   string
	rooms []string
}{
	"github.com/uptrace/bun":        {"SQL is written in postgres and in migrations", []string{"postgres", "migrations", "local", "bench"}},
	"database/sql":                  {"SQL is written in postgres and in migrations", []string{"postgres", "migrations", "local", "bench"}},
	"net/http":                      {"HTTP ends at the faces", []string{"gate", "api", "web", "web/webtest", "cmd", "local", "demo", "bench", "mailsink", "webhooks"}},
	"go.temporal.io":                {"people's acts succeed while the engine is down", []string{"workflows", "activities", "worker", "worker/workertest", "cmd", "bench"}},
	"github.com/wneessen/go-mail":   {"SMTP is spoken in one place", []string{"mail"}},
	"github.com/emersion/go-smtp":   {"mail is taken in development only", []string{"mailsink"}},
	"github.com/arran4/golang-ical": {"calendars leave in one place", []string{"api"}},
	"congvan/local/localtest":       {"test servers stay in tests", []string{"worker/workertest", "web/webtest"}},
	"github.com/stretchr/testify":   {"test tools stay in tests", []string{"worker/workertest", "web/webtest"}},
}

type goPackage struct {
	ImportPath, Dir, Doc string
	Imports, GoFiles     []string
}

// packages lists the packages of the module, as the go command sees them.
func packages(t *testing.T) (list []goPackage) {
	t.Helper()
	out, err := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,Doc,Imports,GoFiles", "./...").Output()
	require.NoError(t, err)
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else {
			require.NoError(t, err)
		}
		if len(p.GoFiles) > 0 {
			list = append(list, p)
		}
	}
}

// roomOf finds the room of a package by its import path.
func roomOf(importPath string) string {
	for path := strings.TrimPrefix(importPath, "congvan/"); path != "."; path = filepath.Dir(path) {
		if _, ok := rooms[path]; ok {
			return path
		}
	}
	return ""
}

func within(path, library string) bool {
	return path == library || strings.HasPrefix(path, library+"/")
}

func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		from := roomOf(p.ImportPath)
		if from == "" {
			t.Errorf("%s has no room yet: give it one in architecture_test.go, and say what it may know", p.ImportPath)
			continue
		}
		for _, i := range p.Imports {
			to := roomOf(i)
			if !within(i, "congvan") || to == from || slices.Contains(rooms[from].uses, "*") {
				continue
			}
			if !slices.Contains(rooms[from].uses, to) {
				t.Errorf("%s must not import %s. Reason: %s.", p.ImportPath, i, rooms[from].why)
			}
		}
	}
}

func TestTheDomainImportsTheStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if from := roomOf(p.ImportPath); from != "routing" && from != "calendar" && from != "statistics" {
			continue
		}
		for _, i := range p.Imports {
			first, _, _ := strings.Cut(i, "/")
			if strings.Contains(first, ".") || within(i, "net") || within(i, "database") || within(i, "os") {
				t.Errorf("%s must not import %s. Reason: rules are pure functions over the standard library, testable without anything that runs.", p.ImportPath, i)
			}
		}
	}
}

func TestLibrariesHaveTheirSpeakers(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for library, speaker := range speakers {
			for _, i := range p.Imports {
				if from := roomOf(p.ImportPath); within(i, library) && !within(p.ImportPath, library) && !slices.Contains(speaker.rooms, from) {
					t.Errorf("%s must not import %s. Reason: %s.", p.ImportPath, i, speaker.why)
				}
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if p.Doc == "" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

// TestLongFunctionsAndFiles only reports: think again at 70 lines of a
// function, 400 of a file. Generated files are left out.
func TestLongFunctionsAndFiles(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.ParseComments)
			if err != nil || ast.IsGenerated(file) {
				continue
			}
			lines := func(n ast.Node) int { return files.Position(n.End()).Line - files.Position(n.Pos()).Line + 1 }
			if n := files.File(file.Pos()).LineCount(); n > 400 {
				t.Logf("%s/%s has %d lines", p.ImportPath, name, n)
			}
			for _, declared := range file.Decls {
				if f, ok := declared.(*ast.FuncDecl); ok && lines(f) > 70 {
					t.Logf("%s/%s: %s has %d lines", p.ImportPath, name, f.Name.Name, lines(f))
				}
			}
		}
	}
}
