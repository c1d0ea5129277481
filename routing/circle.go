package routing

import (
	"errors"
	"slices"
)

// holder is who holds a share now: the share itself, or the one of the
// successor to whom it was handed over. Nil while that is on its way.
func (c *Case) holder(id ID) *Assignment {
	for {
		a := c.Share(id)
		if a == nil || a.Status != HandedOver {
			return a
		}
		i := slices.IndexFunc(c.Assignments, func(x Assignment) bool { return x.ReplacesID == id })
		if i < 0 {
			return nil
		}
		id = c.Assignments[i].ID
	}
}

// giverOf says which unit a direction is of now, and out of which share it was
// given, nil for the document itself: a successor carries on what was directed
// before him.
func (c *Case) giverOf(g *Given) (ID, *Assignment, error) {
	if g.ParentID == "" {
		return g.UnitID, nil, nil
	}
	parent := c.holder(g.ParentID)
	if parent == nil {
		return "", nil, ErrTransition.With("state", string(HandedOver)).Saying("Phần việc đang được bàn giao; hãy thử lại sau ít phút.")
	}
	return parent.UnitID, parent, nil
}

// circleOf is the direction whose circle of recipients a direction joined, or
// itself.
func (c *Case) circleOf(g *Given) *Given {
	if first := c.Direction(g.JoinsID); first != nil {
		return first
	}
	return g
}

// hasLead says whether somebody answers for a circle: an open share, one on its
// way, or the giver's unit that kept the lead.
func (c *Case) hasLead(circle ID) bool {
	if slices.ContainsFunc(c.Assignments, func(a Assignment) bool { return a.CircleID == circle && a.Role == Lead && a.Open() }) {
		return true
	}
	return slices.ContainsFunc(c.Directions, func(g Given) bool {
		return (g.ID == circle || g.JoinsID == circle) && g.VoidedAt.IsZero() && slices.ContainsFunc(g.Recipients, func(r Recipient) bool {
			kept := r.UnitID == g.UnitID && r.PositionID == ""
			return r.Role == Lead && (kept || g.Dispatched.IsZero())
		})
	})
}

// takesPart says whether somebody has an open share of a circle, or one on its way.
func (c *Case) takesPart(circle ID, r Recipient) bool {
	open := slices.ContainsFunc(c.Assignments, func(a Assignment) bool {
		return a.CircleID == circle && a.UnitID == r.UnitID && a.PositionID == r.PositionID && a.Open()
	})
	return open || slices.ContainsFunc(c.Directions, func(g Given) bool {
		return (g.ID == circle || g.JoinsID == circle) && g.Dispatched.IsZero() && g.VoidedAt.IsZero() &&
			slices.ContainsFunc(g.Recipients, func(x Recipient) bool { return x.UnitID == r.UnitID && x.PositionID == r.PositionID })
	})
}

// checkDue refuses a recipient's due date that cannot be, naming the unit.
func (c *Case) checkDue(r Recipient) error {
	clock := c.Clocks(r.UnitID)
	return aboutUnit(r.UnitID, r.CheckDue(c.Now, c.Ladder.Receipt.After(c.Now, clock), clock, c.Ladder.DayAndNight(clock)))
}

func aboutUnit(unit ID, err error) error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal.With("unit", string(unit))
	}
	return err
}
