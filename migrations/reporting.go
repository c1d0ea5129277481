package migrations

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// GrantReporting gives a role the views of the schema reporting and nothing else, and
// takes from it what it had. It is for programs that make reports; like APP_ROLE it
// has to be there, and it may be one without a login.
func GrantReporting(ctx context.Context, db *bun.DB, role string) error {
	if !plainRole.MatchString(role) {
		return fmt.Errorf("REPORTING_ROLE=%q is no plain name of a role, for example congvan_reporting", role)
	}
	var known, member bool
	if err := db.NewRaw(`SELECT count(*) > 0, coalesce(bool_or(pg_has_role(rolname, current_user, 'member')), false) FROM pg_roles WHERE rolname = ?`, role).Scan(ctx, &known, &member); err != nil {
		return err
	}
	switch {
	case !known:
		return fmt.Errorf("the role %s is not there; make it with CREATE ROLE %s NOLOGIN", role, role)
	case member:
		return fmt.Errorf("the role %s is the owner of the database, or a member of it; REPORTING_ROLE has to be another one", role)
	}
	var database string
	if err := db.NewRaw(`SELECT quote_ident(current_database())`).Scan(ctx, &database); err != nil {
		return err
	}
	return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`REVOKE ALL ON DATABASE %[1]s FROM PUBLIC; REVOKE ALL ON DATABASE %[1]s FROM %[2]s; GRANT CONNECT ON DATABASE %[1]s TO %[2]s;
			REVOKE CREATE ON SCHEMA public FROM PUBLIC; REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %[2]s; REVOKE ALL ON SCHEMA public FROM %[2]s;
			REVOKE ALL ON SCHEMA reporting FROM PUBLIC; REVOKE ALL ON ALL TABLES IN SCHEMA reporting FROM %[2]s; GRANT USAGE ON SCHEMA reporting TO %[2]s;
			GRANT SELECT ON ALL TABLES IN SCHEMA reporting TO %[2]s; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA reporting TO %[2]s`, database, role)) // a checked name of a role, nobody's words
		return err
	})
}
