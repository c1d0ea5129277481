package desk

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"congvan/attachments"
	"congvan/attachments/blobs"
	"congvan/attachments/clamd"
	"congvan/postgres"
	"congvan/routing"
)

// StoredFile is an attachment that was read to its end and is whole. Whoever asks
// for it closes it.
type StoredFile struct {
	postgres.Attachment
	*blobs.Verified
	// Inline says whether it may be shown inside a page, in a sandbox.
	Inline bool
}

// Size is how many bytes it has.
func (f StoredFile) Size() int64 { return f.Verified.Size() }

// File returns an attachment of a document that the actor sees. Its content is
// checked against its SHA-256 first: a file comes back bit for bit or not at all.
// One that no antivirus has seen is shown to it now, if there is one.
func (d *Desk) File(ctx context.Context, actor routing.Actor, id routing.ID, sum string) (StoredFile, error) {
	if _, _, _, err := d.document(ctx, actor, id); err != nil {
		return StoredFile{}, err
	}
	file, err := d.attachment(ctx, id, sum)
	if err != nil {
		return StoredFile{}, err
	}
	return d.handOut(ctx, actor, file, routing.Subject{Kind: routing.SubjectFile, ID: string(id) + "/" + sum})
}

// Inline says whether a file may be shown inside a page, in a sandbox.
func Inline(file postgres.Attachment) bool {
	flags := make([]attachments.Flag, len(file.Flags))
	for i, flag := range file.Flags {
		flags[i] = attachments.Flag(flag)
	}
	return attachments.Finding{Kind: file.MediaType, Flags: flags}.Inline() && file.Scan != string(clamd.Found)
}

// attachment finds a file of a document that was not taken out.
func (d *Desk) attachment(ctx context.Context, id routing.ID, sum string) (postgres.Attachment, error) {
	files, err := d.record.Attachments(ctx, id)
	if err != nil {
		return postgres.Attachment{}, err
	}
	i := slices.IndexFunc(files, func(f postgres.Attachment) bool {
		return hex.EncodeToString(f.SHA256) == sum && f.RemovedAt.IsZero()
	})
	if i < 0 {
		return postgres.Attachment{}, routing.ErrNotFound
	}
	return files[i], nil
}

// verified reads a stored file to its end. ErrFileDamaged if it is not what it was,
// or gone; postgres.ErrUnavailable if it could not be looked at now.
func (d *Desk) verified(ctx context.Context, sum blobs.Sum, size int64) (*blobs.Verified, error) {
	o, err := d.files.Open(ctx, sum)
	switch {
	case err != nil && blobs.Gone(err):
		return nil, fmt.Errorf("desk: read attachment: %w (%w)", ErrFileDamaged, err)
	case err != nil:
		return nil, fmt.Errorf("desk: read attachment: %w (%w)", postgres.ErrUnavailable, err)
	}
	return blobs.Verify(o, sum, size)
}

// noteDamage writes down that a file is not whole any more: each time somebody
// asked for it, and once when nobody did.
func (d *Desk) noteDamage(ctx context.Context, sum []byte, e routing.Entry) error {
	news, err := d.record.NoteChecked(ctx, sum, e.At, false)
	if err != nil || !news && e.ActorID == "" {
		return err
	}
	e.Outcome, e.Code = routing.OutcomeRefused, ErrFileDamaged.Code
	return d.record.Note(ctx, e)
}

// scanLate lets the antivirus see a file that came in while it was away.
func (d *Desk) scanLate(ctx context.Context, actor routing.Actor, subject routing.Subject, file *postgres.Attachment, content *blobs.Verified) error {
	if file.Scan == string(clamd.Found) {
		return ErrFileVirus
	}
	if file.Scan == string(clamd.Clean) || d.antivirus == nil {
		return nil
	}
	result, err := d.antivirus.Scan(ctx, readAt{content})
	switch {
	case err != nil && d.scanRequired:
		return fmt.Errorf("%w (%w)", ErrScanDown, err)
	case err != nil:
		return nil
	}
	file.FileState = stateOf(result)
	if err := d.record.NoteScan(ctx, file.SHA256, file.FileState); err != nil || result.State != clamd.Found {
		return err
	}
	e := d.entryOf(actor, "file-refused", subject)
	e.Outcome, e.Code = routing.OutcomeRefused, ErrFileVirus.Code
	return errors.Join(ErrFileVirus, d.record.Note(ctx, e))
}

// readAt reads a verified content from anywhere, for one reader at a time.
type readAt struct{ *blobs.Verified }

// ReadAt reads from an offset.
func (r readAt) ReadAt(p []byte, at int64) (n int, err error) {
	back, _ := r.Seek(0, 1)
	defer func() { _, _ = r.Seek(back, 0) }()
	if _, err = r.Seek(at, 0); err != nil {
		return 0, err
	}
	for n < len(p) && err == nil {
		var read int
		read, err = r.Read(p[n:])
		n += read
	}
	return n, err
}
