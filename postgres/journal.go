package postgres

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

type originKey struct{}

// From marks everything that is written under the context with where it came from.
func From(ctx context.Context, origin routing.Origin) context.Context {
	return context.WithValue(ctx, originKey{}, origin)
}

// OriginOf is what From has marked; zero: the program itself.
func OriginOf(ctx context.Context) routing.Origin {
	origin, _ := ctx.Value(originKey{}).(routing.Origin)
	return origin
}

// entryRow is an entry as it lies in the table.
type entryRow struct {
	ID                                       int64
	At                                       time.Time
	Kind                                     routing.EntryKind
	Outcome                                  routing.Outcome
	Code, SubjectID, Origin, RequestID       string
	SubjectKind                              routing.SubjectKind
	ActorID, ActorUnitID, PositionID, UnitID routing.ID
	Details                                  json.RawMessage
	RequestHash                              []byte
}

const entryColumns = `id, at, kind, outcome, code, actor_id, actor_unit_id, position_id, subject_kind, subject_id, unit_id,
	details, origin, request_id, request_hash`

func (r entryRow) entry() (routing.Entry, error) {
	face, network, _ := strings.Cut(r.Origin, " ")
	e := routing.Entry{
		ID: r.ID, At: r.At.UTC(), Kind: r.Kind, Outcome: r.Outcome, Code: r.Code,
		ActorID: r.ActorID, ActorUnitID: r.ActorUnitID, PositionID: r.PositionID,
		Subject: routing.Subject{Kind: r.SubjectKind, ID: r.SubjectID}, UnitID: r.UnitID,
		Origin: routing.Origin{Face: face, Network: network, Request: r.RequestID},
	}
	if err := json.Unmarshal(r.Details, &e.Details); err != nil {
		return e, fmt.Errorf("postgres: details of entry %d: %w", r.ID, err)
	}
	return e, nil
}

// Note adds an entry that answers no request: a look, a refusal, a login.
func (s *Store) Note(ctx context.Context, e routing.Entry) error {
	_, err := addEntry(ctx, s.db, e, routing.Request{})
	return err
}

// Journalled carries out do and adds its entry, both or neither. The same request
// again is ErrRequestSeen, with nothing done: EntryByRequest has its answer. do
// may complete the entry.
func (s *Store) Journalled(ctx context.Context, e routing.Entry, req routing.Request, do func(tx bun.Tx, e *routing.Entry) error) (routing.Entry, error) {
	err := s.inTx(ctx, func(tx bun.Tx) (err error) {
		if err = do(tx, &e); err == nil {
			e, err = addEntry(ctx, tx, e, req)
		}
		return err
	})
	return e, err
}

// changed is Journalled for a change that may have been made before: where do
// finds nothing to change, or the request was seen, nothing is written and
// nothing is wrong.
func (s *Store) changed(ctx context.Context, e routing.Entry, req routing.Request, do func(tx bun.Tx, e *routing.Entry) error) error {
	_, err := s.Journalled(ctx, e, req, do)
	switch {
	case errors.Is(err, ErrRequestSeen):
		_, err = s.EntryByRequest(ctx, e.ActorID, req)
		return err
	case errors.Is(err, errUnchanged):
		return nil
	}
	return failed("change", err)
}

func addEntry(ctx context.Context, db bun.IDB, e routing.Entry, req routing.Request) (routing.Entry, error) {
	details, err := toJSON(e.Details)
	if err != nil {
		return e, err
	}
	if len(e.Details) == 0 {
		details = "{}"
	}
	if e.Origin == (routing.Origin{}) {
		e.Origin = OriginOf(ctx)
	}
	a := args{
		"at": e.At.UTC(), "kind": e.Kind, "outcome": e.Outcome, "code": e.Code, "actor": orNull(e.ActorID), "actor_unit": orNull(e.ActorUnitID),
		"position": orNull(e.PositionID), "subject_kind": e.Subject.Kind, "subject": e.Subject.ID, "unit": orNull(e.UnitID), "details": details,
		"origin": strings.TrimSpace(e.Origin.Face + " " + e.Origin.Network), "request_id": e.Origin.Request,
		"key": orNull(req.Key), "hash": any(nil),
	}
	if req.Key != "" {
		a["hash"] = req.Hash
	}
	var row entryRow
	err = db.NewRaw(`INSERT INTO journal (at, kind, outcome, code, actor_id, actor_unit_id, position_id, subject_kind, subject_id, unit_id,
			details, origin, request_id, request_key, request_hash)
		VALUES (?at, ?kind, ?outcome, ?code, ?actor, ?actor_unit, ?position, ?subject_kind, ?subject, ?unit,
			?details::jsonb, ?origin, ?request_id, ?key, ?hash)
		RETURNING `+entryColumns, a).Scan(ctx, &row)
	switch {
	case violates(err, "journal_request"):
		return e, ErrRequestSeen
	case err != nil:
		return e, failed("write the journal", err)
	}
	return row.entry()
}

// EntryByRequest finds the entry that a request of this actor left before.
// routing.ErrNotFound if there is none, routing.ErrReused if the same key came
// with another content.
func (s *Store) EntryByRequest(ctx context.Context, actor routing.ID, req routing.Request) (routing.Entry, error) {
	if req.Key == "" {
		return routing.Entry{}, routing.ErrNotFound
	}
	var row entryRow
	err := s.db.NewRaw(`SELECT `+entryColumns+` FROM journal WHERE actor_id = ? AND request_key = ?`, actor, req.Key).Scan(ctx, &row)
	switch {
	case err != nil:
		return routing.Entry{}, failed("find entry of request", err)
	case !bytes.Equal(row.RequestHash, req.Hash):
		return routing.Entry{}, routing.ErrReused
	}
	return row.entry()
}

// errUnchanged says that a statement found nothing to change.
var errUnchanged = routing.ErrNotFound.Saying("Không có gì thay đổi.")

// changedOne is errUnchanged, a routing.ErrNotFound, if a statement found nothing
// to change.
func changedOne(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = errUnchanged
	}
	return err
}
