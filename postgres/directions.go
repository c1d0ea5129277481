package postgres

import (
	"context"
	"encoding/json"
	"time"

	"congvan/routing"
)

// NewDirection is a direction on its way into the record.
type NewDirection struct {
	routing.Direction
	ID         routing.ID
	DocumentID routing.ID
	ParentID   routing.ID // the assignment out of which it is given; empty: the first
	IfVersion  int        // of the document, or of the parent assignment
	At         time.Time
	Actor      routing.Actor
	Request    routing.Request
	Warnings   []routing.Warning // that the giver was told of
}

// The parts of the statement that differ between the first direction and one
// given out of an assignment: what moves, and under which conditions.
const (
	firstDirection = `
		WITH document AS (
			UPDATE documents SET status = 'directed', version = version + 1, milestone_seq = milestone_seq + 1
			WHERE id = ?document::uuid AND version = ?if_version::int AND status = ANY (?from_document::text[])
			RETURNING id, unit_id, milestone_seq, status AS state, version
		)`
	furtherDirection = `
		WITH open AS (
			SELECT id FROM documents WHERE id = ?document::uuid AND status = 'directed' FOR NO KEY UPDATE
		), parent AS (
			UPDATE assignments a SET status = 'working', started_at = coalesce(a.started_at, ?at::timestamptz), version = a.version + 1
			FROM open
			WHERE a.id = ?parent::uuid AND a.document_id = open.id AND a.version = ?if_version::int AND a.status = ANY (?from::text[]) AND a.unit_id = ?actor_unit::uuid
			RETURNING a.document_id, a.unit_id, a.status, a.version
		), document AS (
			UPDATE documents d SET milestone_seq = d.milestone_seq + 1 FROM parent WHERE d.id = parent.document_id
			RETURNING d.id, parent.unit_id, d.milestone_seq, parent.status AS state, parent.version
		)`
	addDirection = `, direction AS (
			INSERT INTO directions (id, document_id, parent_id, unit_id, given_by, given_by_position, given_at, text, process, result, kind)
			SELECT ?direction::uuid, id, ?parent::uuid, ?actor_unit::uuid, ?actor::uuid, ?actor_position::uuid, ?at::timestamptz, ?text::text, ?process::text, ?result::text,
				CASE WHEN ?parent::uuid IS NULL THEN 'first' ELSE 'further' END FROM document
		), recipients AS (
			INSERT INTO direction_recipients (direction_id, ordinal, unit_id, position_id, role, due_at)
			SELECT ?direction::uuid, r.ordinal, r.unit, r.position, r.role, r.due
			FROM document, jsonb_to_recordset(?recipients::jsonb) AS r(ordinal int, unit uuid, position uuid, role text, due timestamptz)
		), news AS (
			INSERT INTO outbox (document_id, seq, kind) SELECT id, milestone_seq, 'directed' FROM document
		)
		INSERT INTO events (at, kind, document_id, assignment_id, unit_id, actor_id, actor_unit_id, state, version, details, request_key, request_hash)
		SELECT ?at::timestamptz, 'directed', id, ?parent::uuid, unit_id, ?actor::uuid, ?actor_unit::uuid, state, version, ?details::jsonb, ?request_key::text, ?request_hash::bytea FROM document
		RETURNING ` + eventColumns
)

var directFirst, directFurther = prepared(firstDirection + addDirection), prepared(furtherDirection + addDirection)

// Direct writes a direction with its recipients, its event and the milestone
// that makes the workflow dispatch it. routing.ErrNotFound says that the
// document, or the assignment, has moved on.
func (s *Store) Direct(ctx context.Context, n NewDirection) (routing.Event, error) {
	recipients, err := recipientRows(n.Recipients)
	if err != nil {
		return routing.Event{}, err
	}
	said := map[string]any{"recipients": len(n.Recipients)}
	if len(n.Warnings) > 0 {
		said["warnings"] = n.Warnings
	}
	details, err := detailsOf(n.Actor, said)
	if err != nil {
		return routing.Event{}, err
	}
	st := directFirst
	if n.ParentID != "" {
		st = directFurther
	}
	return s.actEvent(ctx, "direct", st, args{
		"document": n.DocumentID, "parent": orNull(n.ParentID), "if_version": n.IfVersion, "direction": n.ID,
		"from": array(routing.ActDirect.From()), "from_document": array(routing.ActDirect.FromDocument()),
		"actor_position": n.Actor.PositionID, "text": n.Text, "process": n.Process, "result": n.Result,
		"recipients": recipients, "details": details,
	}.by(n.Actor, n.At, n.Request))
}

// recipientRows are the recipients of a direction as JSON, in their order.
func recipientRows(recipients []routing.Recipient) (string, error) {
	type row struct {
		Ordinal  int          `json:"ordinal"`
		Unit     routing.ID   `json:"unit"`
		Position name         `json:"position"`
		Role     routing.Role `json:"role"`
		Due      moment       `json:"due"`
	}
	rows := make([]row, len(recipients))
	for i, r := range recipients {
		rows[i] = row{i + 1, r.UnitID, name(r.PositionID), r.Role, moment(r.Due)}
	}
	return toJSON(rows)
}

// GivenDirection is a direction as it stands in the record.
type GivenDirection struct {
	routing.Direction
	ID, DocumentID, ParentID, UnitID routing.ID
	Kind                             routing.GivenKind
	JoinsID, ReplacesID              routing.ID
	GivenBy                          string        // the title of the position
	By                               routing.Actor // account, position and office
	GivenAt, DispatchedAt            time.Time
	VoidedAt                         time.Time // zero: in force
}

// Directions lists the directions of a document in the order given.
func (s *Store) Directions(ctx context.Context, documentID routing.ID) ([]GivenDirection, error) {
	var rows []struct {
		ID, DocumentID, ParentID, UnitID routing.ID
		GivenBy, GivenByPosition         routing.ID
		Office                           routing.Office
		Text, Process, Result, Title     string
		Kind                             routing.GivenKind
		JoinsID, ReplacesID              routing.ID
		GivenAt, DispatchedAt, VoidedAt  time.Time
		Recipients                       json.RawMessage
	}
	err := s.db.NewRaw(`SELECT x.id, x.document_id, x.parent_id, x.unit_id, x.text, x.process, x.result, p.title,
			x.given_at, x.dispatched_at,
			x.kind, x.joins_id, x.replaces_id, x.voided_at, x.given_by, x.given_by_position, p.office, `+recipientsOf+` AS recipients
		FROM directions x JOIN positions p ON p.id = x.given_by_position
		WHERE x.document_id = ? ORDER BY x.given_at, x.id`, documentID).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("list directions", err)
	}
	out := make([]GivenDirection, len(rows))
	for i, r := range rows {
		recipients, err := readRecipients(r.Recipients)
		if err != nil {
			return nil, failed("list directions", err)
		}
		out[i] = GivenDirection{
			Direction: routing.Direction{Text: r.Text, Process: r.Process, Result: r.Result, Recipients: recipients},
			ID:        r.ID, DocumentID: r.DocumentID, ParentID: r.ParentID, UnitID: r.UnitID,
			Kind: r.Kind, JoinsID: r.JoinsID, ReplacesID: r.ReplacesID,
			By:      routing.Actor{AccountID: r.GivenBy, PositionID: r.GivenByPosition, UnitID: r.UnitID, Office: r.Office},
			GivenBy: r.Title, GivenAt: utc(r.GivenAt), DispatchedAt: utc(r.DispatchedAt), VoidedAt: utc(r.VoidedAt),
		}
	}
	return out, nil
}

// recipientsOf are the recipients of the direction x as JSON; readRecipients reads it.
const recipientsOf = `(SELECT json_agg(json_build_object('UnitID', r.unit_id, 'PositionID', coalesce(r.position_id::text, ''), 'Role', r.role,
	'Due', r.due_at) ORDER BY r.ordinal) FROM direction_recipients r WHERE r.direction_id = x.id)`

func readRecipients(list json.RawMessage) (out []routing.Recipient, err error) {
	if err := json.Unmarshal(list, &out); err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Due = utc(out[i].Due)
	}
	return out, nil
}

// DocumentOfDirection finds the document that a direction was given on.
// routing.ErrNotFound if there is none.
func (s *Store) DocumentOfDirection(ctx context.Context, id routing.ID) (document routing.ID, err error) {
	err = s.db.NewRaw(`SELECT document_id FROM directions WHERE id = ?`, id).Scan(ctx, &document)
	return document, failed("find direction", err)
}
