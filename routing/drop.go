package routing

// Drop takes one share out of a direction (bỏ nơi nhận), with a reason: a leader
// of the unit that gave it. It is withdrawn with everything below it, and
// whoever waited for its report waits no longer. The lead's share is not
// dropped, somebody has to answer for the whole: it is rerouted.
// Domain 2.3: a receiver that is removed drops the document as if recalled.
func (c *Case) Drop(actor Actor, id ID, reason string) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	a := c.Share(id)
	if err := c.may(ActDrop, actor, a); err != nil {
		return err
	}
	if a.Role == Lead {
		return ErrLeadNeeded
	}
	if err := c.move(ActDrop, actor, a, map[string]any{"reason": reason}); err != nil {
		return err
	}
	c.withdrawBelow(id, map[string]any{"because": string(ActDrop), "reason": reason})
	return nil
}
