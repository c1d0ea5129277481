package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/local/localtest"
	"congvan/postgres"
)

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }

func TestTheRecordOfTheQuestions(t *testing.T) {
	ctx, dsn := t.Context(), localtest.Postgres(t)
	record := postgres.Open(dsn, 4)
	t.Cleanup(func() { _ = record.Close() })
	require.NoError(t, fillRecordOf(ctx, record, dsn, 2000), "it checks what it filled: events tell what the rows say")
}
