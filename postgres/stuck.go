package postgres

import (
	"context"
	"time"

	"congvan/routing"
)

// StageFigure counts one stage of docs/ledger.md: what waits there, and what went
// through it in a period. Times are working seconds in the hours of who has to act,
// holds and waiting included.
type StageFigure struct {
	Stage                       string
	Waiting, Late               int   // now; Late: past the deadline of the stage
	WaitingMedian, WaitingMost  int64 // of those
	Finished                    int   // in the period
	FinishedMedian, FinishedMax int64
}

// A scope of steps, in two halves as of shares.
const (
	stepsOfBooks = `x.book_id = ANY (?books::uuid[]) AND NOT x.inside`
	stepsOfUnit  = `(x.holder_id = ?scope_unit::uuid OR x.giver_unit_id = ?scope_unit::uuid) AND NOT x.book_id = ANY (?books::uuid[]) AND NOT x.inside`
	// openSteps are the steps of a scope that last; the deadline of a consent is that
	// of who has not answered.
	openSteps = `(SELECT x.* FROM open_steps x WHERE ` + stepsOfBooks + ` UNION ALL SELECT x.* FROM open_steps x WHERE ` + stepsOfUnit + `) x
		LEFT JOIN LATERAL (SELECT min(c.due_at) AS due_at FROM decisions c WHERE x.stage = 'consent' AND c.assignment_id = x.subject_id AND c.kind = 'consent' AND c.status = 'open') c ON x.stage = 'consent'
		CROSS JOIN LATERAL (SELECT CASE WHEN x.stage = 'consent' THEN c.due_at ELSE x.due_at END AS due) k`
	stepSeconds = `greatest(trunc(w.seconds - x.base), 0)::bigint`
	hoursDone   = `WITH done AS MATERIALIZED (
		SELECT h.hours, worked_until(h.hours, ?now::timestamptz) AS seconds FROM (SELECT office_hours AS hours FROM unit_versions UNION SELECT '08:00-12:00,13:00-17:00') h) `
)

var (
	stagesNow = prepared(hoursDone + `
		SELECT x.stage, count(*)::int AS waiting, (count(*) FILTER (WHERE k.due < ?now::timestamptz))::int AS late,
			percentile_disc(0.5) WITHIN GROUP (ORDER BY ` + stepSeconds + `) AS waiting_median, max(` + stepSeconds + `) AS waiting_most
		FROM ` + openSteps + ` LEFT JOIN done w ON w.hours = x.hours GROUP BY x.stage`)
	stagesThen = prepared(`
		SELECT x.stage, count(*)::int AS finished, percentile_disc(0.5) WITHIN GROUP (ORDER BY x.seconds) AS finished_median, max(x.seconds) AS finished_max FROM (
			SELECT x.stage, x.seconds FROM finished_steps x WHERE ` + stepsOfBooks + ` AND x.until >= ?from::timestamptz AND x.until < ?to::timestamptz
			UNION ALL
			SELECT x.stage, x.seconds FROM finished_steps x WHERE ` + stepsOfUnit + ` AND x.until >= ?from::timestamptz AND x.until < ?to::timestamptz) x
		GROUP BY x.stage`)
)

// StagesNow counts what waits in each stage. Stages without anything are left out.
func (s *Store) StagesNow(ctx context.Context, scope Scope, now time.Time) ([]StageFigure, error) {
	var rows []StageFigure
	a := scope.args(Narrow{})
	a["now"] = now
	err := s.ask(ctx, nil, stagesNow, a, &rows)
	return rows, failed("count what waits", err)
}

// StagesThen counts what went through each stage in a period.
func (s *Store) StagesThen(ctx context.Context, scope Scope, p routing.Period) ([]StageFigure, error) {
	var rows []StageFigure
	a := scope.args(Narrow{})
	a["from"], a["to"] = p.From, p.To
	err := s.ask(ctx, nil, stagesThen, a, &rows)
	return rows, failed("count what went through", err)
}

// StuckItem is a line of a list behind a figure.
type StuckItem struct {
	SubjectID  routing.ID // the share, or the document itself
	DocumentID routing.ID
	UnitID     routing.ID // who has to act
	Stage      string
	Since      time.Time // zero: not told
	Due        time.Time // zero: none
	Seconds    int64     // working, since then
}

func (s *Store) stuck(ctx context.Context, st *statement, a args) ([]StuckItem, error) {
	var rows []StuckItem
	err := s.ask(ctx, nil, st, a, &rows)
	for i := range rows {
		rows[i].Since, rows[i].Due = utc(rows[i].Since), utc(rows[i].Due)
	}
	return rows, failed("list what is stuck", err)
}

var stageList = prepared(hoursDone + `
	SELECT x.subject_id, x.document_id, x.unit_id, x.stage, x.since, k.due, ` + stepSeconds + ` AS seconds
	FROM ` + openSteps + ` LEFT JOIN done w ON w.hours = x.hours
	WHERE x.stage = ?stage::text AND (NOT ?late::boolean OR k.due < ?now::timestamptz) ORDER BY seconds DESC, x.subject_id LIMIT ?most::int`)

// StageList lists what waits in a stage, or what is late there, the longest first.
func (s *Store) StageList(ctx context.Context, scope Scope, stage string, late bool, now time.Time, most int) ([]StuckItem, error) {
	a := scope.args(Narrow{})
	a["stage"], a["late"], a["now"], a["most"] = stage, late, now, most
	return s.stuck(ctx, stageList, a)
}

// noResult are the leads whose term is over and that have brought no result: they
// have not reported, or they have, or gave it back, and nobody works on the
// document any more. What is held is not among them.
const noResult = `FROM open_assignments x JOIN assignments a ON a.id = x.assignment_id
	WHERE x.role = 'lead' AND NOT x.held AND a.due_at < ?now::timestamptz AND ` + inScope + ` AND (x.due_at IS NOT NULL OR NOT EXISTS (
		SELECT FROM open_assignments y WHERE y.document_id = x.document_id AND y.role IN ('lead', 'execute') AND y.status IN ('sent', 'received', 'working', 'consulting')))`

var (
	noResultCount = prepared(`SELECT (count(*) FILTER (WHERE x.due_at IS NOT NULL))::int AS unreported, (count(*) FILTER (WHERE x.due_at IS NULL))::int AS idle ` + noResult)
	noResultList  = prepared(`SELECT x.assignment_id AS subject_id, x.document_id, CASE WHEN x.due_at IS NOT NULL THEN x.unit_id ELSE x.giver_unit_id END AS unit_id,
			CASE x.status WHEN 'sent' THEN 'receipt' WHEN 'reported' THEN 'approval' WHEN 'returned' THEN 'return' WHEN 'consulting' THEN 'consent' ELSE 'work' END AS stage, a.due_at AS due ` + noResult + `
		AND (x.due_at IS NOT NULL) = ?unreported::boolean ORDER BY a.due_at, x.assignment_id LIMIT ?most::int`)
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
	SELECT d.id AS document_id, e.at, e.kind, e.unit_id, e.actor_unit_id FROM often d JOIN events e ON e.document_id = d.id
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
