package admin

import (
	"context"
	"strings"

	"congvan/calendar"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// positionView is one position with all that it was, is and will be.
type positionView struct {
	routing.ChartPosition
	Is        routing.PositionFacts
	Lives     bool
	Holders   []postgres.Holder
	Names     map[routing.ID]string
	Today     calendar.Date
	Organises bool
	HandsOver bool
}

func positionOf(v *visit.Visit) (routing.ChartPosition, desk.Organisation, error) {
	o, err := v.Desk().Organisation(v.Context(), v.Actor)
	if err != nil {
		return routing.ChartPosition{}, o, err
	}
	p, ok := o.Chart.Position(v.ID("id"))
	if !ok {
		return p, o, routing.ErrNotFound
	}
	return p, o, nil
}

// nowIs is a position as it is on a day, or was or will be at its end.
func nowIs(p routing.ChartPosition, day calendar.Date) (routing.PositionFacts, bool) {
	if is, lives := p.On(day); lives {
		return is, true
	}
	return p.Versions[len(p.Versions)-1].Is, false
}

func showPosition(v *visit.Visit) error {
	p, o, err := positionOf(v)
	if err != nil {
		return err
	}
	today := calendar.DateOf(v.Now())
	x := positionView{ChartPosition: p, Names: namesOf(o.Chart, today), Today: today, Organises: v.Actor.MayOrganise(), HandsOver: v.Actor.MayHandOverAll()}
	x.Is, x.Lives = nowIs(p, today)
	for _, h := range o.Holders {
		if h.PositionID == p.ID {
			x.Holders = append(x.Holders, h)
		}
	}
	return v.Show(ui.Page{Title: "Chức vụ", Nav: navOrganisation}, position(x))
}

func officeOptions(ctx context.Context) (out []inputs.Option) {
	for _, o := range []routing.Office{routing.Chairman, routing.Deputy, routing.Chief, routing.Head, routing.Clerk, routing.Officer, routing.Inspector, routing.Admin} {
		out = append(out, inputs.Option{Value: string(o), Text: ui.T(ctx, ui.OfficeName(o))})
	}
	return out
}

func unitsOn(c routing.Chart, day calendar.Date) (out []inputs.Option) {
	for _, u := range c.Units {
		if is, lives := u.On(day); lives {
			out = append(out, inputs.Option{Value: string(u.ID), Text: is.Name})
		}
	}
	return out
}

func positionFacts(v *visit.Visit) routing.PositionFacts {
	facts := routing.PositionFacts{UnitID: routing.ID(v.Value("unit")), Title: v.Value("title"), Office: routing.Office(v.Value("office"))}
	for _, field := range strings.Split(v.Value("fields"), ",") {
		if field = strings.TrimSpace(field); field != "" {
			facts.Fields = append(facts.Fields, field)
		}
	}
	return facts
}

func createForm(v *visit.Visit, status int, f inputs.Form) error {
	if err := mayOrganise(v); err != nil {
		return err
	}
	u, o, err := unitOf(v)
	if err != nil {
		return err
	}
	today := calendar.DateOf(v.Now())
	if f.Fault == nil {
		f = inputs.New("unit", string(u.ID), "office", string(routing.Officer), "validFrom", today.String())
	}
	return v.ShowAs(status, ui.Page{Title: "Thêm chức vụ", Nav: navOrganisation}, positionForm(inputs.Act{Title: "Thêm chức vụ", Path: unitPath(u.ID) + "/position",
		Back: unitPath(u.ID), Do: "Thêm chức vụ"}, f, true, unitsOn(o.Chart, today)))
}

func showCreatePosition(v *visit.Visit) error { return createForm(v, 200, inputs.Form{}) }

func createPosition(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	from, err := inputs.Date(v, "validFrom")
	var made routing.ChartPosition
	if err == nil {
		made, err = v.Desk().CreatePosition(v.Context(), v.Actor, v.Value("code"), from, positionFacts(v), req)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return createForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go(positionPath(made.ID), "saved")
}

func changePositionForm(v *visit.Visit, status int, f inputs.Form) error {
	if err := mayOrganise(v); err != nil {
		return err
	}
	p, o, err := positionOf(v)
	if err != nil {
		return err
	}
	today := calendar.DateOf(v.Now())
	if f.Fault == nil {
		is, _ := nowIs(p, today)
		f = inputs.New("unit", string(is.UnitID), "title", is.Title, "office", string(is.Office), "fields", strings.Join(is.Fields, ", "), "validFrom", today.String())
	}
	return v.ShowAs(status, ui.Page{Title: "Đổi chức vụ", Nav: navOrganisation}, positionForm(inputs.Act{Title: "Đổi chức vụ", Path: positionPath(p.ID) + "/change",
		Back: positionPath(p.ID), Do: "Ghi thay đổi"}, f, false, unitsOn(o.Chart, today)))
}

func showChangePosition(v *visit.Visit) error { return changePositionForm(v, 200, inputs.Form{}) }

func changePosition(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	from, err := inputs.Date(v, "validFrom")
	if err == nil {
		_, err = v.Desk().ChangePosition(v.Context(), v.Actor, v.ID("id"), from, positionFacts(v), req)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			return changePositionForm(v, status, inputs.Typed(v, fault))
		})
	}
	return v.Go(positionPath(v.ID("id")), "saved")
}

func endPositionForm(v *visit.Visit, status int, f inputs.Form) error {
	if err := mayOrganise(v); err != nil {
		return err
	}
	p, _, err := positionOf(v)
	if err != nil {
		return err
	}
	return v.ShowAs(status, ui.Page{Title: "Kết thúc chức vụ", Nav: navOrganisation}, endPositionPage(f, p.ID))
}

func showEndPosition(v *visit.Visit) error { return endPositionForm(v, 200, inputs.Form{}) }

func endPosition(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	day, err := inputs.Date(v, "lastDay")
	if err == nil {
		_, err = v.Desk().EndPosition(v.Context(), v.Actor, v.ID("id"), day.Plus(1), req)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			return endPositionForm(v, status, inputs.Typed(v, fault))
		})
	}
	return v.Go(positionPath(v.ID("id")), "saved")
}

func appointForm(v *visit.Visit, status int, f inputs.Form) error {
	if err := mayOrganise(v); err != nil {
		return err
	}
	p, o, err := positionOf(v)
	if err != nil {
		return err
	}
	is, _ := nowIs(p, calendar.DateOf(v.Now()))
	return v.ShowAs(status, ui.Page{Title: "Bổ nhiệm", Nav: navOrganisation}, appointPage(f, p.ID, is.Title, usernames(o)))
}

// usernames are the accounts that hold or held a position, each once.
func usernames(o desk.Organisation) (out []string) {
	seen := map[string]bool{}
	for _, h := range o.Holders {
		if !seen[h.Username] {
			seen[h.Username] = true
			out = append(out, h.Username)
		}
	}
	return out
}

func showAppoint(v *visit.Visit) error {
	return appointForm(v, 200, inputs.New("validFrom", calendar.DateOf(v.Now()).String(), "username", v.Query("username")))
}

func appoint(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	from, err := inputs.Date(v, "validFrom")
	if err == nil {
		position := v.ID("id")
		if v.Value("leaves") == "yes" {
			position = ""
		}
		err = v.Desk().Appoint(v.Context(), v.Actor, v.Value("username"), position, from, v.Value("basis"), req)
	}
	if err != nil {
		if routing.FaultOf(err) == routing.NotFound { // of the name that was typed
			err = routing.ErrField.With("fields", map[string]string{"username": "không có tài khoản này trong phạm vi của bạn"})
		}
		return v.Again(err, func(fault *routing.Error, status int) error { return appointForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go(positionPath(v.ID("id")), "saved")
}

func handOverPositionForm(v *visit.Visit, status int, f inputs.Form) error {
	if !v.Actor.MayHandOverAll() {
		return routing.ErrNotAllowed
	}
	p, o, err := positionOf(v)
	if err != nil {
		return err
	}
	today := calendar.DateOf(v.Now())
	is, _ := nowIs(p, today)
	var to []inputs.Option
	for _, other := range postsOn(o, today)[is.UnitID] {
		if other.ID != p.ID && other.Is.Office == routing.Officer {
			to = append(to, inputs.Option{Value: string(other.ID), Text: other.Is.Title})
		}
	}
	return v.ShowAs(status, ui.Page{Title: "Bàn giao", Nav: navOrganisation}, handOverForm(inputs.Act{Title: "Bàn giao việc đang mở của chức vụ",
		Path: positionPath(p.ID) + "/hand-over", Back: positionPath(p.ID), Do: "Bàn giao", Loud: true}, f, to))
}

func showHandOverPosition(v *visit.Visit) error { return handOverPositionForm(v, 200, inputs.Form{}) }

func handOverPosition(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	done, err := v.Desk().HandOverPosition(v.Context(), v.Actor, v.ID("id"), routing.ID(v.Value("to")), v.Value("basis"), req)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			return handOverPositionForm(v, status, inputs.Typed(v, fault))
		})
	}
	return v.Show(ui.Page{Title: "Bàn giao", Nav: navOrganisation}, handedOver(done, positionPath(v.ID("id"))))
}
