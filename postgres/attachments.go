package postgres

import (
	"context"
	"time"

	"congvan/routing"
)

// Attachment is a file of a document: its content is known by its SHA-256.
type Attachment struct {
	DocumentID routing.ID
	SHA256     []byte
	Name       string
	MediaType  string
	Size       int64
	AddedAt    time.Time
	Flags      []string // what stands out in it
	Replaces   []byte   // the file of the same document whose place it takes; read: not told
	ReplacedBy []byte   // empty: it is the present one
	ReplacedAt time.Time
	RemovedAt  time.Time // zero: it is there
	FileState
	FileText
}

// InUse says whether the file counts: it was neither taken out nor replaced.
func (a Attachment) InUse() bool { return len(a.ReplacedBy) == 0 && a.RemovedAt.IsZero() }

// FileState is what is known of a content.
type FileState struct {
	Scan      string // not-scanned, clean, found
	ScannedAt time.Time
	Engine    string
	CheckedAt time.Time // when it was last read from its first byte to its last
	DamagedAt time.Time // zero: it was whole then
}

var attachDocument = prepared(`
		WITH doc AS (
			SELECT id, unit_id, status, version FROM documents WHERE id = ?id::uuid AND status = ANY (?from::text[])
		), older AS (
			UPDATE attachments a SET replaced_by = ?sha256::bytea, replaced_at = ?at::timestamptz FROM doc
			WHERE a.document_id = doc.id AND a.sha256 = ?replaces::bytea AND a.sha256 <> ?sha256::bytea AND a.replaced_at IS NULL AND a.removed_at IS NULL
			  AND NOT EXISTS (SELECT FROM attachments x WHERE x.document_id = doc.id AND x.sha256 = ?sha256::bytea AND x.replaced_at IS NULL AND x.removed_at IS NULL)
			RETURNING a.document_id
		), file AS (
			INSERT INTO attachments AS a (document_id, sha256, name, media_type, size, added_at, added_by, flags)
			SELECT id, ?sha256::bytea, ?name::text, ?media_type::text, ?size::bigint, ?at::timestamptz, ?actor::uuid, ?flags::text[] FROM doc
			WHERE ?replaces::bytea IS NULL OR EXISTS (SELECT FROM older)
			ON CONFLICT (document_id, sha256) DO UPDATE
			SET name = excluded.name, added_at = excluded.added_at, added_by = excluded.added_by, flags = excluded.flags,
				removed_at = NULL, removed_by = NULL, replaced_at = NULL, replaced_by = NULL
			WHERE a.removed_at IS NOT NULL OR a.replaced_at IS NOT NULL AND ?replaces::bytea IS NOT NULL
			RETURNING document_id
		), state AS (` + fileState + `), said AS (` + keepText + `)
		INSERT INTO events (at, kind, document_id, unit_id, actor_id, actor_unit_id, state, version, details, request_key, request_hash)
		SELECT ?at::timestamptz, 'attached', d.id, d.unit_id, ?actor::uuid, ?actor_unit::uuid, d.status, d.version, ?details::jsonb, ?request_key::text, ?request_hash::bytea
		FROM file JOIN doc d ON d.id = file.document_id
		RETURNING ` + eventColumns)

// Attach adds a file to a document that is still open; the file that it replaces
// is marked so and stays. The same content again changes nothing and is no second
// event; then the event is routing.ErrNotFound.
func (s *Store) Attach(ctx context.Context, by routing.Actor, a Attachment, req routing.Request) (routing.Event, error) {
	about := map[string]any{"name": a.Name, "size": a.Size, "sha256": hexOf(a.SHA256)}
	if len(a.Replaces) > 0 {
		about["replaces"] = hexOf(a.Replaces)
	}
	if len(a.Flags) > 0 {
		about["flags"] = a.Flags
	}
	details, err := detailsOf(by, about)
	if err != nil {
		return routing.Event{}, err
	}
	replaces := any(nil)
	if len(a.Replaces) > 0 {
		replaces = a.Replaces
	}
	return s.actEvent(ctx, "attach", attachDocument,
		args{"id": a.DocumentID, "sha256": a.SHA256, "name": a.Name, "media_type": a.MediaType, "size": a.Size, "flags": array(a.Flags),
			"replaces": replaces, "scan": scanOf(a.FileState), "scanned_at": timeOrNull(a.ScannedAt), "engine": a.Engine,
			"text": a.Text, "folded": searchable(a.Text), "by_machine": a.ByMachine,
			"from": array(routing.ActAttach.FromDocument()), "details": details}.by(by, a.AddedAt, req))
}

var detachDocument = prepared(`
		WITH file AS (
			UPDATE attachments a SET removed_at = ?at::timestamptz, removed_by = ?actor::uuid FROM documents d
			WHERE d.id = a.document_id AND d.id = ?id::uuid AND d.status = ANY (?from::text[]) AND a.sha256 = ?sha256::bytea AND a.removed_at IS NULL
			RETURNING d.id, d.unit_id, d.status, d.version
		), silent AS (
			DELETE FROM file_texts t USING file WHERE t.document_id = file.id AND t.sha256 = ?sha256::bytea
		)
		INSERT INTO events (at, kind, document_id, unit_id, actor_id, actor_unit_id, state, version, details, request_key, request_hash)
		SELECT ?at::timestamptz, 'detached', id, unit_id, ?actor::uuid, ?actor_unit::uuid, status, version, ?details::jsonb, ?request_key::text, ?request_hash::bytea
		FROM file
		RETURNING ` + eventColumns)

// Detach takes a file out of a document that nobody was directed to act on yet.
// Its row stays, with its hash. routing.ErrNotFound if there is nothing to take out.
func (s *Store) Detach(ctx context.Context, by routing.Actor, id routing.ID, sha256 []byte, reason string, at time.Time, req routing.Request) (routing.Event, error) {
	details, err := detailsOf(by, map[string]any{"sha256": hexOf(sha256), "reason": reason})
	if err != nil {
		return routing.Event{}, err
	}
	return s.actEvent(ctx, "detach", detachDocument,
		args{"id": id, "sha256": sha256, "from": array(routing.ActDetach.FromDocument()), "details": details}.by(by, at, req))
}

// Attachments lists a document's files, the newest first, with those that were
// replaced or taken out.
func (s *Store) Attachments(ctx context.Context, documentID routing.ID) ([]Attachment, error) {
	var rows []struct {
		DocumentID                                             routing.ID
		Sha256, ReplacedBy                                     []byte
		Name, MediaType, Scan, Engine                          string
		Size                                                   int64
		AddedAt                                                time.Time
		Flags                                                  []string `bun:",array"`
		ReplacedAt, RemovedAt, ScannedAt, CheckedAt, DamagedAt *time.Time
	}
	err := s.db.NewRaw(`SELECT a.document_id, a.sha256, a.name, a.media_type, a.size, a.added_at, a.flags, a.replaced_by, a.replaced_at, a.removed_at,
			COALESCE(s.scan, 'not-scanned') AS scan, COALESCE(s.engine, '') AS engine, s.scanned_at, s.checked_at, s.damaged_at
		FROM attachments a LEFT JOIN file_states s USING (sha256)
		WHERE a.document_id = ? ORDER BY a.added_at DESC, a.name`, documentID).Scan(ctx, &rows)
	files := make([]Attachment, len(rows))
	for i, r := range rows {
		files[i] = Attachment{DocumentID: r.DocumentID, SHA256: r.Sha256, Name: r.Name, MediaType: r.MediaType, Size: r.Size, AddedAt: r.AddedAt.UTC(),
			Flags: r.Flags, ReplacedBy: r.ReplacedBy, ReplacedAt: orZero(r.ReplacedAt), RemovedAt: orZero(r.RemovedAt),
			FileState: FileState{Scan: r.Scan, Engine: r.Engine, ScannedAt: orZero(r.ScannedAt), CheckedAt: orZero(r.CheckedAt), DamagedAt: orZero(r.DamagedAt)}}
	}
	return files, failed("list attachments", err)
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// AttachEvent finds the event with which a file was added to a document.
func (s *Store) AttachEvent(ctx context.Context, documentID routing.ID, sha256 []byte) (routing.Event, error) {
	var row eventRow
	err := s.db.NewRaw(`SELECT `+eventColumns+` FROM events
		WHERE document_id = ? AND kind = 'attached' AND details->>'sha256' = ? ORDER BY id DESC LIMIT 1`,
		documentID, hexOf(sha256)).Scan(ctx, &row)
	if err != nil {
		return routing.Event{}, failed("find event of attachment", err)
	}
	return row.event()
}

// StoredFile is a content that documents have, wherever.
type StoredFile struct {
	SHA256 []byte
	Size   int64
	Scan   string
}

// StoredFiles lists contents that have to be there and were not looked at since an
// instant, those first that were not for longest.
func (s *Store) StoredFiles(ctx context.Context, before time.Time, limit int) ([]StoredFile, error) {
	var rows []struct {
		Sha256 []byte
		Size   int64
		Scan   string
	}
	err := s.db.NewRaw(`SELECT a.sha256, max(a.size) AS size, COALESCE(max(s.scan), 'not-scanned') AS scan
		FROM `+keptFiles+` a LEFT JOIN file_states s USING (sha256)
		WHERE (s.checked_at IS NULL OR s.checked_at < ?)
		GROUP BY a.sha256 ORDER BY max(s.checked_at) NULLS FIRST, a.sha256 LIMIT ?`, before.UTC(), limit).Scan(ctx, &rows)
	files := make([]StoredFile, len(rows))
	for i, r := range rows {
		files[i] = StoredFile{r.Sha256, r.Size, r.Scan}
	}
	return files, failed("list stored files", err)
}

// WantsFile says whether a document, or a share, has the content.
func (s *Store) WantsFile(ctx context.Context, sha256 []byte) (wants bool, err error) {
	err = s.db.NewRaw(`SELECT EXISTS (SELECT FROM `+keptFiles+` k WHERE sha256 = ?)`, sha256).Scan(ctx, &wants)
	return wants, failed("look for a file", err)
}

// NoteScan writes down what the antivirus says of a content.
func (s *Store) NoteScan(ctx context.Context, sha256 []byte, state FileState) error {
	_, err := s.db.NewRaw(`INSERT INTO file_states (sha256, scan, scanned_at, engine) VALUES (?, ?, ?, ?)
		ON CONFLICT (sha256) DO UPDATE SET scan = excluded.scan, scanned_at = excluded.scanned_at, engine = excluded.engine`,
		sha256, state.Scan, timeOrNull(state.ScannedAt), state.Engine).Exec(ctx)
	return failed("note a scan", err)
}

// NoteChecked writes down that a content was read to its end, and whether it was
// whole. news is false if it was known to be damaged before.
func (s *Store) NoteChecked(ctx context.Context, sha256 []byte, at time.Time, whole bool) (news bool, err error) {
	err = s.db.NewRaw(`WITH before AS (SELECT damaged_at FROM file_states WHERE sha256 = ?sha256), noted AS (
			INSERT INTO file_states (sha256, checked_at, damaged_at) VALUES (?sha256, ?at, CASE WHEN NOT ?whole THEN ?at::timestamptz END)
			ON CONFLICT (sha256) DO UPDATE SET checked_at = excluded.checked_at,
				damaged_at = CASE WHEN NOT ?whole THEN COALESCE(file_states.damaged_at, excluded.damaged_at) END
		)
		SELECT NOT EXISTS (SELECT FROM before WHERE damaged_at IS NOT NULL)`,
		args{"sha256": sha256, "at": at.UTC(), "whole": whole}).Scan(ctx, &news)
	return news, failed("note a check", err)
}

// DamagedFiles counts the contents that are not whole any more.
func (s *Store) DamagedFiles(ctx context.Context) (n int, err error) {
	err = s.db.NewRaw(`SELECT count(*) FROM file_states WHERE damaged_at IS NOT NULL`).Scan(ctx, &n)
	return n, failed("count damaged files", err)
}
