package local

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// EnsurePostgres returns the directory of PostgreSQL's programs: those that Up would use for the installation in root
// (empty: `.local`). When there are none it installs them, and tells say (nil: nobody). The error is a sentence for a
// person.
func EnsurePostgres(ctx context.Context, root string, say func(format string, args ...any)) (string, error) {
	cfg, err := Config{Root: root}.withDefaults()
	if err != nil {
		return "", err
	}
	home := cfg.Root
	if noted := notedHome(cfg.Root); noted != "" {
		home = noted
	}
	found, err := usualPlaces(npmDir(home)).find(0)
	if !errors.Is(err, errNoPostgres) {
		return found.dir, err
	}
	if err := makeRoot(cfg.Root); err != nil {
		return "", err
	}
	owner, err := serverAccount()
	if err != nil {
		return "", err
	}
	if home, err = homeFor(cfg.Root, owner); err != nil {
		return "", err
	}
	if say == nil {
		say = func(string, ...any) {}
	}
	install := installer{places: usualPlaces(npmDir(home)), root: os.Geteuid() == 0, say: say}
	found, err = install.findOrInstall(ctx, 0)
	return found.dir, err
}

func npmDir(home string) string { return filepath.Join(home, "postgresql") }
