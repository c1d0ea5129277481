package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"congvan/attachments"
	"congvan/attachments/staging"
	"congvan/routing"
)

// Upload is a file on its way in, as its owner sees it.
type Upload struct {
	ID         routing.ID
	Name       string
	Size       int64 // -1: not known before its end
	Offset     int64 // how much of it is here
	Expires    time.Time
	DocumentID routing.ID // empty: for a document that is not registered yet
	Whole      bool
	Found      *FileFinding // nil until it is whole
}

// purpose is what the desk keeps with an upload.
type purpose struct {
	document routing.ID
	found    *FileFinding
}

// UploadLimits are the limits of what comes in.
func (d *Desk) UploadLimits() staging.Limits { return d.staged.Limits() }

// BeginUpload makes room for a file of a document to which the actor may attach,
// or of one that he is about to register. Nothing of it is in the record, and no
// other account knows of it. It ends with the process, or after a day.
func (d *Desk) BeginUpload(ctx context.Context, actor routing.Actor, document routing.ID, name string, size int64) (up Upload, err error) {
	if document != "" {
		name, err = d.mayAttach(ctx, actor, document, name)
	} else if name, err = attachments.CleanName(name); err == nil && !actor.MayRegister() {
		err = routing.ErrNotAllowed
	}
	switch {
	case err != nil:
		return up, err
	case size == 0:
		return up, ErrFileEmpty
	}
	u, err := d.staged.Begin(string(actor.AccountID), name, size)
	if err != nil {
		return up, err
	}
	u.Note(&purpose{document: document})
	return uploadView(u), nil
}

func uploadView(u *staging.Upload) Upload {
	up := Upload{ID: routing.ID(u.ID), Name: u.Name, Size: u.Size, Offset: u.Offset(), Expires: u.Expires().UTC(), Whole: u.Whole()}
	if p, ok := u.Noted().(*purpose); ok {
		up.DocumentID, up.Found = p.document, p.found
	}
	return up
}

// ShowUpload is an upload of the actor's; routing.ErrNotFound if it is over.
func (d *Desk) ShowUpload(ctx context.Context, actor routing.Actor, id routing.ID) (Upload, error) {
	u, err := d.staged.Find(string(actor.AccountID), string(id))
	if err != nil {
		return Upload{}, err
	}
	if u.Whole() { // its sender may have gone before it was checked
		err = d.judge(ctx, actor, u)
	}
	return uploadView(u), err
}

// AppendUpload takes in what comes, from where the upload stands. What came
// before a line broke stays, and the answer is where to go on. A file that is
// whole is checked at once; one that must not come in is gone when the refusal
// is told.
func (d *Desk) AppendUpload(ctx context.Context, actor routing.Actor, id routing.ID, offset int64, content io.Reader) (Upload, error) {
	u, err := d.staged.Find(string(actor.AccountID), string(id))
	if err != nil {
		return Upload{}, err
	}
	if _, err := u.Append(offset, content); err != nil {
		return uploadView(u), uploadFault(err)
	}
	if u.Whole() {
		err = d.judge(ctx, actor, u)
	}
	return uploadView(u), err
}

// judge checks a whole upload, once.
func (d *Desk) judge(ctx context.Context, actor routing.Actor, u *staging.Upload) error {
	p, _ := u.Noted().(*purpose)
	if p == nil || p.found != nil {
		return nil
	}
	err := u.Hold(func(c staging.Content) error {
		f, err := d.check(ctx, actor, u.Name, c)
		if err != nil {
			return err
		}
		u.Note(&purpose{p.document, &f})
		return nil
	})
	if fault := routing.FaultOf(err); err != nil && fault != routing.Internal && fault != routing.Unavailable {
		d.staged.Remove(u)
	}
	return err
}

// DropUpload ends an upload.
func (d *Desk) DropUpload(_ context.Context, actor routing.Actor, id routing.ID) error {
	u, err := d.staged.Find(string(actor.AccountID), string(id))
	if err == nil {
		d.staged.Remove(u)
	}
	return err
}

// AttachUpload adds a file that has come in whole to a document of the actor's
// unit; replaces is the SHA-256 of the one whose place it takes, if it does. The
// upload is over then.
func (d *Desk) AttachUpload(ctx context.Context, actor routing.Actor, document, upload routing.ID, replaces string, req routing.Request) (routing.Event, error) {
	req.Hash = requestOf(document, string(upload), [32]byte{}, replaces)
	event, done, err := d.answered(ctx, actor, req)
	if done || err != nil {
		return event, err
	}
	u, err := d.staged.Find(string(actor.AccountID), string(upload))
	if err != nil {
		return routing.Event{}, err
	}
	if _, err := d.mayAttach(ctx, actor, document, u.Name); err != nil {
		return routing.Event{}, err
	}
	if up := uploadView(u); up.DocumentID != "" && up.DocumentID != document {
		return routing.Event{}, routing.ErrNotFound
	}
	if err := d.judge(ctx, actor, u); err != nil {
		return routing.Event{}, err
	}
	if event, err = d.attachStaged(ctx, actor, document, u, uploadView(u).Found, replaces, req); err == nil {
		d.staged.Remove(u)
	}
	return event, err
}

// RegisterWith registers a document together with files that have come in whole.
// All are there, checked and without a mark of secrecy, before the document gets
// its number. When an answer was lost, the same request goes on with what is left.
func (d *Desk) RegisterWith(ctx context.Context, actor routing.Actor, in routing.Registration, uploads []routing.ID, req routing.Request) (routing.Event, error) {
	registered, done, err := d.answered(ctx, actor, req)
	if err != nil {
		return routing.Event{}, err
	}
	if !done {
		if err := d.allWhole(ctx, actor, uploads); err != nil {
			return routing.Event{}, err
		}
		if registered, err = d.Register(ctx, actor, in, req); err != nil {
			return registered, err
		}
	}
	for i, id := range uploads {
		part := routing.Request{}
		if req.Key != "" {
			part.Key = fmt.Sprintf("%s/file-%d", req.Key, i)
		}
		u, err := d.staged.Find(string(actor.AccountID), string(id))
		if err != nil {
			if err := d.attachedBefore(ctx, actor, registered.DocumentID, part); err != nil {
				return routing.Event{}, err
			}
			continue
		}
		if _, err := d.attachStaged(ctx, actor, registered.DocumentID, u, uploadView(u).Found, "", part); err != nil {
			return routing.Event{}, err
		}
		d.staged.Remove(u)
	}
	return registered, nil
}

// attachedBefore says, without an error, that a request has attached its file to a
// document. An upload that is gone was either attached or lost: ErrUploadLost.
func (d *Desk) attachedBefore(ctx context.Context, actor routing.Actor, document routing.ID, req routing.Request) error {
	switch _, err := d.record.EventByRequest(ctx, actor.AccountID, req); {
	case errors.Is(err, routing.ErrReused): // it is there, with the hash of a content that is not here
		return nil
	case errors.Is(err, routing.ErrNotFound):
		return ErrUploadLost.With("documentId", string(document))
	default:
		return err
	}
}

func (d *Desk) allWhole(ctx context.Context, actor routing.Actor, uploads []routing.ID) error {
	for _, id := range uploads {
		u, err := d.staged.Find(string(actor.AccountID), string(id))
		if err != nil {
			return err
		}
		if uploadView(u).DocumentID != "" {
			return routing.ErrNotFound
		}
		if err := u.Hold(func(staging.Content) error { return nil }); err != nil {
			return err
		}
		if err := d.judge(ctx, actor, u); err != nil {
			return err
		}
	}
	return nil
}
