package routing

import (
	"strings"
)

// AddRecipients lets more units, or officers, join those of a direction under
// way (thêm nơi nhận): a leader of the unit that gave it, with a reason or an
// instruction of at least 10 characters. Process and result are those of the
// direction that they join. There is no second lead.
// NĐ 30/2020, Điều 23 khoản 2 and 4; domain 2.3: an update adds receivers.
func (c *Case) AddRecipients(actor Actor, id ID, text string, recipients []Recipient) error {
	if err := CheckReason(text); err != nil {
		return err
	}
	g := c.Direction(id)
	if g == nil {
		return ErrNotFound
	}
	circle := c.circleOf(g)
	unit, parent, err := c.giverOf(circle)
	switch {
	case err != nil:
		return err
	case parent == nil && !actor.MayDoDocument(ActAdd, c.Document):
		return ErrNotAllowed
	case c.Document.Status != Directed:
		return c.Document.Status.forbids()
	case !circle.VoidedAt.IsZero():
		return errVoided
	}
	if parent != nil {
		if err := c.may(ActAdd, actor, parent); err != nil {
			return err
		}
	}
	if err := c.checkAdded(circle.ID, unit, recipients); err != nil {
		return err
	}
	added := Given{
		Direction: Direction{Text: circle.Text + "\nBổ sung: " + strings.TrimSpace(text), Process: circle.Process, Result: circle.Result, Recipients: recipients},
		ID:        c.NewID(), UnitID: unit, By: actor, Kind: GivenAdded, JoinsID: circle.ID, At: c.Now,
	}
	units := make([]string, len(recipients))
	for i, r := range recipients {
		units[i] = string(r.UnitID)
	}
	details := map[string]any{"reason": text, "direction": string(added.ID), "joins": string(circle.ID), "units": units}
	if parent == nil {
		err = c.doDocument(ActAdd, actor, details)
	} else {
		added.ParentID = parent.ID
		err = c.move(ActAdd, actor, parent, details)
	}
	if err != nil {
		return err
	}
	c.Directions = append(c.Directions, added)
	c.tell(NewsDirected)
	return nil
}

var errVoided = ErrTransition.With("state", string(Withdrawn)).Saying("Ý kiến chỉ đạo này đã được rút; hãy cho ý kiến mới.")

// checkAdded refuses recipients that a circle cannot take in.
func (c *Case) checkAdded(circle, giver ID, recipients []Recipient) error {
	leads, err := checkRecipients(recipients, giver, false)
	switch {
	case err != nil:
		return err
	case len(recipients) == 0:
		return ErrRecipients.Saying("Chưa có nơi nhận; hãy chọn ít nhất một đơn vị hoặc cán bộ.")
	case leads > 1 || leads == 1 && c.hasLead(circle):
		return ErrLead.With("leads", leads).Saying("Đã có đơn vị chủ trì; đơn vị thêm vào chỉ phối hợp, thực hiện hoặc nhận để biết.")
	}
	for _, r := range recipients {
		if c.takesPart(circle, r) {
			return ErrRecipients.With("unit", string(r.UnitID)).Saying("Nơi nhận này đã có phần việc; mỗi nơi nhận chỉ nêu một lần.")
		}
		if err := c.checkDue(r); err != nil {
			return err
		}
	}
	return nil
}
