// Package migrations holds the numbered SQL that makes and changes the record.
// Migrations only go forward: expand first, contract a release later. A file
// that has been released is never edited.
package migrations

import (
	"context"
	"embed"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/migrate"
)

//go:embed *.sql
var files embed.FS

// lockKey is the advisory lock under which one process migrates at a time.
// bun's own lock is a row, which a crash would leave behind.
const lockKey = 0x636f6e6776616e // "congvan"

// Run brings the database to the newest version and returns the names of the
// migrations that it applied. Several processes may call it at once: one works,
// the others wait. A migration that fails half-way is rolled back and tried
// again by the next call.
func Run(ctx context.Context, db *bun.DB) (applied []string, err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := lock(ctx, conn); err != nil {
		return nil, fmt.Errorf("waiting for the migration lock: %w", err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(?)", lockKey)

	known := migrate.NewMigrations()
	if err := known.Discover(files); err != nil {
		return nil, err
	}
	migrator := migrate.NewMigrator(db, known, migrate.WithMarkAppliedOnSuccess(true))
	if err := migrator.Init(ctx); err != nil {
		return nil, err
	}
	group, err := migrator.Migrate(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range group.Migrations {
		applied = append(applied, m.Name)
	}
	return applied, nil
}

// lock asks again and again instead of waiting in the server, whose limit on a
// statement is shorter than a long migration of somebody else.
func lock(ctx context.Context, conn bun.Conn) error {
	for {
		var got bool
		if err := conn.NewRaw("SELECT pg_try_advisory_lock(?)", lockKey).Scan(ctx, &got); err != nil || got {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}
