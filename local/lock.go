package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// runningError says that somebody else has the installation.
type runningError struct{ pid int }

func (e runningError) Error() string {
	return fmt.Sprintf("already running, pid %d; `make stop` stops it", e.pid)
}

// lockInstallation takes the installation for this process. The kernel gives the lock back when the process ends,
// however it ends, so that nobody ever has to delete a file after a crash.
func lockInstallation(root string) (*os.File, error) {
	f, err := os.OpenFile(lockPath(root), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, rightsError(root, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		pid := readPID(lockPath(root))
		return nil, errors.Join(runningError{pid}, f.Close())
	}
	if err = f.Truncate(0); err == nil {
		_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("write %s: %w", lockPath(root), err), f.Close())
	}
	return f, nil
}

// holder returns the pid of the process that has the installation, or 0.
func holder(root string) int {
	f, err := os.Open(lockPath(root))
	if err != nil {
		return 0
	}
	defer f.Close() //nolint:errcheck // only read
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
		return 0
	}
	return readPID(lockPath(root))
}

func lockPath(root string) string { return filepath.Join(root, "up.pid") }

func readPID(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}

// rightsError says in a sentence whose directory it is when this process may not write there.
func rightsError(dir string, err error) error {
	if !errors.Is(err, os.ErrPermission) {
		return err
	}
	info, statErr := os.Stat(dir)
	if statErr != nil {
		return fmt.Errorf("no right to write in %s; run from a directory of your own", filepath.Dir(dir))
	}
	owner := 0
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		owner = int(stat.Uid)
	}
	return fmt.Errorf("no right to write in %s, which belongs to user %d; run as that user or remove it as that user", dir, owner)
}
