package main

// The generator reckons in working time: seconds of an eight-hour day, 28,800 of
// them, Monday to Friday, from Monday 2020-11-23 08:00 in Hà Nội. It ends six
// years later, at second 45,050,400, which is Friday 2026-11-20 10:00: whatever
// would have come after that has not happened, and so is open. Public holidays are
// worked through.

// fillTools are what the other statements work with: ?0 documents, ?1 seed.
// Nothing is drawn by chance: h is a number in [0, 1) that follows from another
// number and a salt.
var fillTools = []string{
	`CREATE SCHEMA bench`,
	`CREATE FUNCTION bench.h(n bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
		RETURN (hashint8extended(n, ?1::bigint * 1000 + salt) & 1048575) / 1048576.0::float8`,
	`CREATE FUNCTION bench.at(w bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
		RETURN to_timestamp(1606093200 + (w / 28800 / 5 * 7 + w / 28800 % 5) * 86400 + w % 28800 + CASE WHEN w % 28800 >= 14400 THEN 3600 ELSE 0 END)`,
	`CREATE FUNCTION bench.day_end(d bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
		RETURN to_timestamp(1606093200 + (d / 5 * 7 + d % 5) * 86400 + 32400)`,
	`CREATE FUNCTION bench.year(w bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
		RETURN extract(year FROM bench.at(w) AT TIME ZONE 'Asia/Ho_Chi_Minh')`,
	`CREATE FUNCTION bench.id(kind text, x bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
		RETURN ('00000000-0000-' || kind || '-8000-' || lpad(to_hex(x), 12, '0'))::uuid`,
	// The units, the offices first; each with who acts for it. A few are late often.
	`CREATE TABLE bench.unit AS
		SELECT row_number() OVER (ORDER BY u.kind, u.id) - 1 AS u, u.id, u.kind,
			row_number() OVER (PARTITION BY u.kind ORDER BY bench.h(hashtext(u.id::text), 1), u.id) AS rank,
			CASE WHEN bench.h(hashtext(u.id::text), 2) < 0.08 THEN 0.3 ELSE 0.02 END AS late,
			clerk.account AS clerk, head.account AS head, head.position AS head_position, officer.account AS officer, officer.position AS officer_position
		FROM units u
		JOIN LATERAL (SELECT a.id AS account FROM positions p JOIN accounts a ON a.position_id = p.id WHERE p.unit_id = u.id AND p.office = 'clerk' ORDER BY p.code LIMIT 1) clerk ON true
		JOIN LATERAL (SELECT a.id AS account, p.id AS position FROM positions p JOIN accounts a ON a.position_id = p.id WHERE p.unit_id = u.id AND p.office IN ('head', 'chief') ORDER BY p.code LIMIT 1) head ON true
		JOIN LATERAL (SELECT a.id AS account, p.id AS position FROM positions p JOIN accounts a ON a.position_id = p.id WHERE p.unit_id = u.id AND p.office = 'officer' ORDER BY p.code LIMIT 1) officer ON true
		WHERE u.kind IN ('office', 'ward')`,
	// How often a unit is chosen falls with its rank: 8,192 slots, shared out by that.
	`CREATE TABLE bench.slot AS
		WITH w AS (SELECT u, CASE kind WHEN 'office' THEN 30 / (rank + 1)^0.9 ELSE 20 / (rank + 2)^0.7 END AS plain, CASE kind WHEN 'office' THEN 1.0 ELSE 0.15 END AS leads FROM bench.unit),
			s AS (SELECT u, sum(plain) OVER (ORDER BY u) / sum(plain) OVER () AS upto, sum(plain * leads) OVER (ORDER BY u) / sum(plain * leads) OVER () AS lead_upto FROM w)
		SELECT n AS slot, (SELECT u FROM s WHERE n / 8192.0 < upto ORDER BY u LIMIT 1) AS u, (SELECT u FROM s WHERE n / 8192.0 < lead_upto ORDER BY u LIMIT 1) AS lead_u FROM generate_series(0, 8191) n`,
	`CREATE TABLE bench.clerk AS SELECT a.id AS account, p.unit_id AS unit FROM accounts a JOIN positions p ON p.id = a.position_id WHERE a.username = 'vanthu.quan'`,
	`CREATE TABLE bench.boss AS SELECT row_number() OVER (ORDER BY p.office, p.code) - 1 AS boss, a.id AS account, p.id AS position, coalesce(p.fields[1], '') AS field
		FROM accounts a JOIN positions p ON p.id = a.position_id, bench.clerk c WHERE p.unit_id = c.unit AND p.office IN ('chairman', 'deputy')`,
	`CREATE TABLE bench.year AS SELECT bench.year(n::bigint * 45050400 / ?0) AS year, min(n) AS first, max(n) - min(n) + 1 AS numbers FROM generate_series(1, ?0) n GROUP BY 1`,
	`CREATE UNLOGGED TABLE bench.doc (n bigint, w0 bigint, year int, number int, fate text, urgency text, term int, pres bigint, dir bigint, recall bigint, k int, boss int)`,
	`CREATE UNLOGGED TABLE bench.share (s bigint, n bigint, i int, u int, role text, parent bigint, replaces bigint, directs boolean,
		sent bigint, recv bigint, start bigint, asked bigint, ext bigint, ext_days int, rep bigint, sb bigint, rep2 bigint, app bigint, ret bigint, dropped bigint, ho bigint,
		due_d bigint, fate text, done bigint, cut bigint)`,
	`ANALYZE bench.unit`, `ANALYZE bench.slot`,
}

// fillPlans plan what happens to the documents after ?2 up to ?3: each instant,
// null where it is not to happen. done is when the document is done with; nothing
// happens to a share after cut.
var fillPlans = []string{
	`INSERT INTO bench.doc
		SELECT x.n, w0, y.year, x.n - y.first + 1,
			CASE WHEN f < 0.03 THEN 'filed' WHEN f < 0.034 THEN 'cancelled' WHEN f < 0.041 THEN 'recalled' ELSE 'directed' END, urgency,
			CASE urgency WHEN 'normal' THEN 12 + floor(32 * bench.h(x.n, 6)^2) WHEN 'urgent' THEN 2 + floor(2 * bench.h(x.n, 6)) ELSE 1 END, pres, dir,
			CASE WHEN f >= 0.034 AND f < 0.041 THEN dir + 7200 + (bench.h(x.n, 9) * 120000)::bigint END,
			CASE WHEN f < 0.034 THEN 0 WHEN q < 0.27 THEN 1 WHEN q < 0.5 THEN 2 WHEN q < 0.68 THEN 3 WHEN q < 0.79 THEN 4 WHEN q < 0.89 THEN 5 + floor(5 * bench.h(x.n, 8))
				WHEN q < 0.955 THEN 10 + floor(12 * bench.h(x.n, 8)) WHEN q < 0.983 THEN 25 + floor(10 * bench.h(x.n, 8)) WHEN q < 0.99 THEN 100 + floor(75 * bench.h(x.n, 8)) ELSE 2 END,
			floor(4 * bench.h(x.n, 10))
		FROM (
			SELECT *, coalesce(pres, w0) + 1800 + (bench.h(n, 5) * CASE urgency WHEN 'normal' THEN 34000 ELSE 4000 END)::bigint AS dir FROM (
				SELECT n, w0, f, q, CASE WHEN v < 0.01 THEN 'express' WHEN v < 0.03 THEN 'very-urgent' WHEN v < 0.12 THEN 'urgent' ELSE 'normal' END AS urgency,
					CASE WHEN bench.h(n, 3) < 0.8 THEN w0 + 600 + (bench.h(n, 4) * 3600)::bigint END AS pres
				FROM (SELECT n::bigint, n::bigint * 45050400 / ?0 AS w0, bench.h(n, 1) AS f, bench.h(n, 2) AS v, bench.h(n, 7) AS q FROM generate_series(?2::int + 1, ?3::int) n OFFSET 0) a OFFSET 0
			) b OFFSET 0
		) x JOIN bench.year y ON x.n >= y.first AND x.n < y.first + y.numbers`,
	// From the innermost outwards: who, until when, when received, when reported.
	`INSERT INTO bench.share
	WITH d AS (SELECT * FROM bench.doc WHERE n > ?2 AND n <= ?3 AND k > 0),
	chosen AS MATERIALIZED (
		SELECT DISTINCT ON (n, u) n, i, u FROM (
			SELECT c.n, c.i, CASE WHEN c.i = 0 THEN t.lead_u WHEN c.k >= 25 THEN 25 + (c.n * 7 + c.i) % 174 ELSE t.u END AS u
			FROM (SELECT n, k, i, floor(8192 * bench.h(n * 256 + i, 11))::int AS slot FROM d CROSS JOIN LATERAL generate_series(0, k - 1) i OFFSET 0) c JOIN bench.slot t ON t.slot = c.slot
		) c ORDER BY n, u, i
	), one AS (
		SELECT d.n * 256 + c.i AS s, d.n, c.i, c.u, d.fate, d.recall, d.dir + 1 AS sent, (d.dir + 1) / 28800 + d.term AS due_d, v.late,
			CASE WHEN c.i = 0 THEN 'lead' WHEN d.k >= 25 THEN CASE WHEN bench.h(d.n, 21) < 0.4 THEN 'inform' ELSE 'execute' END
				WHEN bench.h(d.n * 256 + c.i, 22) < 0.35 THEN 'coordinate' WHEN bench.h(d.n * 256 + c.i, 22) < 0.6 THEN 'execute' ELSE 'inform' END AS role
		FROM chosen c JOIN d ON d.n = c.n JOIN bench.unit v ON v.u = c.u OFFSET 0
	), two AS (
		SELECT *, sent + CASE WHEN bench.h(s, 12) < 0.93 THEN 60 + (bench.h(s, 13) * greatest(28700 - sent % 28800, 30))::bigint ELSE 28800 - sent % 28800 + (bench.h(s, 13) * 50000)::bigint END AS recv,
			(due_d + 1) * 28800 AS due, role IN ('lead', 'execute') AS reports FROM one OFFSET 0
	), three AS (
		SELECT *, CASE WHEN role <> 'inform' AND bench.h(s, 14) < 0.4 THEN recv + 60 + (bench.h(s, 15) * 14400)::bigint END AS start,
			CASE WHEN role IN ('execute', 'coordinate') AND bench.h(s, 16) < 0.012 THEN recv + 3600 + (bench.h(s, 15) * 14400)::bigint END AS ret FROM two OFFSET 0
	), four AS (
		SELECT *, ret + 7200 + (bench.h(s, 17) * 14400)::bigint AS dropped, coalesce(start, recv) AS go,
			CASE WHEN role = 'execute' AND i < 28 AND ret IS NULL AND bench.h(s, 18) < 0.01 THEN coalesce(start, recv) + 7200 + (bench.h(s, 19) * 28800)::bigint END AS ho FROM three OFFSET 0
	), five AS (
		SELECT *, CASE WHEN NOT reports OR ret IS NOT NULL OR ho IS NOT NULL THEN NULL
			WHEN i < 25 AND bench.h(s, 33) < late / 2.2 THEN greatest(due, go) + 28800 + (28800 * 600 * bench.h(s, 24))::bigint -- left lying
			WHEN bench.h(s, 23) < late OR due < go + 7200 THEN greatest(due, go) + 1800 + (36000 * bench.h(s, 24) / (1.02 - bench.h(s, 24)))::bigint
			ELSE go + 900 + ((due - go - 1800) * (0.35 + 0.65 * bench.h(s, 24)))::bigint END AS rep FROM four OFFSET 0
	), six AS (
		SELECT s, n, i, u, role, NULL::bigint AS replaces, fate, recall, due_d, due, reports, sent, recv, CASE WHEN ret IS NULL THEN start END AS start, ret, dropped, ho, rep,
			CASE WHEN bench.h(s, 25) < 0.04 THEN 7200 + (bench.h(s, 26) * 14400)::bigint END AS back FROM five
		UNION ALL -- whoever took over what another handed over
		SELECT n * 256 + 200 + i, n, 200 + i, (u + 37) % 199, role, s, fate, recall, due_d, due, reports, ho + 1, ho + 1800, NULL, NULL, NULL, NULL, ho + 14400 + (bench.h(s, 27) * 57600)::bigint, NULL FROM five WHERE ho IS NOT NULL
	), seven AS ( -- the lead reports after all others
		SELECT *, CASE role WHEN 'lead' THEN greatest(rep, 600 + max(CASE role WHEN 'execute' THEN coalesce(dropped, rep + coalesce(back, 0) + 3600) END) OVER (PARTITION BY n)) ELSE rep END AS told FROM six OFFSET 0
	), eight AS (
		SELECT *, told + back AS sb, told + back + 3000 AS rep2,
			CASE WHEN told IS NOT NULL AND (role = 'lead' AND fate <> 'recalled' OR role <> 'lead' AND bench.h(s, 28) < 0.85) THEN told + coalesce(back + 3000, 0) + 1800 + (bench.h(s, 29)^2 * 50000)::bigint END AS app FROM seven OFFSET 0
	), nine AS (
		SELECT *, CASE WHEN told IS NOT NULL AND start IS NOT NULL AND bench.h(s, 30) < 0.11 AND least(told, due) > start + 600 THEN start + (least(told, due) - start) / 3 END AS asked,
			i < 28 AND reports AND start IS NOT NULL AND told IS NOT NULL AND bench.h(s, 31) < 0.12 AS directs,
			coalesce(recall, max(CASE role WHEN 'lead' THEN app END) OVER (PARTITION BY n)) AS done FROM eight OFFSET 0
	), all_of_them AS (
		SELECT s, n, i, u, role, NULL::bigint AS parent, replaces, directs, sent, recv, start, asked, asked + (least(told, due) - asked) / 3 AS ext,
			CASE WHEN asked IS NOT NULL THEN 3 + floor(8 * bench.h(s, 32))::int END AS ext_days, told AS rep, sb, rep2, app, ret, dropped, ho, due_d, fate, done FROM nine
		UNION ALL -- an officer of the unit to whom it was handed on
		SELECT n * 256 + 228 + i, n, 228 + i, u, 'lead', s, NULL, false, start + 1, start + 1 + (told - start) / 8, NULL, NULL, NULL, NULL, start + (told - start) * 7 / 10, NULL, NULL, start + (told - start) * 8 / 10,
			NULL, NULL, NULL, due_d, fate, done FROM nine WHERE directs
	)
	SELECT *, least(45050400, CASE WHEN i = 0 AND fate = 'directed' THEN done ELSE done - 1 END) FROM all_of_them WHERE sent <= least(45050400, done - 1)`,
}

// fillNumbers give every receipt of a unit its number in the unit's book, in the
// order in which they were received.
var fillNumbers = []string{
	`ANALYZE bench.doc`, `ANALYZE bench.share`,
	`CREATE UNLOGGED TABLE bench.number AS SELECT s, u, year, row_number() OVER (PARTITION BY u, year ORDER BY recv, s) AS number
		FROM (SELECT s, u, recv, bench.year(recv) AS year FROM bench.share WHERE recv <= cut AND parent IS NULL) x`,
	`CREATE INDEX ON bench.number (s)`, `CREATE INDEX ON bench.share USING brin (n)`, `CREATE INDEX ON bench.doc (n)`, `ANALYZE bench.number`,
	`INSERT INTO books (unit_id, direction, year, last_number) SELECT v.id, 'incoming', x.year, max(x.number) FROM bench.number x JOIN bench.unit v ON v.u = x.u GROUP BY 1, 3`,
	`INSERT INTO books (unit_id, direction, year, last_number) SELECT c.unit, 'incoming', y.year, y.numbers FROM bench.clerk c, bench.year y`,
}
