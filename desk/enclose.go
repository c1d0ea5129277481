package desk

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"congvan/attachments"
	"congvan/attachments/blobs"
	"congvan/attachments/staging"
	"congvan/postgres"
	"congvan/routing"
)

// Enclose lays a file beside the work on a share, with a note of up to 4,000
// characters or none: it is progress with a file, for whom progress is. The file
// passes every check that one of a document passes, and is kept as they are.
func (d *Desk) Enclose(ctx context.Context, actor routing.Actor, id routing.ID, in NewFile, note string, req routing.Request) (routing.Event, error) {
	name, err := d.mayEnclose(ctx, actor, id, in.Name, note)
	if err != nil {
		return routing.Event{}, err
	}
	u, err := d.staged.Begin(string(actor.AccountID), name, in.Size)
	if err != nil {
		return routing.Event{}, err
	}
	defer d.staged.Remove(u)
	if _, err := u.Append(0, in.Content); err != nil {
		return routing.Event{}, uploadFault(err)
	}
	var event routing.Event
	err = u.Hold(func(c staging.Content) error {
		f, err := d.check(ctx, actor, name, c)
		if err != nil {
			return err
		}
		req.Hash = requestOf(id, name, f.SHA256, note)
		if err := d.files.Keep(ctx, f.SHA256, c); err != nil {
			return fmt.Errorf("desk: keep enclosure: %w", err)
		}
		event, err = d.enclose(ctx, actor, id, postgres.Attachment{SHA256: f.SHA256[:], Name: name, MediaType: f.Kind, Size: f.Size, Flags: f.Flags,
			FileState: stateOf(f.Scan)}, note, req)
		return err
	})
	return event, err
}

// mayEnclose refuses before anything is taken in what would be refused after it.
func (d *Desk) mayEnclose(ctx context.Context, actor routing.Actor, id routing.ID, name, note string) (string, error) {
	_, _, a, err := d.assignment(ctx, actor, id)
	switch {
	case err != nil:
		return "", err
	case !actor.MayDo(routing.ActProgress, a):
		return "", routing.ErrNotAllowed
	case note != "":
		if err := checkWords("note", note); err != nil {
			return "", err
		}
	}
	return attachments.CleanName(name)
}

func (d *Desk) enclose(ctx context.Context, actor routing.Actor, id routing.ID, a postgres.Attachment, note string, req routing.Request) (routing.Event, error) {
	details := map[string]any{"file": map[string]any{"name": a.Name, "size": a.Size, "sha256": hex.EncodeToString(a.SHA256)}}
	if note != "" {
		details["note"] = note
	}
	p := postgres.Step{Act: routing.ActProgress, Actor: actor, Assignment: id, At: d.now(), Request: req, Details: details}
	return d.step(ctx, p, func(ctx context.Context, p postgres.Step) (routing.Event, error) { return d.record.Enclose(ctx, p, a) })
}

// Enclosures lists the files that lie beside the shares of a document whose words
// the actor reads, by share.
func (d *Desk) Enclosures(ctx context.Context, actor routing.Actor, document routing.ID) (map[routing.ID][]postgres.Enclosure, error) {
	doc, visible, _, err := d.document(ctx, actor, document)
	if err != nil {
		return nil, err
	}
	all, err := d.record.Enclosures(ctx, document)
	if err != nil {
		return nil, err
	}
	reads, out := routing.Reads(actor, doc, visible), map[routing.ID][]postgres.Enclosure{}
	for _, e := range all {
		if reads[e.AssignmentID] {
			out[e.AssignmentID] = append(out[e.AssignmentID], e)
		}
	}
	return out, nil
}

// Enclosure returns a file that lies beside a share, as [Desk.File] does one of a
// document. routing.ErrNotFound if the actor does not read the words of the share.
func (d *Desk) Enclosure(ctx context.Context, actor routing.Actor, share routing.ID, sum string) (StoredFile, error) {
	doc, _, _, err := d.assignment(ctx, actor, share)
	if err != nil {
		return StoredFile{}, err
	}
	found, err := d.Enclosures(ctx, actor, doc.ID)
	if err != nil {
		return StoredFile{}, err
	}
	i := slices.IndexFunc(found[share], func(e postgres.Enclosure) bool { return hex.EncodeToString(e.SHA256) == sum })
	if i < 0 {
		return StoredFile{}, routing.ErrNotFound
	}
	return d.handOut(ctx, actor, found[share][i].Attachment, routing.Subject{Kind: routing.SubjectFile, ID: string(share) + "/" + sum})
}

// handOut reads a file to its end before it goes out, and writes down that it did.
func (d *Desk) handOut(ctx context.Context, actor routing.Actor, file postgres.Attachment, subject routing.Subject) (StoredFile, error) {
	content, err := d.verified(ctx, blobs.Sum(file.SHA256), file.Size)
	if err != nil {
		if !errors.Is(err, ErrFileDamaged) {
			return StoredFile{}, err
		}
		return StoredFile{}, errors.Join(err, d.noteDamage(ctx, file.SHA256, d.entryOf(actor, "file-damaged", subject)))
	}
	if err := d.scanLate(ctx, actor, subject, &file, content); err != nil {
		_ = content.Close()
		return StoredFile{}, err
	}
	if err := d.record.Note(ctx, d.entryOf(actor, routing.EntryDownloaded, subject)); err != nil {
		_ = content.Close()
		return StoredFile{}, err
	}
	return StoredFile{file, content, Inline(file)}, nil
}
