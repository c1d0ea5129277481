package postgres

import (
	"context"
	"encoding/json"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// Circuits lists the ways that reports of a document went through the offices,
// oldest first.
func (s *Store) Circuits(ctx context.Context, documentID routing.ID) ([]routing.Circuit, error) {
	var rows []circuitRow
	err := s.db.NewRaw(`SELECT `+circuitColumns+` FROM circuits c WHERE c.document_id = ? ORDER BY c.started_at, c.id`, documentID).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("list circuits", err)
	}
	return circuits(rows)
}

var isAsked = prepared(`SELECT EXISTS (SELECT FROM decisions x
	WHERE x.document_id = ?document::uuid AND x.owner_unit_id = ?unit::uuid AND (x.kind = 'consent' OR x.status = 'open')) AS asked`)

// IsAsked says whether a unit has something to decide about a document, or was
// ever asked for its consent.
func (s *Store) IsAsked(ctx context.Context, documentID, unit routing.ID) (bool, error) {
	var row struct{ Asked bool }
	err := s.ask(ctx, nil, isAsked, args{"document": documentID, "unit": unit}, &row)
	return row.Asked, failed("find who is asked", err)
}

// TitlesOf finds the titles of the positions that accounts hold.
func (s *Store) TitlesOf(ctx context.Context, accounts []routing.ID) (map[routing.ID]string, error) {
	var ids []routing.ID
	for _, id := range accounts {
		if id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		ID    routing.ID
		Title string
	}
	err := s.db.NewRaw(`SELECT a.id, p.title FROM accounts a JOIN positions p ON p.id = a.position_id WHERE a.id IN (?)`, bun.List(ids)).Scan(ctx, &rows)
	out := make(map[routing.ID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Title
	}
	return out, failed("find titles", err)
}

var saveCircuit = prepared(`
	INSERT INTO circuits (id, document_id, assignment_id, author_id, author_for_id, text, stages, stage, status, started_at, ended_at, version)
	VALUES (?id::uuid, ?document::uuid, ?assignment::uuid, ?author::uuid, ?author_for::uuid, ?text::text, ?stages::jsonb, ?stage::int, ?status::text, ?started::timestamptz, ?ended::timestamptz, ?version::int)
	ON CONFLICT (id) DO UPDATE SET stages = excluded.stages, stage = excluded.stage, status = excluded.status, ended_at = excluded.ended_at, version = excluded.version`)

func (p *Process) saveCircuits(was snapshot) error {
	for _, c := range p.Circuits {
		if c.Version == was.circuits[c.ID] {
			continue
		}
		stages, err := toJSON(c.Stages)
		if err != nil {
			return err
		}
		err = p.s.do(p.ctx, &p.tx, saveCircuit, args{"id": c.ID, "document": p.Document.ID, "assignment": c.AssignmentID, "author": c.AuthorID, "author_for": orNull(c.AuthorForID),
			"text": c.Text, "stages": stages, "stage": c.Stage, "status": c.Status, "started": c.StartedAt, "ended": timeOrNull(c.EndedAt), "version": c.Version})
		if err != nil {
			return err
		}
	}
	return nil
}

const circuitColumns = `c.id, c.assignment_id, c.author_id, c.author_for_id, c.text, c.stages, c.stage, c.status, c.started_at, c.ended_at, c.version`

var openCircuitsOf = prepared(`SELECT ` + circuitColumns + ` FROM circuits c WHERE c.document_id = ?id::uuid AND c.status = 'open'`)

// circuitRow is a circuit as it lies in the table.
type circuitRow struct {
	ID, AssignmentID, AuthorID routing.ID
	AuthorForID                routing.ID
	Text                       string
	Stages                     json.RawMessage
	Stage, Version             int
	Status                     routing.CircuitStatus
	StartedAt, EndedAt         time.Time
}

func (r circuitRow) circuit() (routing.Circuit, error) {
	c := routing.Circuit{ID: r.ID, AssignmentID: r.AssignmentID, AuthorID: r.AuthorID, AuthorForID: r.AuthorForID, Text: r.Text, Stage: r.Stage,
		Status: r.Status, StartedAt: utc(r.StartedAt), EndedAt: utc(r.EndedAt), Version: r.Version}
	return c, json.Unmarshal(r.Stages, &c.Stages)
}

func (p *Process) readCircuits() ([]routing.Circuit, error) {
	var rows []circuitRow
	if err := p.s.ask(p.ctx, &p.tx, openCircuitsOf, args{"id": p.Document.ID}, &rows); err != nil {
		return nil, err
	}
	return circuits(rows)
}

func circuits(rows []circuitRow) ([]routing.Circuit, error) {
	out := make([]routing.Circuit, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.circuit(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
