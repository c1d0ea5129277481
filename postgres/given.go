package postgres

import (
	"encoding/json"
	"time"

	"congvan/routing"
)

var saveDirection = prepared(`
	WITH direction AS (
		INSERT INTO directions (id, document_id, parent_id, unit_id, given_by, given_by_position, given_at, text, process, result, kind, joins_id, replaces_id, carries)
		VALUES (?id::uuid, ?document::uuid, ?parent::uuid, ?unit::uuid, ?by::uuid, ?by_position::uuid, ?at::timestamptz, ?text::text, ?process::text, ?result::text,
			?kind::text, ?joins::uuid, ?replaces::uuid, ?carries::bool)
	)
	INSERT INTO direction_recipients (direction_id, ordinal, unit_id, position_id, role, due_at)
	SELECT ?id::uuid, r.ordinal, r.unit, r.position, r.role, r.due
	FROM jsonb_to_recordset(?recipients::jsonb) AS r(ordinal int, unit uuid, position uuid, role text, due timestamptz)`)

var voidDirection = prepared(`UPDATE directions SET voided_at = ?at::timestamptz WHERE id = ?id::uuid`)

func (p *Process) saveDirections(was snapshot) error {
	for _, g := range p.Directions {
		voided, known := was.directions[g.ID]
		var err error
		switch {
		case !known:
			err = p.addDirection(g)
		case voided.IsZero() && !g.VoidedAt.IsZero():
			err = p.s.do(p.ctx, &p.tx, voidDirection, args{"id": g.ID, "at": g.VoidedAt})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *Process) addDirection(g routing.Given) error {
	recipients, err := recipientRows(g.Recipients)
	if err != nil {
		return err
	}
	return p.s.do(p.ctx, &p.tx, saveDirection, args{"id": g.ID, "document": p.Document.ID, "parent": orNull(g.ParentID), "unit": g.UnitID,
		"by": g.By.AccountID, "by_position": g.By.PositionID, "at": g.At, "text": g.Text, "process": g.Process, "result": g.Result, "kind": g.Kind,
		"joins": orNull(g.JoinsID), "replaces": orNull(g.ReplacesID), "carries": g.Carries, "recipients": recipients})
}

var directionsOf = prepared(`SELECT x.id, x.parent_id, x.unit_id, x.given_by, x.given_by_position, p.office, x.text, x.process, x.result,
		x.kind, x.joins_id, x.replaces_id, x.carries, x.given_at, x.dispatched_at, x.voided_at, ` + recipientsOf + ` AS recipients
	FROM directions x JOIN positions p ON p.id = x.given_by_position WHERE x.document_id = ?id::uuid ORDER BY x.given_at, x.id`)

// readDirections reads the directions of the case; of who gave them, account,
// position and office.
func (p *Process) readDirections() ([]routing.Given, error) {
	var rows []struct {
		ID, ParentID, UnitID, JoinsID, ReplacesID routing.ID
		GivenBy, GivenByPosition                  routing.ID
		Office                                    routing.Office
		Text, Process, Result                     string
		Kind                                      routing.GivenKind
		Carries                                   bool
		GivenAt, DispatchedAt, VoidedAt           time.Time
		Recipients                                json.RawMessage
	}
	if err := p.s.ask(p.ctx, &p.tx, directionsOf, args{"id": p.Document.ID}, &rows); err != nil {
		return nil, err
	}
	out := make([]routing.Given, len(rows))
	for i, r := range rows {
		recipients, err := readRecipients(r.Recipients)
		if err != nil {
			return nil, err
		}
		out[i] = routing.Given{Direction: routing.Direction{Text: r.Text, Process: r.Process, Result: r.Result, Recipients: recipients},
			ID: r.ID, ParentID: r.ParentID, UnitID: r.UnitID, By: routing.Actor{AccountID: r.GivenBy, PositionID: r.GivenByPosition, UnitID: r.UnitID, Office: r.Office},
			Kind: r.Kind, JoinsID: r.JoinsID, ReplacesID: r.ReplacesID, Carries: r.Carries,
			At: utc(r.GivenAt), Dispatched: utc(r.DispatchedAt), VoidedAt: utc(r.VoidedAt)}
	}
	return out, nil
}
