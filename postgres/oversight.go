package postgres

import (
	"context"
	"slices"
	"time"

	"congvan/routing"
)

// Figure is a number of the overview, and the list behind it.
type Figure string

// The figures. Open is the sum of late, sent, working, reported, returned and
// held; silent is a part of late, what falls due a part of sent and working.
const (
	FigureOpen     Figure = "open"
	FigureLate     Figure = "late"   // quá hạn
	FigureSilent   Figure = "silent" // quá hạn mà chưa xác nhận đã nhận
	FigureAhead    Figure = "ahead"  // a deadline runs and has not passed
	FigureDueToday Figure = "due-today"
	FigureDueWeek  Figure = "due-week"
	FigureDueMonth Figure = "due-month"
	FigureSent     Figure = "sent"     // chờ xác nhận, còn trong hạn
	FigureWorking  Figure = "working"  // đang xử lý, còn trong hạn hoặc không có hạn
	FigureReported Figure = "reported" // chờ duyệt
	FigureReturned Figure = "returned" // bị chuyển trả
	FigureHeld     Figure = "held"     // tạm dừng
)

// noFigure is the place of the list behind a column of a summary.
const noFigure Figure = ""

// Figures are all of them.
var Figures = []Figure{FigureOpen, FigureLate, FigureSilent, FigureAhead, FigureDueToday, FigureDueWeek, FigureDueMonth, FigureSent, FigureWorking,
	FigureReported, FigureReturned, FigureHeld}

// Known says whether there is such a figure.
func (f Figure) Known() bool { return slices.Contains(Figures, f) }

// cellOf is routing.Assignment.Cell of an open share.
const cellOf = `CASE WHEN x.held THEN 'held' WHEN x.late_at < ?now::timestamptz THEN 'late' ELSE x.status END`

// dueBy begins the condition of what falls due and is not late in any other way.
const dueBy = `x.late_at >= ?now::timestamptz AND x.due_at >= ?now::timestamptz AND x.due_at < `

// figures are the conditions of the figures: the counts and the lists have the same.
var figures = map[Figure]string{
	FigureOpen:     `true`,
	FigureLate:     `x.late_at < ?now::timestamptz`,
	FigureSilent:   `x.late_at < ?now::timestamptz AND x.status = 'sent'`,
	FigureAhead:    `x.late_at >= ?now::timestamptz`,
	FigureDueToday: dueBy + `?today::timestamptz`,
	FigureDueWeek:  dueBy + `?week::timestamptz`,
	FigureDueMonth: dueBy + `?month::timestamptz`,
	FigureSent:     cellOf + ` = 'sent'`,
	FigureWorking:  cellOf + ` IN ('received', 'working', 'consulting')`,
	FigureReported: cellOf + ` = 'reported'`,
	FigureReturned: cellOf + ` = 'returned'`,
	FigureHeld:     `x.held`,
}

// timed are the figures of which everything has a deadline that runs.
var timed = []Figure{FigureLate, FigureSilent, FigureAhead, FigureDueToday, FigureDueWeek, FigureDueMonth}

// FigurePage asks for a page of the list behind a figure, or behind a column of the
// summary of a period.
type FigurePage struct {
	By     routing.Actor
	Scope  Scope
	Narrow Narrow
	Figure Figure
	Cell   routing.Cell // only what stands there; empty: all
	At     Horizons

	Bucket routing.Bucket // instead of a figure, with its period
	Period routing.Period

	After    routing.ID // the share that the page before ended with; empty: the first page
	AfterDue time.Time  // its FigureEntry.By; zero: it has none
	Limit    int
}

// FigureEntry is a share in the list behind a figure.
type FigureEntry struct {
	InboxEntry
	By       time.Time // the deadline that counts there; zero: none
	Finished time.Time // in a period: when its term ended; zero: it had not
}

func (q FigurePage) args() args {
	a := q.Scope.args(q.Narrow).seenBy(q.By)
	a["now"], a["today"], a["week"], a["month"] = q.At.Now, q.At.Today, q.At.Week, q.At.Month
	a["cell"], a["after"], a["after_due"], a["limit"] = orNull(q.Cell), orNull(q.After), timeOrNull(q.AfterDue), q.Limit
	a["bucket"], a["from"], a["at"] = q.Bucket, q.Period.From, q.Period.Reckoned(q.At.Now)
	return a
}

// seenShare says that the document of an entry x exists for the actor; it is looked
// up only where neither its book nor the holder says it.
const seenShare = `(x.book_id = ANY (?sight_books::uuid[]) OR x.unit_id = ANY (?sight_shares::uuid[]) OR EXISTS (SELECT FROM documents d WHERE d.id = x.document_id AND ` + visible + ` OFFSET 0))`

// ofHolder is the scope where one unit is asked for, whose shares an index has.
const ofHolder = `x.unit_id = ?holder::uuid AND ` + inScope

// figurePage finds the ids of a page behind a figure, what is late longest first,
// what no deadline runs for last. Each part walks an index from where the page
// begins, those of each scope apart.
func figurePage(f Figure, scopes ...string) string {
	text := ``
	for i, scope := range scopes {
		part := `(SELECT x.assignment_id, x.late_at AS by, NULL::timestamptz AS finished FROM open_assignments x WHERE ` + scope + ` AND ` + narrowedTo + ` AND ` + figures[f] + `
			AND (?cell::text IS NULL OR ` + cellOf + ` = ?cell::text) AND ` + seenShare
		if i > 0 {
			text += ` UNION ALL `
		}
		text += part + ` AND x.late_at IS NOT NULL AND (?after::uuid IS NULL OR (x.late_at, x.assignment_id) > (?after_due::timestamptz, ?after::uuid)) ORDER BY x.late_at, x.assignment_id LIMIT ?limit::int)`
		if !slices.Contains(timed, f) {
			text += ` UNION ALL ` + part + ` AND x.late_at IS NULL AND (?after::uuid IS NULL OR ?after_due::timestamptz IS NOT NULL OR x.assignment_id > ?after::uuid) ORDER BY x.assignment_id LIMIT ?limit::int)`
		}
	}
	return `SELECT * FROM (` + text + `) parts ORDER BY by, assignment_id LIMIT ?limit::int`
}

// bucketPage finds the ids of a page behind a column of a summary, or behind its
// total, by due date.
const bucketPage = `SELECT x.assignment_id, x.due_at AS by, x.until AS finished FROM ` + termsTold + ` CROSS JOIN LATERAL (SELECT ` + bucketed + ` AS bucket) b
	WHERE ` + ofPosition + ` AND ` + narrowedTo + ` AND b.bucket IS NOT NULL AND (?bucket = 'all' OR b.bucket = ?bucket::text) AND ` + seenShare + `
	AND (?after::uuid IS NULL OR CASE WHEN ?after_due::timestamptz IS NULL THEN x.due_at IS NULL AND x.assignment_id > ?after::uuid
		ELSE x.due_at IS NULL OR (x.due_at, x.assignment_id) > (?after_due::timestamptz, ?after::uuid) END)
	ORDER BY x.due_at, x.assignment_id LIMIT ?limit::int`

// figureLists are the statements of the lists. Of all in a scope, what is given at
// all decides which index to walk, so each is planned anew; of one unit there is one
// way, planned once.
var figureLists, unitFigureLists = func() (map[Figure]string, map[Figure]*statement) {
	whole := func(page string) string {
		return `WITH page AS MATERIALIZED (` + page + `)
		SELECT ` + assignmentColumns + `, d.subject, d.issuer, d.code_number, d.code_notation, d.urgency, d.type_name, d.unit_id AS book, d.book_year, d.number AS book_number,
			coalesce(to_char(d.issued_on, 'YYYY-MM-DD'), '') AS issued_on, ` + arrivalOfBook + ` AS arrived_at, '' AS key, d.held_at AS document_held_at, page.by, page.finished
		FROM page JOIN assignments a ON a.id = page.assignment_id JOIN documents d ON d.id = a.document_id ORDER BY page.by, page.assignment_id`
	}
	all, ofOne := map[Figure]string{noFigure: whole(bucketPage)}, map[Figure]*statement{}
	for _, f := range Figures {
		all[f] = whole(figurePage(f, ofBooks, ofHeld, ofGiven))
		ofOne[f] = prepared(whole(figurePage(f, ofHolder)))
	}
	return all, ofOne
}()

// FigureList lists the shares behind a figure. Of a period that has not begun there
// are none.
func (s *Store) FigureList(ctx context.Context, q FigurePage) ([]FigureEntry, error) {
	var rows []struct {
		inboxRow       `bun:",extend"`
		DocumentHeldAt time.Time
		By, Finished   time.Time
	}
	var err error
	switch {
	case q.Bucket != "":
		err = s.db.NewRaw(figureLists[noFigure], q.args()).Scan(ctx, &rows)
	case q.Narrow.Unit != "":
		err = s.ask(ctx, nil, unitFigureLists[q.Figure], q.args(), &rows)
	default:
		err = s.db.NewRaw(figureLists[q.Figure], q.args()).Scan(ctx, &rows)
	}
	out := make([]FigureEntry, len(rows))
	for i, r := range rows {
		out[i] = FigureEntry{InboxEntry: r.entry(), By: utc(r.By), Finished: utc(r.Finished)}
		if a := &out[i].Assignment; a.Open() && !a.Held() { // the clocks of all shares stand still with those of the document
			a.HeldAt = utc(r.DocumentHeldAt)
		}
	}
	return out, failed("list what is behind a figure", err)
}

// ManyPlace is the place of a document in the list of those given to many.
type ManyPlace struct {
	SentAt time.Time
	ID     routing.ID
}

// givenToMany are the newest documents with something open and at least ?many
// recipients in the scope: those outside it nobody learns of by their number.
var givenToMany = prepared(`SELECT o.document_id AS id, o.sent_at FROM (
		SELECT x.document_id, max(x.sent_at) AS sent_at, bool_or(x.book_id = ANY (?books::uuid[])) AS whole FROM open_assignments x WHERE ` + inScope + ` GROUP BY x.document_id) o
	WHERE (?after::uuid IS NULL OR (o.sent_at, o.document_id) < (?after_sent::timestamptz, ?after::uuid))
	  AND (SELECT count(*) FROM (SELECT FROM assignments a WHERE a.document_id = o.document_id
		AND (o.whole OR a.unit_id = ?scope_unit::uuid OR a.giver_unit_id = ?scope_unit::uuid) LIMIT ?many::int) m) >= ?many::int
	ORDER BY o.sent_at DESC, o.document_id DESC LIMIT ?limit::int`)

// GivenToMany lists the documents at work in a scope that have many recipients, the
// one given last first, with their places.
func (s *Store) GivenToMany(ctx context.Context, scope Scope, many int, after ManyPlace, limit int) ([]ManyPlace, []routing.Document, error) {
	var places []ManyPlace
	a := scope.args(Narrow{})
	a["many"], a["after"], a["after_sent"], a["limit"] = many, orNull(after.ID), timeOrNull(after.SentAt), limit
	if err := s.ask(ctx, nil, givenToMany, a, &places); err != nil || len(places) == 0 {
		return nil, nil, failed("find what many have", err)
	}
	ids := make([]routing.ID, len(places))
	for i := range places {
		places[i].SentAt, ids[i] = utc(places[i].SentAt), places[i].ID
	}
	var rows []documentRow
	err := s.db.NewRaw(`SELECT `+documentColumns+` FROM documents d WHERE d.id = ANY (?ids::uuid[]) ORDER BY array_position(?ids::uuid[], d.id)`, args{"ids": array(ids)}).Scan(ctx, &rows)
	return places, documents(rows), failed("find what many have", err)
}

// Portfolio is a leader of the organ at the top, with the fields that are his.
type Portfolio struct {
	ID     routing.ID
	Title  string
	Office routing.Office
	Fields []string `bun:",array"`
}

// Portfolios lists the chairman and the deputies of the organ at the top on a day,
// the chairman first.
func (s *Store) Portfolios(ctx context.Context, day string) ([]Portfolio, error) {
	var rows []Portfolio
	err := s.db.NewRaw(`SELECT p.id, p.title, p.office, p.fields FROM positions p
		JOIN unit_versions v ON v.unit_id = p.unit_id AND v.parent_id IS NULL AND v.valid_from <= ?0 AND (v.valid_to IS NULL OR v.valid_to > ?0)
		WHERE p.office IN ('chairman', 'deputy') AND p.valid_from <= ?0 AND (p.valid_to IS NULL OR p.valid_to > ?0) ORDER BY p.office, p.code`, day).Scan(ctx, &rows)
	return rows, failed("list who looks after what", err)
}
