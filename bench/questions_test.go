package main

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"congvan/local/localtest"
	"congvan/postgres"
)

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }

// The record that questions are asked of tells one story: by its rows, by its
// events, and by what the migration of the figures counts from these.
func TestTheRecordOfTheQuestions(t *testing.T) {
	ctx, dsn := t.Context(), localtest.Postgres(t)
	record := postgres.Open(dsn, 4)
	t.Cleanup(func() { _ = record.Close() })
	require.NoError(t, fillRecordOf(ctx, record, dsn, 2000), "rows and events agree")
	db := record.DB()

	var shape struct {
		Units, Documents, Shares, Open, Late, Rare int
		Kinds                                      []string `bun:",array"`
	}
	require.NoError(t, db.NewRaw(`SELECT (SELECT count(*) FROM units) AS units, (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM assignments) AS shares,
		(SELECT count(*) FROM open_assignments) AS open, (SELECT count(*) FROM open_assignments WHERE late_at < bench_end) AS late, (SELECT count(*) FROM documents WHERE words @@ 'set & danh') AS rare,
		(SELECT array_agg(DISTINCT kind) FROM events) AS kinds FROM (SELECT max(at) AS bench_end FROM events) x`).Scan(ctx, &shape))
	require.Equal(t, 200, shape.Units)
	require.Equal(t, 2000, shape.Documents)
	require.InDelta(t, 10_000, shape.Shares, 1500)
	require.InDelta(t, 140, shape.Open, 60)
	require.InDelta(t, 30, shape.Late, 20)
	require.Equal(t, 5, shape.Rare)
	require.Subset(t, shape.Kinds, []string{"alarmed", "closed", "dropped", "extended", "handed-over", "held", "recall-settled", "returned", "sent-back", "withdrawn"})

	text, err := os.ReadFile("../migrations/0016_figures.tx.up.sql")
	require.NoError(t, err)
	_, backfill, found := strings.Cut(string(text), "-- What has happened until now")
	require.True(t, found)
	require.NoError(t, db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE open_kept AS SELECT * FROM open_assignments; CREATE TABLE terms_kept AS SELECT * FROM assignment_terms; TRUNCATE open_assignments, assignment_terms; --`+backfill)
		return err
	}))
	for table, kept := range map[string]string{"open_assignments": "open_kept", "assignment_terms": "terms_kept"} {
		var differ []string
		require.NoError(t, db.NewRaw(`SELECT x::text FROM ((SELECT 'filled', * FROM `+kept+` EXCEPT SELECT 'filled', * FROM `+table+`) UNION ALL (SELECT 'counted', * FROM `+table+` EXCEPT SELECT 'counted', * FROM `+kept+`)) x LIMIT 6`).Scan(ctx, &differ))
		require.Empty(t, differ, table)
	}
}
