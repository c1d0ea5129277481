package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// statement is SQL that a connection plans once and then only executes: for
// what is asked all day, planning costs more than doing. Its arguments are
// named and typed, ?name::type, and travel beside the text: no user's words are
// in it, nor in what the server shows or logs of it. Questions whose conditions
// differ from call to call go through bun instead, which plans them each time.
type statement struct {
	text  string // with $1, $2, …
	names []string
}

var argument = regexp.MustCompile(`\?([a-z_0-9]+)`)

// statements are all that the package prepares.
var statements []*statement

// prepared makes a statement of SQL with named arguments. It is called for
// package variables only.
func prepared(text string) *statement {
	st := &statement{}
	statements = append(statements, st)
	place := map[string]int{}
	st.text = argument.ReplaceAllStringFunc(text, func(match string) string {
		name := match[1:]
		if place[name] == 0 {
			st.names = append(st.names, name)
			place[name] = len(st.names)
		}
		return fmt.Sprintf("$%d", place[name])
	})
	return st
}

// values are the arguments in the order of the statement. A missing one is a bug.
func (st *statement) values(a args) ([]any, error) {
	values := make([]any, len(st.names))
	for i, name := range st.names {
		value, ok := a[name]
		if !ok {
			return nil, fmt.Errorf("postgres: no argument %s for %s", name, st.text)
		}
		if t, ok := value.(time.Time); ok {
			value = t.UTC() // the driver writes no zone
		}
		values[i] = value
	}
	return values, nil
}

// on finds the statement prepared for the store, or for one transaction of it.
func (st *statement) on(ctx context.Context, s *Store, tx *bun.Tx) (*sql.Stmt, error) {
	known, ok := s.statements.Load(st)
	if !ok {
		fresh, err := s.db.DB.PrepareContext(ctx, st.text)
		if err != nil {
			return nil, err
		}
		var first bool
		if known, first = s.statements.LoadOrStore(st, fresh); first {
			_ = fresh.Close() // somebody else was quicker
		}
	}
	if tx != nil {
		return tx.Tx.StmtContext(ctx, known.(*sql.Stmt)), nil
	}
	return known.(*sql.Stmt), nil
}

// prepareAll makes every statement known, once.
func (s *Store) prepareAll(ctx context.Context) error {
	if s.prepared.Load() {
		return nil
	}
	for _, st := range statements {
		if _, err := st.on(ctx, s, nil); err != nil {
			return err
		}
	}
	s.prepared.Store(true)
	return nil
}

// ask runs a statement, in tx unless that is nil, and scans its rows into dest:
// a slice takes all, anything else the first; then no row is sql.ErrNoRows.
func (s *Store) ask(ctx context.Context, tx *bun.Tx, st *statement, a args, dest any) error {
	values, err := st.values(a)
	if err != nil {
		return err
	}
	stmt, err := st.on(ctx, s, tx)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, values...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if reflect.TypeOf(dest).Elem().Kind() == reflect.Slice {
		return s.db.ScanRows(ctx, rows, dest)
	}
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := s.db.ScanRow(ctx, rows, dest); err != nil {
		return err
	}
	rows.Next() // to the end, where a statement's late error is
	return rows.Err()
}

// do runs a statement that answers nothing.
func (s *Store) do(ctx context.Context, tx *bun.Tx, st *statement, a args) error {
	values, err := st.values(a)
	if err != nil {
		return err
	}
	stmt, err := st.on(ctx, s, tx)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, values...)
	return err
}

// array is the argument for a text[], int[] or uuid[]. Its elements are ids,
// numbers and names of the house, never a user's words.
func array[S any](list []S) string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = fmt.Sprint(v)
	}
	return "{" + strings.Join(texts, ",") + "}"
}
