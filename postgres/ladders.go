package postgres

import (
	"context"
	"encoding/json"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// NewestLadder finds the newest version of a ladder. routing.ErrLadder if
// there is no such ladder.
func (s *Store) NewestLadder(ctx context.Context, code string) (routing.Ladder, int, error) {
	var row struct {
		Definition json.RawMessage
		Version    int
	}
	err := s.db.NewRaw(`SELECT definition, version FROM ladders WHERE code = ? ORDER BY version DESC LIMIT 1`, code).Scan(ctx, &row)
	if err = failed("find ladder", err); routing.FaultOf(err) == routing.NotFound && err != nil {
		return routing.Ladder{}, 0, routing.ErrLadder
	}
	if err != nil {
		return routing.Ladder{}, 0, err
	}
	var l routing.Ladder
	return l, row.Version, failed("read ladder", json.Unmarshal(row.Definition, &l))
}

var approvalTerms = prepared(`SELECT a.giver_unit_id, d.ladder, d.ladder_version
		FROM assignments a JOIN documents d ON d.id = a.document_id WHERE a.id = ?id::uuid`)

// ApprovalTerms says who judges the report of an assignment, and which ladder
// its document climbs.
func (s *Store) ApprovalTerms(ctx context.Context, assignmentID routing.ID) (giver routing.ID, ladder routing.Ladder, err error) {
	var row struct {
		GiverUnitID   routing.ID
		Ladder        string
		LadderVersion int
	}
	err = s.ask(ctx, nil, approvalTerms, args{"id": assignmentID}, &row)
	if err != nil {
		return "", routing.Ladder{}, failed("find assignment", err)
	}
	ladder, err = s.Ladder(ctx, row.Ladder, row.LadderVersion)
	return row.GiverUnitID, ladder, err
}

// Ladder finds one version of a ladder. A version never changes, so each is
// read once in the life of a process.
func (s *Store) Ladder(ctx context.Context, code string, version int) (routing.Ladder, error) {
	return s.ladder(ctx, s.db, code, version)
}

func (s *Store) ladder(ctx context.Context, db bun.IDB, code string, version int) (routing.Ladder, error) {
	type name struct {
		code    string
		version int
	}
	if known, ok := s.ladders.Load(name{code, version}); ok {
		return known.(routing.Ladder), nil
	}
	var definition string
	err := db.NewRaw(`SELECT definition FROM ladders WHERE code = ? AND version = ?`, code, version).Scan(ctx, &definition)
	if err != nil {
		return routing.Ladder{}, failed("find ladder", err)
	}
	var l routing.Ladder
	if err := json.Unmarshal([]byte(definition), &l); err != nil {
		return l, failed("read ladder", err)
	}
	s.ladders.Store(name{code, version}, l)
	return l, nil
}

// Rung lists the names of a document's alarms that have rung.
func (s *Store) Rung(ctx context.Context, documentID routing.ID) ([]routing.Alarm, error) {
	return s.rung(ctx, nil, documentID)
}

var rungOf = prepared(`SELECT subject_id, kind, step, due_at, rung_at FROM alarms WHERE document_id = ?id::uuid ORDER BY rung_at`)

func (s *Store) rung(ctx context.Context, tx *bun.Tx, documentID routing.ID) ([]routing.Alarm, error) {
	var rows []struct {
		SubjectID     routing.ID
		Kind          routing.DeadlineKind
		Step          int
		DueAt, RungAt time.Time
	}
	err := s.ask(ctx, tx, rungOf, args{"id": documentID}, &rows)
	out := make([]routing.Alarm, len(rows))
	for i, r := range rows {
		out[i] = routing.Alarm{Deadline: routing.Deadline{Subject: r.SubjectID, Kind: r.Kind, Due: utc(r.DueAt)}, Step: r.Step, At: utc(r.RungAt)}
	}
	return out, failed("list alarms", err)
}
