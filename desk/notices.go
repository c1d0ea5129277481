package desk

import (
	"context"

	"congvan/postgres"
	"congvan/routing"
)

// Notices lists what the actor's position was told, newest first.
func (d *Desk) Notices(ctx context.Context, actor routing.Actor, before int64, limit int) ([]postgres.Notice, error) {
	return d.record.Notices(ctx, actor, before, pageLimit(limit))
}

// UnreadNotices counts what the actor's position was told and has not read.
func (d *Desk) UnreadNotices(ctx context.Context, actor routing.Actor) (int, error) {
	return d.record.UnreadNotices(ctx, actor)
}

// ReadNotices marks what the actor's position was told as read, up to and with
// the notice upTo: the newest that he has seen. What came since stays unread.
// Who acts for somebody else has not read them for that one.
func (d *Desk) ReadNotices(ctx context.Context, actor routing.Actor, upTo int64) error {
	if actor.Mandate.Kind != "" {
		return routing.ErrNotAllowed
	}
	return d.record.ReadNotices(ctx, actor.PositionID, upTo, d.now())
}

// NoticeSettings are how the actor's position wants to be told.
func (d *Desk) NoticeSettings(ctx context.Context, actor routing.Actor) (routing.NoticeSettings, error) {
	return d.record.NoticeSettings(ctx, actor.PositionID)
}

// told is how a position wants to be told, without the address.
func told(s routing.NoticeSettings) map[string]any {
	return map[string]any{"hasAddress": s.Address != "", "alarms": s.MailAlarms, "digest": s.MailDigest, "morning": s.MailMorning,
		"quietFrom": s.QuietFrom, "quietTo": s.QuietTo}
}

// ChangeNoticeSettings changes how the actor's own position wants to be told.
// routing.ErrField names an address that is none, and quiet hours that are none.
// Who acts for somebody else does not change that one's settings.
func (d *Desk) ChangeNoticeSettings(ctx context.Context, actor routing.Actor, in routing.NoticeSettings) (routing.NoticeSettings, error) {
	if err := in.Check(); err != nil {
		return routing.NoticeSettings{}, err
	}
	if actor.Mandate.Kind != "" {
		return routing.NoticeSettings{}, routing.ErrNotAllowed
	}
	was, err := d.record.NoticeSettings(ctx, actor.PositionID)
	if err != nil {
		return routing.NoticeSettings{}, err
	}
	e := d.entryOf(actor, "notices-set", routing.Subject{Kind: routing.SubjectPosition, ID: string(actor.PositionID)})
	e.Details = map[string]any{"before": told(was), "after": told(in), "anotherAddress": was.Address != in.Address}
	if err := d.record.ChangeNoticeSettings(ctx, actor.PositionID, in, e); err != nil {
		return routing.NoticeSettings{}, err
	}
	return in, nil
}
