package desk

import (
	"context"
	"maps"
	"slices"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// PageLimit is the longest page of a list.
const PageLimit = 100

// View is a document as the actor may see it.
type View struct {
	routing.Document
	Unit        postgres.Unit
	Whole       bool // the actor sees all recipients
	Attachments []postgres.Attachment
	Directions  []postgres.GivenDirection
	Assignments []AssignmentView // parents before children
	Decisions   []routing.Decision
	Strip       map[routing.Cell]int
	ReplacedBy  routing.ID // the document that stands for it; empty: none, or none for this actor
	// May lists the acts that the actor may do on the document itself now.
	May []routing.Act
	// MayOn lists those on each of its directions.
	MayOn map[routing.ID][]routing.Act
	// MayDecide lists those by which he settles each of its decisions.
	MayDecide map[routing.ID][]routing.Act
}

// AssignmentView is an assignment with the names a reader needs.
type AssignmentView struct {
	routing.Assignment
	Unit postgres.Unit
	Cell routing.Cell
	// May lists the acts that the actor may do on it now.
	May []routing.Act
}

// Document shows a document with its files, directions and the part of its
// tree that the actor may see. routing.ErrNotFound if it does not exist for him.
func (d *Desk) Document(ctx context.Context, actor routing.Actor, id routing.ID) (View, error) {
	doc, visible, all, err := d.document(ctx, actor, id)
	if err != nil {
		return View{}, err
	}
	v, _, err := d.view(ctx, actor, doc, visible, all)
	return v, err
}

// view is a document as the actor may see it, and the case of it.
func (d *Desk) view(ctx context.Context, actor routing.Actor, doc routing.Document, visible, all []routing.Assignment) (v View, c *routing.Case, err error) {
	if err := d.noteView(ctx, actor, doc); err != nil {
		return View{}, nil, err
	}
	v = View{Document: doc, Whole: actor.SeesWhole(doc)}
	if v.Attachments, err = d.record.Attachments(ctx, doc.ID); err != nil {
		return View{}, nil, err
	}
	if !v.Whole { // what was taken out is nobody else's concern
		v.Attachments = slices.DeleteFunc(v.Attachments, func(a postgres.Attachment) bool { return !a.RemovedAt.IsZero() })
	}
	directions, err := d.record.Directions(ctx, doc.ID)
	if err != nil {
		return View{}, nil, err
	}
	units, err := d.unitsOf(ctx, doc, visible)
	if err != nil {
		return View{}, nil, err
	}
	v.Unit = units[doc.UnitID]
	v.May = mayDoDocument(actor, doc)
	c, err = d.caseOf(ctx, doc, all)
	if err != nil {
		return View{}, nil, err
	}
	v.Decisions = readDecisions(actor, doc, visible, c.Decisions)
	v.MayDecide = mayDecide(actor, c, v.Decisions)
	if v.ReplacedBy, err = d.replacedBy(ctx, actor, doc); err != nil {
		return View{}, nil, err
	}
	now := d.now()
	visible = standing(doc, visible)
	for _, a := range visible {
		v.Assignments = append(v.Assignments, AssignmentView{Assignment: a, Unit: units[a.UnitID], Cell: a.Cell(now), May: mayDo(actor, c, a)})
	}
	v.Strip = routing.Strip(visible, now)
	v.Directions = cutDirections(actor, directions, visible, v.Whole)
	v.MayOn = mayDoDirections(actor, doc, v.Directions, visible)
	return v, c, nil
}

// Assignment shows one assignment that the actor may see.
func (d *Desk) Assignment(ctx context.Context, actor routing.Actor, id routing.ID) (AssignmentView, error) {
	doc, all, a, err := d.assignment(ctx, actor, id)
	if err != nil {
		return AssignmentView{}, err
	}
	if err := d.noteView(ctx, actor, doc); err != nil {
		return AssignmentView{}, err
	}
	c, err := d.caseOf(ctx, doc, all)
	if err != nil {
		return AssignmentView{}, err
	}
	units, err := d.unitsOf(ctx, doc, []routing.Assignment{a})
	if err != nil {
		return AssignmentView{}, err
	}
	a = standing(doc, []routing.Assignment{a})[0]
	return AssignmentView{Assignment: a, Unit: units[a.UnitID], Cell: a.Cell(d.now()), May: mayDo(actor, c, a)}, nil
}

// standing are the shares of a document as they stand: while it is held, the
// clocks of all that is open stand still.
func standing(doc routing.Document, shares []routing.Assignment) []routing.Assignment {
	if !doc.Held() {
		return shares
	}
	shares = slices.Clone(shares)
	for i := range shares {
		if a := &shares[i]; a.Open() && !a.Held() {
			a.HeldAt = doc.HeldAt
		}
	}
	return shares
}

// readDecisions are those of a document that the actor may read: about shares
// whose words he reads, and those that his unit decides.
func readDecisions(actor routing.Actor, doc routing.Document, visible []routing.Assignment, all []routing.Decision) []routing.Decision {
	reads := routing.Reads(actor, doc, visible)
	return slices.DeleteFunc(slices.Clone(all), func(x routing.Decision) bool {
		return !actor.SeesWhole(doc) && !reads[x.AssignmentID] && x.OwnerUnitID != actor.UnitID
	})
}

// replacedBy is the document that stands for another, if it exists for the actor.
func (d *Desk) replacedBy(ctx context.Context, actor routing.Actor, doc routing.Document) (routing.ID, error) {
	by, err := d.record.ReplacedBy(ctx, doc.ID)
	if by == "" || err != nil {
		return "", err
	}
	if _, _, _, err = d.document(ctx, actor, by); routing.FaultOf(err) == routing.NotFound {
		return "", nil
	}
	return by, err
}

// cutDirections leaves the directions that the actor's unit gave, and those that
// a visible assignment came from, in these only the recipients that are visible.
func cutDirections(actor routing.Actor, all []postgres.GivenDirection, visible []routing.Assignment, whole bool) []postgres.GivenDirection {
	if whole {
		return all
	}
	var out []postgres.GivenDirection
	for _, direction := range all {
		if direction.UnitID == actor.UnitID {
			out = append(out, direction)
			continue
		}
		direction.Recipients = slices.DeleteFunc(slices.Clone(direction.Recipients), func(r routing.Recipient) bool {
			return !slices.ContainsFunc(visible, func(a routing.Assignment) bool {
				return a.DirectionID == direction.ID && a.UnitID == r.UnitID && a.PositionID == r.PositionID
			})
		})
		if len(direction.Recipients) > 0 {
			out = append(out, direction)
		}
	}
	return out
}

func (d *Desk) unitsOf(ctx context.Context, doc routing.Document, shares []routing.Assignment, decisions ...routing.Decision) (map[routing.ID]postgres.Unit, error) {
	ids := []routing.ID{doc.UnitID}
	for _, a := range shares {
		ids = append(ids, a.UnitID)
	}
	for _, x := range decisions {
		ids = append(ids, x.OwnerUnitID)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	units, err := d.record.UnitsByID(ctx, today(d.now()), ids)
	if day := today(doc.Registered); err == nil && day != today(d.now()) {
		var then map[routing.ID]postgres.Unit // an old document keeps the names of its day
		then, err = d.record.UnitsByID(ctx, day, ids)
		maps.Copy(units, then)
	}
	return units, err
}

// Documents lists the register of the actor's own unit, newest first.
func (d *Desk) Documents(ctx context.Context, actor routing.Actor, status routing.DocumentStatus, before routing.ID, limit int) ([]routing.Document, error) {
	if before != "" && !validID(before) {
		return nil, errCursor
	}
	if !actor.MayList() {
		return nil, routing.ErrNotAllowed
	}
	return d.record.Documents(ctx, postgres.DocumentPage{By: actor, UnitID: actor.UnitID, Status: status, Before: before, Limit: pageLimit(limit)})
}

var errCursor = routing.ErrField.With("fields", map[string]string{"cursor": "con trỏ trang không hợp lệ; hãy mở lại danh sách từ đầu"})

// validPlace says whether an instant in a cursor is one that the record knows: it has
// no year 0.
func validPlace(t time.Time) bool { return t.IsZero() || t.Year() > 0 }

func pageLimit(limit int) int {
	if limit <= 0 || limit > PageLimit {
		return PageLimit
	}
	return limit
}

// Cursor is the place of an entry in an inbox: the next page begins after it.
type Cursor struct {
	Due time.Time
	ID  routing.ID
}

// Inbox lists what the actor's unit holds (mine: only his own shares as an
// officer), by due date. after is the last entry of the page before, zero for
// the first page.
func (d *Desk) Inbox(ctx context.Context, actor routing.Actor, view postgres.InboxView, mine bool, after Cursor, limit int) ([]postgres.InboxEntry, error) {
	if after.ID != "" && !validID(after.ID) {
		return nil, errCursor
	}
	if !actor.MayList() {
		return nil, routing.ErrNotAllowed
	}
	q := postgres.Inbox{By: actor, UnitID: actor.UnitID, View: view, Now: d.now(), AfterDue: after.Due, After: after.ID, Limit: pageLimit(limit)}
	if mine {
		q.PositionID = actor.PositionID
	}
	return d.record.Inbox(ctx, q)
}

// Events lists what happened to a document, oldest first, as far as the actor
// may see it: acts on the document, and on the assignments that he sees.
func (d *Desk) Events(ctx context.Context, actor routing.Actor, id routing.ID, after int64, limit int) ([]routing.Event, error) {
	doc, visible, _, err := d.document(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	if err := d.noteView(ctx, actor, doc); err != nil {
		return nil, err
	}
	hears := earsOf(actor, doc, visible)
	limit = pageLimit(limit)
	var out []routing.Event
	for len(out) < limit {
		events, err := d.record.Events(ctx, doc.ID, after, PageLimit)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			after = e.ID
			if heard, ok := hears(e); ok && len(out) < limit {
				out = append(out, heard)
			}
		}
		if len(events) < PageLimit {
			break
		}
	}
	return out, nil
}

// Units lists the units that exist today.
func (d *Desk) Units(ctx context.Context) ([]postgres.Unit, error) {
	return d.record.Units(ctx, today(d.now()))
}

// Officers lists the positions of the actor's own unit, to hand work to.
func (d *Desk) Officers(ctx context.Context, actor routing.Actor) ([]postgres.Position, error) {
	return d.record.PositionsOf(ctx, today(d.now()), actor.UnitID)
}

// Sees reports which of the events an actor may hear of, cut down to what he may
// know: the live stream's filter. It asks the record once per document.
func (d *Desk) Sees(ctx context.Context, actor routing.Actor, events []routing.Event) ([]routing.Event, error) {
	ears := map[routing.ID]func(routing.Event) (routing.Event, bool){}
	var out []routing.Event
	for _, e := range events {
		hears, known := ears[e.DocumentID]
		if !known {
			doc, visible, _, err := d.document(ctx, actor, e.DocumentID)
			switch {
			case err == nil:
				hears = earsOf(actor, doc, visible)
			case routing.FaultOf(err) == routing.NotFound:
				hears = func(routing.Event) (routing.Event, bool) { return routing.Event{}, false }
			default:
				return nil, err
			}
			ears[e.DocumentID] = hears
		}
		if heard, ok := hears(e); ok {
			out = append(out, heard)
		}
	}
	return out, nil
}

// earsOf is what an actor hears of a document's events.
func earsOf(actor routing.Actor, doc routing.Document, visible []routing.Assignment) func(routing.Event) (routing.Event, bool) {
	reads, seen := routing.Reads(actor, doc, visible), map[routing.ID]bool{}
	for _, a := range visible {
		seen[a.ID] = true
	}
	return func(e routing.Event) (routing.Event, bool) { return actor.Hears(e, doc, seen, reads) }
}

// FollowEvents lists the events of all documents after an id, unfiltered, for
// the one reader that feeds the live streams; Sees filters for each of them.
func (d *Desk) FollowEvents(ctx context.Context, after int64, limit int) ([]routing.Event, error) {
	return d.record.EventsSince(ctx, after, limit)
}

// LastEventID is the id of the newest event.
func (d *Desk) LastEventID(ctx context.Context) (int64, error) { return d.record.LastEventID(ctx) }

// Ready says whether the desk can work: the record answers.
func (d *Desk) Ready(ctx context.Context) error { return d.record.Ping(ctx) }

// OutboxAge is how long the oldest milestone has waited for its workflow, 0 if
// none waits.
func (d *Desk) OutboxAge(ctx context.Context) (time.Duration, error) {
	_, oldest, err := d.record.OutboxBacklog(ctx)
	if err != nil || oldest.IsZero() {
		return 0, err
	}
	return max(0, d.now().Sub(oldest)), nil
}

// ActorByToken finds who holds a token that is good now, and the token.
// routing.ErrNotFound if nobody does.
func (d *Desk) ActorByToken(ctx context.Context, sha256 []byte) (routing.Actor, routing.Token, error) {
	now := d.now()
	return d.record.ActorByToken(ctx, sha256, now, today(now))
}

// Live says whether a token is still good. One that nobody has is.
func (d *Desk) Live(t routing.Token) bool { return t.ID == "" || t.Live(d.now()) }
