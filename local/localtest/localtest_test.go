package localtest_test

import (
	"database/sql"
	"errors"
	"os"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun/driver/pgdriver"

	"congvan/local/localtest"
)

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(dsn)))
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestEveryTestHasADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	first, second := open(t, localtest.Postgres(t)), open(t, localtest.Postgres(t))
	_, err := first.Exec("CREATE TABLE only_here (id int)")
	require.NoError(t, err)
	_, err = second.Exec("SELECT FROM only_here")
	require.Error(t, err)
}

func TestTheRoleMayDoWhatTheRecordNeedsAndNoMore(t *testing.T) {
	t.Parallel()
	db := open(t, localtest.Postgres(t))
	for _, statement := range []string{
		"CREATE EXTENSION unaccent",
		"CREATE EXTENSION pg_trgm",
		`SELECT 'đ' COLLATE "vi-x-icu" < 'e' COLLATE "vi-x-icu"`,
	} {
		_, err := db.Exec(statement)
		require.NoError(t, err, statement)
	}
	var encoding, super, zone string
	require.NoError(t, db.QueryRow(
		"SELECT current_setting('server_encoding'), current_setting('is_superuser'), current_setting('timezone')",
	).Scan(&encoding, &super, &zone))
	require.Equal(t, []string{"UTF8", "off", "UTC"}, []string{encoding, super, zone})
}

func TestAPreparedDatabaseIsPreparedOnceAndCopied(t *testing.T) {
	t.Parallel()
	var times atomic.Int32
	prepare := func(dsn string) error {
		times.Add(1)
		db := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(dsn)))
		_, err := db.Exec("CREATE TABLE books (number int)")
		return errors.Join(err, db.Close())
	}
	for range 2 {
		db := open(t, localtest.PostgresLike(t, "books", prepare))
		_, err := db.Exec("INSERT INTO books VALUES (1)")
		require.NoError(t, err)
		var n int
		require.NoError(t, db.QueryRow("SELECT count(*) FROM books").Scan(&n))
		require.Equal(t, 1, n)
	}
	require.EqualValues(t, 1, times.Load())
}

func TestTemporalAnswersAtOneAddressForAll(t *testing.T) {
	t.Parallel()
	address := localtest.Temporal(t)
	require.NotEmpty(t, address)
	require.Equal(t, address, localtest.Temporal(t))
}
