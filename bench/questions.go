package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"congvan/local"
	"congvan/migrations"
	"congvan/postgres"
)

// library is the large record that questions are asked of, in a cluster of its
// own that stays on the disk.
type library struct {
	root    string
	cluster *local.Cluster

	children *local.Supervisor // of the present life; nil: it does not run
	record   *postgres.Store
}

// quickly are settings for filling alone: a crash then costs the whole record,
// which is made anew.
var quickly = []string{
	"fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=2GB", "wal_recycle=off", "autovacuum=off",
	"shared_buffers=2GB", "work_mem=256MB", "maintenance_work_mem=1GB", "checkpoint_timeout=1h",
}

func openLibrary(ctx context.Context, root string) (*library, error) {
	if err := os.MkdirAll(root, 0o711); err != nil {
		return nil, err
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	ports, err := local.FreePorts()
	if err != nil {
		return nil, err
	}
	l := &library{root: root}
	l.cluster, err = local.OpenCluster(ctx, local.ClusterConfig{Root: root, Port: ports.Postgres, Say: tell})
	return l, err
}

// start starts the cluster. It ends by the signal: SIGINT writes everything down
// first, SIGQUIT is as if the power failed.
func (l *library) start(ctx context.Context, end syscall.Signal, settings ...string) (err error) {
	child := l.cluster.Child()
	child.Signal = end
	for _, s := range settings {
		child.Args = append(child.Args, "-c", s)
	}
	if l.children, err = local.NewSupervisor(l.root, nil); err != nil {
		return err
	}
	if err := l.children.Start(ctx, child); err != nil {
		l.children.Stop()
		l.children = nil
		return err
	}
	l.record = postgres.Open(l.cluster.DSN("congvan"), 0)
	return nil
}

func (l *library) stop() {
	if l.record != nil {
		_ = l.record.Close()
	}
	if l.children != nil {
		l.children.Stop()
	}
	l.record, l.children = nil, nil
}

// stamp says what a library was filled with.
type stamp struct {
	Generator int `json:"generator"`
	Seed      int `json:"seed"`
	Documents int `json:"documents"`
}

func (l *library) stampPath() string { return filepath.Join(l.root, "questions.json") }

// ready sees to it that the library is filled as this program fills it. One that
// lacks a migration is filled anew, so that nothing in it was made by a release
// before.
func (l *library) ready(ctx context.Context, documents int) error {
	want, have := stamp{questionsGenerator, questionsSeed, documents}, stamp{}
	if text, err := os.ReadFile(l.stampPath()); err == nil && json.Unmarshal(text, &have) == nil && have == want {
		if err := l.start(ctx, syscall.SIGINT); err != nil {
			return err
		}
		applied, err := migrations.Run(ctx, l.record.DB())
		l.stop()
		if err == nil && len(applied) == 0 {
			return nil
		}
		tell("questions: %s is of another release (%v %v)", l.root, applied, err)
	}
	if err := errors.Join(os.RemoveAll(l.stampPath()), l.refill(ctx, documents)); err != nil {
		return err
	}
	text, err := json.Marshal(want)
	if err != nil {
		return err
	}
	syscall.Sync() // it was written without
	return os.WriteFile(l.stampPath(), text, 0o600)
}

func (l *library) refill(ctx context.Context, documents int) error {
	began := time.Now()
	tell("questions: filling %s with %d documents; this is done once", l.root, documents)
	if err := l.start(ctx, syscall.SIGINT, quickly...); err != nil {
		return err
	}
	defer l.stop()
	err := l.cluster.EnsureRole(ctx)
	if err == nil {
		err = l.cluster.Exec(ctx, `DROP DATABASE IF EXISTS congvan WITH (FORCE)`)
	}
	if err == nil {
		err = l.cluster.EnsureDatabase(ctx, "congvan")
	}
	if err != nil {
		return err
	}
	if err := fillRecordOf(ctx, l.record, l.cluster.DSN("congvan"), documents); err != nil {
		return err
	}
	return emit(map[string]any{"bench": "fill", "documents": documents, "seconds": round(time.Since(began).Seconds())})
}
