package desk

import (
	"context"
	"slices"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// Alarm is something that will ring, or has rung.
type Alarm struct {
	routing.Alarm
	Unit postgres.Unit // who has to act
	Told []string      // titles of the positions that it tells, as they are held today; of what has rung none: the notices know
	Rung time.Time     // zero: it has not rung yet
}

// Alarms lists what will ring for a document if nobody does anything, when and
// for whom, soonest first, and before that what has rung: of the document
// itself, its shares and its decisions, as far as the actor may see them.
func (d *Desk) Alarms(ctx context.Context, actor routing.Actor, id routing.ID) ([]Alarm, error) {
	doc, visible, all, err := d.document(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	decisions, err := d.record.Decisions(ctx, doc.ID)
	if err != nil {
		return nil, err
	}
	past, coming, err := d.alarms(ctx, actor, doc, visible, all, decisions)
	if err != nil {
		return nil, err
	}
	told, err := d.record.ToldOf(ctx, doc.ID, today(d.now()), coming)
	if err != nil {
		return nil, err
	}
	return d.namedAlarms(ctx, past, coming, told)
}

// alarms are those of a document whose shares and decisions are read already: what
// has rung, and what will. Who is told costs more than all the rest.
func (d *Desk) alarms(ctx context.Context, actor routing.Actor, doc routing.Document, visible, all []routing.Assignment, decisions []routing.Decision) (past, coming []routing.Alarm, err error) {
	ladder, err := d.record.Ladder(ctx, doc.Ladder, doc.LadderVersion)
	if err != nil {
		return nil, nil, err
	}
	clocks, err := d.record.Clocks(ctx)
	if err != nil {
		return nil, nil, err
	}
	rung, err := d.record.Rung(ctx, doc.ID)
	if err != nil {
		return nil, nil, err
	}
	decisions = readDecisions(actor, doc, visible, decisions)
	who := subjects(actor, doc, visible, decisions)
	past = slices.DeleteFunc(slices.Clone(rung), func(a routing.Alarm) bool { return who[a.Subject] == nil })
	for i, a := range past {
		past[i].UnitID, past[i].Tell = who[a.Subject](a.Kind), ladder.Tells(a.Kind, a.Step)
	}
	coming = routing.Unrung(ladder.Alarms(routing.Deadlines(doc, all, decisions), clocks), rung)
	coming = slices.DeleteFunc(coming, func(a routing.Alarm) bool { return who[a.Subject] == nil })
	return past, coming, nil
}

// subjects are what a document's alarms may be about, as far as the actor sees
// it: who had to act, by the kind of the deadline.
func subjects(actor routing.Actor, doc routing.Document, visible []routing.Assignment, decisions []routing.Decision) map[routing.ID]func(routing.DeadlineKind) routing.ID {
	who := map[routing.ID]func(routing.DeadlineKind) routing.ID{}
	if actor.SeesWhole(doc) {
		who[doc.ID] = func(routing.DeadlineKind) routing.ID { return doc.UnitID }
	}
	for _, a := range visible {
		who[a.ID] = func(kind routing.DeadlineKind) routing.ID {
			if kind == routing.AwaitApproval || kind == routing.AwaitReturn {
				return a.GiverUnitID
			}
			return a.UnitID
		}
	}
	for _, x := range decisions {
		who[x.ID] = func(routing.DeadlineKind) routing.ID { return x.OwnerUnitID }
	}
	return who
}

func (d *Desk) namedAlarms(ctx context.Context, rung, coming []routing.Alarm, told [][]string) ([]Alarm, error) {
	var ids []routing.ID
	for _, a := range slices.Concat(rung, coming) {
		ids = append(ids, a.UnitID)
	}
	slices.Sort(ids)
	units, err := d.record.UnitsByID(ctx, today(d.now()), slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	var out []Alarm
	for _, a := range rung {
		out = append(out, Alarm{Alarm: a, Unit: units[a.UnitID], Rung: a.At})
	}
	for i, a := range coming {
		out = append(out, Alarm{Alarm: a, Unit: units[a.UnitID], Told: told[i]})
	}
	return out, nil
}

// UpcomingAlarm is an alarm in the list of all documents.
type UpcomingAlarm struct {
	routing.Alarm
	Unit     postgres.Unit
	Document routing.Document
}

// How far from its deadline a rung is looked for, and the longest window.
const (
	rungReach     = 14 * 24 * time.Hour
	longestWindow = 31 * 24 * time.Hour
)

// UpcomingAlarms lists what will ring between two instants if nobody does
// anything, soonest first, limit at most: for the shares of the actor's unit and
// of the units that he oversees, as far as he sees them, and for the documents
// that wait in his unit's book. Rungs that lie more than two weeks from their
// deadline are not looked for; a window longer than 31 days is cut.
// NĐ 30/2020, Điều 24 khoản 1: to follow and to urge.
func (d *Desk) UpcomingAlarms(ctx context.Context, actor routing.Actor, from, to time.Time, limit int) ([]UpcomingAlarm, error) {
	if !actor.MayList() {
		return nil, routing.ErrNotAllowed
	}
	if to.Sub(from) > longestWindow {
		to = from.Add(longestWindow)
	}
	book := actor.UnitID
	if actor.Office == routing.Chief && actor.Oversees(actor.AboveID) {
		book = actor.AboveID
	}
	oversees := actor.Oversees(book)
	waiting, err := d.record.WaitingIn(ctx, postgres.Window{By: actor, UnitID: actor.UnitID, BookUnitID: book, Whole: oversees, From: from.Add(-rungReach), To: to.Add(rungReach)})
	if err != nil {
		return nil, err
	}
	clocks, err := d.record.Clocks(ctx)
	if err != nil {
		return nil, err
	}
	named, err := d.unitsByID(ctx, d.now())
	if err != nil {
		return nil, err
	}
	var out []UpcomingAlarm
	for _, w := range waiting {
		ladder, err := d.record.Ladder(ctx, w.Document.Ladder, w.Document.LadderVersion)
		if err != nil {
			return nil, err
		}
		for _, a := range routing.Unrung(ladder.Alarms(routing.Deadlines(w.Document, w.Shares, w.Decisions), clocks), w.Rung) {
			if concerns(actor, w, a) && !a.At.Before(from) && a.At.Before(to) {
				out = append(out, UpcomingAlarm{a, named[a.UnitID], w.Document})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b UpcomingAlarm) int { return a.At.Compare(b.At) })
	return out[:min(len(out), pageLimit(limit))], nil
}

// concerns says whether an alarm is the actor's to hear of: his unit has to act,
// or holds or gave the share that it is about. An office that is asked for its
// consent has nothing to do with the rest of the share.
func concerns(actor routing.Actor, w postgres.Waiting, a routing.Alarm) bool {
	return actor.SeesWhole(w.Document) || a.UnitID == actor.UnitID || slices.ContainsFunc(w.Shares, func(x routing.Assignment) bool {
		return x.ID == a.AssignmentID && (x.UnitID == actor.UnitID || x.GiverUnitID == actor.UnitID)
	})
}

// dayOf is the first and the last instant of the Vietnamese day of an instant;
// the last belongs to the next day.
func dayOf(t time.Time) (from, to time.Time) {
	t = t.In(calendar.Location)
	from = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, calendar.Location)
	return from.UTC(), from.AddDate(0, 0, 1).UTC()
}
