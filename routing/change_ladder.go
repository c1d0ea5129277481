package routing

// ChangeLadder lets a running document climb another ladder from now on, with a
// reason. The deadlines that run stay as they were set, and their terms are not
// reckoned anew: only the rungs change. What rang before does not ring again
// under the same kind, step and deadline; a rung of the new ladder that is
// overdue already rings at once.
func (c *Case) ChangeLadder(actor Actor, to Ladder, version int, reason string) error {
	d := &c.Document
	if err := CheckReason(reason); err != nil {
		return err
	}
	if !actor.MayChangeLadder(*d) {
		return ErrNotAllowed
	}
	if d.Ladder == to.Code && d.LadderVersion == version {
		return ErrField.With("fields", map[string]string{"ladder": "văn bản đang theo chính thang này; hãy chọn thang hoặc phiên bản khác"})
	}
	details := map[string]any{"was": d.Ladder, "wasVersion": d.LadderVersion, "ladder": to.Code, "ladderVersion": version, "reason": reason}
	if err := c.doDocument(ActChangeLadder, actor, details); err != nil {
		return err
	}
	d.Ladder, d.LadderVersion, c.Ladder = to.Code, version, to
	c.tell(NewsMoved)
	return nil
}
