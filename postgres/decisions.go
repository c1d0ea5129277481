package postgres

import (
	"context"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// decisionRow is a decision as it lies in the table.
type decisionRow struct {
	ID, DocumentID, AssignmentID, CircuitID      routing.ID
	AskedBy, AskedUnitID, OwnerUnitID, DecidedBy routing.ID
	Kind                                         routing.DecisionKind
	Status                                       routing.DecisionStatus
	Stage, Version                               int
	AskedAt, ProposedDueAt, DueAt, DecidedAt     time.Time
	Reason, Note                                 string
}

const decisionColumns = `x.id, x.document_id, x.assignment_id, x.circuit_id, x.asked_by, x.asked_unit_id, x.owner_unit_id, x.decided_by,
	x.kind, x.status, x.stage, x.version, x.asked_at, x.proposed_due_at, x.due_at, x.decided_at, x.reason, x.note`

func (r decisionRow) decision() routing.Decision {
	return routing.Decision{
		ID: r.ID, DocumentID: r.DocumentID, AssignmentID: r.AssignmentID, Kind: r.Kind, CircuitID: r.CircuitID, Stage: r.Stage,
		AskedBy: r.AskedBy, AskedUnitID: r.AskedUnitID, AskedAt: utc(r.AskedAt), Reason: r.Reason, ProposedDue: utc(r.ProposedDueAt),
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
