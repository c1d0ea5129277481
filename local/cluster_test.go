package local

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func openTestCluster(t *testing.T, root string) *Cluster {
	t.Helper()
	c, err := OpenCluster(t.Context(), ClusterConfig{Root: root, Port: freePorts(t).Postgres, Volatile: true})
	require.NoError(t, err)
	return c
}

func TestAClusterThatWasStartedByHandIsTakenOver(t *testing.T) {
	t.Parallel()
	root := reachable(t)
	c := openTestCluster(t, root)
	child := c.Child()
	byHand := exec.Command(child.Path, child.Args...)
	byHand.Dir, byHand.SysProcAttr = child.Dir, c.account.attributes()
	require.NoError(t, byHand.Start())
	ended := make(chan error)
	go func() { ended <- byHand.Wait() }()
	require.True(t, waitUntil(20*time.Second, func() bool { return c.answers() == nil }))
	require.Equal(t, byHand.Process.Pid, postmaster(c.data()))

	require.NoError(t, stopStray(c.data()))
	require.NoError(t, <-ended)
	require.Zero(t, postmaster(c.data()))

	s, err := NewSupervisor(root, nil)
	require.NoError(t, err)
	defer s.Stop()
	require.NoError(t, s.Start(t.Context(), child))
	require.NoError(t, c.EnsureRole(t.Context()))
	require.NoError(t, c.EnsureDatabase(t.Context(), "congvan"))
	require.NoError(t, c.EnsureDatabase(t.Context(), "congvan"))
	require.FileExists(t, filepath.Join(c.data(), "postmaster.pid"))

	t.Run("a lost password is replaced", func(t *testing.T) {
		require.NoError(t, os.Remove(c.passwordPath()))
		c.password, err = secret(c.passwordPath())
		require.NoError(t, err)
		require.NoError(t, c.EnsureRole(t.Context()))
		require.NoError(t, c.Exec(t.Context(), "SELECT 1"))
	})
	t.Run("nobody logs in without one", func(t *testing.T) {
		for _, dsn := range []string{c.dsn(role, "", "postgres"), c.dsn(superuser, "", "postgres")} {
			require.True(t, refusedLogin(c.exec(t.Context(), dsn, "SELECT 1")))
		}
		for _, file := range []string{"postgres.password", "postgres.admin"} {
			info, err := os.Stat(filepath.Join(root, file))
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		}
	})
	t.Run("what a failed statement says is not in the log", func(t *testing.T) {
		do := func(statement string) error { return c.exec(t.Context(), c.DSN("congvan"), statement) }
		require.NoError(t, do("CREATE TABLE letters (subject text UNIQUE)"))
		require.NoError(t, do("INSERT INTO letters VALUES ('CANARY')"))
		require.ErrorContains(t, do("INSERT INTO letters VALUES ('CANARY')"), "23505")
		require.ErrorContains(t, do("SELECT 'CANARY' FROM nowhere"), "42P01")
		log, err := os.ReadFile(filepath.Join(root, "logs", "postgres.log"))
		require.NoError(t, err)
		require.Contains(t, string(log), "duplicate key value")
		require.NotContains(t, string(log), "CANARY")
	})
}

func TestAnIncompleteClusterIsSaid(t *testing.T) {
	t.Parallel()
	root := reachable(t)
	data := filepath.Join(root, "postgres")
	require.NoError(t, os.MkdirAll(data, 0o700))
	_, err := OpenCluster(t.Context(), ClusterConfig{Root: root, Port: 1})
	require.EqualError(t, err, fmt.Sprintf("the data in %s is incomplete; `make reset` removes the whole installation, then `make run` makes a new one", data))
}

func TestAnInterruptedInitdbLeavesNothing(t *testing.T) {
	t.Parallel()
	root := reachable(t)
	require.NoError(t, os.MkdirAll(filepath.Join(root, "postgres.unfinished-1", "data"), 0o700))
	c := openTestCluster(t, root)
	found, err := filepath.Glob(filepath.Join(root, "postgres*"))
	require.NoError(t, err)
	require.ElementsMatch(t, []string{c.data(), filepath.Join(root, "postgres.password"), filepath.Join(root, "postgres.admin"),
		filepath.Join(root, "postgres.app"), filepath.Join(root, "postgres.temporal")}, found)
}

func TestDataThatTheAccountCannotReachLiesElsewhere(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root runs PostgreSQL as another user")
	}
	closed := t.TempDir()
	require.NoError(t, os.Chmod(closed, 0o700))
	root := filepath.Join(closed, "installation")
	require.NoError(t, os.Mkdir(root, 0o700))
	c := openTestCluster(t, root)
	t.Cleanup(func() { _ = os.RemoveAll(c.home) })
	require.Equal(t, elsewhere, filepath.Dir(c.home))
	require.Equal(t, c.home, openTestCluster(t, root).home, "remembered")
	require.FileExists(t, filepath.Join(c.home, "postgres", "PG_VERSION"))

	lock, err := lockInstallation(root)
	require.NoError(t, err)
	require.NoError(t, lock.Close())
	require.NoError(t, Reset(root))
	require.NoDirExists(t, c.home)
}
