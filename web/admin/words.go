package admin

import (
	"context"
	"net/url"

	"congvan/calendar"
	"congvan/web/ui"
	"congvan/web/visit"
)

func yesNo(ctx context.Context, yes bool) string {
	if yes {
		return ui.T(ctx, "có")
	}
	return ui.T(ctx, "không")
}

func queryEscape(text string) string { return url.QueryEscape(text) }

func today(v *visit.Visit) calendar.Date { return calendar.DateOf(v.Now()) }
