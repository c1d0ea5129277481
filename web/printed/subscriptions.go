package printed

import (
	"fmt"
	"time"

	"congvan/postgres"
	"congvan/routing"
	"congvan/statistics"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// subscriptionsAt is where one's subscriptions are.
const subscriptionsAt = "/statistics/subscriptions"

// sent is what somebody is sent by mail.
type sent struct {
	All     []statistics.Subscription
	Units   map[routing.ID]postgres.Unit
	Books   []postgres.Unit // that there may be reports of
	Address string          // empty: he gets no mail
	Form    inputs.Form
}

// Words are when one is sent.
func (m sent) Words(s statistics.Subscription) string {
	l, _ := statistics.Find(s.Layout)
	return l.Code + ", " + l.Title + ", " + m.Units[s.UnitID].Name
}

func subscriptions(v *visit.Visit) error {
	m, err := sentTo(v)
	if err != nil {
		return err
	}
	m.Form = inputs.New("layout", "VBDEN07", "period", string(statistics.LastMonth), "day", "5", "time", "08:00")
	return v.Show(ui.Page{Title: subscriptionsTitle, Nav: "/statistics"}, subscriptionsPage(m))
}

const subscriptionsTitle = "Nhận số liệu qua thư"

func sentTo(v *visit.Visit) (m sent, err error) {
	if m.Books, err = v.Desk().Reportable(v.Context(), v.Actor); err != nil {
		return m, err
	}
	if m.All, err = v.Desk().Subscriptions(v.Context(), v.Actor); err != nil {
		return m, err
	}
	if len(m.Books) == 0 && len(m.All) == 0 { // who had some may still stop them
		return m, routing.ErrNotAllowed
	}
	settings, err := v.Desk().NoticeSettings(v.Context(), v.Actor)
	if err != nil {
		return m, err
	}
	m.Address = settings.Address
	m.Units, err = v.Units()
	return m, err
}

func subscribe(v *visit.Visit) error {
	if _, err := v.Request(); err != nil {
		return err
	}
	in := statistics.Subscription{Layout: v.Value("layout"), UnitID: routing.ID(v.Value("book")), Period: statistics.Preset(v.Value("period")), Day: v.Number("day")}
	if at, err := time.Parse("15:04", v.Value("time")); err == nil {
		in.Minute = at.Hour()*60 + at.Minute()
	}
	_, err := v.Desk().Subscribe(v.Context(), v.Actor, in)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			m, err := sentTo(v)
			if err != nil {
				return err
			}
			m.Form = inputs.Typed(v, fault)
			return v.ShowAs(status, ui.Page{Title: subscriptionsTitle, Nav: "/statistics"}, subscriptionsPage(m))
		})
	}
	return v.Go(subscriptionsAt, "saved")
}

func unsubscribe(v *visit.Visit) error {
	if _, err := v.Request(); err != nil {
		return err
	}
	if err := v.Desk().Unsubscribe(v.Context(), v.Actor, v.ID("id")); err != nil {
		return err
	}
	return v.Go(subscriptionsAt, "saved")
}

// layoutOptions are the layouts that figures are sent of.
func layoutOptions() (out []inputs.Option) {
	for _, l := range layoutsOf(statistics.Incoming) {
		out = append(out, inputs.Option{Value: l.Code, Text: l.Code + ", " + l.Title})
	}
	return out
}

func bookOptions(books []postgres.Unit) (out []inputs.Option) {
	for _, u := range books {
		out = append(out, inputs.Option{Value: string(u.ID), Text: u.Name})
	}
	return out
}

// timeOptions are the times at which a mail may leave: each half hour from when it
// is written.
func timeOptions() (out []inputs.Option) {
	for minute := 7*60 + 30; minute <= 20*60; minute += 30 {
		at := fmt.Sprintf("%02d:%02d", minute/60, minute%60)
		out = append(out, inputs.Option{Value: at, Text: at})
	}
	return out
}
