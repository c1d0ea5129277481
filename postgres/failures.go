package postgres

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/uptrace/bun"
)

// FailureKey names a count of failed logins: its kind (pair, network, account,
// device) and the SHA-256 of whom it counts.
type FailureKey struct {
	Kind string
	Key  []byte
}

// FailureCount is how often in a row, and when last.
type FailureCount struct {
	N    int
	Last time.Time
}

type failureRow struct {
	Kind  string    `json:"kind"`
	Key   string    `json:"key"` // hexadecimal
	Count int       `json:"count"`
	Last  time.Time `json:"last"`
}

// The rows are locked in one order, so that logins wait for each other and never
// for ever.
var (
	lockFailures = prepared(`INSERT INTO login_failures AS f (kind, key, count, last_at)
		SELECT r.kind, decode(r.key, 'hex'), 0, r.last FROM jsonb_to_recordset(?rows::jsonb) AS r(kind text, key text, last timestamptz) ORDER BY r.kind, r.key
		ON CONFLICT (kind, key) DO UPDATE SET last_at = f.last_at
		RETURNING f.kind, encode(f.key, 'hex') AS key, f.count, f.last_at AS last`)
	countFailures = prepared(`UPDATE login_failures f SET count = r.count, last_at = r.last
		FROM jsonb_to_recordset(?rows::jsonb) AS r(kind text, key text, count int, last timestamptz) WHERE f.kind = r.kind AND f.key = decode(r.key, 'hex')`)
	clearFailures = prepared(`DELETE FROM login_failures f USING jsonb_to_recordset(?rows::jsonb) AS r(kind text, key text)
		WHERE f.kind = r.kind AND f.key = decode(r.key, 'hex')`)
	undoFailures = prepared(`UPDATE login_failures f SET count = greatest(f.count - 1, 0)
		FROM (SELECT x.kind, decode(x.key, 'hex') AS key FROM jsonb_to_recordset(?rows::jsonb) AS x(kind text, key text)) r
		WHERE f.kind = r.kind AND f.key = r.key`)
	dropFailures = prepared(`DELETE FROM login_failures WHERE (kind, key) IN (
		SELECT kind, key FROM login_failures WHERE last_at < ?before::timestamptz LIMIT 50 FOR UPDATE SKIP LOCKED)`)
)

// CountTry counts one more failure on each key, before the password is looked at:
// many tries at once are counted one by one. judge is handed the counts as they
// are, in the order of the keys, and returns those to be kept; nil: the try is
// not to be made, and nothing is counted. Counts from before old are dropped in
// passing. A try that succeeds is taken back by BeginSession.
func (s *Store) CountTry(ctx context.Context, keys []FailureKey, now, old time.Time, judge func([]FailureCount) []FailureCount) error {
	err := s.inTx(ctx, func(tx bun.Tx) error {
		list, err := failureRows(keys, now, nil)
		if err != nil {
			return err
		}
		var rows []failureRow
		if err := s.ask(ctx, &tx, lockFailures, args{"rows": list}, &rows); err != nil {
			return err
		}
		found := map[string]FailureCount{}
		for _, r := range rows {
			found[r.Kind+r.Key] = FailureCount{r.Count, utc(r.Last)}
		}
		counts := make([]FailureCount, len(keys))
		for i, k := range keys {
			counts[i] = found[k.Kind+hex.EncodeToString(k.Key)]
		}
		kept := judge(counts)
		if kept == nil {
			return nil
		}
		if list, err = failureRows(keys, now, kept); err != nil {
			return err
		}
		return s.do(ctx, &tx, countFailures, args{"rows": list})
	})
	if err == nil {
		err = s.do(ctx, nil, dropFailures, args{"before": old})
	}
	return failed("count failures", err)
}

// Forgive forgets the counts of clear and takes one failure off those of undo.
func (s *Store) Forgive(ctx context.Context, clear, undo []FailureKey) error {
	return failed("forgive failures", s.inTx(ctx, func(tx bun.Tx) error { return s.forgive(ctx, &tx, clear, undo) }))
}

func (s *Store) forgive(ctx context.Context, tx *bun.Tx, clear, undo []FailureKey) error {
	// Locked first, in the one order.
	for _, step := range []struct {
		statement *statement
		keys      []FailureKey
	}{{lockFailures, append(append([]FailureKey(nil), clear...), undo...)}, {clearFailures, clear}, {undoFailures, undo}} {
		if len(step.keys) == 0 {
			continue
		}
		list, err := failureRows(step.keys, time.Unix(0, 0), nil)
		if err == nil {
			err = s.do(ctx, tx, step.statement, args{"rows": list})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func failureRows(keys []FailureKey, now time.Time, counts []FailureCount) (string, error) {
	rows := make([]failureRow, len(keys))
	for i, k := range keys {
		rows[i] = failureRow{Kind: k.Kind, Key: hex.EncodeToString(k.Key), Last: now.UTC()}
		if counts != nil {
			rows[i].Count, rows[i].Last = counts[i].N, counts[i].Last.UTC()
		}
	}
	return toJSON(rows)
}
