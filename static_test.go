package congvan_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// takesSQL are the methods whose argument, by its place, is the text of a
// statement or a part of one.
var takesSQL = map[string]int{
	"NewRaw": 0, "Where": 0, "WhereOr": 0, "Having": 0, "OrderExpr": 0, "ColumnExpr": 0, "TableExpr": 0, "GroupExpr": 0, "ModelTableExpr": 0,
	"ExecContext": 1, "QueryContext": 1, "QueryRowContext": 1, "PrepareContext": 1, "prepared": 0, "Safe": 0,
}

// handsOn are the functions that are given the text of a statement, or make it
// of names that are in the program; each says why no user's word can be in it.
var handsOn = map[string]string{
	"postgres.carefulConn.PrepareContext": "the driver below the library",
	"postgres.carefulStmt.QueryContext":   "values of a prepared statement",
	"postgres.carefulStmt.ExecContext":    "values of a prepared statement",
	"postgres.statement.on":               "the text of a package variable: prepared is checked",
	"postgres.Store.ask":                  "values of a prepared statement",
	"postgres.Store.do":                   "values of a prepared statement",
	"postgres.Store.Inbox":                "one of the conditions in inboxFilters, and of the orders in inboxOrders; an unknown view has none and is refused before",
	"postgres.Store.FigureList":           "one of the statements in figureLists; an unknown figure has none and is refused before",
	"postgres.tallied":                    "one of two constants, with the conditions in figures",
	"postgres.Store.CountInbox":           "one of the conditions in inboxFilters, as in Inbox",
	"postgres.Store.CountBook":            "the conditions in halves, all of them constants",
	"postgres.Store.Book":                 "one of the orders in bookOrders",
	"postgres.Store.amongNewest":          "one of two constants, by how much the actor sees",
	"postgres.Store.PrintedPlaces":        "the conditions in halves, and one of the orders in printedStatements",
	"postgres.Store.Trail":                "conditions chosen by trailConditions, all of them constants",
	"migrations.Grant":                    "names of tables, and of a role that is checked",
	"migrations.GrantReporting":           "the name of the database, and of a role that is checked",
	"local.Cluster.EnsureTemporal":        "names of databases and roles of the program",
	"postgres.Store.Seed":                 "constants in a list",
	"postgres.writeChart":                 "constants in a list",
	"postgres.settle":                     "constants in a list",
	"postgres.writeHolder":                "constants in a list",
	"postgres.Store.RenewTokens":          "constants in a list",
	"postgres.LogTx.Rows":                 "names of two tables and their columns",
	"postgres.Store.LogLeafOf":            "one of two columns",
	"postgres.Store.LogRowOf":             "names of two tables and their columns",
	"postgres.LogReader.Rows":             "names of two tables and their columns",
	"postgres.LogReader.Row":              "names of two tables and their columns",
	"postgres.LogReader.Unsealed":         "names of two tables and their columns",
	"local.Cluster.Exec":                  "the names of databases that the program itself makes",
	"local.Cluster.EnsureRole":            "a role and a password in hexadecimal, both the program's",
	"local.Cluster.ensureReportingRole":   "a role and settings of the program",
	"local.Cluster.LetReportsIn":          "a password in hexadecimal, which is checked",
	"local.Cluster.EnsureDatabase":        "the name of a database that the program itself makes",
}

// The text of every statement is written in the program. What people type is an
// argument of it and never a part of it.
func TestSQLIsConstant_I01(t *testing.T) {
	for _, dir := range []string{"postgres", "migrations", "seed", "audit", "local", "desk"} {
		for _, finding := range sqlFindings(t, dir, nil) {
			t.Error(finding)
		}
	}
}

// A check that finds nothing in bad code proves nothing.
func TestTheSQLCheckIsNotBlind_I01(t *testing.T) {
	bad := `package bad
import "fmt"
func F(db DB, name string) {
	db.NewRaw("SELECT " + name)
	db.NewRaw(fmt.Sprintf("SELECT %s", name))
	q := "SELECT 1"
	q += name
	db.NewRaw(q)
	db.NewSelect().Where("name = '" + name + "'").OrderExpr(name)
	db.ExecContext(ctx, name)
}
const fine = "SELECT 1"
func hands(db DB, which string) { db.NewRaw("SELECT " + which) }
func H(db DB, name string) { hands(db, name); hands(db, "1") }
func Takes(db DB, text string) { db.NewRaw(text) }
func g(db DB, name string) {
	db.NewRaw(fine + " WHERE name = ?", name)
	q := fine
	if name != "" { q += " ORDER BY 1" }
	db.NewRaw(q)
}`
	require.Len(t, sqlFindings(t, "", &bad), 8)
}

// sqlFindings reads a folder of Go, or one source.
func sqlFindings(t *testing.T, dir string, source *string) (findings []string) {
	t.Helper()
	files := token.NewFileSet()
	var parsed []*ast.File
	if source != nil {
		file, err := parser.ParseFile(files, "bad.go", *source, 0)
		require.NoError(t, err)
		parsed = append(parsed, file)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, name := range names {
		if source == nil && !strings.HasSuffix(name, "_test.go") {
			file, err := parser.ParseFile(files, name, nil, 0)
			require.NoError(t, err)
			parsed = append(parsed, file)
		}
	}
	fixed := scope{}
	for _, file := range parsed {
		fixed.declare(file.Decls)
	}
	sinks := maps.Clone(takesSQL)
	for grown := true; grown; { // a function that hands its own argument on takes SQL itself
		grown, findings = false, nil
		for _, file := range parsed {
			for _, d := range file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok || f.Body == nil || handsOn[file.Name.Name+"."+receiver(f)+f.Name.Name] != "" {
					continue
				}
				inside := fixed.within(f)
				ast.Inspect(f.Body, func(n ast.Node) bool {
					call, ok := n.(*ast.CallExpr)
					if !ok {
						return true
					}
					place, takes := sinks[called(call)]
					if !takes || len(call.Args) <= place {
						return true
					}
					ok, from := inside.constant(call.Args[place])
					if !ok {
						findings = append(findings, files.Position(call.Pos()).String()+": the SQL of "+called(call)+" is not constant; user text is an argument, never a part (or add the function to handsOn, with the reason)")
					}
					if from >= 0 && !ast.IsExported(f.Name.Name) {
						if _, known := sinks[f.Name.Name]; !known {
							sinks[f.Name.Name], grown = from, true
						}
					} else if from >= 0 {
						findings = append(findings, files.Position(call.Pos()).String()+": "+f.Name.Name+" takes SQL from other packages")
					}
					return true
				})
			}
		}
	}
	return findings
}

func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	kind := f.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	return kind.(*ast.Ident).Name + "."
}

// scope knows what each name may stand for; nil among them: something that is
// not in the program's text.
type scope map[string][]ast.Expr

func (s scope) declare(decls []ast.Decl) {
	for _, d := range decls {
		general, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			values, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for i, name := range values.Names {
				if i < len(values.Values) {
					s[name.Name] = append(s[name.Name], values.Values[i])
				}
			}
		}
	}
}

// within adds what a function's own names may stand for.
func (s scope) within(f *ast.FuncDecl) scope {
	inner := scope{}
	for name, values := range s {
		inner[name] = slices.Clone(values)
	}
	unknown := func(fields *ast.FieldList) {
		for _, field := range fields.List {
			for _, name := range field.Names {
				inner[name.Name] = []ast.Expr{nil}
			}
		}
	}
	place := 0
	for _, field := range f.Type.Params.List {
		for _, name := range field.Names {
			inner[name.Name] = []ast.Expr{&ast.BadExpr{From: token.Pos(place + 1)}}
			place++
		}
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			unknown(n.Type.Params)
		case *ast.DeclStmt:
			inner.declare([]ast.Decl{n.Decl})
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if name, ok := e.(*ast.Ident); ok {
					inner[name.Name] = append(inner[name.Name], nil)
				}
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				name, ok := left.(*ast.Ident)
				switch {
				case !ok:
				case len(n.Lhs) == len(n.Rhs):
					inner[name.Name] = append(inner[name.Name], n.Rhs[i])
				default:
					inner[name.Name] = append(inner[name.Name], nil)
				}
			}
		}
		return true
	})
	return inner
}

// constant says whether an expression is made of the program's own text, and
// of which argument of its function besides; -1: of none.
func (s scope) constant(e ast.Expr) (ok bool, from int) {
	from = -1
	return s.fixed(e, map[string]bool{}, &from), from
}

func (s scope) fixed(e ast.Expr, seen map[string]bool, from *int) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.BadExpr:
		*from = int(e.From) - 1
		return true
	case *ast.ParenExpr:
		return s.fixed(e.X, seen, from)
	case *ast.BinaryExpr:
		return s.fixed(e.X, seen, from) && s.fixed(e.Y, seen, from)
	case *ast.Ident:
		values, known := s[e.Name]
		if seen[e.Name] {
			return known
		}
		seen[e.Name] = true
		for _, value := range values {
			if value == nil || !s.fixed(value, seen, from) {
				return false
			}
		}
		return known
	}
	return false
}

// keyMaterial is what keys and tokens look like in a file.
var keyMaterial = []*regexp.Regexp{
	regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`),
	regexp.MustCompile(`\b(AKIA|ASIA)[0-9A-Z]{16}\b`),
	regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36}\b`),
	regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}`),
	regexp.MustCompile(`\bxox[baprs]-[A-Za-z0-9-]{20,}`),
	regexp.MustCompile(`(?i)\b(password|passwd|secret|token|api[_-]?key)["']?\s*[:=]\s*["'][A-Za-z0-9+/_=-]{32,}["']`),
	regexp.MustCompile(`(?i)\b(postgres|postgresql|smtps?|https?)://[^\s:/@"'` + "`" + `{}<>$%]+:[^\s:/@"'` + "`" + `{}<>$%]{20,}@`),
}

// No key, token or password is in the tree.
func TestNoKeysAreInTheTree_C01(t *testing.T) {
	for _, example := range []string{
		"-----BEGIN EC " + "PRIVATE KEY-----", "AKIA" + "ABCDEFGHIJKLMNOP", `token: "` + strings.Repeat("a1", 20) + `"`,
		"postgres://congvan:" + strings.Repeat("ab", 24) + "@127.0.0.1/congvan",
	} {
		require.True(t, isKeyMaterial(example), "the check is blind for %s", example)
	}
	out, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	require.NoError(t, err)
	files := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	require.Greater(t, len(files), 300)
	for _, name := range files {
		info, err := os.Lstat(name)
		if err != nil || info.Mode()&fs.ModeType != 0 || info.Size() > 4<<20 {
			continue
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for i, line := range strings.Split(string(text), "\n") {
			if isKeyMaterial(line) {
				t.Errorf("%s:%d looks like a key", name, i+1)
			}
		}
	}
}

func isKeyMaterial(line string) bool {
	return slices.ContainsFunc(keyMaterial, func(shape *regexp.Regexp) bool { return shape.MatchString(line) })
}

// numberColumns hold numbers of books, which have no gaps.
var (
	counted      = regexp.MustCompile(`(?i)^\s*(\w*number|arrival_number|last_number|book_number)\s+\w+`)
	bySequence   = regexp.MustCompile(`(?i)serial|identity|nextval`)
	anySequence  = regexp.MustCompile(`(?i)nextval|create\s+sequence|\bserial\b|bigserial`)
	columnsFound = 0
)

// A sequence leaves gaps: what takes a number and fails has used it up. Numbers
// come from a row of books, in the transaction that uses them.
func TestNoSequenceCountsNumbers_A23(t *testing.T) {
	files, err := filepath.Glob("migrations/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for i, line := range strings.Split(string(text), "\n") {
			line, _, _ = strings.Cut(line, "--")
			if counted.MatchString(line) {
				columnsFound++
				require.False(t, bySequence.MatchString(line), "%s:%d: %s", name, i+1, line)
			}
			require.False(t, anySequence.MatchString(line), "%s:%d: %s", name, i+1, line)
		}
	}
	require.Greater(t, columnsFound, 2, "are the columns found at all?")
	for _, dir := range []string{"postgres", "desk"} {
		sources, err := filepath.Glob(dir + "/*.go")
		require.NoError(t, err)
		for _, name := range sources {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			require.NotContains(t, strings.ToLower(string(text)), "nextval(", name)
		}
	}
}
