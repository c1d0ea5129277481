package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"congvan/local"
)

// stopWithin is how long an installation may take to end.
const stopWithin = time.Minute

// installation is a whole Công Văn on this machine, for the bench alone. Its
// data stays over restarts and goes with remove.
type installation struct {
	config local.Config
	info   local.Info // of the present life
	end    context.CancelFunc
	ended  chan error
}

// newInstallation chooses a directory and ports; nothing runs yet.
func newInstallation(o options) (*installation, error) {
	root, err := os.MkdirTemp(o.dir, "congvan-bench-")
	if err != nil {
		return nil, err
	}
	ports, err := local.FreePorts()
	if err != nil {
		return nil, err
	}
	return &installation{config: local.Config{
		Root: filepath.Join(root, "installation"), Program: o.congvan, Temporal: o.temporal, Ports: ports, Out: os.Stderr,
		Env: []string{"RATE_LIMITS=login=0/0,search=0/0,export=0/0,upload=0/0,other=0/0"}, // it measures what there is behind them
	}}, os.Chmod(root, 0o711) // PostgreSQL's account has to get through
}

// start brings it up and returns when everything answers.
func (i *installation) start(ctx context.Context) error {
	ctx, i.end = context.WithCancel(ctx)
	i.ended = make(chan error, 1)
	ready := make(chan local.Info, 1)
	config := i.config
	config.OnReady = func(info local.Info) { ready <- info }
	go func() { i.ended <- local.Up(ctx, config) }()
	select {
	case i.info = <-ready:
		return nil
	case err := <-i.ended:
		i.end = nil
		return errors.Join(errors.New("the installation does not start"), err)
	}
}

// stop ends it and waits until nothing of it runs.
func (i *installation) stop() error {
	if i.end == nil {
		return nil
	}
	i.end()
	i.end = nil
	select {
	case err := <-i.ended:
		return err
	case <-time.After(stopWithin):
		return fmt.Errorf("the installation in %s has not ended within %s", i.config.Root, stopWithin)
	}
}

// remove stops it and deletes its data.
func (i *installation) remove() error {
	return errors.Join(i.stop(), local.Reset(i.config.Root), os.RemoveAll(filepath.Dir(i.config.Root)))
}

// The installation's processes, as local names them, and this one.
const (
	postgresProcess = "postgres"
	temporalProcess = "temporal"
	workerProcess   = "worker"
	apiProcess      = "api"
	benchProcess    = "bench"
)

// pids of the installation's processes by name.
func (i *installation) pids() (map[string]int, error) {
	status, err := local.StatusOf(i.config.Root)
	if err != nil {
		return nil, err
	}
	pids := map[string]int{}
	for _, child := range status.Children {
		if child.PID == 0 {
			return nil, fmt.Errorf("%s does not run; look at %s", child.Name, child.Log)
		}
		pids[child.Name] = child.PID
	}
	return pids, nil
}

// usage is the CPU time that the named processes have used so far.
func (i *installation) usage(names ...string) (usage, error) {
	pids, err := i.pids()
	if err != nil {
		return nil, err
	}
	u := usage{}
	for _, name := range names {
		if name == benchProcess {
			u[name], err = ownCPU()
		} else {
			u[name], err = cpuOf(pids[name])
		}
		if err != nil {
			return nil, err
		}
	}
	return u, nil
}

// memory is the resident set of each process in MB.
func (i *installation) memory() (map[string]float64, error) {
	pids, err := i.pids()
	if err != nil {
		return nil, err
	}
	sizes := map[string]float64{}
	for name, pid := range pids {
		if sizes[name], err = rssMB(pid); err != nil {
			return nil, err
		}
	}
	return sizes, nil
}
