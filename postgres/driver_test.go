package postgres

import (
	"database/sql"
	"testing"
	"time"

	"congvan/local/localtest"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun/driver/pgdriver"
)

// After a time-out, nobody gets another's answer: the connection is given up.
func TestATimedOutStatementTakesItsConnectionAlong(t *testing.T) {
	t.Parallel()
	pool := sql.OpenDB(careful{pgdriver.NewConnector(pgdriver.WithDSN(localtest.Postgres(t)), pgdriver.WithReadTimeout(300*time.Millisecond))})
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	stmt, err := pool.PrepareContext(t.Context(), `SELECT $1::text FROM pg_sleep($2::float8)`)
	require.NoError(t, err)
	ask := func(who string, seconds float64) (answer string, err error) {
		err = stmt.QueryRowContext(t.Context(), who, seconds).Scan(&answer)
		return answer, err
	}
	_, err = ask("ward A", 1)
	require.Error(t, err)
	for _, ward := range []string{"ward B", "ward C"} {
		answer, err := ask(ward, 0)
		require.NoError(t, err)
		require.Equal(t, ward, answer)
	}
	_, err = pool.ExecContext(t.Context(), `SELECT 1`)
	require.NoError(t, err)
}
