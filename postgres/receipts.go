package postgres

import (
	"context"
	"database/sql"
	"errors"

	"congvan/calendar"
	"congvan/routing"
)

// ReceiptEvents are the events that a receipt rests on.
type ReceiptEvents struct {
	Received   routing.Event
	Registered int64          // id
	Attached   []AttachedFile // before it was received
	Account    string         // who received it
	Post       string         // the title of the position that he held that day
}

// AttachedFile is what an event tells of a file.
type AttachedFile struct {
	ID     int64 // of the event
	SHA256 string
	Size   int64
}

// ReceiptEvents finds what tells that a share was received. routing.ErrNotFound if
// it was not.
func (s *Store) ReceiptEvents(ctx context.Context, document, share routing.ID) (r ReceiptEvents, err error) {
	if r.Received, err = s.EventOf(ctx, document, share, routing.ActAcknowledge); err != nil {
		return r, err
	}
	err = s.db.QueryRowContext(ctx, `SELECT id FROM events WHERE document_id = ? AND kind = ? AND assignment_id IS NULL ORDER BY id LIMIT 1`,
		document, routing.ActRegister).Scan(&r.Registered)
	if err != nil {
		return r, failed("find events of a receipt", err)
	}
	err = s.db.NewRaw(`SELECT id, coalesce(details->>'sha256', '') AS sha256, coalesce((details->>'size')::bigint, 0) AS size
		FROM events e WHERE document_id = ?0 AND kind = ?1 AND id < ?2 AND NOT EXISTS (SELECT FROM events x
			WHERE x.document_id = ?0 AND x.kind = ?3 AND x.id > e.id AND x.id < ?2 AND x.details->>'sha256' = e.details->>'sha256')
		ORDER BY id`, document, routing.ActAttach, r.Received.ID, routing.ActDetach).Scan(ctx, &r.Attached)
	if err != nil {
		return r, failed("find events of a receipt", err)
	}
	err = s.db.QueryRowContext(ctx, `SELECT a.username, coalesce(v.title, '') FROM accounts a
		LEFT JOIN LATERAL (SELECT h.position_id FROM position_holders h WHERE h.account_id = a.id AND h.valid_from <= ?1::date ORDER BY h.valid_from DESC LIMIT 1) held ON true
		LEFT JOIN LATERAL (SELECT x.title FROM position_versions x WHERE x.position_id = held.position_id AND x.valid_from <= ?1::date ORDER BY x.valid_from DESC LIMIT 1) v ON true
		WHERE a.id = ?0`, r.Received.ActorID, calendar.DateOf(r.Received.At).String()).Scan(&r.Account, &r.Post)
	return r, failed("find who received", err)
}

// IssueReceipt writes that a receipt was given out, and what it says by its
// SHA-256; the same receipt again is the first entry again. It returns its id.
func (s *Store) IssueReceipt(ctx context.Context, e routing.Entry, sha256 string) (id int64, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT id FROM journal WHERE subject_kind = ? AND subject_id = ? AND kind = ? AND details->>'sha256' = ? ORDER BY id LIMIT 1`,
		e.Subject.Kind, e.Subject.ID, e.Kind, sha256).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, failed("find a receipt", err)
	}
	e, err = addEntry(ctx, s.db, e, routing.Request{})
	return e.ID, err
}
