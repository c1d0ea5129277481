package postgres

import (
	"context"
	"time"

	"congvan/routing"
)

// StageWait counts what waits in one stage of docs/ledger.md. Consent is one stage,
// however many offices are asked.
type StageWait struct {
	Stage                    string
	Waiting, Late            int       // Late: past the deadline of the stage
	MedianSince, OldestSince time.Time // when they began to wait: half of all have not longer than the one, none longer than the other
}

// stageOf is the stage at which an open share waits.
const stageOf = `CASE x.status WHEN 'sent' THEN 'receipt' WHEN 'consulting' THEN 'consent' WHEN 'reported' THEN 'approval' WHEN 'returned' THEN 'return' ELSE 'work' END`

// openSteps are the shares of a scope with the stage at which each waits, and the
// deadline of that: of receipt and work the one that figures have; the rest are few.
// A hold stops no consent.
const openSteps = `(SELECT x.assignment_id AS subject_id, x.document_id, CASE WHEN x.status IN ('reported', 'returned') THEN x.giver_unit_id ELSE x.unit_id END AS unit_id, x.stood_since AS since,
		` + stageOf + ` AS stage,
		CASE WHEN x.status = 'consulting' THEN (SELECT min(c.due_at) FROM decisions c WHERE c.document_id = x.document_id AND c.assignment_id = x.assignment_id AND c.kind = 'consent' AND c.status = 'open')
			WHEN x.held THEN NULL WHEN x.status = 'reported' THEN (SELECT a.approve_due_at FROM assignments a WHERE a.id = x.assignment_id)
			WHEN x.status = 'returned' THEN (SELECT a.return_due_at FROM assignments a WHERE a.id = x.assignment_id) ELSE x.late_at END AS due
	FROM ` + openOf + `
	UNION ALL ` + openDocuments + `) x`

// openDocuments are those of the scope's books that wait to be presented, or for a
// direction.
const openDocuments = `SELECT d.id, d.id, d.unit_id, coalesce(d.presented_at, d.registered_at), w.stage,
		CASE WHEN d.held_at IS NOT NULL THEN NULL WHEN w.stage = 'presenting' THEN d.present_due_at ELSE d.direct_due_at END
	FROM documents d CROSS JOIN LATERAL (SELECT CASE WHEN d.status = 'registered' AND d.present_due_at IS NOT NULL THEN 'presenting' ELSE 'direction' END AS stage) w
	WHERE d.unit_id = ANY (?books::uuid[]) AND d.status IN ('registered', 'presented')`

var stagesNow = prepared(`SELECT x.stage, count(*)::int AS waiting, (count(*) FILTER (WHERE x.due < ?now::timestamptz))::int AS late,
		percentile_disc(0.5) WITHIN GROUP (ORDER BY x.since DESC) AS median_since, min(x.since) AS oldest_since FROM ` + openSteps + ` GROUP BY x.stage`)

// StagesNow counts what waits in each stage. Stages without anything are left out.
func (s *Store) StagesNow(ctx context.Context, scope Scope, now time.Time) ([]StageWait, error) {
	var rows []StageWait
	a := scope.args(Narrow{})
	a["now"] = now
	err := s.ask(ctx, nil, stagesNow, a, &rows)
	for i := range rows {
		rows[i].MedianSince, rows[i].OldestSince = utc(rows[i].MedianSince), utc(rows[i].OldestSince)
	}
	return rows, failed("count what waits", err)
}

// Passage is how something went through a stage.
type Passage struct {
	Stage        string
	UnitID       routing.ID // who had to act
	Since, Until time.Time
}

// What went through stages, the newest first, most at most of each kind: what shares
// that were finished in a period tell, the returns of a period that were answered,
// and the documents that came in it.
var (
	finishedPart = func(of string) string {
		return `(SELECT x.* FROM assignment_terms x WHERE ` + of + ` AND x.outcome = 'finished' AND x.next_since IS NULL AND x.until >= ?from::timestamptz AND x.until < ?to::timestamptz ORDER BY x.until DESC LIMIT ?most::int)`
	}
	passages = map[string]*statement{
		"shares": prepared(`SELECT s.* FROM (SELECT x.* FROM (` + finishedPart(ofBooks) + ` UNION ALL ` + finishedPart(ofHeld) + ` UNION ALL ` + finishedPart(ofGiven) + `) x ORDER BY x.until DESC LIMIT ?most::int) x
			CROSS JOIN LATERAL (SELECT a.closed_at FROM assignments a WHERE a.id = x.assignment_id AND a.reported_at >= x.until LIMIT 1) a
			CROSS JOIN LATERAL (VALUES ('receipt', x.unit_id, x.sent_at, x.received_at), ('work', x.unit_id, x.received_at, x.until), ('approval', x.giver_unit_id, x.until, a.closed_at)) s (stage, unit_id, since, until)
			WHERE s.until >= s.since`),
		"returns": prepared(`SELECT 'return' AS stage, a.giver_unit_id AS unit_id, r.at AS since, n.at AS until FROM events r
			JOIN documents d ON d.id = r.document_id JOIN assignments a ON a.id = r.assignment_id
			CROSS JOIN LATERAL (SELECT e.at FROM events e WHERE e.document_id = r.document_id AND e.assignment_id = r.assignment_id AND e.id > r.id AND e.state <> 'returned'
				AND e.kind NOT IN ('alarmed', 'attached', 'detached') ORDER BY e.id LIMIT 1) n
			WHERE r.kind = 'returned' AND r.kind IN ('returned', 'rerouted', 'sent-back') AND r.at >= ?from::timestamptz AND r.at < ?to::timestamptz
			  AND (d.unit_id = ANY (?books::uuid[]) OR a.unit_id = ?scope_unit::uuid OR a.giver_unit_id = ?scope_unit::uuid) AND NOT (a.parent_id IS NOT NULL AND a.giver_unit_id = a.unit_id)
			ORDER BY r.at DESC LIMIT ?most::int`),
		"documents": prepared(`SELECT s.* FROM (
				SELECT d.* FROM documents d WHERE d.unit_id = ANY (?books::uuid[]) AND coalesce(d.arrived_at, d.registered_at) >= ?from::timestamptz AND coalesce(d.arrived_at, d.registered_at) < ?to::timestamptz
				ORDER BY coalesce(d.arrived_at, d.registered_at) DESC LIMIT ?most::int) d
			CROSS JOIN LATERAL (SELECT coalesce(d.presented_at, d.registered_at) AS since) w
			CROSS JOIN LATERAL (SELECT min(g.given_at) AS given_at FROM directions g WHERE g.document_id = d.id AND g.unit_id = d.unit_id AND g.given_at >= w.since) g
			CROSS JOIN LATERAL (VALUES ('registering', d.unit_id, d.arrived_at, d.registered_at), ('presenting', d.unit_id, d.registered_at, d.presented_at), ('direction', d.unit_id, w.since, g.given_at)) s (stage, unit_id, since, until)
			WHERE s.until >= s.since`),
	}
)

// Passages tells how the newest went through stages in a period, most shares,
// returns and documents at most. Of consent nothing is told: no row keeps it.
func (s *Store) Passages(ctx context.Context, scope Scope, p routing.Period, most int) (all []Passage, err error) {
	a := scope.args(Narrow{})
	a["from"], a["to"], a["most"] = p.From, p.To, most
	for _, kind := range []string{"shares", "returns", "documents"} {
		var rows []Passage
		if err := s.ask(ctx, nil, passages[kind], a, &rows); err != nil {
			return nil, failed("measure stages", err)
		}
		all = append(all, rows...)
	}
	return all, nil
}

// StuckItem is a line of a list behind a figure.
type StuckItem struct {
	SubjectID  routing.ID // the share, or the document itself
	DocumentID routing.ID
	UnitID     routing.ID // who has to act
	Stage      string
	Since      time.Time // zero: not told
	Due        time.Time // zero: none
	Seconds    int64     // working, since then, or of a cause; the desk reckons it
}

func (s *Store) stuck(ctx context.Context, st *statement, a args) ([]StuckItem, error) {
	var rows []StuckItem
	err := s.ask(ctx, nil, st, a, &rows)
	for i := range rows {
		rows[i].Since, rows[i].Due = utc(rows[i].Since), utc(rows[i].Due)
	}
	return rows, failed("list what is stuck", err)
}

var stageList = prepared(`SELECT x.subject_id, x.document_id, x.unit_id, x.stage, x.since, x.due FROM ` + openSteps + `
	WHERE x.stage = ?stage::text AND (NOT ?late::boolean OR x.due < ?now::timestamptz) ORDER BY x.since, x.subject_id LIMIT ?most::int`)

// StageList lists what waits in a stage, or what is late there, the longest first.
func (s *Store) StageList(ctx context.Context, scope Scope, stage string, late bool, now time.Time, most int) ([]StuckItem, error) {
	a := scope.args(Narrow{})
	a["stage"], a["late"], a["now"], a["most"] = stage, late, now, most
	return s.stuck(ctx, stageList, a)
}

// noResult are the leads whose term is over and that have brought no result: they
// have not reported, or they have, or gave it back, and nobody works on the
// document any more. What is held is not among them.
const noResult = `FROM ` + openOf + `
	CROSS JOIN LATERAL (SELECT CASE WHEN x.due_at IS NOT NULL THEN x.due_at WHEN x.status IN ('reported', 'returned') THEN (SELECT a.due_at FROM assignments a WHERE a.id = x.assignment_id) END AS due) k
	WHERE x.role = 'lead' AND NOT x.held AND k.due < ?now::timestamptz AND (x.due_at IS NOT NULL OR NOT EXISTS (
		SELECT FROM open_assignments y WHERE y.document_id = x.document_id AND y.role IN ('lead', 'execute') AND y.status IN ('sent', 'received', 'working', 'consulting')))`

var (
	noResultCount = prepared(`SELECT (count(*) FILTER (WHERE x.due_at IS NOT NULL))::int AS unreported, (count(*) FILTER (WHERE x.due_at IS NULL))::int AS idle ` + noResult)
	noResultList  = prepared(`SELECT x.assignment_id AS subject_id, x.document_id, CASE WHEN x.due_at IS NOT NULL THEN x.unit_id ELSE x.giver_unit_id END AS unit_id,
			` + stageOf + ` AS stage, k.due ` + noResult + `
		AND (x.due_at IS NOT NULL) = ?unreported::boolean ORDER BY k.due, x.assignment_id LIMIT ?most::int`)
)

// NoResult counts the directions without a result.
type NoResult struct {
	Unreported int // the lead's term is over and it has not reported
	Idle       int // nobody works on it any more, and it is not concluded
}

// NoResult counts the directions of a scope without a result.
func (s *Store) NoResult(ctx context.Context, scope Scope, now time.Time) (NoResult, error) {
	var n NoResult
	a := scope.args(Narrow{})
	a["now"] = now
	err := s.ask(ctx, nil, noResultCount, a, &n)
	return n, failed("count directions without a result", err)
}

// NoResultList lists them, those due the longest ago first: what the lead has not
// reported, or what nobody works on any more.
func (s *Store) NoResultList(ctx context.Context, scope Scope, unreported bool, now time.Time, most int) ([]StuckItem, error) {
	a := scope.args(Narrow{})
	a["now"], a["unreported"], a["most"] = now, unreported, most
	return s.stuck(ctx, noResultList, a)
}

// Bounce is one time that a document came back.
type Bounce struct {
	DocumentID  routing.ID
	At          time.Time
	Kind        routing.Act // returned, rerouted, sent-back
	UnitID      routing.ID  // whose share it is
	ActorUnitID routing.ID
	ToUnitID    routing.ID // who has it instead, if it was rerouted
}

// bouncedEvents are those events of documents d that a scope is told of.
const bouncedEvents = `e.kind IN ('returned', 'rerouted', 'sent-back') AND (d.unit_id = ANY (?books::uuid[])
	OR EXISTS (SELECT FROM assignments a WHERE a.id = e.assignment_id AND (a.unit_id = ?scope_unit::uuid OR a.giver_unit_id = ?scope_unit::uuid)))`

var bounced = prepared(`
	WITH hit AS (
		SELECT DISTINCT e.document_id FROM events e WHERE e.kind IN ('returned', 'rerouted', 'sent-back') AND e.at >= ?from::timestamptz AND e.at < ?to::timestamptz
	), often AS (
		SELECT d.id, d.unit_id, count(*) AS times, max(e.at) AS last FROM hit JOIN documents d ON d.id = hit.document_id JOIN events e ON e.document_id = d.id
		WHERE e.at < ?to::timestamptz AND ` + bouncedEvents + ` GROUP BY d.id HAVING count(*) > 1 AND max(e.at) >= ?from::timestamptz
		ORDER BY times DESC, last DESC, d.id LIMIT ?most::int
	)
	SELECT d.id AS document_id, e.at, e.kind, e.unit_id, e.actor_unit_id, coalesce(e.details->>'toUnit', '') AS to_unit_id FROM often d JOIN events e ON e.document_id = d.id
	WHERE e.at < ?to::timestamptz AND ` + bouncedEvents + ` ORDER BY d.times DESC, d.last DESC, d.id, e.id`)

// Bounced tells the ways of the documents that came back twice or more, the last
// time in a period, those that did so the most often first; most documents at most.
func (s *Store) Bounced(ctx context.Context, scope Scope, p routing.Period, most int) ([]Bounce, error) {
	var rows []Bounce
	a := scope.args(Narrow{})
	a["from"], a["to"], a["most"] = p.From, p.To, most
	err := s.ask(ctx, nil, bounced, a, &rows)
	for i := range rows {
		rows[i].At = utc(rows[i].At)
	}
	return rows, failed("find what came back", err)
}
