package routing

import "time"

// Return gives a share back to whoever gave it (chuyển trả), never sideways:
// the giver's clerk and leaders decide where it goes. The reason has at least 10
// characters. What the unit had handed on from it is withdrawn. Its clock
// stops; that of the giver's answer begins.
// NĐ 30/2020, Điều 21 khoản 2: sent to the wrong place, it is returned to the sender.
func (c *Case) Return(actor Actor, id ID, reason string) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	a := c.Share(id)
	if err := c.may(ActReturn, actor, a); err != nil {
		return err
	}
	a.ReturnedAt, a.ReturnDue = c.Now, c.Ladder.ReturnDue(c.Now, c.Clocks(a.GiverUnitID))
	details := map[string]any{"reason": reason, "returnDue": a.ReturnDue}
	if a.Held() {
		a.HeldAt, details["held"] = time.Time{}, nil // the giver's clock runs
	}
	if err := c.move(ActReturn, actor, a, details); err != nil {
		return err
	}
	c.withdrawBelow(id, map[string]any{"because": string(ActReturn)})
	c.tell(NewsMoved)
	return nil
}

// Insist answers a return with no: the share goes back to its holder, with a
// reason. Its terms run again from now: a receipt is awaited anew only if there
// was none.
func (c *Case) Insist(actor Actor, id ID, reason string) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	a := c.Share(id)
	if err := c.may(ActInsist, actor, a); err != nil {
		return err
	}
	details := map[string]any{"reason": reason}
	if a.Receipt.At.IsZero() {
		c.awaitReceipt(a, details)
	}
	if err := c.move(ActInsist, actor, a, details); err != nil {
		return err
	}
	a.DueSince = c.Now
	c.tell(NewsMoved)
	return nil
}

// awaitReceipt lets the term of the receipt begin anew.
func (c *Case) awaitReceipt(a *Assignment, details map[string]any) {
	a.ReceiveDue = c.Ladder.Receipt.After(c.Now, c.Clocks(a.UnitID)).UTC()
	details["receiveDue"] = a.ReceiveDue
}
