package postgres

import (
	"context"
	"encoding/json"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// BookPage asks for lines of the book of incoming documents of a unit (sổ văn bản
// đến): what it registered itself, and what it received from above, in one series.
type BookPage struct {
	By     routing.Actor
	UnitID routing.ID
	Status routing.DocumentStatus // empty: all
	Year   int                    // 0: all
	Find   Find
	After  BookPlace
	Limit  int
}

// BookPlace is the place of a line: lists go on after it. Zero: from the beginning.
type BookPlace struct {
	Key          string // what is sorted by; empty where that is the number
	Year, Number int
}

// BookLine is one number of a book.
type BookLine struct {
	Document routing.Document
	Share    routing.Assignment // by which the unit received it; without an id: it registered it itself
	Place    BookPlace
	Arrived  time.Time // at the unit
	Due      time.Time // that the line waits for; zero: none
}

// half is one of the two halves of a book: what stands in it as a document, what as a share.
type half struct{ year, number, arrived, from, where string }

var halves = [2]half{
	{`d.book_year`, `d.number`, arrivalOfBook, `SELECT d.id, NULL::uuid AS share, d.book_year AS year, d.number AS n, ` + arrivalOfBook + ` AS arrived, `,
		` FROM documents d WHERE d.unit_id = ?unit AND ` + visible + bookNarrows +
			` AND (?year IS NULL OR d.book_year = ?year::int) AND (?from IS NULL OR ` + arrivalOfBook + ` >= ?from::timestamptz) AND (?to IS NULL OR ` + arrivalOfBook + ` < ?to::timestamptz)`},
	{`a.arrival_year`, `a.arrival_number`, `a.received_at`, `SELECT d.id, a.id, a.arrival_year, a.arrival_number, a.received_at, `,
		` FROM assignments a JOIN documents d ON d.id = a.document_id WHERE a.unit_id = ?unit AND a.arrival_number IS NOT NULL AND ` + visibleWith + bookNarrows +
			` AND (?year IS NULL OR a.arrival_year = ?year::int) AND (?from IS NULL OR a.received_at >= ?from::timestamptz) AND (?to IS NULL OR a.received_at < ?to::timestamptz)`},
}

// bookNarrows are the conditions of both halves.
const bookNarrows = ` AND ` + narrows + ` AND (?status IS NULL OR d.status = ?status) AND (?given_to IS NULL OR d.id IN (
	SELECT g.document_id FROM assignments g WHERE g.unit_id = ?given_to::uuid AND g.giver_unit_id = ?unit AND g.arrival_number IS NOT NULL
	UNION ALL SELECT g.document_id FROM assignments g WHERE g.unit_id = ?given_to::uuid AND g.giver_unit_id = ?unit AND g.closed_at IS NULL))`

// bookSort is an order of a book: what is sorted by, in each half, and how.
type bookSort struct {
	keys  [2]string
	kind  string
	order string // of all parts
	minus string // before year and number, where the key goes up and these go down
}

var bookSorts = map[Sort]bookSort{
	SortNumber:   {[2]string{`0`, `0`}, `int`, `DESC`, ``},
	SortNumberUp: {[2]string{`0`, `0`}, `int`, `ASC`, ``},
	SortArrival:  {[2]string{halves[0].arrived, halves[1].arrived}, `timestamptz`, `DESC`, ``},
	SortUrgency:  {[2]string{urgencyRank, urgencyRank}, `int`, `DESC`, ``},
	SortIssuer:   {[2]string{`d.issuer COLLATE "vi-x-icu"`, `d.issuer COLLATE "vi-x-icu"`}, `text`, `ASC`, `-`},
}

// bookOrders are the statements that find the lines of a page, by order.
var bookOrders = func() map[Sort]string {
	all := map[Sort]string{}
	for sort, by := range bookSorts {
		all[sort] = `SELECT * FROM (` + bookHalf(by, 0) + ` UNION ALL ` + bookHalf(by, 1) + `) x ORDER BY key ` + by.order + `, ` + by.minus + `year ` + by.order + `, ` + by.minus + `n ` + by.order + ` LIMIT ?limit`
	}
	return all
}()

// bookHalf makes one half of such a statement, in order up to the limit. Plain
// numbers are not sorted by a key, so that the index of the book's own order serves.
func bookHalf(by bookSort, i int) string {
	h := halves[i]
	year, number := by.minus+h.year, by.minus+h.number
	place, after := by.keys[i]+`, `+year+`, `+number, `?after_key::`+by.kind+`, `+by.minus+`?after_year::int, `+by.minus+`?after_number::int`
	order := by.keys[i] + ` ` + by.order + `, ` + year + ` ` + by.order + `, ` + number + ` ` + by.order
	if by.keys[i] == `0` {
		place, after = year+`, `+number, `?after_year::int, ?after_number::int`
		order = year + ` ` + by.order + `, ` + number + ` ` + by.order
	}
	beyond := ` > `
	if by.order == `DESC` {
		beyond = ` < `
	}
	return `(` + h.from + by.keys[i] + ` AS key` + h.where + ` AND (?after_year IS NULL OR (` + place + `)` + beyond + `(` + after + `)) ORDER BY ` + order + ` LIMIT ?limit)`
}

// bookShown is what a list shows of the lines that were found.
const bookShown = ` SELECT line.share, line.year, line.n, line.arrived, line.key::text AS key, ` + documentColumns + `,
		s.giver_unit_id, s.role, s.status AS share_status, s.due_at AS share_due_at, s.receive_due_at, s.held_at AS share_held_at, s.closed_at, s.version AS share_version,
		(SELECT max(g.due_at) FROM assignments g WHERE g.document_id = d.id AND g.giver_unit_id = d.unit_id AND g.role = 'lead' AND g.closed_at IS NULL) AS lead_due_at
	FROM line JOIN documents d ON d.id = line.id LEFT JOIN assignments s ON s.id = line.share `

// Book lists lines of a book.
func (s *Store) Book(ctx context.Context, q BookPage) ([]BookLine, error) {
	sort := q.Find.Sort
	by, known := bookSorts[sort]
	if !known {
		sort, by = SortNumber, bookSorts[SortNumber]
	}
	a, err := q.args(ctx, s)
	if err != nil {
		return nil, err
	}
	var rows []bookRow
	err = s.db.NewRaw(`WITH `+said+`line AS MATERIALIZED (`+bookOrders[sort]+`)`+bookShown+
		` ORDER BY line.key `+by.order+`, `+by.minus+`line.year `+by.order+`, `+by.minus+`line.n `+by.order, a).Scan(ctx, &rows)
	out := make([]BookLine, len(rows))
	for i, row := range rows {
		out[i] = row.line()
	}
	return out, failed("read the book", err)
}

func (q BookPage) args(ctx context.Context, s *Store) (args, error) {
	return args{"unit": q.UnitID, "status": orNull(q.Status), "year": orNull(q.Year), "limit": q.Limit, "after_key": orNull(q.After.Key),
		"after_year": orNull(q.After.Year), "after_number": orNull(q.After.Number)}.seenBy(q.By).narrowedBy(ctx, s, q.Find)
}

type bookRow struct {
	documentRow            `bun:",extend"`
	Share, GiverUnitID     routing.ID
	Year, N, ShareVersion  int
	Arrived                time.Time
	Key                    string
	Role                   routing.Role
	ShareStatus            routing.AssignmentStatus
	ShareDueAt, LeadDueAt  time.Time
	ReceiveDueAt, ClosedAt time.Time
	ShareHeldAt            time.Time
}

func (r bookRow) line() BookLine {
	l := BookLine{Document: r.document(), Place: BookPlace{r.Key, r.Year, r.N}, Arrived: utc(r.Arrived)}
	if r.Share != "" {
		l.Share = routing.Assignment{ID: r.Share, DocumentID: r.ID, GiverUnitID: r.GiverUnitID, UnitID: "", Role: r.Role, Status: r.ShareStatus, Version: r.ShareVersion,
			Due: utc(r.ShareDueAt), ReceiveDue: utc(r.ReceiveDueAt), HeldAt: utc(r.ShareHeldAt), ClosedAt: utc(r.ClosedAt)}
		l.Due = l.Share.RunningDue()
		return l
	}
	switch r.Status {
	case routing.Registered, routing.Presented:
		l.Due = l.Document.DirectDue
	case routing.Directed:
		l.Due = utc(r.LeadDueAt)
	}
	return l
}

// CountBook counts the lines of a book, Limit at most.
func (s *Store) CountBook(ctx context.Context, q BookPage) (n int, err error) {
	a, err := q.args(ctx, s)
	if err != nil {
		return 0, err
	}
	err = s.db.NewRaw(`WITH `+said+`x AS ((SELECT`+halves[0].where+` LIMIT ?limit) UNION ALL (SELECT`+halves[1].where+` LIMIT ?limit) LIMIT ?limit) SELECT count(*) FROM x`, a).Scan(ctx, &n)
	return n, failed("count the book", err)
}

// Handed is a share that was given out of a document, for a printed book.
type Handed struct {
	DocumentID routing.ID
	UnitID     routing.ID
	Position   string // title of the officer, where it is one person's
	Role       routing.Role
	Status     routing.AssignmentStatus
	SentAt     time.Time
	ReceivedAt time.Time
	ReceivedBy string // account
	DueAt      time.Time
	ReportedAt time.Time
	HeldAt     time.Time
	ClosedAt   time.Time
	ReceiveDue time.Time
}

// HandedOut are the shares that a unit gave out of some documents, in the order
// in which it named them.
func (s *Store) HandedOut(ctx context.Context, unit routing.ID, documents []routing.ID) (map[routing.ID][]Handed, error) {
	all := map[routing.ID][]Handed{}
	if len(documents) == 0 {
		return all, nil
	}
	var rows []Handed
	err := s.db.NewRaw(`SELECT a.document_id, a.unit_id, coalesce(p.title, '') AS position, a.role, a.status, a.sent_at, a.received_at, coalesce(c.username, '') AS received_by, a.due_at, a.closed_at,
			a.reported_at, a.held_at, a.receive_due_at AS receive_due
		FROM assignments a LEFT JOIN positions p ON p.id = a.position_id LEFT JOIN accounts c ON c.id = a.received_by
		WHERE a.document_id IN (?documents) AND a.giver_unit_id = ?unit AND a.status <> 'withdrawn'
		ORDER BY a.document_id, array_position('{lead,coordinate,execute,inform}'::text[], a.role), a.sent_at, a.id`,
		args{"unit": unit, "documents": bun.List(documents)}).Scan(ctx, &rows)
	for _, r := range rows {
		r.SentAt, r.ReceivedAt, r.DueAt, r.ClosedAt = utc(r.SentAt), utc(r.ReceivedAt), utc(r.DueAt), utc(r.ClosedAt)
		r.ReportedAt, r.HeldAt, r.ReceiveDue = utc(r.ReportedAt), utc(r.HeldAt), utc(r.ReceiveDue)
		all[r.DocumentID] = append(all[r.DocumentID], r)
	}
	return all, failed("list what was given out", err)
}

// Subjects are the documents, shares and decisions that some ids name, with their
// documents, as far as these exist for an actor.
func (s *Store) Subjects(ctx context.Context, by routing.Actor, ids []routing.ID) (map[routing.ID]InboxEntry, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, failed("name the subjects", err)
	}
	var rows []struct {
		Named    routing.ID
		inboxRow `bun:",extend"`
	}
	err = s.db.NewRaw(`WITH named AS (SELECT x::uuid AS id FROM jsonb_array_elements_text(?ids::jsonb) x)
		SELECT named.id AS named, d.id AS document_id, a.unit_id, a.giver_unit_id, d.subject, d.issuer, d.code_number, d.code_notation, d.urgency, d.unit_id AS book, d.book_year, d.number AS book_number
		FROM named LEFT JOIN decisions x ON x.id = named.id LEFT JOIN assignments a ON a.id = coalesce(x.assignment_id, named.id) JOIN documents d ON d.id = coalesce(a.document_id, named.id) WHERE `+visible,
		args{"ids": string(list)}.seenBy(by)).Scan(ctx, &rows)
	found := make(map[routing.ID]InboxEntry, len(rows))
	for _, r := range rows {
		found[r.Named] = r.entry()
	}
	return found, failed("name the subjects", err)
}
