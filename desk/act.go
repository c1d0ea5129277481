package desk

import (
	"context"
	"slices"

	"congvan/routing"
)

// act lets an act happen to the case of a document that the actor may see.
func (d *Desk) act(ctx context.Context, actor routing.Actor, id routing.ID, req routing.Request, f func(*routing.Case) error) (routing.Event, error) {
	if !validID(id) {
		return routing.Event{}, routing.ErrNotFound
	}
	return d.unanswered(ctx, actor, req, func() (routing.Event, error) {
		judged := func(c *routing.Case) error {
			if !actor.Sees(c.Document, c.Assignments, c.Circuits, c.Decisions) {
				return routing.ErrNotFound
			}
			if err := f(c); err != nil {
				return err
			}
			return checkActed(actor, c)
		}
		if d.rehearses {
			return routing.Event{}, d.record.Rehearse(ctx, id, d.now(), judged)
		}
		return d.record.Act(ctx, id, d.now(), req, judged)
	})
}

// actOnDocument is act on a document as the actor has read it: ifVersion is its
// version then.
func (d *Desk) actOnDocument(ctx context.Context, actor routing.Actor, id routing.ID, ifVersion int, req routing.Request, f func(*routing.Case) error) (routing.Event, error) {
	return d.act(ctx, actor, id, req, func(c *routing.Case) error {
		if !actor.SeesWhole(c.Document) {
			return routing.ErrNotAllowed
		}
		before := c.Document.Version
		if err := f(c); err != nil {
			return err
		}
		return unlessStale(before, ifVersion)
	})
}

// actOnShare is act on an assignment that the actor may see, as he has read it:
// ifVersion is its version then, 0 if it does not matter.
func (d *Desk) actOnShare(ctx context.Context, actor routing.Actor, id routing.ID, ifVersion int, req routing.Request, f func(*routing.Case) error) (routing.Event, error) {
	if !validID(id) {
		return routing.Event{}, routing.ErrNotFound
	}
	a, err := d.record.Assignment(ctx, id)
	if err != nil {
		return routing.Event{}, err
	}
	return d.act(ctx, actor, a.DocumentID, req, func(c *routing.Case) error {
		before := c.Share(id)
		if before == nil || !sees(actor, c, id) {
			return routing.ErrNotFound
		}
		version := before.Version
		if err := f(c); err != nil {
			return err
		}
		return unlessStale(version, ifVersion)
	})
}

// actOnDecision is act on something that has to be decided. Whoever neither
// decides it, nor has asked for it, nor sees the share that it is about does not
// learn that there is such a thing.
func (d *Desk) actOnDecision(ctx context.Context, actor routing.Actor, id routing.ID, req routing.Request, f func(*routing.Case) error) (routing.Event, error) {
	if !validID(id) {
		return routing.Event{}, routing.ErrNotFound
	}
	x, err := d.record.Decision(ctx, id)
	if err != nil {
		return routing.Event{}, err
	}
	return d.act(ctx, actor, x.DocumentID, req, func(c *routing.Case) error {
		if x.OwnerUnitID != actor.UnitID && x.AskedUnitID != actor.UnitID && !sees(actor, c, x.AssignmentID) {
			return routing.ErrNotFound
		}
		return f(c)
	})
}

// actOnDirection is act on a direction that the actor may see: his unit gave it,
// or it led to an assignment that he sees.
func (d *Desk) actOnDirection(ctx context.Context, actor routing.Actor, id routing.ID, req routing.Request, f func(*routing.Case) error) (routing.Event, error) {
	if !validID(id) {
		return routing.Event{}, routing.ErrNotFound
	}
	document, err := d.record.DocumentOfDirection(ctx, id)
	if err != nil {
		return routing.Event{}, err
	}
	return d.act(ctx, actor, document, req, func(c *routing.Case) error {
		g := c.Direction(id)
		ledTo := func(a routing.Assignment) bool { return a.DirectionID == id }
		if g == nil || g.UnitID != actor.UnitID && !actor.SeesWhole(c.Document) &&
			!slices.ContainsFunc(routing.VisibleTo(actor, c.Document, c.Assignments), ledTo) {
			return routing.ErrNotFound
		}
		return f(c)
	})
}

func sees(actor routing.Actor, c *routing.Case, id routing.ID) bool {
	for _, a := range routing.VisibleTo(actor, c.Document, c.Assignments) {
		if a.ID == id {
			return true
		}
	}
	return false
}

// unlessStale refuses an act that was decided on an older version. It is asked
// last: what the state or the rules forbid is said first.
func unlessStale(version, ifVersion int) error {
	if ifVersion != 0 && version != ifVersion {
		return routing.ErrStale.With("version", version)
	}
	return nil
}
