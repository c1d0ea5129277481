package main

import (
	"context"
	"errors"
	"os"

	"congvan/local"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/seed"
)

// alone is a record with the seed in a cluster of its own: no worker works on it.
type alone struct {
	record *postgres.Store
	dsn    string

	children *local.Supervisor
}

// openAlone starts the cluster in a directory.
func openAlone(ctx context.Context, root string) (*alone, error) {
	if err := os.Chmod(root, 0o711); err != nil { // PostgreSQL's account has to get through
		return nil, err
	}
	ports, err := local.FreePorts()
	if err != nil {
		return nil, err
	}
	cluster, err := local.OpenCluster(ctx, local.ClusterConfig{Root: root, Port: ports.Postgres, Say: tell})
	if err != nil {
		return nil, err
	}
	a := &alone{dsn: cluster.DSN("congvan")}
	if a.children, err = local.NewSupervisor(root, tell); err != nil {
		return nil, err
	}
	if err := a.fill(ctx, cluster); err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

func (a *alone) fill(ctx context.Context, cluster *local.Cluster) error {
	if err := a.children.Start(ctx, cluster.Child()); err != nil {
		return err
	}
	if err := errors.Join(cluster.EnsureRole(ctx), cluster.EnsureDatabase(ctx, "congvan")); err != nil {
		return err
	}
	a.record = postgres.Open(a.dsn, 8)
	if _, err := migrations.Run(ctx, a.record.DB()); err != nil {
		return err
	}
	_, err := seed.Apply(ctx, a.record)
	return err
}

// close stops it; whoever made the directory removes it.
func (a *alone) close() {
	if a.record != nil {
		_ = a.record.Close()
	}
	a.children.Stop()
}
