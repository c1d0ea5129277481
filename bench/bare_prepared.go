package main

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// bareStatements runs the references' statements: as bun does, which writes the
// arguments into the text, so that the server plans it each time; or, with
// -prepare, planned once for a connection, as the product's hot ones are.
type bareStatements struct {
	db       *bun.DB
	prepare  bool
	prepared *sync.Map // *bareStatement by text
}

func newBareStatements(b *bench, prepare bool) bareStatements {
	return bareStatements{b.openRecord(0).DB(), prepare, &sync.Map{}}
}

// number runs a statement that answers with one number and wants one row.
func (s bareStatements) number(ctx context.Context, text string, a *bareAct) (n int, err error) {
	if !s.prepare {
		err = s.db.NewRaw(text, a).Scan(ctx, &n)
		return n, err
	}
	st, err := s.statement(ctx, text)
	if err != nil {
		return 0, err
	}
	err = st.QueryRowContext(ctx, st.values(a)...).Scan(&n)
	return n, err
}

// do runs a statement that answers nothing.
func (s bareStatements) do(ctx context.Context, text string, a *bareAct) error {
	if !s.prepare {
		_, err := s.db.NewRaw(text, a).Exec(ctx)
		return err
	}
	st, err := s.statement(ctx, text)
	if err != nil {
		return err
	}
	_, err = st.ExecContext(ctx, st.values(a)...)
	return err
}

type bareStatement struct {
	*sql.Stmt
	names []string
}

var bareArgument = regexp.MustCompile(`\?[a-z_]+`)

func (s bareStatements) statement(ctx context.Context, text string) (*bareStatement, error) {
	if known, ok := s.prepared.Load(text); ok {
		return known.(*bareStatement), nil
	}
	st, places := &bareStatement{}, map[string]int{}
	dollars := bareArgument.ReplaceAllStringFunc(text, func(name string) string {
		if places[name] == 0 {
			st.names = append(st.names, name[1:])
			places[name] = len(st.names)
		}
		return fmt.Sprintf("$%d", places[name])
	})
	var err error
	if st.Stmt, err = s.db.DB.PrepareContext(ctx, dollars); err != nil {
		return nil, fmt.Errorf("%w: %s", err, dollars)
	}
	known, _ := s.prepared.LoadOrStore(text, st)
	return known.(*bareStatement), nil
}

func (st *bareStatement) values(a *bareAct) []any {
	known := map[string]any{
		"at": a.At, "day": a.Day, "year": a.Year, "actor": a.Actor, "actor_position": a.ActorPosition, "actor_unit": a.ActorUnit,
		"document": a.Document, "direction": a.Direction, "share": a.Share, "unit": a.Unit, "code_number": a.CodeNumber,
		"duplicate_key": a.DuplicateKey, "subject": a.Subject, "text": a.Text, "process": a.Process, "result": a.Result,
		"done": a.Done, "details": a.Details, "recipients": a.Recipients, "new_ids": uuids(a.NewIDs),
	}
	values := make([]any, len(st.names))
	for i, name := range st.names {
		values[i] = known[name]
	}
	return values
}

// uuids is the text of a uuid[].
func uuids(ids []routing.ID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return "{" + strings.Join(texts, ",") + "}"
}
