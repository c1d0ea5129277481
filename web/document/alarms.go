package document

import (
	"context"
	"strings"
	"time"

	"congvan/desk"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// coming is something that will ring: one line for all that it rings for at once.
type coming struct {
	At    time.Time
	Due   time.Time
	Words string
	Whom  []string
	Told  []string
}

// awaited says what a deadline waits for.
var awaited = map[routing.DeadlineKind]string{
	routing.AwaitDirection:  "chưa cho ý kiến chỉ đạo",
	routing.AwaitReceipt:    "chưa xác nhận đã nhận",
	routing.AwaitReport:     "chưa báo cáo kết quả",
	routing.AwaitApproval:   "chưa duyệt báo cáo",
	routing.AwaitNotice:     "chưa báo nơi gửi",
	routing.AwaitPresenting: "chưa trình",
	routing.AwaitReturn:     "chưa trả lời việc chuyển trả",
	routing.AwaitDecision:   "chưa quyết định việc được hỏi",
}

// upcoming are the alarms of a story, soonest first.
func (w words) upcoming(ctx context.Context, alarms []routing.Alarm) []coming {
	list := make([]desk.Alarm, len(alarms))
	for i, a := range alarms {
		list[i] = desk.Alarm{Alarm: a, Unit: routing.Unit{Name: w.unit(ctx, a.UnitID)}}
	}
	return upcoming(ctx, list)
}

// upcoming are the alarms that have not rung, soonest first; those that ring at
// once for the same reason are one.
func upcoming(ctx context.Context, alarms []desk.Alarm) (out []coming) {
	for i, a := range alarms {
		if !a.Rung.IsZero() {
			continue
		}
		last := len(out) - 1
		if last >= 0 && i > 0 && alarms[i-1].Kind == a.Kind && alarms[i-1].Step == a.Step && out[last].At.Equal(a.At) {
			out[last].Whom = append(out[last].Whom, a.Unit.Name)
			out[last].Told = union(out[last].Told, a.Told)
			continue
		}
		out = append(out, coming{At: a.At, Due: a.Due, Words: ui.T(ctx, awaited[a.Kind]), Whom: []string{a.Unit.Name}, Told: union(nil, a.Told)})
	}
	return out
}

// alarmsView is what will ring for a document, with who is told.
type alarmsView struct {
	desk.View
	Coming []coming
}

func showAlarms(v *visit.Visit) error {
	view, err := v.Desk().Document(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	alarms, err := v.Desk().Alarms(v.Context(), v.Actor, view.ID)
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Sắp đôn đốc", Nav: "/documents"}, alarmsBody(alarmsView{view, upcoming(v.Context(), alarms)}))
}

func union(list, more []string) []string {
	for _, x := range more {
		found := false
		for _, y := range list {
			found = found || x == y
		}
		if !found {
			list = append(list, x)
		}
	}
	return list
}

// names are a few names, and how many there are.
func names(ctx context.Context, list []string) string {
	if len(list) > namesShown {
		return ui.T(ctx, "%d nơi: %s…", len(list), strings.Join(list[:namesShown], ", "))
	}
	return strings.Join(list, ", ")
}
