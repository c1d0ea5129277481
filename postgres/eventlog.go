package postgres

import (
	"context"
	"time"

	"congvan/routing"
)

// LoggedDocument is a document with what happened to it in a period, as far as a
// log for process mining tells it: no subject, no issuer, no word that anybody wrote.
type LoggedDocument struct {
	ID               routing.ID
	UnitID           routing.ID // whose book it stands in
	BookYear, Number int
	TypeName         string
	Urgency          routing.Urgency
	ArrivalChannel   string
	Status           routing.DocumentStatus // now
	RegisteredAt     time.Time
	Shares           []LoggedShare     `bun:"-"`
	Directions       []LoggedDirection `bun:"-"`
	Events           []LoggedEvent     `bun:"-"` // oldest first
}

// LoggedShare is a share of a logged document.
type LoggedShare struct {
	ID, DocumentID, DirectionID, ParentID, UnitID routing.ID
	Role                                          routing.Role
	Status                                        routing.AssignmentStatus // now
	SentAt, DueAt                                 time.Time                // DueAt: in force now; zero: none
}

// LoggedDirection is a direction of a logged document.
type LoggedDirection struct {
	ID, DocumentID, UnitID routing.ID
	Kind                   string // first, further, added, rerouted, handed-over
	GivenAt                time.Time
}

// LoggedEvent is something that happened, without its details.
type LoggedEvent struct {
	ID                       int64
	At                       time.Time
	Kind                     routing.Act
	DocumentID, AssignmentID routing.ID
	DirectionID              routing.ID // that the act gave; empty: none
	UnitID                   routing.ID // that it concerns
	ActorID, ActorUnitID     routing.ID // empty: the workflow
	State                    string
	Username                 string
	Office                   routing.Office // in which it was done, on its day
}

// EventSpan are the ids between which the events of a period lie.
type EventSpan struct {
	From, To    time.Time // from, and until before
	First, Last int64     // 0: there are none
}

// spanStep is how much of a period is looked through by one statement.
const spanStep = 31 * 24 * time.Hour

// EventSpan looks for the events of a period; what commits later is none of them.
func (s *Store) EventSpan(ctx context.Context, from, to time.Time) (EventSpan, error) {
	span := EventSpan{From: from, To: to}
	for begins := from; begins.Before(to); begins = begins.Add(spanStep) {
		ends := begins.Add(spanStep)
		if ends.After(to) {
			ends = to
		}
		var part EventSpan
		// OFFSET keeps the planner from walking all ids until one falls into the period.
		err := s.db.NewRaw(`SELECT coalesce(min(id), 0) AS first, coalesce(max(id), 0) AS last FROM (SELECT id FROM events WHERE at >= ?from AND at < ?to OFFSET 0) x`,
			args{"from": begins, "to": ends}).Scan(ctx, &part.First, &part.Last)
		if err != nil {
			return span, failed("find the events of a period", err)
		}
		if part.First != 0 && (span.First == 0 || part.First < span.First) {
			span.First = part.First
		}
		span.Last = max(span.Last, part.Last)
	}
	return span, nil
}

// LogPlace is a place in a book: walking it goes on behind it. Zero: at the beginning.
type LogPlace struct{ Year, Number int }

// DocumentsWithEvents walks a book by its numbers: those of the next limit
// documents to which something happened within the span. more says whether the book goes on
// behind next.
func (s *Store) DocumentsWithEvents(ctx context.Context, book routing.ID, span EventSpan, after LogPlace, limit int) (found []routing.ID, next LogPlace, more bool, err error) {
	var rows []struct {
		ID               routing.ID
		BookYear, Number int
		Moved            bool
	}
	err = s.db.NewRaw(`
		SELECT d.id, d.book_year, d.number,
			EXISTS (SELECT FROM events e WHERE e.document_id = d.id AND e.id BETWEEN ?first AND ?last AND e.at >= ?from AND e.at < ?to) AS moved
		FROM documents d WHERE d.unit_id = ?book AND (d.book_year, d.number) > (?year, ?number)
		ORDER BY d.book_year, d.number LIMIT ?limit`,
		args{"book": book, "first": span.First, "last": span.Last, "from": span.From, "to": span.To, "year": after.Year, "number": after.Number, "limit": limit}).Scan(ctx, &rows)
	for _, row := range rows {
		if next = (LogPlace{row.BookYear, row.Number}); row.Moved {
			found = append(found, row.ID)
		}
	}
	return found, next, len(rows) == limit, failed("walk a book", err)
}

// LoggedDocuments reads some documents of a book with what happened to them within the
// span, in the order of the book.
func (s *Store) LoggedDocuments(ctx context.Context, ids []routing.ID, span EventSpan) ([]LoggedDocument, error) {
	a := args{"ids": array(ids), "first": span.First, "last": span.Last, "from": span.From, "to": span.To}
	var out []LoggedDocument
	err := s.db.NewRaw(`SELECT id, unit_id, book_year, number, type_name, urgency, arrival_channel, status, registered_at
		FROM documents WHERE id = ANY (?ids::uuid[]) ORDER BY book_year, number`, a).Scan(ctx, &out)
	if err != nil {
		return nil, failed("read documents for a log", err)
	}
	at := make(map[routing.ID]*LoggedDocument, len(out))
	for i := range out {
		out[i].RegisteredAt, at[out[i].ID] = utc(out[i].RegisteredAt), &out[i]
	}
	var events []LoggedEvent
	if err := s.db.NewRaw(loggedEvents, a).Scan(ctx, &events); err != nil {
		return nil, failed("read events for a log", err)
	}
	for _, e := range events {
		e.At, at[e.DocumentID].Events = utc(e.At), append(at[e.DocumentID].Events, e)
	}
	var shares []LoggedShare
	if err := s.db.NewRaw(`SELECT id, document_id, direction_id, parent_id, unit_id, role, status, sent_at, due_at
		FROM assignments WHERE document_id = ANY (?ids::uuid[]) ORDER BY document_id, sent_at, id`, a).Scan(ctx, &shares); err != nil {
		return nil, failed("read shares for a log", err)
	}
	for _, x := range shares {
		x.SentAt, x.DueAt, at[x.DocumentID].Shares = utc(x.SentAt), utc(x.DueAt), append(at[x.DocumentID].Shares, x)
	}
	var directions []LoggedDirection
	if err := s.db.NewRaw(`SELECT id, document_id, unit_id, kind, given_at
		FROM directions WHERE document_id = ANY (?ids::uuid[]) ORDER BY document_id, given_at, id`, a).Scan(ctx, &directions); err != nil {
		return nil, failed("read directions for a log", err)
	}
	for _, x := range directions {
		x.GivenAt, at[x.DocumentID].Directions = utc(x.GivenAt), append(at[x.DocumentID].Directions, x)
	}
	return out, nil
}

// loggedEvents tells the office in which something was done as it was on that day:
// that of the position acted in, which is another's where somebody acted for him.
const loggedEvents = `
	SELECT e.id, e.at, e.kind, e.document_id, e.assignment_id,
		(SELECT g.id FROM directions g WHERE g.document_id = e.document_id AND (g.id::text = e.details->>'direction'
			OR e.kind = 'directed' AND g.given_at = e.at AND g.given_by = e.actor_id) LIMIT 1) AS direction_id,
		 e.unit_id, e.actor_id, e.actor_unit_id, e.state,
		x.username, o.office
	FROM events e
	LEFT JOIN accounts x ON x.id = e.actor_id
	LEFT JOIN LATERAL (
		SELECT v.office FROM position_holders h
		JOIN position_versions v ON v.position_id = coalesce(nullif(e.details->>'position', '')::uuid, h.position_id)
			AND v.valid_from <= (e.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
		WHERE h.account_id = e.actor_id AND h.valid_from <= (e.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
		ORDER BY h.valid_from DESC, v.valid_from DESC LIMIT 1) o ON true
	WHERE e.document_id = ANY (?ids::uuid[]) AND e.id BETWEEN ?first AND ?last AND e.at >= ?from AND e.at < ?to
	ORDER BY e.document_id, e.id`
