package activities

import (
	"context"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
	"congvan/statistics"
)

// subscriptionBatch is how many subscriptions one activity looks at: each that is
// due counts a period.
const subscriptionBatch = 20

// writeStatistics writes the mails of the subscriptions to printed reports whose
// day has come, of the next few that nobody has looked at today. more says that
// there may be others. A mail is known by its subscription and period: written
// twice it is one.
func (h *Hands) writeStatistics(ctx context.Context, now time.Time, days *calendar.Calendar) (written int, more bool, err error) {
	today := calendar.DateOf(now)
	rows, err := h.record.SubscriptionsToLookAt(ctx, today, subscriptionBatch)
	if err != nil {
		return 0, false, err
	}
	for _, r := range rows {
		covered := ""
		s, err := subscriptionOf(r)
		if err != nil {
			return written, false, err
		}
		if p, due := s.Turn(today, days); due {
			covered = p.First.String()
			sent, err := h.sendFigures(ctx, s, p, now)
			if err != nil {
				return written, false, err
			}
			written += sent
		}
		if err := h.record.SubscriptionLookedAt(ctx, s.ID, today, covered); err != nil {
			return written, false, err
		}
	}
	return written, len(rows) == subscriptionBatch, nil
}

func subscriptionOf(r postgres.SubscriptionRow) (statistics.Subscription, error) {
	covered, err := calendar.Parse(r.Covered)
	return statistics.Subscription{ID: r.ID, AccountID: r.AccountID, PositionID: r.PositionID, UnitID: r.UnitID, Layout: r.Layout, Period: statistics.Preset(r.Period),
		Day: r.Day, Minute: r.Minute, Covered: covered, CreatedAt: r.CreatedAt}, err
}

// sendFigures writes the mail of a subscription, if whom it is for still holds the
// position, still oversees the unit, and has an address.
func (h *Hands) sendFigures(ctx context.Context, s statistics.Subscription, p statistics.Period, now time.Time) (written int, err error) {
	day := calendar.DateOf(now).String()
	actor, settings, err := h.record.Subscriber(ctx, s.AccountID, s.PositionID, day)
	if routing.FaultOf(err) == routing.NotFound || err == nil && (!actor.Oversees(s.UnitID) || settings.Address == "") {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	units, err := h.record.Units(ctx, day)
	if err != nil {
		return 0, err
	}
	f := statistics.Figures{Period: p, At: now}
	for _, u := range units {
		if u.ID == s.UnitID {
			f.Unit = u
		}
	}
	if f.Unit.ID == "" { // it is no more
		return 0, nil
	}
	rows, err := h.record.Summaries(ctx, postgres.BookScope(actor, s.UnitID), postgres.Narrow{}, p.Instants(), now)
	if err != nil {
		return 0, err
	}
	f.Rows = statistics.Reckonings(rows, units)
	if f.Arrived, err = h.record.CountBookArrivals(ctx, actor, s.UnitID, p.Instants()); err != nil {
		return 0, err
	}
	return 1, h.record.AddMails(ctx, []routing.Mail{s.Mail(f, settings)})
}
