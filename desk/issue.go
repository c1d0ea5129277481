package desk

import (
	"context"
	"errors"
	"slices"

	"congvan/postgres"
	"congvan/routing"
)

// The acts on outgoing documents, as the journal has them.
const (
	entryIssued    routing.EntryKind = "outgoing-issued"
	entryCancelled routing.EntryKind = "outgoing-cancelled"
)

// IssueOutgoing gives a signed document the next number of the year, writes it into
// the book of outgoing documents of the actor's unit, and says to whom it went. A
// state secret is refused before anything is read or written; what it replies to has
// to stand in the unit's own book. The same request again gives the first answer.
// NĐ 30/2020, Điều 15, 16 and 18.
func (d *Desk) IssueOutgoing(ctx context.Context, actor routing.Actor, in routing.Issuing, req routing.Request) (routing.Outgoing, error) {
	now := d.now()
	in = in.Tidy(now)
	if err := in.Check(now); err != nil {
		return routing.Outgoing{}, err
	}
	if !actor.MayIssue() {
		return routing.Outgoing{}, routing.ErrNotAllowed
	}
	return d.onceOutgoing(ctx, actor, entryIssued, req, func() (id routing.ID, err error) {
		if err = d.nameUnits(ctx, &in); err != nil {
			return "", err
		}
		if in.Answers, err = d.inOwnBook(ctx, actor, in.Answers); err != nil {
			return "", err
		}
		o := routing.Outgoing{ID: postgres.NewID(), UnitID: actor.UnitID, BookYear: bookYear(now), Registered: now, Issuing: in}
		e := d.entryOf(actor, entryIssued, routing.Subject{Kind: routing.SubjectOutgoing, ID: string(o.ID)})
		e.At, e.Details = now, map[string]any{"year": o.BookYear}
		if len(in.Answers) > 0 {
			e.Details["answers"] = in.Answers
		}
		return o.ID, d.record.AddOutgoing(ctx, o, e, req)
	})
}

// CancelOutgoing cancels an outgoing document that was issued by mistake: its number
// stays in the book, with the reason, and is never given again.
func (d *Desk) CancelOutgoing(ctx context.Context, actor routing.Actor, id routing.ID, reason string, ifVersion int, req routing.Request) (routing.Outgoing, error) {
	if err := checkReason(reason); err != nil {
		return routing.Outgoing{}, err
	}
	o, err := d.outgoing(ctx, actor, id)
	if err == nil && !actor.MayCancelIssued(o.UnitID) {
		err = routing.ErrNotAllowed
	}
	if err != nil {
		return routing.Outgoing{}, err
	}
	return d.onceOutgoing(ctx, actor, entryCancelled, req, func() (routing.ID, error) {
		if o.Status == routing.OutgoingCancelled {
			return id, routing.ErrOutgoingCancelled
		}
		if err := unlessStale(o.Version, ifVersion); err != nil {
			return id, err
		}
		o.CancelledAt, o.CancelReason = d.now(), reason
		e := d.entryOf(actor, entryCancelled, routing.Subject{Kind: routing.SubjectOutgoing, ID: string(id)})
		e.At, e.Details = o.CancelledAt, map[string]any{"year": o.BookYear, "number": o.Number}
		return id, d.record.CancelOutgoing(ctx, o, e, req)
	})
}

// onceOutgoing carries out a request that has no answer yet: see [Desk.once]. The
// answer is the document as it stands.
func (d *Desk) onceOutgoing(ctx context.Context, actor routing.Actor, kind routing.EntryKind, req routing.Request, do func() (routing.ID, error)) (routing.Outgoing, error) {
	if first, err := d.outgoingOf(ctx, actor, kind, req); !errors.Is(err, routing.ErrNotFound) {
		return first, err
	}
	id, err := do()
	if err == nil {
		return d.record.Outgoing(ctx, actor, id)
	}
	if first, lookErr := d.outgoingOf(ctx, actor, kind, req); !errors.Is(lookErr, routing.ErrNotFound) { // the same request was quicker
		return first, lookErr
	}
	return routing.Outgoing{}, err
}

// outgoingOf finds the document that a request has left; routing.ErrNotFound if the
// request was not seen yet.
func (d *Desk) outgoingOf(ctx context.Context, actor routing.Actor, kind routing.EntryKind, req routing.Request) (routing.Outgoing, error) {
	e, err := d.record.EntryByRequest(ctx, actor.AccountID, req)
	if err == nil && e.Kind != kind {
		err = routing.ErrReused
	}
	if err != nil {
		return routing.Outgoing{}, err
	}
	return d.record.Outgoing(ctx, actor, routing.ID(e.Subject.ID))
}

// nameUnits writes down what the units that are named are called today. Those that
// do not exist are routing.ErrUnit.
func (d *Desk) nameUnits(ctx context.Context, in *routing.Issuing) error {
	var ids []routing.ID
	for i := range in.Recipients {
		if p := &in.Recipients[i]; p.UnitID != "" {
			ids = append(ids, p.UnitID)
		}
	}
	if in.DrafterUnitID != "" {
		ids = append(ids, in.DrafterUnitID)
	}
	for _, id := range ids {
		if !validID(id) {
			return routing.ErrUnit
		}
	}
	units, err := d.record.UnitsByID(ctx, today(d.now()), ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if units[id].ID == "" {
			return routing.ErrUnit.With("unit", string(id))
		}
	}
	for i := range in.Recipients {
		if p := &in.Recipients[i]; p.UnitID != "" {
			p.Name = units[p.UnitID].Name
		}
	}
	if in.DrafterUnitID != "" {
		in.Drafter = units[in.DrafterUnitID].Name
	}
	return nil
}

// inOwnBook are the documents that a reply names, each once. One that does not stand
// in the book of the actor's unit is routing.ErrNotInBook, whether it exists or not.
func (d *Desk) inOwnBook(ctx context.Context, actor routing.Actor, ids []routing.ID) ([]routing.ID, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for _, id := range ids {
		if !validID(id) {
			return nil, routing.ErrNotInBook
		}
	}
	found, err := d.record.AnsweredBy(ctx, actor, actor.UnitID, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(found, func(a postgres.Answered) bool { return a.ID == id }) {
			return nil, routing.ErrNotInBook.With("document", string(id))
		}
	}
	return ids, nil
}

// outgoing finds an outgoing document that exists for the actor.
func (d *Desk) outgoing(ctx context.Context, actor routing.Actor, id routing.ID) (routing.Outgoing, error) {
	if !validID(id) {
		return routing.Outgoing{}, routing.ErrNotFound
	}
	return d.record.Outgoing(ctx, actor, id)
}
