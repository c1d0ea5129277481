package desk

import (
	"context"
	"sync"
	"time"

	"congvan/routing"
)

// entryOf begins the entry of something that an actor does now, in the position
// that he acts in. It concerns his own unit unless the verb says otherwise.
func (d *Desk) entryOf(actor routing.Actor, kind routing.EntryKind, subject routing.Subject) routing.Entry {
	return routing.Entry{
		At: d.now(), Kind: kind, Outcome: routing.OutcomeDone, ActorID: actor.AccountID, ActorUnitID: actor.UnitID, PositionID: actor.PositionID,
		Subject: subject, UnitID: actor.UnitID, Details: actor.Signed(nil),
	}
}

// NoteRefusal writes down that an actor was refused something, with the code of
// the refusal. What is forbidden and what does not exist are written alike.
func (d *Desk) NoteRefusal(ctx context.Context, actor routing.Actor, subject routing.Subject, route, code string) error {
	e := d.entryOf(actor, routing.EntryRefused, subject)
	e.Outcome, e.Code = routing.OutcomeRefused, code
	if e.Details == nil {
		e.Details = map[string]any{}
	}
	e.Details["route"] = route
	return d.record.Note(ctx, e)
}

// viewedAgain is how long one look lasts: who opens a document again within it is
// still looking.
const viewedAgain = 5 * time.Minute

// noteView writes down that an actor opened a document (NĐ 30/2020, Phụ lục VI,
// III.5: access and views are kept).
func (d *Desk) noteView(ctx context.Context, actor routing.Actor, doc routing.Document) error {
	return d.noteLook(ctx, actor, routing.SubjectDocument, doc.ID, doc.UnitID)
}

// noteLook is noteView of whatever belongs to a unit.
func (d *Desk) noteLook(ctx context.Context, actor routing.Actor, kind routing.SubjectKind, id, unit routing.ID) error {
	if d.looks.lately(actor.AccountID, id, d.now()) {
		return nil
	}
	e := d.entryOf(actor, routing.EntryViewed, routing.Subject{Kind: kind, ID: string(id)})
	e.UnitID = unit
	if err := d.record.Note(ctx, e); err != nil {
		d.looks.forget(actor.AccountID, id)
		return err
	}
	return nil
}

// looks remembers who opened what lately. Two generations of a map forget
// without a clean-up: a look is forgotten after one to two times viewedAgain.
type looks struct {
	sync.Mutex
	since        time.Time
	young, older map[look]bool
}

type look struct{ account, document routing.ID }

// lately says whether the account looked at the document a moment ago, and
// remembers that it does now.
func (l *looks) lately(account, document routing.ID, now time.Time) bool {
	l.Lock()
	defer l.Unlock()
	if now.Sub(l.since) >= viewedAgain || l.young == nil {
		l.young, l.older, l.since = map[look]bool{}, l.young, now
	}
	at := look{account, document}
	seen := l.young[at] || l.older[at]
	l.young[at] = true
	return seen
}

func (l *looks) forget(account, document routing.ID) {
	l.Lock()
	defer l.Unlock()
	delete(l.young, look{account, document})
	delete(l.older, look{account, document})
}
