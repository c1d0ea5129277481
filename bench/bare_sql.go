package main

import (
	"context"
	"encoding/json"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// bareRecord leaves the same rows as the product and does nothing else: one
// statement an act, no rights, no request keys, no outbox, no rules, no alarms.
type bareRecord struct {
	bareStatements
	bench *bench
}

// bareAct are the named arguments of the statements below.
type bareAct struct {
	At                          time.Time
	Day                         time.Time // until when something is due, whatever the calendar says
	Year                        int
	Actor, ActorPosition        routing.ID
	ActorUnit                   routing.ID
	Document, Direction, Share  routing.ID
	Unit                        routing.ID
	CodeNumber, DuplicateKey    string
	Subject                     string
	Text, Process, Result, Done string
	Details, Recipients         string
	NewIDs                      []routing.ID `bun:"new_ids,array"`
}

func (r bareRecord) act(by routing.Actor) *bareAct {
	now := time.Now().UTC().Truncate(time.Microsecond)
	year, _, _ := calendar.DateOf(now).Civil()
	return &bareAct{
		At: now, Day: now.Add(24 * time.Hour), Year: year, Details: "{}",
		Actor: by.AccountID, ActorPosition: by.PositionID, ActorUnit: by.UnitID,
	}
}

func (r bareRecord) register(ctx context.Context, n int64) (*document, error) {
	in := registration(n)
	a := r.act(r.bench.clerk)
	a.Document, a.CodeNumber, a.DuplicateKey, a.Subject = postgres.NewID(), in.CodeNumber, in.DuplicateKey(), in.Subject
	_, err := r.number(ctx, `
		WITH book AS (
			INSERT INTO books (unit_id, direction, year, last_number) VALUES (?actor_unit, 'incoming', ?year, 1)
			ON CONFLICT (unit_id, direction, year) DO UPDATE SET last_number = books.last_number + 1
			RETURNING last_number
		), document AS (
			INSERT INTO documents (id, unit_id, book_year, number, issuer, code_number, code_notation, type_name, subject, field,
				urgency, duplicate_key, duplicate_reason, ladder, ladder_version, status, direct_due_at, registered_at, registered_by)
			SELECT ?document, ?actor_unit, ?year, last_number, 'UBND thành phố Hà Nội', ?code_number, 'KH-UBND', 'Kế hoạch', ?subject, '',
				'normal', ?duplicate_key, '', 'normal', 1, 'registered', ?day, ?at, ?actor FROM book
			RETURNING number
		)
		INSERT INTO events (at, kind, document_id, unit_id, actor_id, actor_unit_id, state, version, year, number)
		SELECT ?at, 'registered', ?document, ?actor_unit, ?actor, ?actor_unit, 'registered', 1, ?year, number FROM document
		RETURNING number`, a)
	return &document{id: a.Document, version: 1}, err
}

func (r bareRecord) direct(ctx context.Context, d *document) error {
	in := r.bench.direction()
	list, err := recipientRows(in.Recipients)
	if err != nil {
		return err
	}
	a := r.act(r.bench.chairman)
	a.Document, a.Direction, a.Recipients, a.Details = d.id, postgres.NewID(), list, `{"recipients": 17}`
	a.Text, a.Process, a.Result = in.Text, in.Process, in.Result
	_, err = r.number(ctx, `
		WITH document AS (
			UPDATE documents SET status = 'directed', version = version + 1 WHERE id = ?document AND status = 'registered'
			RETURNING id, version
		), direction AS (
			INSERT INTO directions (id, document_id, unit_id, given_by, given_by_position, given_at, text, process, result)
			SELECT ?direction, id, ?actor_unit, ?actor, ?actor_position, ?at, ?text, ?process, ?result FROM document
		), recipients AS (
			INSERT INTO direction_recipients (direction_id, ordinal, unit_id, role, due_at)
			SELECT ?direction, r.ordinal, r.unit, r.role, r.due
			FROM document, jsonb_to_recordset(?recipients) AS r(ordinal int, unit uuid, role text, due timestamptz)
		)
		INSERT INTO events (at, kind, document_id, unit_id, actor_id, actor_unit_id, state, version, details)
		SELECT ?at, 'directed', id, ?actor_unit, ?actor, ?actor_unit, 'directed', version, ?details FROM document
		RETURNING version`, a)
	return err
}

func recipientRows(recipients []routing.Recipient) (string, error) {
	type row struct {
		Ordinal int          `json:"ordinal"`
		Unit    routing.ID   `json:"unit"`
		Role    routing.Role `json:"role"`
		Due     time.Time    `json:"due"`
	}
	rows := make([]row, len(recipients))
	for i, r := range recipients {
		rows[i] = row{i + 1, r.UnitID, r.Role, r.Due}
	}
	text, err := json.Marshal(rows)
	return string(text), err
}

// dispatch inserts the assignments of a document's direction; a second time it
// inserts none.
func (r bareRecord) dispatch(ctx context.Context, document routing.ID) error {
	a := r.act(routing.Actor{})
	a.Document = document
	for range r.bench.wards {
		a.NewIDs = append(a.NewIDs, postgres.NewID())
	}
	return r.do(ctx, `
		WITH added AS (
			INSERT INTO assignments (id, document_id, direction_id, giver_unit_id, unit_id, role, status, sent_at, receive_due_at, due_at)
			SELECT i.id, x.document_id, x.id, x.unit_id, r.unit_id, r.role, 'sent', ?at, ?day, r.due_at
			FROM directions x JOIN direction_recipients r ON r.direction_id = x.id
			JOIN unnest(?new_ids::uuid[]) WITH ORDINALITY AS i(id, ordinal) USING (ordinal)
			WHERE x.document_id = ?document
			ON CONFLICT (direction_id, unit_id, position_id) DO NOTHING
			RETURNING id, unit_id
		), direction AS (
			UPDATE directions SET dispatched_at = ?at WHERE document_id = ?document
		)
		INSERT INTO events (at, kind, document_id, assignment_id, unit_id, state, version)
		SELECT ?at, 'dispatched', ?document, id, unit_id, 'sent', 1 FROM added`, a)
}

func (r bareRecord) acknowledge(ctx context.Context, s *share) (err error) {
	a := r.act(r.bench.wards[s.ward].clerk)
	a.Share = s.id
	s.version, err = r.number(ctx, `
		WITH book AS (
			INSERT INTO books (unit_id, direction, year, last_number) VALUES (?actor_unit, 'incoming', ?year, 1)
			ON CONFLICT (unit_id, direction, year) DO UPDATE SET last_number = books.last_number + 1
			RETURNING last_number, year
		), changed AS (
			UPDATE assignments a SET status = 'received', received_at = ?at, received_by = ?actor, version = a.version + 1,
				arrival_year = book.year, arrival_number = book.last_number
			FROM book WHERE a.id = ?share AND a.status = 'sent'
			RETURNING a.document_id, a.version, a.arrival_year, a.arrival_number
		)
		INSERT INTO events (at, kind, document_id, assignment_id, unit_id, actor_id, actor_unit_id, state, version, year, number)
		SELECT ?at, 'acknowledged', document_id, ?share, ?actor_unit, ?actor, ?actor_unit, 'received', version, arrival_year, arrival_number FROM changed
		RETURNING version`, a)
	return err
}

func (r bareRecord) report(ctx context.Context, s *share) error {
	details, err := json.Marshal(map[string]string{"text": done})
	if err != nil {
		return err
	}
	a := r.act(r.bench.wards[s.ward].head)
	a.Share, a.Done, a.Details = s.id, done, string(details)
	s.version, err = r.number(ctx, `
		WITH changed AS (
			UPDATE assignments a SET status = 'reported', reported_at = ?at, report = ?done, approve_due_at = ?day, version = a.version + 1
			WHERE a.id = ?share AND a.status = 'received'
			RETURNING a.document_id, a.version
		)
		INSERT INTO events (at, kind, document_id, assignment_id, unit_id, actor_id, actor_unit_id, state, version, details)
		SELECT ?at, 'reported', document_id, ?share, ?actor_unit, ?actor, ?actor_unit, 'reported', version, ?details FROM changed
		RETURNING version`, a)
	return err
}

func (r bareRecord) conclude(ctx context.Context, d *document) error {
	lead := d.shares[0]
	a := r.act(r.bench.chairman)
	a.Document, a.Share, a.Unit = d.id, lead.id, r.bench.wards[lead.ward].unit
	_, err := r.number(ctx, `
		WITH changed AS (
			UPDATE assignments a SET status = 'done', closed_at = ?at, version = a.version + 1
			WHERE a.id = ?share AND a.status = 'reported'
			RETURNING a.version
		), document AS (
			UPDATE documents d SET status = 'concluded', concluded_at = ?at, version = d.version + 1 FROM changed WHERE d.id = ?document
		)
		INSERT INTO events (at, kind, document_id, assignment_id, unit_id, actor_id, actor_unit_id, state, version)
		SELECT ?at, 'approved', ?document, ?share, ?unit, ?actor, ?actor_unit, 'done', version FROM changed
		RETURNING version`, a)
	return err
}

// finish closes what is still open of a document.
func (r bareRecord) finish(ctx context.Context, document routing.ID) error {
	a := r.act(routing.Actor{})
	a.Document = document
	return r.do(ctx, `
		WITH ended AS (
			UPDATE assignments SET status = 'done', closed_at = ?at, version = version + 1
			WHERE document_id = ?document AND closed_at IS NULL
			RETURNING id, unit_id, version
		)
		INSERT INTO events (at, kind, document_id, assignment_id, unit_id, state, version)
		SELECT ?at, 'closed', ?document, id, unit_id, 'done', version FROM ended`, a)
}

// bareSQL is the reference without any workflow: the client itself dispatches
// and closes, each by one more statement.
type bareSQL struct{ bareRecord }

func newBareSQL(b *bench, prepare bool) bareSQL {
	return bareSQL{bareRecord{newBareStatements(b, prepare), b}}
}

func (w bareSQL) direct(ctx context.Context, d *document) error {
	if err := w.bareRecord.direct(ctx, d); err != nil {
		return err
	}
	return w.dispatch(ctx, d.id)
}

func (w bareSQL) conclude(ctx context.Context, d *document) error {
	if err := w.bareRecord.conclude(ctx, d); err != nil {
		return err
	}
	return w.finish(ctx, d.id)
}

func (bareSQL) historyEvents(context.Context, []*document) (float64, error) { return 0, nil }

func (bareSQL) processes() []string { return []string{postgresProcess, benchProcess} }

func (bareSQL) name() string { return runBareSQL }
