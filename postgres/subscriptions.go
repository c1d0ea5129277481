package postgres

import (
	"context"
	"time"

	"congvan/calendar"
	"congvan/routing"

	"github.com/uptrace/bun"
)

// SubscriptionRow is a subscription to a printed report as it lies in the table;
// package statistics says what it means.
type SubscriptionRow struct {
	ID, AccountID, PositionID, UnitID routing.ID
	Layout, Period                    string
	Day, Minute                       int
	Covered                           string // 2006-01-02
	CreatedAt                         time.Time
}

const subscriptionColumns = `x.id, x.account_id, x.position_id, x.unit_id, x.layout, x.period, x.day, x.minute, to_char(x.covered, 'YYYY-MM-DD') AS covered, x.created_at`

// Subscribe keeps a subscription, in the place of the account's other of that
// report and period. It keeps none beyond most of them, and says so.
func (s *Store) Subscribe(ctx context.Context, r SubscriptionRow, most int) (kept SubscriptionRow, ok bool, err error) {
	err = failed("subscribe", s.inTx(ctx, func(tx bun.Tx) error {
		var account struct{ ID routing.ID } // counted one after the other
		if err := s.ask(ctx, &tx, lockAccount, args{"account": r.AccountID}, &account); err != nil {
			return err
		}
		return tx.NewRaw(`INSERT INTO report_subscriptions AS x (id, account_id, position_id, unit_id, layout, period, day, minute, covered, created_at)
		SELECT ?id::uuid, ?account::uuid, ?position::uuid, ?unit::uuid, ?layout, ?period, ?day::int, ?minute::int, ?covered::date, ?at::timestamptz
		WHERE (SELECT count(*) FROM report_subscriptions o WHERE o.account_id = ?account::uuid AND o.ended_at IS NULL
			AND NOT (o.position_id = ?position::uuid AND o.unit_id = ?unit::uuid AND o.layout = ?layout AND o.period = ?period)) < ?most
		ON CONFLICT (account_id, position_id, unit_id, layout, period) WHERE ended_at IS NULL
			DO UPDATE SET day = excluded.day, minute = excluded.minute, covered = greatest(x.covered, excluded.covered)
		RETURNING `+subscriptionColumns,
			args{"id": r.ID, "account": r.AccountID, "position": r.PositionID, "unit": r.UnitID, "layout": r.Layout, "period": r.Period, "day": r.Day, "minute": r.Minute,
				"covered": r.Covered, "at": r.CreatedAt, "most": most}).Scan(ctx, &kept)
	}))
	if routing.FaultOf(err) == routing.NotFound {
		return kept, false, nil
	}
	kept.CreatedAt = utc(kept.CreatedAt)
	return kept, err == nil, err
}

// Subscriptions are those of an account that go on, the oldest first.
func (s *Store) Subscriptions(ctx context.Context, account routing.ID) ([]SubscriptionRow, error) {
	var rows []SubscriptionRow
	err := s.db.NewRaw(`SELECT `+subscriptionColumns+` FROM report_subscriptions x WHERE x.account_id = ? AND x.ended_at IS NULL ORDER BY x.created_at, x.id`, account).Scan(ctx, &rows)
	for i := range rows {
		rows[i].CreatedAt = utc(rows[i].CreatedAt)
	}
	return rows, failed("list subscriptions", err)
}

// EndSubscription ends one of an account. routing.ErrNotFound if it has none of
// that id that goes on.
func (s *Store) EndSubscription(ctx context.Context, account, id routing.ID, at time.Time) error {
	var ended routing.ID
	return failed("end subscription", s.db.NewRaw(`UPDATE report_subscriptions SET ended_at = ? WHERE id = ? AND account_id = ? AND ended_at IS NULL RETURNING id`, at, id, account).Scan(ctx, &ended))
}

// SubscriptionsToLookAt are subscriptions that nobody has looked at today, limit
// at most. Those of closed accounts sleep.
func (s *Store) SubscriptionsToLookAt(ctx context.Context, today calendar.Date, limit int) ([]SubscriptionRow, error) {
	var rows []SubscriptionRow
	err := s.db.NewRaw(`SELECT `+subscriptionColumns+` FROM report_subscriptions x JOIN accounts a ON a.id = x.account_id AND a.disabled_at IS NULL
		WHERE x.ended_at IS NULL AND (x.looked_on IS NULL OR x.looked_on < ?0::date) ORDER BY x.id LIMIT ?1`, today.String(), limit).Scan(ctx, &rows)
	return rows, failed("find subscriptions", err)
}

// SubscriptionLookedAt writes down that a subscription was looked at, and the first
// day of the period that needs no mail any more; empty: none was due.
func (s *Store) SubscriptionLookedAt(ctx context.Context, id routing.ID, today calendar.Date, covered string) error {
	_, err := s.db.NewRaw(`UPDATE report_subscriptions SET looked_on = ?today::date, covered = coalesce(?covered::date, covered) WHERE id = ?id`,
		args{"id": id, "today": today.String(), "covered": orNull(covered)}).Exec(ctx)
	return failed("note subscription", err)
}

// Subscriber is who a subscription is for today, with how its position wants to be
// told. routing.ErrNotFound if the account does not hold the position any more.
func (s *Store) Subscriber(ctx context.Context, account, position routing.ID, day string) (routing.Actor, routing.NoticeSettings, error) {
	actor, err := s.actor(ctx, `a.id = ?0`, account, day)
	if err == nil && actor.PositionID != position {
		err = routing.ErrNotFound
	}
	if err != nil {
		return actor, routing.NoticeSettings{}, err
	}
	settings, err := s.NoticeSettings(ctx, position)
	return actor, settings, err
}

// CountBookArrivals counts what arrived in the book of a unit in a period, as far
// as an actor sees it.
func (s *Store) CountBookArrivals(ctx context.Context, by routing.Actor, unit routing.ID, p routing.Period) (int, error) {
	return s.CountBook(ctx, BookPage{By: by, UnitID: unit, Find: Find{From: p.From, To: p.To}, Limit: 1_000_000})
}
