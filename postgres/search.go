package postgres

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// Search asks for the documents in which words stand, or about which they were
// said, as far as an actor may see the one and read the other.
type Search struct {
	By      routing.Actor
	Text    string // as typed: see [Find]
	Now     time.Time
	Narrow  SearchNarrow
	After   routing.ID // SearchPage.Next of the page before; empty: the first page
	Limit   int
	Faceted bool // count the hits by what they can be narrowed to
}

// SearchNarrow leaves of the hits those of one kind. What is zero narrows nothing.
type SearchNarrow struct {
	TypeName string
	Field    string
	Issuer   string // as it is written
	Year     int    // of the book
	Urgency  routing.Urgency
	Status   routing.DocumentStatus
	Unit     routing.ID // that leads the work (chủ trì)
}

// SearchPage is a page of what was found, the newest registered first.
type SearchPage struct {
	Hits []SearchHit
	// Next is where the next page goes on; empty: there is none. Partial: nobody knows
	// whether there is more, for the search ended before the oldest document.
	Next    routing.ID
	Partial bool
	// Counted are how many hits the facets are counted over. Capped: there are more
	// than these, or may be, among the documents that were not looked at.
	Counted int
	Capped  bool
	Facets  map[FacetName][]Facet
}

// SearchHit is a document that was found, with where: in itself, in a file, in an
// opinion, or by the number it has in a book.
type SearchHit struct {
	Document routing.Document
	Numbered bool
	Itself   bool
	Subject  []Piece // with what was found marked
	Issuer   []Piece
	Code     []Piece
	File     *FoundFile
	Said     *FoundWords
}

// FoundFile is a file in which the words stand.
type FoundFile struct {
	SHA256 []byte
	Name   string
	Words  []Piece // around what was found; none: it stands further back than is looked
}

// FoundWords are words that were said about a document.
type FoundWords struct {
	Kind   routing.Act // of the event; routing.ActDirect of a direction
	UnitID routing.ID  // of who said it; empty: the program passed it on
	At     time.Time
	Words  []Piece
}

// FacetName says what hits are counted by.
type FacetName string

// The facets.
const (
	FacetType    FacetName = "type"
	FacetField   FacetName = "field"
	FacetIssuer  FacetName = "issuer"
	FacetYear    FacetName = "year"
	FacetUrgency FacetName = "urgency"
	FacetStatus  FacetName = "status"
	FacetUnit    FacetName = "unit" // in charge
)

// Facet is a value that hits can be narrowed to.
type Facet struct {
	Value string
	Count int
}

// How far a search looks.
const (
	// SearchCounted is over how many hits facets are counted.
	SearchCounted = 1000
	// looked is how many of the newest documents are looked at one by one before the
	// index of the words is asked for all at once.
	looked = 2000
	// lookedMore is how many are where neither these nor the index are enough.
	lookedMore = 20_000
	// fewest is in how many documents, files and opinions a word may stand whose
	// index is asked first, bulk how many of each are looked at that the index names.
	fewest = 5000
	bulk   = 20_000
	// fewBooks is how many books one may see who sees little of what there is.
	fewBooks = 3
	// leafed is how many characters of a file are looked through for a snippet.
	leafed = 1 << 16
	// yearsOfBooks is how far back a number is looked for in the books.
	yearsOfBooks = 20
)

// Search finds documents. Words that many documents have are found among the newest
// ones; what is not found there often enough is found by the index of the words,
// which is quick where they are rare.
func (s *Store) Search(ctx context.Context, q Search) (p SearchPage, err error) {
	words, n, year := soughtAs(q.Text)
	if len(words) == 0 {
		return p, nil
	}
	sight, most := q.By.Sight(), q.Limit+1
	if q.Faceted {
		most = max(most, SearchCounted+1)
	}
	a := args{"text": tsqueryOf(words, ""), "after": orNull(q.After), "most": most, "number": orNull(n), "years": array(yearsOf(year, q.Now)),
		"type": orNull(q.Narrow.TypeName), "field": orNull(q.Narrow.Field), "issuer": orNull(q.Narrow.Issuer), "year": orNull(q.Narrow.Year), "urgency": orNull(q.Narrow.Urgency),
		"status": orNull(q.Narrow.Status), "lead": orNull(q.Narrow.Unit), "wholes": array(sight.Wholes), "own": q.By.UnitID, "leafed": leafed}.seenBy(q.By)
	f, err := s.find(ctx, sight, words, a, q.Limit)
	if err != nil {
		return p, err
	}
	page := f.ids[:min(len(f.ids), q.Limit)]
	if p.Next = f.last; len(f.ids) > len(page) {
		p.Next = page[len(page)-1]
	}
	p.Partial = f.last != "" && len(f.ids) == len(page)
	if p.Hits, err = s.hits(ctx, a, page, words); err != nil || !q.Faceted {
		return p, err
	}
	p.Counted, p.Capped = min(len(f.ids), SearchCounted), f.partial || len(f.ids) > SearchCounted
	p.Facets, err = s.facets(ctx, a, f.ids[:p.Counted])
	return p, err
}

// found is what a search found: ids, the newest first.
type found struct {
	ids     []routing.ID
	partial bool       // it ended before the oldest document, or at the most that was wanted
	last    routing.ID // the oldest document that was looked at, where that is why
}

// find looks for words. Those that are rare the index finds at once. Those that are
// not stand among the newest documents often enough, for nearly everybody; where they
// do not, the index is asked whether they seldom stand together, and if not that
// either, the search goes on for a while and says how far it came.
func (s *Store) find(ctx context.Context, sight routing.Sight, words []sought, a args, limit int) (f found, err error) {
	few, err := s.few(ctx, words)
	if err != nil {
		return f, err
	}
	whole := false
	if few {
		if f, whole, err = s.byWords(ctx, a); whole || err != nil {
			return f, err
		}
	}
	if f, err = s.amongNewest(ctx, sight, a, looked); err != nil || f.last == "" || len(f.ids) > limit {
		return f, err
	}
	if !few {
		if indexed, whole, err := s.byWords(ctx, a); whole || err != nil {
			return indexed, err
		}
	}
	return s.amongNewest(ctx, sight, a, lookedMore)
}

// amongNewest looks at the newest documents, one by one: of who sees few, at his own.
func (s *Store) amongNewest(ctx context.Context, sight routing.Sight, a args, most int) (f found, err error) {
	newest := newestOfUnits
	if len(sight.Books) > fewBooks {
		newest = newestOfAll
	}
	var row struct {
		Looked int
		Last   routing.ID
		Ids    json.RawMessage
	}
	a["looked"] = most
	if err = s.db.NewRaw(`WITH `+numbered+newest+amongNewest, a).Scan(ctx, &row); err == nil {
		err = json.Unmarshal(row.Ids, &f.ids)
	}
	if f.partial = row.Looked == most; f.partial {
		f.last = row.Last
	}
	return f, failed("search the newest", err)
}

// byWords asks the indexes of the words; whole is false if these stand in so many
// places that they were not all looked at.
func (s *Store) byWords(ctx context.Context, a args) (f found, whole bool, err error) {
	var row struct {
		Stands int
		Ids    json.RawMessage
	}
	a["bulk"] = bulk
	err = s.inTx(ctx, func(tx bun.Tx) error {
		// Where the planner expects many it would rather read a whole table.
		if _, err := tx.NewRaw(`SET LOCAL enable_seqscan = off`).Exec(ctx); err != nil {
			return err
		}
		if err := tx.NewRaw(`WITH `+numbered+byWords, a).Scan(ctx, &row); err != nil {
			return err
		}
		return json.Unmarshal(row.Ids, &f.ids)
	})
	return f, row.Stands < bulk, err
}

// few says whether one of the words that are all searched for is rare.
func (s *Store) few(ctx context.Context, all []sought) (bool, error) {
	var words []string
	var open []bool
	for _, x := range all {
		for i, w := range x.words {
			words, open = append(words, w), append(open, x.unfinished && i == len(x.words)-1)
		}
	}
	var n int
	err := s.db.NewRaw(usual, args{"words": array(words), "open": array(open)}).Scan(ctx, &n)
	return n <= fewest, failed("weigh the words", err)
}

// hits are the documents of a page with where the words stand.
func (s *Store) hits(ctx context.Context, a args, ids []routing.ID, words []sought) ([]SearchHit, error) {
	var rows []struct {
		documentRow              `bun:",extend"`
		Numbered, Itself         bool
		FileSum                  []byte
		FileName, FileText, Said string
		SaidKind                 routing.Act
		SaidUnit                 routing.ID
		SaidAt                   time.Time
	}
	a["ids"] = array(ids)
	if err := s.db.NewRaw(`WITH `+numbered+shown, a).Scan(ctx, &rows); err != nil {
		return nil, failed("show what was found", err)
	}
	out := make([]SearchHit, len(rows))
	for i, r := range rows {
		h := SearchHit{Document: r.document(), Numbered: r.Numbered, Itself: r.Itself, Subject: whole(r.Subject, words), Issuer: whole(r.Issuer, words), Code: whole(codeOf(r.documentRow), words)}
		if r.FileName != "" {
			h.File = &FoundFile{SHA256: r.FileSum, Name: r.FileName, Words: around(r.FileText, words)}
		}
		if r.Said != "" {
			h.Said = &FoundWords{Kind: r.SaidKind, UnitID: r.SaidUnit, At: utc(r.SaidAt), Words: around(r.Said, words)}
		}
		out[i] = h
	}
	return out, nil
}

func codeOf(r documentRow) string {
	if r.CodeNumber == "" || r.CodeNotation == "" {
		return r.CodeNumber + r.CodeNotation
	}
	return r.CodeNumber + "/" + r.CodeNotation
}

// facets count hits by what they can be narrowed to, the most first.
func (s *Store) facets(ctx context.Context, a args, ids []routing.ID) (map[FacetName][]Facet, error) {
	a["ids"] = array(ids)
	var rows []struct {
		Name FacetName
		Facet
	}
	err := s.db.NewRaw(counted, a).Scan(ctx, &rows)
	all := map[FacetName][]Facet{}
	for _, r := range rows {
		all[r.Name] = append(all[r.Name], r.Facet)
	}
	return all, failed("count what was found", err)
}

// soughtAs reads what somebody typed, and whether it is a number of a book:
// "4427", "số 12/2026", "số đến 12". 0: it is none; of any year.
func soughtAs(text string) (words []sought, number, year int) {
	words = soughtIn(text)
	if last := len(words) - 1; last > 0 && words[last].words[0][0] <= '9' && !slices.ContainsFunc(words[:last], func(w sought) bool { return !w.is("so") && !w.is("den") }) {
		words = words[last:]
	}
	if len(words) != 1 || len(words[0].words) > 2 {
		return words, 0, 0
	}
	parts := words[0].words
	number = numeral(parts[0], 7)
	if number > 0 && len(parts) == 2 {
		if year = numeral(parts[1], 4); year < 1900 {
			return words, 0, 0
		}
	}
	return words, number, year
}

// numeral is a word that is a number of a few digits; otherwise 0.
func numeral(word string, digits int) int {
	n, err := strconv.Atoi(word)
	if err != nil || n < 0 || len(word) > digits {
		return 0
	}
	return n
}

func yearsOf(year int, now time.Time) (years []int) {
	if year > 0 {
		return []int{year}
	}
	for y := range yearsOfBooks {
		years = append(years, now.Year()+1-y)
	}
	return years
}
