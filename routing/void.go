package routing

import (
	"maps"
	"time"
)

// Void takes a direction back (rút ý kiến chỉ đạo), with a reason: whoever gave
// it, or his equal or superior in the same unit. What is still open of it, and
// of those that joined its circle, is withdrawn with everything below; what was
// done stays done. When no direction on the document itself is left in force,
// the document waits for a new one: its clock runs again from now.
func (c *Case) Void(actor Actor, id ID, reason string) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	g := c.Direction(id)
	if g == nil {
		return ErrNotFound
	}
	unit, parent, err := c.giverOf(g)
	switch {
	case err != nil:
		return err
	case !actor.MayVoid(unit, g.By):
		return ErrNotAllowed
	case c.Document.Status != Directed:
		return c.Document.Status.forbids()
	case !g.VoidedAt.IsZero():
		return errVoided
	case g.Kind == GivenHandedOver:
		return ErrTransition.With("state", string(HandedOver)).Saying("Bàn giao không rút lại được; hãy bàn giao tiếp cho đơn vị khác.")
	}
	voided := c.followers(g)
	if g.JoinsID != "" && c.leadAmong(voided) {
		return ErrLeadNeeded
	}
	details := map[string]any{"reason": reason, "direction": string(id)}
	for i := range c.Directions {
		if x := &c.Directions[i]; voided[x.ID] && x.VoidedAt.IsZero() {
			x.VoidedAt = c.Now
		}
	}
	if parent != nil {
		err = c.move(ActVoid, actor, parent, details)
	} else {
		err = c.voidOnDocument(actor, details)
	}
	if err != nil {
		return err
	}
	c.withdrawVoided(voided, map[string]any{"because": string(ActVoid), "direction": string(id), "reason": reason})
	c.tell(NewsMoved)
	return nil
}

// voidOnDocument leaves the event of a direction on the document that is no
// longer in force. Without any other it waits for a new one.
func (c *Case) voidOnDocument(actor Actor, details map[string]any) error {
	for _, g := range c.Directions {
		if g.ParentID == "" && g.VoidedAt.IsZero() {
			return c.doDocument(ActVoid, actor, details)
		}
	}
	d := &c.Document
	next := Registered
	if !d.PresentedAt.IsZero() {
		next = Presented
	}
	released(d.Held(), details)
	d.HeldAt = time.Time{}
	c.awaitDirection(next, details)
	c.setDocument(ActVoid, actor, next, details)
	return nil
}

// awaitDirection lets the terms that end with a direction begin anew.
func (c *Case) awaitDirection(next DocumentStatus, details map[string]any) {
	d, clock := &c.Document, c.Clocks(c.Document.UnitID)
	if next == Registered {
		d.PresentDue, d.DirectDue = c.Ladder.Terms(c.Now, clock)
	} else {
		d.DirectDue = c.Ladder.Direction.After(c.Now, clock).UTC()
	}
	details["directDue"] = d.DirectDue
	if next == Registered && !d.PresentDue.IsZero() {
		details["presentDue"] = d.PresentDue
	}
}

// followers are a direction and all that came of it: what joined its circle,
// and what took the place of its shares.
func (c *Case) followers(g *Given) map[ID]bool {
	out := map[ID]bool{g.ID: true}
	for _, x := range c.Directions { // in the order given
		replaced := c.Share(x.ReplacesID)
		if out[x.JoinsID] || replaced != nil && out[replaced.DirectionID] {
			out[x.ID] = true
		}
	}
	return out
}

// leadAmong says whether the lead is held, or will be, by one of some directions.
func (c *Case) leadAmong(directions map[ID]bool) bool {
	for _, a := range c.Assignments {
		if directions[a.DirectionID] && a.Role == Lead && a.Open() {
			return true
		}
	}
	for _, g := range c.Directions {
		for _, r := range g.Recipients {
			if directions[g.ID] && r.Role == Lead && g.Dispatched.IsZero() && g.VoidedAt.IsZero() {
				return true
			}
		}
	}
	return false
}

// withdrawVoided ends what is open of directions, and everything below.
func (c *Case) withdrawVoided(directions map[ID]bool, details map[string]any) {
	for i := range c.Assignments {
		a := &c.Assignments[i]
		if !directions[a.DirectionID] {
			continue
		}
		if a.Open() {
			c.set(ActWithdraw, Actor{}, a, Withdrawn, maps.Clone(details))
		}
		c.withdrawBelow(a.ID, details)
	}
}
