package routing

import "strings"

// Present lays a document before the leader who has to give direction, or
// before the chief of the office who passes it on (trình, phân phối), with a
// note or without. The term of the opinion begins anew.
// NĐ 30/2020, Điều 23 khoản 1; that to is a leader of the unit, or the chief of
// its office, is the caller's to know.
func (c *Case) Present(actor Actor, to ID, note string) error {
	d := &c.Document
	if !actor.MayPresent(*d) {
		return ErrNotAllowed
	}
	if _, err := d.Status.Next(ActPresent); err != nil {
		return err
	}
	if d.Held() {
		return ErrOnHold
	}
	if d.Status == Presented && d.PresentedTo == to {
		return ErrField.With("fields", map[string]string{"to": "văn bản đang ở chính người này; hãy chọn người khác"})
	}
	late := !d.PresentDue.IsZero() && d.Status == Registered && c.Now.After(d.PresentDue)
	d.PresentedAt, d.PresentedTo = c.Now, to
	d.DirectDue = c.Ladder.Direction.After(c.Now, c.Clocks(d.UnitID)).UTC()
	details := map[string]any{"to": string(to), "directDue": d.DirectDue, "late": late}
	if note = strings.TrimSpace(note); note != "" {
		details["note"] = note
	}
	if err := c.doDocument(ActPresent, actor, details); err != nil {
		return err
	}
	c.tell(NewsMoved)
	return nil
}
