// Package dataout is what leaves the system for other programs: the event log of a
// period, the feeds by which a calendar program knows one's deadlines, and the
// addresses that are told of what happens.
package dataout

import (
	"net/url"
	"slices"
	"strings"

	"congvan/calendar"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/data-out", Handle: show},
		{Method: "POST", Path: "/data-out/feeds", Handle: makeFeed, Class: gate.ClassLogin},
		{Method: "POST", Path: "/data-out/feeds/{id}/revoke", Handle: revokeFeed},
		{Method: "GET", Path: "/admin/webhooks", Handle: showWebhooks},
		{Method: "POST", Path: "/admin/webhooks", Handle: makeWebhook, Class: gate.ClassLogin},
		{Method: "GET", Path: "/admin/webhooks/{id}", Handle: showWebhook},
		{Method: "POST", Path: "/admin/webhooks/{id}/test", Handle: testWebhook},
		{Method: "POST", Path: "/admin/webhooks/{id}/resume", Handle: resumeWebhook},
		{Method: "POST", Path: "/admin/webhooks/{id}/revoke", Handle: revokeWebhook},
	}
}

const nav = "/data-out"

type view struct {
	inputs.Form
	Books   []postgres.Unit // whose events he may have
	Persons bool            // with names, of some of them
	Feeds   []routing.DeadlineFeed
	MayFeed bool
}

func show(v *visit.Visit) error {
	if v.Query("format") != "" {
		return exportEvents(v)
	}
	now := v.Now()
	return shown(v, 200, inputs.New("from", ui.Day(now.AddDate(0, -1, 0)), "to", ui.Day(now), "format", "csv"))
}

func shown(v *visit.Visit, status int, f inputs.Form) error {
	if !v.Actor.MayList() {
		return routing.ErrNotAllowed
	}
	m := view{Form: f, MayFeed: v.Actor.MayHaveFeed()}
	units, err := v.Units()
	if err != nil {
		return err
	}
	for _, id := range v.Actor.OverseenBooks() {
		if u, ok := units[id]; ok {
			m.Books = append(m.Books, u)
		}
		_, may := v.Actor.TrailOfUnit(id, false)
		m.Persons = m.Persons || may
	}
	slices.SortFunc(m.Books, func(a, b postgres.Unit) int { return strings.Compare(a.Name, b.Name) })
	if m.Feeds, err = v.Desk().Feeds(v.Context(), v.Actor); err != nil {
		return err
	}
	return v.ShowAs(status, ui.Page{Title: "Dữ liệu ra", Nav: nav}, page(m))
}

// exportEvents reads the days as people type them and leads to the file.
func exportEvents(v *visit.Visit) error {
	q := v.R.URL.Query()
	f := inputs.New("from", q.Get("from"), "to", q.Get("to"), "format", q.Get("format"), "unit", q.Get("unit"), "persons", q.Get("persons"))
	from, to, err := visit.Period(q.Get("from"), q.Get("to"), v.Now())
	if err == nil && (from.IsZero() || to.IsZero()) {
		err = routing.ErrField.With("fields", map[string]string{"fromDay": "hãy ghi cả ngày đầu và ngày cuối"})
	}
	if err == nil {
		err = v.Desk().CheckEventLog(v.Actor, logQuery(q, from, to))
	}
	if err != nil {
		return v.Again(inputs.Rename(err, dayField), func(fault *routing.Error, status int) error {
			f.Fault = fault
			return shown(v, status, f)
		})
	}
	out := url.Values{"from": {calendar.DateOf(from).String()}, "to": {calendar.DateOf(to).Plus(-1).String()}}
	for _, name := range []string{"format", "unit"} {
		if value := q.Get(name); value != "" {
			out.Set(name, value)
		}
	}
	if q.Get("persons") == "yes" {
		out.Set("persons", "true")
	}
	return v.Go("/api/v1/exports/events?"+out.Encode(), "")
}

// dayField is what the form calls a day.
func dayField(field string) string {
	if field == "from" || field == "to" {
		return field + "Day"
	}
	return field
}
