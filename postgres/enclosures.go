package postgres

import (
	"context"
	"time"

	"congvan/routing"
)

// Enclosure is a file that the holder of a share laid beside his work.
type Enclosure struct {
	AssignmentID routing.ID
	Attachment
}

// keptFiles are the contents that have to be there, whatever has them.
const keptFiles = `(SELECT sha256, size FROM attachments WHERE removed_at IS NULL UNION ALL SELECT sha256, size FROM enclosures)`

// fileState writes down what is known of a content that came in with the row of
// the part "file".
const fileState = `
			INSERT INTO file_states AS s (sha256, scan, scanned_at, engine, checked_at)
			SELECT ?sha256::bytea, ?scan::text, ?scanned_at::timestamptz, ?engine::text, ?at::timestamptz FROM file
			ON CONFLICT (sha256) DO UPDATE SET checked_at = excluded.checked_at, damaged_at = NULL,
				scan = CASE WHEN excluded.scanned_at IS NULL THEN s.scan ELSE excluded.scan END,
				engine = CASE WHEN excluded.scanned_at IS NULL THEN s.engine ELSE excluded.engine END,
				scanned_at = COALESCE(excluded.scanned_at, s.scanned_at)
		`

// enclose is work with a file. The same content again is another event and the
// same file.
var enclose = stepStatement("AND a.role <> 'inform'", false, changedToWorking+`, file AS (
		INSERT INTO enclosures AS e (assignment_id, sha256, document_id, name, media_type, size, flags, added_at, added_by)
		SELECT id, ?sha256::bytea, document_id, ?name::text, ?media_type::text, ?size::bigint, ?flags::text[], ?at::timestamptz, ?actor::uuid FROM changed
		ON CONFLICT (assignment_id, sha256) DO UPDATE SET name = excluded.name
		RETURNING e.sha256
	), state AS (`+fileState+`)`)

// Enclose adds a note with a file; the first one starts the work.
func (s *Store) Enclose(ctx context.Context, p Step, a Attachment) (routing.Event, error) {
	return s.step(ctx, p, enclose, args{"sha256": a.SHA256, "name": a.Name, "media_type": a.MediaType, "size": a.Size, "flags": array(a.Flags),
		"scan": scanOf(a.FileState), "scanned_at": timeOrNull(a.ScannedAt), "engine": a.Engine})
}

func scanOf(state FileState) string {
	if state.Scan == "" {
		return "not-scanned"
	}
	return state.Scan
}

// Enclosures lists what the holders of a document's shares laid beside their
// work, the oldest first.
func (s *Store) Enclosures(ctx context.Context, documentID routing.ID) ([]Enclosure, error) {
	var rows []struct {
		AssignmentID                    routing.ID
		Sha256                          []byte
		Name, MediaType, Scan, Engine   string
		Size                            int64
		AddedAt                         time.Time
		Flags                           []string `bun:",array"`
		ScannedAt, CheckedAt, DamagedAt *time.Time
	}
	err := s.db.NewRaw(`SELECT e.assignment_id, e.sha256, e.name, e.media_type, e.size, e.added_at, e.flags,
			COALESCE(s.scan, 'not-scanned') AS scan, COALESCE(s.engine, '') AS engine, s.scanned_at, s.checked_at, s.damaged_at
		FROM enclosures e LEFT JOIN file_states s USING (sha256) WHERE e.document_id = ? ORDER BY e.added_at, e.name`, documentID).Scan(ctx, &rows)
	out := make([]Enclosure, len(rows))
	for i, r := range rows {
		out[i] = Enclosure{r.AssignmentID, Attachment{DocumentID: documentID, SHA256: r.Sha256, Name: r.Name, MediaType: r.MediaType, Size: r.Size,
			AddedAt: r.AddedAt.UTC(), Flags: r.Flags,
			FileState: FileState{Scan: r.Scan, Engine: r.Engine, ScannedAt: orZero(r.ScannedAt), CheckedAt: orZero(r.CheckedAt), DamagedAt: orZero(r.DamagedAt)}}}
	}
	return out, failed("list enclosures", err)
}
