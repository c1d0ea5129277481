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

var saveDecisions = prepared(`
	INSERT INTO decisions (id, document_id, assignment_id, kind, circuit_id, stage, asked_by, asked_unit_id, asked_at, reason, proposed_due_at,
		owner_unit_id, due_at, status, decided_by, decided_at, note, version)
	SELECT r.id, ?document::uuid, r.assignment, r.kind, r.circuit, r.stage, r.asked_by, r.asked_unit, r.asked_at, r.reason, r.proposed,
		r.owner, r.due, r.status, r.decided_by, r.decided_at, r.note, r.version
	FROM jsonb_to_recordset(?rows::jsonb) AS r(id uuid, assignment uuid, kind text, circuit uuid, stage int, asked_by uuid, asked_unit uuid, asked_at timestamptz,
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
			rows = append(rows, row{x.ID, x.AssignmentID, x.Kind, name(x.CircuitID), x.Stage, name(x.AskedBy), x.AskedUnitID, moment(x.AskedAt),
				x.Reason, moment(x.ProposedDue), x.OwnerUnitID, moment(x.Due), x.Status, name(x.DecidedBy), moment(x.DecidedAt), x.Note, x.Version})
		}
	}
	return p.saveRows(saveDecisions, rows, len(rows))
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

var saveCircuit = prepared(`
	INSERT INTO circuits (id, document_id, assignment_id, author_id, text, stages, stage, status, started_at, ended_at, version)
	VALUES (?id::uuid, ?document::uuid, ?assignment::uuid, ?author::uuid, ?text::text, ?stages::jsonb, ?stage::int, ?status::text, ?started::timestamptz, ?ended::timestamptz, ?version::int)
	ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, status = excluded.status, ended_at = excluded.ended_at, version = excluded.version`)

func (p *Process) saveCircuits(was snapshot) error {
	for _, c := range p.Circuits {
		if c.Version == was.circuits[c.ID] {
			continue
		}
		stages, err := toJSON(c.Stages)
		if err != nil {
			return err
		}
		err = p.s.do(p.ctx, &p.tx, saveCircuit, args{"id": c.ID, "document": p.Document.ID, "assignment": c.AssignmentID, "author": c.AuthorID,
			"text": c.Text, "stages": stages, "stage": c.Stage, "status": c.Status, "started": c.StartedAt, "ended": timeOrNull(c.EndedAt), "version": c.Version})
		if err != nil {
			return err
		}
	}
	return nil
}

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

const circuitColumns = `c.id, c.assignment_id, c.author_id, c.text, c.stages, c.stage, c.status, c.started_at, c.ended_at, c.version`

var openCircuitsOf = prepared(`SELECT ` + circuitColumns + ` FROM circuits c WHERE c.document_id = ?id::uuid AND c.status = 'open'`)

// circuitRow is a circuit as it lies in the table.
type circuitRow struct {
	ID, AssignmentID, AuthorID routing.ID
	Text                       string
	Stages                     json.RawMessage
	Stage, Version             int
	Status                     routing.CircuitStatus
	StartedAt, EndedAt         time.Time
}

func (r circuitRow) circuit() (routing.Circuit, error) {
	c := routing.Circuit{ID: r.ID, AssignmentID: r.AssignmentID, AuthorID: r.AuthorID, Text: r.Text, Stage: r.Stage,
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
