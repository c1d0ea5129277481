package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"congvan/audit"
	"congvan/postgres"
)

const (
	verifyDocuments = 20_000 // with 50 events each: two of its own, three of each of 16 shares
	verifyRecent    = 10_000 // events since the anchor that is a day old
)

// verifications measures how long it takes to check a million events, in a
// cluster of its own: no worker seals meanwhile.
func verifications(ctx context.Context, o options) (err error) {
	root, err := os.MkdirTemp(o.dir, "congvan-bench-verify-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root) //nolint:errcheck // a directory for temporary files
	own, err := openAlone(ctx, root)
	if err != nil {
		return err
	}
	defer own.close()
	tell("verify: writing %d events", verifyDocuments*50)
	if err := fillRecord(ctx, own.record); err != nil {
		return err
	}
	return measureVerify(ctx, own.record, root)
}

func measureVerify(ctx context.Context, record *postgres.Store, root string) error {
	key, public, err := audit.OpenKey(filepath.Join(root, "audit.key"), true)
	if err != nil {
		return err
	}
	keys, err := audit.ReadKeys(public)
	if err != nil {
		return err
	}
	dayAgo := time.Now().Add(-25 * time.Hour)
	sealer := &audit.Sealer{Record: record, Key: key, Anchors: &audit.Anchors{Dir: filepath.Join(root, "anchors"), Keys: keys},
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return dayAgo }}
	tell("verify: sealing them")
	began, cpu := time.Now(), cpuTime()
	n, err := sealAll(ctx, sealer)
	if err != nil {
		return err
	}
	sealed, used := time.Since(began), cpuTime()-cpu
	if err := emit(map[string]any{"bench": "seal", "events": n, "seconds": round(sealed.Seconds()),
		"cpu_ms_per_1000_events": round(used.Seconds() * 1e6 / float64(n))}); err != nil {
		return err
	}
	if _, err := record.DB().ExecContext(ctx, `VACUUM ANALYZE`); err != nil {
		return err
	}
	if err := verifyOnce(ctx, record, sealer, "verify", false); err != nil {
		return err
	}
	sealer.Now = nil
	_, err = record.DB().ExecContext(ctx, `INSERT INTO journal (at, kind, outcome, subject_kind, actor_id)
		SELECT now(), 'viewed', 'done', 'document', a.id FROM generate_series(1, ?) n, accounts a WHERE a.username = 'vanthu.quan'`, verifyRecent)
	if err == nil {
		_, err = sealAll(ctx, sealer)
	}
	if err != nil {
		return err
	}
	return verifyOnce(ctx, record, sealer, "verify-since-anchor", true)
}

func sealAll(ctx context.Context, s *audit.Sealer) (all int, err error) {
	for n := 1; n > 0 && err == nil; all += n {
		n, err = s.Seal(ctx)
	}
	return all, err
}

func verifyOnce(ctx context.Context, record *postgres.Store, s *audit.Sealer, name string, since bool) error {
	forgetPeak()
	report, err := audit.Verifier{Record: record, Anchors: s.Anchors, SinceAnchor: since}.Verify(ctx)
	if err != nil {
		return err
	}
	if !report.OK() {
		return fmt.Errorf("verify: %s", report.Text())
	}
	return emit(map[string]any{"bench": name, "events": report.Leaves, "rows_compared": report.Rows, "seconds": round(report.Seconds), "rss_mb": round(peakMB())})
}

// cpuTime is what this process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// forgetPeak lets the kernel measure the largest size of this process anew.
func forgetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// peakMB is the largest size of this process since, 0 where it is not told.
func peakMB() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmHWM:" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1024
		}
	}
	return 0
}

// fillRecord writes documents that went to 16 wards each, as the desk would have.
func fillRecord(ctx context.Context, record *postgres.Store) error {
	db := record.DB()
	for _, text := range []string{
		`CREATE TABLE bench_w AS SELECT row_number() OVER (ORDER BY u.id) AS w, u.id AS unit, a.id AS account FROM units u
			JOIN positions p ON p.unit_id = u.id AND p.office = 'clerk' JOIN accounts a ON a.position_id = p.id WHERE u.kind = 'ward' LIMIT 16`,
		`CREATE TABLE bench_q AS SELECT p.unit_id AS unit, p.id AS position, a.id AS account FROM accounts a JOIN positions p ON p.id = a.position_id WHERE a.username = 'vanthu.quan'`,
		`INSERT INTO books (unit_id, direction, year, last_number) SELECT unit, 'incoming', 2026, ?0 FROM bench_q UNION ALL SELECT unit, 'incoming', 2026, ?0 FROM bench_w`,
	} {
		if _, err := db.ExecContext(ctx, text, verifyDocuments); err != nil {
			return fmt.Errorf("%w in %.80s", err, text)
		}
	}
	for from := 1; from <= verifyDocuments; from += 500 {
		for _, text := range verifyRows {
			if _, err := db.ExecContext(ctx, text, from, from+499); err != nil {
				return fmt.Errorf("%w in %.80s", err, text)
			}
		}
	}
	return nil
}

// verifyRows write the documents from one number to another.
var verifyRows = []string{
	`INSERT INTO documents (id, unit_id, book_year, number, issuer, code_number, code_notation, type_name, subject, field, urgency, duplicate_key, duplicate_reason,
			ladder, ladder_version, status, version, direct_due_at, registered_at, registered_by)
		SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, q.unit, 2026, n, 'UBND', n::text, 'UBND', 'Công văn', 'V/v', '', 'normal', '', '',
			'normal', (SELECT max(version) FROM ladders WHERE code = 'normal'), 'directed', 2, now(), now(), q.account FROM bench_q q, generate_series(?0, ?1) n`,
	`INSERT INTO directions (id, document_id, unit_id, given_by, given_by_position, given_at, text, process, result, dispatched_at)
		SELECT ('00000000-0000-7001-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, q.unit, q.account, q.position,
			now(), '', '', '', now() FROM bench_q q, generate_series(?0, ?1) n`,
	`INSERT INTO assignments (id, document_id, direction_id, giver_unit_id, unit_id, role, status, version, sent_at, receive_due_at, received_at, arrival_year, arrival_number)
		SELECT ('00000000-0000-7002-8000-' || lpad(to_hex(n * 16 + w.w), 12, '0'))::uuid, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
			('00000000-0000-7001-8000-' || lpad(to_hex(n), 12, '0'))::uuid, q.unit, w.unit, CASE w.w WHEN 1 THEN 'lead' ELSE 'execute' END, 'working', 3, now(), now(), now(), 2026, n
		FROM bench_q q, bench_w w, generate_series(?0, ?1) n`,
	`INSERT INTO events (at, kind, document_id, assignment_id, unit_id, actor_id, actor_unit_id, state, version, year, number, details, request_key, request_hash)
		SELECT now() - interval '30 hours' + n * interval '1 ms', s.kind, d.id, CASE WHEN s.step > 2 THEN ('00000000-0000-7002-8000-' || lpad(to_hex(d.number * 16 + w.w), 12, '0'))::uuid END,
			coalesce(w.unit, q.unit), coalesce(w.account, q.account), coalesce(w.unit, q.unit), s.state, s.version,
			CASE WHEN s.kind IN ('registered', 'acknowledged') THEN 2026 ELSE 0 END, CASE WHEN s.kind IN ('registered', 'acknowledged') THEN d.number ELSE 0 END,
			jsonb_build_object('due', now(), 'late', false, 'directDue', now()), gen_random_uuid()::text, sha256(n::text::bytea)
		FROM bench_q q, generate_series(?0, ?1) n JOIN documents d ON d.number = n
		CROSS JOIN (VALUES (1, 'registered', 'registered', 1), (2, 'directed', 'directed', 2), (3, 'dispatched', 'sent', 1), (4, 'acknowledged', 'received', 2), (5, 'started', 'working', 3))
			AS s(step, kind, state, version)
		LEFT JOIN bench_w w ON s.step > 2 ORDER BY n, s.step, w.w`,
}
