package mandates

import (
	"context"
	"slices"
	"strings"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// acts are what a leader may delegate singly, and what each is called.
var acts = []struct {
	Act  routing.Act
	Name string
}{
	{routing.ActPresent, "Trình, phân phối"}, {routing.ActDirect, "Cho ý kiến chỉ đạo, phân công"}, {routing.ActAdd, "Thêm nơi nhận"},
	{routing.ActDrop, "Bỏ nơi nhận"}, {routing.ActReroute, "Chuyển nơi khác"}, {routing.ActVoid, "Rút ý kiến chỉ đạo"}, {routing.ActRecall, "Thu hồi"},
	{routing.ActAcknowledge, "Xác nhận đã nhận"}, {routing.ActReturn, "Chuyển trả"}, {routing.ActInsist, "Giữ nguyên phân công"},
	{routing.ActStart, "Bắt đầu xử lý"}, {routing.ActProgress, "Cập nhật tiến độ"}, {routing.ActReport, "Báo cáo kết quả"},
	{routing.ActApprove, "Duyệt báo cáo"}, {routing.ActSendBack, "Trả lại báo cáo"}, {routing.ActAskExtension, "Xin gia hạn"},
	{routing.ActExtend, "Gia hạn"}, {routing.ActRefuseExtension, "Không gia hạn"}, {routing.ActConsent, "Đồng ý"}, {routing.ActObject, "Không đồng ý"},
	{routing.ActHold, "Tạm dừng"}, {routing.ActResume, "Cho tiếp tục"}, {routing.ActReopen, "Mở lại"}, {routing.ActRemind, "Nhắc việc"},
	{routing.ActFile, "Lưu, không phải xử lý"}, {routing.ActHandOver, "Bàn giao"},
}

func actOptions(ctx context.Context) (out []inputs.Option) {
	for _, a := range acts {
		if a.Act.Delegable() {
			out = append(out, inputs.Option{Value: string(a.Act), Text: ui.T(ctx, a.Name)})
		}
	}
	return out
}

// limits says what a delegation is limited to, in words.
func limits(ctx context.Context, d routing.Delegation) string {
	words := ui.T(ctx, "mọi việc của lãnh đạo")
	if len(d.Acts) > 0 {
		var names []string
		for _, act := range d.Acts {
			names = append(names, actName(ctx, act))
		}
		words = strings.Join(names, ", ")
	}
	if len(d.Fields) > 0 {
		words += " · " + ui.T(ctx, "lĩnh vực: %s", strings.Join(d.Fields, ", "))
	}
	return words
}

func actName(ctx context.Context, act routing.Act) string {
	for _, a := range acts {
		if a.Act == act {
			return ui.T(ctx, a.Name)
		}
	}
	return string(act)
}

// choice is who may delegate to whom, as the form offers it.
type choice struct {
	From     []inputs.Option // of an administrator: whose delegation it is; empty: one's own
	Chosen   string
	FromUnit routing.ID
	To       []inputs.Option
}

func choices(v *visit.Visit, from string) (c choice, err error) {
	c.Chosen, c.FromUnit = string(v.Actor.PositionID), v.Actor.UnitID
	if v.Actor.MaySetOnPaper() {
		o, err := v.Desk().Organisation(v.Context(), v.Actor)
		if err != nil {
			return c, err
		}
		day := calendar.DateOf(v.Now())
		for _, p := range o.Chart.Positions {
			if is, lives := p.On(day); lives && leads(is.Office) {
				unit, _ := o.Chart.Unit(is.UnitID)
				facts, _ := unit.On(day)
				c.From = append(c.From, inputs.Option{Value: string(p.ID), Text: facts.Name + " — " + is.Title})
				if string(p.ID) == from {
					c.Chosen, c.FromUnit = from, is.UnitID
				}
			}
		}
		if from == "" || c.Chosen != from {
			c.Chosen = ""
			return c, nil
		}
	}
	return c, c.offer(v)
}

// offer lists to whom the chosen position may delegate.
func (c *choice) offer(v *visit.Visit) error {
	units, err := v.Units()
	if err != nil {
		return err
	}
	list, err := v.Desk().Delegates(v.Context(), v.Actor, c.FromUnit)
	if err != nil {
		return err
	}
	c.To = []inputs.Option{{Value: "", Text: v.T("— chọn —")}}
	slices.SortStableFunc(list, func(a, b postgres.Position) int { return c.distance(a) - c.distance(b) })
	for _, p := range list {
		if string(p.ID) != c.Chosen && p.Office != routing.Admin && p.Office != routing.Inspector {
			c.To = append(c.To, inputs.Option{Value: string(p.ID), Text: p.Title + " — " + units[p.UnitID].Name})
		}
	}
	return nil
}

// distance puts the leaders of the own unit first, then its others, then the offices.
func (c *choice) distance(p postgres.Position) int {
	n := 0
	if p.UnitID != c.FromUnit {
		n = 2
	}
	if !leads(p.Office) {
		n++
	}
	return n
}

// untilFor is what the forms call the field that the desk calls "to".
func untilFor(field string) string {
	if field == "to" {
		return "until"
	}
	return field
}

// mustChoose refuses a form in which nobody was chosen.
func mustChoose(v *visit.Visit, field string) error {
	if v.Value(field) == "" {
		return routing.ErrField.With("fields", map[string]string{field: "hãy chọn một người"})
	}
	return nil
}

func delegateForm(v *visit.Visit, status int, f inputs.Form, from string) error {
	if !mayDelegate(v.Actor) {
		return routing.ErrNotAllowed
	}
	c, err := choices(v, from)
	if err != nil {
		return err
	}
	return v.ShowAs(status, ui.Page{Title: "Uỷ quyền", Nav: nav}, delegation(f, c))
}

func showDelegate(v *visit.Visit) error {
	today := calendar.DateOf(v.Now())
	return delegateForm(v, 200, inputs.New("from", today.String(), "until", today.Plus(7).String()), v.Query("position"))
}

func delegate(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	from, err := inputs.Date(v, "from")
	to, err2 := inputs.Date(v, "until")
	if err == nil {
		err = err2
	}
	d := routing.Delegation{FromPositionID: v.Actor.PositionID, ToPositionID: routing.ID(v.Value("toPosition")), Basis: v.Value("basis"), Fields: listOf(v.Value("fields"))}
	if v.Actor.MaySetOnPaper() {
		d.FromPositionID = routing.ID(v.Value("fromPosition"))
	}
	for _, act := range v.Values("acts") {
		d.Acts = append(d.Acts, routing.Act(act))
	}
	if err == nil {
		err = mustChoose(v, "toPosition")
	}
	if err == nil {
		d.From, d.To = from.Begins(), to.Plus(1).Begins() // until the end of the last day
		_, err = v.Desk().Delegate(v.Context(), v.Actor, d, req)
	}
	if err != nil {
		return v.Again(inputs.Rename(err, untilFor), func(fault *routing.Error, status int) error {
			return delegateForm(v, status, inputs.Typed(v, fault), string(d.FromPositionID))
		})
	}
	return v.Go(nav, "saved")
}

// listOf splits what was typed with commas.
func listOf(typed string) (out []string) {
	for _, part := range strings.Split(typed, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func absenceForm(v *visit.Visit, status int, f inputs.Form) error {
	officers, err := v.Desk().Officers(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	var options []inputs.Option
	for _, p := range officers {
		if v.Actor.MayTellAbsence(routing.Post{Actor: routing.Actor{PositionID: p.ID, UnitID: p.UnitID}}) {
			options = append(options, inputs.Option{Value: string(p.ID), Text: p.Title})
		}
	}
	if v.Actor.MaySetOnPaper() { // everybody's
		o, err := v.Desk().Organisation(v.Context(), v.Actor)
		if err != nil {
			return err
		}
		options = allPositions(o.Chart, calendar.DateOf(v.Now()))
	}
	if len(options) == 0 {
		return routing.ErrNotAllowed
	}
	return v.ShowAs(status, ui.Page{Title: "Báo vắng mặt", Nav: nav}, absence(f, options))
}

func allPositions(c routing.Chart, day calendar.Date) (out []inputs.Option) {
	for _, p := range c.Positions {
		if is, lives := p.On(day); lives {
			unit, _ := c.Unit(is.UnitID)
			facts, _ := unit.On(day)
			out = append(out, inputs.Option{Value: string(p.ID), Text: facts.Name + " — " + is.Title})
		}
	}
	return out
}

func showAbsence(v *visit.Visit) error {
	today := calendar.DateOf(v.Now()).String()
	return absenceForm(v, 200, inputs.New("position", string(v.Actor.PositionID), "from", today, "until", today))
}

func tellAbsence(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	from, err := v.DayValue("from")
	to, err2 := v.DayValue("until")
	if err == nil {
		err = err2
	}
	if err == nil {
		_, err = v.Desk().TellAbsence(v.Context(), v.Actor, routing.Absence{PositionID: routing.ID(v.Value("position")), From: from, To: to, Reason: v.Value("reason")}, req)
	}
	if err != nil {
		return v.Again(inputs.Rename(err, untilFor), func(fault *routing.Error, status int) error { return absenceForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go(nav, "saved")
}
