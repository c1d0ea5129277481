package desk

import (
	"context"

	"congvan/postgres"
	"congvan/routing"
)

// Ladders lists the newest version of every ladder, by code.
func (d *Desk) Ladders(ctx context.Context) ([]postgres.LadderVersion, error) {
	return d.record.Ladders(ctx)
}

// LadderVersions lists all versions of a ladder, the newest first.
// routing.ErrNotFound if there is no such ladder.
func (d *Desk) LadderVersions(ctx context.Context, code string) ([]postgres.LadderVersion, error) {
	versions, err := d.record.LadderVersions(ctx, code)
	if err == nil && len(versions) == 0 {
		return nil, routing.ErrNotFound
	}
	return versions, err
}

// ChangeLadder adds a version of a ladder, by an administrator and with a
// reason; a code that is not there yet makes version 1 of a new ladder.
// ifVersion is the newest version that he read, 0 for a new one. Documents that
// run keep the version that they climb. The same change again, by the same
// person on the same version, gives the first answer.
// NĐ 30/2020, Điều 24: who urges, and when, is the organ's to say.
func (d *Desk) ChangeLadder(ctx context.Context, actor routing.Actor, ladder routing.Ladder, reason string, ifVersion int) (postgres.LadderVersion, error) {
	if err := routing.CheckSecrecy(routing.NoSecret, ladder.Name); err != nil {
		return postgres.LadderVersion{}, err
	}
	if err := checkReason(reason); err != nil {
		return postgres.LadderVersion{}, err
	}
	switch {
	case !actor.MayChangeLadders():
		return postgres.LadderVersion{}, routing.ErrNotAllowed
	case ladder.Code == routing.DemoLadder:
		return postgres.LadderVersion{}, routing.ErrLadder.Saying("Thang “demo” chỉ để chạy thử và không đổi được; hãy đặt mã khác.")
	}
	if err := ladder.Check(); err != nil {
		return postgres.LadderVersion{}, err
	}
	e := d.entryOf(actor, "ladder-changed", routing.Subject{Kind: routing.SubjectLadder, ID: ladder.Code})
	e.UnitID, e.Details = "", map[string]any{"before": ifVersion, "after": ifVersion + 1}
	return d.record.AddLadderVersion(ctx, postgres.LadderVersion{
		Ladder: ladder, Version: ifVersion + 1, ChangedBy: actor.AccountID, ChangedAt: d.now(), Reason: reason,
	}, e)
}

// MoveToLadder lets a running document climb another ladder, or another version
// of its own (0: the newest), with a reason: a leader of its unit or the chief of
// its office. Deadlines stay as they were set; only the rungs change.
func (d *Desk) MoveToLadder(ctx context.Context, actor routing.Actor, id routing.ID, code string, version int, reason string, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	if err := d.mayClimb(code); err != nil {
		return routing.Event{}, err
	}
	ladder, version, err := d.ladderVersion(ctx, code, version)
	if err != nil {
		return routing.Event{}, err
	}
	return d.actOnDocument(ctx, actor, id, ifVersion, req, func(c *routing.Case) error {
		return c.ChangeLadder(actor, ladder, version, reason)
	})
}

func (d *Desk) ladderVersion(ctx context.Context, code string, version int) (routing.Ladder, int, error) {
	if version == 0 {
		return d.record.NewestLadder(ctx, code)
	}
	ladder, err := d.record.Ladder(ctx, code, version)
	if routing.FaultOf(err) == routing.NotFound && err != nil {
		err = routing.ErrLadder
	}
	return ladder, version, err
}

// mayClimb refuses the ladder that is only for showing, where people work.
func (d *Desk) mayClimb(code string) error {
	if code == routing.DemoLadder && !d.allowsDemoLadder {
		return routing.ErrLadder.Saying("Thang “demo” chỉ để chạy thử, không dùng cho công việc; hãy bỏ trống để dùng thang theo mức độ khẩn.")
	}
	return nil
}
