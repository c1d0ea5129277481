package routing

import "time"

// Reopen takes an approved share up again (mở lại) with a new due date and a
// reason: a leader of the unit that gave it. One that was closed before anybody
// received it has to be received.
func (c *Case) Reopen(actor Actor, id ID, due time.Time, reason string) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	a := c.Share(id)
	if err := c.may(ActReopen, actor, a); err != nil {
		return err
	}
	if parent := c.Share(a.ParentID); parent != nil && !parent.Open() {
		return ErrTransition.With("state", string(parent.Status)).Saying("Phần việc cấp trên đã kết thúc; hãy mở lại phần việc đó trước.")
	}
	if g := c.Direction(a.DirectionID); g != nil && !g.VoidedAt.IsZero() {
		return errVoided
	}
	if err := c.reopen(actor, a, due, reason); err != nil {
		return err
	}
	c.tell(NewsMoved)
	return nil
}

// reopen lets a share begin anew.
func (c *Case) reopen(actor Actor, a *Assignment, due time.Time, reason string) error {
	r, receipt := Recipient{UnitID: a.UnitID, Role: a.Role, Due: due.UTC()}, c.Now
	if due.IsZero() {
		r.Due = due
	}
	details := released(a.Held(), map[string]any{"reason": reason, "due": r.Due})
	if a.Receipt.At.IsZero() {
		c.awaitReceipt(a, details)
		receipt = a.ReceiveDue
	}
	clock := c.Clocks(a.UnitID)
	if err := aboutUnit(a.UnitID, r.CheckDue(c.Now, receipt, clock, c.Ladder.DayAndNight(clock))); err != nil {
		return err
	}
	a.Due, a.DueSince, a.ApproveDue, a.HeldAt = r.Due, c.Now, time.Time{}, time.Time{}
	return c.move(ActReopen, actor, a, details)
}

// ReopenDocument takes a concluded document up again, with a reason: a leader of
// its unit. Its lead's share runs again with a new due date; one that was filed
// waits for direction again, with new terms, and needs none.
func (c *Case) ReopenDocument(actor Actor, due time.Time, reason string) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	d := &c.Document
	if !actor.MayDoDocument(ActReopen, *d) {
		return ErrNotAllowed
	}
	next, err := d.Status.Next(ActReopen)
	if err != nil {
		return err
	}
	details := released(d.Held(), map[string]any{"reason": reason})
	d.Concluded, d.HeldAt = time.Time{}, time.Time{}
	c.tell(NewsMoved)
	lead := c.lastLead()
	if lead == nil {
		d.PresentedAt, d.PresentedTo = time.Time{}, ""
		c.awaitDirection(Registered, details)
		c.setDocument(ActReopen, actor, Registered, details)
		return nil
	}
	c.stopDispatch(func(Given) bool { return true })
	c.setDocument(ActReopen, actor, next, details)
	return c.reopen(actor, lead, due, reason)
}

// lastLead is the lead's share by whose approval the document was concluded,
// nil if it was filed.
func (c *Case) lastLead() *Assignment {
	for i := len(c.Assignments) - 1; i >= 0; i-- {
		a := &c.Assignments[i]
		if g := c.Direction(a.DirectionID); a.ParentID == "" && a.Role == Lead && a.Status == Done && (g == nil || g.VoidedAt.IsZero()) {
			return a
		}
	}
	return nil
}
