package postgres

import (
	"context"

	"congvan/routing"
)

var nextNumber = prepared(`SELECT coalesce((SELECT b.last_number FROM books b
		WHERE b.unit_id = ?unit::uuid AND b.direction = ?direction::text AND b.year = ?year::int), 0) + 1 AS number`)

// NextNumber is the number that the next incoming document of a unit would get. It
// is nobody's until a document is written with it.
func (s *Store) NextNumber(ctx context.Context, unit routing.ID, year int) (number int, err error) {
	return s.nextNumber(ctx, unit, "incoming", year)
}

// NextOutgoing is the same of the next document that a unit issues.
func (s *Store) NextOutgoing(ctx context.Context, unit routing.ID, year int) (number int, err error) {
	return s.nextNumber(ctx, unit, "outgoing", year)
}

func (s *Store) nextNumber(ctx context.Context, unit routing.ID, direction string, year int) (number int, err error) {
	err = s.ask(ctx, nil, nextNumber, args{"unit": unit, "direction": direction, "year": year}, &number)
	return number, failed("look at the book", err)
}

// Words are what stood in the columns of a book lately, the most frequent first.
type Words struct {
	Issuers, Types, Fields []string
}

// wordsOf looks at so much of a book that whoever writes now and then is in it,
// and no more: it is asked whenever a form is opened.
var wordsOf = prepared(`
		WITH lately AS MATERIALIZED (
			SELECT d.issuer, d.type_name, d.field FROM documents d
			WHERE d.unit_id = ?unit::uuid AND ` + visible + ` ORDER BY d.book_year DESC, d.number DESC LIMIT 2000
		), words AS (
			(SELECT 'issuer' AS kind, issuer AS word, count(*) AS uses FROM lately GROUP BY issuer ORDER BY uses DESC, word LIMIT 150)
			UNION ALL (SELECT 'type', type_name, count(*) AS uses FROM lately GROUP BY type_name ORDER BY uses DESC, type_name LIMIT 40)
			UNION ALL (SELECT 'field', field, count(*) AS uses FROM lately WHERE field <> '' GROUP BY field ORDER BY uses DESC, field LIMIT 40)
		)
		SELECT kind, word FROM words ORDER BY uses DESC, word`)

// WordsOf lists what the last 2,000 documents in the book of the actor's unit
// have in their columns.
func (s *Store) WordsOf(ctx context.Context, by routing.Actor) (w Words, err error) {
	var rows []struct{ Kind, Word string }
	if err = s.ask(ctx, nil, wordsOf, args{"unit": by.UnitID}.seenBy(by), &rows); err != nil {
		return w, failed("list words of the book", err)
	}
	for _, row := range rows {
		switch row.Kind {
		case "issuer":
			w.Issuers = append(w.Issuers, row.Word)
		case "type":
			w.Types = append(w.Types, row.Word)
		default:
			w.Fields = append(w.Fields, row.Word)
		}
	}
	return w, nil
}
