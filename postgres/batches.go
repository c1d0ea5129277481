package postgres

import (
	"bytes"
	"context"
	"time"

	"congvan/routing"
)

// Batch is one act on many subjects, with what became of each.
type Batch struct {
	ID        routing.ID
	Act       routing.Act
	ActorID   routing.ID
	UnitID    routing.ID
	CreatedAt time.Time
	UndoneAt  time.Time
	Hash      []byte      `bun:"request_hash"` // of what was asked
	Items     []BatchItem `bun:"-"`
}

// BatchItem is one subject of a batch. Code is that of the refusal, empty if it was done.
type BatchItem struct {
	Ordinal   int
	SubjectID routing.ID
	EventID   int64
	Code      string
	Message   string
}

// OpenBatch writes a batch down with its items, or finds it as it is by now.
// routing.ErrReused if the id stands for another content.
func (s *Store) OpenBatch(ctx context.Context, b Batch) (Batch, error) {
	type row struct {
		Ordinal int        `json:"ordinal"`
		Subject routing.ID `json:"subject"`
		Code    string     `json:"code"`
		Message string     `json:"message"`
	}
	rows := make([]row, len(b.Items))
	for i, item := range b.Items {
		rows[i] = row{i, item.SubjectID, item.Code, item.Message}
	}
	list, err := toJSON(rows)
	if err != nil {
		return Batch{}, err
	}
	_, err = s.db.NewRaw(`
		WITH batch AS (
			INSERT INTO batches (id, act, actor_id, unit_id, created_at, request_hash) VALUES (?id, ?act, ?actor, ?unit, ?at, ?hash)
			ON CONFLICT DO NOTHING RETURNING id
		)
		INSERT INTO batch_items (batch_id, ordinal, subject_id, code, message)
		SELECT batch.id, r.ordinal, r.subject, r.code, r.message
		FROM batch, jsonb_to_recordset(?rows) AS r(ordinal int, subject uuid, code text, message text)`,
		args{"id": b.ID, "act": b.Act, "actor": b.ActorID, "unit": b.UnitID, "at": b.CreatedAt, "hash": b.Hash, "rows": list}).Exec(ctx)
	if err != nil {
		return Batch{}, failed("open batch", err)
	}
	found, err := s.Batch(ctx, b.ID)
	if err == nil && !bytes.Equal(found.Hash, b.Hash) {
		return Batch{}, routing.ErrReused
	}
	return found, err
}

// Batch finds a batch with its items.
func (s *Store) Batch(ctx context.Context, id routing.ID) (Batch, error) {
	var b Batch
	err := s.db.NewRaw(`SELECT id, act, actor_id, unit_id, created_at, undone_at, request_hash FROM batches WHERE id = ?`, id).Scan(ctx, &b)
	if err != nil {
		return Batch{}, failed("find batch", err)
	}
	b.CreatedAt, b.UndoneAt = utc(b.CreatedAt), utc(b.UndoneAt)
	err = s.db.NewRaw(`SELECT ordinal, subject_id, event_id, code, message FROM batch_items WHERE batch_id = ? ORDER BY ordinal`, id).Scan(ctx, &b.Items)
	return b, failed("read batch", err)
}

// NoteBatchItem writes down what became of one subject.
func (s *Store) NoteBatchItem(ctx context.Context, batch routing.ID, item BatchItem) error {
	_, err := s.db.NewRaw(`UPDATE batch_items SET event_id = ?event, code = ?code, message = ?message WHERE batch_id = ?batch AND ordinal = ?ordinal`,
		args{"batch": batch, "ordinal": item.Ordinal, "event": orNull(item.EventID), "code": item.Code, "message": item.Message}).Exec(ctx)
	return failed("note item of batch", err)
}

// NoteUndone writes down that a batch was taken back.
func (s *Store) NoteUndone(ctx context.Context, id routing.ID, at time.Time) error {
	_, err := s.db.NewRaw(`UPDATE batches SET undone_at = coalesce(undone_at, ?) WHERE id = ?`, at, id).Exec(ctx)
	return failed("note batch as undone", err)
}

// DirectionOfEvent finds the direction whose giving left an event.
func (s *Store) DirectionOfEvent(ctx context.Context, event int64) (id routing.ID, err error) {
	err = s.db.NewRaw(`SELECT x.id FROM events e JOIN directions x ON x.document_id = e.document_id AND x.given_at = e.at AND x.given_by = e.actor_id
		WHERE e.id = ? AND e.kind = 'directed' AND x.parent_id IS NOT DISTINCT FROM e.assignment_id LIMIT 1`, event).Scan(ctx, &id)
	return id, failed("find direction", err)
}

// Rehearse holds a document while f judges an act on its case, and writes nothing.
func (s *Store) Rehearse(ctx context.Context, id routing.ID, now time.Time, f func(*routing.Case) error) error {
	return s.hold(ctx, id, now, func(p *Process) error {
		if err := p.readRest(); err != nil {
			return err
		}
		return f(&p.Case)
	})
}
