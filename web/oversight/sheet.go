package oversight

import (
	"context"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/web/charts"
	"congvan/web/ui"
	"congvan/web/visit"
)

// sheetView is how a unit stands.
type sheetView struct {
	look
	desk.UnitSheet
	Months []charts.Month
}

func sheet(v *visit.Visit) error {
	s, err := v.Desk().UnitSheet(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	m := sheetView{look: look{}.at(s.Unit.ID), UnitSheet: s}
	for _, x := range s.Months {
		m.Months = append(m.Months, charts.Month{Label: x.Begins.In(calendar.Location).Format("01/06"), InTime: x.InTime, Finished: x.Finished})
	}
	return v.Show(ui.Page{Title: "Phiếu đơn vị", Nav: "/oversight", Wide: true}, sheetPage(m))
}

// finished is the address of the list of what was finished in a month, of one column.
func (m sheetView) finished(i int, late bool) string {
	begins := m.UnitSheet.Months[i].Begins.In(calendar.Location)
	l := m.look
	l.Bucket, l.From, l.To = "done-in-time", begins.Format(time.DateOnly), begins.AddDate(0, 1, -1).Format(time.DateOnly)
	if late {
		l.Bucket = "done-late"
	}
	return l.page("")
}

// rate is how much was in time, in percent.
func rate(x charts.Month) string {
	if percent, known := x.Rate(); known {
		return ui.Number(percent) + " %"
	}
	return "–"
}

// all is the rate of all months together.
func (m sheetView) all() (sum charts.Month) {
	for _, x := range m.Months {
		sum.InTime, sum.Finished = sum.InTime+x.InTime, sum.Finished+x.Finished
	}
	return sum
}

// words say the chart to who does not see it.
func (m sheetView) words(ctx context.Context) string {
	var parts []string
	for _, x := range m.Months {
		if x.Finished > 0 {
			parts = append(parts, x.Label+": "+ui.T(ctx, "%d trên %d đúng hạn", x.InTime, x.Finished))
		}
	}
	return strings.Join(parts, "; ")
}

// hours are working hours as people say them: 6 phút, 3,5 giờ, 2 ngày làm việc.
func hours(ctx context.Context, d time.Duration) string {
	switch {
	case d < time.Hour:
		return ui.T(ctx, "%d phút làm việc", int(d.Round(time.Minute)/time.Minute))
	default:
		tenths := int(d.Round(6*time.Minute) / (6 * time.Minute))
		if tenths%10 == 0 {
			return ui.T(ctx, "%s giờ làm việc", ui.Number(tenths/10))
		}
		return ui.T(ctx, "%s giờ làm việc", ui.Number(tenths/10)+","+ui.Number(tenths%10))
	}
}
