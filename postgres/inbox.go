package postgres

import (
	"context"
	"maps"
	"slices"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// Inbox asks for a page of what a unit, or one officer, holds.
type Inbox struct {
	By         routing.Actor // who asks
	UnitID     routing.ID
	PositionID routing.ID // only this officer's own shares; empty: those of the unit
	View       InboxView
	Now        time.Time
	Find       Find
	AfterDue   time.Time  // of the last entry of the page before, in the order of due dates
	AfterKey   string     // what it is sorted by in any other order: see InboxEntry.Key
	After      routing.ID // its id; empty: the first page
	Limit      int
}

// InboxView chooses what an inbox shows.
type InboxView string

// The views of an inbox.
const (
	ViewOpen    InboxView = "open"    // everything that is not finished
	ViewSent    InboxView = "sent"    // chờ xác nhận, chờ vào sổ
	ViewAssign  InboxView = "assign"  // đã nhận, chờ phân công
	ViewWorking InboxView = "working" // đã nhận, đang xử lý
	ViewSoon    InboxView = "soon"    // sắp đến hạn: within SoonWithin
	ViewOverdue InboxView = "overdue" // quá hạn

	ViewUnconfirmed InboxView = "unconfirmed" // chờ nơi nhận xác nhận: what the unit gave
	ViewReturned    InboxView = "returned"    // bị chuyển trả: what the unit gave
	ViewJudge       InboxView = "judge"       // chờ duyệt: reports on what the unit gave

	ViewGivenWorking InboxView = "given-working" // đang xử lý: what the unit gave
	ViewGivenSoon    InboxView = "given-soon"    // sắp đến hạn: what the unit gave
	ViewGivenOverdue InboxView = "given-overdue" // quá hạn: what the unit gave
)

// SoonWithin is how long before its deadline something counts as due soon.
const SoonWithin = 24 * time.Hour

// inboxFilters are the conditions of the views. Those of what a unit holds walk
// assignments_open, those of what it gave assignments_given_open.
var inboxFilters = map[InboxView]string{
	ViewOpen:    `a.unit_id = ?unit AND a.closed_at IS NULL`,
	ViewSent:    `a.unit_id = ?unit AND a.closed_at IS NULL AND a.status = 'sent'`,
	ViewWorking: `a.unit_id = ?unit AND a.closed_at IS NULL AND a.status IN ('received', 'working', 'consulting')`,
	ViewAssign:  `a.unit_id = ?unit AND a.closed_at IS NULL AND a.status = 'received' AND a.position_id IS NULL AND a.role IN ('lead', 'execute')`,
	ViewSoon:    `a.unit_id = ?unit AND a.closed_at IS NULL AND ` + dueSoon,
	ViewOverdue: `a.unit_id = ?unit AND a.closed_at IS NULL AND ` + overdue,

	ViewUnconfirmed: `a.giver_unit_id = ?unit AND a.status = 'sent' AND a.closed_at IS NULL`,
	ViewReturned:    `a.giver_unit_id = ?unit AND a.status = 'returned' AND a.closed_at IS NULL`,
	ViewJudge:       `a.giver_unit_id = ?unit AND a.status = 'reported'`,

	ViewGivenWorking: `a.giver_unit_id = ?unit AND a.closed_at IS NULL AND a.status IN ('received', 'working', 'consulting')`,
	ViewGivenSoon:    `a.giver_unit_id = ?unit AND a.closed_at IS NULL AND ` + dueSoon,
	ViewGivenOverdue: `a.giver_unit_id = ?unit AND a.closed_at IS NULL AND ` + overdue,
}

// Known says whether there is such a view.
func (v InboxView) Known() bool { return inboxFilters[v] != "" }

// dueSoon says that the work has to be reported within SoonWithin.
const dueSoon = `a.held_at IS NULL AND a.status IN ('sent', 'received', 'working', 'consulting') AND a.due_at BETWEEN ?now AND ?soon`

// overdue is routing.Assignment.Cell's late as a condition.
const overdue = `(a.held_at IS NULL AND a.document_id NOT IN (SELECT h.id FROM documents h WHERE h.held_at IS NOT NULL) AND ` + runningLate + `)`

// runningLate says that the deadline that runs for the holder has passed.
const runningLate = `(a.status IN ('received', 'working', 'consulting') AND a.role IN ('lead', 'execute') AND a.due_at < ?now OR a.status = 'sent' AND a.receive_due_at < ?now)`

// InboxEntry is an assignment with what a list shows of its document.
type InboxEntry struct {
	routing.Assignment
	Document routing.Document
	Key      string // what it is sorted by, where that is not its due date
}

type inboxRow struct {
	assignmentRow `bun:",extend"`
	Subject       string
	Issuer        string
	CodeNumber    string
	CodeNotation  string
	Urgency       routing.Urgency
	TypeName      string
	Book          routing.ID
	BookYear      int
	BookNumber    int
	IssuedOn      string
	ArrivedAt     time.Time
	Key           string
}

func (r inboxRow) entry() InboxEntry {
	return InboxEntry{Assignment: r.assignment(), Key: r.Key, Document: routing.Document{
		ID: r.DocumentID, UnitID: r.Book, BookYear: r.BookYear, Number: r.BookNumber, Registration: routing.Registration{
			Subject: r.Subject, Issuer: r.Issuer, CodeNumber: r.CodeNumber, CodeNotation: r.CodeNotation, Urgency: r.Urgency, TypeName: r.TypeName,
			Field: r.Field, IssuedOn: r.IssuedOn, ArrivedAt: utc(r.ArrivedAt)}}}
}

// inboxJoin is where the shares of a list and their documents come from.
// countJoin is the same for counting up to a limit: each document is looked up,
// where the planner would rather read all documents once.
const (
	inboxJoin = ` FROM assignments a JOIN documents d ON d.id = a.document_id WHERE `
	countJoin = ` FROM assignments a JOIN LATERAL (SELECT * FROM documents x WHERE x.id = a.document_id OFFSET 0) d ON true WHERE `
)

// inboxNarrows are the conditions of a list up to that of its view.
const inboxNarrows = visibleWith + ` AND ` + narrows + `
	AND (?position IS NULL OR a.position_id = ?position::uuid) AND (?role IS NULL OR a.role = ?role) AND (?given_to IS NULL OR a.unit_id = ?given_to::uuid)
	AND (?from IS NULL OR a.sent_at >= ?from::timestamptz) AND (?to IS NULL OR a.sent_at < ?to::timestamptz) AND `

// inboxOrders are the orders of an inbox but for that of due dates: what is sorted
// by, and how. The id decides between equals.
var inboxOrders = map[Sort]struct{ key, kind, order string }{
	SortNumber:   {`to_char(d.book_year, 'FM0000') || to_char(d.number, 'FM0000000')`, `text`, `DESC`},
	SortNumberUp: {`to_char(d.book_year, 'FM0000') || to_char(d.number, 'FM0000000')`, `text`, `ASC`},
	SortArrival:  {`a.sent_at`, `timestamptz`, `DESC`},
	SortUrgency:  {urgencyRank, `int`, `DESC`},
	SortIssuer:   {`d.issuer COLLATE "vi-x-icu"`, `text`, `ASC`},
}

// inboxPage finds the ids of a page. By due date, those without one come last; each
// half walks the index of the view from where the page begins.
func inboxPage(view InboxView, sort Sort) string {
	if by, ok := inboxOrders[sort]; ok {
		beyond := `>`
		if by.order == `DESC` {
			beyond = `<`
		}
		return `SELECT a.id, a.due_at, ` + by.key + ` AS key` + inboxJoin + inboxNarrows + inboxFilters[view] + `
			AND (?after IS NULL OR (` + by.key + `, a.id) ` + beyond + ` (?after_key::` + by.kind + `, ?after::uuid))
			ORDER BY ` + by.key + ` ` + by.order + `, a.id ` + by.order + ` LIMIT ?limit`
	}
	half := `(SELECT a.id, a.due_at, '' AS key` + inboxJoin + inboxNarrows + inboxFilters[view]
	return half + ` AND a.due_at IS NOT NULL AND (?after IS NULL OR (a.due_at, a.id) > (?after_due::timestamptz, ?after::uuid)) ORDER BY a.due_at, a.id LIMIT ?limit)
		UNION ALL ` + half + ` AND a.due_at IS NULL AND (?after IS NULL OR ?after_due IS NOT NULL OR a.id > ?after::uuid) ORDER BY a.id LIMIT ?limit)
		ORDER BY due_at, id LIMIT ?limit`
}

// Inbox lists assignments, by due date unless another order is asked for; those
// without a due date come last then.
func (s *Store) Inbox(ctx context.Context, q Inbox) ([]InboxEntry, error) {
	var rows []inboxRow
	order := `a.due_at, a.id`
	if by, ok := inboxOrders[q.Find.Sort]; ok {
		order = `page.key ` + by.order + `, a.id ` + by.order
	}
	a, err := q.args(ctx, s)
	if err != nil {
		return nil, err
	}
	err = s.db.NewRaw(`WITH `+said+`page AS MATERIALIZED (`+inboxPage(q.View, q.Find.Sort)+`)
		SELECT `+assignmentColumns+`, d.subject, d.issuer, d.code_number, d.code_notation, d.urgency, d.type_name, d.unit_id AS book, d.book_year, d.number AS book_number,
			coalesce(to_char(d.issued_on, 'YYYY-MM-DD'), '') AS issued_on, `+arrivalOfBook+` AS arrived_at, page.key::text AS key
		FROM page JOIN assignments a ON a.id = page.id JOIN documents d ON d.id = a.document_id ORDER BY `+order, a).Scan(ctx, &rows)
	out := make([]InboxEntry, len(rows))
	for i, row := range rows {
		out[i] = row.entry()
	}
	return out, failed("read inbox", err)
}

func (q Inbox) args(ctx context.Context, s *Store) (args, error) {
	return args{"unit": q.UnitID, "position": orNull(q.PositionID), "now": q.Now, "soon": q.Now.Add(SoonWithin), "after": orNull(q.After),
		"after_due": timeOrNull(q.AfterDue), "after_key": orNull(q.AfterKey), "limit": q.Limit}.seenBy(q.By).narrowedBy(ctx, s, q.Find)
}

// CountInbox counts the shares of a list, Limit at most.
func (s *Store) CountInbox(ctx context.Context, q Inbox) (n int, err error) {
	a, err := q.args(ctx, s)
	if err != nil {
		return 0, err
	}
	join := countJoin
	if a["rare"] != nil {
		join = inboxJoin
	}
	err = s.db.NewRaw(`WITH `+said+`x AS (SELECT`+join+inboxNarrows+inboxFilters[q.View]+` LIMIT ?limit) SELECT count(*) FROM x`, a).Scan(ctx, &n)
	return n, failed("count inbox", err)
}

// WaitsLimit is how far is counted what waits: what is more is WaitsLimit+1.
const WaitsLimit = 1000

// Waits are how many things wait for somebody, by the list that shows them.
type Waits struct {
	Inbox     map[InboxView]int
	Unopened  int // registered, chờ trình
	Undecided int // presented, chờ cho ý kiến
	Decisions int // asked of the unit, chờ quyết định
}

// waitsAsked counts every view of an inbox, and what waits beside them.
var waitsAsked = func() *statement {
	text := ""
	for _, view := range slices.Sorted(maps.Keys(inboxFilters)) {
		text += `SELECT '` + string(view) + `' AS view, count(*) AS count FROM (SELECT FROM assignments a WHERE ` + inboxFilters[view] + ` AND ` + visibleShare + `
			AND (?position::uuid IS NULL OR a.position_id = ?position::uuid) LIMIT ?most::int) x UNION ALL `
	}
	return prepared(text + `
		SELECT d.status, count(*) FROM documents d WHERE d.unit_id = ?unit::uuid AND d.status IN ('registered', 'presented') AND ` + visible + ` GROUP BY d.status
		UNION ALL SELECT 'decisions', count(*) FROM decisions x JOIN assignments a ON a.id = x.assignment_id JOIN documents d ON d.id = x.document_id
			WHERE x.owner_unit_id = ?unit::uuid AND ` + awaited)
}()

// Waits counts what waits for a unit, or for one officer of it, in one statement.
// Each number is that of the list of the same name, up to WaitsLimit.
func (s *Store) Waits(ctx context.Context, q Inbox) (Waits, error) {
	var rows []struct {
		View  InboxView
		Count int
	}
	err := s.ask(ctx, nil, waitsAsked, args{"unit": q.UnitID, "position": orNull(q.PositionID), "now": q.Now, "soon": q.Now.Add(SoonWithin),
		"most": WaitsLimit + 1}.seenBy(q.By), &rows)
	w := Waits{Inbox: map[InboxView]int{}}
	for _, r := range rows {
		switch r.View {
		case "registered":
			w.Unopened = r.Count
		case "presented":
			w.Undecided = r.Count
		case "decisions":
			w.Decisions = r.Count
		default:
			w.Inbox[r.View] = r.Count
		}
	}
	return w, failed("count what waits", err)
}

// lookedAt is how many shares are looked at to find the documents that are due
// first: a document has some twenty.
const lookedAt = 500

// DueFirst lists the documents out of whose shares a unit gave the one that is due
// first, limit at most.
func (s *Store) DueFirst(ctx context.Context, q Inbox) ([]routing.Document, error) {
	var rows []documentRow
	err := s.db.NewRaw(`SELECT `+documentColumns+` FROM documents d JOIN (
			SELECT x.document_id, min(x.due_at) AS due FROM (
				SELECT a.document_id, a.due_at FROM assignments a WHERE a.giver_unit_id = ?unit AND a.closed_at IS NULL
				ORDER BY a.due_at, a.id LIMIT ?looked) x
			GROUP BY x.document_id) first ON first.document_id = d.id
		WHERE `+visible+` ORDER BY first.due, d.id LIMIT ?limit`,
		args{"unit": q.UnitID, "looked": lookedAt, "limit": q.Limit}.seenBy(q.By)).Scan(ctx, &rows)
	return documents(rows), failed("find what is due first", err)
}

// SharesOf lists the shares of several documents, parents before children.
func (s *Store) SharesOf(ctx context.Context, documents []routing.ID) ([]routing.Assignment, error) {
	if len(documents) == 0 {
		return nil, nil
	}
	var rows []assignmentRow
	err := s.db.NewRaw(`SELECT `+assignmentColumns+` FROM assignments a WHERE a.document_id IN (?) ORDER BY a.sent_at, a.id`, bun.List(documents)).Scan(ctx, &rows)
	return assignments(rows), failed("list shares", err)
}
