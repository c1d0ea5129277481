package desk

import (
	"context"
	"io"

	"congvan/attachments/staging"
	"congvan/postgres"
	"congvan/routing"
)

// Registering is what is known before a document is registered.
type Registering struct {
	Number, Year int // that it would get now; another clerk may be quicker
	postgres.Words
	// PresentTo lists whom it can be presented to; nobody, if the actor does not present.
	PresentTo []postgres.Position
	// Before is the document that was registered just before, if the actor named it
	// and it stands in his book; otherwise nil.
	Before *routing.Document
	// Stands is the recalled or cancelled document that this one is to stand for, as Before.
	Stands *routing.Document
}

// Registering says what a clerk's form begins with: the number that the book
// would give, the words that it has seen, who can be presented to. before and
// stands name documents of his book, or nothing. routing.ErrNotAllowed for who
// does not register.
func (d *Desk) Registering(ctx context.Context, actor routing.Actor, before, stands routing.ID) (r Registering, err error) {
	if r.Number, r.Year, err = d.NextNumber(ctx, actor); err != nil {
		return r, err
	}
	if r.Words, err = d.record.WordsOf(ctx, actor); err != nil {
		return r, err
	}
	if actor.MayPresent(routing.Document{UnitID: actor.UnitID, Status: routing.Registered}) {
		if r.PresentTo, err = d.record.Presentable(ctx, today(d.now()), actor.UnitID); err != nil {
			return r, err
		}
	}
	if r.Before, err = d.ofOwnBook(ctx, actor, before); err != nil {
		return r, err
	}
	r.Stands, err = d.ofOwnBook(ctx, actor, stands)
	return r, err
}

// ofOwnBook finds a document of the book that the actor registers into; nil if
// there is none, or none for him.
func (d *Desk) ofOwnBook(ctx context.Context, actor routing.Actor, id routing.ID) (*routing.Document, error) {
	if id == "" {
		return nil, nil
	}
	doc, _, _, err := d.document(ctx, actor, id)
	switch {
	case routing.FaultOf(err) == routing.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	case doc.UnitID != actor.UnitID:
		return nil, nil
	}
	return &doc, nil
}

// NextNumber is the số đến that a document registered now would get. Nothing is
// promised: whoever writes first has it.
func (d *Desk) NextNumber(ctx context.Context, actor routing.Actor) (number, year int, err error) {
	if !actor.MayRegister() {
		return 0, 0, routing.ErrNotAllowed
	}
	year = bookYear(d.now())
	number, err = d.record.NextNumber(ctx, actor.UnitID, year)
	return number, year, err
}

// Twins lists the documents that a registration would be refused for as
// registered already, the newest first, at most five. A state secret is not
// looked for.
func (d *Desk) Twins(ctx context.Context, actor routing.Actor, in routing.Registration) ([]routing.Document, error) {
	if err := routing.CheckSecrecy(routing.NoSecret, in.Issuer, in.CodeNumber, in.CodeNotation); err != nil {
		return nil, err
	}
	if !actor.MayRegister() {
		return nil, routing.ErrNotAllowed
	}
	return d.record.Twins(ctx, actor, in.DuplicateKey())
}

// StagedFile is what a whole upload holds. It can be read until the upload ends.
type StagedFile struct {
	Name, MediaType string
	*io.SectionReader
}

// ReadUpload gives back an upload of the actor's that has passed every check, if
// it may be shown inside a page; routing.ErrNotFound otherwise. Nobody else reads it.
func (d *Desk) ReadUpload(ctx context.Context, actor routing.Actor, id routing.ID) (file StagedFile, err error) {
	u, err := d.staged.Find(string(actor.AccountID), string(id))
	if err != nil {
		return file, err
	}
	if !u.Whole() {
		return file, routing.ErrNotFound
	}
	if err := d.judge(ctx, actor, u); err != nil {
		return file, err
	}
	up := uploadView(u)
	if !up.Inline() {
		return file, routing.ErrNotFound
	}
	err = u.Hold(func(c staging.Content) error {
		file = StagedFile{up.Name, up.Found.Kind, io.NewSectionReader(c, 0, c.Size())}
		return nil
	})
	return file, err
}

// Inline says whether the upload may be shown inside a page, in a sandbox.
func (up Upload) Inline() bool {
	return up.Found != nil && Inline(postgres.Attachment{MediaType: up.Found.Kind, Flags: up.Found.Flags, FileState: stateOf(up.Found.Scan)})
}
