package desk

import (
	"context"
	"math"
	"slices"

	"congvan/postgres"
	"congvan/routing"
)

// Story is a document with all that its page tells, read once: what it is, what
// happened and what will ring.
type Story struct {
	View
	Events []routing.Event // newest first
	Older  bool            // there are more of them
	Coming []routing.Alarm // what will ring, soonest first; whom it tells, Desk.Alarms says
	// Said are the newest words about each share, by act, and about the document
	// under the empty id: why it is held, was given back, how far it is.
	Said map[routing.ID]map[routing.Act]routing.Event
	// Titles are those of the positions that are named: officers, and whom the
	// document was presented to.
	Titles map[routing.ID]string
}

// saidActs are the acts whose words a reader looks for at a share itself.
var saidActs = []routing.Act{routing.ActHold, routing.ActReturn, routing.ActInsist, routing.ActProgress, routing.ActSendBack}

// Story tells a document as far as the actor may see it, with its newest events,
// limit at most. routing.ErrNotFound if it does not exist for him.
func (d *Desk) Story(ctx context.Context, actor routing.Actor, id routing.ID, limit int) (s Story, err error) {
	doc, visible, all, err := d.document(ctx, actor, id)
	if err != nil {
		return s, err
	}
	view, c, err := d.view(ctx, actor, doc, visible, all)
	if err != nil {
		return s, err
	}
	s.View = view
	hears := earsOf(actor, doc, visible)
	if s.Events, s.Older, err = d.history(ctx, doc.ID, hears, math.MaxInt64, limit); err != nil {
		return s, err
	}
	if _, s.Coming, err = d.alarms(ctx, actor, doc, visible, all, c.Decisions); err != nil {
		return s, err
	}
	if s.Said, err = d.said(ctx, doc.ID, hears); err != nil {
		return s, err
	}
	s.Titles, err = d.record.TitlesOfPositions(ctx, namedPositions(view))
	return s, err
}

func namedPositions(v View) []routing.ID {
	ids := []routing.ID{v.PresentedTo}
	for _, a := range v.Assignments {
		ids = append(ids, a.PositionID)
	}
	for _, g := range v.Directions {
		for _, r := range g.Recipients {
			ids = append(ids, r.PositionID)
		}
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id routing.ID) bool { return id == "" })
}

// History lists what happened to a document before an event, newest first, and
// whether there is more, as far as the actor may see it.
func (d *Desk) History(ctx context.Context, actor routing.Actor, id routing.ID, before int64, limit int) ([]routing.Event, bool, error) {
	doc, visible, _, err := d.document(ctx, actor, id)
	if err != nil {
		return nil, false, err
	}
	if err := d.noteView(ctx, actor, doc); err != nil {
		return nil, false, err
	}
	return d.history(ctx, doc.ID, earsOf(actor, doc, visible), before, limit)
}

func (d *Desk) history(ctx context.Context, id routing.ID, hears func(routing.Event) (routing.Event, bool), before int64, limit int) (out []routing.Event, more bool, err error) {
	limit = pageLimit(limit)
	for {
		events, err := d.record.EventsBefore(ctx, id, before, limit+1)
		if err != nil {
			return nil, false, err
		}
		for _, e := range events {
			before = e.ID
			heard, ok := hears(e)
			switch {
			case ok && len(out) == limit:
				return out, true, nil
			case ok:
				out = append(out, heard)
			}
		}
		if len(events) <= limit {
			return out, false, nil
		}
	}
}

func (d *Desk) said(ctx context.Context, id routing.ID, hears func(routing.Event) (routing.Event, bool)) (map[routing.ID]map[routing.Act]routing.Event, error) {
	events, err := d.record.LastEvents(ctx, id, saidActs...)
	if err != nil {
		return nil, err
	}
	said := map[routing.ID]map[routing.Act]routing.Event{}
	for _, e := range events {
		heard, ok := hears(e)
		if !ok || len(heard.Details) == 0 {
			continue
		}
		if said[e.AssignmentID] == nil {
			said[e.AssignmentID] = map[routing.Act]routing.Event{}
		}
		said[e.AssignmentID][e.Kind] = heard
	}
	return said, nil
}

// DocumentOfShare is the document of a share that the actor sees;
// routing.ErrNotFound otherwise.
func (d *Desk) DocumentOfShare(ctx context.Context, actor routing.Actor, id routing.ID) (View, error) {
	return d.documentOf(ctx, actor, id, func() (routing.ID, error) {
		a, err := d.record.Assignment(ctx, id)
		return a.DocumentID, err
	}, func(v View) bool {
		return slices.ContainsFunc(v.Assignments, func(a AssignmentView) bool { return a.ID == id })
	})
}

// DocumentOfDirection is the document of a direction that the actor sees.
func (d *Desk) DocumentOfDirection(ctx context.Context, actor routing.Actor, id routing.ID) (View, error) {
	return d.documentOf(ctx, actor, id, func() (routing.ID, error) { return d.record.DocumentOfDirection(ctx, id) }, func(v View) bool {
		return slices.ContainsFunc(v.Directions, func(g postgres.GivenDirection) bool { return g.ID == id })
	})
}

// DocumentOfDecision is the document of a decision that the actor sees.
func (d *Desk) DocumentOfDecision(ctx context.Context, actor routing.Actor, id routing.ID) (View, error) {
	return d.documentOf(ctx, actor, id, func() (routing.ID, error) {
		x, err := d.record.Decision(ctx, id)
		return x.DocumentID, err
	}, func(v View) bool {
		return slices.ContainsFunc(v.Decisions, func(x routing.Decision) bool { return x.ID == id })
	})
}

func (d *Desk) documentOf(ctx context.Context, actor routing.Actor, id routing.ID, find func() (routing.ID, error), shows func(View) bool) (View, error) {
	if !validID(id) {
		return View{}, routing.ErrNotFound
	}
	document, err := find()
	if err != nil {
		return View{}, err
	}
	v, err := d.Document(ctx, actor, document)
	if err == nil && !shows(v) {
		err = routing.ErrNotFound
	}
	if err != nil {
		return View{}, err
	}
	return v, nil
}
