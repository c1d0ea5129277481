package migrations

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/uptrace/bun"
)

// What the programs that serve people may do to the record. They log in with a
// role that owns nothing (APP_ROLE): it changes no table, no trigger and no right,
// and what happened it can only add to.
var (
	// AppendOnly are the tables that are only ever added to.
	AppendOnly = []string{"events", "journal", "log_runs", "log_nodes", "result_sheets", "result_lines", "result_objections", "result_disputed", "result_answers"}
	// Deletable are those of which the programs delete rows; a test finds the
	// statements.
	Deletable = []string{"outbox", "calendar_days", "working_sessions", "login_failures", "devices", "sessions", "recovery_codes", "second_factors",
		"identities", "identity_logins", "unit_versions", "position_versions", "position_holders", "file_texts", "saved_filters", "webhook_deliveries", "ledger_rows"}
	// readOnly are those of the migrations themselves, and what triggers keep.
	readOnly = []string{"bun_migrations", "bun_migration_locks", "open_assignments", "assignment_terms"}
)

var plainRole = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// Grant gives the role what the programs need, and takes everything else from it
// and from everybody who is not named. The owner of the database asks for it
// after every run. The role has to be there: making one is the administrator's.
func Grant(ctx context.Context, db *bun.DB, role string) error {
	if !plainRole.MatchString(role) {
		return fmt.Errorf("APP_ROLE=%q is no plain name of a role, for example congvan_app", role)
	}
	var known, same bool
	var database string
	err := db.NewRaw(`SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ?0), pg_has_role(?0, current_user, 'member'), quote_ident(current_database())
		FROM (SELECT 1) x WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = ?0)`, role).Scan(ctx, &known, &same, &database)
	switch {
	case err != nil && !known:
		return fmt.Errorf("the role %s is not there; make it with CREATE ROLE %s LOGIN PASSWORD '…'", role, role)
	case err != nil:
		return err
	case same:
		return fmt.Errorf("the role %s is the owner of the database, or a member of it; APP_ROLE has to be another one", role)
	}
	var tables []string
	if err := db.NewRaw(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`).Scan(ctx, &tables); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, `REVOKE ALL ON DATABASE %[1]s FROM PUBLIC; REVOKE ALL ON DATABASE %[1]s FROM %[2]s; GRANT CONNECT ON DATABASE %[1]s TO %[2]s;
		REVOKE CREATE ON SCHEMA public FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM %[2]s; GRANT USAGE ON SCHEMA public TO %[2]s;
		REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %[2]s;`, database, role)
	for _, table := range tables {
		rights := "SELECT, INSERT, UPDATE"
		switch {
		case slices.Contains(AppendOnly, table):
			rights = "SELECT, INSERT"
		case slices.Contains(readOnly, table):
			rights = "SELECT"
		case slices.Contains(Deletable, table):
			rights += ", DELETE"
		}
		fmt.Fprintf(&b, "GRANT %s ON %s TO %s;\n", rights, table, role)
	}
	return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, b.String()) // names of tables and a checked name of a role, nobody's words
		return err
	})
}

// Owns says whether the programs run as the owner of the record: then nothing
// but the triggers keeps them from changing what happened.
func Owns(ctx context.Context, db *bun.DB) (owns bool, err error) {
	err = db.NewRaw(`SELECT pg_has_role(current_user, tableowner, 'usage') FROM pg_tables WHERE schemaname = 'public' AND tablename = 'events'`).Scan(ctx, &owns)
	return owns, err
}
