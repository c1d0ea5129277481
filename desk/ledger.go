package desk

import (
	"context"
	"slices"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// Ledger shows who had a document from when to when, oldest first: all of it to
// who sees the whole document, to others what their own unit had.
func (d *Desk) Ledger(ctx context.Context, actor routing.Actor, id routing.ID) ([]postgres.Holding, error) {
	doc, _, _, err := d.document(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	rows, err := d.record.Ledger(ctx, id, d.now())
	if err != nil || actor.SeesWhole(doc) {
		return rows, err
	}
	return slices.DeleteFunc(rows, func(h postgres.Holding) bool { return h.UnitID != actor.UnitID }), nil
}

// Lateness is where the late documents of a period lay.
type Lateness struct {
	Causes    []postgres.Cause // the most working time first
	Documents int              // that were late
	Pending   int              // of them those that are not in Causes yet: too many have moved since the worker last reckoned
}

// liveLedgers is how many ledgers are reckoned while somebody waits for the answer:
// some 20 ms each.
const liveLedgers = 25

// Lateness shows where the late documents lay whose work was due in a period, the
// longest first: of the books in the actor's scope their whole way, of others what
// his unit had.
func (d *Desk) Lateness(ctx context.Context, actor routing.Actor, from, to time.Time) (Lateness, error) {
	of, late, pending, now, err := d.late(ctx, actor, from, to)
	if err != nil {
		return Lateness{}, err
	}
	causes, err := d.record.Causes(ctx, of, late, now)
	return Lateness{Causes: causes, Documents: len(late) + pending, Pending: pending}, err
}

// LateDocuments are the documents behind one line of Lateness, those that lay the
// longest first.
func (d *Desk) LateDocuments(ctx context.Context, actor routing.Actor, from, to time.Time, cause postgres.Cause) ([]postgres.CauseDocument, error) {
	if !validID(cause.UnitID) || cause.PositionID != "" && !validID(cause.PositionID) {
		return nil, routing.ErrNotFound
	}
	of, late, _, now, err := d.late(ctx, actor, from, to)
	if err != nil {
		return nil, err
	}
	return d.record.CauseDocuments(ctx, of, late, cause, now)
}

// late are the late documents of a period that are reckoned, and how many are not.
func (d *Desk) late(ctx context.Context, actor routing.Actor, from, to time.Time) (of postgres.Scope, late []postgres.LateDocument, pending int, now time.Time, err error) {
	if of, err = scope(actor); err != nil {
		return of, nil, 0, now, err
	}
	now = d.now()
	late, err = d.record.LateDocuments(ctx, of, routing.Period{From: from, To: to}, now)
	live := 0
	late = slices.DeleteFunc(late, func(x postgres.LateDocument) bool {
		if x.Kept {
			return false
		}
		live++
		return live > liveLedgers
	})
	return of, late, max(0, live-liveLedgers), now, err
}
