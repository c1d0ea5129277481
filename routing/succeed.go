package routing

import "slices"

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
			if err := c.passDecision(Actor{}, x, to, basis); err != nil {
				return err
			}
		}
	}
	return nil
}

// PassDecision lets the successor of a unit that ended decide what the unit had
// to, on a written basis of at least 10 characters: also about a share that is
// neither's, and in a recalled document. Its deadline stays.
// Domain 7.2.
func (c *Case) PassDecision(actor Actor, id ID, to ID, basis string) error {
	if err := CheckReason(basis); err != nil {
		return err
	}
	x := c.Decision(id)
	switch {
	case x == nil:
		return ErrNotFound
	case !actor.MayHandOverAll():
		return ErrNotAllowed
	case x.Status != DecisionOpen:
		return ErrDecided
	}
	return c.passDecision(actor, x, to, basis)
}

func (c *Case) passDecision(actor Actor, x *Decision, to ID, basis string) error {
	from := x.OwnerUnitID
	x.OwnerUnitID = to
	x.Version++
	if k := c.openCircuit(x.AssignmentID); k != nil && k.ID == x.CircuitID {
		k.replace(from, to)
	}
	details := map[string]any{"decision": string(x.ID), "fromUnit": string(from), "toUnit": string(to), "basis": basis}
	return c.move(ActPassDecision, actor, c.Share(x.AssignmentID), details)
}

// replace puts a unit's successor into the stages that still ask the unit, or
// will ask it anew.
func (k *Circuit) replace(from, to ID) {
	k.Version++
	stages := slices.Clone(k.Stages)
	for i := range stages {
		units := slices.Clone(stages[i].Units)
		at := slices.Index(units, from)
		switch {
		case at < 0:
		case slices.Contains(units, to):
			units = slices.Delete(units, at, at+1)
		default:
			units[at] = to
		}
		stages[i].Units = units
	}
	k.Stages = stages
}
