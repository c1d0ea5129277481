package audit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"congvan/postgres"
)

// hold keeps the folder of the anchors from every other process until release, or
// until this one ends. The lock of the record is gone with the commit; without
// this one, two that seal one after the other would write their anchors at once,
// into each other or in the wrong order. postgres.ErrSealing if another has it.
func (a *Anchors) hold() (release func(), err error) {
	if err := os.MkdirAll(a.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("audit: anchors: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(a.Dir, ".lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("audit: anchors: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, postgres.ErrSealing
		}
		return nil, fmt.Errorf("audit: lock the anchors: %w", err)
	}
	return func() { _ = file.Close() }, nil // the lock goes with it
}
