package dataout

import (
	"context"
	"net/url"
	"strings"
	"time"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

func logQuery(q url.Values, from, to time.Time) desk.EventLogQuery {
	return desk.EventLogQuery{From: from, To: to, Unit: routing.ID(q.Get("unit")), Persons: q.Get("persons") == "yes"}
}

func makeFeed(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	_, secret, err := v.Desk().MakeFeed(v.Context(), v.Actor, v.Value("subjects") == "yes", req)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return shown(v, status, inputs.Typed(v, fault)) })
	}
	address := ""
	if secret != "" {
		address = strings.TrimRight(v.Settings().Address, "/") + routing.FeedAddress(secret)
	}
	return v.Show(ui.Page{Title: "Địa chỉ lịch mới", Nav: nav}, madeFeed(address))
}

func revokeFeed(v *visit.Visit) error {
	if _, err := v.Desk().RevokeFeed(v.Context(), v.Actor, v.ID("id")); err != nil {
		return err
	}
	return v.Go("/data-out", "revoked")
}

// bookOptions are the books that one chooses from.
func bookOptions(ctx context.Context, books []postgres.Unit) []inputs.Option {
	out := []inputs.Option{{Value: "", Text: ui.T(ctx, "mọi sổ mà tôi theo dõi")}}
	for _, u := range books {
		out = append(out, inputs.Option{Value: string(u.ID), Text: u.Name})
	}
	return out
}
