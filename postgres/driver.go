package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"

	"github.com/uptrace/bun/driver/pgdriver"
)

// careful opens connections that are given up after an answer that never
// came. pgdriver does so for plain statements only: a prepared one that timed
// out would go back to the pool with its answer unread, and the next to use the
// connection, somebody else, would read it as his own.
type careful struct{ *pgdriver.Connector }

// Connect opens one connection.
func (c careful) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return carefulConn{conn.(*pgdriver.Conn)}, nil
}

type carefulConn struct{ *pgdriver.Conn }

// PrepareContext prepares a statement on the connection.
func (c carefulConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	st, err := c.Conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, c.checked(err)
	}
	return carefulStmt{st, c}, nil
}

// checked closes the connection unless the error is a complete answer of the
// server after which it goes on.
func (c carefulConn) checked(err error) error {
	var answer pgdriver.Error
	if !errors.As(err, &answer) || answer.Field('V') == "FATAL" || answer.Field('V') == "PANIC" {
		_ = c.Close() // it is of no use any more, whatever closing says
	}
	return err
}

type carefulStmt struct {
	driver.Stmt
	conn carefulConn
}

// QueryContext asks the statement.
func (s carefulStmt) QueryContext(ctx context.Context, values []driver.NamedValue) (driver.Rows, error) {
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, values)
	if err != nil {
		return nil, s.conn.checked(err)
	}
	return carefulRows{rows, s.conn}, nil
}

// ExecContext runs the statement.
func (s carefulStmt) ExecContext(ctx context.Context, values []driver.NamedValue) (driver.Result, error) {
	result, err := s.Stmt.(driver.StmtExecContext).ExecContext(ctx, values)
	if err != nil {
		return nil, s.conn.checked(err)
	}
	return result, nil
}

type carefulRows struct {
	driver.Rows
	conn carefulConn
}

// Next reads one row; io.EOF is the end of a complete answer.
func (r carefulRows) Next(values []driver.Value) error {
	err := r.Rows.Next(values)
	if err != nil && !errors.Is(err, io.EOF) {
		return r.conn.checked(err)
	}
	return err
}
