package postgres

import (
	"context"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/routing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Process is a document held for one step of its workflow: its row is locked,
// so that the step and people's acts on the document follow one another, and
// what it finds it also acts upon.
type Process struct {
	routing.Case

	ctx  context.Context
	tx   bun.Tx
	s    *Store
	time *workingTime // that of Clocks
}

var holdDocument = prepared(`SELECT ` + documentColumns + `, (SELECT max(v.version) FROM calendar_versions v) AS newest_calendar
	FROM documents d WHERE d.id = ?id::uuid FOR NO KEY UPDATE OF d`)

// Proceed holds a document while f carries out a step of its workflow, all in
// one transaction. now is the instant that the step happens at.
func (s *Store) Proceed(ctx context.Context, id routing.ID, now time.Time, f func(*Process) error) error {
	return s.hold(ctx, id, now, func(p *Process) error {
		if p.Document.Status == routing.Registered {
			return f(p) // it has nothing else yet
		}
		var err error
		if p.Decisions, err = s.listDecisions(ctx, &p.tx, id); err != nil {
			return err
		}
		return f(p)
	})
}

// hold locks a document's row and reads its case, but for its directions and
// decisions. It reckons with the newest calendar, and never with one older than
// the document was reckoned with: a row that was waited for may be newer than
// the rest of what the statement saw.
func (s *Store) hold(ctx context.Context, id routing.ID, now time.Time, f func(*Process) error) error {
	if _, err := s.workingTime(ctx); err != nil {
		return err
	}
	return s.inTx(ctx, func(tx bun.Tx) error {
		var row struct {
			documentRow    `bun:",extend"`
			NewestCalendar int
		}
		if err := s.ask(ctx, &tx, holdDocument, args{"id": id}, &row); err != nil {
			return err
		}
		ladder, err := s.ladder(ctx, tx, row.Ladder, row.LadderVersion)
		if err != nil {
			return err
		}
		working, err := s.workingTimeSince(ctx, tx, max(row.NewestCalendar, row.CalendarVersion))
		if err != nil {
			return err
		}
		p := &Process{Case: routing.Case{Document: row.document(), Ladder: ladder, Clocks: working.of, Now: now, NewID: NewID}, s: s, ctx: ctx, tx: tx, time: working}
		if p.Assignments, err = s.listAssignments(ctx, &tx, id); err != nil {
			return err
		}
		return f(p)
	})
}

// Undispatched lists the document's directions that have no assignments yet.
// Each goes out of its parent assignment, if it has one.
type Undispatched struct {
	routing.Direction
	ID, ParentID, UnitID routing.ID
	CircleID, ReplacesID routing.ID // its own circle, or the one that it joins; the share whose place is taken
	Carries              bool       // what lies below that share goes along
}

var undispatchedOf = prepared(`SELECT x.id, x.parent_id, x.unit_id, coalesce(x.joins_id, x.id) AS circle_id, x.replaces_id, x.carries, r.unit_id AS recipient_unit, r.position_id, r.role, r.due_at
		FROM directions x JOIN direction_recipients r ON r.direction_id = x.id
		WHERE x.document_id = ?id::uuid AND x.dispatched_at IS NULL AND x.voided_at IS NULL ORDER BY x.given_at, x.id, r.ordinal`)

// Undispatched lists the directions that wait to be dispatched, oldest first.
func (p *Process) Undispatched() ([]Undispatched, error) {
	var rows []struct {
		ID, ParentID, UnitID      routing.ID
		CircleID, ReplacesID      routing.ID
		Carries                   bool
		RecipientUnit, PositionID routing.ID
		Role                      routing.Role
		DueAt                     time.Time
	}
	err := p.s.ask(p.ctx, &p.tx, undispatchedOf, args{"id": p.Document.ID}, &rows)
	if err != nil {
		return nil, err
	}
	var out []Undispatched
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].ID != r.ID {
			out = append(out, Undispatched{ID: r.ID, ParentID: r.ParentID, UnitID: r.UnitID,
				CircleID: r.CircleID, ReplacesID: r.ReplacesID, Carries: r.Carries})
		}
		last := &out[len(out)-1]
		last.Recipients = append(last.Recipients, routing.Recipient{UnitID: r.RecipientUnit, PositionID: r.PositionID, Role: r.Role, Due: utc(r.DueAt)})
	}
	return out, nil
}

var dispatchShares = prepared(`
		WITH added AS (
			INSERT INTO assignments (id, document_id, direction_id, circle_id, replaces_id, parent_id, giver_unit_id, unit_id, position_id, role, status, sent_at, receive_due_at, due_at)
			SELECT r.id, ?document::uuid, ?direction::uuid, r.circle, r.replaces, r.parent, r.giver, r.unit, r.position, r.role, 'sent', ?at::timestamptz, r.receive, r.due
			FROM jsonb_to_recordset(?rows::jsonb) AS r(id uuid, circle uuid, replaces uuid, parent uuid, giver uuid, unit uuid, position uuid, role text, receive timestamptz, due timestamptz)
			ON CONFLICT (direction_id, unit_id, position_id) DO NOTHING
			RETURNING id, unit_id, parent_id, position_id, direction_id, replaces_id, role, receive_due_at, due_at
		), direction AS (
			UPDATE directions SET dispatched_at = ?at::timestamptz WHERE id = ?direction::uuid
		), carried AS (
			UPDATE assignments c SET parent_id = added.id, giver_unit_id = added.unit_id, version = c.version + 1
			FROM added WHERE ?carries::bool AND c.parent_id = added.replaces_id AND c.closed_at IS NULL
			RETURNING c.id, c.unit_id, c.status, c.version, added.id AS parent, added.unit_id AS giver
		), asked AS (
			UPDATE decisions x SET owner_unit_id = carried.giver, version = x.version + 1
			FROM carried WHERE x.document_id = ?document::uuid AND x.assignment_id = carried.id AND x.kind = 'extension' AND x.status = 'open'
			  AND x.owner_unit_id <> carried.giver
		), news AS (
			SELECT 1 AS n, id, unit_id, 'dispatched' AS kind, 'sent' AS status, 1 AS version, jsonb_strip_nulls(jsonb_build_object('role', role, 'parent', parent_id,
				'position', position_id, 'direction', direction_id, 'replaces', replaces_id, 'receiveDue', receive_due_at, 'due', due_at)) AS details FROM added
			UNION ALL
			SELECT 2, id, unit_id, 'carried', status, version, jsonb_build_object('parent', parent, 'giver', giver) FROM carried
		)
		INSERT INTO events (at, kind, document_id, assignment_id, unit_id, state, version, details)
		SELECT ?at::timestamptz, kind, ?document::uuid, id, unit_id, status, version, details FROM news ORDER BY n`)

// Dispatch writes the assignments of a direction, an event for each, and marks
// it as dispatched. If it carries, what lies below the share that it replaces
// goes along to the new one, and the new giver decides what is asked of him.
func (p *Process) Dispatch(direction Undispatched, shares []routing.Assignment) error {
	type row struct {
		ID       routing.ID `json:"id"`
		Circle   routing.ID `json:"circle"`
		Replaces name       `json:"replaces"`
		Parent   name       `json:"parent"`
		Giver    routing.ID `json:"giver"`
		Unit     routing.ID `json:"unit"`
		Position name       `json:"position"`
		Role     string     `json:"role"`
		Receive  moment     `json:"receive"`
		Due      moment     `json:"due"`
	}
	rows := make([]row, len(shares))
	for i, a := range shares {
		rows[i] = row{a.ID, a.CircleID, name(a.ReplacesID), name(a.ParentID), a.GiverUnitID, a.UnitID, name(a.PositionID), string(a.Role), moment(a.ReceiveDue), moment(a.Due)}
	}
	list, err := toJSON(rows)
	if err != nil {
		return err
	}
	err = p.s.do(p.ctx, &p.tx, dispatchShares,
		args{"document": p.Document.ID, "direction": direction.ID, "carries": direction.Carries, "at": p.Now, "rows": list})
	if err != nil || !direction.Carries {
		p.Assignments = append(p.Assignments, shares...)
		return err
	}
	if p.Assignments, err = p.s.listAssignments(p.ctx, &p.tx, p.Document.ID); err != nil {
		return err
	}
	p.Decisions, err = p.s.listDecisions(p.ctx, &p.tx, p.Document.ID)
	return err
}

// Ring writes down alarms as rung, with an event and the notices of each, and a
// mail to whoever wants one. One that has rung before stays as
// it is.
func (p *Process) Ring(alarms []routing.Alarm) error {
	if len(alarms) == 0 {
		return nil
	}
	type row struct {
		Subject    routing.ID         `json:"subject"`
		Assignment *routing.ID        `json:"assignment"`
		Unit       routing.ID         `json:"unit"`
		Kind       string             `json:"kind"`
		Step       int                `json:"step"`
		Due        time.Time          `json:"due"`
		Escalates  bool               `json:"escalates"`
		Mail       bool               `json:"mail"`
		Tell       []routing.Audience `json:"tell"`
	}
	rows := make([]row, len(alarms))
	for i := range alarms {
		a := &alarms[i]
		rows[i] = row{Subject: a.Subject, Unit: a.UnitID, Kind: string(a.Kind), Step: a.Step, Due: a.Due, Escalates: a.Escalates(), Mail: a.ByMail(), Tell: a.Tell}
		if a.AssignmentID != "" {
			rows[i].Assignment = &a.AssignmentID
		}
	}
	list, err := toJSON(rows)
	if err != nil {
		return err
	}
	var told []toldRow
	err = p.tx.NewRaw(ringStatement, args{"document": p.Document.ID, "unit": p.Document.UnitID, "at": p.Now, "day": calendar.DateOf(p.Now).String(), "rows": list,
		"state": p.Document.Status, "version": p.Document.Version}).Scan(p.ctx, &told)
	if err != nil {
		return err
	}
	return p.mailAlarms(told)
}

// ringStatement rings each alarm that has not rung. Who holds an office is
// asked now, not when the deadline was set: an alarm goes to whoever is in
// office when it rings.
const ringStatement = `
	WITH ringing AS (
		SELECT * FROM jsonb_to_recordset(?rows) AS r(subject uuid, assignment uuid, unit uuid, kind text, step int, due timestamptz, escalates bool, mail bool, tell jsonb)
	), rung AS (
		INSERT INTO alarms (subject_id, kind, step, due_at, document_id, rung_at)
		SELECT subject, kind, step, due, ?document, ?at FROM ringing
		ON CONFLICT DO NOTHING
		RETURNING subject_id, kind, step, due_at
	), news AS (
		SELECT r.*, a.position_id, a.direction_id, a.status, a.version
		FROM rung JOIN ringing r ON r.subject = rung.subject_id AND r.kind = rung.kind AND r.step = rung.step AND r.due = rung.due_at
		LEFT JOIN assignments a ON a.id = r.assignment
	), doc AS (
		SELECT d.unit_id, d.field, CASE WHEN d.status = 'presented' THEN d.presented_to END AS presented_to FROM documents d WHERE d.id = ?document
	), told AS (
		INSERT INTO notices (position_id, document_id, assignment_id, kind, step, due_at, created_at)
		SELECT DISTINCT p.id, ?document::uuid, n.assignment, n.kind, n.step, n.due, ?at::timestamptz
		FROM news n CROSS JOIN doc
		LEFT JOIN directions x ON x.id = n.direction_id
		JOIN positions p ON p.valid_from <= ?day::date AND (p.valid_to IS NULL OR p.valid_to > ?day::date)
		  AND (` + toldBy + `)
		RETURNING position_id, assignment_id, kind, step, due_at
	), noted AS (
		INSERT INTO events (at, kind, document_id, assignment_id, unit_id, state, version, details)
		SELECT ?at, 'alarmed', ?document, assignment, unit, coalesce(status, ?state), coalesce(version, ?version),
			jsonb_build_object('deadline', kind, 'step', step, 'due', due, 'escalates', escalates, 'tell', tell)
		FROM news
	)
	SELECT told.position_id, coalesce(told.assignment_id, ?document) AS subject_id, told.kind, told.step, told.due_at, ` + settingsColumns + `
	FROM told JOIN notice_settings s ON s.position_id = told.position_id AND s.mail_alarms AND s.address <> ''
	WHERE EXISTS (SELECT FROM news n WHERE n.kind = told.kind AND n.step = told.step AND n.mail)
	ORDER BY told.position_id, told.due_at, told.kind, subject_id`

// Unrung reckons the alarms of the deadlines that run now and have not rung,
// soonest first. Those of the past come first and want to ring at once.
func (p *Process) Unrung() ([]routing.Alarm, error) {
	rung, err := p.s.rung(p.ctx, &p.tx, p.Document.ID)
	if err != nil {
		return nil, err
	}
	return routing.Unrung(p.Ladder.Alarms(p.Deadlines(), p.Clocks), rung), nil
}

var finishShares = prepared(`
		WITH ended AS (
			UPDATE assignments SET status = ?status::text, closed_at = ?at::timestamptz, version = version + 1
			WHERE document_id = ?document::uuid AND closed_at IS NULL
			RETURNING id, unit_id, version
		), circuit AS (
			UPDATE circuits SET status = 'void', ended_at = ?at::timestamptz, version = version + 1
			WHERE document_id = ?document::uuid AND status = 'open'
		), asked AS (
			UPDATE decisions SET status = 'void', decided_at = ?at::timestamptz, version = version + 1
			WHERE document_id = ?document::uuid AND status = 'open' AND kind <> 'recall'
		)
		INSERT INTO events (at, kind, document_id, assignment_id, unit_id, state, version)
		SELECT ?at::timestamptz, ?act::text, ?document::uuid, id, unit_id, ?status::text, version FROM ended`)

// Finish ends every open assignment by the act: ActClose when the document is
// concluded, ActWithdraw when it is recalled.
func (p *Process) Finish(act routing.Act, status routing.AssignmentStatus) error {
	err := p.s.do(p.ctx, &p.tx, finishShares,
		args{"document": p.Document.ID, "at": p.Now, "act": act, "status": status})
	return err
}

// Outdated says whether the calendar has changed since the deadlines of the
// document were reckoned.
func (p *Process) Outdated() bool { return p.Document.CalendarVersion < p.time.version }

// MoveDeadlines moves the deadlines that the changes of the calendar since then
// move, with an event for each.
func (p *Process) MoveDeadlines() error {
	old, err := p.time.at(p.ctx, p.tx, p.Document.CalendarVersion)
	if err != nil {
		return err
	}
	return p.Change(func(c *routing.Case) { c.MoveDeadlines(old.clocks, p.time.version, old.until) })
}

var sleepUntil = prepared(`UPDATE documents SET next_alarm_at = ?at::timestamptz, calendar_version = ?calendar::int WHERE id = ?id::uuid`)

// SleepUntil writes down the alarm that the workflow sleeps until, so that an
// act which brings an alarm forward can tell, and the calendar that it was
// reckoned with. Zero: no alarm is left.
func (p *Process) SleepUntil(at time.Time) error {
	return p.s.do(p.ctx, &p.tx, sleepUntil, args{"at": timeOrNull(at), "calendar": p.Document.CalendarVersion, "id": p.Document.ID})
}

// nameSpace is that of the ids which are derived from what they stand for.
var nameSpace = uuid.MustParse("5d3c1f0e-8a52-5b7e-9c40-0b1d6a7e2f94")

// NameID is the id of something that is known by its name: the same parts give
// the same id.
func NameID(parts ...string) routing.ID {
	return routing.ID(uuid.NewSHA1(nameSpace, []byte(strings.Join(parts, "\x00"))).String())
}

// NewID makes an id for a new row. Ids grow with time, which keeps indexes small.
func NewID() routing.ID {
	return routing.ID(uuid.Must(uuid.NewV7()).String())
}
