package local

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun/driver/pgdriver"
)

// children of an installation, in the order in which they start.
var childNames = []string{"postgres", "temporal", "mail-sink", "worker", "api"}

// running is a `congvan up` in a process of its own.
type running struct {
	root  string
	ports Ports
	cmd   *exec.Cmd
	mu    sync.Mutex
	out   bytes.Buffer
}

func (r *running) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Write(p)
}

func (r *running) said() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

func startUp(t *testing.T, root string, ports Ports) *running {
	t.Helper()
	r := &running{root: root, ports: ports}
	r.cmd = exec.Command(os.Args[0])
	r.cmd.Env = append(os.Environ(), playsUp+"="+root,
		fmt.Sprint("PG_PORT=", ports.Postgres), fmt.Sprint("TEMPORAL_PORT=", ports.Temporal),
		fmt.Sprint("TEMPORAL_UI_PORT=", ports.TemporalUI), fmt.Sprint("HTTP_PORT=", ports.API),
		fmt.Sprint("WORKER_HEALTH_PORT=", ports.WorkerHealth),
		fmt.Sprint("MAIL_SINK_PORT=", ports.Mails), fmt.Sprint("MAIL_SINK_SMTP_PORT=", ports.SMTP))
	r.cmd.Stdout, r.cmd.Stderr = r, r
	require.NoError(t, r.cmd.Start())
	t.Cleanup(func() {
		if r.cmd.ProcessState == nil {
			_ = r.cmd.Process.Signal(syscall.SIGTERM)
			_ = r.cmd.Wait()
		}
	})
	require.True(t, waitUntil(time.Minute, func() bool { return strings.Contains(r.said(), "READY") }), r.said())
	return r
}

func pids(t *testing.T, root string) map[string]int {
	t.Helper()
	status, err := StatusOf(root)
	require.NoError(t, err)
	found := map[string]int{}
	for _, c := range status.Children {
		found[c.Name] = c.PID
	}
	return found
}

func (r *running) answers() bool {
	for _, port := range []int{r.ports.API, r.ports.WorkerHealth} {
		if answersOK(port)() != nil {
			return false
		}
	}
	// The pages ask the server, and the server asks the database.
	namespace, err := http.Get("http://" + loopback(r.ports.TemporalUI) + "/api/v1/namespaces/default")
	if err != nil {
		return false
	}
	return namespace.Body.Close() == nil && namespace.StatusCode == http.StatusOK
}

func reachable(t *testing.T) string {
	t.Helper()
	root, err := os.MkdirTemp("", "congvan-up-") // t.TempDir is closed to other users
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	require.NoError(t, os.Chmod(root, 0o711))
	return root
}

func freePorts(t *testing.T) Ports {
	t.Helper()
	ports, err := FreePorts()
	require.NoError(t, err)
	return ports
}

// One installation goes through everything that can happen to it.
func TestInstallationSurvives(t *testing.T) {
	if _, err := os.Stat(temporalProgram()); err != nil {
		t.Fatal("no Temporal server: run `make bin/temporal` first")
	}
	root, ports := filepath.Join(reachable(t), "installation"), freePorts(t)
	up := startUp(t, root, ports)
	db := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(dsnOf(t, root, ports))))
	defer db.Close() //nolint:errcheck // of a test
	_, err := db.Exec("CREATE TABLE kept AS SELECT 1 AS one")
	require.NoError(t, err)

	t.Run("a second one beside it is refused", func(t *testing.T) {
		err := Up(t.Context(), Config{Root: root, Ports: ports, Temporal: temporalProgram()})
		require.ErrorContains(t, err, fmt.Sprintf("already running, pid %d; `make stop` stops it", up.cmd.Process.Pid))
		require.ErrorContains(t, Reset(root), "already running")
	})
	for _, name := range childNames {
		t.Run(name+" is killed and comes back alone", func(t *testing.T) {
			before := pids(t, root)
			require.NoError(t, syscall.Kill(before[name], syscall.SIGKILL))
			require.True(t, waitUntil(30*time.Second, func() bool {
				now := pids(t, root)[name]
				return now != 0 && now != before[name] && up.answers()
			}), up.said())
			after := pids(t, root)
			delete(before, name)
			delete(after, name)
			require.Equal(t, before, after)
		})
	}
	t.Run("killed itself, it leaves nobody behind", func(t *testing.T) {
		before := pids(t, root)
		require.Len(t, before, len(childNames))
		require.NoError(t, up.cmd.Process.Kill())
		_ = up.cmd.Wait()
		require.True(t, waitUntil(15*time.Second, func() bool {
			return len(leftovers(filepath.Join(root, "run"))) == 0 && postmaster(filepath.Join(root, "postgres")) == 0
		}), "%v", before)
	})
	whole := t // outlives the steps
	t.Run("it starts quickly again, with the data", func(t *testing.T) {
		began := time.Now()
		up = startUp(whole, root, ports)
		require.Less(t, time.Since(began), 10*time.Second)
		t.Log(up.said())
		var one int
		require.True(t, waitUntil(5*time.Second, func() bool { return db.QueryRow("SELECT one FROM kept").Scan(&one) == nil }))
		require.Equal(t, 1, one)
	})
	t.Run("it starts at once after being killed", func(t *testing.T) {
		require.NoError(t, up.cmd.Process.Kill())
		_ = up.cmd.Wait()
		up = startUp(whole, root, ports)
	})
	t.Run("it is stopped and reset", func(t *testing.T) {
		stopped, err := Stop(t.Context(), root)
		require.NoError(t, err)
		require.True(t, stopped)
		require.NoError(t, up.cmd.Wait(), up.said())
		require.NotContains(t, up.said(), "ended")
		require.Empty(t, leftovers(filepath.Join(root, "run")))
		stopped, err = Stop(t.Context(), root)
		require.NoError(t, err)
		require.False(t, stopped)
		require.NoError(t, Reset(root))
		require.NoDirExists(t, root)
	})
}

func dsnOf(t *testing.T, root string, ports Ports) string {
	t.Helper()
	password, err := secret(filepath.Join(root, "postgres.password"))
	require.NoError(t, err)
	return (&Cluster{port: ports.Postgres}).dsn(role, password, database)
}

func TestAPortInUseIsNamedWithTheVariableThatMovesIt(t *testing.T) {
	t.Parallel()
	ports := freePorts(t)
	l, err := net.Listen("tcp", loopback(ports.API))
	require.NoError(t, err)
	defer l.Close() //nolint:errcheck // of a test
	err = Up(t.Context(), Config{Root: t.TempDir(), Ports: ports, Temporal: os.Args[0]})
	require.EqualError(t, err, fmt.Sprintf(
		"port %d for Công Văn is used by another program; choose another one, for example HTTP_PORT=%d make run", ports.API, ports.API+100))
}

func TestPortsComeFromTheEnvironment(t *testing.T) {
	t.Setenv("HTTP_PORT", "9000")
	ports, err := PortsFromEnv()
	require.NoError(t, err)
	want := DefaultPorts()
	want.API = 9000
	require.Equal(t, want, ports)
	t.Setenv("PG_PORT", "none")
	_, err = PortsFromEnv()
	require.EqualError(t, err, `PG_PORT="none" is not a port; use a number from 1 to 65535`)
}

func TestAMissingProgramIsSaid(t *testing.T) {
	t.Parallel()
	err := Up(t.Context(), Config{Root: t.TempDir(), Temporal: filepath.Join(t.TempDir(), "temporal")})
	require.ErrorContains(t, err, "`make bin/temporal bin/congvan` builds what runs here")
}

func TestADirectoryOfSomebodyElseIsSaid(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, rightsError("/", os.ErrPermission), "no right to write in /, which belongs to user 0")
}

func TestResetTouchesNothingElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.ErrorContains(t, Reset(dir), "is not an installation")
	require.DirExists(t, dir)
	require.NoError(t, Reset(filepath.Join(dir, "absent")))
}

func TestAnInterruptedStartIsNoError(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	root := reachable(t)
	require.NoError(t, Up(ctx, Config{Root: root, Ports: freePorts(t), Temporal: os.Args[0]}))
	require.Zero(t, holder(root))
}
