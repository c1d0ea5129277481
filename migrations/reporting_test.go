package migrations_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"congvan/local/localtest"
	"congvan/migrations"
)

// reported is a record as its owner sees it, and as reports do, over a connection
// without settings of ours.
func reported(t *testing.T) (owner, reports *bun.DB) {
	t.Helper()
	dsn := localtest.Postgres(t)
	owner = open(t, dsn)
	_, err := migrations.Run(t.Context(), owner)
	require.NoError(t, err)
	require.NoError(t, migrations.Grant(t.Context(), owner, localtest.AppRole))
	for range 2 {
		require.NoError(t, migrations.GrantReporting(t.Context(), owner, localtest.ReportingRole), "again is as once")
	}
	return owner, open(t, localtest.AsReporting(t, dsn))
}

var views = []string{"assignments", "deadlines", "documents", "events", "lateness", "unit_days"}

func TestReportsReadTheirViewsAndNothingElse_A01(t *testing.T) {
	t.Parallel()
	owner, reports := reported(t)
	for _, view := range views {
		_, err := reports.ExecContext(t.Context(), `SELECT count(*) FROM reporting.`+view)
		require.NoError(t, err, view)
	}
	refused := map[string]string{
		"a table of its own": `CREATE TABLE reporting.x (y int)`, "a temporary table": `CREATE TEMP TABLE x (y int)`, "a function": `CREATE FUNCTION reporting.x() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
		"the server's files": `SELECT pg_read_file('postgresql.conf')`, "a program": `COPY (SELECT 1) TO PROGRAM 'true'`, "a role": `SET ROLE congvan`, "the owner's session": `SET SESSION AUTHORIZATION congvan`,
	}
	for _, table := range append(tables(t, owner), "bun_migrations") {
		refused["table "+table] = `SELECT * FROM public.` + table
	}
	for _, view := range views {
		refused["a write to "+view] = `DELETE FROM reporting.` + view
	}
	conn, err := reports.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_, err = conn.ExecContext(t.Context(), `SET default_transaction_read_only = off`) // whoever logs in may say so
	require.NoError(t, err)
	for what, statement := range refused {
		_, err := conn.ExecContext(t.Context(), statement)
		require.Error(t, err, what)
		require.Regexp(t, `SQLSTATE=(42501|55000)`, err.Error(), what+": "+statement) // the other: no such view takes writes
	}
	var ledger bool
	require.NoError(t, reports.NewRaw(`SELECT has_table_privilege('public.holdings', 'SELECT')`).Scan(t.Context(), &ledger))
	require.False(t, ledger, "the ledger itself has persons")
	_, err = open(t, localtest.AsReporting(t, localtest.Postgres(t))).ExecContext(t.Context(), `SELECT 1 FROM reporting.documents`)
	require.Error(t, err, "another database has nothing for it")
}

func TestReportsBeginReadOnlyAndShort(t *testing.T) {
	t.Parallel()
	owner, reports := reported(t)
	var readOnly string
	require.NoError(t, reports.NewRaw(`SHOW default_transaction_read_only`).Scan(t.Context(), &readOnly))
	require.Equal(t, "on", readOnly)
	var settings []string
	require.NoError(t, owner.NewRaw(`SELECT unnest(s.setconfig) FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole WHERE r.rolname = ? AND s.setdatabase = 0`, localtest.ReportingRole).Scan(t.Context(), &settings))
	require.Contains(t, settings, "statement_timeout=60s")
	for role, says := range map[string]string{"nobody_here": "not there", "congvan": "another one", `x"; DROP TABLE events; --`: "no plain name"} {
		require.ErrorContains(t, migrations.GrantReporting(t.Context(), owner, role), says)
	}
}

// No column of a view holds a word that somebody wrote, a secret or a person: what a
// view is made of is known by name.
func TestViewsForReportsHoldNoWordsAndNoPersons(t *testing.T) {
	t.Parallel()
	owner, _ := reported(t)
	var used []string
	require.NoError(t, owner.NewRaw(`SELECT DISTINCT table_name || '.' || column_name FROM information_schema.view_column_usage WHERE view_schema = 'reporting' AND table_schema = 'public'`).Scan(t.Context(), &used))
	require.Greater(t, len(used), 40, "the check is blind")
	// Whether an officer holds a share, and whether somebody acted at all, is looked up by these.
	allowed := []string{"assignments.position_id", "events.actor_id"}
	for _, column := range used {
		if column == allowed[0] || column == allowed[1] {
			continue
		}
		require.NotRegexp(t, `^(accounts|tokens|sessions|deadline_feeds|file_texts|journal|mails)\.|subject|issuer|text|report$|note$|reason|details|name_|field|type_name|code_n|address|_by$|actor_id|position`, column)
	}
}

// docs/reporting.md has every view with every column and its type, in their order.
func TestReportingIsDocumented(t *testing.T) {
	t.Parallel()
	owner, _ := reported(t)
	var real []struct{ TableName, ColumnName, DataType string }
	require.NoError(t, owner.NewRaw(`SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'reporting' ORDER BY table_name, ordinal_position`).Scan(t.Context(), &real))
	want := map[string]string{}
	for _, c := range real {
		want[c.TableName] += fmt.Sprintf("%s %s\n", c.ColumnName, c.DataType)
	}
	text, err := os.ReadFile("../docs/reporting.md")
	require.NoError(t, err)
	_, text2, _ := strings.Cut(string(text), "<!-- views: reporting -->")
	text2, _, whole := strings.Cut(text2, "<!-- end of views -->")
	require.True(t, whole)
	written := map[string]string{}
	for _, section := range strings.Split(text2, "\n## ")[1:] {
		name, body, _ := strings.Cut(section, "\n")
		for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| ([a-z ]+) \\| (.{3,}) \\|$").FindAllStringSubmatch(body, -1) {
			written[name] += row[1] + " " + row[2] + "\n"
		}
	}
	require.Len(t, want, len(views))
	require.Equal(t, want, written)
}
