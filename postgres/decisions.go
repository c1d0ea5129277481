package postgres

import (
	"context"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// decisionRow is a decision as it lies in the table.
type decisionRow struct {
	ID, DocumentID, AssignmentID, CircuitID                routing.ID
	AskedBy, AskedFor, AskedUnitID, OwnerUnitID, DecidedBy routing.ID
	Kind                                                   routing.DecisionKind
	Status                                                 routing.DecisionStatus
	Stage, Version                                         int
	AskedAt, ProposedDueAt, DueAt, DecidedAt               time.Time
	Reason, Note                                           string
}

const decisionColumns = `x.id, x.document_id, x.assignment_id, x.circuit_id, x.asked_by, x.asked_for, x.asked_unit_id, x.owner_unit_id, x.decided_by,
	x.kind, x.status, x.stage, x.version, x.asked_at, x.proposed_due_at, x.due_at, x.decided_at, x.reason, x.note`

func (r decisionRow) decision() routing.Decision {
	return routing.Decision{
		ID: r.ID, DocumentID: r.DocumentID, AssignmentID: r.AssignmentID, Kind: r.Kind, CircuitID: r.CircuitID, Stage: r.Stage,
		AskedBy: r.AskedBy, AskedFor: r.AskedFor, AskedUnitID: r.AskedUnitID, AskedAt: utc(r.AskedAt), Reason: r.Reason, ProposedDue: utc(r.ProposedDueAt),
		OwnerUnitID: r.OwnerUnitID, Due: utc(r.DueAt), Status: r.Status,
		DecidedBy: r.DecidedBy, DecidedAt: utc(r.DecidedAt), Note: r.Note, Version: r.Version,
	}
}

var decisionsOf = prepared(`SELECT ` + decisionColumns + ` FROM decisions x WHERE x.document_id = ?id::uuid ORDER BY x.asked_at, x.id`)

func (s *Store) listDecisions(ctx context.Context, tx *bun.Tx, documentID routing.ID) ([]routing.Decision, error) {
	var rows []decisionRow
	if err := s.ask(ctx, tx, decisionsOf, args{"id": documentID}, &rows); err != nil {
		return nil, failed("list decisions", err)
	}
	out := make([]routing.Decision, len(rows))
	for i, row := range rows {
		out[i] = row.decision()
	}
	return out, nil
}

// Decision finds a decision by its id. routing.ErrNotFound if there is none.
func (s *Store) Decision(ctx context.Context, id routing.ID) (routing.Decision, error) {
	var row decisionRow
	err := s.db.NewRaw(`SELECT `+decisionColumns+` FROM decisions x WHERE x.id = ?`, id).Scan(ctx, &row)
	return row.decision(), failed("find decision", err)
}

// Decisions lists what had or has to be decided about a document, oldest first.
func (s *Store) Decisions(ctx context.Context, documentID routing.ID) ([]routing.Decision, error) {
	return s.listDecisions(ctx, nil, documentID)
}

// DecisionPage asks for a page of the decisions of a unit.
type DecisionPage struct {
	By      routing.Actor // who asks
	UnitID  routing.ID
	AskedBy routing.ID // only what this account asked for; empty: the whole unit
	After   routing.ID // the last one of the page before
	AfterAt time.Time  // when that is due, or was asked
	Limit   int
}

// DecisionEntry is a decision with what a list shows of its document and share.
type DecisionEntry struct {
	routing.Decision
	Document     routing.Document
	HolderUnitID routing.ID // of the share that it is about
	ShareDue     time.Time
}

// awaited is routing.Decision.Awaited as a condition.
const awaited = `x.status = 'open' AND CASE x.kind
		WHEN 'recall' THEN d.status = 'recalling'
		WHEN 'consent' THEN d.status = 'directed' AND a.status = 'consulting' AND a.held_at IS NULL
		ELSE d.status = 'directed' AND a.status IN ('sent', 'received', 'working', 'consulting') AND a.held_at IS NULL END`

// DecisionsToMake lists what a unit's leaders still have to decide, by due date.
func (s *Store) DecisionsToMake(ctx context.Context, q DecisionPage) ([]DecisionEntry, error) {
	return s.decisionEntries(ctx, q, `x.owner_unit_id = ?unit AND `+awaited+`
		  AND (?after IS NULL OR (x.due_at, x.id) > (?after_at, ?after::uuid)) ORDER BY x.due_at, x.id`)
}

// DecisionsAsked lists what a unit has asked others to decide, the newest first.
func (s *Store) DecisionsAsked(ctx context.Context, q DecisionPage) ([]DecisionEntry, error) {
	return s.decisionEntries(ctx, q, `x.asked_unit_id = ?unit AND (?asked_by IS NULL OR x.asked_by = ?asked_by::uuid)
		  AND (?after IS NULL OR (x.asked_at, x.id) < (?after_at, ?after::uuid)) ORDER BY x.asked_at DESC, x.id DESC`)
}

func (s *Store) decisionEntries(ctx context.Context, q DecisionPage, which string) ([]DecisionEntry, error) {
	var rows []struct {
		decisionRow      `bun:",extend"`
		HolderUnitID     routing.ID
		ShareDue         time.Time
		BookYear, Number int
		Subject, Issuer  string
		CodeNumber       string
		CodeNotation     string
		DocumentUnitID   routing.ID
		Urgency          routing.Urgency
	}
	err := s.db.NewRaw(`SELECT `+decisionColumns+`, a.unit_id AS holder_unit_id, a.due_at AS share_due, d.unit_id AS document_unit_id,
			d.book_year, d.number, d.subject, d.issuer, d.code_number, d.code_notation, d.urgency
		FROM decisions x JOIN assignments a ON a.id = x.assignment_id JOIN documents d ON d.id = x.document_id
		WHERE `+visible+` AND `+which+` LIMIT ?limit`,
		args{"unit": q.UnitID, "asked_by": orNull(q.AskedBy), "after": orNull(q.After), "after_at": q.AfterAt, "limit": q.Limit}.seenBy(q.By)).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("list decisions", err)
	}
	out := make([]DecisionEntry, len(rows))
	for i, r := range rows {
		out[i] = DecisionEntry{Decision: r.decision(), HolderUnitID: r.HolderUnitID, ShareDue: utc(r.ShareDue), Document: routing.Document{
			ID: r.DocumentID, UnitID: r.DocumentUnitID, BookYear: r.BookYear, Number: r.Number, Registration: routing.Registration{
				Subject: r.Subject, Issuer: r.Issuer, CodeNumber: r.CodeNumber, CodeNotation: r.CodeNotation, Urgency: r.Urgency}}}
	}
	return out, nil
}

var saveDecisions = prepared(`
	INSERT INTO decisions (id, document_id, assignment_id, kind, circuit_id, stage, asked_by, asked_for, asked_unit_id, asked_at, reason, proposed_due_at,
		owner_unit_id, due_at, status, decided_by, decided_at, note, version)
	SELECT r.id, ?document::uuid, r.assignment, r.kind, r.circuit, r.stage, r.asked_by, r.asked_for, r.asked_unit, r.asked_at, r.reason, r.proposed,
		r.owner, r.due, r.status, r.decided_by, r.decided_at, r.note, r.version
	FROM jsonb_to_recordset(?rows::jsonb) AS r(id uuid, assignment uuid, kind text, circuit uuid, stage int, asked_by uuid, asked_for uuid, asked_unit uuid, asked_at timestamptz,
		reason text, proposed timestamptz, owner uuid, due timestamptz, status text, decided_by uuid, decided_at timestamptz, note text, version int)
	ON CONFLICT (id) DO UPDATE SET status = excluded.status, decided_by = excluded.decided_by, decided_at = excluded.decided_at,
		note = excluded.note, owner_unit_id = excluded.owner_unit_id, due_at = excluded.due_at, version = excluded.version`)

func (p *Process) saveDecisions(was snapshot) error {
	type row struct {
		ID         routing.ID             `json:"id"`
		Assignment routing.ID             `json:"assignment"`
		Kind       routing.DecisionKind   `json:"kind"`
		Circuit    name                   `json:"circuit"`
		Stage      int                    `json:"stage"`
		AskedBy    name                   `json:"asked_by"`
		AskedFor   name                   `json:"asked_for"`
		AskedUnit  routing.ID             `json:"asked_unit"`
		AskedAt    moment                 `json:"asked_at"`
		Reason     string                 `json:"reason"`
		Proposed   moment                 `json:"proposed"`
		Owner      routing.ID             `json:"owner"`
		Due        moment                 `json:"due"`
		Status     routing.DecisionStatus `json:"status"`
		DecidedBy  name                   `json:"decided_by"`
		DecidedAt  moment                 `json:"decided_at"`
		Note       string                 `json:"note"`
		Version    int                    `json:"version"`
	}
	var rows []row
	for _, x := range p.Decisions {
		if x.Version != was.decisions[x.ID] {
			rows = append(rows, row{x.ID, x.AssignmentID, x.Kind, name(x.CircuitID), x.Stage, name(x.AskedBy), name(x.AskedFor), x.AskedUnitID, moment(x.AskedAt),
				x.Reason, moment(x.ProposedDue), x.OwnerUnitID, moment(x.Due), x.Status, name(x.DecidedBy), moment(x.DecidedAt), x.Note, x.Version})
		}
	}
	return p.saveRows(saveDecisions, rows, len(rows))
}

// DecisionsOverdue counts the open decisions on running documents whose deadline
// has passed; what is held is not late.
func (s *Store) DecisionsOverdue(ctx context.Context, now time.Time) (n int, err error) {
	err = s.db.NewRaw(`SELECT count(*) FROM decisions x JOIN documents d ON d.id = x.document_id JOIN assignments a ON a.id = x.assignment_id
		WHERE x.status = 'open' AND x.due_at < ?now AND d.held_at IS NULL
		  AND (x.kind = 'recall' AND d.status = 'recalling' OR x.kind <> 'recall' AND d.status = 'directed' AND a.held_at IS NULL AND a.closed_at IS NULL)`,
		args{"now": now}).Scan(ctx, &n)
	return n, failed("count overdue decisions", err)
}
