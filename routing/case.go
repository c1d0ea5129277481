package routing

import (
	"maps"
	"slices"
	"time"
)

// Case is one document with all that belongs to it, held while one act happens
// to it. The verbs are its methods, a file for each: they ask whether the actor
// may and the state allows it, change what has to change, and leave an event
// for every single change. They know nothing of the record, which loads a case
// before an act and writes down afterwards what the act left.
//
// The few acts that everybody does all day (acknowledge, start, progress,
// report, send back, approve, the first and the further direction) are one
// statement of the record each instead, by the same tables of this package.
type Case struct {
	Document    Document
	Assignments []Assignment // all of them, parents before children
	Decisions   []Decision   // all of them, oldest first
	Directions  []Given      // all of them, in the order given
	Circuits    []Circuit    // the open ones
	Ladder      Ladder
	Clocks      Clocks
	Now         time.Time
	NewID       func() ID

	// What the act left, in order. The first event answers the request.
	Events []Event
	News   []MilestoneKind
}

// Given is a direction as it was given. One with Kind GivenAdded, GivenRerouted
// or GivenHandedOver changes one that was given before.
type Given struct {
	Direction
	ID         ID
	ParentID   ID // the assignment out of which it was given; empty: the document
	UnitID     ID // whose leader gave it
	By         Actor
	Kind       GivenKind
	JoinsID    ID   // the direction whose circle it joins; empty: none
	ReplacesID ID   // the share whose place its one recipient takes; empty: none
	Carries    bool // what lies below that share goes along
	At         time.Time
	Dispatched time.Time // zero: on its way
	VoidedAt   time.Time // zero: in force
}

// HoldsUp says whether the report of a share has to wait for the direction: it
// was given out of it, or joins the circle that it leads, and is still on its
// way. Its shares will have to report, but do not exist yet.
func (g Given) HoldsUp(a Assignment) bool {
	below := g.ParentID == a.ID
	beside := a.Role == Lead && g.JoinsID != "" && g.JoinsID == a.CircleID
	return (below || beside) && g.Dispatched.IsZero() && g.VoidedAt.IsZero()
}

// GivenKind says what a direction does to those before it.
type GivenKind string

// The kinds of directions.
const (
	GivenFirst      GivenKind = "first"       // the first of a document
	GivenFurther    GivenKind = "further"     // out of a share that the unit holds
	GivenAdded      GivenKind = "added"       // more recipients for one given before
	GivenRerouted   GivenKind = "rerouted"    // another unit instead
	GivenHandedOver GivenKind = "handed-over" // a successor instead, with everything below
)

// Share finds an assignment of the case, nil if it is none of it.
func (c *Case) Share(id ID) *Assignment {
	i := slices.IndexFunc(c.Assignments, func(a Assignment) bool { return a.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Assignments[i]
}

// Decision finds a decision of the case, nil if it is none of it.
func (c *Case) Decision(id ID) *Decision {
	i := slices.IndexFunc(c.Decisions, func(x Decision) bool { return x.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Decisions[i]
}

// Direction finds a direction of the case, nil if it is none of it.
func (c *Case) Direction(id ID) *Given {
	i := slices.IndexFunc(c.Directions, func(g Given) bool { return g.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Directions[i]
}

// Below are the indices of all shares that were given out of a, however deep.
func (c *Case) Below(a ID) []int {
	under := map[ID]bool{a: true}
	var out []int
	for i, x := range c.Assignments { // parents come before children
		if under[x.ParentID] {
			under[x.ID] = true
			out = append(out, i)
		}
	}
	return out
}

// Deadlines are all that run in the case now.
func (c *Case) Deadlines() []Deadline { return Deadlines(c.Document, c.Assignments, c.Decisions) }

// may says whether an act of a person may happen to a share: he may do it, the
// document is being worked on, and the share's state allows it. A nil a is ErrNotFound.
func (c *Case) may(act Act, actor Actor, a *Assignment) error {
	switch {
	case a == nil:
		return ErrNotFound
	case !actor.MayDo(act, *a):
		return ErrNotAllowed
	case c.Document.Status != Directed:
		return c.Document.Status.forbids()
	}
	_, err := a.Next(act)
	return err
}

// move lets an act happen, without the question whether the actor may: the share is
// in the state that follows, with one more version and one more event. The zero
// Actor is the workflow, or what follows by itself from an act.
func (c *Case) move(act Act, actor Actor, a *Assignment, details map[string]any) error {
	next, err := a.Next(act)
	if err != nil {
		return err
	}
	c.set(act, actor, a, next, details)
	return nil
}

// set brings a share into a state with an event that says why. What was asked
// for the share ends when it does.
func (c *Case) set(act Act, actor Actor, a *Assignment, next AssignmentStatus, details map[string]any) {
	if a.Status == Consulting && next != Consulting {
		c.endCircuit(a.ID, CircuitVoid)
	}
	a.Status = next
	a.Version++
	switch {
	case slices.Contains(openStates, next):
		a.ClosedAt = time.Time{}
	case a.ClosedAt.IsZero(): // what happens to it afterwards does not end it again
		a.ClosedAt = c.Now
		c.voidAbout(a.ID)
	}
	c.happened(act, actor, a, details)
}

// happened leaves the event of an act on a share.
func (c *Case) happened(act Act, actor Actor, a *Assignment, details map[string]any) {
	c.Events = append(c.Events, Event{
		At: c.Now, Kind: act, DocumentID: c.Document.ID, AssignmentID: a.ID, UnitID: a.UnitID,
		ActorID: actor.AccountID, ActorUnitID: actor.UnitID, State: string(a.Status), Version: a.Version,
		Details: actor.Within(act, c.Document.Field).Signed(details),
	})
}

// doDocument lets an act happen to the document itself: its state allows it;
// then it is in the state that follows, with one more version and event. The
// verb has asked whether the actor may.
func (c *Case) doDocument(act Act, actor Actor, details map[string]any) error {
	next, err := c.Document.Status.Next(act)
	if err != nil {
		return err
	}
	c.setDocument(act, actor, next, details)
	return nil
}

func (c *Case) setDocument(act Act, actor Actor, next DocumentStatus, details map[string]any) {
	c.Document.Status = next
	c.Document.Version++
	c.Events = append(c.Events, Event{
		At: c.Now, Kind: act, DocumentID: c.Document.ID, UnitID: c.Document.UnitID,
		ActorID: actor.AccountID, ActorUnitID: actor.UnitID, State: string(next), Version: c.Document.Version,
		Details: actor.Within(act, c.Document.Field).Signed(details),
	})
}

// tell makes the document's workflow look again. Telling it twice is telling it once.
func (c *Case) tell(kind MilestoneKind) {
	if !slices.Contains(c.News, kind) {
		c.News = append(c.News, kind)
	}
}

// withdrawBelow ends everything open that was given out of a share, with an
// event for each that names why. What was directed out of them and is still on
// its way never goes out.
func (c *Case) withdrawBelow(a ID, details map[string]any) {
	gone := map[ID]bool{a: true}
	for _, i := range c.Below(a) {
		x := &c.Assignments[i]
		gone[x.ID] = true
		if x.Open() {
			c.set(ActWithdraw, Actor{}, x, Withdrawn, maps.Clone(details))
		}
	}
	c.stopDispatch(func(g Given) bool { return gone[g.ParentID] })
}

// stopDispatch voids directions that are still on their way.
func (c *Case) stopDispatch(which func(Given) bool) {
	for i := range c.Directions {
		if g := &c.Directions[i]; g.Dispatched.IsZero() && g.VoidedAt.IsZero() && which(*g) {
			g.VoidedAt = c.Now
		}
	}
}
