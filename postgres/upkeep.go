package postgres

import (
	"context"
	"time"

	"congvan/routing"
)

// lagAfter is how long after its time a workflow is taken to lag. Whatever falls,
// everything goes on by itself within two minutes of its return.
const lagAfter = 10 * time.Minute

// Lag is a document whose workflow has not done what it had to do by now: it
// lags behind, or was ended by hand.
type Lag struct {
	DocumentID routing.ID
	Title      string
	Status     routing.DocumentStatus
	Since      time.Time
	Missing    string // ring, dispatch, close
}

// lagging are the documents of which something should have happened before an
// instant, and for which no milestone is on its way.
const lagging = `
	SELECT d.id AS document_id, d.number, d.book_year, d.status, x.since, x.missing
	FROM documents d CROSS JOIN LATERAL (
		SELECT d.next_alarm_at AS since, 'ring' AS missing
		WHERE d.status IN ('registered', 'presented', 'directed', 'recalling') AND d.next_alarm_at < ?before
		UNION ALL
		SELECT min(g.given_at), 'dispatch' FROM directions g
		WHERE g.document_id = d.id AND d.status = 'directed' AND g.dispatched_at IS NULL AND g.voided_at IS NULL HAVING min(g.given_at) < ?before
		UNION ALL
		SELECT max(e.at), 'close' FROM events e
		WHERE e.document_id = d.id AND e.assignment_id IS NULL AND d.status IN ('concluded', 'recalling', 'recalled', 'cancelled')
		  AND EXISTS (SELECT FROM assignments a WHERE a.document_id = d.id AND a.closed_at IS NULL) HAVING max(e.at) < ?before
		ORDER BY since LIMIT 1
	) x
	WHERE (?after IS NULL OR d.id > ?after::uuid) AND NOT EXISTS (SELECT FROM outbox o WHERE o.document_id = d.id)
	ORDER BY d.id LIMIT ?limit`

// Lagging lists documents whose workflow lags, by id, after one.
func (s *Store) Lagging(ctx context.Context, now time.Time, after routing.ID, limit int) ([]Lag, error) {
	return s.lags(ctx, lagging, now, after, limit)
}

// WakeLagging writes one milestone for each of them, which wakes its workflow or
// starts it anew, and lists them. A document that somebody acts upon at this
// moment is left alone.
func (s *Store) WakeLagging(ctx context.Context, now time.Time, after routing.ID, limit int) ([]Lag, error) {
	return s.lags(ctx, `WITH found AS (`+lagging+` FOR NO KEY UPDATE OF d SKIP LOCKED), woken AS (
			UPDATE documents d SET milestone_seq = milestone_seq + 1 FROM found WHERE d.id = found.document_id RETURNING d.id, d.milestone_seq
		), news AS (
			INSERT INTO outbox (document_id, seq, kind) SELECT id, milestone_seq, 'moved' FROM woken
		)
		SELECT * FROM found ORDER BY document_id`, now, after, limit)
}

func (s *Store) lags(ctx context.Context, query string, now time.Time, after routing.ID, limit int) ([]Lag, error) {
	var rows []struct {
		DocumentID       routing.ID
		Number, BookYear int
		Status           routing.DocumentStatus
		Since            time.Time
		Missing          string
	}
	err := s.db.NewRaw(query, args{"before": now.Add(-lagAfter), "after": orNull(after), "limit": limit}).Scan(ctx, &rows)
	lags := make([]Lag, len(rows))
	for i, r := range rows {
		lags[i] = Lag{r.DocumentID, routing.Document{Number: r.Number, BookYear: r.BookYear}.Title(), r.Status, utc(r.Since), r.Missing}
	}
	return lags, failed("find lagging documents", err)
}
