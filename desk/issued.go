package desk

import (
	"context"
	"errors"

	"congvan/postgres"
	"congvan/routing"
)

// OutgoingView is an outgoing document with the incoming ones that it replies to, as
// far as they exist for the reader.
type OutgoingView struct {
	routing.Outgoing
	Replied []postgres.Answered
}

// ShowOutgoing shows an outgoing document that exists for the actor; that he looked
// stands in the journal.
func (d *Desk) ShowOutgoing(ctx context.Context, actor routing.Actor, id routing.ID) (v OutgoingView, err error) {
	if v.Outgoing, err = d.outgoing(ctx, actor, id); err != nil {
		return v, err
	}
	if v.Replied, err = d.record.AnsweredBy(ctx, actor, v.UnitID, v.Answers); err != nil {
		return v, err
	}
	return v, d.noteLook(ctx, actor, routing.SubjectOutgoing, id, v.UnitID)
}

// OutgoingQuery asks for outgoing documents of a unit.
type OutgoingQuery struct {
	Unit      routing.ID // empty: the actor's own
	Find      postgres.OutgoingFind
	Ascending bool // the oldest number first
	After     postgres.OutgoingPlace
	Limit     int
}

// FindOutgoing lists the outgoing documents of a unit, the newest number first. What
// a unit has issued is listed for its own staff, the chief of the office right below
// it and the inspector of its organ; for anybody else the unit has issued nothing
// that exists: routing.ErrNotFound.
func (d *Desk) FindOutgoing(ctx context.Context, actor routing.Actor, in OutgoingQuery) ([]routing.Outgoing, error) {
	q, err := outgoingPage(actor, in)
	if err != nil {
		return nil, err
	}
	return d.record.ListOutgoing(ctx, q)
}

// CountOutgoing counts what FindOutgoing lists on all its pages, to CountLimit+1.
func (d *Desk) CountOutgoing(ctx context.Context, actor routing.Actor, in OutgoingQuery) (int, error) {
	q, err := outgoingPage(actor, in)
	if err != nil {
		return 0, err
	}
	q.Limit = CountLimit + 1
	return d.record.CountOutgoing(ctx, q)
}

func outgoingPage(actor routing.Actor, in OutgoingQuery) (postgres.OutgoingPage, error) {
	switch {
	case in.Unit != "" && !actor.SeesIssued(in.Unit):
		return postgres.OutgoingPage{}, routing.ErrNotFound
	case !actor.MayList():
		return postgres.OutgoingPage{}, routing.ErrNotAllowed
	case in.Unit == "":
		in.Unit = actor.UnitID
	}
	return postgres.OutgoingPage{By: actor, UnitID: in.Unit, Find: in.Find, Ascending: in.Ascending, After: in.After, Limit: pageLimit(in.Limit)}, nil
}

// ExportOutgoing hands over the book of outgoing documents of the actor's unit for
// printing, a line at a time, in the order of its numbers, and writes into the journal
// that it left the system. more says whether limit cut it. It is for whoever speaks
// for the unit.
func (d *Desk) ExportOutgoing(ctx context.Context, actor routing.Actor, find postgres.OutgoingFind, limit int, take func(routing.Outgoing) error) (more bool, err error) {
	q, err := outgoingPage(actor, OutgoingQuery{Find: find, Ascending: true})
	if err == nil && !actor.SpeaksFor() {
		err = routing.ErrNotAllowed
	}
	if err != nil {
		return false, err
	}
	e := d.entryOf(actor, routing.EntryExported, routing.Subject{Kind: routing.SubjectBook, ID: string(actor.UnitID)})
	e.Details = map[string]any{"form": "outgoing", "year": find.Year, "from": find.From, "to": find.To}
	if err := d.record.Note(ctx, e); err != nil {
		return false, err
	}
	q.Limit = exportPage
	for taken := 0; ; {
		lines, err := d.record.ListOutgoing(ctx, q)
		if err != nil {
			return false, err
		}
		for _, o := range lines {
			if taken++; taken > limit {
				return true, nil
			}
			if err := take(o); err != nil {
				return false, err
			}
			q.After = postgres.PlaceOf(o)
		}
		if len(lines) < q.Limit {
			return false, nil
		}
	}
}

// Replies are the outgoing documents that reply to incoming ones, as far as they
// exist for the actor, by incoming document. What was cancelled replies to nothing.
func (d *Desk) Replies(ctx context.Context, actor routing.Actor, documents []routing.ID) (map[routing.ID][]routing.Outgoing, error) {
	return d.record.Replies(ctx, actor, documents)
}

// Numbering is what a clerk's form of an outgoing document begins with: the number
// that the book would give, another clerk may be quicker, and the words that it has
// seen.
type Numbering struct {
	Number, Year int
	postgres.OutgoingWords
}

// Numbering says what the form begins with. routing.ErrNotAllowed for who does not issue.
func (d *Desk) Numbering(ctx context.Context, actor routing.Actor) (n Numbering, err error) {
	if !actor.MayIssue() {
		return n, routing.ErrNotAllowed
	}
	n.Year = bookYear(d.now())
	if n.Number, err = d.record.NextOutgoing(ctx, actor.UnitID, n.Year); err != nil {
		return n, err
	}
	n.OutgoingWords, err = d.record.OutgoingWordsOf(ctx, actor)
	return n, err
}

// Answered is an incoming document as it stands in the book of the actor's unit, if it
// stands there: what a reply names.
func (d *Desk) Answered(ctx context.Context, actor routing.Actor, id routing.ID) ([]postgres.Answered, error) {
	if !validID(id) {
		return nil, nil
	}
	return d.record.AnsweredBy(ctx, actor, actor.UnitID, []routing.ID{id})
}

// InBook finds the incoming document that stands in the book of the actor's unit
// under a number of a year. routing.ErrNotInBook if there is none.
func (d *Desk) InBook(ctx context.Context, actor routing.Actor, year, number int) (routing.ID, error) {
	if !actor.MayIssue() {
		return "", routing.ErrNotAllowed
	}
	id, err := d.record.InBook(ctx, actor.UnitID, year, number)
	if errors.Is(err, routing.ErrNotFound) {
		err = routing.ErrNotInBook
	}
	return id, err
}
