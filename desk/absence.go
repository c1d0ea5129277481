package desk

import (
	"context"
	"time"

	"congvan/routing"
)

// TellAbsence writes down that whoever holds a position is away from the first day
// to the last: he himself does so, a leader or the clerk of his unit, or the
// administrator. It hinders nobody; who directs to him is warned.
func (d *Desk) TellAbsence(ctx context.Context, actor routing.Actor, in routing.Absence, req routing.Request) (routing.Absence, error) {
	if err := routing.CheckSecrecy(routing.NoSecret, in.Reason); err != nil {
		return routing.Absence{}, err
	}
	if !validID(in.PositionID) {
		return routing.Absence{}, routing.ErrNotFound
	}
	now := d.now()
	post, err := d.record.Post(ctx, in.PositionID, today(now))
	switch {
	case err != nil:
		return routing.Absence{}, err
	case !actor.MayTellAbsence(post):
		return routing.Absence{}, routing.ErrNotAllowed
	}
	in.ID, in.CreatedBy = idOf(actor, req), actor.AccountID
	if first, err := d.record.Absence(ctx, in.ID); err == nil { // asked before
		return first, unlessReused(first.PositionID == in.PositionID && first.From == in.From && first.To == in.To && first.Reason == in.Reason)
	}
	if err := in.Check(today(now)); err != nil {
		return routing.Absence{}, err
	}
	e := d.entryOf(actor, "absence-told", routing.Subject{Kind: routing.SubjectAbsence, ID: string(in.ID)})
	e.UnitID, e.Details = post.UnitID, map[string]any{"position": in.PositionID, "from": in.From, "to": in.To}
	if err := d.record.AddAbsence(ctx, in, e, req); err != nil {
		return routing.Absence{}, err
	}
	return d.record.Absence(ctx, in.ID)
}

// EndAbsence takes an absence back, whoever may tell it. routing.ErrNotFound if
// it was taken back before.
func (d *Desk) EndAbsence(ctx context.Context, actor routing.Actor, id routing.ID) error {
	if !validID(id) {
		return routing.ErrNotFound
	}
	x, err := d.record.Absence(ctx, id)
	if err != nil {
		return err
	}
	if !actor.MayTellAbsence(routing.Post{Actor: routing.Actor{PositionID: x.PositionID, UnitID: x.UnitID}}) {
		return routing.ErrNotAllowed
	}
	e := d.entryOf(actor, "absence-ended", routing.Subject{Kind: routing.SubjectAbsence, ID: string(id)})
	e.UnitID, e.Details = x.UnitID, map[string]any{"position": x.PositionID, "from": x.From, "to": x.To}
	return d.record.EndAbsence(ctx, id, e)
}

// Absences lists who of a unit is away from one day to another, 2006-01-02. It is
// no secret inside the authority: whoever directs asks it.
func (d *Desk) Absences(ctx context.Context, unit routing.ID, from, to string) ([]routing.Absence, error) {
	if !validID(unit) {
		return nil, routing.ErrNotFound
	}
	for _, day := range []string{from, to} {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return nil, routing.ErrField.With("fields", map[string]string{"from": "ngày phải có dạng 2026-11-25"})
		}
	}
	byUnit, err := d.record.AbsentPositions(ctx, []routing.ID{unit}, from, to)
	return byUnit[unit], err
}
