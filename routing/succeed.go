package routing

// Succeed hands the share of a unit that ends over to its successor, with what
// lies below. Officers of a unit that ends have no work any more: their shares
// end with it, and the successor assigns anew. What the unit had to decide in
// the document goes to the successor, too.
// Domain 7.2: open work of a unit that ends moves by an explicit act.
func (c *Case) Succeed(actor Actor, id ID, to ID, basis string) error {
	a := c.Share(id)
	if a == nil {
		return ErrNotFound
	}
	from := a.UnitID
	if err := c.HandOver(actor, id, Recipient{UnitID: to}, basis); err != nil {
		return err
	}
	for _, i := range c.Below(id) {
		if x := &c.Assignments[i]; x.UnitID == from && x.PositionID != "" && x.Open() {
			c.set(ActWithdraw, Actor{}, x, Withdrawn, map[string]any{"because": string(ActHandOver)})
		}
	}
	for i := range c.Decisions {
		if x := &c.Decisions[i]; x.OwnerUnitID == from && x.Status == DecisionOpen {
			x.OwnerUnitID = to
			x.Version++
		}
	}
	return nil
}
