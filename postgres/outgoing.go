package postgres

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// outgoingRow is an outgoing document as it lies in the table.
type outgoingRow struct {
	ID, UnitID, DrafterUnitID                routing.ID
	BookYear, Number, Version, Copies, Pages int
	Notation, IssuedOn, TypeName, Subject    string
	SignerTitle, SignerName, Drafter         string
	Language, ReplyBy, Note, CancelReason    string
	Urgency                                  routing.Urgency
	Status                                   routing.OutgoingStatus
	RegisteredAt, CancelledAt                time.Time
	Recipients, Answers                      json.RawMessage
}

const outgoingColumns = `o.id, o.unit_id, o.book_year, o.number, o.version, o.status, o.notation, to_char(o.issued_on, 'YYYY-MM-DD') AS issued_on, o.type_name, o.subject,
	o.signer_title, o.signer_name, o.drafter_unit_id, o.drafter, o.recipients, o.urgency, o.copies, o.pages, o.language,
	coalesce(to_char(o.reply_by, 'YYYY-MM-DD'), '') AS reply_by, o.note, o.registered_at, o.cancelled_at, o.cancel_reason,
	(SELECT coalesce(jsonb_agg(w.document_id ORDER BY w.document_id), '[]') FROM outgoing_answers w WHERE w.outgoing_id = o.id) AS answers`

func (r outgoingRow) outgoing() (routing.Outgoing, error) {
	o := routing.Outgoing{ID: r.ID, UnitID: r.UnitID, BookYear: r.BookYear, Number: r.Number, Status: r.Status, Version: r.Version,
		Registered: r.RegisteredAt.UTC(), CancelledAt: utc(r.CancelledAt), CancelReason: r.CancelReason,
		Issuing: routing.Issuing{CodeNotation: r.Notation, IssuedOn: r.IssuedOn, TypeName: r.TypeName, Subject: r.Subject, SignerTitle: r.SignerTitle,
			SignerName: r.SignerName, DrafterUnitID: r.DrafterUnitID, Drafter: r.Drafter, Urgency: r.Urgency, Copies: r.Copies, Pages: r.Pages,
			Language: r.Language, ReplyBy: r.ReplyBy, Note: r.Note, Secrecy: routing.NoSecret}}
	err := json.Unmarshal(r.Recipients, &o.Recipients)
	if err == nil {
		err = json.Unmarshal(r.Answers, &o.Answers)
	}
	return o, failed("read outgoing document", err)
}

// issuedSeen says that the outgoing document o exists for an actor:
// routing.Actor.SeesIssued as a condition, with the argument of [args.seenIssued].
const issuedSeen = `o.unit_id = ANY (?sight_issued::uuid[])`

// seenIssued adds what [issuedSeen] asks about the actor.
func (a args) seenIssued(actor routing.Actor) args {
	a["sight_issued"] = array(actor.IssuersSeen())
	return a
}

var addOutgoing = prepared(`
		WITH book AS (
			INSERT INTO books (unit_id, direction, year, last_number) VALUES (?unit::uuid, 'outgoing', ?year::int, 1)
			ON CONFLICT (unit_id, direction, year) DO UPDATE SET last_number = books.last_number + 1
			RETURNING last_number
		), issued AS (
			INSERT INTO outgoing (id, unit_id, book_year, number, notation, issued_on, type_name, subject, signer_title, signer_name, drafter_unit_id, drafter,
				recipients, urgency, copies, pages, language, reply_by, note, registered_at, registered_by)
			SELECT ?id::uuid, ?unit::uuid, ?year::int, last_number, ?notation::text, ?issued_on::date, ?type_name::text, ?subject::text, ?signer_title::text, ?signer_name::text,
				?drafter_unit::uuid, ?drafter::text, ?recipients::jsonb, ?urgency::text, ?copies::int, ?pages::int, ?language::text, ?reply_by::date, ?note::text,
				?at::timestamptz, ?actor::uuid
			FROM book RETURNING id, number
		), answers AS (
			INSERT INTO outgoing_answers (outgoing_id, document_id) SELECT issued.id, x FROM issued, unnest(?answers::uuid[]) x
		)
		SELECT number FROM issued`)

// AddOutgoing takes the next number of the unit's book of outgoing documents of the
// year and writes the document and its entry, all or nothing: if any of it fails,
// the number is not spent. The entry tells the number. A request that was seen is
// ErrRequestSeen.
func (s *Store) AddOutgoing(ctx context.Context, o routing.Outgoing, e routing.Entry, req routing.Request) error {
	recipients, err := toJSON(o.Recipients)
	if err != nil {
		return err
	}
	_, err = s.Journalled(ctx, e, req, func(tx bun.Tx, e *routing.Entry) error {
		var number int
		err := s.ask(ctx, &tx, addOutgoing, args{"id": o.ID, "unit": o.UnitID, "year": o.BookYear, "notation": o.CodeNotation, "issued_on": o.IssuedOn,
			"type_name": o.TypeName, "subject": o.Subject, "signer_title": o.SignerTitle, "signer_name": o.SignerName, "drafter_unit": orNull(o.DrafterUnitID),
			"drafter": o.Drafter, "recipients": recipients, "urgency": o.Urgency, "copies": o.Copies, "pages": o.Pages, "language": o.Language,
			"reply_by": orNull(o.ReplyBy), "note": o.Note, "answers": array(o.Answers), "at": o.Registered, "actor": e.ActorID}, &number)
		e.Details = maps.Clone(e.Details)
		e.Details["number"] = number
		return failed("issue", err)
	})
	return err
}

var cancelOutgoing = prepared(`UPDATE outgoing SET status = 'cancelled', version = version + 1, cancelled_at = ?at::timestamptz, cancel_reason = ?reason::text
		WHERE id = ?id::uuid AND version = ?version::int AND status = 'issued' RETURNING version`)

// CancelOutgoing cancels an outgoing document as it was read, with its entry; its
// number stays its own. routing.ErrStale if it changed meanwhile, ErrRequestSeen if
// the request was seen.
func (s *Store) CancelOutgoing(ctx context.Context, o routing.Outgoing, e routing.Entry, req routing.Request) error {
	_, err := s.Journalled(ctx, e, req, func(tx bun.Tx, _ *routing.Entry) error {
		var version int
		return failed("cancel", s.ask(ctx, &tx, cancelOutgoing, args{"id": o.ID, "version": o.Version, "at": o.CancelledAt, "reason": o.CancelReason}, &version))
	})
	if routing.FaultOf(err) == routing.NotFound {
		return routing.ErrStale
	}
	return err
}

// Outgoing finds an outgoing document by its id, as far as it exists for the actor.
// routing.ErrNotFound if there is none.
func (s *Store) Outgoing(ctx context.Context, by routing.Actor, id routing.ID) (routing.Outgoing, error) {
	var row outgoingRow
	if err := s.db.NewRaw(`SELECT `+outgoingColumns+` FROM outgoing o WHERE o.id = ?id AND `+issuedSeen, args{"id": id}.seenIssued(by)).Scan(ctx, &row); err != nil {
		return routing.Outgoing{}, failed("find outgoing document", err)
	}
	return row.outgoing()
}

// OutgoingFind narrows a list of outgoing documents. What is zero narrows nothing.
type OutgoingFind struct {
	Year     int
	Status   routing.OutgoingStatus
	Text     string // words of the subject, the number, the signer or who drafted it
	TypeName string
	Signer   string // words of the signer's title or name
	Drafter  string // words of what the drafting unit was called
	Urgency  routing.Urgency
	From, To string // the first and the last day that documents bear, 2006-01-02
}

// OutgoingPage asks for a page of the outgoing documents of a unit, as far as they
// exist for an actor: in the order of their numbers, the newest first.
type OutgoingPage struct {
	By        routing.Actor
	UnitID    routing.ID
	Find      OutgoingFind
	Ascending bool // the oldest first
	After     OutgoingPlace
	Limit     int
}

// OutgoingPlace is the place of a document in its list: the page begins after it. Zero:
// from the beginning.
type OutgoingPlace struct{ Year, Number int }

// PlaceOf is the place of a document in its list.
func PlaceOf(o routing.Outgoing) OutgoingPlace { return OutgoingPlace{o.BookYear, o.Number} }

// outgoingNarrows are the conditions of a page. Rare words are found by their index
// before anything is sorted; what is common is looked for in the order of the list,
// which ends with a full page: see [narrows].
const outgoingNarrows = ` FROM outgoing o WHERE o.unit_id = ?unit AND ` + issuedSeen + `
	AND (?year IS NULL OR o.book_year = ?year::int) AND (?status IS NULL OR o.status = ?status) AND (?type IS NULL OR o.type_name = ?type)
	AND (?urgency IS NULL OR o.urgency = ?urgency) AND (?from IS NULL OR o.issued_on >= ?from::date) AND (?to IS NULL OR o.issued_on <= ?to::date)
	AND (?words IS NULL OR o.words @@ ?words::tsquery) AND (?rare IS NULL OR o.id = ANY (ARRAY(SELECT x.id FROM outgoing x WHERE x.words @@ ?rare::tsquery)))`

func (q OutgoingPage) args(ctx context.Context, s *Store) (args, error) {
	words := ""
	for _, part := range []string{tsquery(q.Find.Text, ""), tsquery(q.Find.Signer, "C"), tsquery(q.Find.Drafter, "D")} {
		switch {
		case part != "" && words != "":
			words += " & " + part
		case part != "":
			words = part
		}
	}
	a := args{"unit": q.UnitID, "year": orNull(q.Find.Year), "status": orNull(q.Find.Status), "type": orNull(q.Find.TypeName), "urgency": orNull(q.Find.Urgency),
		"from": orNull(q.Find.From), "to": orNull(q.Find.To), "words": orNull(words), "rare": nil, "after_year": orNull(q.After.Year), "after_number": q.After.Number,
		"limit": q.Limit}.seenIssued(q.By)
	if words == "" {
		return a, nil
	}
	var few bool
	err := s.db.NewRaw(`SELECT (SELECT count(*) FROM (SELECT FROM outgoing o WHERE o.words @@ ?0::tsquery LIMIT ?1) x) < ?1`, words, rareLimit).Scan(ctx, &few)
	if few {
		a["words"], a["rare"] = nil, words
	}
	return a, failed("weigh the words", err)
}

// ListOutgoing lists a page of outgoing documents.
func (s *Store) ListOutgoing(ctx context.Context, q OutgoingPage) ([]routing.Outgoing, error) {
	a, err := q.args(ctx, s)
	if err != nil {
		return nil, err
	}
	if q.Ascending {
		return outgoingRows(ctx, s.db.NewRaw(`SELECT `+outgoingColumns+outgoingNarrows+`
			AND (?after_year IS NULL OR (o.book_year, o.number) > (?after_year::int, ?after_number::int)) ORDER BY o.book_year, o.number LIMIT ?limit`, a))
	}
	return outgoingRows(ctx, s.db.NewRaw(`SELECT `+outgoingColumns+outgoingNarrows+`
		AND (?after_year IS NULL OR (o.book_year, o.number) < (?after_year::int, ?after_number::int)) ORDER BY o.book_year DESC, o.number DESC LIMIT ?limit`, a))
}

func outgoingRows(ctx context.Context, q *bun.RawQuery) ([]routing.Outgoing, error) {
	var rows []outgoingRow
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, failed("list outgoing documents", err)
	}
	out := make([]routing.Outgoing, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.outgoing(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// CountOutgoing counts the outgoing documents of a page and all that follow, Limit
// at most.
func (s *Store) CountOutgoing(ctx context.Context, q OutgoingPage) (n int, err error) {
	a, err := q.args(ctx, s)
	if err != nil {
		return 0, err
	}
	err = s.db.NewRaw(`SELECT count(*) FROM (SELECT`+outgoingNarrows+` LIMIT ?limit) x`, a).Scan(ctx, &n)
	return n, failed("count outgoing documents", err)
}

// Replies are the outgoing documents that reply to some incoming ones, as far as they
// exist for an actor, by incoming document, the oldest first. What was cancelled
// replies to nothing.
func (s *Store) Replies(ctx context.Context, by routing.Actor, documents []routing.ID) (map[routing.ID][]routing.Outgoing, error) {
	if len(documents) == 0 {
		return nil, nil
	}
	list, err := outgoingRows(ctx, s.db.NewRaw(`SELECT `+outgoingColumns+` FROM outgoing o WHERE o.status = 'issued' AND `+issuedSeen+`
		AND o.id IN (SELECT w.outgoing_id FROM outgoing_answers w WHERE w.document_id = ANY (?documents::uuid[])) ORDER BY o.registered_at, o.id`,
		args{"documents": array(documents)}.seenIssued(by)))
	asked, found := map[routing.ID]bool{}, map[routing.ID][]routing.Outgoing{}
	for _, id := range documents {
		asked[id] = true
	}
	for _, o := range list {
		for _, id := range o.Answers {
			if asked[id] {
				found[id] = append(found[id], o)
			}
		}
	}
	return found, err
}

// Answered is an incoming document that an outgoing one replies to, with its number
// in the book of the unit that replies.
type Answered struct {
	ID           routing.ID
	Year, Number int
	Subject      string
}

// AnsweredBy are those of some incoming documents that exist for an actor, as they
// stand in a unit's book, by number.
func (s *Store) AnsweredBy(ctx context.Context, by routing.Actor, unit routing.ID, documents []routing.ID) (list []Answered, err error) {
	if len(documents) == 0 {
		return nil, nil
	}
	err = s.db.NewRaw(`SELECT DISTINCT ON (year, number, id) * FROM (
			SELECT d.id, CASE WHEN d.unit_id = ?unit THEN d.book_year ELSE a.arrival_year END AS year,
				CASE WHEN d.unit_id = ?unit THEN d.number ELSE a.arrival_number END AS number, d.subject
			FROM documents d LEFT JOIN assignments a ON a.document_id = d.id AND a.unit_id = ?unit AND a.arrival_number IS NOT NULL
			WHERE d.id = ANY (?documents::uuid[]) AND `+visible+`) x
		WHERE number IS NOT NULL ORDER BY year, number, id`, args{"unit": unit, "documents": array(documents)}.seenBy(by)).Scan(ctx, &list)
	return list, failed("list what is replied to", err)
}

// InBook finds the document that stands in a unit's book of incoming documents under
// a number of a year, registered there or received. routing.ErrNotFound if there is none.
func (s *Store) InBook(ctx context.Context, unit routing.ID, year, number int) (id routing.ID, err error) {
	err = s.db.NewRaw(`SELECT d.id FROM documents d WHERE d.unit_id = ?unit AND d.book_year = ?year AND d.number = ?number
		UNION ALL SELECT a.document_id FROM assignments a WHERE a.unit_id = ?unit AND a.arrival_year = ?year AND a.arrival_number = ?number LIMIT 1`,
		args{"unit": unit, "year": year, "number": number}).Scan(ctx, &id)
	return id, failed("look into the book", err)
}

// OutgoingWords are what stood in the columns of a book of outgoing documents lately,
// the most frequent first.
type OutgoingWords struct {
	Notations, Signers, SignerNames, Drafters, Places []string
}

// OutgoingWordsOf lists what the last 500 outgoing documents of the actor's unit have
// in their columns.
func (s *Store) OutgoingWordsOf(ctx context.Context, by routing.Actor) (w OutgoingWords, err error) {
	var rows []struct{ Kind, Word string }
	err = s.db.NewRaw(`WITH lately AS MATERIALIZED (
			SELECT o.* FROM outgoing o WHERE o.unit_id = ?unit AND `+issuedSeen+` ORDER BY o.book_year DESC, o.number DESC LIMIT 500
		), words AS (
			SELECT 'notation' AS kind, notation AS word FROM lately UNION ALL SELECT 'signer', signer_title FROM lately
			UNION ALL SELECT 'name', signer_name FROM lately UNION ALL SELECT 'drafter', drafter FROM lately
			UNION ALL SELECT 'place', p->>'name' FROM lately, jsonb_array_elements(recipients) p
		)
		SELECT kind, word FROM words WHERE word <> '' GROUP BY kind, word ORDER BY count(*) DESC, word LIMIT 300`, args{"unit": by.UnitID}.seenIssued(by)).Scan(ctx, &rows)
	into := map[string]*[]string{"notation": &w.Notations, "signer": &w.Signers, "name": &w.SignerNames, "drafter": &w.Drafters, "place": &w.Places}
	for _, row := range rows {
		*into[row.Kind] = append(*into[row.Kind], row.Word)
	}
	return w, failed("list words of the book", err)
}
