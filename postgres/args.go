package postgres

import (
	"fmt"
	"time"

	"github.com/uptrace/bun/schema"
)

// args are the named arguments of a statement: ?name in the text. bun writes
// each as a literal, so user text reaches the statement here and only here.
type args map[string]any

// AppendNamedArg makes args usable as the argument of a bun query. A name that
// is missing is a bug and breaks the statement with its name.
func (a args) AppendNamedArg(gen schema.QueryGen, b []byte, name string) ([]byte, bool) {
	value, ok := a[name]
	if !ok {
		return append(b, fmt.Sprintf("\\missing argument %s\\", name)...), true
	}
	return gen.AppendQuery(b, "?", value), true
}

// orNull is the argument for a column that is NULL where Go has a zero value.
func orNull[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// timeOrNull is orNull for instants.
func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
