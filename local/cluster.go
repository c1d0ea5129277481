package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/uptrace/bun/driver/pgdriver"
)

const (
	// role owns the record: what migrates and seeds it logs in as it. It is no superuser.
	role = "congvan"
	// appRole is what the programs that serve people log in as. It owns nothing: migrations.Grant says what it may do.
	appRole = "congvan_app"
	// temporalRole owns Temporal's databases, and cannot enter the record's.
	temporalRole = "congvan_temporal"
	// reportingRole reads the views of the schema reporting. It has no login until an administrator gives it one.
	reportingRole = "congvan_reporting"
	superuser     = "postgres"
)

// Cluster is a private PostgreSQL cluster: its data, its port, its passwords. It does not run by itself: Child gives the
// Supervisor what to run.
type Cluster struct {
	root    string // of the installation
	home    string // holds what PostgreSQL's account must reach: root, or a directory elsewhere
	port    int
	durable bool
	account *account
	bin     binaries

	password, adminPassword, appPassword, temporalPassword string
}

// ClusterConfig says which cluster.
type ClusterConfig struct {
	Root string // directory of the installation; it must exist
	Port int

	// Programs is the directory of PostgreSQL's programs; empty: they are found, or installed.
	Programs string

	// Volatile gives up durability for speed: a crash of the machine may destroy the data. For tests only.
	Volatile bool

	Say func(format string, args ...any) // told what takes time; nil: nobody

	places *places // tests: where PostgreSQL is looked for
}

// OpenCluster finds or installs PostgreSQL and makes the cluster's data directory when there is none. The errors are
// sentences for a person. It must not be called for a cluster that runs.
func OpenCluster(ctx context.Context, cfg ClusterConfig) (*Cluster, error) {
	if cfg.Say == nil {
		cfg.Say = func(string, ...any) {}
	}
	owner, err := serverAccount()
	if err != nil {
		return nil, err
	}
	c := &Cluster{root: cfg.Root, port: cfg.Port, durable: !cfg.Volatile, account: owner}
	if c.home, err = homeFor(cfg.Root, owner); err != nil {
		return nil, err
	}
	made, err := c.dataVersion()
	if err != nil {
		return nil, err
	}
	search := usualPlaces(npmDir(c.home))
	if cfg.Programs != "" {
		search = places{named: cfg.Programs}
	}
	if cfg.places != nil {
		search = *cfg.places
		search.npmDir = npmDir(c.home)
	}
	install := installer{places: search, root: os.Geteuid() == 0, say: cfg.Say}
	if c.bin, err = install.findOrInstall(ctx, made); err != nil {
		return nil, err
	}
	if c.account, err = c.dataAccount(); err != nil {
		return nil, err
	}
	if c.password, err = secret(c.passwordPath()); err != nil {
		return nil, err
	}
	for name, password := range map[string]*string{"admin": &c.adminPassword, "app": &c.appPassword, "temporal": &c.temporalPassword} {
		if *password, err = secret(filepath.Join(c.root, "postgres."+name)); err != nil {
			return nil, err
		}
	}
	if made == 0 {
		cfg.Say("Making a PostgreSQL %d cluster in %s, once.", c.bin.major, c.data())
		if err := c.initialize(ctx); err != nil {
			return nil, err
		}
	}
	return c, c.configure()
}

// DSN returns the URL of a database of the cluster, with the role's password: not for logs.
func (c *Cluster) DSN(database string) string { return c.dsn(role, c.password, database) }

// AppDSN is DSN for the role that owns nothing.
func (c *Cluster) AppDSN(database string) string { return c.dsn(appRole, c.appPassword, database) }

// Address is the cluster's host:port.
func (c *Cluster) Address() string { return loopback(c.port) }

func (c *Cluster) dsn(user, password, database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(user, password), Host: c.Address(), Path: "/" + database,
		RawQuery: "sslmode=disable", // over the loopback device
	}
	return u.String()
}

// Child is the server process. It is ready when it answers a login, also with a refusal. It stops by fast shutdown:
// open transactions are rolled back, everything committed is on disk. A volatile cluster just ends.
func (c *Cluster) Child() Child {
	end := syscall.SIGINT
	if !c.durable {
		end = syscall.SIGQUIT
	}
	return Child{
		Name:    "postgres",
		Path:    c.bin.program("postgres"),
		Args:    []string{"-D", c.data(), "-p", fmt.Sprint(c.port), "-c", "unix_socket_directories=" + c.socketDir()},
		Env:     serverEnv(),
		Dir:     c.data(),
		Signal:  end,
		Grace:   time.Minute,
		Ready:   c.answers,
		account: c.account,
	}
}

// serverEnv is an environment without the PG… variables of the person who starts it: the server reads some of them.
func serverEnv() []string {
	env := []string{"LC_ALL=C.UTF-8", "TZ=UTC"}
	for _, v := range os.Environ() {
		if strings.HasPrefix(v, "PATH=") || strings.HasPrefix(v, "TMPDIR=") {
			env = append(env, v)
		}
	}
	return env
}

func (c *Cluster) answers() error {
	err := c.exec(context.Background(), c.DSN("postgres"), "SELECT 1")
	if err == nil || refusedLogin(err) {
		return nil
	}
	return err
}

func refusedLogin(err error) bool {
	code := sqlState(err)
	return code == "28P01" || code == "28000" // wrong password; no such role
}

func sqlState(err error) string {
	var answer pgdriver.Error
	if errors.As(err, &answer) {
		return answer.Field('C')
	}
	return ""
}

// EnsureRole gives the roles their passwords, creating those that are missing. The cluster must be running.
func (c *Cluster) EnsureRole(ctx context.Context) error {
	for _, r := range []struct{ name, password, may string }{
		{role, c.password, "CREATEDB"}, {appRole, c.appPassword, "NOCREATEDB"}, {temporalRole, c.temporalPassword, "NOCREATEDB"},
	} {
		if err := c.ensureRole(ctx, r.name, r.password, r.may); err != nil {
			return err
		}
	}
	return c.ensureReportingRole(ctx)
}

// ensureReportingRole makes the role of reports: whoever logs in with it changes nothing and asks nothing for long.
func (c *Cluster) ensureReportingRole(ctx context.Context) error {
	admin := c.dsn(superuser, c.adminPassword, "postgres")
	err := c.exec(ctx, admin, "CREATE ROLE "+reportingRole+" NOLOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB")
	if sqlState(err) == "42710" {
		return nil // it is there, with whatever the administrator made of it
	}
	for _, setting := range []string{"default_transaction_read_only = on", "statement_timeout = '60s'", "idle_in_transaction_session_timeout = '60s'", "search_path = reporting"} {
		if err == nil {
			err = c.exec(ctx, admin, "ALTER ROLE "+reportingRole+" SET "+setting)
		}
	}
	if err != nil {
		return fmt.Errorf("create the role %s: %w", reportingRole, err)
	}
	return nil
}

// LetReportsIn gives the role of reports a login, with a password in hexadecimal, and returns the URL of a database for it.
func (c *Cluster) LetReportsIn(ctx context.Context, password, database string) (dsn string, err error) {
	if !hexadecimal.MatchString(password) {
		return "", errors.New("the password of the role of reports is written in hexadecimal")
	}
	err = c.exec(ctx, c.dsn(superuser, c.adminPassword, "postgres"), "ALTER ROLE "+reportingRole+" LOGIN PASSWORD '"+password+"'")
	return c.dsn(reportingRole, password, database), err
}

var hexadecimal = regexp.MustCompile(`^[0-9a-f]{16,128}$`)

func (c *Cluster) ensureRole(ctx context.Context, name, password, may string) error {
	err := c.exec(ctx, c.dsn(name, password, "postgres"), "SELECT 1")
	if err == nil || !refusedLogin(err) {
		return err
	}
	admin := c.dsn(superuser, c.adminPassword, "postgres")
	err = c.exec(ctx, admin, "CREATE ROLE "+name+" LOGIN NOSUPERUSER NOCREATEROLE "+may)
	if err != nil && sqlState(err) != "42710" { // it exists: the password file was lost
		return fmt.Errorf("create the role %s: %w", name, err)
	}
	// A password is hexadecimal, so it needs no quoting.
	if err := c.exec(ctx, admin, "ALTER ROLE "+name+" PASSWORD '"+password+"'"); err != nil {
		return fmt.Errorf("set the password of the role %s: %w", name, err)
	}
	return nil
}

// EnsureTemporal makes Temporal's databases, which belong to its role alone. Those of an installation in which one role
// owned everything change hands.
func (c *Cluster) EnsureTemporal(ctx context.Context) error {
	admin := c.dsn(superuser, c.adminPassword, "postgres")
	for _, name := range []string{"temporal", "temporal_visibility"} {
		err := c.exec(ctx, c.dsn(temporalRole, c.temporalPassword, name), "SELECT 1")
		if err == nil {
			continue
		}
		err = c.exec(ctx, admin, "CREATE DATABASE "+name+" OWNER "+temporalRole)
		if sqlState(err) == "42P04" { // it is there, and somebody else's
			err = c.exec(ctx, c.dsn(superuser, c.adminPassword, name), takeOver)
			if err == nil {
				err = c.exec(ctx, admin, "ALTER DATABASE "+name+" OWNER TO "+temporalRole)
			}
		}
		if err == nil {
			err = c.exec(ctx, admin, "REVOKE ALL ON DATABASE "+name+" FROM PUBLIC")
		}
		if err != nil {
			return fmt.Errorf("prepare the database %s: %w", name, err)
		}
	}
	return nil
}

// takeOver gives what lies in a database to Temporal's role. REASSIGN OWNED would take the record's database along.
const takeOver = `DO $$ DECLARE x record; BEGIN
	FOR x IN SELECT format('ALTER %s %I.%I OWNER TO ` + temporalRole + `', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, n.nspname, c.relname) AS act
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v') OR n.nspname = 'public' AND c.relkind = 'S'
			AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i'))
	LOOP EXECUTE x.act; END LOOP;
	FOR x IN SELECT format('ALTER FUNCTION %s OWNER TO ` + temporalRole + `', p.oid::regprocedure) AS act
		FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
	LOOP EXECUTE x.act; END LOOP;
END $$`

// EnsureDatabase creates the database, owned by the role, if it is missing. The name must be a plain lower-case word.
func (c *Cluster) EnsureDatabase(ctx context.Context, name string) error {
	err := c.exec(ctx, c.DSN(name), "SELECT 1")
	if sqlState(err) != "3D000" {
		return err
	}
	return c.Exec(ctx, "CREATE DATABASE "+name)
}

// Exec runs one statement in the maintenance database as the role.
func (c *Cluster) Exec(ctx context.Context, statement string) error {
	return c.exec(ctx, c.DSN("postgres"), statement)
}

func (c *Cluster) exec(ctx context.Context, dsn, statement string) error {
	db := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(dsn), pgdriver.WithDialTimeout(time.Second), pgdriver.WithReadTimeout(30*time.Second)))
	defer db.Close() //nolint:errcheck // nothing left to lose
	_, err := db.ExecContext(ctx, statement)
	return err
}
