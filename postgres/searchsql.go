package postgres

// The parts of the statements of a search.

// numbered are the documents that have a number in a book that the actor sees.
const numbered = `numbered AS MATERIALIZED (
	SELECT d.id FROM documents d WHERE d.unit_id = ANY (?sight_books::uuid[]) AND d.book_year = ANY (?years::int[]) AND d.number = ?number::int
	UNION ALL SELECT a.document_id FROM assignments a WHERE a.unit_id = ANY (?sight_shares::uuid[]) AND a.arrival_year = ANY (?years::int[]) AND a.arrival_number = ?number::int), `

// newestOfUnits are the newest documents that exist for who sees little: those of
// his books, those he has a share of, and those about which he is asked.
const newestOfUnits = `newest AS NOT MATERIALIZED (SELECT DISTINCT x.id FROM (
		SELECT b.id FROM unnest(?sight_books::uuid[]) u CROSS JOIN LATERAL (
			SELECT d.id FROM documents d WHERE d.unit_id = u AND (?after IS NULL OR d.id < ?after::uuid) ORDER BY d.unit_id DESC, d.id DESC LIMIT ?looked) b
		UNION ALL SELECT b.document_id FROM unnest(?sight_shares::uuid[]) u CROSS JOIN LATERAL (
			SELECT a.document_id FROM assignments a WHERE a.unit_id = u AND (?after IS NULL OR a.document_id < ?after::uuid) ORDER BY a.unit_id DESC, a.document_id DESC LIMIT ?looked) b
		UNION ALL SELECT sx.document_id FROM decisions sx WHERE sx.status = 'open' AND sx.owner_unit_id = ANY (?sight_asked::uuid[]) AND (?after IS NULL OR sx.document_id < ?after::uuid)
		UNION ALL SELECT sk.document_id FROM circuits sk JOIN decisions sx ON sx.document_id = sk.document_id AND sx.circuit_id = sk.id
			WHERE sk.status = 'open' AND sx.owner_unit_id = ANY (?sight_asked::uuid[]) AND (?after IS NULL OR sk.document_id < ?after::uuid)
	) x ORDER BY x.id DESC LIMIT ?looked), `

// newestOfAll are the newest documents that there are, for who sees most of them.
const newestOfAll = `newest AS NOT MATERIALIZED (SELECT d.id FROM documents d WHERE (?after IS NULL OR d.id < ?after::uuid) ORDER BY d.id DESC LIMIT ?looked), `

// kept are the conditions of a [SearchNarrow] on the document d. Who leads the work is
// known to whoever sees the whole, and of himself to everybody.
const kept = ` AND (?type IS NULL OR d.type_name = ?type) AND (?field IS NULL OR d.field = ?field) AND (?issuer IS NULL OR d.issuer = ?issuer) AND (?year IS NULL OR d.book_year = ?year::int)
	AND (?urgency IS NULL OR d.urgency = ?urgency) AND (?status IS NULL OR d.status = ?status) AND (?lead IS NULL OR EXISTS (SELECT` + leads + ` AND g.unit_id = ?lead::uuid))`

// leads is where the share g comes from that leads the work on the document d.
const leads = ` FROM assignments g WHERE g.document_id = d.id AND g.parent_id IS NULL AND g.role = 'lead' AND g.status NOT IN ('withdrawn', 'handed-over', 'returned')
	AND (d.unit_id = ANY (?wholes::uuid[]) OR g.unit_id = ANY (?sight_shares::uuid[]))`

// readable says that the words t about the document d, which exists for the actor,
// are his to read: routing.Actor.Hears of an event with its details, and of a
// direction what desk.Document shows of it, as a condition.
const readable = `(d.unit_id = ANY (?wholes::uuid[]) OR t.to_all
	OR t.assignment_id IS NOT NULL AND EXISTS (WITH RECURSIVE up AS (
			SELECT s.parent_id, s.unit_id FROM assignments s WHERE s.id = t.assignment_id
			UNION ALL SELECT s.parent_id, s.unit_id FROM up JOIN assignments s ON s.id = up.parent_id)
		SELECT FROM up WHERE up.unit_id = ANY (?sight_shares::uuid[]))
	OR t.direction_id IS NOT NULL AND (EXISTS (SELECT FROM directions g WHERE g.id = t.direction_id AND g.unit_id = ?own::uuid)
		OR EXISTS (WITH RECURSIVE up AS (
				SELECT s.parent_id, s.unit_id FROM assignments s WHERE s.direction_id = t.direction_id
				UNION ALL SELECT s.parent_id, s.unit_id FROM up JOIN assignments s ON s.id = up.parent_id)
			SELECT FROM up WHERE up.unit_id = ANY (?sight_shares::uuid[]))
		OR EXISTS (WITH RECURSIVE up AS (
				SELECT s.parent_id, s.direction_id FROM assignments s WHERE s.document_id = t.document_id AND s.unit_id = ANY (?sight_shares::uuid[])
				UNION ALL SELECT s.parent_id, s.direction_id FROM up JOIN assignments s ON s.id = up.parent_id)
			SELECT FROM up WHERE up.direction_id = t.direction_id)))`

// amongNewest are the hits among the newest documents, looked at one after the other
// until there are enough. OFFSET keeps the planner from asking the index of the
// words about each of them anew.
const amongNewest = `hit AS MATERIALIZED (SELECT newest.id FROM newest CROSS JOIN LATERAL (SELECT * FROM documents x WHERE x.id = newest.id OFFSET 0) d
		WHERE (d.words @@ ?text::tsquery OR d.id IN (SELECT id FROM numbered)
			OR EXISTS (SELECT FROM (SELECT * FROM said_texts x WHERE x.document_id = d.id OFFSET 0) t WHERE t.words @@ ?text::tsquery AND ` + readable + `)
			OR EXISTS (SELECT FROM (SELECT * FROM file_texts x WHERE x.document_id = d.id OFFSET 0) f WHERE f.words @@ ?text::tsquery))` + kept + ` AND ` + visible + ` ORDER BY newest.id DESC LIMIT ?most)
	SELECT l.looked, l.last, (SELECT coalesce(json_agg(id ORDER BY id DESC), '[]') FROM hit) AS ids FROM (SELECT count(*) AS looked, (array_agg(id ORDER BY id))[1] AS last FROM newest) l`

// usual is in how many documents, files and opinions the rarest of some words may
// stand, by what the record knows of its tables. A word that it does not know is
// rare. The last letters of a word may be open.
const usual = `SELECT coalesce(min(n), 0)::bigint FROM (SELECT w.word, w.open, sum(CASE WHEN c.word IS NULL THEN 0 ELSE c.n END) AS n
	FROM unnest(?words::text[], ?open::boolean[]) w(word, open) LEFT JOIN (
		SELECT e.word, e.part * r.reltuples AS n FROM pg_stats s JOIN pg_class r ON r.oid = to_regclass(quote_ident(s.schemaname) || '.' || quote_ident(s.tablename))
			CROSS JOIN LATERAL unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) e(word, part)
		WHERE s.schemaname = 'public' AND s.tablename IN ('documents', 'file_texts', 'said_texts') AND s.attname = 'words') c
	ON c.word = w.word OR w.open AND starts_with(c.word, w.word) GROUP BY w.word, w.open) x`

// byWords are the hits that the indexes of the words know, and in how many places
// the words stand: none are told where that is too many to look at. Each document is
// looked up by itself: where the planner expects many it would rather read all.
const byWords = `stands AS MATERIALIZED (
		(SELECT d.id, true AS sure, NULL::uuid AS assignment_id, NULL::uuid AS direction_id, false AS to_all FROM documents d WHERE d.words @@ ?text::tsquery LIMIT ?bulk)
		UNION ALL (SELECT f.document_id, true, NULL, NULL, false FROM file_texts f WHERE f.words @@ ?text::tsquery LIMIT ?bulk)
		UNION ALL SELECT n.id, true, NULL, NULL, false FROM numbered n
		UNION ALL (SELECT t.document_id, false, t.assignment_id, t.direction_id, t.to_all FROM said_texts t WHERE t.words @@ ?text::tsquery LIMIT ?bulk)),
	stood AS (SELECT count(*) AS n FROM stands),
	hit AS (SELECT DISTINCT d.id FROM (SELECT t.id AS document_id, t.sure, t.assignment_id, t.direction_id, t.to_all FROM stands t WHERE (?after IS NULL OR t.id < ?after::uuid) AND (SELECT n FROM stood) < ?bulk) t
			CROSS JOIN LATERAL (SELECT * FROM documents x WHERE x.id = t.document_id OFFSET 0) d
		WHERE ` + visible + kept + ` AND (t.sure OR ` + readable + `) ORDER BY d.id DESC LIMIT ?most)
	SELECT (SELECT n FROM stood) AS stands, (SELECT coalesce(json_agg(id ORDER BY id DESC), '[]') FROM hit) AS ids`

// shown are documents that were found, with where the words stand: of several
// files and opinions the newest.
const shown = `page AS (SELECT unnest(?ids::uuid[]) AS id)
	SELECT ` + documentColumns + `, d.id IN (SELECT id FROM numbered) AS numbered, d.words @@ ?text::tsquery AS itself, file.sha256 AS file_sum, file.name AS file_name, file.text AS file_text,
		said.text AS said, said.kind AS said_kind, said.unit_id AS said_unit, said.at AS said_at
	FROM page CROSS JOIN LATERAL (SELECT * FROM documents x WHERE x.id = page.id OFFSET 0) d
	LEFT JOIN LATERAL (SELECT f.sha256, n.name, left(f.text, ?leafed) AS text FROM (SELECT * FROM file_texts x WHERE x.document_id = d.id OFFSET 0) f JOIN attachments n ON n.document_id = f.document_id AND n.sha256 = f.sha256
		WHERE f.words @@ ?text::tsquery AND n.removed_at IS NULL ORDER BY n.replaced_at IS NOT NULL, n.added_at DESC LIMIT 1) file ON true
	LEFT JOIN LATERAL (SELECT coalesce(said_in(e.details), concat_ws(' · ', g.text, g.process, g.result)) AS text, coalesce(e.kind, 'directed') AS kind,
			CASE WHEN e.id IS NULL THEN g.unit_id ELSE e.actor_unit_id END AS unit_id, coalesce(e.at, g.given_at) AS at
		FROM (SELECT * FROM said_texts x WHERE x.document_id = d.id OFFSET 0) t LEFT JOIN events e ON e.id = t.event_id LEFT JOIN directions g ON g.id = t.direction_id
		WHERE t.words @@ ?text::tsquery AND ` + readable + ` ORDER BY coalesce(e.at, g.given_at) DESC LIMIT 1) said ON true
	WHERE ` + visible + ` ORDER BY d.id DESC`

// counted counts hits by what they can be narrowed to.
const counted = `WITH hit AS MATERIALIZED (SELECT d.id, d.type_name, d.field, d.issuer, d.book_year, d.urgency, d.status, lead.unit_id
		FROM unnest(?ids::uuid[]) page(id) CROSS JOIN LATERAL (SELECT * FROM documents x WHERE x.id = page.id OFFSET 0) d
		LEFT JOIN LATERAL (SELECT g.unit_id` + leads + ` ORDER BY g.sent_at DESC LIMIT 1) lead ON true),
	tally AS (SELECT CASE WHEN grouping(type_name) = 0 THEN 'type' WHEN grouping(field) = 0 THEN 'field' WHEN grouping(issuer) = 0 THEN 'issuer' WHEN grouping(book_year) = 0 THEN 'year'
			WHEN grouping(urgency) = 0 THEN 'urgency' WHEN grouping(status) = 0 THEN 'status' ELSE 'unit' END AS name,
		coalesce(type_name, field, issuer, book_year::text, urgency, status, unit_id::text, '') AS value, count(*) AS count
		FROM hit GROUP BY GROUPING SETS ((type_name), (field), (issuer), (book_year), (urgency), (status), (unit_id))),
	ranked AS (SELECT *, row_number() OVER (PARTITION BY name ORDER BY count DESC, value) AS rank FROM tally WHERE value <> '')
	SELECT name, value, count FROM ranked WHERE rank <= 10 ORDER BY name, rank`
