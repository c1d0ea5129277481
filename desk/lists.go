package desk

import (
	"context"
	"slices"
	"strconv"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// CountLimit is how far lists are counted: what is more is "more than 1,000".
const CountLimit = 1000

// InboxQuery asks for a page of the shares that a unit holds, or gave.
type InboxQuery struct {
	View  postgres.InboxView
	Mine  bool // the actor's own as an officer
	Find  postgres.Find
	After InboxPlace
	Limit int
}

// InboxPlace is the place of an entry: the next page begins after it. Zero: the
// first page.
type InboxPlace struct {
	Due time.Time // in the order of due dates; zero: the entry has none
	Key string    // in any other order
	ID  routing.ID
}

// FindInbox lists shares as Inbox does, narrowed and sorted.
func (d *Desk) FindInbox(ctx context.Context, actor routing.Actor, in InboxQuery) ([]postgres.InboxEntry, error) {
	q, err := d.inboxQuery(actor, in)
	if err != nil {
		return nil, err
	}
	return d.record.Inbox(ctx, q)
}

// CountInbox counts what FindInbox lists on all its pages, to CountLimit+1.
func (d *Desk) CountInbox(ctx context.Context, actor routing.Actor, in InboxQuery) (int, error) {
	q, err := d.inboxQuery(actor, in)
	if err != nil {
		return 0, err
	}
	q.After, q.Limit = "", CountLimit+1
	return d.record.CountInbox(ctx, q)
}

func (d *Desk) inboxQuery(actor routing.Actor, in InboxQuery) (postgres.Inbox, error) {
	q := postgres.Inbox{By: actor, UnitID: actor.UnitID, View: in.View, Now: d.now(), Find: in.Find, Limit: pageLimit(in.Limit),
		AfterDue: in.After.Due, AfterKey: in.After.Key, After: in.After.ID}
	switch {
	case in.After.ID != "" && (!validID(in.After.ID) || !fitsSort(in.Find.Sort, in.After.Key)), !validPlace(in.After.Due):
		return q, errCursor
	case in.Find.Unit != "" && !validID(in.Find.Unit):
		return q, routing.ErrField.With("fields", map[string]string{"unit": "không có đơn vị này"})
	case !in.View.Known():
		return q, routing.ErrField.With("fields", map[string]string{"view": "không có danh sách này"})
	case !actor.MayList():
		return q, routing.ErrNotAllowed
	}
	if in.Mine {
		q.PositionID = actor.PositionID
	}
	return q, nil
}

// BookQuery asks for lines of the book of incoming documents of the actor's unit.
type BookQuery struct {
	Status routing.DocumentStatus // empty: all
	Year   int                    // 0: all
	Find   postgres.Find
	After  postgres.BookPlace
	Limit  int
}

// FindBook lists the book of the actor's unit: what it registered itself and what
// it received, in one series of numbers, the newest first.
func (d *Desk) FindBook(ctx context.Context, actor routing.Actor, in BookQuery) ([]postgres.BookLine, error) {
	q, err := bookQuery(actor, in)
	if err != nil {
		return nil, err
	}
	return d.record.Book(ctx, q)
}

// CountBook counts what FindBook lists on all its pages, to CountLimit+1.
func (d *Desk) CountBook(ctx context.Context, actor routing.Actor, in BookQuery) (int, error) {
	q, err := bookQuery(actor, in)
	if err != nil {
		return 0, err
	}
	q.After, q.Limit = postgres.BookPlace{}, CountLimit+1
	return d.record.CountBook(ctx, q)
}

func bookQuery(actor routing.Actor, in BookQuery) (postgres.BookPage, error) {
	q := postgres.BookPage{By: actor, UnitID: actor.UnitID, Status: in.Status, Year: in.Year, Find: in.Find, After: in.After, Limit: pageLimit(in.Limit)}
	switch {
	case !fitsSort(in.Find.Sort, in.After.Key):
		return q, errCursor
	case in.Find.Unit != "" && !validID(in.Find.Unit):
		return q, routing.ErrField.With("fields", map[string]string{"unit": "không có đơn vị này"})
	case !actor.MayList():
		return q, routing.ErrNotAllowed
	}
	return q, nil
}

// fitsSort says whether a key of a cursor is one of its order.
func fitsSort(sort postgres.Sort, key string) bool {
	switch sort {
	case postgres.SortUrgency:
		n, err := strconv.Atoi(key)
		return key == "" || err == nil && n >= 0 && n < 10
	case postgres.SortArrival:
		_, err := time.Parse("2006-01-02 15:04:05.999999999-07", key)
		return key == "" || err == nil
	default:
		return true
	}
}

// RegisterLimit is the most lines of a book that leave the system in one file.
const RegisterLimit = 50_000

// RegisterLine is a line of a printed book, with those it was given to.
type RegisterLine struct {
	postgres.BookLine
	Given   []postgres.Handed
	Replies []routing.Outgoing // of the unit
}

// ExportBook hands over a book of the actor's unit for printing, a line at a time,
// in the order of its numbers, and writes into the journal that it left the
// system. more says whether limit cut it. It is for whoever speaks for the unit.
func (d *Desk) ExportBook(ctx context.Context, actor routing.Actor, in BookQuery, form string, limit int, take func(RegisterLine) error) (more bool, err error) {
	in.Find.Sort, in.After = postgres.SortNumberUp, postgres.BookPlace{}
	q, err := bookQuery(actor, in)
	if err == nil && !actor.SpeaksFor() {
		err = routing.ErrNotAllowed
	}
	if err != nil {
		return false, err
	}
	e := d.entryOf(actor, routing.EntryExported, routing.Subject{Kind: routing.SubjectBook, ID: string(actor.UnitID)})
	e.Details = map[string]any{"form": form, "year": in.Year, "from": in.Find.From, "to": in.Find.To}
	if err := d.record.Note(ctx, e); err != nil {
		return false, err
	}
	q.Limit = exportPage
	for taken := 0; ; {
		lines, err := d.registerLines(ctx, q)
		if err != nil {
			return false, err
		}
		for _, l := range lines {
			if taken++; taken > limit {
				return true, nil
			}
			if err := take(l); err != nil {
				return false, err
			}
			q.After = l.Place
		}
		if len(lines) < q.Limit {
			return false, nil
		}
	}
}

// exportPage is how many lines are read at once on their way out.
const exportPage = 500

func (d *Desk) registerLines(ctx context.Context, q postgres.BookPage) ([]RegisterLine, error) {
	lines, err := d.record.Book(ctx, q)
	if err != nil {
		return nil, err
	}
	ids := make([]routing.ID, len(lines))
	for i, l := range lines {
		ids[i] = l.Document.ID
	}
	given, err := d.record.HandedOut(ctx, q.UnitID, ids)
	if err != nil {
		return nil, err
	}
	replies, err := d.record.Replies(ctx, q.By, ids)
	out := make([]RegisterLine, len(lines))
	for i, l := range lines {
		out[i] = RegisterLine{l, given[l.Document.ID], slices.DeleteFunc(replies[l.Document.ID], func(o routing.Outgoing) bool { return o.UnitID != q.UnitID })}
	}
	return out, err
}

// Subjects names the subjects of a batch, documents, shares and decisions, as far
// as their documents exist for the actor, at most as many as a batch may have.
func (d *Desk) Subjects(ctx context.Context, actor routing.Actor, ids []routing.ID) (map[routing.ID]postgres.InboxEntry, error) {
	if len(ids) > BatchLimit {
		return nil, errSubjects
	}
	for _, id := range ids {
		if !validID(id) {
			return nil, errSubjects
		}
	}
	return d.record.Subjects(ctx, actor, ids)
}
