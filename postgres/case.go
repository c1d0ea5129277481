package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"congvan/routing"
)

// errOvertaken says that a share changed between reading and writing a case:
// the hot acts do not wait for the document's row.
var errOvertaken = errors.New("postgres: a share of the case changed meanwhile")

// Act holds a document while f lets an act happen to its case, and writes down
// what changed, with the events and milestones that the act left: all or
// nothing. The first event is the answer and carries the request's key. An act
// that was overtaken by a hot one is judged anew. ErrRequestSeen if the key was
// used before.
func (s *Store) Act(ctx context.Context, id routing.ID, now time.Time, req routing.Request, f func(*routing.Case) error) (event routing.Event, err error) {
	for range 4 {
		event, err = s.act(ctx, id, now, req, f)
		if !errors.Is(err, errOvertaken) && !deadlocked(err) {
			break
		}
	}
	if errors.Is(err, errOvertaken) {
		return routing.Event{}, routing.ErrStale
	}
	if violates(err, "events_request") {
		return routing.Event{}, ErrRequestSeen
	}
	return event, err
}

func (s *Store) act(ctx context.Context, id routing.ID, now time.Time, req routing.Request, f func(*routing.Case) error) (answer routing.Event, err error) {
	err = s.hold(ctx, id, now, func(p *Process) error {
		if err := p.readRest(); err != nil {
			return err
		}
		before := p.snapshot()
		if err := f(&p.Case); err != nil {
			return err
		}
		answer, err = p.save(before, req)
		return err
	})
	return answer, err
}

// readRest reads what only people's acts look at.
func (p *Process) readRest() (err error) {
	if p.Decisions, err = p.s.listDecisions(p.ctx, &p.tx, p.Document.ID); err != nil {
		return err
	}
	if p.Directions, err = p.readDirections(); err != nil {
		return err
	}
	p.Circuits, err = p.readCircuits()
	return err
}

// Change lets a step of the workflow change the case, and writes it down.
func (p *Process) Change(f func(*routing.Case)) (err error) {
	if p.Circuits, err = p.readCircuits(); err != nil {
		return err
	}
	was := p.snapshot()
	f(&p.Case)
	_, err = p.save(was, routing.Request{})
	p.Events, p.News = nil, nil
	return err
}

// snapshot is what a case was like before an act: the versions of its parts.
type snapshot struct {
	document    int
	assignments map[routing.ID]int
	decisions   map[routing.ID]int
	directions  map[routing.ID]time.Time // when voided
	circuits    map[routing.ID]int
}

func (p *Process) snapshot() snapshot {
	was := snapshot{p.Document.Version, map[routing.ID]int{}, map[routing.ID]int{}, map[routing.ID]time.Time{}, map[routing.ID]int{}}
	for _, a := range p.Assignments {
		was.assignments[a.ID] = a.Version
	}
	for _, x := range p.Decisions {
		was.decisions[x.ID] = x.Version
	}
	for _, g := range p.Directions {
		was.directions[g.ID] = g.VoidedAt
	}
	for _, c := range p.Circuits {
		was.circuits[c.ID] = c.Version
	}
	return was
}

// save writes down what changed in the case since the snapshot, and returns the
// first event.
func (p *Process) save(was snapshot, req routing.Request) (routing.Event, error) {
	for _, write := range []func(snapshot) error{p.saveDocument, p.saveAssignments, p.saveDirections, p.saveCircuits, p.saveDecisions} {
		if err := write(was); err != nil {
			return routing.Event{}, err
		}
	}
	if err := p.saveNews(); err != nil {
		return routing.Event{}, err
	}
	return p.saveEvents(req)
}

var saveDocument = prepared(`UPDATE documents SET status = ?status::text, version = ?version::int, ladder = ?ladder::text, ladder_version = ?ladder_version::int,
		notice_due_at = ?notice_due::timestamptz, notified_at = ?notified::timestamptz, present_due_at = ?present_due::timestamptz,
		direct_due_at = ?direct_due::timestamptz, presented_at = ?presented::timestamptz, presented_to = ?presented_to::uuid, held_at = ?held::timestamptz,
		concluded_at = ?concluded::timestamptz, calendar_version = ?calendar::int,
		recalled_at = CASE WHEN ?status::text = 'recalled' THEN coalesce(recalled_at, ?at::timestamptz) ELSE recalled_at END
	WHERE id = ?id::uuid`)

func (p *Process) saveDocument(was snapshot) error {
	d := p.Document
	if d.Version == was.document {
		return nil
	}
	return p.s.do(p.ctx, &p.tx, saveDocument, args{
		"id": d.ID, "at": p.Now, "status": d.Status, "version": d.Version, "ladder": d.Ladder, "ladder_version": d.LadderVersion,
		"notice_due": timeOrNull(d.NoticeDue), "notified": timeOrNull(d.NotifiedAt), "present_due": timeOrNull(d.PresentDue),
		"direct_due": d.DirectDue, "presented": timeOrNull(d.PresentedAt), "presented_to": orNull(d.PresentedTo), "held": timeOrNull(d.HeldAt),
		"concluded": timeOrNull(d.Concluded), "calendar": d.CalendarVersion,
	})
}

// moment is an instant in JSON, null for the zero one.
type moment time.Time

func (m moment) MarshalJSON() ([]byte, error) {
	if time.Time(m).IsZero() {
		return []byte("null"), nil
	}
	return time.Time(m).UTC().MarshalJSON()
}

// name is an id in JSON, null for the empty one.
type name routing.ID

func (n name) MarshalJSON() ([]byte, error) { return json.Marshal(orNull(routing.ID(n))) }

var saveAssignments = prepared(`
	WITH row AS (
		SELECT * FROM jsonb_to_recordset(?rows::jsonb) AS r(id uuid, was int, version int, status text, parent uuid, giver uuid, receive timestamptz, due timestamptz,
			due_since timestamptz, reported timestamptz, report text, approve timestamptz, returned timestamptz, return_due timestamptz, held timestamptz, reminded timestamptz, closed timestamptz)
	), saved AS (
		UPDATE assignments a SET version = r.version, status = r.status, parent_id = r.parent, giver_unit_id = r.giver, receive_due_at = r.receive,
			due_at = r.due, due_since = r.due_since, reported_at = r.reported, report = r.report, approve_due_at = r.approve, returned_at = r.returned,
			return_due_at = r.return_due, held_at = r.held, reminded_at = r.reminded, closed_at = r.closed
		FROM row r WHERE a.id = r.id AND a.version = r.was
		RETURNING a.id
	)
	SELECT count(*) FROM saved`)

func (p *Process) saveAssignments(was snapshot) error {
	type row struct {
		ID        routing.ID               `json:"id"`
		Was       int                      `json:"was"`
		Version   int                      `json:"version"`
		Status    routing.AssignmentStatus `json:"status"`
		Parent    name                     `json:"parent"`
		Giver     routing.ID               `json:"giver"`
		Receive   moment                   `json:"receive"`
		Due       moment                   `json:"due"`
		DueSince  moment                   `json:"due_since"`
		Reported  moment                   `json:"reported"`
		Report    string                   `json:"report"`
		Approve   moment                   `json:"approve"`
		Returned  moment                   `json:"returned"`
		ReturnDue moment                   `json:"return_due"`
		Held      moment                   `json:"held"`
		Reminded  moment                   `json:"reminded"`
		Closed    moment                   `json:"closed"`
	}
	var rows []row
	for _, a := range p.Assignments {
		if a.Version != was.assignments[a.ID] {
			rows = append(rows, row{a.ID, was.assignments[a.ID], a.Version, a.Status, name(a.ParentID), a.GiverUnitID, moment(a.ReceiveDue), moment(a.Due),
				moment(a.DueSince), moment(a.ReportedAt), a.Report, moment(a.ApproveDue), moment(a.ReturnedAt), moment(a.ReturnDue), moment(a.HeldAt), moment(a.RemindedAt), moment(a.ClosedAt)})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	list, err := toJSON(rows)
	if err != nil {
		return err
	}
	var saved int
	if err := p.s.ask(p.ctx, &p.tx, saveAssignments, args{"rows": list}, &saved); err != nil {
		return err
	}
	if saved != len(rows) {
		return errOvertaken
	}
	return nil
}

// saveRows runs a statement over a list of rows of the document, unless it is empty.
func (p *Process) saveRows(st *statement, rows any, n int) error {
	if n == 0 {
		return nil
	}
	list, err := toJSON(rows)
	if err != nil {
		return err
	}
	return p.s.do(p.ctx, &p.tx, st, args{"document": p.Document.ID, "rows": list})
}

var addNews = prepared(`
	WITH document AS (
		UPDATE documents SET milestone_seq = milestone_seq + 1 WHERE id = ?document::uuid RETURNING milestone_seq
	)
	INSERT INTO outbox (document_id, seq, kind) SELECT ?document::uuid, milestone_seq, ?kind::text FROM document`)

func (p *Process) saveNews() error {
	for _, kind := range p.News {
		if err := p.s.do(p.ctx, &p.tx, addNews, args{"document": p.Document.ID, "kind": kind}); err != nil {
			return err
		}
	}
	return nil
}

var addEvents = prepared(`
	INSERT INTO events (at, kind, document_id, assignment_id, unit_id, actor_id, actor_unit_id, state, version, details, request_key, request_hash)
	SELECT r.at, r.kind, ?document::uuid, r.assignment, r.unit, r.actor, r.actor_unit, r.state, r.version, coalesce(r.details, '{}'),
		CASE WHEN r.n = 1 THEN ?request_key::text END, CASE WHEN r.n = 1 THEN ?request_hash::bytea END
	FROM jsonb_to_recordset(?rows::jsonb) AS r(n int, at timestamptz, kind text, assignment uuid, unit uuid, actor uuid, actor_unit uuid, state text, version int, details jsonb)
	ORDER BY r.n
	RETURNING ` + eventColumns)

func (p *Process) saveEvents(req routing.Request) (routing.Event, error) {
	type row struct {
		N          int            `json:"n"`
		At         moment         `json:"at"`
		Kind       routing.Act    `json:"kind"`
		Assignment name           `json:"assignment"`
		Unit       routing.ID     `json:"unit"`
		Actor      name           `json:"actor"`
		ActorUnit  name           `json:"actor_unit"`
		State      string         `json:"state"`
		Version    int            `json:"version"`
		Details    map[string]any `json:"details"`
	}
	if len(p.Events) == 0 {
		return routing.Event{}, nil
	}
	rows := make([]row, len(p.Events))
	for i, e := range p.Events {
		rows[i] = row{i + 1, moment(e.At), e.Kind, name(e.AssignmentID), e.UnitID, name(e.ActorID), name(e.ActorUnitID), e.State, e.Version, e.Details}
	}
	list, err := toJSON(rows)
	if err != nil {
		return routing.Event{}, err
	}
	a := args{"document": p.Document.ID, "rows": list, "request_key": orNull(req.Key), "request_hash": any(nil)}
	if req.Key != "" {
		a["request_hash"] = req.Hash
	}
	var added []eventRow
	if err := p.s.ask(p.ctx, &p.tx, addEvents, a, &added); err != nil {
		return routing.Event{}, err
	}
	if err := p.notify(added); err != nil {
		return routing.Event{}, err
	}
	return added[0].event()
}
