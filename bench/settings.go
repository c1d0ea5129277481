package main

import (
	"context"
	"runtime"

	"github.com/uptrace/bun"
	"go.temporal.io/api/workflowservice/v1"
)

// told are the settings of PostgreSQL that a figure depends on.
var told = []string{
	"server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_compression", "data_checksums",
	"shared_buffers", "max_wal_size", "checkpoint_timeout", "max_connections", "autovacuum_naptime", "jit", "work_mem", "effective_cache_size", "random_page_cost",
}

// printSettings says on which machine and with which settings the bench runs,
// as the servers themselves tell them.
func (b *bench) printSettings(ctx context.Context, o options) error {
	postgres, err := postgresSettings(ctx, b.db)
	if err != nil {
		return err
	}
	cluster, err := b.temporal.WorkflowService().GetClusterInfo(ctx, &workflowservice.GetClusterInfoRequest{})
	if err != nil {
		return err
	}
	return emit(map[string]any{
		"bench": "settings", "postgresql": postgres,
		"temporal": map[string]any{
			"server_version": cluster.GetServerVersion(), "history_shards": cluster.GetHistoryShardCount(),
			"persistence": cluster.GetPersistenceStore(), "visibility": cluster.GetVisibilityStore(),
		},
		"go": runtime.Version(), "cpus": runtime.NumCPU(),
		"docs": o.docs, "clients": o.clients, "rounds": o.rounds, "apart_ms": o.apart.Milliseconds(), "references_prepared": o.prepare, "watcher_ms": pause.Milliseconds(),
	})
}

// postgresSettings are those of PostgreSQL, as the server tells them.
func postgresSettings(ctx context.Context, db *bun.DB) (map[string]string, error) {
	var rows []struct{ Name, Setting string }
	err := db.NewRaw(`SELECT name, current_setting(name) AS setting FROM pg_settings WHERE name IN (?)`, bun.List(told)).Scan(ctx, &rows)
	settings := map[string]string{}
	for _, row := range rows {
		settings[row.Name] = row.Setting
	}
	return settings, err
}
