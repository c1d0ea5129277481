package local

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Installing takes the network and, for Debian's package, a machine that may be changed: so only when asked for, with
// LOCAL_TEST_INSTALL=npm (as any user) or LOCAL_TEST_INSTALL=debian (as root of a machine without PostgreSQL).
func TestInstallingPostgres(t *testing.T) {
	way := os.Getenv("LOCAL_TEST_INSTALL")
	hidden := &places{}
	switch way {
	case "npm":
	case "debian":
		if os.Geteuid() != 0 {
			t.Fatal("only root installs packages")
		}
		hidden = nil
	default:
		t.Skip("LOCAL_TEST_INSTALL is not set")
	}
	root := reachable(t)
	c, err := OpenCluster(t.Context(), ClusterConfig{Root: root, Port: freePorts(t).Postgres, Say: t.Logf, places: hidden})
	require.NoError(t, err)
	s, err := NewSupervisor(root, t.Logf)
	require.NoError(t, err)
	defer s.Stop()
	require.NoError(t, s.Start(t.Context(), c.Child()))
	require.NoError(t, c.EnsureRole(t.Context()))
	require.NoError(t, c.EnsureDatabase(t.Context(), database))
	for _, statement := range []string{
		"CREATE EXTENSION unaccent", "CREATE EXTENSION pg_trgm", "CREATE EXTENSION btree_gin",
		`SELECT 'đ' COLLATE "vi-x-icu" < 'e' COLLATE "vi-x-icu"`,
	} {
		require.NoError(t, c.exec(t.Context(), c.DSN(database), statement), statement)
	}
	if way == "debian" {
		clusters, err := filepath.Glob("/etc/postgresql/*/*")
		require.NoError(t, err)
		require.Empty(t, clusters, "the machine got a cluster of its own")
	}
}
