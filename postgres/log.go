package postgres

import (
	"bytes"
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

// LogTable is a table whose rows are sealed in the log.
type LogTable string

// The tables of the log.
const (
	LogEvents  LogTable = "events"
	LogJournal LogTable = "journal"
)

// LogKind says how a column of the log is written in its canonical form.
type LogKind int

// The kinds of columns.
const (
	LogText LogKind = iota
	LogNumber
	LogInstant // as PostgreSQL shows it in UTC
	LogJSON    // as PostgreSQL shows jsonb
	LogBytes   // hexadecimal
)

// LogColumn is a column of a table of the log.
type LogColumn struct {
	Name string
	Kind LogKind
}

// The columns by name, all that the tables have.
var (
	eventLogColumns = []LogColumn{{"actor_id", LogText}, {"actor_unit_id", LogText}, {"assignment_id", LogText}, {"at", LogInstant},
		{"details", LogJSON}, {"document_id", LogText}, {"id", LogNumber}, {"kind", LogText}, {"number", LogNumber}, {"request_hash", LogBytes},
		{"request_key", LogText}, {"state", LogText}, {"unit_id", LogText}, {"version", LogNumber}, {"year", LogNumber}}
	entryLogColumns = []LogColumn{{"actor_id", LogText}, {"actor_unit_id", LogText}, {"at", LogInstant}, {"code", LogText}, {"details", LogJSON},
		{"id", LogNumber}, {"kind", LogText}, {"origin", LogText}, {"outcome", LogText}, {"position_id", LogText}, {"request_hash", LogBytes},
		{"request_id", LogText}, {"request_key", LogText}, {"subject_id", LogText}, {"subject_kind", LogText}, {"unit_id", LogText}}
)

// Columns are all columns of the table, in the order of their names.
func (t LogTable) Columns() []LogColumn {
	if t == LogJournal {
		return entryLogColumns
	}
	return eventLogColumns
}

// selected are the columns as SQL.
func (t LogTable) selected() string {
	names := []string{"id"}
	for _, c := range t.Columns() {
		switch c.Kind {
		case LogInstant:
			names = append(names, c.Name+"::text")
		case LogBytes:
			names = append(names, "encode("+c.Name+", 'hex')")
		default:
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, ", ")
}

// Leaf is how a run of the log names a row of the table.
func (t LogTable) Leaf(id int64) int64 {
	if t == LogJournal {
		return -id
	}
	return id
}

// LogRow names a leaf's row: events by their ids, the journal below zero.
func LogRow(leaf int64) (LogTable, int64) {
	if leaf < 0 {
		return LogJournal, -leaf
	}
	return LogEvents, leaf
}

// IDRange are ids from one to another, both in it.
type IDRange struct{ From, To int64 }

// LogRun is one run of the sealer as it lies in the table.
type LogRun struct {
	Size         int64 // of the log after it
	IDs          []int64
	Hashes       []byte
	EventsBelow  int64
	JournalBelow int64
	EventsTo     int64
	JournalTo    int64
	SealedAt     time.Time
	Head         string
}

// After is the size of the log before the run.
func (r LogRun) After() int64 { return r.Size - int64(len(r.IDs)) }

// LogNode is a node of the log's tree; ID is its place in the order of growth
// (tlog.StoredHashIndex).
type LogNode struct {
	ID   int64
	Hash [32]byte
}

// rawColumn keeps a column as the text that it is.
type rawColumn struct {
	text []byte
	null bool
}

// Scan takes what the driver has; it may reuse its memory.
func (c *rawColumn) Scan(value any) error {
	c.null = value == nil
	switch v := value.(type) {
	case nil:
	case string:
		c.text = append(c.text[:0], v...)
	case []byte:
		c.text = append(c.text[:0], v...)
	case int64:
		c.text = strconv.AppendInt(c.text[:0], v, 10)
	default:
		return fmt.Errorf("postgres: a column as %T", value)
	}
	return nil
}

// rawRows hands the rows of a question to each: an id, and the columns of a table
// of the log as text, nil for NULL, which each must not keep.
func rawRows(ctx context.Context, db bun.IDB, table LogTable, text string, each func(id int64, columns [][]byte) error, values ...any) (n int, err error) {
	rows, err := db.QueryContext(ctx, text, values...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var id int64
	width := len(table.Columns())
	raw, columns, dest := make([]rawColumn, width), make([][]byte, width), make([]any, 0, width+1)
	dest = append(dest, &id)
	for i := range raw {
		dest = append(dest, &raw[i])
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return n, err
		}
		for i := range raw {
			if columns[i] = raw[i].text; raw[i].null {
				columns[i] = nil
			} else if columns[i] == nil {
				columns[i] = []byte{}
			}
		}
		if err := each(id, columns); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// LogLast is the newest run without its leaves; the zero run if there is none.
func (s *Store) LogLast(ctx context.Context) (LogRun, error) { return lastRun(ctx, s.db) }

// LogHead is how many leaves the log has, and the root of its tree in base64, as its
// newest head says; 0 if there is none.
func (s *Store) LogHead(ctx context.Context) (size int64, root string, err error) {
	last, err := s.LogLast(ctx)
	if lines := strings.Split(last.Head, "\n"); err == nil && len(lines) > 2 {
		size, root = last.Size, lines[2]
	}
	return size, root, err
}

func lastRun(ctx context.Context, db bun.IDB) (LogRun, error) {
	var r LogRun
	err := failed("read the log", db.QueryRowContext(ctx, `SELECT size, events_below, journal_below, events_to, journal_to, sealed_at, head
		FROM log_runs ORDER BY size DESC LIMIT 1`).Scan(&r.Size, &r.EventsBelow, &r.JournalBelow, &r.EventsTo, &r.JournalTo, &r.SealedAt, &r.Head))
	if routing.FaultOf(err) == routing.NotFound {
		return LogRun{}, nil
	}
	return r, err
}

func sealedAbove(ctx context.Context, db bun.IDB, table LogTable, below, size int64) *bun.RawQuery {
	sign, to := "", "events_to"
	if table == LogJournal {
		sign, to = "-", "journal_to"
	}
	return db.NewRaw(`SELECT `+sign+`id AS id FROM log_runs r, unnest(r.ids) AS id
		WHERE r.`+to+` > ?0 AND r.size <= ?1 AND `+sign+`id > ?0 ORDER BY 1`, below, size)
}

var logNews = prepared(`SELECT EXISTS (SELECT FROM events WHERE id > ?events::bigint) OR EXISTS (SELECT FROM journal WHERE id > ?journal::bigint)`)

// LogNews says whether there are rows above the given ids.
func (s *Store) LogNews(ctx context.Context, events, journal int64) (news bool, err error) {
	return news, failed("look for rows to seal", s.ask(ctx, nil, logNews, args{"events": events, "journal": journal}, &news))
}

// LogLeaves hands out the hashes of the leaves from one to another, the second
// not in it, in their order; those beyond the end of the log are missing.
func (s *Store) LogLeaves(ctx context.Context, from, to int64) ([][32]byte, error) {
	return logLeaves(ctx, s.db, from, to)
}

func logLeaves(ctx context.Context, db bun.IDB, from, to int64) (out [][32]byte, err error) {
	rows, err := db.QueryContext(ctx, `SELECT coalesce(after, 0), hashes FROM log_runs
		WHERE size > ?0 AND size <= coalesce((SELECT min(size) FROM log_runs WHERE size >= ?1), ?1) ORDER BY size`, from, to)
	if err != nil {
		return nil, failed("read the log", err)
	}
	defer rows.Close()
	for rows.Next() {
		var after int64
		var hashes []byte
		if err := rows.Scan(&after, &hashes); err != nil {
			return nil, failed("read the log", err)
		}
		for at := after; len(hashes) >= 32 && at < to; at, hashes = at+1, hashes[32:] {
			if at >= from {
				out = append(out, [32]byte(hashes))
			}
		}
	}
	return out, failed("read the log", rows.Err())
}

// LogNodes finds kept nodes by their ids; those that are missing are not in it.
func (s *Store) LogNodes(ctx context.Context, ids []int64) (map[int64][32]byte, error) {
	return logNodes(ctx, s.db, ids)
}

func logNodes(ctx context.Context, db bun.IDB, ids []int64) (map[int64][32]byte, error) {
	var rows []struct {
		ID   int64
		Hash []byte
	}
	if len(ids) == 0 {
		return nil, nil
	}
	if err := db.NewRaw(`SELECT id, hash FROM log_nodes WHERE id = ANY (?::bigint[])`, array(ids)).Scan(ctx, &rows); err != nil {
		return nil, failed("read the log", err)
	}
	out := make(map[int64][32]byte, len(rows))
	for _, r := range rows {
		if len(r.Hash) == 32 {
			out[r.ID] = [32]byte(bytes.Clone(r.Hash))
		}
	}
	return out, nil
}

// LogLeafOf finds the leaf of a row. routing.ErrNotFound if it is not sealed.
func (s *Store) LogLeafOf(ctx context.Context, table LogTable, id int64) (leaf int64, err error) {
	to := map[LogTable]string{LogEvents: "events_to", LogJournal: "journal_to"}[table]
	err = s.db.QueryRowContext(ctx, `SELECT coalesce(after, 0) + array_position(ids, ?0::bigint) - 1 FROM log_runs
		WHERE `+to+` >= ?1 AND ids @> ARRAY[?0::bigint] ORDER BY `+to+`, size LIMIT 1`, table.Leaf(id), id).Scan(&leaf)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, routing.ErrNotFound
	}
	return leaf, failed("find a leaf", err)
}

// LogRowOf is one row of the log as text, and when it happened. routing.ErrNotFound
// if there is none.
func (s *Store) LogRowOf(ctx context.Context, table LogTable, id int64, each func(columns [][]byte) error) error {
	n, err := rawRows(ctx, s.db, table, fmt.Sprintf(`SELECT %s FROM %s WHERE id = ?`, table.selected(), table),
		func(_ int64, columns [][]byte) error { return each(columns) }, id)
	if err == nil && n == 0 {
		return routing.ErrNotFound
	}
	return failed("read a row", err)
}

// BookMark is how far a book has come.
type BookMark struct {
	UnitID    routing.ID `json:"unitId"`
	Direction string     `json:"direction"`
	Year      int        `json:"year"`
	Last      int        `json:"last"`
}

// BookMarks lists how far all books have come.
func (s *Store) BookMarks(ctx context.Context) ([]BookMark, error) { return bookMarks(ctx, s.db) }

func bookMarks(ctx context.Context, db bun.IDB) (marks []BookMark, err error) {
	err = db.NewRaw(`SELECT unit_id, direction, year, last_number AS last FROM books ORDER BY unit_id, direction, year`).Scan(ctx, &marks)
	return marks, failed("read books", err)
}

// SealBacklog says how many rows are not sealed yet and when the oldest happened,
// as far as their ids are above the log's.
func (s *Store) SealBacklog(ctx context.Context) (waiting int, oldest time.Time, err error) {
	last, err := s.LogLast(ctx)
	if err != nil {
		return 0, time.Time{}, err
	}
	var row struct {
		Waiting int
		Oldest  time.Time
	}
	err = s.db.NewRaw(`SELECT count(*) AS waiting, min(at) AS oldest FROM (
		SELECT at FROM events WHERE id > ? UNION ALL SELECT at FROM journal WHERE id > ?) x`, last.EventsTo, last.JournalTo).Scan(ctx, &row)
	return row.Waiting, utc(row.Oldest), failed("count rows to seal", err)
}
