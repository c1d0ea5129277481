package desk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// EventLogQuery asks for what happened to the documents of the books that the actor
// oversees.
type EventLogQuery struct {
	From, To time.Time  // from, and until before; 366 days apart at most
	Unit     routing.ID // of one book only; empty: all that he oversees
	Persons  bool       // who did it by name, not by a pseudonym of this log
}

// EventLog is what happened in a period, for process mining. It is read in portions and
// holds no transaction open; going through it again gives the same events.
type EventLog struct {
	// Units are those of the period by id, under the name that they had last in it.
	Units map[routing.ID]postgres.Unit

	record  *postgres.Store
	books   []routing.ID
	span    postgres.EventSpan
	persons bool
	key     []byte // of the pseudonyms; forgotten with the log
}

// How much of a book is looked at, and read, at a time.
const (
	loggedStep  = 1000
	loggedChunk = 25
)

// OpenEventLog finds out what of a log the actor may have, and writes into the
// journal that it leaves the system. Whoever oversees a book has its events, without
// persons; with persons, who may read the trail of its unit: its leaders and the
// inspector of the organ, in their own names. routing.ErrNotAllowed otherwise,
// routing.ErrNotFound for a unit whose book he does not oversee.
func (d *Desk) OpenEventLog(ctx context.Context, actor routing.Actor, q EventLogQuery) (*EventLog, error) {
	books, err := q.books(actor)
	if err != nil {
		return nil, err
	}
	span, err := d.record.EventSpan(ctx, q.From, q.To)
	if err != nil {
		return nil, err
	}
	e := d.entryOf(actor, routing.EntryExported, routing.Subject{Kind: routing.SubjectJournal, ID: "events"})
	if e.Details == nil {
		e.Details = map[string]any{}
	}
	e.Details["from"], e.Details["to"], e.Details["persons"], e.Details["books"] = q.From, q.To, q.Persons, books
	if err := d.record.Note(ctx, e); err != nil {
		return nil, err
	}
	log := &EventLog{record: d.record, books: books, span: span, persons: q.Persons, key: make([]byte, 32), Units: map[routing.ID]postgres.Unit{}}
	if _, err := rand.Read(log.key); err != nil {
		return nil, err
	}
	for _, day := range []time.Time{d.now(), q.From, q.To.Add(-time.Nanosecond)} {
		units, err := d.record.Units(ctx, today(day))
		if err != nil {
			return nil, err
		}
		for _, u := range units {
			log.Units[u.ID] = u
		}
	}
	return log, nil
}

// Each hands over the documents to which something happened in the period, with all
// that did, book by book in the order of their numbers.
func (l *EventLog) Each(ctx context.Context, take func(postgres.LoggedDocument) error) error {
	if l.span.Last == 0 {
		return nil
	}
	for _, book := range l.books {
		for at, more := (postgres.LogPlace{}), true; more; {
			var ids []routing.ID
			var err error
			if ids, at, more, err = l.record.DocumentsWithEvents(ctx, book, l.span, at, loggedStep); err != nil {
				return err
			}
			for some := range slices.Chunk(ids, loggedChunk) {
				if err := l.read(ctx, some, take); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (l *EventLog) read(ctx context.Context, ids []routing.ID, take func(postgres.LoggedDocument) error) error {
	documents, err := l.record.LoggedDocuments(ctx, ids, l.span)
	if err != nil {
		return err
	}
	for _, doc := range documents {
		if !slices.Contains(routing.TypeNames, doc.TypeName) {
			doc.TypeName = "" // typed by hand: a word of a person
		}
		for i := range doc.Events {
			doc.Events[i].Username, doc.Events[i].ActorID = l.who(doc.Events[i]), ""
		}
		if err := take(doc); err != nil {
			return err
		}
	}
	return nil
}

// who names who did something: by his name, or by a pseudonym that is the same
// throughout this log and another one in the next.
func (l *EventLog) who(e postgres.LoggedEvent) string {
	if e.ActorID == "" || l.persons {
		return e.Username
	}
	mac := hmac.New(sha256.New, l.key)
	mac.Write([]byte(e.ActorID))
	return "p-" + hex.EncodeToString(mac.Sum(nil)[:8])
}

// CheckEventLog is the refusal that OpenEventLog would give, without opening one.
func (d *Desk) CheckEventLog(actor routing.Actor, q EventLogQuery) error {
	_, err := q.books(actor)
	return err
}

// books are those whose events the actor may have.
func (q EventLogQuery) books(actor routing.Actor) ([]routing.ID, error) {
	if q.From.IsZero() || q.To.IsZero() || !q.To.After(q.From) || q.To.Sub(q.From) > longestTrail {
		return nil, routing.ErrField.With("fields", map[string]string{"from": "nhật ký sự kiện cần khoảng thời gian không quá 366 ngày"})
	}
	books := actor.OverseenBooks()
	switch {
	case len(books) == 0:
		return nil, routing.ErrNotAllowed
	case q.Unit != "" && !slices.Contains(books, q.Unit):
		return nil, routing.ErrNotFound
	case q.Unit != "":
		books = []routing.ID{q.Unit}
	}
	for _, book := range books {
		if _, may := actor.TrailOfUnit(book, false); q.Persons && !may {
			return nil, routing.ErrNotAllowed.Saying("Nhật ký sự kiện có tên người chỉ dành cho lãnh đạo của đơn vị có sổ và thanh tra; hãy chọn loại không có tên người.")
		}
	}
	return books, nil
}
