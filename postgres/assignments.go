package postgres

import (
	"context"
	"maps"
	"time"

	"congvan/calendar"
	"congvan/routing"

	"github.com/uptrace/bun"
)

// assignmentRow is an assignment as it lies in the table.
type assignmentRow struct {
	ID, DocumentID, DirectionID, ParentID       routing.ID
	GiverUnitID, UnitID, PositionID, ReceivedBy routing.ID
	Role                                        routing.Role
	Status                                      routing.AssignmentStatus
	Version, ArrivalYear, ArrivalNumber         int
	SentAt, ReceiveDueAt, DueAt, ReceivedAt     time.Time
	StartedAt, ReportedAt, ApproveDueAt         time.Time
	ClosedAt, DueSince, HeldAt                  time.Time
	ReturnedAt, ReturnDueAt, RemindedAt         time.Time
	CircleID, ReplacesID                        routing.ID
	Report                                      string
	GivenBy, PresentedTo                        routing.ID
	Field                                       string
}

const assignmentColumns = `a.id, a.document_id, a.direction_id, a.parent_id, a.giver_unit_id, a.unit_id, a.position_id,
	a.received_by, a.role, a.status, a.version, a.arrival_year, a.arrival_number, a.sent_at, a.receive_due_at, a.due_at,
	a.received_at, a.started_at, a.reported_at, a.approve_due_at, a.closed_at, a.report, a.due_since, a.held_at, a.returned_at, a.return_due_at, a.reminded_at,
	coalesce(a.circle_id, a.direction_id) AS circle_id, a.replaces_id,
	(SELECT g.given_by_position FROM directions g WHERE g.id = a.direction_id) AS given_by,
	(SELECT h.field FROM documents h WHERE h.id = a.document_id) AS field, (SELECT h.presented_to FROM documents h WHERE h.id = a.document_id) AS presented_to`

func (r assignmentRow) assignment() routing.Assignment {
	return routing.Assignment{
		ID: r.ID, DocumentID: r.DocumentID, DirectionID: r.DirectionID, CircleID: r.CircleID, ReplacesID: r.ReplacesID, ParentID: r.ParentID,
		GivenBy: r.GivenBy, Field: r.Field, PresentedTo: r.PresentedTo,
		GiverUnitID: r.GiverUnitID, UnitID: r.UnitID, PositionID: r.PositionID,
		Role: r.Role, Status: r.Status, Version: r.Version,
		SentAt: utc(r.SentAt), ReceiveDue: utc(r.ReceiveDueAt), Due: utc(r.DueAt), ApproveDue: utc(r.ApproveDueAt),
		Receipt:   routing.Receipt{At: utc(r.ReceivedAt), By: r.ReceivedBy, Year: r.ArrivalYear, Number: r.ArrivalNumber},
		StartedAt: utc(r.StartedAt), DueSince: utc(r.DueSince), ReportedAt: utc(r.ReportedAt), Report: r.Report,
		ReturnedAt: utc(r.ReturnedAt), ReturnDue: utc(r.ReturnDueAt), HeldAt: utc(r.HeldAt), RemindedAt: utc(r.RemindedAt), ClosedAt: utc(r.ClosedAt),
	}
}

func assignments(rows []assignmentRow) []routing.Assignment {
	out := make([]routing.Assignment, len(rows))
	for i, row := range rows {
		out[i] = row.assignment()
	}
	return out
}

// Assignment finds an assignment by its id. routing.ErrNotFound if there is none.
func (s *Store) Assignment(ctx context.Context, id routing.ID) (routing.Assignment, error) {
	var row assignmentRow
	err := s.db.NewRaw(`SELECT `+assignmentColumns+` FROM assignments a WHERE a.id = ?`, id).Scan(ctx, &row)
	return row.assignment(), failed("find assignment", err)
}

// Assignments lists all assignments of a document, parents before children.
func (s *Store) Assignments(ctx context.Context, documentID routing.ID) ([]routing.Assignment, error) {
	return s.listAssignments(ctx, nil, documentID)
}

var assignmentsOf = prepared(`SELECT ` + assignmentColumns + ` FROM assignments a WHERE a.document_id = ?id::uuid ORDER BY a.sent_at, a.id`)

func (s *Store) listAssignments(ctx context.Context, tx *bun.Tx, documentID routing.ID) ([]routing.Assignment, error) {
	var rows []assignmentRow
	err := s.ask(ctx, tx, assignmentsOf, args{"id": documentID}, &rows)
	return assignments(rows), failed("list assignments", err)
}

// Step is one act of a person on one assignment.
type Step struct {
	Act        routing.Act
	Actor      routing.Actor
	Assignment routing.ID
	IfVersion  int // the version the actor decided on; 0: whatever it is now
	At         time.Time
	Request    routing.Request
	Details    map[string]any
}

// stepStatement is the shape of every hot act: find the row that may move
// (conditions from routing), change it, append the event, in one statement. The
// target is locked first, so that of two who act at once the second finds
// nothing and asks why. only narrows the target. An act that changes the
// document as well locks that before the assignment, in the order of the
// workflow's steps.
func stepStatement(only string, lockDocument bool, changed string) *statement {
	lock := ""
	if lockDocument {
		lock = "FOR NO KEY UPDATE OF d"
	}
	return prepared(`
		WITH target AS (
			SELECT a.id, a.unit_id, a.position_id, a.role, a.document_id FROM assignments a
			JOIN documents d ON d.id = a.document_id AND d.status = 'directed'
			WHERE a.id = ?assignment::uuid AND a.status = ANY (?from::text[])
			  AND (?if_version::int = 0 OR a.version = ?if_version::int)
			  AND (?unit_shares::bool AND a.unit_id = ?actor_unit::uuid AND a.position_id IS NULL
			    OR ?own_shares::bool AND a.unit_id = ?actor_unit::uuid AND a.position_id = ?actor_position::uuid
			    OR ?given_shares::bool AND a.giver_unit_id = ?actor_unit::uuid AND (NOT ?in_field::bool OR ` + directs + `))
			  ` + only + `
			` + lock + ` FOR NO KEY UPDATE OF a
		), ` + changed + `
		INSERT INTO events (at, kind, document_id, assignment_id, unit_id, actor_id, actor_unit_id, state, version,
			year, number, details, request_key, request_hash)
		SELECT ?at::timestamptz, ?act::text, document_id, id, unit_id, ?actor::uuid, ?actor_unit::uuid, status, version,
			coalesce(event_year, 0), coalesce(event_number, 0), ?details::jsonb || event_details, ?request_key::text, ?request_hash::bytea FROM changed
		RETURNING ` + eventColumns)
}

// directs is routing.InHisField as a condition on the share a of the document d.
const directs = `d.field = '' OR jsonb_exists(?fields::jsonb, d.field) OR d.presented_to = ?actor_position::uuid
				OR EXISTS (SELECT FROM directions g WHERE g.id = a.direction_id AND g.given_by_position = ?actor_position::uuid)`

// step carries out an act by its statement. more are the act's own arguments.
func (s *Store) step(ctx context.Context, p Step, st *statement, more args) (routing.Event, error) {
	details, err := detailsOf(p.Actor, p.Details)
	if err != nil {
		return routing.Event{}, err
	}
	reach := p.Actor.Reach(p.Act)
	fields, err := toJSON(append([]string{}, p.Actor.Fields...))
	if err != nil {
		return routing.Event{}, err
	}
	a := args{
		"assignment": p.Assignment, "act": p.Act, "from": array(p.Act.From()), "if_version": p.IfVersion,
		"unit_shares": reach.UnitShares, "own_shares": reach.OwnShares, "given_shares": reach.GivenShares, "in_field": reach.InField, "fields": fields,
		"actor_position": orNull(p.Actor.PositionID), "details": details,
	}.by(p.Actor, p.At, p.Request)
	maps.Copy(a, more)
	return s.actEvent(ctx, string(p.Act), st, a)
}

var acknowledge = stepStatement("", false, `book AS (
			INSERT INTO books (unit_id, direction, year, last_number)
			SELECT unit_id, 'incoming', ?year::int, 1 FROM target WHERE position_id IS NULL
			ON CONFLICT (unit_id, direction, year) DO UPDATE SET last_number = books.last_number + 1
			RETURNING last_number, year
		), changed AS (
			UPDATE assignments a SET received_at = ?at::timestamptz, received_by = ?actor::uuid, version = a.version + 1,
				arrival_year = book.year, arrival_number = book.last_number,
				status = CASE a.role WHEN 'inform' THEN 'done' ELSE 'received' END,
				closed_at = CASE a.role WHEN 'inform' THEN ?at::timestamptz END
			FROM target LEFT JOIN book ON true WHERE a.id = target.id
			RETURNING a.id, a.document_id, a.unit_id, a.status, a.version, a.arrival_year AS event_year, a.arrival_number AS event_number, '{}'::jsonb AS event_details
		)`)

// Acknowledge confirms receipt. A unit takes the next number of its own book
// of incoming documents of the year; an officer's share has none. Who is only
// informed is done with it.
func (s *Store) Acknowledge(ctx context.Context, p Step, year int) (routing.Event, error) {
	return s.step(ctx, p, acknowledge, args{"year": year})
}

const changedToWorking = `changed AS (
		UPDATE assignments a SET status = 'working', started_at = coalesce(a.started_at, ?at::timestamptz), version = a.version + 1
		FROM target WHERE a.id = target.id
		RETURNING a.id, a.document_id, a.unit_id, a.status, a.version, NULL::int AS event_year, NULL::int AS event_number, '{}'::jsonb AS event_details
	)`

var work = stepStatement("AND a.role <> 'inform'", false, changedToWorking)

// Start says that the holder works on it.
func (s *Store) Start(ctx context.Context, p Step) (routing.Event, error) {
	return s.step(ctx, p, work, nil)
}

// Progress adds a note; the first one starts the work.
func (s *Store) Progress(ctx context.Context, p Step) (routing.Event, error) {
	return s.step(ctx, p, work, nil)
}

// undispatched says that what was directed out of the assignment a, or joined
// the circle that it leads, is still on its way: its shares will have to report,
// but do not exist yet.
const undispatched = `EXISTS (SELECT FROM directions x WHERE x.document_id = a.document_id AND x.dispatched_at IS NULL AND x.voided_at IS NULL
	AND (x.parent_id = a.id OR a.role = 'lead' AND x.joins_id = coalesce(a.circle_id, a.direction_id)))`

// Undispatched says whether a direction that the report of the assignment has to
// wait for is still on its way.
func (s *Store) Undispatched(ctx context.Context, id routing.ID) (waiting bool, err error) {
	err = s.db.NewRaw(`SELECT `+undispatched+` FROM assignments a WHERE a.id = ?`, id).Scan(ctx, &waiting)
	return waiting, failed("find directions on their way", err)
}

// missingReports is routing.MissingReports as a condition: no share below the
// assignment a, or beside it under its lead, still has to report.
const missingReports = `EXISTS (
		SELECT FROM assignments x WHERE x.document_id = a.document_id AND x.id <> a.id
		  AND (x.parent_id = a.id OR a.role = 'lead' AND coalesce(x.circle_id, x.direction_id) = coalesce(a.circle_id, a.direction_id) AND x.role = 'execute')
		  AND x.role IN ('lead', 'execute') AND x.status IN ('sent', 'received', 'working', 'consulting', 'returned'))`

// running says that the clocks of the assignment a and its document d do not
// stand still: nothing is reported or judged meanwhile.
const running = `a.held_at IS NULL AND d.held_at IS NULL`

var report = stepStatement(`AND a.role IN ('lead', 'execute') AND `+running+` AND NOT `+undispatched+` AND NOT `+missingReports+` AND `+unmoved, true, `document AS (
			SELECT d.id, d.next_alarm_at FROM documents d JOIN target ON d.id = target.document_id FOR NO KEY UPDATE OF d
		), changed AS (
			UPDATE assignments a SET status = 'reported', reported_at = ?at::timestamptz, report = ?text::text, approve_due_at = ?approve_due::timestamptz,
				version = a.version + 1
			FROM target JOIN document ON true WHERE a.id = target.id
			RETURNING a.id, a.document_id, a.unit_id, a.status, a.version, NULL::int AS event_year, NULL::int AS event_number, jsonb_build_object('due', a.due_at, 'late', a.due_at < ?at::timestamptz, 'approveDue', a.approve_due_at) AS event_details
		), moved AS (
			UPDATE documents d SET milestone_seq = milestone_seq + 1, next_alarm_at = ?first_alarm::timestamptz
			FROM document, changed
			WHERE d.id = document.id AND ?first_alarm::timestamptz IS NOT NULL
			  AND (document.next_alarm_at IS NULL OR document.next_alarm_at > ?first_alarm::timestamptz)
			RETURNING d.id, d.milestone_seq
		), news AS (
			INSERT INTO outbox (document_id, seq, kind, next_alarm) SELECT id, milestone_seq, 'moved', ?first_alarm::timestamptz FROM moved
		)`)

// unmoved says that no milestone of the document was written since this
// statement began. A statement that waited for the document's lock sees the
// locked row as it is now, but all other rows as they were before: what was
// sent back, or handed on, meanwhile would be missing from the conditions
// above. It finds nothing then, and the desk tries again.
const unmoved = `d.milestone_seq = (SELECT y.milestone_seq FROM documents y WHERE y.id = a.document_id)`

// Report says that the work is done; its event says by when it had to be, and
// whether it was late. approveDue is until when it has to be
// judged. If firstAlarm, the first alarm of that new deadline, lies before the
// alarm that the workflow sleeps until, the workflow is told. The document's
// row is locked for that comparison: an alarm ringing at the same moment
// either sees this report or is seen by it.
func (s *Store) Report(ctx context.Context, p Step, text string, approveDue, firstAlarm time.Time) (routing.Event, error) {
	return s.step(ctx, p, report, args{"text": text, "approve_due": approveDue, "first_alarm": timeOrNull(firstAlarm)})
}

var sendBack = stepStatement("AND "+running, true, `changed AS (
			UPDATE assignments a SET status = 'working', approve_due_at = NULL, due_since = ?at::timestamptz, version = a.version + 1
			FROM target WHERE a.id = target.id
			RETURNING a.id, a.document_id, a.unit_id, a.status, a.version, NULL::int AS event_year, NULL::int AS event_number, '{}'::jsonb AS event_details
		), moved AS (
			UPDATE documents d SET milestone_seq = milestone_seq + 1 FROM changed WHERE d.id = changed.document_id
			RETURNING d.id, d.milestone_seq
		), news AS (
			INSERT INTO outbox (document_id, seq, kind, next_alarm) SELECT id, milestone_seq, 'moved', ?at::timestamptz FROM moved
		), told AS (
			INSERT INTO notices (position_id, document_id, assignment_id, kind, step, created_at, details)
			SELECT p.id, t.document_id, t.id, ?act::text, 0, ?at::timestamptz, jsonb_build_object('by', ?actor_unit::uuid)
			FROM changed c JOIN target t ON t.id = c.id
			JOIN positions p ON p.unit_id = t.unit_id AND p.valid_from <= ?day::date AND (p.valid_to IS NULL OR p.valid_to > ?day::date)
			WHERE p.id = t.position_id OR t.position_id IS NULL AND p.office IN ('clerk', 'head', 'chief', 'deputy', 'chairman')
		)`)

// SendBack returns a report to its author with a reason. Its old deadline runs
// again, so the workflow is always told, and so is the holder.
func (s *Store) SendBack(ctx context.Context, p Step) (routing.Event, error) {
	return s.step(ctx, p, sendBack, args{"day": calendar.DateOf(p.At).String()})
}

var approve = stepStatement("AND "+running+" AND NOT "+undispatched+" AND NOT "+missingReports+" AND "+unmoved, true, `changed AS (
			UPDATE assignments a SET status = 'done', closed_at = ?at::timestamptz, version = a.version + 1
			FROM target WHERE a.id = target.id
			RETURNING a.id, a.document_id, a.unit_id, a.status, a.version, a.role, a.parent_id, NULL::int AS event_year, NULL::int AS event_number, '{}'::jsonb AS event_details
		), concluded AS (
			UPDATE documents d SET status = 'concluded', concluded_at = ?at::timestamptz, version = d.version + 1, milestone_seq = milestone_seq + 1
			FROM changed WHERE d.id = changed.document_id AND changed.role = 'lead' AND changed.parent_id IS NULL
			RETURNING d.id, d.unit_id, d.status, d.version, d.milestone_seq
		), news AS (
			INSERT INTO outbox (document_id, seq, kind) SELECT id, milestone_seq, 'concluded' FROM concluded
		), below AS (
			SELECT x.id FROM (
				WITH RECURSIVE tree AS (
					SELECT c.id FROM assignments c JOIN target ON c.parent_id = target.id
					UNION ALL
					SELECT c.id FROM assignments c JOIN tree ON c.parent_id = tree.id
				) SELECT id FROM tree
			) x WHERE EXISTS (SELECT FROM changed)
		), closed AS (
			UPDATE assignments a SET status = 'done', closed_at = ?at::timestamptz, version = a.version + 1
			FROM below WHERE a.id = below.id AND a.closed_at IS NULL
			RETURNING a.id, a.document_id, a.unit_id, a.status, a.version
		), ended AS (
			SELECT id, document_id FROM changed UNION ALL SELECT id, document_id FROM closed
		), asked AS (
			UPDATE decisions x SET status = 'void', version = x.version + 1
			FROM ended WHERE x.document_id = ended.document_id AND x.assignment_id = ended.id AND x.status = 'open'
		), circuit AS (
			UPDATE circuits k SET status = 'void', ended_at = ?at::timestamptz, version = k.version + 1
			FROM ended WHERE k.assignment_id = ended.id AND k.status = 'open'
		), closings AS (
			INSERT INTO events (at, kind, document_id, assignment_id, unit_id, state, version)
			SELECT ?at::timestamptz, 'closed', document_id, id, unit_id, status, version FROM closed
			UNION ALL
			SELECT ?at::timestamptz, 'concluded', id, NULL, unit_id, status, version FROM concluded
		)`)

// Approve accepts a report. What was handed out below it and is still open
// closes with it, and nobody decides any more what was asked about these. Accepting the lead's report of the first direction concludes
// the document, and the workflow is told to close the rest.
func (s *Store) Approve(ctx context.Context, p Step) (routing.Event, error) {
	return s.step(ctx, p, approve, nil)
}
