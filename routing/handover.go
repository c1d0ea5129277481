package routing

// HandOver gives a share to the successor of its unit, or of its officer (bàn
// giao), on a written basis of at least 10 characters. Everything below goes
// along, the due date stays, the receipt is asked anew. A unit's share goes to a
// unit, an officer's to an officer of the same unit. What was held with the share
// runs again, and who asked its holder for a later date is answered by the successor.
// Domain 7.2: open work of a unit that ends moves by an explicit act.
func (c *Case) HandOver(actor Actor, id ID, to Recipient, basis string) error {
	if err := CheckReason(basis); err != nil {
		return err
	}
	a := c.Share(id)
	switch {
	case a == nil:
		return ErrNotFound
	case !actor.MayHandOver(*a):
		return ErrNotAllowed
	case c.Document.Status != Directed:
		return c.Document.Status.forbids()
	case (to.PositionID == "") != (a.PositionID == ""):
		return ErrRecipients.Saying("Phần việc của đơn vị bàn giao cho đơn vị, của cán bộ bàn giao cho cán bộ.")
	}
	if err := c.checkPlace(a, to, a.UnitID); err != nil {
		return err
	}
	to.Role, to.Due = a.Role, c.dueUnheld(a)
	g := c.instead(a, actor, GivenHandedOver, to)
	g.Carries = true
	details := map[string]any{"basis": basis, "direction": string(g.ID), "toUnit": string(to.UnitID)}
	if to.PositionID != "" {
		details["toPosition"] = string(to.PositionID)
	}
	if err := c.move(ActHandOver, actor, a, details); err != nil {
		return err
	}
	if err := c.goAlong(a, to.UnitID, basis); err != nil {
		return err
	}
	c.Directions = append(c.Directions, g)
	c.tell(NewsDirected)
	return nil
}

// goAlong lets what lies below a share that is handed over go on at the
// successor: the clocks that stood still with it, and what it had to decide.
func (c *Case) goAlong(a *Assignment, to ID, basis string) error {
	for _, i := range c.Below(a.ID) {
		x := &c.Assignments[i]
		if a.Held() && !c.Document.Held() && x.Open() && x.HeldAt.Equal(a.HeldAt) {
			c.resume(Actor{}, x, a.HeldAt, map[string]any{"because": string(a.ID)})
		}
		if asked := c.askedExtension(x.ID); asked != nil && x.ParentID == a.ID && a.PositionID == "" {
			if err := c.passDecision(Actor{}, asked, to, basis); err != nil {
				return err
			}
		}
	}
	return nil
}
