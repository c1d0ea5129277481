package main

// fillChunk writes the documents after ?2 up to ?3 as the plans say: what happened
// first, and the rows by what happened, so that both tell the same.
var fillChunk = []string{
	`CREATE TEMP TABLE d ON COMMIT DROP AS SELECT d.*, x.done, b.account AS boss_account, b.position AS boss_position, CASE WHEN bench.h(d.n, 57) < 0.6 THEN b.field ELSE '' END AS field, bench.id('7000', d.n) AS id
		FROM bench.doc d LEFT JOIN (SELECT n, max(done) AS done FROM bench.share WHERE n > ?2 AND n <= ?3 GROUP BY n) x ON x.n = d.n JOIN bench.boss b ON b.boss = d.boss WHERE d.n > ?2 AND d.n <= ?3`,
	`CREATE TEMP TABLE p ON COMMIT DROP AS SELECT s.*, m.year, m.number, v.id AS unit, v.clerk, v.head, v.head_position, v.officer, v.officer_position, bench.id('7000', s.n) AS document, bench.id('7002', s.s) AS id,
			bench.id('7001', CASE WHEN s.parent IS NULL AND s.replaces IS NULL THEN s.n * 256 ELSE s.s END) AS direction
		FROM bench.share s JOIN bench.unit v ON v.u = s.u LEFT JOIN bench.number m ON m.s = s.s AND m.s > ?2::bigint * 256 AND m.s < (?3::bigint + 1) * 256 WHERE s.n > ?2 AND s.n <= ?3`,
	// What happened to shares. An alarm changes nothing, so it makes no version.
	`CREATE TEMP TABLE act ON COMMIT DROP AS
		SELECT *, sum((kind <> 'alarmed')::int) OVER (PARTITION BY s ORDER BY w, ord)::int AS version FROM (
			SELECT p.s, a.* FROM p CROSS JOIN LATERAL (VALUES (1, 'dispatched', sent, 'sent'), (2, 'acknowledged', recv, CASE role WHEN 'inform' THEN 'done' ELSE 'received' END),
				(3, CASE WHEN directs THEN 'directed' ELSE 'started' END, start, 'working'), (4, 'extension-asked', asked, 'working'), (5, 'extended', ext, 'working'),
				(6, 'reported', rep, 'reported'), (7, 'sent-back', sb, 'working'), (8, 'reported', rep2, 'reported'), (9, 'approved', app, 'done'),
				(10, 'returned', ret, 'returned'), (11, 'dropped', dropped, 'withdrawn'), (12, 'handed-over', ho, 'handed-over')) AS a (ord, kind, w, state) WHERE a.w <= cut
			UNION ALL
			SELECT s, 13, 'alarmed', due, CASE WHEN start IS NULL THEN 'received' ELSE 'working' END FROM (SELECT *, (due_d + 1) * 28800 AS due FROM p) x
				WHERE role IN ('lead', 'execute') AND parent IS NULL AND asked IS NULL AND coalesce(start, recv) < due AND due <= cut AND rep > due
			UNION ALL -- what is open when the document is done with ends
			SELECT s, 14, CASE fate WHEN 'recalled' THEN 'withdrawn' ELSE 'closed' END, done + 1, CASE fate WHEN 'recalled' THEN 'withdrawn' ELSE 'done' END FROM p
				WHERE done + 1 <= 45050400 AND coalesce(least(app, dropped, ho, CASE role WHEN 'inform' THEN recv END) > cut, true)
			UNION ALL -- whoever had received it answers the recall
			SELECT s, 15, 'recall-answered', done + 600 + (bench.h(s, 40) * 20000)::bigint,
				CASE WHEN app <= cut OR role = 'inform' THEN 'done' ELSE 'withdrawn' END FROM p
				WHERE fate = 'recalled' AND recv <= cut AND parent IS NULL AND coalesce(ho > cut, true) AND done + 600 + (bench.h(s, 40) * 20000)::bigint <= 45050400
		) x`,
	`CREATE TEMP TABLE now ON COMMIT DROP AS SELECT DISTINCT ON (s) s, state, version, closed, stood FROM (
			SELECT *, min(w) FILTER (WHERE state IN ('done', 'withdrawn', 'handed-over')) OVER (PARTITION BY s) AS closed,
				max(w) FILTER (WHERE ord IN (1, 2, 6, 7, 8, 10)) OVER (PARTITION BY s) AS stood FROM act) x ORDER BY s, version DESC, ord`,
	`CREATE TEMP TABLE doc_act ON COMMIT DROP AS SELECT *, row_number() OVER (PARTITION BY n ORDER BY w, ord)::int AS version FROM (
			SELECT d.n, a.* FROM d CROSS JOIN LATERAL (VALUES (1, 'registered', w0, 'registered'), (2, 'presented', pres, 'presented'),
				(3, CASE fate WHEN 'recalled' THEN 'directed' ELSE fate END, dir, CASE fate WHEN 'filed' THEN 'concluded' WHEN 'cancelled' THEN 'cancelled' ELSE 'directed' END),
				(4, 'held', CASE WHEN fate = 'directed' AND dir < 45050400 AND coalesce(done, 45050401) > 45050400 AND bench.h(n, 42) < 0.05 THEN 45050400 END, 'directed'),
				(5, CASE fate WHEN 'recalled' THEN 'recalled' ELSE 'concluded' END, done, CASE fate WHEN 'recalled' THEN 'recalling' ELSE 'concluded' END),
				(6, 'recall-settled', recall + 28800, 'recalled')) AS a (ord, kind, w, state) WHERE a.w <= 45050400) x`,
	`CREATE TEMP TABLE doc_now ON COMMIT DROP AS SELECT DISTINCT ON (n) n, state, version, max(w) FILTER (WHERE kind = 'held') OVER (PARTITION BY n) AS held FROM doc_act ORDER BY n, version DESC`,
	`ANALYZE p`, `ANALYZE act`, `ANALYZE now`,
	// The figures, as the migration of their tables counts them from the events: the
	// stretches in which a share was open with one deadline, finished or out.
	`CREATE TEMP TABLE stretch ON COMMIT DROP AS
		WITH standing AS (
			SELECT a.s, a.w, a.ord, CASE WHEN a.state IN ('sent', 'received', 'working', 'returned') THEN 'open' WHEN a.state IN ('withdrawn', 'handed-over') THEN 'out' ELSE 'finished' END AS class,
				CASE WHEN a.state IN ('sent', 'received', 'working') THEN p.due_d + CASE WHEN a.w >= p.ext THEN p.ext_days ELSE 0 END END AS due
			FROM act a JOIN p ON p.s = a.s WHERE p.role IN ('lead', 'execute') AND a.ord IN (1, 5, 6, 7, 8, 10, 11, 12, 14)
			UNION ALL
			SELECT p.s, h.held, 16, 'open', NULL FROM doc_now h JOIN p ON p.n = h.n JOIN now x ON x.s = p.s WHERE h.held IS NOT NULL AND p.role IN ('lead', 'execute') AND x.state IN ('sent', 'received', 'working')
		), changed AS (
			SELECT *, lag(class) OVER o AS class_before, lag(due) OVER o AS due_before FROM standing WINDOW o AS (PARTITION BY s ORDER BY w, ord)
		)
		SELECT s, w AS since, class, due, class_before, lead(w) OVER o AS until, lead(class) OVER o AS class_after, lead(w, 2) OVER o AS next_after, row_number() OVER o AS n
		FROM changed WHERE class_before IS NULL OR class <> class_before OR class = 'open' AND due IS DISTINCT FROM due_before WINDOW o AS (PARTITION BY s ORDER BY w, ord)`,
	`INSERT INTO assignment_terms
		SELECT p.id, row_number() OVER (PARTITION BY p.s ORDER BY x.n), p.document, q.unit, CASE WHEN p.parent IS NULL THEN q.unit ELSE p.unit END, p.unit, CASE WHEN p.parent IS NOT NULL THEN p.officer_position END, p.parent IS NOT NULL,
			p.role, d.field, d.urgency, bench.at(p.sent), CASE WHEN p.recv <= p.cut THEN bench.at(p.recv) END, bench.at(x.since), bench.at(CASE x.class WHEN 'open' THEN x.until ELSE x.since END), bench.day_end(x.due),
			CASE WHEN x.class <> 'open' THEN x.class WHEN x.class_after = 'open' THEN 'moved' ELSE x.class_after END, bench.at(CASE WHEN x.class <> 'open' OR x.class_after = 'open' THEN x.until ELSE x.next_after END)
		FROM stretch x JOIN p ON p.s = x.s JOIN d ON d.n = p.n, bench.clerk q
		WHERE x.class = 'open' AND x.class_after IS NOT NULL AND NOT (x.class_after = 'open' AND x.until = x.since) OR x.class <> 'open' AND x.class_before <> 'open'`,
	`INSERT INTO open_assignments
		SELECT p.id, p.document, q.unit, CASE WHEN p.parent IS NULL THEN q.unit ELSE p.unit END, p.unit, CASE WHEN p.parent IS NOT NULL THEN p.officer_position END, p.parent IS NOT NULL, p.role, x.state, d.field, d.urgency, bench.at(p.sent), h.held IS NOT NULL,
			CASE WHEN h.held IS NULL AND r.runs THEN bench.day_end(p.due_d + CASE WHEN p.ext <= p.cut THEN p.ext_days ELSE 0 END) END,
			CASE WHEN h.held IS NOT NULL THEN NULL WHEN x.state = 'sent' THEN bench.day_end(p.sent / 28800) WHEN r.runs THEN bench.day_end(p.due_d + CASE WHEN p.ext <= p.cut THEN p.ext_days ELSE 0 END) END, bench.at(y.since), bench.at(x.stood)
		FROM now x JOIN p ON p.s = x.s JOIN d ON d.n = p.n JOIN doc_now h ON h.n = p.n CROSS JOIN LATERAL (SELECT p.role IN ('lead', 'execute') AND x.state IN ('sent', 'received', 'working') AS runs) r
		LEFT JOIN stretch y ON y.s = p.s AND y.until IS NULL AND y.class = 'open', bench.clerk q WHERE x.closed IS NULL`,
	`INSERT INTO documents (id, unit_id, book_year, number, issuer, code_number, code_notation, issued_on, type_name, subject, field, urgency, duplicate_key, duplicate_reason,
			ladder, ladder_version, status, version, present_due_at, direct_due_at, registered_at, registered_by, presented_at, presented_to, concluded_at, recalled_at, held_at, milestone_seq, arrival_channel)
		SELECT d.id, q.unit, d.year, d.number,
			(array['UBND Thành phố Hà Nội', 'Sở Xây dựng', 'Sở Nội vụ', 'Sở Tài chính', 'Văn phòng UBND Thành phố', 'Sở Giáo dục và Đào tạo', 'Bộ Tư pháp', 'Công an Thành phố', 'Sở Tài nguyên và Môi trường', 'Sở Y tế',
				'Thanh tra Thành phố', 'Ban Thường vụ Quận uỷ', 'Uỷ ban MTTQ Việt Nam quận', 'Bộ Chỉ huy Quân sự Thành phố', 'Công ty Điện lực Hà Đông', 'Ông, bà gửi đơn'])[1 + floor(16 * bench.h(d.n, 50)^2)::int],
			(1 + floor(9000 * bench.h(d.n, 51)))::int::text, (array['UBND-KGVX', 'SXD-QLXD', 'SNV-CCHC', 'STC-QLNS', 'VP-TH', 'SGDĐT-CTTT', 'BTP-PBGDPL', 'CATP-PC07', 'STNMT-CCQLĐĐ', 'SYT-NVY', 'TTTP-GQKN', 'QU-VP', 'MTTQ-BTT', 'BCH-TM', 'PCHĐ', ''])[1 + floor(16 * bench.h(d.n, 50)^2)::int],
			(bench.at(d.w0) - interval '1 day' * (1 + floor(6 * bench.h(d.n, 52)^2)))::date, (array['Công văn', 'Kế hoạch', 'Quyết định', 'Thông báo', 'Giấy mời', 'Báo cáo', 'Tờ trình', 'Đơn'])[1 + floor(8 * bench.h(d.n, 53)^2)::int],
			CASE WHEN d.n % greatest(?0 / 5, 7) = 5 THEN 'Về việc phòng, tránh sét đánh tại khu dân cư số ' || d.n WHEN d.n % 625 = 13 THEN 'Về việc kiểm định an toàn cầu treo dân sinh, đợt ' || d.n % 9 ELSE
				(array['Về việc', 'V/v', 'Báo cáo về việc', 'Hướng dẫn', 'Đôn đốc'])[1 + floor(5 * bench.h(d.n, 54))::int] || ' ' ||
				(array['rà soát hộ nghèo, hộ cận nghèo', 'tổng kiểm tra, chỉnh trang trật tự đô thị', 'cải cách hành chính', 'phòng, chống dịch bệnh', 'tuyển sinh vào lớp 1 và lớp 6', 'giải phóng mặt bằng dự án đường vành đai',
					'quyết toán ngân sách', 'tiếp công dân, giải quyết khiếu nại, tố cáo', 'phòng cháy, chữa cháy tại chung cư mini', 'thu gom rác thải sinh hoạt', 'cấp giấy chứng nhận quyền sử dụng đất', 'chuyển đổi số, định danh điện tử',
					'quản lý vỉa hè, lòng đường', 'chi trả trợ cấp xã hội', 'xây dựng trường đạt chuẩn quốc gia', 'kiểm tra an toàn thực phẩm', 'tuyển chọn, gọi công dân nhập ngũ', 'phòng, chống thiên tai, úng ngập', 'duy tu, sửa chữa ngõ xóm', 'quản lý di tích, lễ hội',
					'xử lý vi phạm trật tự xây dựng', 'hỗ trợ doanh nghiệp nhỏ và vừa', 'bảo hiểm y tế học sinh', 'bầu tổ trưởng tổ dân phố'])[1 + floor(24 * bench.h(d.n, 55)^1.5)::int]
				|| (array[' trên địa bàn quận', ' năm ' || d.year, ' quý ' || 1 + d.n % 4 || ' năm ' || d.year, ', báo cáo Thành phố', ' tại tổ dân phố số ' || d.n % 97, ' tại ngõ ' || d.n % 641 || ' phường ' || d.n % 174, ' theo hồ sơ HS' || d.n])[1 + floor(7 * bench.h(d.n, 56))::int] END,
			d.field, d.urgency, 'bench/' || d.n, '', d.urgency, l.version, x.state, x.version, bench.day_end(d.w0 / 28800 + 1),
			CASE WHEN d.pres <= 45050400 THEN bench.day_end(d.pres / 28800 + 1) ELSE bench.day_end(d.w0 / 28800 + 2) END, bench.at(d.w0), q.account,
			CASE WHEN d.pres <= 45050400 THEN bench.at(d.pres) END, CASE WHEN d.pres <= 45050400 THEN d.boss_position END,
			CASE WHEN x.state = 'concluded' THEN bench.at(coalesce(d.done, d.dir)) END, CASE WHEN x.state = 'recalled' THEN bench.at(d.recall + 28800) END, bench.at(x.held), 2, 'paper'
		FROM d JOIN doc_now x ON x.n = d.n JOIN (SELECT code, max(version) AS version FROM ladders GROUP BY code) l ON l.code = d.urgency, bench.clerk q ORDER BY d.n`,
	`INSERT INTO attachments (document_id, sha256, name, media_type, size, added_at)
		SELECT id, sha256(n::text::bytea), 'van-ban-' || number || '.pdf', 'application/pdf', 100000 + floor(3000000 * bench.h(n, 60)), bench.at(w0) FROM d WHERE bench.h(n, 61) < 0.3`,
	`INSERT INTO file_texts (document_id, sha256, text, words)
		SELECT id, sum, text, to_tsvector('simple', searchable(text)) FROM (
			SELECT id, sha256(n::text::bytea) AS sum, (SELECT string_agg((array['Căn cứ Luật Tổ chức chính quyền địa phương', 'Thực hiện ý kiến chỉ đạo của Thành phố', 'Các phòng, ban, phường chủ động phối hợp', 'rà soát, thống kê, lập danh sách gửi về Văn phòng',
				'trước ngày ' || 1 + floor(28 * bench.h(n * 64 + j, 62)), 'kinh phí thực hiện lấy từ nguồn ngân sách quận', 'hộ ông, bà tại số nhà ' || floor(900 * bench.h(n * 64 + j, 63)), 'báo cáo kết quả bằng văn bản',
				'trong quá trình thực hiện nếu có vướng mắc', 'đề nghị phản ánh kịp thời để xem xét, giải quyết'])[1 + floor(10 * bench.h(n * 64 + j, 64))::int], '; ') FROM generate_series(1, 24) j) AS text
			FROM d WHERE bench.h(n, 61) < 0.02 OFFSET 0) x`,
	`INSERT INTO directions (id, document_id, unit_id, given_by, given_by_position, given_at, text, process, result, dispatched_at)
		SELECT bench.id('7001', n * 256), id, q.unit, boss_account, boss_position, bench.at(dir), 'Giao các đơn vị rà soát, xử lý dứt điểm theo thẩm quyền trên địa bàn, báo cáo UBND quận', 'Các đơn vị báo cáo đơn vị chủ trì tổng hợp',
			'Báo cáo kết quả bằng văn bản', bench.at(dir + 1) FROM d, bench.clerk q WHERE k > 0 AND dir < 45050400 ORDER BY n`,
	`INSERT INTO directions (id, document_id, parent_id, unit_id, given_by, given_by_position, given_at, text, process, result, dispatched_at, kind, joins_id, replaces_id, carries)
		SELECT p.direction, p.document, bench.id('7002', p.parent), CASE WHEN p.parent IS NULL THEN q.unit ELSE p.unit END, CASE WHEN p.parent IS NULL THEN d.boss_account ELSE p.head END,
			CASE WHEN p.parent IS NULL THEN d.boss_position ELSE p.head_position END, bench.at(p.sent - 1), 'Thực hiện, báo cáo kết quả', '', '', bench.at(p.sent),
			CASE WHEN p.parent IS NULL THEN 'handed-over' ELSE 'further' END, CASE WHEN p.parent IS NULL THEN bench.id('7001', p.n * 256) END, bench.id('7002', p.replaces), p.parent IS NULL
		FROM p JOIN d ON d.n = p.n, bench.clerk q WHERE p.i >= 200 ORDER BY p.s`,
	`INSERT INTO direction_recipients (direction_id, ordinal, unit_id, position_id, role, due_at)
		SELECT direction, CASE WHEN i < 200 THEN i + 1 ELSE 1 END, unit, CASE WHEN parent IS NOT NULL THEN officer_position END, role, CASE WHEN role <> 'inform' THEN bench.day_end(due_d) END FROM p ORDER BY s`,
	`INSERT INTO assignments (id, document_id, direction_id, circle_id, replaces_id, parent_id, giver_unit_id, unit_id, position_id, role, status, version, sent_at, receive_due_at, due_at, due_since, received_at, received_by,
			arrival_year, arrival_number, started_at, reported_at, report, approve_due_at, returned_at, return_due_at, closed_at)
		SELECT p.id, p.document, p.direction, CASE WHEN p.replaces IS NULL THEN p.direction ELSE bench.id('7001', p.n * 256) END, bench.id('7002', p.replaces), bench.id('7002', p.parent),
			CASE WHEN p.parent IS NULL THEN q.unit ELSE p.unit END, p.unit, CASE WHEN p.parent IS NOT NULL THEN p.officer_position END, p.role, x.state, x.version, bench.at(p.sent), bench.day_end(p.sent / 28800),
			CASE WHEN p.role <> 'inform' THEN bench.day_end(p.due_d + CASE WHEN p.ext <= p.cut THEN p.ext_days ELSE 0 END) END, CASE WHEN p.sb <= p.cut THEN bench.at(p.sb) END,
			CASE WHEN p.recv <= p.cut THEN bench.at(p.recv) END, CASE WHEN p.recv <= p.cut THEN CASE WHEN p.parent IS NULL THEN p.clerk ELSE p.officer END END, p.year, p.number,
			CASE WHEN p.start <= p.cut THEN bench.at(p.start) END, CASE WHEN p.rep2 <= p.cut THEN bench.at(p.rep2) WHEN p.rep <= p.cut THEN bench.at(p.rep) END,
			CASE WHEN p.rep <= p.cut THEN 'Đã thực hiện xong trên địa bàn; danh sách và số liệu kèm theo văn bản số ' || p.n % 5000 || '.' ELSE '' END,
			CASE WHEN p.rep2 <= p.cut THEN bench.day_end(p.rep2 / 28800 + 1) WHEN p.sb <= p.cut THEN NULL WHEN p.rep <= p.cut THEN bench.day_end(p.rep / 28800 + 1) END,
			CASE WHEN p.ret <= p.cut THEN bench.at(p.ret) END, CASE WHEN p.ret <= p.cut THEN bench.day_end(p.ret / 28800 + 1) END, bench.at(x.closed)
		FROM p JOIN now x ON x.s = p.s, bench.clerk q ORDER BY p.s`,
	`INSERT INTO decisions (id, document_id, assignment_id, kind, asked_by, asked_unit_id, asked_at, reason, proposed_due_at, owner_unit_id, due_at, status, decided_by, decided_at, version)
		SELECT bench.id('7003', p.s), p.document, p.id, 'extension', p.head, p.unit, bench.at(p.asked), 'Khối lượng công việc lớn, cần thêm thời gian', bench.day_end(p.due_d + p.ext_days), q.unit, bench.day_end(p.asked / 28800 + 1),
			CASE WHEN p.ext <= p.cut THEN 'granted' WHEN x.closed IS NULL THEN 'open' ELSE 'void' END, CASE WHEN p.ext <= p.cut THEN d.boss_account END, CASE WHEN p.ext <= p.cut THEN bench.at(p.ext) END, CASE WHEN p.ext <= p.cut OR x.closed IS NOT NULL THEN 2 ELSE 1 END
		FROM p JOIN now x ON x.s = p.s JOIN d ON d.n = p.n, bench.clerk q WHERE p.asked <= p.cut AND p.parent IS NULL`,
	`INSERT INTO decisions (id, document_id, assignment_id, kind, asked_unit_id, asked_at, reason, owner_unit_id, due_at, status, decided_by, decided_at, version)
		SELECT bench.id('7004', p.s), p.document, p.id, 'recall', q.unit, bench.at(p.done), 'Thu hồi văn bản', p.unit, bench.day_end(p.done / 28800 + 1), CASE WHEN a.s IS NULL THEN 'open' ELSE 'granted' END, CASE WHEN a.s IS NOT NULL THEN p.clerk END, bench.at(a.w), CASE WHEN a.s IS NULL THEN 1 ELSE 2 END
		FROM p LEFT JOIN act a ON a.s = p.s AND a.ord = 15, bench.clerk q WHERE p.fate = 'recalled' AND p.done <= 45050400 AND p.recv <= p.cut AND p.parent IS NULL AND coalesce(p.ho > p.cut, true)`,
	`INSERT INTO alarms (subject_id, kind, step, due_at, document_id, rung_at) SELECT p.id, 'work', 2, bench.day_end(p.due_d), p.document, bench.day_end(p.due_d) + interval '1 second' FROM act a JOIN p ON p.s = a.s WHERE a.kind = 'alarmed'`,
	`INSERT INTO notices (position_id, document_id, assignment_id, kind, step, due_at, created_at, read_at)
		SELECT p.head_position, p.document, p.id, 'work', 2, bench.day_end(p.due_d), bench.day_end(p.due_d) + interval '1 second', CASE WHEN bench.h(p.s, 65) < 0.7 THEN bench.day_end(p.due_d) + interval '15 hours' END
		FROM act a JOIN p ON p.s = a.s JOIN now x ON x.s = p.s WHERE a.kind = 'alarmed' AND x.closed IS NULL`,
	`INSERT INTO events (at, kind, document_id, assignment_id, unit_id, actor_id, actor_unit_id, state, version, year, number, details)
		SELECT at, kind, document, share, unit, actor, actor_unit, state, version, year, number, details FROM (
			SELECT bench.at(a.w) AS at, a.kind, p.document, p.id AS share, p.unit,
				CASE WHEN a.ord IN (1, 13, 14) THEN NULL WHEN a.ord IN (5, 7, 9, 11, 12) THEN CASE WHEN p.parent IS NULL THEN d.boss_account ELSE p.head END WHEN p.parent IS NOT NULL THEN p.officer WHEN a.ord IN (2, 15) THEN p.clerk ELSE p.head END AS actor,
				CASE WHEN a.ord IN (1, 13, 14) THEN NULL WHEN a.ord IN (5, 7, 9, 11, 12) AND p.parent IS NULL THEN q.unit ELSE p.unit END AS actor_unit,
				a.state, a.version, CASE a.ord WHEN 2 THEN coalesce(p.year, 0) ELSE 0 END AS year, CASE a.ord WHEN 2 THEN coalesce(p.number, 0) ELSE 0 END AS number, a.w, p.n, a.ord + 10 AS ord, p.i,
				CASE a.ord
					WHEN 1 THEN jsonb_strip_nulls(jsonb_build_object('role', p.role, 'direction', p.direction, 'parent', bench.id('7002', p.parent), 'replaces', bench.id('7002', p.replaces), 'position', CASE WHEN p.parent IS NOT NULL THEN p.officer_position END,
						'receiveDue', bench.day_end(p.sent / 28800), 'due', CASE WHEN p.role <> 'inform' THEN bench.day_end(p.due_d) END))
					WHEN 3 THEN CASE WHEN p.directs THEN '{"recipients": 1}' ELSE '{}' END::jsonb
					WHEN 4 THEN jsonb_build_object('decision', bench.id('7003', p.s), 'from', bench.day_end(p.due_d), 'proposed', bench.day_end(p.due_d + p.ext_days), 'reason', 'Khối lượng công việc lớn, cần thêm thời gian')
					WHEN 5 THEN jsonb_build_object('decision', bench.id('7003', p.s), 'from', bench.day_end(p.due_d), 'due', bench.day_end(p.due_d + p.ext_days), 'reason', 'Đồng ý gia hạn')
					WHEN 6 THEN jsonb_build_object('text', 'Đã thực hiện xong trên địa bàn.', 'due', bench.day_end(p.due_d + CASE WHEN p.ext <= p.rep THEN p.ext_days ELSE 0 END),
						'late', bench.at(p.rep) > bench.day_end(p.due_d + CASE WHEN p.ext <= p.rep THEN p.ext_days ELSE 0 END), 'approveDue', bench.day_end(p.rep / 28800 + 1))
					WHEN 7 THEN '{"reason": "Số liệu chưa khớp, đề nghị bổ sung"}'::jsonb
					WHEN 8 THEN jsonb_build_object('text', 'Đã bổ sung số liệu.', 'due', bench.day_end(p.due_d + CASE WHEN p.ext <= p.rep2 THEN p.ext_days ELSE 0 END),
						'late', bench.at(p.rep2) > bench.day_end(p.due_d + CASE WHEN p.ext <= p.rep2 THEN p.ext_days ELSE 0 END), 'approveDue', bench.day_end(p.rep2 / 28800 + 1))
					WHEN 10 THEN jsonb_build_object('reason', 'Không thuộc thẩm quyền của đơn vị', 'returnDue', bench.day_end(p.ret / 28800 + 1))
					WHEN 11 THEN '{"reason": "Đơn vị không phải thực hiện"}'::jsonb
					WHEN 12 THEN jsonb_build_object('basis', 'Quyết định điều chỉnh nhiệm vụ', 'direction', bench.id('7001', p.n * 256 + 200 + p.i), 'toUnit', (SELECT v.id FROM bench.unit v WHERE v.u = (p.u + 37) % 199))
					WHEN 13 THEN jsonb_build_object('deadline', 'work', 'step', 2, 'due', bench.day_end(p.due_d), 'escalates', true, 'tell', '["holder", "giver"]'::jsonb)
					WHEN 15 THEN jsonb_build_object('decision', bench.id('7004', p.s), 'agree', true, 'reason', '')
					ELSE '{}' END AS details
			FROM act a JOIN p ON p.s = a.s JOIN d ON d.n = p.n, bench.clerk q
			UNION ALL
			SELECT bench.at(a.w), a.kind, d.id, NULL, q.unit, CASE WHEN a.ord = 1 OR a.ord = 2 THEN q.account WHEN a.kind IN ('concluded', 'recall-settled') THEN NULL ELSE d.boss_account END,
				CASE WHEN a.kind IN ('concluded', 'recall-settled') THEN NULL ELSE q.unit END, a.state, a.version, CASE a.ord WHEN 1 THEN d.year ELSE 0 END, CASE a.ord WHEN 1 THEN d.number ELSE 0 END, a.w, a.n, a.ord, 0,
				CASE WHEN a.ord = 1 THEN jsonb_build_object('presentDue', bench.day_end(d.w0 / 28800 + 1), 'directDue', bench.day_end(d.w0 / 28800 + 2), 'late', false)
					WHEN a.ord = 2 THEN jsonb_build_object('to', d.boss_position, 'directDue', bench.day_end(d.pres / 28800 + 1), 'late', false)
					WHEN a.kind = 'directed' THEN jsonb_build_object('recipients', d.k)
					WHEN a.kind = 'cancelled' THEN '{"category": "registered-in-error", "reason": "Vào sổ nhầm lần thứ hai"}'::jsonb
					WHEN a.kind = 'held' THEN jsonb_build_object('category', 'waiting-for-superior', 'reason', 'Chờ ý kiến của Thành phố', 'held', bench.at(a.w))
					WHEN a.kind = 'recalled' THEN '{"reason": "Thu hồi để chỉnh sửa nội dung"}'::jsonb
					ELSE '{}' END
			FROM doc_act a JOIN d ON d.n = a.n, bench.clerk q
		) x ORDER BY w, n, ord, i`,
}

// fillSaid is what migration 0017 makes of what people said, each text read once.
var fillSaid = []string{
	`INSERT INTO said_texts (document_id, assignment_id, event_id, to_all, words)
		WITH said AS MATERIALIZED (SELECT document_id, assignment_id, id, assignment_id IS NULL AND kind IN ('recalled', 'held') AS to_all, said_in(details) AS text FROM events WHERE jsonb_exists_any(details, '{reason,note,text,basis,how}')),
		words AS MATERIALIZED (SELECT text, to_tsvector('simple', searchable(text)) AS words FROM (SELECT DISTINCT text FROM said) x)
		SELECT s.document_id, s.assignment_id, s.id, s.to_all, w.words FROM said s JOIN words w ON w.text = s.text`,
	`INSERT INTO said_texts (document_id, direction_id, words)
		WITH words AS MATERIALIZED (SELECT text, process, result, to_tsvector('simple', searchable(concat_ws(' ', text, process, result))) AS words FROM (SELECT DISTINCT text, process, result FROM directions) x)
		SELECT d.document_id, d.id, w.words FROM directions d JOIN words w USING (text, process, result)`,
}
