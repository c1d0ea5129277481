package postgres

import (
	"context"
	"errors"
	"fmt"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// logLock is the advisory lock under which one process seals at a time.
const logLock = 0x736561 // "sea"

// ErrSealing says that another process is sealing.
var ErrSealing = errors.New("postgres: another process is sealing")

// LogTx is one step of the sealer on the log.
type LogTx struct{ tx bun.Tx }

// Sealing runs one step of the sealer in a transaction, with nobody else at it.
// ErrSealing if another process is.
func (s *Store) Sealing(ctx context.Context, do func(LogTx) error) error {
	return s.inTx(ctx, func(tx bun.Tx) error {
		var got bool
		if err := tx.NewRaw(`SELECT pg_try_advisory_xact_lock(?)`, logLock).Scan(ctx, &got); err != nil {
			return err
		}
		if !got {
			return ErrSealing
		}
		return do(LogTx{tx})
	})
}

// Transactions are the oldest transaction that is under way and the first that
// has not begun.
func (l LogTx) Transactions(ctx context.Context) (oldest, next int64, err error) {
	err = l.tx.QueryRowContext(ctx, `SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() s`).Scan(&oldest, &next)
	return oldest, next, failed("look at transactions", err)
}

// Rows hands out the rows of a table whose ids lie in a range, in their order,
// limit at most.
func (l LogTx) Rows(ctx context.Context, table LogTable, in IDRange, limit int, each func(id int64, columns [][]byte) error) (int, error) {
	n, err := rawRows(ctx, l.tx, table, fmt.Sprintf(`SELECT %s FROM %s WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?`, table.selected(), table),
		each, in.From, in.To, limit)
	return n, failed("read rows to seal", err)
}

// Add appends a run and the nodes of the tree that it completed.
func (l LogTx) Add(ctx context.Context, r LogRun, nodes []LogNode) error {
	_, err := l.tx.NewRaw(`INSERT INTO log_runs (size, after, ids, hashes, events_below, journal_below, events_to, journal_to, sealed_at, head)
		VALUES (?size, ?after, ?ids::bigint[], ?hashes, ?events_below, ?journal_below, ?events_to, ?journal_to, ?at, ?head)`, args{
		"size": r.Size, "after": orNull(r.After()), "ids": array(r.IDs), "hashes": r.Hashes, "events_below": r.EventsBelow, "journal_below": r.JournalBelow,
		"events_to": r.EventsTo, "journal_to": r.JournalTo, "at": r.SealedAt.UTC(), "head": r.Head}).Exec(ctx)
	if err != nil || len(nodes) == 0 {
		return failed("write the log", err)
	}
	ids, hashes := make([]int64, len(nodes)), make([]string, len(nodes))
	for i, n := range nodes {
		ids[i], hashes[i] = n.ID, hexOf(n.Hash[:])
	}
	_, err = l.tx.NewRaw(`INSERT INTO log_nodes (id, hash) SELECT id, decode(hash, 'hex') FROM unnest(?::bigint[], ?::text[]) AS t(id, hash)`,
		array(ids), array(hashes)).Exec(ctx)
	return failed("write the log", err)
}

// Last is the newest run without its leaves; the zero run if there is none.
func (l LogTx) Last(ctx context.Context) (LogRun, error) { return lastRun(ctx, l.tx) }

// SealedAbove lists the sealed ids of a table above one, in their order.
func (l LogTx) SealedAbove(ctx context.Context, table LogTable, below int64) (ids []int64, err error) {
	err = sealedAbove(ctx, l.tx, table, below, 1<<62).Scan(ctx, &ids)
	return ids, failed("read the log", err)
}

// Leaves are the hashes of the leaves from one to another, the second not in it.
func (l LogTx) Leaves(ctx context.Context, from, to int64) ([][32]byte, error) {
	return logLeaves(ctx, l.tx, from, to)
}

// Nodes finds kept nodes by their ids; those that are missing are not in it.
func (l LogTx) Nodes(ctx context.Context, ids []int64) (map[int64][32]byte, error) {
	return logNodes(ctx, l.tx, ids)
}

// RaiseBooks lets books go on behind the given numbers, and writes the entry that
// tells why, both or neither. No book goes back.
func (s *Store) RaiseBooks(ctx context.Context, marks []BookMark, e routing.Entry) error {
	_, err := s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, _ *routing.Entry) error {
		for _, m := range marks {
			_, err := tx.NewRaw(`INSERT INTO books (unit_id, direction, year, last_number) VALUES (?unit, ?direction, ?year, ?last)
				ON CONFLICT (unit_id, direction, year) DO UPDATE SET last_number = greatest(books.last_number, excluded.last_number)`,
				args{"unit": m.UnitID, "direction": m.Direction, "year": m.Year, "last": m.Last}).Exec(ctx)
			if err != nil {
				return failed("raise books", err)
			}
		}
		return nil
	})
	return err
}
