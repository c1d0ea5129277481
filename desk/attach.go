package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"congvan/attachments"
	"congvan/attachments/staging"
	"congvan/postgres"
	"congvan/routing"
)

// NewFile is a file that is to come in.
type NewFile struct {
	Name     string
	Content  io.Reader
	Size     int64  // -1: its sender does not say
	Replaces string // the SHA-256 of the file of the same document whose place it takes; empty: none
}

// Attach adds a file to a document of the actor's unit: see AttachFile.
func (d *Desk) Attach(ctx context.Context, actor routing.Actor, id routing.ID, name string, content io.Reader, req routing.Request) (routing.Event, error) {
	return d.AttachFile(ctx, actor, id, NewFile{Name: name, Content: content, Size: -1}, req)
}

// AttachFile adds a file to a document of the actor's unit. The content decides
// what the file is, not its name. It waits encrypted until it has passed every
// check; then it is kept under its SHA-256, once, and is on disk before the record
// names it.
func (d *Desk) AttachFile(ctx context.Context, actor routing.Actor, id routing.ID, in NewFile, req routing.Request) (routing.Event, error) {
	name, err := d.mayAttach(ctx, actor, id, in.Name)
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
	req.Hash = nil // the content is part of it
	return d.attachStaged(ctx, actor, id, u, nil, in.Replaces, req)
}

// mayAttach says whether the actor adds files to a document, and cleans the name
// of the one that he wants to add.
func (d *Desk) mayAttach(ctx context.Context, actor routing.Actor, id routing.ID, name string) (string, error) {
	doc, _, _, err := d.document(ctx, actor, id)
	switch {
	case err != nil:
		return "", err
	case !actor.MayAttach(doc):
		return "", routing.ErrNotAllowed
	}
	return attachments.CleanName(name)
}

// uploadFault turns what ended an upload into a refusal.
func uploadFault(err error) error {
	if staging.BrokenOff(err) {
		return fmt.Errorf("%w (%w)", ErrUploadBroken, err)
	}
	return err
}

// attachStaged checks a whole upload, unless that was done, keeps it and writes it
// down. A request without a hash is named by what is attached.
func (d *Desk) attachStaged(ctx context.Context, actor routing.Actor, id routing.ID, u *staging.Upload, found *FileFinding, replaces string, req routing.Request) (event routing.Event, err error) {
	older, err := sumBytes(replaces)
	if err != nil {
		return routing.Event{}, err
	}
	err = u.Hold(func(c staging.Content) error {
		if found == nil {
			f, err := d.check(ctx, actor, u.Name, c)
			if err != nil {
				return err
			}
			found = &f
		}
		if req.Hash == nil {
			req.Hash = requestOf(id, u.Name, found.SHA256, replaces)
		}
		event, err = d.once(ctx, actor, routing.ActAttach, id, req, func() (routing.Event, error) {
			return d.keepAndRecord(ctx, actor, id, u.Name, c, *found, older, req)
		})
		return err
	})
	return event, err
}

func (d *Desk) keepAndRecord(ctx context.Context, actor routing.Actor, id routing.ID, name string, c staging.Content, f FileFinding, replaces []byte, req routing.Request) (routing.Event, error) {
	doc, _, _, err := d.document(ctx, actor, id)
	if err != nil {
		return routing.Event{}, err
	}
	if _, err := doc.Status.Next(routing.ActAttach); err != nil {
		return routing.Event{}, err
	}
	if err := d.mayReplace(ctx, id, replaces); err != nil {
		return routing.Event{}, err
	}
	if err := d.files.Keep(ctx, f.SHA256, c); err != nil {
		return routing.Event{}, fmt.Errorf("desk: keep attachment: %w", err)
	}
	event, err := d.record.Attach(ctx, actor, postgres.Attachment{
		DocumentID: id, SHA256: f.SHA256[:], Name: name, MediaType: f.Kind, Size: f.Size, AddedAt: d.now(),
		Flags: f.Flags, Replaces: replaces, FileState: stateOf(f.Scan), FileText: textRow(f.Text),
	}, req)
	if errors.Is(err, routing.ErrNotFound) { // the same content is there already
		return d.record.AttachEvent(ctx, id, f.SHA256[:])
	}
	return event, err
}

// mayReplace refuses to replace what is not the present file of the document.
func (d *Desk) mayReplace(ctx context.Context, id routing.ID, sum []byte) error {
	if len(sum) == 0 {
		return nil
	}
	file, err := d.attachment(ctx, id, hex.EncodeToString(sum))
	if errors.Is(err, routing.ErrNotFound) || err == nil && !file.InUse() {
		return ErrReplaces
	}
	return err
}

func sumBytes(text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	sum, err := hex.DecodeString(text)
	if err != nil || len(sum) != sha256.Size {
		return nil, ErrReplaces
	}
	return sum, nil
}

// requestOf is what a request to attach carries: another file, or another
// document, under the same key is another request.
func requestOf(id routing.ID, name string, content [32]byte, replaces string) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %q %x%s", id, name, content, replaces))
	return sum[:]
}

// Detach takes a file out of a document that nobody was directed to act on yet,
// with a reason. Its name and SHA-256 stay in the record; its content is swept
// away unless another document has it.
func (d *Desk) Detach(ctx context.Context, actor routing.Actor, id routing.ID, sum, reason string, req routing.Request) (routing.Event, error) {
	doc, _, _, err := d.document(ctx, actor, id)
	switch {
	case err != nil:
		return routing.Event{}, err
	case !actor.MayAttach(doc):
		return routing.Event{}, routing.ErrNotAllowed
	}
	reason = strings.TrimSpace(reason)
	return d.once(ctx, actor, routing.ActDetach, id, req, func() (routing.Event, error) {
		if err := routing.CheckReason(reason); err != nil {
			return routing.Event{}, err
		}
		if _, err := doc.Status.Next(routing.ActDetach); err != nil {
			return routing.Event{}, err
		}
		file, err := d.attachment(ctx, id, sum)
		if err != nil {
			return routing.Event{}, err
		}
		return d.record.Detach(ctx, actor, id, file.SHA256, reason, d.now(), req)
	})
}
