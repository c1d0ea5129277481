package local

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// elsewhere holds the data of installations that PostgreSQL's account cannot reach, such as one below /root.
const elsewhere = "/var/lib/congvan"

// maxSocketPath is what the kernel accepts, in bytes, with the final zero.
const maxSocketPath = 107

func (c *Cluster) data() string         { return filepath.Join(c.home, "postgres") }
func (c *Cluster) passwordPath() string { return filepath.Join(c.root, "postgres.password") }

// socketDir is the data directory, which only PostgreSQL's account can enter; empty, so TCP only, when its path is too
// long.
func (c *Cluster) socketDir() string {
	if len(filepath.Join(c.data(), ".s.PGSQL.")+strconv.Itoa(c.port)) >= maxSocketPath {
		return ""
	}
	return c.data()
}

func homeNote(root string) string { return filepath.Join(root, "postgres.directory") }

// homeFor decides where the account's directories lie, and remembers the decision when it is not root itself.
func homeFor(root string, owner *account) (string, error) {
	if noted := notedHome(root); noted != "" {
		return noted, nil
	}
	if owner == nil {
		return root, nil
	}
	if err := os.Chmod(root, 0o711); err != nil { // enter, but not list: what is in it has rights of its own
		return "", rightsError(root, err)
	}
	if owner.reaches(root) {
		return root, nil
	}
	sum := sha256.Sum256([]byte(root))
	home := filepath.Join(elsewhere, hex.EncodeToString(sum[:6]))
	if err := os.MkdirAll(home, 0o711); err != nil {
		return "", rightsError(elsewhere, err)
	}
	for _, dir := range []string{elsewhere, home} { // whatever the umask is
		if err := os.Chmod(dir, 0o711); err != nil {
			return "", rightsError(elsewhere, err)
		}
	}
	if !owner.reaches(home) {
		return "", fmt.Errorf("PostgreSQL's user %s can enter neither %s nor %s; run as another user than root", owner.name, root, home)
	}
	return home, os.WriteFile(homeNote(root), []byte(home+"\n"), 0o600)
}

func notedHome(root string) string {
	noted, err := os.ReadFile(homeNote(root))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(noted))
}

// dataVersion is the major version that made the data; 0: there is none yet.
func (c *Cluster) dataVersion() (int, error) {
	if _, err := os.Stat(c.data()); errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	text, err := os.ReadFile(filepath.Join(c.data(), "PG_VERSION"))
	if errors.Is(err, os.ErrPermission) {
		return 0, rightsError(c.data(), err)
	}
	version, parseErr := strconv.Atoi(strings.TrimSpace(string(text)))
	_, controlErr := os.Stat(filepath.Join(c.data(), "global", "pg_control"))
	if err != nil || parseErr != nil || controlErr != nil {
		return 0, fmt.Errorf("the data in %s is incomplete; `make reset` removes the whole installation, then `make run` makes a new one", c.data())
	}
	return version, nil
}

// dataAccount is the account that the data belongs to, or, for data that is not made yet, the one to give it to: a
// package that was installed a moment ago may have brought a better one.
func (c *Cluster) dataAccount() (*account, error) {
	info, err := os.Stat(c.data())
	if errors.Is(err, os.ErrNotExist) || os.Geteuid() != 0 {
		return serverAccount()
	}
	if err != nil {
		return nil, rightsError(c.home, err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || stat.Uid == 0 {
		return nil, fmt.Errorf("%s belongs to root, as which PostgreSQL does not run; `make reset` removes the whole installation", c.data())
	}
	return &account{name: fmt.Sprint(stat.Uid), uid: int(stat.Uid), gid: int(stat.Gid)}, nil
}

// secret reads the password in the file, or makes one that no other user can read.
func secret(path string) (string, error) { return secretOf(path, 24) }

// secretOf is a secret of so many random bytes, in hexadecimal.
func secretOf(path string, length int) (string, error) {
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s may be read by others (%04o): whoever did may know it; chmod 600 it, or remove it and start anew", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if password := strings.TrimSpace(string(text)); err == nil && password != "" {
		return password, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", rightsError(filepath.Dir(path), err)
	}
	random := make([]byte, length)
	rand.Read(random) //nolint:errcheck // never fails
	password := hex.EncodeToString(random)
	if err := os.WriteFile(path, []byte(password+"\n"), 0o600); err != nil {
		return "", rightsError(filepath.Dir(path), err)
	}
	return password, nil
}

// initialize makes the data directory under another name and renames it when it is complete, so that one that was
// interrupted is never taken for a cluster.
func (c *Cluster) initialize(ctx context.Context) error {
	unfinished, _ := filepath.Glob(c.data() + ".unfinished-*")
	for _, dir := range unfinished {
		if err := os.RemoveAll(dir); err != nil {
			return rightsError(c.home, err)
		}
	}
	work, err := os.MkdirTemp(c.home, "postgres.unfinished-")
	if err != nil {
		return rightsError(c.home, err)
	}
	defer os.RemoveAll(work) //nolint:errcheck // empty after success; the next start tries again
	passwordFile := filepath.Join(work, "password")
	if err := os.WriteFile(passwordFile, []byte(c.adminPassword+"\n"), 0o600); err != nil {
		return fmt.Errorf("write the password for initdb: %w", err)
	}
	if err := errors.Join(c.account.own(passwordFile), c.account.own(work)); err != nil {
		return fmt.Errorf("give the new cluster to its account: %w", err)
	}
	data := filepath.Join(work, "data")
	args := []string{
		"--pgdata=" + data, "--username=" + superuser, "--pwfile=" + passwordFile, "--auth=scram-sha-256",
		"--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
	}
	if !c.durable {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, c.bin.program("initdb"), args...)
	cmd.Env, cmd.Dir = serverEnv(), work
	if out, err := runTied(cmd, c.account); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("initdb could not make the cluster: %s", strings.TrimSpace(string(out)))
	}
	return os.Rename(data, c.data())
}

const settingsFile = "congvan.conf"

// configure writes the settings of this program into the data directory and includes them. They follow the program's
// version; what an administrator sets with ALTER SYSTEM stands above them.
func (c *Cluster) configure() error {
	path := filepath.Join(c.data(), settingsFile)
	if err := os.WriteFile(path, []byte(c.settings()), 0o600); err != nil {
		return rightsError(c.data(), err)
	}
	if err := c.account.own(path); err != nil {
		return rightsError(c.data(), err)
	}
	main := filepath.Join(c.data(), "postgresql.conf")
	text, err := os.ReadFile(main)
	if err != nil {
		return rightsError(c.data(), err)
	}
	include := "include_if_exists = '" + settingsFile + "'"
	if strings.Contains(string(text), include) {
		return nil
	}
	return os.WriteFile(main, append(text, "\n"+include+"\n"...), 0o600)
}

// settings suit one machine of two cores that also runs everything else.
func (c *Cluster) settings() string {
	durability := "fsync = on\nsynchronous_commit = on\nfull_page_writes = on\n"
	if !c.durable {
		durability = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
	}
	return `# Written by congvan at every start. To change a setting: ALTER SYSTEM SET ...
cluster_name = 'congvan'
listen_addresses = '127.0.0.1'
max_connections = 200
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 8MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
` + durability + `
# The tables of the queue and of Temporal change all the time.
autovacuum_naptime = 15s
autovacuum_vacuum_scale_factor = 0.05
autovacuum_analyze_scale_factor = 0.05
autovacuum_vacuum_cost_limit = 1000

# Statements hold the text of documents, and an error's detail holds values: neither may reach the log.
log_min_messages = warning
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = none
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_line_prefix = '%m [%p] %a '
logging_collector = off

timezone = 'UTC'
log_timezone = 'UTC'
`
}

// stopStray ends a postmaster that runs on data without being a child of ours, so that it goes on under the Supervisor.
// It waits for one that is already shutting down.
func stopStray(data string) error {
	pid := postmaster(data)
	if pid == 0 {
		return nil
	}
	_ = syscall.Kill(pid, syscall.SIGINT)
	if waitUntil(time.Minute, func() bool { return postmaster(data) != pid }) {
		return nil
	}
	return fmt.Errorf("a PostgreSQL server, pid %d, runs on %s and does not stop", pid, data)
}

// postmaster is the pid of the server that runs on data, or 0. The file alone proves nothing: after a crash another
// process may have the number. A postmaster's working directory is its data.
func postmaster(data string) int {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0])
	if err != nil || startTime(pid) == "gone" {
		return 0
	}
	if dir, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid)); err != nil || dir != data {
		return 0
	}
	return pid
}
