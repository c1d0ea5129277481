package migrations_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"congvan/local/localtest"
	"congvan/migrations"
)

// granted is a record as its owner sees it, and as the programs do.
func granted(t *testing.T) (owner, app *bun.DB) {
	t.Helper()
	dsn := localtest.Postgres(t)
	owner = open(t, dsn)
	_, err := migrations.Run(t.Context(), owner)
	require.NoError(t, err)
	require.NoError(t, migrations.Grant(t.Context(), owner, localtest.AppRole))
	require.NoError(t, migrations.Grant(t.Context(), owner, localtest.AppRole), "again is as once")
	return owner, open(t, localtest.AsApp(t, dsn))
}

// Whoever holds the program's password can still not rewrite what happened.
func TestTheProgramsCannotChangeHistory_A01(t *testing.T) {
	t.Parallel()
	owner, app := granted(t)
	refused := map[string]string{
		"a role that it is none of":    `SET ROLE congvan`,
		"the owner's session":          `SET SESSION AUTHORIZATION congvan`,
		"triggers off for the session": `SET session_replication_role = replica`,
		"a table":                      `CREATE TABLE x (y int)`,
		"a schema":                     `CREATE SCHEMA x`,
		"a function":                   `CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
		"another refuse_change":        `CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
		"a role":                       `CREATE ROLE x SUPERUSER`,
		"itself":                       `ALTER ROLE congvan_app SUPERUSER`,
		"a database":                   `CREATE DATABASE x`,
		"a temporary table":            `CREATE TEMP TABLE x (y int)`,
		"the version":                  `DELETE FROM bun_migrations`,
		"a file of the server":         `COPY (SELECT 1) TO '/tmp/x'`,
		"a program":                    `COPY (SELECT 1) TO PROGRAM 'true'`,
		"the server's files":           `SELECT pg_read_file('postgresql.conf')`,
		"a document":                   `DELETE FROM documents`,
		"all accounts":                 `TRUNCATE accounts CASCADE`,
	}
	columns := map[string]string{"events": "kind", "journal": "kind", "log_runs": "head", "log_nodes": "hash", "result_sheets": "month", "result_lines": "running",
		"result_objections": "words", "result_disputed": "bucket", "result_answers": "words"}
	for _, table := range migrations.AppendOnly {
		column := columns[table]
		require.NotEmpty(t, column, table)
		for what, statement := range map[string]string{
			"update": `UPDATE ` + table + ` SET ` + column + ` = ` + column, "delete": `DELETE FROM ` + table, "truncate": `TRUNCATE ` + table,
			"truncate all": `TRUNCATE ` + table + ` CASCADE`, "drop": `DROP TABLE ` + table + ` CASCADE`, "lock": `DO $$ BEGIN LOCK TABLE ` + table + ` IN ACCESS EXCLUSIVE MODE; END $$`,
			"triggers off": `ALTER TABLE ` + table + ` DISABLE TRIGGER ALL`, "no trigger": `DROP TRIGGER ` + table + `_append_only ON ` + table,
			"a trigger": `CREATE TRIGGER x BEFORE INSERT ON ` + table + ` FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
			"a column":  `ALTER TABLE ` + table + ` ADD x int`, "a rule": `CREATE RULE x AS ON INSERT TO ` + table + ` DO INSTEAD NOTHING`,
			"row filter": `ALTER TABLE ` + table + ` ENABLE ROW LEVEL SECURITY`, "its owner": `ALTER TABLE ` + table + ` OWNER TO congvan_app`,
			"its name": `ALTER TABLE ` + table + ` RENAME TO x`, "merge": `MERGE INTO ` + table + ` USING (SELECT 1) s ON false WHEN MATCHED THEN DELETE`,
			"no index": `DROP INDEX IF EXISTS ` + table + `_pkey`,
		} {
			refused[what+" on "+table] = statement
		}
	}
	for what, statement := range refused {
		_, err := app.ExecContext(t.Context(), statement)
		require.Error(t, err, what)
		require.Regexp(t, `SQLSTATE=42501`, err.Error(), what+": "+statement)
	}
	_, err := app.ExecContext(t.Context(), `GRANT ALL ON events TO congvan_app WITH GRANT OPTION`)
	require.NoError(t, err, "it says no, and warns only")
	var rights []string
	require.NoError(t, owner.NewRaw(`SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants
		WHERE grantee = 'congvan_app' AND privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE') ORDER BY 1`).Scan(t.Context(), &rights))
	var want []string
	for _, table := range migrations.Deletable {
		want = append(want, table+" DELETE")
	}
	require.ElementsMatch(t, want, rights, "nothing but these")
	owns, err := migrations.Owns(t.Context(), app)
	require.NoError(t, err)
	require.False(t, owns)
	owns, err = migrations.Owns(t.Context(), owner)
	require.NoError(t, err)
	require.True(t, owns)
}

// Temporal's role, and whoever else has one, does not come in.
func TestNobodyElseComesIn_A01(t *testing.T) {
	t.Parallel()
	owner, app := granted(t)
	var public, others bool
	require.NoError(t, owner.NewRaw(`SELECT coalesce(bool_or(g.grantee = 0), false) FROM pg_database d, aclexplode(d.datacl) g WHERE d.datname = current_database()`).Scan(t.Context(), &public))
	require.False(t, public)
	require.NoError(t, owner.NewRaw(`SELECT has_database_privilege('congvan_temporal', current_database(), 'CONNECT')`).Scan(t.Context(), &others))
	require.False(t, others)
	_, err := app.ExecContext(t.Context(), `SELECT count(*) FROM documents`)
	require.NoError(t, err)
}

func TestARoleThatIsNone(t *testing.T) {
	t.Parallel()
	owner, _ := granted(t)
	for role, says := range map[string]string{"nobody_here": "not there", "congvan": "another one", `x"; DROP TABLE events; --`: "no plain name"} {
		require.ErrorContains(t, migrations.Grant(t.Context(), owner, role), says)
	}
}

// Every row that the programs delete lies in a table that they may delete from.
func TestDeletableIsWhatIsDeleted(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../postgres/*.go")
	require.NoError(t, err)
	deleted := map[string]bool{}
	for _, file := range files {
		if match, _ := filepath.Match("*_test.go", filepath.Base(file)); match {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?i)DELETE FROM ([a-z_]+)`).FindAllStringSubmatch(string(text), -1) {
			deleted[m[1]] = true
			require.Contains(t, migrations.Deletable, m[1], file)
		}
	}
	for _, table := range migrations.Deletable {
		require.True(t, deleted[table], "nobody deletes from %s any more", table)
		require.False(t, slices.Contains(migrations.AppendOnly, table))
	}
}
