package postgres

import (
	"cmp"
	"context"
	"encoding/hex"
	"time"

	"congvan/routing"
)

// documentRow is a document as it lies in the table.
type documentRow struct {
	ID, UnitID                                routing.ID
	BookYear, Number, Version                 int
	Issuer, CodeNumber, CodeNotation          string
	IssuedOn, ReplyBy                         string
	TypeName, Subject, Field, DuplicateReason string
	Urgency                                   routing.Urgency
	Ladder                                    string
	LadderVersion                             int
	Status                                    routing.DocumentStatus
	DirectDueAt, RegisteredAt, ConcludedAt    time.Time
	ArrivedAt, NoticeDueAt, NotifiedAt        time.Time
	PresentDueAt, PresentedAt, HeldAt         time.Time
	PresentedTo, ReplacesID                   routing.ID
	ArrivalChannel                            routing.Channel
	SenderAddress                             string
	CalendarVersion                           int
	NextAlarmAt                               time.Time
	MilestoneSeq                              int
}

const documentColumns = `d.id, d.unit_id, d.book_year, d.number, d.version, d.issuer, d.code_number, d.code_notation,
	coalesce(to_char(d.issued_on, 'YYYY-MM-DD'), '') AS issued_on, coalesce(to_char(d.reply_by, 'YYYY-MM-DD'), '') AS reply_by,
	d.type_name, d.subject, d.field, d.duplicate_reason, d.urgency, d.ladder, d.ladder_version, d.status,
	d.direct_due_at, d.registered_at, d.concluded_at, d.next_alarm_at, d.milestone_seq, d.arrived_at, nullif(d.arrival_channel, 'paper') AS arrival_channel, d.sender_address,
	d.notice_due_at, d.notified_at, d.present_due_at, d.presented_at, d.presented_to, d.held_at, d.replaces_id, d.calendar_version`

func (r documentRow) document() routing.Document {
	return routing.Document{
		ID: r.ID, UnitID: r.UnitID, BookYear: r.BookYear, Number: r.Number, Status: r.Status, Version: r.Version, LadderVersion: r.LadderVersion,
		NoticeDue: utc(r.NoticeDueAt), NotifiedAt: utc(r.NotifiedAt), PresentDue: utc(r.PresentDueAt), DirectDue: r.DirectDueAt.UTC(),
		Registered: r.RegisteredAt.UTC(), PresentedAt: utc(r.PresentedAt), PresentedTo: r.PresentedTo, HeldAt: utc(r.HeldAt), Concluded: utc(r.ConcludedAt),
		CalendarVersion: r.CalendarVersion,
		Registration: routing.Registration{
			Issuer: r.Issuer, CodeNumber: r.CodeNumber, CodeNotation: r.CodeNotation, IssuedOn: r.IssuedOn,
			TypeName: r.TypeName, Subject: r.Subject, Field: r.Field, Urgency: r.Urgency, ReplyBy: r.ReplyBy,
			ArrivedAt: utc(r.ArrivedAt), Channel: r.ArrivalChannel, SenderAddress: r.SenderAddress, Replaces: r.ReplacesID,
			Secrecy: routing.NoSecret, Ladder: r.Ladder, DuplicateReason: r.DuplicateReason,
		},
	}
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// NewDocument is everything that the record needs to take a document into a book.
type NewDocument struct {
	routing.Document
	NextAlarm time.Time
	Actor     routing.Actor
	Request   routing.Request
	Details   map[string]any // of the event
}

var addDocument = prepared(`
		WITH book AS (
			INSERT INTO books (unit_id, direction, year, last_number) VALUES (?unit::uuid, 'incoming', ?year::int, 1)
			ON CONFLICT (unit_id, direction, year) DO UPDATE SET last_number = books.last_number + 1
			RETURNING last_number
		), document AS (
			INSERT INTO documents (id, unit_id, book_year, number, issuer, code_number, code_notation, issued_on, type_name,
				subject, field, urgency, reply_by, duplicate_key, duplicate_reason, ladder, ladder_version, status,
				direct_due_at, registered_at, registered_by, next_alarm_at, arrived_at, arrival_channel, sender_address, notice_due_at, present_due_at, replaces_id, calendar_version)
			SELECT ?id::uuid, ?unit::uuid, ?year::int, last_number, ?issuer::text, ?code_number::text, ?code_notation::text, ?issued_on::date, ?type_name::text,
				?subject::text, ?field::text, ?urgency::text, ?reply_by::date, ?duplicate_key::text, ?duplicate_reason::text, ?ladder::text, ?ladder_version::int, 'registered',
				?direct_due::timestamptz, ?at::timestamptz, ?actor::uuid, ?next_alarm::timestamptz,
				?arrived::timestamptz, ?channel::text, ?sender::text, ?notice_due::timestamptz, ?present_due::timestamptz, ?replaces::uuid, greatest(?calendar::int, 1)
			FROM book
			RETURNING id, number
		), news AS (
			INSERT INTO outbox (document_id, seq, kind, next_alarm) SELECT id, 1, 'registered', ?next_alarm::timestamptz FROM document
		)
		INSERT INTO events (at, kind, document_id, unit_id, actor_id, actor_unit_id, state, version, year, number, details, request_key, request_hash)
		SELECT ?at::timestamptz, 'registered', id, ?unit::uuid, ?actor::uuid, ?actor_unit::uuid, 'registered', 1, ?year::int, number, ?details::jsonb, ?request_key::text, ?request_hash::bytea FROM document
		RETURNING ` + eventColumns)

// AddDocument takes the next number of the unit's book of the year and writes
// the document, its event and its first milestone, all in one statement: if any
// of it fails, the number is not spent.
func (s *Store) AddDocument(ctx context.Context, n NewDocument) (routing.Event, error) {
	details, err := detailsOf(n.Actor, n.Details)
	if err != nil {
		return routing.Event{}, err
	}
	event, err := s.actEvent(ctx, "register", addDocument,
		args{
			"id": n.ID, "unit": n.UnitID, "year": n.BookYear, "issuer": n.Issuer, "code_number": n.CodeNumber,
			"code_notation": n.CodeNotation, "issued_on": orNull(n.IssuedOn), "type_name": n.TypeName, "subject": n.Subject,
			"field": n.Field, "urgency": n.Urgency, "reply_by": orNull(n.ReplyBy), "duplicate_key": n.DuplicateKey(),
			"duplicate_reason": n.DuplicateReason, "ladder": n.Ladder, "ladder_version": n.LadderVersion,
			"direct_due": n.DirectDue, "next_alarm": timeOrNull(n.NextAlarm), "calendar": n.CalendarVersion, "details": details,
			"arrived": timeOrNull(n.ArrivedAt), "channel": cmp.Or(string(n.Channel), "paper"), "sender": n.SenderAddress,
			"notice_due": timeOrNull(n.NoticeDue), "present_due": timeOrNull(n.PresentDue), "replaces": orNull(n.Replaces),
		}.by(n.Actor, n.Registered, n.Request))
	if violates(err, "documents_no_twin") {
		return event, routing.ErrDuplicate
	}
	return event, err
}

var documentByID = prepared(`SELECT ` + documentColumns + ` FROM documents d WHERE d.id = ?id::uuid`)

// Document finds a document by its id. routing.ErrNotFound if there is none.
func (s *Store) Document(ctx context.Context, id routing.ID) (routing.Document, error) {
	var row documentRow
	err := s.ask(ctx, nil, documentByID, args{"id": id}, &row)
	return row.document(), failed("find document", err)
}

var replacedBy = prepared(`SELECT d.id FROM documents d WHERE d.replaces_id = ?id::uuid ORDER BY d.registered_at DESC LIMIT 1`)

// ReplacedBy finds the newest document that stands for another; empty if none does.
func (s *Store) ReplacedBy(ctx context.Context, id routing.ID) (by routing.ID, err error) {
	err = failed("find replacement", s.ask(ctx, nil, replacedBy, args{"id": id}, &by))
	if routing.FaultOf(err) == routing.NotFound {
		return "", nil
	}
	return by, err
}

var twins = prepared(`SELECT ` + documentColumns + ` FROM documents d
		WHERE d.unit_id = ?unit::uuid AND ` + visible + ` AND d.duplicate_key = ?key::text AND d.duplicate_key <> '' ORDER BY d.registered_at DESC LIMIT 5`)

// Twins lists the documents in the book of the actor's unit that have the same number, notation and
// issuer as key says (routing.Registration.DuplicateKey), newest first.
func (s *Store) Twins(ctx context.Context, by routing.Actor, key string) ([]routing.Document, error) {
	if key == "" {
		return nil, nil
	}
	var rows []documentRow
	err := s.ask(ctx, nil, twins, args{"unit": by.UnitID, "key": key}.seenBy(by), &rows)
	return documents(rows), failed("look for duplicates", err)
}

// DocumentPage asks for one page of a unit's register.
type DocumentPage struct {
	By     routing.Actor // who asks
	UnitID routing.ID
	Status routing.DocumentStatus // empty: all
	Before routing.ID             // the last document of the page before; empty: the first page
	Limit  int
}

// Documents lists a unit's own register, newest first.
func (s *Store) Documents(ctx context.Context, page DocumentPage) ([]routing.Document, error) {
	var rows []documentRow
	err := s.db.NewRaw(`SELECT `+documentColumns+` FROM documents d
		WHERE d.unit_id = ?unit AND `+visible+` AND (?status IS NULL OR d.status = ?status)
		  AND (?before IS NULL OR (d.book_year, d.number) < (SELECT book_year, number FROM documents WHERE id = ?before::uuid AND unit_id = ?unit))
		ORDER BY d.book_year DESC, d.number DESC LIMIT ?limit`,
		args{"unit": page.UnitID, "status": orNull(page.Status), "before": orNull(page.Before), "limit": page.Limit}.seenBy(page.By)).Scan(ctx, &rows)
	return documents(rows), failed("list documents", err)
}

// BookOf lists what stands in the book of a unit that ended, for whoever hands it
// over, newest first; nobody may see it there any more.
func (s *Store) BookOf(ctx context.Context, unit routing.ID, status routing.DocumentStatus, limit int) ([]routing.Document, error) {
	var rows []documentRow
	err := s.db.NewRaw(`SELECT `+documentColumns+` FROM documents d WHERE d.unit_id = ? AND d.status = ? ORDER BY d.book_year DESC, d.number DESC LIMIT ?`,
		unit, status, limit).Scan(ctx, &rows)
	return documents(rows), failed("list the book", err)
}

func hexOf(sum []byte) string { return hex.EncodeToString(sum) }

func documents(rows []documentRow) []routing.Document {
	out := make([]routing.Document, len(rows))
	for i, row := range rows {
		out[i] = row.document()
	}
	return out
}

var fieldOf = prepared(`SELECT d.field FROM documents d
	WHERE d.id = ?id::uuid OR d.id = (SELECT a.document_id FROM assignments a WHERE a.id = ?id::uuid)
	   OR d.id = (SELECT x.document_id FROM directions x WHERE x.id = ?id::uuid)`)

// FieldOf is the field (lĩnh vực) of a document, or of the one that a share or a
// direction is of.
// routing.ErrNotFound if there is neither.
func (s *Store) FieldOf(ctx context.Context, id routing.ID) (field string, err error) {
	var row struct{ Field string }
	err = s.ask(ctx, nil, fieldOf, args{"id": id}, &row)
	return row.Field, failed("find field", err)
}
