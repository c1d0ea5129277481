package postgres

import (
	"context"
	"database/sql"
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

// LadderVersion is one version of a ladder, with who made it and why.
type LadderVersion struct {
	routing.Ladder
	Version   int
	ChangedBy routing.ID // account; empty: the installation
	ChangedAt time.Time
	Reason    string
}

const ladderColumns = `l.definition, l.version, l.changed_by, l.changed_at, l.reason`

// Ladders lists the newest version of every ladder, by code.
func (s *Store) Ladders(ctx context.Context) ([]LadderVersion, error) {
	return s.ladderVersions(ctx, `SELECT DISTINCT ON (l.code) `+ladderColumns+` FROM ladders l ORDER BY l.code, l.version DESC`)
}

// LadderVersions lists all versions of a ladder, the newest first.
func (s *Store) LadderVersions(ctx context.Context, code string) ([]LadderVersion, error) {
	return s.ladderVersions(ctx, `SELECT `+ladderColumns+` FROM ladders l WHERE l.code = ? ORDER BY l.version DESC`, code)
}

func (s *Store) ladderVersions(ctx context.Context, query string, arguments ...any) ([]LadderVersion, error) {
	var rows []struct {
		Definition json.RawMessage
		Version    int
		ChangedBy  routing.ID
		ChangedAt  time.Time
		Reason     string
	}
	if err := s.db.NewRaw(query, arguments...).Scan(ctx, &rows); err != nil {
		return nil, failed("list ladders", err)
	}
	out := make([]LadderVersion, len(rows))
	for i, r := range rows {
		out[i] = LadderVersion{Version: r.Version, ChangedBy: r.ChangedBy, ChangedAt: utc(r.ChangedAt), Reason: r.Reason}
		if err := json.Unmarshal(r.Definition, &out[i].Ladder); err != nil {
			return nil, failed("read ladder", err)
		}
	}
	return out, nil
}

// AddLadderVersion adds the version after the newest, with its entry.
// routing.ErrStale with the newest version if that is another, unless it is this
// very change.
func (s *Store) AddLadderVersion(ctx context.Context, v LadderVersion, e routing.Entry) (LadderVersion, error) {
	definition, err := toJSON(v.Ladder)
	if err != nil {
		return LadderVersion{}, err
	}
	err = s.changed(ctx, e, routing.Request{}, func(tx bun.Tx, _ *routing.Entry) error {
		return changedOne(addLadder(ctx, tx, v, definition))
	})
	if err != nil {
		return LadderVersion{}, failed("add ladder", err)
	}
	versions, err := s.LadderVersions(ctx, v.Code)
	switch {
	case err != nil:
		return LadderVersion{}, err
	case len(versions) == 0:
		return LadderVersion{}, routing.ErrStale.With("version", 0)
	}
	newest := versions[0]
	if same, err := toJSON(newest.Ladder); err != nil || same != definition || newest.Version != v.Version || newest.ChangedBy != v.ChangedBy || newest.Reason != v.Reason {
		return LadderVersion{}, routing.ErrStale.With("version", newest.Version)
	}
	return newest, nil
}

func addLadder(ctx context.Context, tx bun.Tx, v LadderVersion, definition string) (sql.Result, error) {
	return tx.NewRaw(`INSERT INTO ladders (code, version, definition, changed_by, changed_at, reason)
		SELECT ?code::text, ?version::int, ?definition::jsonb, ?by::uuid, ?at::timestamptz, ?reason
		WHERE (SELECT coalesce(max(l.version), 0) FROM ladders l WHERE l.code = ?code::text) = ?version::int - 1
		ON CONFLICT DO NOTHING`, args{"code": v.Code, "version": v.Version, "definition": definition, "by": v.ChangedBy,
		"at": v.ChangedAt, "reason": v.Reason}).Exec(ctx)
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
