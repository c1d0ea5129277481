package admin

import (
	"cmp"
	"context"

	"congvan/calendar"
	"congvan/desk"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// unitView is one unit with all that it was, is and will be.
type unitView struct {
	routing.ChartUnit
	Name                     string
	Lives, Ended             bool
	Posts                    []post
	Below                    []node
	Successors, Predecessors []routing.Successor
	Names                    map[routing.ID]string
	Today                    calendar.Date
	Organises, HandsOver     bool
}

// unitOf finds the unit that the path names.
func unitOf(v *visit.Visit) (routing.ChartUnit, desk.Organisation, error) {
	o, err := v.Desk().Organisation(v.Context(), v.Actor)
	if err != nil {
		return routing.ChartUnit{}, o, err
	}
	u, ok := o.Chart.Unit(v.ID("id"))
	if !ok {
		return u, o, routing.ErrNotFound
	}
	return u, o, nil
}

func showUnit(v *visit.Visit) error {
	u, o, err := unitOf(v)
	if err != nil {
		return err
	}
	today := calendar.DateOf(v.Now())
	_, lives := u.On(today)
	x := unitView{ChartUnit: u, Names: namesOf(o.Chart, today), Lives: lives, Today: today, Posts: postsOn(o, today)[u.ID],
		Ended: !lives && !today.Before(u.Versions[0].From), Organises: v.Actor.MayOrganise(), HandsOver: v.Actor.MayHandOverAll()}
	x.Name = x.Names[u.ID]
	for _, other := range o.Chart.Units {
		if is, ok := other.On(today); ok && is.ParentID == u.ID {
			x.Below = append(x.Below, node{ID: other.ID, Kind: other.Kind, Is: is})
		}
	}
	for _, s := range o.Chart.Successors {
		if s.UnitID == u.ID {
			x.Successors = append(x.Successors, s)
		}
		if s.SuccessorID == u.ID {
			x.Predecessors = append(x.Predecessors, s)
		}
	}
	return v.Show(ui.Page{Title: "Đơn vị", Nav: navOrganisation}, unit(x))
}

func unitPath(id routing.ID) string     { return "/admin/organisation/units/" + string(id) }
func positionPath(id routing.ID) string { return "/admin/organisation/positions/" + string(id) }

// parents are the units that another may belong to, the day's.
func parents(c routing.Chart, day calendar.Date) []inputs.Option {
	out := []inputs.Option{{Value: "", Text: "—"}}
	for _, u := range c.Units {
		if is, lives := u.On(day); lives && u.Kind != routing.Department {
			out = append(out, inputs.Option{Value: string(u.ID), Text: is.Name})
		}
	}
	return out
}

func kindOptions(ctx context.Context) (out []inputs.Option) {
	for _, k := range []routing.UnitKind{routing.Department, routing.Ward, routing.District} {
		out = append(out, inputs.Option{Value: string(k), Text: ui.T(ctx, kindName(k))})
	}
	return out
}

// mayOrganise refuses the forms to whoever may not send them.
func mayOrganise(v *visit.Visit) error {
	if !v.Actor.MayOrganise() {
		return routing.ErrNotAllowed
	}
	return nil
}

func foundForm(v *visit.Visit, status int, f inputs.Form) error {
	if err := mayOrganise(v); err != nil {
		return err
	}
	o, err := v.Desk().Organisation(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	return v.ShowAs(status, ui.Page{Title: "Lập đơn vị", Nav: navOrganisation}, unitForm(inputs.Act{Title: "Lập đơn vị", Path: "/admin/organisation/units/new",
		Back: navOrganisation, Do: "Lập đơn vị"}, f, true, parents(o.Chart, calendar.DateOf(v.Now()))))
}

func showFound(v *visit.Visit) error {
	return foundForm(v, 200, inputs.New("parent", v.Query("parent"), "validFrom", calendar.DateOf(v.Now()).String(), "officeHours", calendar.DefaultHours().String()))
}

func unitFacts(v *visit.Visit) routing.UnitFacts {
	return routing.UnitFacts{Code: v.Value("code"), Name: v.Value("name"), ParentID: routing.ID(v.Value("parent")),
		OfficeHours: cmp.Or(v.Value("officeHours"), calendar.DefaultHours().String()), OnDuty: v.Value("onDuty") == "yes"}
}

func found(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	from, err := inputs.Date(v, "validFrom")
	var made routing.ChartUnit
	if err == nil {
		made, err = v.Desk().FoundUnit(v.Context(), v.Actor, routing.UnitKind(v.Value("kind")), from, unitFacts(v), req)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return foundForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go(unitPath(made.ID), "saved")
}

func changeUnitForm(v *visit.Visit, status int, f inputs.Form) error {
	if err := mayOrganise(v); err != nil {
		return err
	}
	u, o, err := unitOf(v)
	if err != nil {
		return err
	}
	if f.Fault == nil {
		today := calendar.DateOf(v.Now())
		is := u.Versions[len(u.Versions)-1].Is
		if now, lives := u.On(today); lives {
			is = now
		}
		pairs := []string{"code", is.Code, "name", is.Name, "parent", string(is.ParentID), "officeHours", is.OfficeHours, "validFrom", today.String()}
		if is.OnDuty {
			pairs = append(pairs, "onDuty", "yes")
		}
		f = inputs.New(pairs...)
	}
	return v.ShowAs(status, ui.Page{Title: "Đổi đơn vị", Nav: navOrganisation}, unitForm(inputs.Act{Title: "Đổi tên, mã, cấp trên, giờ làm việc", Path: unitPath(u.ID) + "/change",
		Back: unitPath(u.ID), Do: "Ghi thay đổi"}, f, false, parents(o.Chart, calendar.DateOf(v.Now()))))
}

func showChangeUnit(v *visit.Visit) error { return changeUnitForm(v, 200, inputs.Form{}) }

func changeUnit(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	from, err := inputs.Date(v, "validFrom")
	if err == nil {
		_, err = v.Desk().ChangeUnit(v.Context(), v.Actor, v.ID("id"), from, unitFacts(v), req)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return changeUnitForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go(unitPath(v.ID("id")), "saved")
}

// sameKind are the units of a kind that live on a day, but one.
func sameKind(c routing.Chart, u routing.ChartUnit, day calendar.Date) (out []inputs.Option) {
	for _, other := range c.Units {
		if is, lives := other.On(day); lives && other.Kind == u.Kind && other.ID != u.ID {
			out = append(out, inputs.Option{Value: string(other.ID), Text: is.Name})
		}
		if first := other.Versions[0]; day.Before(first.From) && other.Kind == u.Kind { // founded ahead, to carry on
			out = append(out, inputs.Option{Value: string(other.ID), Text: first.Is.Name + " (" + dayOf(first.From) + ")"})
		}
	}
	return out
}

func endUnitForm(v *visit.Visit, status int, f inputs.Form) error {
	if err := mayOrganise(v); err != nil {
		return err
	}
	u, o, err := unitOf(v)
	if err != nil {
		return err
	}
	today := calendar.DateOf(v.Now())
	return v.ShowAs(status, ui.Page{Title: "Kết thúc đơn vị", Nav: navOrganisation},
		endForm(f, u.ID, namesOf(o.Chart, today)[u.ID], sameKind(o.Chart, u, today)))
}

func showEndUnit(v *visit.Visit) error { return endUnitForm(v, 200, inputs.Form{}) }

func endUnit(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	day, err := inputs.Date(v, "lastDay")
	if err == nil {
		var successors []routing.ID
		for _, id := range v.Values("successors") {
			successors = append(successors, routing.ID(id))
		}
		_, err = v.Desk().EndUnit(v.Context(), v.Actor, v.ID("id"), day.Plus(1), successors, v.Value("basis"), req)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return endUnitForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go(unitPath(v.ID("id")), "saved")
}

func handOverUnitForm(v *visit.Visit, status int, f inputs.Form) error {
	if !v.Actor.MayHandOverAll() {
		return routing.ErrNotAllowed
	}
	u, o, err := unitOf(v)
	if err != nil {
		return err
	}
	return v.ShowAs(status, ui.Page{Title: "Bàn giao", Nav: navOrganisation}, handOverForm(inputs.Act{Title: "Bàn giao toàn bộ việc của đơn vị đã kết thúc",
		Path: unitPath(u.ID) + "/hand-over", Back: unitPath(u.ID), Do: "Bàn giao", Loud: true}, f, sameKind(o.Chart, u, calendar.DateOf(v.Now()))))
}

func showHandOverUnit(v *visit.Visit) error {
	u, o, err := unitOf(v)
	if err != nil {
		return err
	}
	to := ""
	if successors := o.Chart.SuccessorsOf(u.ID); len(successors) > 0 {
		to = string(successors[0])
	}
	return handOverUnitForm(v, 200, inputs.New("to", to))
}

func handOverUnit(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	done, err := v.Desk().HandOverUnit(v.Context(), v.Actor, v.ID("id"), routing.ID(v.Value("to")), v.Value("basis"), req)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			return handOverUnitForm(v, status, inputs.Typed(v, fault))
		})
	}
	return v.Show(ui.Page{Title: "Bàn giao", Nav: navOrganisation}, handedOver(done, unitPath(v.ID("id"))))
}
