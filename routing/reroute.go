package routing

// Reroute gives a share to another unit instead (chuyển nơi khác), with a
// reason: a leader of the unit that gave it, be it because it was returned. The
// share is withdrawn with everything below it; the other unit takes its role in
// the same circle. Without a new due date the old one holds, if it is still
// ahead.
// NĐ 30/2020, Điều 21 khoản 2: what came to the wrong place goes back, and from there to the right one.
func (c *Case) Reroute(actor Actor, id ID, to Recipient, reason string) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	a := c.Share(id)
	if err := c.may(ActReroute, actor, a); err != nil {
		return err
	}
	to.Role = a.Role
	if due := c.dueUnheld(a); to.Due.IsZero() && due.After(c.Now) {
		to.Due = due
	}
	if err := c.checkPlace(a, to, a.GiverUnitID); err != nil {
		return err
	}
	if c.takesPart(a.CircleID, to) {
		return ErrRecipients.With("unit", string(to.UnitID)).Saying("Nơi nhận này đã có phần việc; hãy chọn nơi khác hoặc bỏ phần việc này.")
	}
	if err := c.checkDue(to); err != nil {
		return err
	}
	g := c.instead(a, actor, GivenRerouted, to)
	details := map[string]any{"reason": reason, "direction": string(g.ID), "toUnit": string(to.UnitID)}
	if to.PositionID != "" {
		details["toPosition"] = string(to.PositionID)
	}
	if err := c.move(ActReroute, actor, a, details); err != nil {
		return err
	}
	c.withdrawBelow(id, map[string]any{"because": string(ActReroute), "reason": reason})
	c.Directions = append(c.Directions, g)
	c.tell(NewsDirected)
	return nil
}

// checkPlace refuses a place for a share that is where it is, or an officer of
// a unit whose officers giver has nothing to say.
func (c *Case) checkPlace(a *Assignment, to Recipient, officersOf ID) error {
	switch {
	case to.UnitID == "" || to.UnitID == a.UnitID && to.PositionID == a.PositionID:
		return ErrRecipients.Saying("Phần việc đang ở nơi này; hãy chọn nơi khác.")
	case to.PositionID != "" && to.UnitID != officersOf:
		return ErrRecipients.Saying("Chỉ phân công trực tiếp cho cán bộ của đơn vị mình; việc của đơn vị khác hãy giao cho đơn vị đó.")
	case to.UnitID == a.GiverUnitID && to.PositionID == "":
		return ErrRecipients.Saying("Không giao việc cho chính đơn vị đã giao.")
	}
	return nil
}

// instead is the direction by which somebody takes the place of a share: what
// was asked of it is asked of him.
func (c *Case) instead(a *Assignment, actor Actor, kind GivenKind, to Recipient) Given {
	g := Given{ID: c.NewID(), ParentID: a.ParentID, UnitID: a.GiverUnitID, By: actor, Kind: kind, JoinsID: a.CircleID, ReplacesID: a.ID, At: c.Now}
	if was := c.Direction(a.DirectionID); was != nil {
		g.Direction = Direction{Text: was.Text, Process: was.Process, Result: was.Result}
		if actor.UnitID != a.GiverUnitID {
			g.By = was.By // who gave the work stays who is told of it
		}
	}
	g.Recipients = []Recipient{to}
	return g
}
