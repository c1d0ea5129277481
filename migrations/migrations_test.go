package migrations_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	"golang.org/x/sync/errgroup"

	"congvan/local/localtest"
	"congvan/migrations"
	"congvan/postgres"
)

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }

// open is a connection pool of its own to a database, as each process has one.
func open(t *testing.T, dsn string) *bun.DB {
	t.Helper()
	store := postgres.Open(dsn, 4)
	t.Cleanup(func() { _ = store.Close() })
	return store.DB()
}

func tables(t *testing.T, db *bun.DB) (names []string) {
	t.Helper()
	require.NoError(t, db.NewRaw(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'bun_%'
		ORDER BY tablename`).Scan(t.Context(), &names))
	return names
}

func TestRunningTwiceIsRunningOnce(t *testing.T) {
	t.Parallel()
	db := open(t, localtest.Postgres(t))
	applied, err := migrations.Run(t.Context(), db)
	require.NoError(t, err)
	require.NotEmpty(t, applied)
	first := tables(t, db)
	require.Contains(t, first, "events")

	applied, err = migrations.Run(t.Context(), db)
	require.NoError(t, err)
	require.Empty(t, applied)
	require.Equal(t, first, tables(t, db))
}

func TestSeveralAtOnceApplyOnce(t *testing.T) {
	t.Parallel()
	dsn := localtest.Postgres(t)
	applied := make([][]string, 4)
	var all errgroup.Group
	for i := range applied {
		db := open(t, dsn)
		all.Go(func() (err error) {
			applied[i], err = migrations.Run(t.Context(), db)
			return err
		})
	}
	require.NoError(t, all.Wait())
	workers := 0
	for _, names := range applied {
		if len(names) > 0 {
			workers++
		}
	}
	require.Equal(t, 1, workers)
}

// The last table of the first migration is in the way: it fails at its end.
func TestAFailureLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	db := open(t, localtest.Postgres(t))
	_, err := db.ExecContext(t.Context(), `CREATE TABLE notices (in_the_way int)`)
	require.NoError(t, err)
	for range 2 {
		applied, err := migrations.Run(t.Context(), db)
		require.ErrorContains(t, err, "notices")
		require.Empty(t, applied)
		require.Equal(t, []string{"notices"}, tables(t, db))
	}
	_, err = db.ExecContext(t.Context(), `DROP TABLE notices`)
	require.NoError(t, err)
	applied, err := migrations.Run(t.Context(), db)
	require.NoError(t, err, "the next call tries again")
	require.NotEmpty(t, applied)
}

// A process that died while it migrated leaves no lock behind.
func TestTheLockDiesWithItsHolder(t *testing.T) {
	t.Parallel()
	dsn := localtest.Postgres(t)
	other := open(t, dsn)
	conn, err := other.Conn(t.Context())
	require.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), `SELECT pg_advisory_lock(?)`, 0x636f6e6776616e)
	require.NoError(t, err)
	db := open(t, dsn)
	ended := make(chan error, 1)
	go func() {
		_, err := migrations.Run(t.Context(), db)
		ended <- err
	}()
	select {
	case err := <-ended:
		require.Fail(t, "it did not wait for the lock", err)
	case <-time.After(300 * time.Millisecond): // three tries
	}
	_, _ = conn.ExecContext(t.Context(), `SELECT pg_terminate_backend(pg_backend_pid())`)
	require.NoError(t, <-ended)
}
