package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"time"
)

// ChildStatus is what Status knows about one child.
type ChildStatus struct {
	Name string
	PID  int // 0: not running
	Log  string
}

// Status of an installation.
type Status struct {
	PID      int // of the `congvan up` that runs it; 0: it does not run
	Children []ChildStatus
}

// StatusOf looks at the installation in root (empty: `.local`) without touching it.
func StatusOf(root string) (Status, error) {
	cfg, err := Config{Root: root}.withDefaults()
	if err != nil {
		return Status{}, err
	}
	s := Status{PID: holder(cfg.Root)}
	alive := map[string]int{}
	for _, l := range leftovers(filepath.Join(cfg.Root, "run")) {
		alive[l.name] = l.pid
	}
	logs, _ := filepath.Glob(filepath.Join(cfg.Root, "logs", "*.log"))
	for _, log := range logs {
		name := strings.TrimSuffix(filepath.Base(log), ".log")
		if name == "migrate" || name == "seed" { // they run once, at the start
			continue
		}
		s.Children = append(s.Children, ChildStatus{Name: name, PID: alive[name], Log: log})
	}
	sort.Slice(s.Children, func(i, j int) bool { return s.Children[i].Name < s.Children[j].Name })
	return s, nil
}

// Stop tells the `congvan up` that runs the installation in root (empty: `.local`) to end, and waits until it has. It
// returns false when none was running, and the error of ctx when that ends first.
func Stop(ctx context.Context, root string) (bool, error) {
	cfg, err := Config{Root: root}.withDefaults()
	if err != nil {
		return false, err
	}
	pid := holder(cfg.Root)
	if pid == 0 {
		return false, nil
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return false, fmt.Errorf("pid %d belongs to another user; stop it as that user", pid)
	}
	for holder(cfg.Root) == pid {
		select {
		case <-ctx.Done():
			return true, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return true, nil
}

// Reset removes the installation in root (empty: `.local`) with all its data. It refuses while it is running.
func Reset(root string) error {
	cfg, err := Config{Root: root}.withDefaults()
	if err != nil {
		return err
	}
	if _, err := os.Stat(cfg.Root); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(lockPath(cfg.Root)); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s is not an installation: it has no %s; nothing was removed", cfg.Root, filepath.Base(lockPath(cfg.Root)))
	}
	lock, err := lockInstallation(cfg.Root)
	if err != nil {
		return err
	}
	defer lock.Close() //nolint:errcheck // the kernel unlocks it
	if err := stopLeftovers(cfg); err != nil {
		return err
	}
	home := notedHome(cfg.Root)
	if filepath.Dir(home) == elsewhere { // never follow a note to anywhere else
		if err := os.RemoveAll(home); err != nil {
			return rightsError(home, err)
		}
	}
	if err := os.RemoveAll(cfg.Root); err != nil {
		return rightsError(cfg.Root, err)
	}
	return nil
}
