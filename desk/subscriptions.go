package desk

import (
	"context"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
	"congvan/statistics"
)

// subscriptionLimit is how many printed reports somebody has sent.
const subscriptionLimit = 20

// Subscribe lets the actor be sent the figures of a printed report, in the position
// that he holds himself. One of the same book, layout and period gives way.
func (d *Desk) Subscribe(ctx context.Context, actor routing.Actor, in statistics.Subscription) (statistics.Subscription, error) {
	if in.UnitID == "" {
		in.UnitID = reportedFirst(actor)
	}
	if actor.Mandate.Kind != "" || !actor.Oversees(in.UnitID) {
		return in, routing.ErrNotAllowed
	}
	if err := in.Check(); err != nil {
		return in, err
	}
	clocks, err := d.record.Clocks(ctx)
	if err != nil {
		return in, err
	}
	now := d.now()
	layout, _ := statistics.Find(in.Layout)
	in = in.Begin(calendar.DateOf(now), clocks("").Calendar())
	kept, ok, err := d.record.Subscribe(ctx, postgres.SubscriptionRow{ID: postgres.NewID(), AccountID: actor.AccountID, PositionID: actor.PositionID, UnitID: in.UnitID,
		Layout: layout.Code, Period: string(in.Period), Day: in.Day, Minute: in.Minute, Covered: in.Covered.String(), CreatedAt: now}, subscriptionLimit)
	if err == nil && !ok {
		err = routing.ErrField.With("fields", map[string]string{"layout": "đã đăng ký đủ 20 báo cáo; hãy thôi nhận bớt một báo cáo"})
	}
	return subscriptionOf(kept), err
}

// Subscriptions are the actor's own, the oldest first.
func (d *Desk) Subscriptions(ctx context.Context, actor routing.Actor) ([]statistics.Subscription, error) {
	rows, err := d.record.Subscriptions(ctx, actor.AccountID)
	out := make([]statistics.Subscription, len(rows))
	for i, r := range rows {
		out[i] = subscriptionOf(r)
	}
	return out, err
}

// Unsubscribe ends one of the actor's own. routing.ErrNotFound if there is none.
func (d *Desk) Unsubscribe(ctx context.Context, actor routing.Actor, id routing.ID) error {
	if !validID(id) {
		return routing.ErrNotFound
	}
	return d.record.EndSubscription(ctx, actor.AccountID, id, d.now())
}

func subscriptionOf(r postgres.SubscriptionRow) statistics.Subscription {
	covered, _ := calendar.Parse(r.Covered) // the record has days alone
	return statistics.Subscription{ID: r.ID, AccountID: r.AccountID, PositionID: r.PositionID, UnitID: r.UnitID, Layout: r.Layout, Period: statistics.Preset(r.Period),
		Day: r.Day, Minute: r.Minute, Covered: covered, CreatedAt: r.CreatedAt}
}
