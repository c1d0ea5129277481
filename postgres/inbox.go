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
	AfterDue   time.Time // of the last entry of the page before; zero: the first page
	After      routing.ID
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
}

// Inbox lists assignments by due date, those without one last.
func (s *Store) Inbox(ctx context.Context, q Inbox) ([]InboxEntry, error) {
	var rows []struct {
		assignmentRow `bun:",extend"`
		Subject       string
		Issuer        string
		CodeNumber    string
		CodeNotation  string
		Urgency       routing.Urgency
	}
	err := s.db.NewRaw(`SELECT `+assignmentColumns+`, d.subject, d.issuer, d.code_number, d.code_notation, d.urgency
		FROM assignments a JOIN documents d ON d.id = a.document_id
		WHERE `+inboxFilters[q.View]+` AND `+visible+` AND (?position IS NULL OR a.position_id = ?position::uuid)
		  AND (?after IS NULL OR (coalesce(a.due_at, 'infinity'), a.id) > (coalesce(?after_due, 'infinity'::timestamptz), ?after::uuid))
		ORDER BY coalesce(a.due_at, 'infinity'), a.id LIMIT ?limit`,
		args{"unit": q.UnitID, "position": orNull(q.PositionID), "now": q.Now, "soon": q.Now.Add(SoonWithin), "after": orNull(q.After),
			"after_due": timeOrNull(q.AfterDue), "limit": q.Limit}.seenBy(q.By)).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("read inbox", err)
	}
	out := make([]InboxEntry, len(rows))
	for i, row := range rows {
		out[i].Assignment = row.assignment()
		out[i].Document = routing.Document{ID: row.DocumentID, Registration: routing.Registration{
			Subject: row.Subject, Issuer: row.Issuer, CodeNumber: row.CodeNumber, CodeNotation: row.CodeNotation, Urgency: row.Urgency}}
	}
	return out, nil
}

// Waits are how many things wait for somebody, by the list that shows them.
type Waits struct {
	Inbox     map[InboxView]int
	Unopened  int // registered, chờ trình
	Undecided int // presented, chờ cho ý kiến
	Decisions int // asked of the unit, chờ quyết định
}

// Waits counts what waits for a unit, or for one officer of it, in one statement.
// Each number is that of the list of the same name.
func (s *Store) Waits(ctx context.Context, q Inbox) (Waits, error) {
	var rows []struct {
		View  InboxView
		Count int
	}
	counts := ""
	for _, view := range slices.Sorted(maps.Keys(inboxFilters)) { // one text for all, so that it is planned once
		counts += `SELECT '` + string(view) + `' AS view, count(*) AS count FROM assignments a JOIN documents d ON d.id = a.document_id
			WHERE ` + inboxFilters[view] + ` AND ` + visible + ` AND (?position IS NULL OR a.position_id = ?position::uuid) UNION ALL `
	}
	err := s.db.NewRaw(counts+`
		SELECT d.status, count(*) FROM documents d WHERE d.unit_id = ?unit AND d.status IN ('registered', 'presented') AND `+visible+` GROUP BY d.status
		UNION ALL SELECT 'decisions', count(*) FROM decisions x JOIN assignments a ON a.id = x.assignment_id JOIN documents d ON d.id = x.document_id
			WHERE x.owner_unit_id = ?unit AND `+awaited,
		args{"unit": q.UnitID, "position": orNull(q.PositionID), "now": q.Now, "soon": q.Now.Add(SoonWithin)}.seenBy(q.By)).Scan(ctx, &rows)
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
