// Package postgres is the record: every table behind plain functions, through
// bun. Nothing above it writes SQL, and no rule lives here that routing does
// not state; where a statement carries a rule as a condition, it takes the
// rule from routing.
//
// The hot acts are one statement each: the row, its event, the number from the
// book and the milestone change together or not at all, in one round trip.
//
// pgdriver ignores a cancelled context and a statement may commit after its
// client gave up. So the server's statement_timeout is shorter than the
// driver's read time-out, and an error never means "not done": every write
// carries a request key, and asking again finds the first answer.
package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/driver/pgdriver"
)

// Time limits. The server gives up first, so that server and client agree.
const (
	statementTimeout = 8 * time.Second
	lockTimeout      = 4 * time.Second
	readTimeout      = 10 * time.Second
	dialTimeout      = 3 * time.Second
	migrationTimeout = time.Hour
)

// Store is the record. It is safe for use by many goroutines.
type Store struct {
	db         *bun.DB
	clocks     clockCache
	ladders    sync.Map    // versions of ladders; they never change
	statements sync.Map    // *statement → *sql.Stmt
	prepared   atomic.Bool // all of them are in statements
}

// Open prepares a Store for the database that dsn names, with at most conns
// connections (0: four per processor). It does not connect; the first question does.
// What CheckAddress refuses it may panic at.
func Open(dsn string, conns int) *Store {
	if conns == 0 {
		conns = 4 * runtime.NumCPU()
	}
	return open(connector(dsn, statementTimeout, readTimeout), conns)
}

// OpenToMigrate is Open for what changes the tables of a record: on a large one that
// takes minutes, and no statement of it is given up before migrationTimeout.
func OpenToMigrate(dsn string) *Store {
	return open(connector(dsn, migrationTimeout, migrationTimeout+time.Minute), 2)
}

func open(c *pgdriver.Connector, conns int) *Store {
	pool := sql.OpenDB(careful{c})
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return &Store{db: bun.NewDB(pool, pgdialect.New(), bun.WithDiscardUnknownColumns())}
}

func connector(dsn string, statement, read time.Duration) *pgdriver.Connector {
	return pgdriver.NewConnector(append(address(dsn),
		pgdriver.WithDialTimeout(dialTimeout),
		pgdriver.WithReadTimeout(read),
		pgdriver.WithWriteTimeout(readTimeout),
		pgdriver.WithConnParams(map[string]any{
			"statement_timeout": statement.Milliseconds(),
			"lock_timeout":      lockTimeout.Milliseconds(),
			"timezone":          "UTC",
		}),
	)...)
}

// DB gives migrations and the seed the connection pool. Nothing else asks for it.
func (s *Store) DB() *bun.DB { return s.db }

// Close gives the connections back.
func (s *Store) Close() error { return s.db.Close() }

// Ping asks the database for a sign of life.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return failed("ping", s.db.NewRaw("SELECT 1").Scan(ctx, &one))
}

// inTx runs f in one transaction. What f may run is prepared before, so that it
// never waits for a second connection while it holds one.
func (s *Store) inTx(ctx context.Context, f func(tx bun.Tx) error) error {
	if err := s.prepareAll(ctx); err != nil {
		return failed("prepare", err)
	}
	return failed("transaction", s.db.RunInTx(ctx, nil, func(_ context.Context, tx bun.Tx) error { return f(tx) }))
}

// ErrUnavailable says that the database cannot be asked now. Whether a write
// was done is open; asking again with the same request key tells.
var ErrUnavailable = &routing.Error{
	Fault: routing.Unavailable, Code: "record-unavailable",
	Message: "Cơ sở dữ liệu đang tạm ngừng; hãy thử lại sau ít phút, việc đã ghi vẫn an toàn.",
}

// failed turns a driver's error into one of the house's and says what was tried.
// sql.ErrNoRows becomes routing.ErrNotFound.
func failed(what string, err error) error {
	var ours *routing.Error
	var pg pgdriver.Error
	var network net.Error
	switch {
	case err == nil || errors.As(err, &ours):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return routing.ErrNotFound
	case errors.As(err, &pg) && !unavailable(pg.Field('C')):
		return fmt.Errorf("postgres: %s: %w", what, err)
	case errors.As(err, &pg), errors.As(err, &network), errors.Is(err, sql.ErrConnDone), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("postgres: %s: %w (%w)", what, ErrUnavailable, err)
	default:
		return fmt.Errorf("postgres: %s: %w", what, err)
	}
}

// WithoutContent is an error's text for a log: without the database's message,
// which may quote what a request carried.
func WithoutContent(err error) string {
	text := err.Error()
	var pg pgdriver.Error
	if errors.As(err, &pg) {
		text = strings.ReplaceAll(text, pg.Error(), "SQLSTATE "+pg.Field('C'))
	}
	return text
}

// unavailable lists the SQLSTATEs after which trying again may help: lost or
// refused connections (08, 57P), too many of them (53), a lock or statement
// that took too long (55P03, 57014), a deadlock (40).
func unavailable(state string) bool {
	switch {
	case len(state) < 5:
		return false
	case state == "55P03" || state == "57014":
		return true
	default:
		return state[:2] == "08" || state[:2] == "53" || state[:2] == "40" || state[:3] == "57P"
	}
}

// violates reports whether the error is the refusal of the named unique index.
func violates(err error, constraint string) bool {
	var pg pgdriver.Error
	return errors.As(err, &pg) && pg.Field('C') == "23505" && pg.Field('n') == constraint
}

func deadlocked(err error) bool {
	var pg pgdriver.Error
	return errors.As(err, &pg) && pg.Field('C') == "40P01"
}

// toJSON is the argument for a jsonb column. bun would send bytes as bytea.
func toJSON(v any) (string, error) {
	data, err := json.Marshal(v)
	return string(data), err
}
