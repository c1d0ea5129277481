package postgres

import (
	"context"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// Holding is a stretch of time in which one unit, or one person, had a document.
type Holding struct {
	DocumentID     routing.ID
	AssignmentID   routing.ID // empty: the document itself
	UnitID         routing.ID
	PositionID     routing.ID // empty: the unit
	Stage          string     // registering, presenting, direction, receipt, work, consent, approval, return
	Since          time.Time
	Until          time.Time // zero: still
	WorkedSeconds  int64     // in the holder's office hours
	HeldSeconds    int64     // while the clocks stood still
	WaitingSeconds int64     // for what the holder gave out of it
	Due            time.Time // in force at the end; zero: none
	LateSeconds    int64     // after that
}

// Ledger lists who had a document from when to when, oldest first.
func (s *Store) Ledger(ctx context.Context, documentID routing.ID, now time.Time) ([]Holding, error) {
	var rows []Holding
	err := s.db.NewRaw(`SELECT h.* FROM holdings_at(?, ?) h ORDER BY h.since, h.assignment_id NULLS FIRST, h.unit_id`, documentID, now).Scan(ctx, &rows)
	for i := range rows {
		rows[i].Since, rows[i].Until, rows[i].Due = utc(rows[i].Since), utc(rows[i].Until), utc(rows[i].Due)
	}
	return rows, failed("read ledger", err)
}

// Cause is how long late documents lay with one holder in one stage.
type Cause struct {
	UnitID                     routing.ID
	PositionID                 routing.ID
	Stage                      string
	Documents                  int
	WorkedSeconds, LateSeconds int64
}

// LateDocument is one with work that was due in a period and was not reported by
// then.
type LateDocument struct {
	DocumentID routing.ID
	Whole      bool // of the scope's books: all of its ledger counts; else what the unit had
	Kept       bool // its ledger is kept as it stands
}

// lateWork are the documents with work whose due date fell into a period and passed
// before it was reported: what is late still, what came back late, and what was
// reported late.
const lateWork = `(
		SELECT o.document_id, o.book_id FROM open_assignments o
		CROSS JOIN LATERAL (SELECT CASE WHEN o.due_at IS NOT NULL THEN o.due_at WHEN o.status = 'returned' AND NOT o.held THEN (SELECT a.due_at FROM assignments a WHERE a.id = o.assignment_id) END AS due) k
		WHERE o.role IN ('lead', 'execute') AND k.due >= ?from::timestamptz AND k.due < least(?to::timestamptz, ?now::timestamptz)
		  AND (?all::boolean OR o.book_id = ANY (?books::uuid[]) OR o.unit_id = ?scope_unit::uuid OR o.giver_unit_id = ?scope_unit::uuid)
		UNION
		SELECT t.document_id, t.book_id FROM assignment_terms t
		WHERE t.outcome = 'finished' AND t.next_since IS NULL AND t.until > t.due_at AND t.due_at >= ?from::timestamptz AND t.due_at < ?to::timestamptz
		  AND (?all::boolean OR t.book_id = ANY (?books::uuid[]) OR t.unit_id = ?scope_unit::uuid OR t.giver_unit_id = ?scope_unit::uuid)
	) x JOIN documents d ON d.id = x.document_id AND d.held_at IS NULL`

// fresh says that the ledger k knows all that happened to the document d.
const fresh = `coalesce(k.event_id = (SELECT e.id FROM events e WHERE e.document_id = d.id ORDER BY e.id DESC LIMIT 1), false)`

var lateDocuments = prepared(`SELECT x.document_id, x.book_id = ANY (?books::uuid[]) AS whole, ` + fresh + ` AS kept
	FROM ` + lateWork + ` LEFT JOIN ledgers k ON k.document_id = d.id ORDER BY x.document_id`)

// LateDocuments are those of a scope that were late in a period: docs/ledger.md.
func (s *Store) LateDocuments(ctx context.Context, scope Scope, p routing.Period, now time.Time) ([]LateDocument, error) {
	var rows []LateDocument
	a := scope.args(Narrow{})
	a["from"], a["to"], a["now"], a["all"] = p.From, p.To, now, false
	err := s.ask(ctx, nil, lateDocuments, a, &rows)
	return rows, failed("find late documents", err)
}

// ledgerOf are the rows of documents whose ledgers are kept, gone on with until
// ?now, and of those that are reckoned now.
const ledgerOf = `
	WITH done AS MATERIALIZED (
		SELECT h.hours, worked_until(h.hours, ?now::timestamptz) AS seconds FROM (SELECT office_hours AS hours FROM unit_versions UNION SELECT '08:00-12:00,13:00-17:00') h
	), had AS (
		SELECT r.document_id, r.unit_id, r.position_id, r.stage,
			r.worked + CASE WHEN r.goes = 'worked' THEN trunc(w.seconds - r.worked_base)::bigint ELSE 0 END AS worked,
			r.late + CASE WHEN r.goes IN ('worked', 'waiting') AND r.due_at < ?now::timestamptz THEN trunc(w.seconds - coalesce(r.late_base, r.worked_base))::bigint ELSE 0 END AS late
		FROM ledger_rows r LEFT JOIN done w ON w.hours = r.hours WHERE r.document_id = ANY (?kept::uuid[])
		UNION ALL
		SELECT h.document_id, h.unit_id, h.position_id, h.stage, h.worked_seconds, h.late_seconds
		FROM unnest(?live::uuid[]) AS n (id) CROSS JOIN LATERAL holdings_at(n.id, ?now::timestamptz) h
	) `

// ownRows are those that count: of whole documents all, of others the unit's.
const ownRows = `(h.unit_id = ?scope_unit::uuid OR NOT h.document_id = ANY (?parts::uuid[]))`

var causes = prepared(ledgerOf + `
	SELECT h.unit_id, h.position_id, h.stage, count(DISTINCT h.document_id)::int AS documents, sum(h.worked)::bigint AS worked_seconds, sum(h.late)::bigint AS late_seconds
	FROM had h WHERE ` + ownRows + ` GROUP BY h.unit_id, h.position_id, h.stage HAVING sum(h.worked) > 0
	ORDER BY worked_seconds DESC, h.unit_id, h.position_id, h.stage`)

// Causes adds up how long documents lay with whom in which stage, the most working
// time first. Reckoning one that is not kept takes milliseconds: ask for few.
func (s *Store) Causes(ctx context.Context, scope Scope, documents []LateDocument, now time.Time) ([]Cause, error) {
	var rows []Cause
	err := s.ask(ctx, nil, causes, ledgerArgs(scope, documents, now), &rows)
	return rows, failed("find causes of lateness", err)
}

// CauseDocument is a document that one holder had in one stage.
type CauseDocument struct {
	DocumentID                 routing.ID
	WorkedSeconds, LateSeconds int64
}

var causeDocuments = prepared(ledgerOf + `
	SELECT h.document_id, sum(h.worked)::bigint AS worked_seconds, sum(h.late)::bigint AS late_seconds
	FROM had h WHERE ` + ownRows + ` AND h.unit_id = ?unit::uuid AND h.position_id IS NOT DISTINCT FROM ?position::uuid AND h.stage = ?stage::text
	GROUP BY h.document_id ORDER BY worked_seconds DESC, h.document_id`)

// CauseDocuments are the documents behind one line of [Store.Causes], those that
// lay the longest first.
func (s *Store) CauseDocuments(ctx context.Context, scope Scope, documents []LateDocument, c Cause, now time.Time) ([]CauseDocument, error) {
	var rows []CauseDocument
	a := ledgerArgs(scope, documents, now)
	a["unit"], a["position"], a["stage"] = c.UnitID, orNull(c.PositionID), c.Stage
	err := s.ask(ctx, nil, causeDocuments, a, &rows)
	return rows, failed("find late documents of a holder", err)
}

func ledgerArgs(scope Scope, documents []LateDocument, now time.Time) args {
	var kept, live, parts []routing.ID
	for _, d := range documents {
		if d.Kept {
			kept = append(kept, d.DocumentID)
		} else {
			live = append(live, d.DocumentID)
		}
		if !d.Whole {
			parts = append(parts, d.DocumentID)
		}
	}
	return args{"kept": array(kept), "live": array(live), "parts": array(parts), "scope_unit": orNull(scope.Unit), "now": now}
}

// unkept are documents that were late in a period and whose ledgers are not kept as
// they stand, the newest first.
var unkept = prepared(`SELECT x.document_id FROM ` + lateWork + ` LEFT JOIN ledgers k ON k.document_id = d.id WHERE NOT ` + fresh + ` ORDER BY x.document_id DESC LIMIT ?most::int`)

const (
	keepLedger = `
		INSERT INTO ledgers (document_id, event_id, lasts, kept_at)
		SELECT n.id::uuid, coalesce((SELECT max(e.id) FROM events e WHERE e.document_id = n.id::uuid), 0), true, ?now FROM unnest(?ids::uuid[]) AS n (id) ORDER BY n.id
		ON CONFLICT (document_id) DO UPDATE SET event_id = excluded.event_id, lasts = true, kept_at = excluded.kept_at`
	// What lasts is measured at two instants: what grows between them is what its
	// time counts as until something happens. What has ended is added up.
	keepLedgerRows = `
		WITH now AS (
			SELECT h.* FROM unnest(?ids::uuid[]) AS n (id) CROSS JOIN LATERAL holdings_at(n.id, ?now) h
		), later AS (
			SELECT h.* FROM (SELECT DISTINCT document_id FROM now WHERE until IS NULL) n CROSS JOIN LATERAL holdings_at(n.document_id, ?now::timestamptz + interval '30 days') h WHERE h.until IS NULL
		)
		INSERT INTO ledger_rows (document_id, assignment_id, unit_id, position_id, stage, worked, late, goes, hours, worked_base, late_base, due_at)
		SELECT document_id, NULL::uuid, unit_id, position_id, stage, sum(worked_seconds), sum(late_seconds), '', NULL, NULL::numeric, NULL::numeric, NULL::timestamptz
		FROM now WHERE until IS NOT NULL GROUP BY document_id, unit_id, position_id, stage
		UNION ALL
		SELECT n.document_id, n.assignment_id, n.unit_id, n.position_id, n.stage, n.worked_seconds, n.late_seconds,
			CASE WHEN l.held_seconds > n.held_seconds THEN 'held' WHEN l.waiting_seconds > n.waiting_seconds THEN 'waiting' ELSE 'worked' END,
			w.hours, worked_until(w.hours, ?now), CASE WHEN n.due > ?now THEN worked_until(w.hours, n.due) END, n.due
		FROM now n JOIN later l ON (l.document_id, l.unit_id, l.stage, l.since) = (n.document_id, n.unit_id, n.stage, n.since)
			AND l.assignment_id IS NOT DISTINCT FROM n.assignment_id AND l.position_id IS NOT DISTINCT FROM n.position_id
		CROSS JOIN LATERAL (SELECT hours_at(n.unit_id, n.since) AS hours) w
		WHERE n.until IS NULL`
)

// keepPeriod is how far back the ledgers of what was late are kept anew.
const keepPeriod = 100 * 24 * time.Hour

// KeepLedgers keeps the ledgers of documents that were late in the last hundred
// days and that something has happened to since they were kept, most at most, and
// says how many there were. Who does so at the same time does it twice, not wrongly.
func (s *Store) KeepLedgers(ctx context.Context, now time.Time, most int) (kept int, err error) {
	var rows []struct{ DocumentID routing.ID }
	a := Scope{}.args(Narrow{})
	a["from"], a["to"], a["now"], a["all"], a["most"] = now.Add(-keepPeriod), now, now, true, most
	if err := s.ask(ctx, nil, unkept, a, &rows); err != nil || len(rows) == 0 {
		return 0, failed("find ledgers to keep", err)
	}
	ids := make([]routing.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.DocumentID
	}
	err = s.inTx(ctx, func(tx bun.Tx) error { // which event is the last is read before what it left
		a := args{"ids": array(ids), "now": now}
		for _, q := range []*bun.RawQuery{tx.NewRaw(keepLedger, a), tx.NewRaw(`DELETE FROM ledger_rows WHERE document_id = ANY (?ids::uuid[])`, a), tx.NewRaw(keepLedgerRows, a),
			tx.NewRaw(`UPDATE ledgers k SET lasts = false WHERE document_id = ANY (?ids::uuid[]) AND NOT EXISTS (SELECT FROM ledger_rows r WHERE r.document_id = k.document_id AND r.goes <> '')`, a)} {
			if _, err := q.Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return len(ids), err
}
