package postgres

import (
	"context"
	"time"

	"congvan/routing"
)

// QueueKind says what somebody is waited for.
type QueueKind string

// What waits for a leader.
const (
	QueueDirect    QueueKind = "direct"    // a document: chờ cho ý kiến
	QueueAssign    QueueKind = "assign"    // a share that his unit received: chờ phân công
	QueueApprove   QueueKind = "approve"   // a report on what his unit gave: chờ duyệt
	QueueReturned  QueueKind = "returned"  // a share that came back
	QueueExtension QueueKind = "extension" // xin gia hạn
	QueueConsent   QueueKind = "consent"   // lấy ý kiến
	QueueRecall    QueueKind = "recall"    // trả lời thu hồi
)

// Queue asks for what waits for a leader.
type Queue struct {
	By      routing.Actor
	InField bool // he is a deputy: only what is his, see routing.InHisField
	Limit   int
}

// QueueEntry is one thing that waits, with what a list shows of its document.
type QueueEntry struct {
	Kind         QueueKind
	ID           routing.ID // of the document, the share or the decision
	AssignmentID routing.ID // empty for a document
	UnitID       routing.ID // who holds the share; empty for a document
	Due          time.Time  // until when it has to be decided; zero: no such term
	Version      int        // of the document or the share
	Document     routing.Document
}

const (
	queueColumns = `d.id AS document_id, d.subject, d.issuer, d.code_number, d.code_notation, d.type_name, d.urgency, d.field, d.number, d.book_year`
	ofShares     = ` FROM assignments a JOIN documents d ON d.id = a.document_id`
	notHeld      = ` AND a.held_at IS NULL AND d.held_at IS NULL AND d.status = 'directed'`
	hisToDirect  = `(NOT ?in_field OR d.field = '' OR jsonb_exists(?fields::jsonb, d.field))`
	hisToJudge   = `(NOT ?in_field OR ` + directs + `)`
)

// queue is all that waits for a leader, in one statement: each part walks the
// index of what is open. A document waits for whom it was presented to; one that
// nobody has to present, for whoever directs it.
const queue = `SELECT q.* FROM (
	SELECT 'direct' AS kind, d.id, NULL::uuid AS assignment_id, NULL::uuid AS unit_id, d.direct_due_at AS due, d.version, ` + queueColumns + `
		FROM documents d WHERE d.status IN ('registered', 'presented') AND d.held_at IS NULL AND ` + visible + ` AND (
			d.status = 'presented' AND d.unit_id = ANY (?sight_books::uuid[]) AND d.presented_to = ?position
			OR d.status = 'registered' AND d.unit_id = ?unit AND d.present_due_at IS NULL AND ` + hisToDirect + `)
	UNION ALL SELECT 'assign', a.id, a.id, a.unit_id, a.due_at, a.version, ` + queueColumns + ofShares + `
		WHERE a.unit_id = ?unit AND a.closed_at IS NULL AND a.status = 'received' AND a.position_id IS NULL AND a.role IN ('lead', 'execute')` + notHeld + ` AND ` + visible + `
	UNION ALL SELECT CASE a.status WHEN 'reported' THEN 'approve' ELSE 'returned' END, a.id, a.id, a.unit_id,
			CASE a.status WHEN 'reported' THEN a.approve_due_at ELSE a.return_due_at END, a.version, ` + queueColumns + ofShares + `
		WHERE a.giver_unit_id = ?unit AND a.closed_at IS NULL AND a.status IN ('reported', 'returned')` + notHeld + ` AND ` + visible + ` AND ` + hisToJudge + `
	UNION ALL SELECT x.kind, x.id, a.id, a.unit_id, x.due_at, x.version, ` + queueColumns + `
		FROM decisions x JOIN assignments a ON a.id = x.assignment_id JOIN documents d ON d.id = x.document_id
		WHERE x.owner_unit_id = ?unit AND ` + awaited + ` AND ` + visible + ` AND (x.kind <> 'extension' OR ` + hisToJudge + `)
	) q ORDER BY coalesce(q.due, 'infinity'), q.id LIMIT ?limit`

// Queue lists what waits for a leader, by due date, what has none last.
func (s *Store) Queue(ctx context.Context, q Queue) ([]QueueEntry, error) {
	fields, err := toJSON(append([]string{}, q.By.Fields...))
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Kind                     QueueKind
		ID, AssignmentID, UnitID routing.ID
		Due                      time.Time
		Version                  int
		DocumentID               routing.ID
		Subject, Issuer          string
		CodeNumber, CodeNotation string
		TypeName, Field          string
		Urgency                  routing.Urgency
		Number, BookYear         int
	}
	err = s.db.NewRaw(queue, args{"unit": q.By.UnitID, "position": q.By.PositionID, "actor_position": q.By.PositionID, "in_field": q.InField,
		"fields": fields, "limit": q.Limit}.seenBy(q.By)).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("read what waits for a decision", err)
	}
	out := make([]QueueEntry, len(rows))
	for i, r := range rows {
		out[i] = QueueEntry{Kind: r.Kind, ID: r.ID, AssignmentID: r.AssignmentID, UnitID: r.UnitID, Due: utc(r.Due), Version: r.Version,
			Document: routing.Document{ID: r.DocumentID, Number: r.Number, BookYear: r.BookYear, Registration: routing.Registration{
				Subject: r.Subject, Issuer: r.Issuer, CodeNumber: r.CodeNumber, CodeNotation: r.CodeNotation, TypeName: r.TypeName, Field: r.Field, Urgency: r.Urgency}}}
	}
	return out, nil
}
