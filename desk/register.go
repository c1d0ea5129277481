package desk

import (
	"context"
	"fmt"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"

	"github.com/google/uuid"
)

// Register takes a document into the book of the actor's unit and gives it the
// next số đến of the year. A state secret is refused before anything is read
// or written. A document that looks registered already is routing.ErrDuplicate,
// naming its twins, until a reason is given. The clocks of the notice to the
// sender, of presenting and of the direction start; whether it was registered in
// time itself stands in the event.
// NĐ 30/2020, Điều 22 and Phụ lục VI, III.1.h.
func (d *Desk) Register(ctx context.Context, actor routing.Actor, in routing.Registration, req routing.Request) (routing.Event, error) {
	now := d.now()
	if err := in.Check(now); err != nil {
		return routing.Event{}, err
	}
	if !actor.MayRegister() {
		return routing.Event{}, routing.ErrNotAllowed
	}
	return d.once(ctx, actor, routing.ActRegister, "", req, func() (routing.Event, error) { return d.register(ctx, actor, in, now, req) })
}

func (d *Desk) register(ctx context.Context, actor routing.Actor, in routing.Registration, now time.Time, req routing.Request) (routing.Event, error) {
	twins, err := d.record.Twins(ctx, actor, in.DuplicateKey())
	if err != nil {
		return routing.Event{}, err
	}
	if len(twins) > 0 && routing.CheckReason(in.DuplicateReason) != nil {
		return routing.Event{}, routing.ErrDuplicate.With("twins", titles(twins))
	}
	if err := d.checkReplaces(ctx, actor, in.Replaces); err != nil {
		return routing.Event{}, err
	}
	if in.Ladder == "" {
		in.Ladder = string(in.Urgency)
	}
	if err := d.mayClimb(in.Ladder); err != nil {
		return routing.Event{}, err
	}
	ladder, version, err := d.record.NewestLadder(ctx, in.Ladder)
	if err != nil {
		return routing.Event{}, err
	}
	clocks, calendarVersion, err := d.record.ClocksNow(ctx)
	if err != nil {
		return routing.Event{}, err
	}
	doc := routing.Document{
		ID: postgres.NewID(), UnitID: actor.UnitID, BookYear: bookYear(now), Status: routing.Registered,
		LadderVersion: version, Registered: now, CalendarVersion: calendarVersion, Registration: in,
	}
	details := firstClocks(&doc, ladder, clocks(actor.UnitID))
	if len(twins) > 0 {
		details["duplicateOf"] = titles(twins)
	}
	alarms := ladder.Alarms(routing.Deadlines(doc, nil, nil), clocks)
	return d.record.AddDocument(ctx, postgres.NewDocument{
		Document: doc, NextAlarm: routing.First(alarms),
		Actor: actor, Request: req, Details: details,
	})
}

// checkReplaces refuses a replacement for what is none of this book, or still stands.
func (d *Desk) checkReplaces(ctx context.Context, actor routing.Actor, id routing.ID) error {
	if id == "" {
		return nil
	}
	doc := routing.Document{UnitID: actor.UnitID}
	if !validID(id) {
		return doc.MayReplace(routing.Document{})
	}
	other, err := d.record.Document(ctx, id)
	if err != nil && routing.FaultOf(err) != routing.NotFound {
		return err
	}
	return doc.MayReplace(other)
}

// firstClocks sets the terms that begin when a document is taken into the book,
// and judges the registering itself, which is done by then. It returns what the
// event tells of them.
// NĐ 30/2020, Điều 4 khoản 2 điểm c, Điều 21 khoản 2 điểm c, Điều 23 khoản 1.
func firstClocks(doc *routing.Document, ladder routing.Ladder, clock calendar.Clock) map[string]any {
	doc.PresentDue, doc.DirectDue = ladder.Terms(doc.Registered, clock)
	if doc.Channel == routing.Electronic {
		doc.NoticeDue = ladder.NoticeDue(doc.Arrived(), clock)
	}
	details := map[string]any{"directDue": doc.DirectDue}
	for name, at := range map[string]time.Time{"arrivedAt": doc.ArrivedAt, "presentDue": doc.PresentDue, "noticeDue": doc.NoticeDue} {
		if !at.IsZero() {
			details[name] = at
		}
	}
	if due := ladder.RegisterDue(doc.Arrived(), clock); !due.IsZero() {
		details["registerDue"], details["late"] = due, doc.Registered.After(due)
	}
	return details
}

func titles(documents []routing.Document) []string {
	names := make([]string, len(documents))
	for i, t := range documents {
		names[i] = fmt.Sprintf("%d/%d", t.Number, t.BookYear)
	}
	return names
}

// validID refuses what cannot be an id, before it reaches a statement.
func validID(id routing.ID) bool {
	_, err := uuid.Parse(string(id))
	return err == nil && len(id) == 36
}
