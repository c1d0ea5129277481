package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"congvan/postgres"

	"golang.org/x/mod/sumdb/tlog"
)

// The versions of the canonical forms. What a form says never changes; another
// one gets another name.
const (
	eventForm = "event/1"
	entryForm = "entry/1"
)

// Canonical is the one text of a row of the log: its form, a space, and an
// object in canonical JSON of all columns, each present, by name. columns are
// as postgres reads them. The text is added to buf.
func Canonical(buf []byte, table postgres.LogTable, columns [][]byte) ([]byte, error) {
	names := table.Columns()
	if len(columns) != len(names) {
		return nil, fmt.Errorf("audit: %d columns of %s, not %d", len(columns), table, len(names))
	}
	form := eventForm
	if table == postgres.LogJournal {
		form = entryForm
	}
	buf = append(append(buf, form...), ' ')
	for i, c := range names {
		buf = append(buf, ",{"[b2i(i == 0)], '"')
		buf = append(append(buf, c.Name...), '"', ':')
		var err error
		switch value := columns[i]; {
		case value == nil:
			buf = append(buf, "null"...)
		case c.Kind == postgres.LogNumber:
			buf = append(buf, value...)
		case c.Kind == postgres.LogInstant:
			buf = appendInstant(buf, value)
		case c.Kind == postgres.LogJSON:
			buf, err = appendJSON(buf, value)
		default:
			buf = appendString(buf, value)
		}
		if err != nil {
			return nil, fmt.Errorf("audit: column %s: %w", c.Name, err)
		}
	}
	return append(buf, '}'), nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Leaf is the hash of a row's canonical text as a leaf of the tree.
func Leaf(canonical []byte) tlog.Hash { return tlog.RecordHash(canonical) }

// appendInstant writes "2026-11-23 02:00:00.5+00", as PostgreSQL shows an
// instant in UTC, as "2026-11-23T02:00:00.500000Z". What is no such instant
// (infinity, before Christ) stays as it is.
func appendInstant(buf, at []byte) []byte {
	text, utc := bytes.CutSuffix(at, []byte("+00"))
	day, clock, ok := bytes.Cut(text, []byte{' '})
	if !utc || !ok {
		return appendString(buf, at)
	}
	whole, fraction, _ := bytes.Cut(clock, []byte{'.'})
	buf = append(append(buf, '"'), day...)
	buf = append(append(buf, 'T'), whole...)
	buf = append(append(buf, '.'), fraction...)
	return append(append(buf, "000000"[min(len(fraction), 6):]...), `Z"`...)
}

const hexDigits = "0123456789abcdef"

// appendString writes a text as RFC 8785 does: only what JSON forbids is escaped.
func appendString(buf, text []byte) []byte {
	buf = append(buf, '"')
	clean := 0
	for i, c := range text {
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		buf = append(buf, text[clean:i]...)
		clean = i + 1
		if at := strings.IndexByte("\"\\\b\f\n\r\t", c); at >= 0 {
			buf = append(buf, '\\', `"\bfnrt`[at])
		} else {
			buf = append(buf, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(buf, text[clean:]...), '"')
}

var errJSON = errors.New("no JSON as PostgreSQL writes it")

// appendJSON writes what PostgreSQL shows of a jsonb value without spaces and
// with the members of objects ordered by the bytes of their names. Numbers and
// strings stay as PostgreSQL writes them, which for strings is what RFC 8785 asks.
func appendJSON(buf, value []byte) ([]byte, error) {
	buf, rest, err := appendValue(buf, value, 0)
	if err == nil && len(rest) > 0 {
		err = errJSON
	}
	return buf, err
}

// maxDepth is more than any object of ours is deep; PostgreSQL's own limit is the stack.
const maxDepth = 1000

func appendValue(buf, in []byte, depth int) (out, rest []byte, err error) {
	in = skipSpace(in)
	switch {
	case len(in) == 0 || depth > maxDepth:
		return nil, nil, errJSON
	case in[0] == '{':
		return appendObject(buf, in[1:], depth)
	case in[0] == '[':
		return appendArray(buf, in[1:], depth)
	case in[0] == '"':
		n, err := stringLength(in)
		if err != nil {
			return nil, nil, err
		}
		return append(buf, in[:n]...), in[n:], nil
	}
	n := bytes.IndexAny(in, ",]} ")
	if n < 0 {
		n = len(in)
	}
	if n == 0 {
		return nil, nil, errJSON
	}
	return append(buf, in[:n]...), in[n:], nil
}

func appendArray(buf, in []byte, depth int) (out, rest []byte, err error) {
	buf = append(buf, '[')
	for first := true; ; first = false {
		if in = skipSpace(in); len(in) == 0 {
			return nil, nil, errJSON
		}
		switch {
		case in[0] == ']':
			return append(buf, ']'), in[1:], nil
		case !first && in[0] != ',':
			return nil, nil, errJSON
		case !first:
			buf, in = append(buf, ','), in[1:]
		}
		if buf, in, err = appendValue(buf, in, depth+1); err != nil {
			return nil, nil, err
		}
	}
}

// member is a member of an object: where its text begins and ends in the buffer.
type member struct {
	name     string
	from, to int
}

func appendObject(buf, in []byte, depth int) (out, rest []byte, err error) {
	var few [8]member
	members, begin := few[:0], len(buf)
	for {
		if in = skipSpace(in); len(in) == 0 {
			return nil, nil, errJSON
		}
		if in[0] == '}' {
			in = in[1:]
			break
		}
		if len(members) > 0 {
			if in[0] != ',' {
				return nil, nil, errJSON
			}
			in = skipSpace(in[1:])
		}
		n, err := stringLength(in)
		if err != nil {
			return nil, nil, err
		}
		m := member{name: string(in[1 : n-1]), from: len(buf)}
		if strings.IndexByte(m.name, '\\') >= 0 {
			if err := json.Unmarshal(in[:n], &m.name); err != nil {
				return nil, nil, err
			}
		}
		buf = append(buf, in[:n]...)
		if in = skipSpace(in[n:]); len(in) == 0 || in[0] != ':' {
			return nil, nil, errJSON
		}
		if buf, in, err = appendValue(append(buf, ':'), in[1:], depth+1); err != nil {
			return nil, nil, err
		}
		m.to = len(buf)
		members = append(members, m)
	}
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	found := bytes.Clone(buf[begin:])
	buf = append(buf[:begin], '{')
	for i, m := range members {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = append(buf, found[m.from-begin:m.to-begin]...)
	}
	return append(buf, '}'), in, nil
}

func skipSpace(in []byte) []byte {
	for len(in) > 0 && in[0] == ' ' {
		in = in[1:]
	}
	return in
}

// stringLength is how long the string is that begins here, with its quotes.
func stringLength(in []byte) (int, error) {
	if len(in) == 0 || in[0] != '"' {
		return 0, errJSON
	}
	for i := 1; i < len(in); i++ {
		switch in[i] {
		case '\\':
			i++
		case '"':
			return i + 1, nil
		}
	}
	return 0, errJSON
}
