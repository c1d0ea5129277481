package desk

import (
	"context"

	"congvan/routing"
)

// HandOver gives an assignment to the successor of its unit, or of its officer,
// on a written basis of at least 10 characters. Everything below goes along, the
// due date stays, the receipt is asked anew. The successor is a unit of the same
// kind. The administrator of the organ at the top may do it, too, who sees no
// documents otherwise.
func (d *Desk) HandOver(ctx context.Context, actor routing.Actor, id routing.ID, to routing.Recipient, basis string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(basis); err != nil {
		return routing.Event{}, err
	}
	if !validID(id) {
		return routing.Event{}, routing.ErrNotFound
	}
	return d.once(ctx, actor, routing.ActHandOver, id, req, func() (routing.Event, error) {
		a, err := d.record.Assignment(ctx, id)
		if err != nil {
			return routing.Event{}, err
		}
		misplaced := d.checkSuccessor(ctx, a, to)
		if routing.FaultOf(misplaced) == routing.Internal && misplaced != nil {
			return routing.Event{}, misplaced
		}
		handOver := func(c *routing.Case) error {
			if err := c.HandOver(actor, id, to, basis); err != nil {
				return err
			}
			return misplaced
		}
		if !actor.MayHandOverAll() {
			return d.actOnShare(ctx, actor, id, ifVersion, req, handOver)
		}
		return d.record.Act(ctx, a.DocumentID, d.now(), req, func(c *routing.Case) error {
			version := c.Share(id).Version
			if err := handOver(c); err != nil {
				return err
			}
			return unlessStale(version, ifVersion)
		})
	})
}

// checkSuccessor refuses a successor that does not exist today or is of another
// kind than the unit whose share it is to take.
func (d *Desk) checkSuccessor(ctx context.Context, a routing.Assignment, to routing.Recipient) error {
	units, officers, err := d.known(ctx, to.UnitID, []routing.Recipient{to}, d.now())
	if err != nil {
		return err
	}
	if _, ok := units[to.UnitID]; !ok || to.PositionID != "" && officers[to.PositionID] != to.UnitID {
		return routing.ErrUnit.With("unit", string(to.UnitID))
	}
	was, err := d.record.UnitKind(ctx, a.UnitID)
	if err != nil {
		return err
	}
	if unit := units[to.UnitID]; unit.Kind != was {
		return nameUnit(routing.ErrUnit.Saying("Đơn vị nhận bàn giao phải cùng loại với đơn vị bàn giao; hãy chọn lại."), unit.Name)
	}
	return nil
}
