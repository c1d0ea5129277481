package desk

import (
	"context"
	"slices"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// previewLimit is how many of the deadlines that would move are shown one by one.
const previewLimit = 200

// MovedDeadline is a deadline that a change of the calendar moves, of a document.
type MovedDeadline struct {
	routing.Move
	DocumentID routing.ID
	Title      string // of the document: its number in the book
	Unit       postgres.Unit
}

// CalendarPreview says what a change of the calendar would move.
type CalendarPreview struct {
	Version   int // of the calendar that the change would be made to
	Deadlines int // that would move
	Documents int // whose deadlines would move
	Moves     []MovedDeadline
}

// PreviewCalendar reckons what changes of the calendar would move, without
// changing anything: how many deadlines of how many documents, and the first 200
// by the instant at which they are due now. The administrator and the leaders
// and clerk of the organ at the top may ask. The changes are refused for the
// reasons for which ChangeCalendar would refuse them.
func (d *Desk) PreviewCalendar(ctx context.Context, actor routing.Actor, changes []routing.DayChange, source string) (CalendarPreview, error) {
	if !actor.MayPreviewCalendar() {
		return CalendarPreview{}, routing.ErrNotAllowed
	}
	now := d.now()
	version, days, err := d.record.Calendar(ctx)
	if err != nil {
		return CalendarPreview{}, err
	}
	changed, err := routing.ChangeDays(days, changes, source, calendar.DateOf(now))
	if err != nil {
		return CalendarPreview{}, err
	}
	out := CalendarPreview{Version: version, Moves: []MovedDeadline{}}
	err = d.record.OpenCases(ctx, now, func(c *routing.Case) error {
		moves := routing.Reckon(c, c.Clocks, c.Clocks.On(changed))
		if len(moves) > 0 {
			out.Documents++
		}
		out.Deadlines += len(moves)
		for _, m := range moves {
			out.Moves = append(out.Moves, MovedDeadline{Move: m, DocumentID: c.Document.ID, Title: c.Document.Title()})
		}
		if len(out.Moves) > 10*previewLimit {
			out.Moves = firstMoves(out.Moves)
		}
		return nil
	})
	if err != nil {
		return CalendarPreview{}, err
	}
	out.Moves = firstMoves(out.Moves)
	return out, d.nameMoves(ctx, out.Moves)
}

func firstMoves(moves []MovedDeadline) []MovedDeadline {
	slices.SortStableFunc(moves, func(a, b MovedDeadline) int { return a.From.Compare(b.From) })
	return moves[:min(len(moves), previewLimit)]
}

func (d *Desk) nameMoves(ctx context.Context, moves []MovedDeadline) error {
	ids := make([]routing.ID, len(moves))
	for i, m := range moves {
		ids[i] = m.UnitID
	}
	slices.Sort(ids)
	units, err := d.record.UnitsByID(ctx, today(d.now()), slices.Compact(ids))
	for i := range moves {
		moves[i].Unit = units[moves[i].UnitID]
	}
	return err
}

// ChangeCalendar makes days off, worked or ordinary, as one new version of the
// calendar; source names the notice that says so. Only the administrator of the
// organ at the top may. The workflow of every open document is told, and moves
// its deadlines with an event for each before anything rings by them. Days that
// are past are refused, and what is no change. The same request again has the
// first answer. Bộ luật Lao động 2019, Điều 112.
func (d *Desk) ChangeCalendar(ctx context.Context, actor routing.Actor, changes []routing.DayChange, source string, req routing.Request) (postgres.CalendarVersion, error) {
	for _, c := range changes {
		if err := routing.CheckSecrecy(routing.NoSecret, c.Reason, source); err != nil {
			return postgres.CalendarVersion{}, err
		}
	}
	if !actor.MayChangeCalendar() {
		return postgres.CalendarVersion{}, routing.ErrNotAllowed
	}
	now := d.now()
	e := d.entryOf(actor, "calendar-changed", routing.Subject{Kind: routing.SubjectCalendar})
	e.UnitID, e.Details = "", map[string]any{"days": changes}
	n := postgres.NewCalendar{Days: changes, Source: source, Actor: actor, At: now, Request: req, Entry: e}
	return d.record.ChangeCalendar(ctx, n, func(present []calendar.Exception) error {
		_, err := routing.ChangeDays(present, changes, source, calendar.DateOf(now))
		return err
	})
}

// Calendar shows the days that differ from the weekly rule, and the version that
// they are. Everybody may know when offices work.
func (d *Desk) Calendar(ctx context.Context) (version int, days []calendar.Exception, err error) {
	return d.record.Calendar(ctx)
}

// CalendarVersions lists how the calendar has changed, newest first.
func (d *Desk) CalendarVersions(ctx context.Context) ([]postgres.CalendarVersion, error) {
	return d.record.CalendarVersions(ctx)
}
