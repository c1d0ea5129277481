package postgres

import (
	"context"
	"strings"
	"time"
	"unicode"

	"congvan/routing"

	"golang.org/x/text/unicode/norm"
)

// Find narrows a list of documents, or of shares of them. What is zero narrows
// nothing.
type Find struct {
	Text     string // words of the subject, the number, the issuer or the files
	Issuer   string // words of the issuer's name
	TypeName string
	Field    string
	Urgency  routing.Urgency
	From, To time.Time    // of the arrival: from, and until before
	Role     routing.Role // of the share
	Unit     routing.ID   // that something was given to
	Sort     Sort         // empty: the list's own order
}

// Sort is an order of a list.
type Sort string

// The orders.
const (
	SortNumber    Sort = "number"    // số đến, the newest first
	SortNumberUp  Sort = "number-up" // số đến, the oldest first
	SortArrival   Sort = "arrival"   // the last to arrive first
	SortDue       Sort = "due"       // the first to fall due first
	SortUrgency   Sort = "urgency"   // the most urgent first
	SortIssuer    Sort = "issuer"    // as a Vietnamese dictionary has them
	mostTokens         = 16          // of what somebody searches for
	urgencyRank        = `array_position('{normal,urgent,very-urgent,express}'::text[], d.urgency)`
	arrivalOfBook      = `coalesce(d.arrived_at, d.registered_at)`
)

// said are the documents in which rare words stand that were searched for: they are
// found by the index of the words before anything is sorted. In the order of a
// list the planner would look into every document for them.
const said = `said AS MATERIALIZED (SELECT d.id FROM documents d WHERE d.words @@ ?rare::tsquery
	UNION SELECT f.document_id FROM file_texts f WHERE f.words @@ ?rare::tsquery), `

// narrows are the conditions of a [Find] on the document d, but for the day of its
// arrival. What is common is looked for in the order of the list, which ends with
// a full page.
const narrows = `(?issuer IS NULL OR d.words @@ ?issuer::tsquery) AND (?type IS NULL OR d.type_name = ?type) AND (?field IS NULL OR d.field = ?field)
	AND (?urgency IS NULL OR d.urgency = ?urgency) AND (?rare IS NULL OR d.id = ANY (ARRAY(SELECT id FROM said)))
	AND (?text IS NULL OR d.words @@ ?text::tsquery OR EXISTS (SELECT FROM file_texts f WHERE f.document_id = d.id AND f.words @@ ?text::tsquery))`

// rareLimit is in how many documents words stand that are called rare.
const rareLimit = 3000

// rare says whether words stand in few documents, and in few files. A word alone is
// judged by what the record knows of its tables: to count a common one its index
// would have to be read in full, which takes longer than the list.
func (s *Store) rare(ctx context.Context, words []sought) (few bool, err error) {
	if len(words) == 0 {
		return false, nil
	}
	if few, err = s.few(ctx, words); few || err != nil || len(words) == 1 && len(words[0].words) == 1 {
		return few, err
	}
	err = s.db.NewRaw(`SELECT (SELECT count(*) FROM (SELECT FROM documents d WHERE d.words @@ ?0::tsquery LIMIT ?1) x) < ?1
		AND (SELECT count(*) FROM (SELECT FROM file_texts f WHERE f.words @@ ?0::tsquery LIMIT ?1) x) < ?1`, tsqueryOf(words, ""), rareLimit).Scan(ctx, &few)
	return few, failed("weigh the words", err)
}

// narrowedBy adds what these conditions ask.
func (a args) narrowedBy(ctx context.Context, s *Store, f Find) (args, error) {
	words := soughtIn(f.Text)
	text := tsqueryOf(words, "")
	few, err := s.rare(ctx, words)
	a["text"], a["rare"], a["issuer"] = orNull(text), nil, orNull(tsquery(f.Issuer, "C"))
	if few {
		a["text"], a["rare"] = nil, text
	}
	a["type"], a["field"], a["urgency"] = orNull(f.TypeName), orNull(f.Field), orNull(f.Urgency)
	a["from"], a["to"] = timeOrNull(f.From), timeOrNull(f.To)
	a["role"], a["given_to"] = orNull(f.Role), orNull(f.Unit)
	return a, err
}

// tokens are the words of a text as it is searched; SQL's searchable() does the
// same to what is stored.
func tokens(text string) []string {
	words := strings.FieldsFunc(routing.Fold(norm.NFKD.String(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	for i, w := range words {
		if bare := strings.TrimLeft(w, "0"); bare != w && bare != "" && bare[0] >= '0' && bare[0] <= '9' {
			words[i] = bare
		} else if bare == "" {
			words[i] = "0"
		}
	}
	return words
}

// sought are words that stand one after the other in what is searched for.
type sought struct {
	words      []string
	unfinished bool // the last word goes on in any way
}

// is says whether it is this one word.
func (s sought) is(word string) bool { return len(s.words) == 1 && s.words[0] == word }

// soughtIn reads what somebody typed: all words, those within quotes or around a
// stroke ("15/KH") one after the other. The last word, and the last part of a
// number, may be unfinished. None: there is nothing to search for.
func soughtIn(text string) (all []sought) {
	left := mostTokens
	for i, part := range strings.Split(strings.NewReplacer("“", `"`, "”", `"`).Replace(text), `"`) {
		pieces := []string{part}
		if quoted := i%2 == 1; !quoted {
			pieces = strings.Fields(part)
		}
		for n, piece := range pieces {
			words := tokens(piece)
			words = words[:min(len(words), left)]
			if left -= len(words); len(words) == 0 {
				continue
			}
			all = append(all, sought{words, i%2 == 0 && (len(words) > 1 || n == len(pieces)-1)})
		}
	}
	return all
}

// tsquery is what somebody typed as a search of the record: see [soughtIn].
func tsquery(text, weight string) string { return tsqueryOf(soughtIn(text), weight) }

func tsqueryOf(all []sought, weight string) string {
	parts := make([]string, len(all))
	for i, s := range all {
		parts[i] = s.phrase(weight)
	}
	return strings.Join(parts, " & ")
}

// phrase writes the words for the record. Letters and digits alone are in them:
// nothing there has a meaning in a tsquery.
func (s sought) phrase(weight string) string {
	parts := make([]string, len(s.words))
	for i, w := range s.words {
		mark := weight
		if s.unfinished && i == len(s.words)-1 {
			mark += "*"
		}
		if parts[i] = "'" + w + "'"; mark != "" {
			parts[i] += ":" + mark
		}
	}
	return "(" + strings.Join(parts, " <-> ") + ")"
}
