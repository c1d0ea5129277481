package desk

import (
	"context"
	"errors"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// DirectDocument gives the first direction on a document: the leader of its
// unit names exactly one lead, and who else does what by when. ifVersion is
// the version of the document that he decided on. The workflow dispatches it.
// NĐ 30/2020, Điều 23 khoản 2 and 4.
func (d *Desk) DirectDocument(ctx context.Context, actor routing.Actor, id routing.ID, in routing.Direction, ifVersion int, req routing.Request) (routing.Event, error) {
	return d.once(ctx, actor, routing.ActDirect, id, req, func() (routing.Event, error) {
		doc, _, _, err := d.document(ctx, actor, id)
		switch {
		case err != nil:
			return routing.Event{}, err
		case !actor.MayDirect(doc):
			return routing.Event{}, routing.ErrNotAllowed
		}
		if _, err := doc.Status.Next(routing.ActDirect); err != nil {
			return routing.Event{}, err
		}
		if doc.Version != ifVersion {
			return routing.Event{}, routing.ErrStale.With("version", doc.Version)
		}
		return d.direct(ctx, doc, routing.Assignment{}, postgres.NewDirection{
			Direction: in, DocumentID: id, IfVersion: ifVersion, Actor: actor, Request: req,
		})
	})
}

// DirectAssignment hands the work of an assignment further down: a department
// to wards, a ward to its officers. The unit that holds it may name itself as
// lead and keep the lead it has. ifVersion is the version of the assignment.
func (d *Desk) DirectAssignment(ctx context.Context, actor routing.Actor, id routing.ID, in routing.Direction, ifVersion int, req routing.Request) (routing.Event, error) {
	return d.once(ctx, actor, routing.ActDirect, id, req, func() (routing.Event, error) {
		doc, _, parent, err := d.assignment(ctx, actor, id)
		switch {
		case err != nil:
			return routing.Event{}, err
		case !actor.MayDo(routing.ActDirect, parent) || !parent.Role.Reports():
			return routing.Event{}, routing.ErrNotAllowed
		case doc.Status != routing.Directed:
			return routing.Event{}, closedError(doc)
		}
		if _, err := parent.Next(routing.ActDirect); err != nil {
			return routing.Event{}, err
		}
		if parent.Version != ifVersion {
			return routing.Event{}, routing.ErrStale.With("version", parent.Version)
		}
		return d.direct(ctx, doc, parent, postgres.NewDirection{
			Direction: in, DocumentID: doc.ID, ParentID: id, IfVersion: ifVersion, Actor: actor, Request: req,
		})
	})
}

// direct gives a direction out of a share of the document, the zero Assignment
// for the document itself.
func (d *Desk) direct(ctx context.Context, doc routing.Document, parent routing.Assignment, n postgres.NewDirection) (routing.Event, error) {
	n.ID, n.At = postgres.NewID(), d.now()
	giver := n.Actor.UnitID
	if err := n.Direction.Check(giver, n.ParentID != ""); err != nil {
		return routing.Event{}, err
	}
	if err := d.checkRecipients(ctx, doc, giver, n.Dispatched(giver), n.At); err != nil {
		return routing.Event{}, err
	}
	if d.rehearses {
		return routing.Event{}, nil
	}
	warnings, err := d.warnings(ctx, doc, parent, n.Dispatched(giver))
	if err != nil {
		return routing.Event{}, err
	}
	n.Warnings = warnings
	event, err := d.record.Direct(ctx, n)
	if errors.Is(err, routing.ErrNotFound) {
		return routing.Event{}, routing.ErrStale
	}
	return event, err
}

// DirectByTemplate gives the first direction on a document as a template of the
// actor's unit says: each term counts from now. ifVersion 0 takes the document
// as it is.
func (d *Desk) DirectByTemplate(ctx context.Context, actor routing.Actor, id, template routing.ID, ifVersion int, req routing.Request) (routing.Event, error) {
	return d.once(ctx, actor, routing.ActDirect, id, req, func() (routing.Event, error) {
		t, err := d.template(ctx, actor, template)
		if err != nil {
			return routing.Event{}, err
		}
		clocks, err := d.record.Clocks(ctx)
		if err != nil {
			return routing.Event{}, err
		}
		if ifVersion == 0 {
			doc, _, _, err := d.document(ctx, actor, id)
			if err != nil {
				return routing.Event{}, err
			}
			ifVersion = doc.Version
		}
		return d.DirectDocument(ctx, actor, id, t.Direct(d.now(), clocks), ifVersion, req)
	})
}

// reaches says whether the giver may lay work on a recipient.
func reaches(giver routing.ID, r routing.Recipient, known map[routing.ID]postgres.Unit, officers map[routing.ID]routing.ID) error {
	unit, ok := known[r.UnitID]
	if !ok || r.PositionID != "" && officers[r.PositionID] != r.UnitID {
		return routing.ErrUnit.With("unit", string(r.UnitID))
	}
	if r.PositionID == "" && !known[giver].HandsTo(unit) {
		return nameUnit(routing.ErrSideways, unit.Name)
	}
	return nil
}

// known finds the units of a direction and the units of its officers.
func (d *Desk) known(ctx context.Context, giver routing.ID, recipients []routing.Recipient, now time.Time) (map[routing.ID]postgres.Unit, map[routing.ID]routing.ID, error) {
	units, positions := []routing.ID{giver}, []routing.ID(nil)
	for _, r := range recipients {
		if !validID(r.UnitID) || r.PositionID != "" && !validID(r.PositionID) {
			return nil, nil, routing.ErrUnit.With("unit", string(r.UnitID))
		}
		units = append(units, r.UnitID)
		if r.PositionID != "" {
			positions = append(positions, r.PositionID)
		}
	}
	known, err := d.record.UnitsByID(ctx, today(now), units)
	if err != nil {
		return nil, nil, err
	}
	officers, err := d.record.UnitsOfPositions(ctx, today(now), positions)
	return known, officers, err
}

// checkRecipients refuses units that do not exist today, officers of other
// units, and due dates that cannot be.
func (d *Desk) checkRecipients(ctx context.Context, doc routing.Document, giver routing.ID, recipients []routing.Recipient, now time.Time) error {
	known, officers, err := d.known(ctx, giver, recipients, now)
	if err != nil {
		return err
	}
	ladder, err := d.record.Ladder(ctx, doc.Ladder, doc.LadderVersion)
	if err != nil {
		return err
	}
	clocks, err := d.record.Clocks(ctx)
	if err != nil {
		return err
	}
	for _, r := range recipients {
		if err := reaches(giver, r, known, officers); err != nil {
			return err
		}
		clock := clocks(r.UnitID)
		if err := r.CheckDue(now, ladder.Receipt.After(now, clock), clock, ladder.DayAndNight(clock)); err != nil {
			return nameUnit(err, known[r.UnitID].Name)
		}
	}
	return nil
}

// placesBelow are the units of recipients, by id, if the giver may lay work on
// each of them.
func (d *Desk) placesBelow(ctx context.Context, giver routing.ID, recipients []routing.Recipient, now time.Time) (map[routing.ID]postgres.Unit, error) {
	known, officers, err := d.known(ctx, giver, recipients, now)
	if err != nil {
		return nil, err
	}
	for _, r := range recipients {
		if err := reaches(giver, r, known, officers); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// named adds to a refusal about a unit how that is called.
func named(err error, units map[routing.ID]postgres.Unit) error {
	var refusal *routing.Error
	if !errors.As(err, &refusal) {
		return err
	}
	id, _ := refusal.Details["unit"].(string)
	if unit, ok := units[routing.ID(id)]; ok {
		return refusal.With("unitName", unit.Name)
	}
	return err
}

func nameUnit(err error, name string) error {
	var refusal *routing.Error
	if errors.As(err, &refusal) {
		return refusal.With("unitName", name)
	}
	return err
}

// EndOfDay is the instant at which a day ends for a unit: the end of its
// office hours. A deadline given as a day (2006-01-02) means that instant.
// routing.ErrDueDayOff names the next working day if it is a day off.
func (d *Desk) EndOfDay(ctx context.Context, unit routing.ID, day string) (time.Time, error) {
	date, err := calendar.Parse(day)
	if err != nil {
		return time.Time{}, routing.ErrField.With("fields", map[string]string{"dueOn": "ngày phải có dạng 2026-11-25"})
	}
	clocks, err := d.record.Clocks(ctx)
	if err != nil {
		return time.Time{}, err
	}
	clock := clocks(unit)
	due, err := clock.OnDate(date)
	if err != nil {
		next := clock.Calendar().NextWorkday(date)
		return time.Time{}, routing.ErrDueDayOff.With("nextWorkday", next.String())
	}
	return due.UTC(), nil
}
