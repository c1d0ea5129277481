package postgres

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// eventRow is an event as it lies in the table.
type eventRow struct {
	ID           int64
	At           time.Time
	Kind         routing.Act
	DocumentID   routing.ID
	AssignmentID routing.ID
	UnitID       routing.ID
	ActorID      routing.ID
	ActorUnitID  routing.ID
	State        string
	Version      int
	Year         int
	Number       int
	Details      json.RawMessage
	RequestHash  []byte
}

const eventColumns = `id, at, kind, document_id, assignment_id, unit_id, actor_id, actor_unit_id,
	state, version, year, number, details, request_hash`

func (r eventRow) event() (routing.Event, error) {
	e := routing.Event{
		ID: r.ID, At: r.At.UTC(), Kind: r.Kind, DocumentID: r.DocumentID, AssignmentID: r.AssignmentID,
		UnitID: r.UnitID, ActorID: r.ActorID, ActorUnitID: r.ActorUnitID,
		State: r.State, Version: r.Version, Year: r.Year, Number: r.Number,
	}
	if len(r.Details) > 0 {
		if err := json.Unmarshal(r.Details, &e.Details); err != nil {
			return e, fmt.Errorf("postgres: details of event %d: %w", r.ID, err)
		}
	}
	return e, nil
}

// by adds who acts, when and with which request to a statement's arguments.
func (a args) by(actor routing.Actor, at time.Time, req routing.Request) args {
	a["actor"], a["actor_unit"], a["at"] = actor.AccountID, actor.UnitID, at
	a["request_key"], a["request_hash"] = orNull(req.Key), any(nil)
	if req.Key != "" {
		a["request_hash"] = req.Hash
	}
	return a
}

// detailsOf is the argument for the details of an actor's event.
func detailsOf(actor routing.Actor, details map[string]any) (string, error) {
	if details = actor.Signed(details); len(details) == 0 {
		return "{}", nil
	}
	return toJSON(details)
}

// actEvent runs the one statement of an act, which ends by returning its
// event. routing.ErrNotFound says that its conditions held for no row: the
// desk then finds out why. If the request's key was used before, the statement
// is undone as a whole and the error is ErrRequestSeen.
func (s *Store) actEvent(ctx context.Context, what string, st *statement, a args) (routing.Event, error) {
	var row eventRow
	err := s.ask(ctx, nil, st, a, &row)
	for tries := 1; deadlocked(err) && tries < 3; tries++ {
		err = s.ask(ctx, nil, st, a, &row) // undone as a whole: safe to repeat
	}
	switch {
	case violates(err, "events_request"):
		return routing.Event{}, ErrRequestSeen
	case err != nil:
		return routing.Event{}, failed(what, err)
	}
	return row.event()
}

// ErrRequestSeen says that the request's key has an event already; nothing was
// done. EventByRequest has the answer.
var ErrRequestSeen = &routing.Error{Fault: routing.Conflict, Code: "request-seen",
	Message: "Yêu cầu này đã được thực hiện."}

var eventOfRequest = prepared(`SELECT ` + eventColumns + ` FROM events WHERE actor_id = ?actor::uuid AND request_key = ?key::text`)

// EventByRequest finds the event that a request of this actor left before.
// routing.ErrNotFound if there is none, routing.ErrReused if the same key came
// with another content.
func (s *Store) EventByRequest(ctx context.Context, actor routing.ID, req routing.Request) (routing.Event, error) {
	if req.Key == "" {
		return routing.Event{}, routing.ErrNotFound
	}
	var row eventRow
	err := s.ask(ctx, nil, eventOfRequest, args{"actor": actor, "key": req.Key}, &row)
	switch {
	case err != nil:
		return routing.Event{}, failed("find event of request", err)
	case !bytes.Equal(row.RequestHash, req.Hash):
		return routing.Event{}, routing.ErrReused
	}
	return row.event()
}

// EventOf finds the first event of a kind of an assignment.
func (s *Store) EventOf(ctx context.Context, documentID, assignmentID routing.ID, act routing.Act) (routing.Event, error) {
	var row eventRow
	err := s.db.NewRaw(`SELECT `+eventColumns+` FROM events
		WHERE document_id = ? AND assignment_id = ? AND kind = ? ORDER BY id LIMIT 1`,
		documentID, assignmentID, act).Scan(ctx, &row)
	if err != nil {
		return routing.Event{}, failed("find event", err)
	}
	return row.event()
}

// ReportersOf are the account that made the present report of an assignment, or
// wrote the draft that others consented to, and the account in whose name it did
// so: whoever holds that position now.
func (s *Store) ReportersOf(ctx context.Context, assignment routing.ID) (reporters []routing.ID, err error) {
	err = s.db.NewRaw(`
		WITH circuit AS (
			SELECT c.author_id, c.author_for_id FROM circuits c JOIN assignments a ON a.id = ?0
			WHERE c.document_id = a.document_id AND c.assignment_id = a.id AND c.status = 'passed' AND c.ended_at = a.reported_at
		), report AS (
			SELECT e.actor_id, e.details->>'position' AS position FROM events e JOIN assignments a ON a.id = ?0
			WHERE e.document_id = a.document_id AND e.assignment_id = a.id AND e.kind = 'reported' AND NOT EXISTS (SELECT FROM circuit)
			ORDER BY e.id DESC LIMIT 1
		)
		SELECT author_id FROM circuit UNION SELECT author_for_id FROM circuit WHERE author_for_id IS NOT NULL
		UNION SELECT actor_id FROM report WHERE actor_id IS NOT NULL
		UNION SELECT x.id FROM accounts x JOIN report r ON x.position_id::text = r.position`, assignment).Scan(ctx, &reporters)
	return reporters, failed("find who reported", err)
}

// EventsOf lists the events of some kinds of an assignment, oldest first.
func (s *Store) EventsOf(ctx context.Context, documentID, assignmentID routing.ID, acts ...routing.Act) ([]routing.Event, error) {
	var rows []eventRow
	err := s.db.NewRaw(`SELECT `+eventColumns+` FROM events
		WHERE document_id = ? AND assignment_id = ? AND kind IN (?) ORDER BY id`, documentID, assignmentID, bun.List(acts)).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("list events", err)
	}
	return events(rows)
}

// Events lists a document's events after an id, oldest first, limit at most.
func (s *Store) Events(ctx context.Context, documentID routing.ID, after int64, limit int) ([]routing.Event, error) {
	var rows []eventRow
	err := s.db.NewRaw(`SELECT `+eventColumns+` FROM events WHERE document_id = ? AND id > ? ORDER BY id LIMIT ?`,
		documentID, after, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("list events", err)
	}
	return events(rows)
}

var eventsBefore = prepared(`SELECT ` + eventColumns + ` FROM events WHERE document_id = ?id::uuid AND id < ?before::bigint ORDER BY id DESC LIMIT ?limit::int`)

// EventsBefore lists a document's events before an id, newest first, limit at most.
func (s *Store) EventsBefore(ctx context.Context, documentID routing.ID, before int64, limit int) ([]routing.Event, error) {
	var rows []eventRow
	if err := s.ask(ctx, nil, eventsBefore, args{"id": documentID, "before": before, "limit": limit}, &rows); err != nil {
		return nil, failed("list events", err)
	}
	return events(rows)
}

var lastEvents = prepared(`SELECT DISTINCT ON (assignment_id, kind) ` + eventColumns + ` FROM events
		WHERE document_id = ?id::uuid AND kind = ANY (?kinds::text[]) ORDER BY assignment_id, kind, id DESC`)

// LastEvents finds the newest event of each kind of every assignment of a
// document, and of the document itself.
func (s *Store) LastEvents(ctx context.Context, documentID routing.ID, kinds ...routing.Act) ([]routing.Event, error) {
	var rows []eventRow
	if err := s.ask(ctx, nil, lastEvents, args{"id": documentID, "kinds": array(kinds)}, &rows); err != nil {
		return nil, failed("list last events", err)
	}
	return events(rows)
}

// EventsSince lists the events of all documents after an id, for the live
// stream, limit at most. An event that commits late may have a smaller id than
// one seen before; the caller looks back.
func (s *Store) EventsSince(ctx context.Context, after int64, limit int) ([]routing.Event, error) {
	var rows []eventRow
	err := s.db.NewRaw(`SELECT `+eventColumns+` FROM events WHERE id > ? ORDER BY id LIMIT ?`, after, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("follow events", err)
	}
	return events(rows)
}

// LastEventID is the id of the newest event, 0 for an empty record.
func (s *Store) LastEventID(ctx context.Context) (int64, error) {
	var id int64
	err := s.db.NewRaw(`SELECT coalesce(max(id), 0) FROM events`).Scan(ctx, &id)
	return id, failed("find the last event", err)
}

func events(rows []eventRow) ([]routing.Event, error) {
	out := make([]routing.Event, len(rows))
	for i, row := range rows {
		e, err := row.event()
		if err != nil {
			return nil, err
		}
		out[i] = e
	}
	return out, nil
}
