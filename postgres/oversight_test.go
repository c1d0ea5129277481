package postgres_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"
)

// crowded writes 1,200 documents that went to 17 wards each, 20,400 shares, and as
// many terms that have ended; in a few of a hundred it was returned.
var crowded = []string{
	`INSERT INTO documents (id, unit_id, book_year, number, issuer, code_number, code_notation, type_name, subject, field, urgency, duplicate_key, duplicate_reason,
			ladder, ladder_version, status, version, direct_due_at, registered_at, registered_by)
		SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, p.unit_id, 2026, n, 'UBND', n::text, 'UBND', 'Công văn', 'V/v', '', 'normal', '', '',
			'normal', 1, 'directed', 2, ?0, ?0, a.id FROM accounts a JOIN positions p ON p.id = a.position_id AND a.username = 'vanthu.quan', generate_series(1, 1200) n`,
	`INSERT INTO directions (id, document_id, unit_id, given_by, given_by_position, given_at, text, process, result, dispatched_at)
		SELECT d.id, d.id, d.unit_id, a.id, a.position_id, ?0, '', '', '', ?0 FROM documents d, accounts a WHERE a.username = 'vanthu.quan'`,
	`INSERT INTO assignments (id, document_id, direction_id, giver_unit_id, unit_id, role, status, version, sent_at, receive_due_at, due_at)
		SELECT gen_random_uuid(), d.id, d.id, d.unit_id, u.id, 'execute', 'received', 2, ?0::timestamptz - d.number * interval '1 minute', ?0::timestamptz + interval '4 hours',
			?0::timestamptz + (d.number - 1100) * interval '1 hour' FROM documents d, units u WHERE u.kind = 'ward'`,
	`INSERT INTO open_assignments SELECT a.id, a.document_id, d.unit_id, a.giver_unit_id, a.unit_id, NULL, false, a.role, a.status, d.field, d.urgency, a.sent_at, false, a.due_at, a.due_at, a.sent_at, a.sent_at
		FROM assignments a JOIN documents d ON d.id = a.document_id`,
	`INSERT INTO assignment_terms SELECT a.id, 1, a.document_id, d.unit_id, a.giver_unit_id, a.unit_id, NULL, false, a.role, d.field, d.urgency, a.sent_at, a.sent_at,
			a.sent_at - d.number * interval '6 hours', a.sent_at - d.number * interval '6 hours' + interval '3 hours', a.due_at, 'finished', NULL
		FROM assignments a JOIN documents d ON d.id = a.document_id`,
	`ALTER TABLE events DISABLE TRIGGER events_follow`,
	`INSERT INTO events (at, kind, document_id, assignment_id, unit_id, state, version)
		SELECT a.sent_at + k.n * interval '1 minute', k.kind, a.document_id, a.id, a.unit_id, k.state, k.n
		FROM assignments a JOIN documents d ON d.id = a.document_id, (VALUES (1, 'dispatched', 'sent'), (2, 'acknowledged', 'received'), (3, 'returned', 'returned'), (4, 'insisted', 'working')) k (n, kind, state)
		WHERE k.n < 3 OR d.number % 50 = 0 ORDER BY 1`,
	`VACUUM ANALYZE`,
}

// wholly finds a table that is read from its beginning to its end.
var wholly = regexp.MustCompile(`Seq Scan on (assignments|documents|assignment_terms|open_assignments|events)\b`)

// crowdedRecord is a record with all that.
func crowdedRecord(t *testing.T) *record {
	t.Helper()
	r := openRecord(t)
	db, err := r.DB().Conn(t.Context())
	require.NoError(t, err)
	for _, text := range crowded {
		_, err := db.ExecContext(t.Context(), text, now)
		require.NoError(t, err, text)
	}
	require.NoError(t, db.Close())
	return r
}

// What leaders ask all day walks indexes, however much there is: lists behind
// figures, of a unit and of all, and the sheet of a unit.
func TestFiguresWalkIndexes(t *testing.T) {
	t.Parallel()
	r := crowdedRecord(t)
	slow, err := r.Slow(t.Context(), r.clerk.UnitID)
	require.NoError(t, err)
	require.Regexp(t, wholly, slow, "the test would not see it")

	ward := seed.HaDong().UnitID("molao")
	at := postgres.Horizons{Now: now, Today: now.Add(15 * time.Hour), Week: now.Add(159 * time.Hour), Month: now.Add(183 * time.Hour)}
	q := postgres.FigurePage{By: r.clerk, Scope: postgres.Scope{Books: []routing.ID{r.clerk.UnitID}, Unit: r.clerk.UnitID}, At: at, Limit: 51}
	for _, f := range []postgres.Figure{postgres.FigureLate, postgres.FigureAhead, postgres.FigureDueToday} {
		q.Figure = f
		plan, err := r.FigurePlan(t.Context(), q)
		require.NoError(t, err)
		require.NotRegexp(t, wholly, plan, "%s of all:\n%s", f, plan)
	}
	q.Narrow.Unit = ward
	for _, f := range postgres.Figures {
		q.Figure = f
		plan, err := r.FigurePlan(t.Context(), q)
		require.NoError(t, err)
		require.NotRegexp(t, wholly, plan, "%s of a unit:\n%s", f, plan)
		t.Logf("%s: %s", f, regexp.MustCompile(`Execution Time: .*`).FindString(plan))
	}
	q.Bucket, q.Period = routing.DoneLate, routing.Period{From: now.AddDate(0, -1, 0), To: now}
	plan, err := r.FigurePlan(t.Context(), q)
	require.NoError(t, err)
	require.NotRegexp(t, wholly, plan, plan)
	plans, err := r.SheetPlans(t.Context(), q)
	require.NoError(t, err)
	for name, plan := range plans {
		require.NotRegexp(t, wholly, plan, "%s:\n%s", name, plan)
		t.Logf("%s: %s", name, regexp.MustCompile(`Execution Time: .*`).FindString(plan))
	}
}

// What is stuck, and what comes, goes once over what is open, which is narrow, and
// for the rest walks indexes: for the organ as for a ward.
func TestWhatIsStuckWalksIndexes(t *testing.T) {
	t.Parallel()
	r := crowdedRecord(t)
	ward := seed.HaDong().UnitID("molao")
	p := routing.Period{From: now.AddDate(0, -1, 0), To: now}
	for who, scope := range map[string]postgres.Scope{"of the organ": {Books: []routing.ID{r.clerk.UnitID}, Unit: r.clerk.UnitID}, "of a ward": {Books: []routing.ID{ward}, Unit: ward}} {
		plans, err := r.StuckPlans(t.Context(), scope, p, now)
		require.NoError(t, err)
		for name, plan := range plans {
			require.NotRegexp(t, wholly, strings.ReplaceAll(plan, "Seq Scan on open_assignments", ""), "%s %s:\n%s", name, who, plan)
			t.Logf("%s %s: %s", name, who, regexp.MustCompile(`Execution Time: .*`).FindString(plan))
		}
	}
}
