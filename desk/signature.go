package desk

import (
	"context"

	"congvan/attachments"
	"congvan/attachments/blobs"
	"congvan/postgres"
	"congvan/routing"
)

// Signature checks the digital signatures of an attachment of a document that the
// actor sees, as they are now: who is trusted may have changed since it came in.
func (d *Desk) Signature(ctx context.Context, actor routing.Actor, id routing.ID, sum string) (file postgres.Attachment, s attachments.Signature, err error) {
	doc, _, _, err := d.document(ctx, actor, id)
	if err != nil {
		return file, s, err
	}
	if file, err = d.attachment(ctx, id, sum); err != nil {
		return file, s, err
	}
	if err := d.noteView(ctx, actor, doc); err != nil {
		return file, s, err
	}
	content, err := d.verified(ctx, blobs.Sum(file.SHA256), file.Size)
	if err != nil {
		return file, s, err
	}
	defer content.Close()
	s, err = d.signaturesOf(readAt{content}, file.MediaType)
	return file, s, err
}
