package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// LogReader reads the record as it was at one instant, however long that takes.
// It answers one question at a time; Beside is for a second one.
type LogReader struct {
	store    *Store
	tx       bun.Tx
	snapshot string
}

// ReadLog lets do read the record as it is now, whatever is written meanwhile.
func (s *Store) ReadLog(ctx context.Context, do func(LogReader) error) error {
	return s.reading(ctx, "", do)
}

// Beside lets do read the same instant on another connection.
func (r LogReader) Beside(ctx context.Context, do func(LogReader) error) error {
	return r.store.reading(ctx, r.snapshot, do)
}

func (s *Store) reading(ctx context.Context, snapshot string, do func(LogReader) error) error {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return failed("read the log", err)
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	if snapshot != "" {
		_, err = tx.ExecContext(ctx, `SET TRANSACTION SNAPSHOT ?`, snapshot)
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `SET LOCAL statement_timeout = 0`)
	}
	if err == nil && snapshot == "" {
		err = tx.QueryRowContext(ctx, `SELECT pg_export_snapshot()`).Scan(&snapshot)
	}
	if err != nil {
		return failed("read the log", err)
	}
	return do(LogReader{s, tx, snapshot})
}

// stream asks and hands out the rows as they come.
func (r LogReader) stream(ctx context.Context, text string, each func(rows *sql.Rows) error, values ...any) error {
	rows, err := r.tx.QueryContext(ctx, text, values...)
	if err != nil {
		return failed("read the log", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return failed("read the log", rows.Err())
}

// Runs hands out the runs behind a size of the log, in their order.
func (r LogReader) Runs(ctx context.Context, behind int64, each func(run LogRun, after int64) error) error {
	return r.stream(ctx, `SELECT size, coalesce(after, 0), ids::text, hashes, events_below, journal_below, events_to, journal_to, sealed_at, head
		FROM log_runs WHERE size > ? ORDER BY size`, func(rows *sql.Rows) error {
		var x LogRun
		var after int64
		var ids string
		if err := rows.Scan(&x.Size, &after, &ids, &x.Hashes, &x.EventsBelow, &x.JournalBelow, &x.EventsTo, &x.JournalTo, &x.SealedAt, &x.Head); err != nil {
			return failed("read the log", err)
		}
		for id := range strings.SplitSeq(strings.Trim(ids, "{}"), ",") {
			n, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				n = 0 // the row of no leaf
			}
			x.IDs = append(x.IDs, n)
		}
		return each(x, after)
	}, behind)
}

// Rows hands out the rows of a table behind an id, in their order; nil: all.
func (r LogReader) Rows(ctx context.Context, table LogTable, behind *int64, each func(id int64, columns [][]byte) error) error {
	where, values := "", []any(nil)
	if behind != nil {
		where, values = "WHERE id > ?", []any{*behind}
	}
	_, err := rawRows(ctx, r.tx, table, fmt.Sprintf(`SELECT %s FROM %s %s ORDER BY id`, table.selected(), table, where), each, values...)
	return failed("read the log", err)
}

// Row finds one row of a table. routing.ErrNotFound if there is none.
func (r LogReader) Row(ctx context.Context, table LogTable, id int64, each func(columns [][]byte) error) error {
	n, err := rawRows(ctx, r.tx, table, fmt.Sprintf(`SELECT %s FROM %s WHERE id = ?`, table.selected(), table),
		func(_ int64, columns [][]byte) error { return each(columns) }, id)
	if err == nil && n == 0 {
		return routing.ErrNotFound
	}
	return failed("read the log", err)
}

// RunAt is the run after which the log had a size. routing.ErrNotFound if there is none.
func (r LogReader) RunAt(ctx context.Context, size int64) (run LogRun, err error) {
	err = r.tx.QueryRowContext(ctx, `SELECT size, events_below, journal_below, events_to, journal_to, sealed_at, head FROM log_runs WHERE size = ?`, size).
		Scan(&run.Size, &run.EventsBelow, &run.JournalBelow, &run.EventsTo, &run.JournalTo, &run.SealedAt, &run.Head)
	if errors.Is(err, sql.ErrNoRows) {
		return run, routing.ErrNotFound
	}
	return run, failed("read the log", err)
}

// SealedAbove lists the ids of a table above one that were sealed when the log had
// a size.
func (r LogReader) SealedAbove(ctx context.Context, table LogTable, below, size int64) (ids []int64, err error) {
	err = sealedAbove(ctx, r.tx, table, below, size).Scan(ctx, &ids)
	return ids, failed("read the log", err)
}

// Unsealed lists rows of a table that no leaf of the log is of, limit at most.
func (r LogReader) Unsealed(ctx context.Context, table LogTable, limit int) (ids []int64, err error) {
	err = r.tx.NewRaw(fmt.Sprintf(`SELECT t.id FROM %s t WHERE NOT EXISTS (SELECT FROM log_runs r, unnest(r.ids) AS id WHERE id = %s) ORDER BY t.id LIMIT ?`,
		table, map[LogTable]string{LogEvents: "t.id", LogJournal: "-t.id"}[table]), limit).Scan(ctx, &ids)
	return ids, failed("read the log", err)
}

// Leaves are the hashes of the leaves from one to another, the second not in it.
func (r LogReader) Leaves(ctx context.Context, from, to int64) ([][32]byte, error) {
	return logLeaves(ctx, r.tx, from, to)
}

// Nodes finds kept nodes by their ids; those that are missing are not in it.
func (r LogReader) Nodes(ctx context.Context, ids []int64) (map[int64][32]byte, error) {
	return logNodes(ctx, r.tx, ids)
}

// CountNodes says how many nodes are kept.
func (r LogReader) CountNodes(ctx context.Context) (n int64, err error) {
	return n, failed("read the log", r.tx.QueryRowContext(ctx, `SELECT count(*) FROM log_nodes`).Scan(&n))
}

// BookMarks lists how far all books have come.
func (r LogReader) BookMarks(ctx context.Context) ([]BookMark, error) { return bookMarks(ctx, r.tx) }

// StrangeColumns lists the columns of the log's tables that no canonical form has.
func (r LogReader) StrangeColumns(ctx context.Context) (names []string, err error) {
	var known []string
	for _, table := range []LogTable{LogEvents, LogJournal} {
		for _, c := range table.Columns() {
			known = append(known, string(table)+"."+c.Name)
		}
	}
	err = r.tx.NewRaw(`SELECT attrelid::regclass || '.' || attname FROM pg_attribute
		WHERE attrelid IN ('events'::regclass, 'journal'::regclass) AND attnum > 0 AND NOT attisdropped
		  AND NOT attrelid::regclass || '.' || attname = ANY (?::text[]) ORDER BY 1`, array(known)).Scan(ctx, &names)
	return names, failed("read the tables", err)
}

// BookCount is what a book holds by one of the tables that tell of it.
type BookCount struct {
	BookMark        // Last: the highest number
	Source   string // "rows" (documents, shares, outgoing documents) or "events" (those, and entries of the journal)
	Count    int    // numbers
	Distinct int    // numbers that are not the same
	First    int
}

// issuedNumbers are the entries that tell of a number of an outgoing document. What
// was changed into no number tells of none.
const issuedNumbers = `(SELECT j.id AS entry, j.subject_id, j.unit_id, (j.details->>'year')::int AS year, (j.details->>'number')::int AS number FROM journal j
	WHERE j.kind = 'outgoing-issued' AND j.outcome = 'done' AND CASE WHEN j.details->>'year' ~ '^[0-9]{1,9}$' THEN j.details->>'number' ~ '^[0-9]{1,9}$' ELSE false END)`

// BookCounts counts the numbers of each book, by the rows that carry them and by the
// events, and for outgoing documents the entries, that tell of them.
func (r LogReader) BookCounts(ctx context.Context) (counts []BookCount, err error) {
	err = r.tx.NewRaw(`WITH n AS (
			SELECT 'rows' AS source, 'incoming' AS direction, unit_id, book_year AS year, number FROM documents
			UNION ALL SELECT 'rows', 'incoming', unit_id, arrival_year, arrival_number FROM assignments WHERE arrival_number IS NOT NULL
			UNION ALL SELECT 'events', 'incoming', unit_id, year, number FROM events WHERE number <> 0
			UNION ALL SELECT 'rows', 'outgoing', unit_id, book_year, number FROM outgoing
			UNION ALL SELECT 'events', 'outgoing', unit_id, year, number FROM `+issuedNumbers+` i)
		SELECT source, unit_id, direction, year, count(*) AS count, count(DISTINCT number) AS distinct, min(number) AS first, max(number) AS last
		FROM n GROUP BY source, unit_id, direction, year ORDER BY unit_id, direction, year, source`).Scan(ctx, &counts)
	return counts, failed("count numbers", err)
}

// NumbersAstray lists documents, shares and outgoing documents whose number is not the
// one of the event or the entry that tells of it, and events and entries whose number
// nothing carries; limit at most.
func (r LogReader) NumbersAstray(ctx context.Context, limit int) (found []string, err error) {
	err = r.tx.NewRaw(`WITH n AS (
			SELECT 'documents ' || id AS place, id, NULL::uuid AS share, book_year AS year, number FROM documents
			UNION ALL SELECT 'assignments ' || id, document_id, id, arrival_year, arrival_number FROM assignments WHERE arrival_number IS NOT NULL
		), e AS (SELECT id AS event, document_id, assignment_id, year, number FROM events WHERE number <> 0)
		SELECT CASE WHEN e.event IS NULL THEN format('%s has number %s/%s, and no event tells of it', n.place, n.number, n.year)
			ELSE format('events %s tells of number %s/%s, and nothing carries it', e.event, e.number, e.year) END
		FROM n FULL JOIN e ON e.document_id = n.id AND e.year = n.year AND e.number = n.number AND coalesce(e.assignment_id, n.id) = coalesce(n.share, n.id)
		WHERE n.id IS NULL OR e.event IS NULL
		UNION ALL SELECT CASE WHEN i.entry IS NULL THEN format('outgoing %s has number %s/%s, and no entry tells of it', o.id, o.number, o.book_year)
			ELSE format('journal %s tells of number %s/%s, and nothing carries it', i.entry, i.number, i.year) END
		FROM outgoing o FULL JOIN `+issuedNumbers+` i ON i.subject_id = o.id::text AND i.unit_id = o.unit_id AND i.year = o.book_year AND i.number = o.number
		WHERE o.id IS NULL OR i.entry IS NULL ORDER BY 1 LIMIT ?`, limit).Scan(ctx, &found)
	return found, failed("compare numbers", err)
}

// TakenTwice lists shares with more than one event of receipt; limit at most.
func (r LogReader) TakenTwice(ctx context.Context, limit int) (found []string, err error) {
	err = r.tx.NewRaw(`SELECT format('assignments %s: events %s', assignment_id, string_agg(id::text, ', ' ORDER BY id)) FROM events
		WHERE kind = 'acknowledged' GROUP BY assignment_id HAVING count(*) > 1 ORDER BY 1 LIMIT ?`, limit).Scan(ctx, &found)
	return found, failed("count receipts", err)
}

// Files hands out the files that have to be there, each content once.
func (r LogReader) Files(ctx context.Context, each func(sha256 []byte, size int64) error) error {
	return r.stream(ctx, `SELECT sha256, max(size) FROM `+keptFiles+` k GROUP BY sha256 ORDER BY sha256`, func(rows *sql.Rows) error {
		var sum []byte
		var size int64
		if err := rows.Scan(&sum, &size); err != nil {
			return failed("read attachments", err)
		}
		return each(sum, size)
	})
}

// StateStep is what an event says of the state of its document or share, or, with no
// kind, the state that it is in.
type StateStep struct {
	routing.Event
	Now bool // the row itself, not an event
}

// States hands out, document by document, first the states that its rows are in
// and then its events in their order.
func (r LogReader) States(ctx context.Context, each func(StateStep) error) error {
	return r.stream(ctx, `SELECT document_id, id, kind, assignment_id, state, version FROM (
			SELECT document_id, id, kind, assignment_id, coalesce(state, '') AS state, coalesce(version, 0) AS version FROM events WHERE kind NOT IN (?, ?, ?)
			UNION ALL SELECT id, 0, '', NULL, status, version FROM documents
			UNION ALL SELECT document_id, 0, '', id, status, version FROM assignments) x
		ORDER BY document_id, id`, func(rows *sql.Rows) error {
		var x StateStep
		var document, share sql.NullString
		if err := rows.Scan(&document, &x.ID, &x.Kind, &share, &x.State, &x.Version); err != nil {
			return failed("read states", err)
		}
		x.DocumentID, x.AssignmentID, x.Now = routing.ID(document.String), routing.ID(share.String), x.ID == 0
		return each(x)
	}, routing.ActAttach, routing.ActDetach, routing.ActRing)
}

// Instant reads a column of the log that is an instant; zero if it is none.
func Instant(text []byte) time.Time {
	at, err := time.Parse("2006-01-02 15:04:05.999999-07", string(text))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}
