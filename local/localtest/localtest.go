// Package localtest gives tests a real PostgreSQL and a real Temporal server.
//
// One cluster and one server serve all tests of a process; they start when the first test asks. Each test gets an empty
// database of its own, so all tests can run in parallel. The cluster gives up durability for speed (fsync is off), so it
// is no place for measurements. When the test process ends, however it ends, the kernel stops what it started; the
// directory of a process that was killed is removed by the next one.
//
// It works as root and as any other user, on the PostgreSQL that `make run` would use.
package localtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"congvan/local"
)

// patience is how long a server may take to start on a busy machine.
const patience = 90 * time.Second

var (
	cluster   = sync.OnceValues(startCluster)
	temporal  = sync.OnceValues(startTemporal)
	databases atomic.Int64

	// running is what Main has to stop: set by startCluster before anything runs.
	running *local.Supervisor
	home    string
)

// Main runs the tests of a package and stops what they started. It is optional, but without it the directory of the
// cluster stays until another test process removes it:
//
//	func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }
func Main(m *testing.M) int {
	defer stop()
	return m.Run()
}

func stop() {
	if running != nil {
		running.Stop()
	}
	if home != "" {
		_ = os.RemoveAll(home) // the next test process tries again
	}
	if claimed != nil {
		_ = claimed.Close() // the directory is gone, or free for the next to remove
	}
}

// Postgres returns the URL of a new, empty database. It is dropped when the test ends.
func Postgres(t testing.TB) string {
	t.Helper()
	return create(t, "")
}

// AsApp returns the URL of the same database for the role that owns nothing. What it may do there migrations.Grant says.
func AsApp(t testing.TB, dsn string) string {
	t.Helper()
	c, err := cluster()
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	return c.AppDSN(strings.TrimPrefix(u.Path, "/"))
}

// AppRole is the role that AsApp logs in with.
const AppRole = "congvan_app"

// ReportingRole is the role of reports.
const ReportingRole = "congvan_reporting"

// AsReporting returns the URL of the same database for the role of reports, which has a login in tests.
func AsReporting(t testing.TB, dsn string) string {
	t.Helper()
	c, err := cluster()
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	dsn, err = c.LetReportsIn(t.Context(), "0123456789abcdef", strings.TrimPrefix(u.Path, "/"))
	if err != nil {
		t.Fatalf("let reports in: %v", err)
	}
	return dsn
}

// prepared are the databases that PostgresLike copies, by name.
var prepared sync.Map

// PostgresLike returns the URL of a new copy of a database that prepare filled, for tests that all begin with the same
// schema or the same data: prepare runs once per name and process, the copy takes some 20 ms. prepare must close its
// connections.
func PostgresLike(t testing.TB, name string, prepare func(dsn string) error) string {
	t.Helper()
	once, _ := prepared.LoadOrStore(name, sync.OnceValues(func() (string, error) {
		c, err := cluster()
		if err != nil {
			return "", err
		}
		database := fmt.Sprintf("prepared_%d", databases.Add(1))
		if err := c.Exec(context.Background(), "CREATE DATABASE "+database); err != nil {
			return "", fmt.Errorf("create a database: %w", err)
		}
		return database, prepare(c.DSN(database))
	}))
	database, err := once.(func() (string, error))()
	if err != nil {
		t.Fatalf("prepare the database %q: %v", name, err)
	}
	return create(t, database)
}

func create(t testing.TB, template string) string {
	t.Helper()
	c, err := cluster()
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	statement := "CREATE DATABASE " + name
	if template != "" {
		statement += " TEMPLATE " + template
	}
	if err := c.Exec(t.Context(), statement); err != nil {
		t.Fatalf("create a database: %v", err)
	}
	t.Cleanup(func() {
		if err := c.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Logf("drop %s: %v", name, err)
		}
	})
	return c.DSN(name)
}

// Temporal returns the host:port of a Temporal server with the namespace "default". Tests share it: each needs a task
// queue and workflow ids of its own. The test fails when bin/temporal has not been built.
func Temporal(t testing.TB) string {
	t.Helper()
	address, err := temporal()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func startCluster() (*local.Cluster, error) {
	removeAbandoned()
	var err error
	if home, err = os.MkdirTemp("", prefix); err != nil {
		return nil, err
	}
	if err := claim(home); err != nil {
		return nil, err
	}
	ports, err := local.FreePorts()
	if err != nil {
		return nil, err
	}
	module, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	programs, err := local.EnsurePostgres(ctx, filepath.Join(module, ".local"), nil)
	if err != nil {
		return nil, err
	}
	c, err := local.OpenCluster(ctx, local.ClusterConfig{Root: home, Port: ports.Postgres, Programs: programs, Volatile: true})
	if err != nil {
		return nil, err
	}
	if running, err = local.NewSupervisor(home, nil); err != nil {
		return nil, err
	}
	if err := running.Start(ctx, c.Child()); err != nil {
		return nil, err
	}
	return c, c.EnsureRole(ctx)
}

func startTemporal() (string, error) {
	program, err := temporalProgram()
	if err != nil {
		return "", err
	}
	c, err := cluster()
	if err != nil {
		return "", fmt.Errorf("start PostgreSQL: %w", err)
	}
	ports, err := local.FreePorts()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.EnsureTemporal(ctx); err != nil {
		return "", err
	}
	child := local.TemporalChild(c, local.TemporalConfig{Program: program, Port: ports.Temporal, Namespace: "default"})
	if err := running.Start(ctx, child); err != nil {
		return "", err
	}
	return fmt.Sprintf("127.0.0.1:%d", ports.Temporal), nil
}

// temporalProgram is the server that `make bin/temporal` builds.
func temporalProgram() (string, error) {
	module, err := moduleRoot()
	if err != nil {
		return "", err
	}
	program := filepath.Join(module, "bin", "temporal")
	if _, err := os.Stat(program); err != nil {
		return "", errors.New("no Temporal server: run `make bin/temporal` first")
	}
	return program, nil
}

// moduleRoot is found from the directory of the package that is tested.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module congvan\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("the test does not run inside the module congvan")
		}
		dir = parent
	}
}

const (
	prefix    = "congvan-test-"
	claimName = "claim"
)

// claimed stays open, and so locked, until the process ends.
var claimed *os.File

// claim marks the directory as in use for as long as this process lives.
func claim(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, claimName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	claimed = f // kept from the garbage collector, which would close and so unlock it
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// removeAbandoned removes the directories of test processes that did not live to do it themselves.
func removeAbandoned() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, dir := range dirs {
		f, err := os.Open(filepath.Join(dir, claimName))
		if err != nil {
			continue // of another user, or being made at this moment
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.RemoveAll(dir)
		}
		_ = f.Close()
	}
}
