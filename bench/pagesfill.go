package main

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/driver/pgdriver"
)

// How many documents the pages are measured on: five years of a district's book.
const (
	pagesDocuments = 100_000
	pagesNew       = 100   // registered, not presented
	pagesPresented = 200   // waiting for the chairman
	pagesOpen      = 2_000 // at work: an office leads, 17 wards execute
)

// fillBook writes a book of documents as the desk would have: one every 26 minutes
// until now, the last of them open, all others finished by an office and a ward.
func fillBook(ctx context.Context, dsn string) error {
	// The product's own connections give up sooner than these statements end.
	db := bun.NewDB(sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(dsn), pgdriver.WithReadTimeout(fillPatience))), pgdialect.New())
	defer db.Close() //nolint:errcheck // the cluster goes
	db.SetMaxOpenConns(1)
	for _, text := range bookRows {
		if _, err := db.ExecContext(ctx, text, pagesDocuments, pagesNew, pagesNew+pagesPresented, pagesNew+pagesPresented+pagesOpen); err != nil {
			return fmt.Errorf("%w in %.90s", err, text)
		}
	}
	return nil
}

// fillPatience is how long a statement that fills a table may take.
const fillPatience = 10 * time.Minute

// bookRows fill the tables: ?0 documents, of which the last ?1 are new, up to ?2
// presented and up to ?3 at work.
var bookRows = []string{
	`SET synchronous_commit = off`,
	`CREATE TEMP TABLE who AS SELECT a.id AS account, a.username, p.id AS position, p.unit_id AS unit, p.office, u.kind,
		dense_rank() OVER (PARTITION BY u.kind ORDER BY u.id) AS n FROM accounts a JOIN positions p ON p.id = a.position_id JOIN units u ON u.id = p.unit_id`,
	`CREATE TEMP TABLE clerks AS SELECT * FROM who WHERE office = 'clerk'`,
	`CREATE TEMP TABLE doc AS SELECT n, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id, ('00000000-0000-7001-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS direction,
			extract(year FROM at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int AS year, at,
			row_number() OVER (PARTITION BY extract(year FROM at AT TIME ZONE 'Asia/Ho_Chi_Minh') ORDER BY n) AS number,
			CASE WHEN n > ?0 - ?1 THEN 'registered' WHEN n > ?0 - ?2 THEN 'presented' WHEN n > ?0 - ?3 THEN 'directed' WHEN n % 97 = 0 THEN 'recalled' ELSE 'concluded' END AS status
		FROM (SELECT n, now() - (?0 - n) * interval '26 minutes' AS at FROM generate_series(1, ?0) n) x`,
	`INSERT INTO books (unit_id, direction, year, last_number) SELECT c.unit, 'incoming', d.year, max(d.number) FROM doc d, clerks c GROUP BY 1, 3`,
	`INSERT INTO documents (id, unit_id, book_year, number, issuer, code_number, code_notation, issued_on, type_name, subject, field, urgency, duplicate_key, duplicate_reason,
			ladder, ladder_version, status, version, direct_due_at, registered_at, registered_by, presented_at, presented_to, concluded_at, recalled_at, milestone_seq)
		SELECT d.id, q.unit, d.year, d.number,
			(array['UBND Thành phố Hà Nội', 'Sở Xây dựng', 'Sở Nội vụ', 'Sở Tài chính', 'Văn phòng UBND Thành phố', 'Sở Giáo dục và Đào tạo', 'Bộ Tư pháp', 'Công an Thành phố'])[1 + d.n * 7 % 8],
			(1 + d.n * 13 % 9000)::text, (array['UBND-KGVX', 'SXD-QLXD', 'SNV-CCHC', 'STC-QLNS', 'VP-TH', 'SGDĐT-CTTT', 'BTP-PBGDPL', 'CATP-PC07'])[1 + d.n * 7 % 8],
			(d.at - interval '2 days')::date, (array['Công văn', 'Kế hoạch', 'Quyết định', 'Thông báo', 'Giấy mời'])[1 + d.n % 5],
			CASE WHEN d.n % 5000 = 77 THEN 'Về việc phòng ngừa hoả hoạn tại chung cư cao tầng ' || d.n ELSE
				(array['V/v rà soát hộ nghèo, hộ cận nghèo', 'Về tổng rà soát, chỉnh trang trật tự đô thị', 'V/v cải cách hành chính', 'Về công tác phòng, chống dịch bệnh',
					'V/v tuyển sinh vào lớp 1 và lớp 6', 'Về giải phóng mặt bằng dự án đường vành đai', 'V/v quyết toán ngân sách'])[1 + d.n % 7]
				|| (array[' trên địa bàn 17 phường', ' năm ' || d.year, ' quý ' || 1 + d.n % 4 || ' năm ' || d.year, ', báo cáo Thành phố'])[1 + d.n % 4] END,
			'', CASE WHEN d.n % 40 = 0 THEN 'very-urgent' WHEN d.n % 12 = 0 THEN 'urgent' ELSE 'normal' END, 'bench/' || d.n, '', 'normal', l.version,
			d.status, CASE d.status WHEN 'registered' THEN 1 WHEN 'presented' THEN 2 WHEN 'directed' THEN 3 ELSE 4 END, d.at + interval '1 day', d.at, q.account,
			CASE WHEN d.status <> 'registered' THEN d.at + interval '20 minutes' END, CASE WHEN d.status <> 'registered' THEN boss.position END,
			CASE WHEN d.status = 'concluded' THEN d.at + interval '20 days' END, CASE WHEN d.status = 'recalled' THEN d.at + interval '9 days' END, 2
		FROM doc d, clerks q, who boss, (SELECT max(version) AS version FROM ladders WHERE code = 'normal') l WHERE q.kind = 'district' AND boss.username = 'chutich.quan'`,
	`INSERT INTO directions (id, document_id, unit_id, given_by, given_by_position, given_at, text, process, result, dispatched_at)
		SELECT d.direction, d.id, b.unit, b.account, b.position, d.at + interval '3 hours', 'Giao các đơn vị rà soát, xử lý dứt điểm trên địa bàn', 'Các phường báo cáo đơn vị chủ trì tổng hợp',
			'Báo cáo kết quả bằng văn bản', d.at + interval '3 hours' FROM doc d, who b WHERE b.username = 'chutich.quan' AND d.status NOT IN ('registered', 'presented')`,
	// A share for the leading office and for the wards: all of them while it is open, else one.
	`CREATE TEMP TABLE share AS SELECT ('00000000-0000-7002-8000-' || lpad(to_hex(d.n * 32 + x.w), 12, '0'))::uuid AS id, d.n, d.direction, d.year, d.number, d.at, x.w, x.unit, x.account,
			CASE WHEN x.w = 0 THEN 'lead' ELSE 'execute' END AS role,
			CASE d.status WHEN 'concluded' THEN 'done' WHEN 'recalled' THEN 'withdrawn' ELSE
				CASE WHEN x.w = 0 THEN 'working' ELSE (array['sent', 'sent', 'working', 'working', 'working', 'working', 'reported', 'reported', 'done', 'done'])[1 + (d.n * 17 + x.w * 3) % 10] END
			END AS state
		FROM doc d JOIN LATERAL (SELECT 0 AS w, c.unit, c.account FROM clerks c WHERE c.kind = 'office' AND c.n = 1 + d.n % 12
			UNION ALL SELECT c.n, c.unit, c.account FROM clerks c WHERE c.kind = 'ward' AND (d.status = 'directed' OR (c.n + d.n) % 17 = 0)) x ON true
		WHERE d.status NOT IN ('registered', 'presented')`,
	`INSERT INTO direction_recipients (direction_id, ordinal, unit_id, role, due_at) SELECT direction, w, unit, role, at + interval '3 hours' + interval '30 days' FROM share`,
	`INSERT INTO assignments (id, document_id, direction_id, circle_id, giver_unit_id, unit_id, role, status, version, sent_at, receive_due_at, due_at, received_at, received_by, arrival_year, arrival_number,
			started_at, reported_at, report, approve_due_at, closed_at)
		SELECT s.id, s.document, s.direction, s.direction, q.unit, s.unit, s.role, s.state, s.version, s.sent, s.sent + interval '1 day', s.sent + interval '30 days',
			CASE WHEN s.version > 1 THEN s.sent + interval '2 hours' END, CASE WHEN s.version > 1 THEN s.account END, CASE WHEN s.version > 1 THEN s.year END, CASE WHEN s.version > 1 THEN s.number END,
			CASE WHEN s.version > 2 THEN s.sent + interval '4 hours' END, CASE WHEN s.version > 3 THEN s.sent + interval '5 hours' END, CASE WHEN s.version > 3 THEN 'Đã thực hiện xong trên địa bàn.' ELSE '' END,
			CASE WHEN s.version = 4 THEN s.sent + interval '40 days' END, CASE WHEN s.version > 4 THEN s.sent + interval '6 hours' END
		FROM (SELECT id, n, direction, year, number, unit, account, role, state, at + interval '3 hours' AS sent, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS document,
			CASE state WHEN 'sent' THEN 1 WHEN 'working' THEN 3 WHEN 'reported' THEN 4 ELSE 5 END AS version FROM share) s, clerks q WHERE q.kind = 'district'`,
	`INSERT INTO events (at, kind, document_id, unit_id, actor_id, actor_unit_id, state, version, year, number, details, request_key, request_hash)
		SELECT d.at + s.after, s.kind, d.id, q.unit, q.account, q.unit, s.state, s.version, CASE s.step WHEN 1 THEN d.year ELSE 0 END, CASE s.step WHEN 1 THEN d.number ELSE 0 END,
			CASE s.step WHEN 1 THEN jsonb_build_object('directDue', d.at + interval '1 day') WHEN 2 THEN jsonb_build_object('to', b.position) WHEN 3 THEN jsonb_build_object('direction', d.direction) ELSE '{}' END,
			'bench-' || d.n || '-' || s.step, sha256('bench')
		FROM doc d JOIN (VALUES (1, 'registered', 'registered', 1, interval '0'), (2, 'presented', 'presented', 2, interval '20 minutes'), (3, 'directed', 'directed', 3, interval '3 hours'),
			(4, 'concluded', 'concluded', 4, interval '20 days')) AS s(step, kind, state, version, after) ON s.step <= CASE d.status WHEN 'registered' THEN 1 WHEN 'presented' THEN 2 WHEN 'concluded' THEN 4 ELSE 3 END
		JOIN who b ON b.username = 'chutich.quan' JOIN who q ON q.username = CASE WHEN s.step < 3 THEN 'vanthu.quan' ELSE 'chutich.quan' END ORDER BY d.n, s.step`,
	`INSERT INTO events (at, kind, document_id, assignment_id, unit_id, actor_id, actor_unit_id, state, version, year, number, details)
		SELECT s.at + interval '3 hours' + t.step * interval '1 hour', t.kind, ('00000000-0000-7000-8000-' || lpad(to_hex(s.n), 12, '0'))::uuid, s.id, s.unit,
			CASE WHEN t.step > 1 THEN s.account END, CASE WHEN t.step > 1 THEN s.unit END, t.state, t.step, CASE t.step WHEN 2 THEN s.year ELSE 0 END, CASE t.step WHEN 2 THEN s.number ELSE 0 END,
			CASE t.step WHEN 1 THEN jsonb_build_object('due', s.at + interval '30 days', 'receiveDue', s.at + interval '27 hours', 'role', s.role, 'direction', s.direction) ELSE '{}' END
		FROM share s JOIN (VALUES (1, 'dispatched', 'sent'), (2, 'acknowledged', 'received'), (3, 'started', 'working'), (4, 'reported', 'reported'), (5, 'approved', 'done')) AS t(step, kind, state)
			ON t.step <= CASE s.state WHEN 'sent' THEN 1 WHEN 'working' THEN 3 WHEN 'reported' THEN 4 ELSE 5 END ORDER BY s.n, t.step, s.w`,
	// What people were told of it in the last weeks; of the older, all is read.
	`INSERT INTO notices (position_id, document_id, assignment_id, kind, step, due_at, created_at, read_at)
		SELECT w.position, ('00000000-0000-7000-8000-' || lpad(to_hex(s.n), 12, '0'))::uuid, s.id, 'receipt', 1, s.at, s.at + interval '1 day', CASE WHEN s.n % 4 > 0 THEN s.at + interval '2 days' END
		FROM share s JOIN who w ON w.unit = s.unit AND w.office IN ('clerk', 'head') WHERE s.n > ?0 - ?3`,
	`DROP TABLE doc, share, who, clerks`,
	`VACUUM ANALYZE`,
}
