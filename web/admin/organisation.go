package admin

import (
	"slices"
	"strings"

	"congvan/calendar"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

const navOrganisation = "/admin/organisation"

// node is a unit in the tree of one day, with what lies below it.
type node struct {
	ID       routing.ID
	Kind     routing.UnitKind
	Is       routing.UnitFacts
	From, To calendar.Date
	Posts    []post
	Below    []node
}

// post is a position of one day, with who holds it.
type post struct {
	ID       routing.ID
	Is       routing.PositionFacts
	Code     string
	OnPaper  bool
	From, To calendar.Date
	Holders  []postgres.Holder
}

// stands are units that are not there on the day: they ended, or are to come.
type stands struct {
	ID         routing.ID
	Name       string
	Day        calendar.Date
	Successors []routing.ID
}

// chartView is what the page of the organisation shows.
type chartView struct {
	Day           calendar.Date
	Tree          []node
	Ended, ToCome []stands
	Names         map[routing.ID]string
	Organises     bool
	All           bool // takes the whole out and brings it in
	Form          inputs.Form
}

func showOrganisation(v *visit.Visit) error {
	o, err := v.Desk().Organisation(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	day, form := calendar.DateOf(v.Now()), inputs.Form{}
	if typed := v.Query("on"); typed != "" {
		plain, ok := visit.ParseDay(typed, v.Now())
		chosen, err := calendar.Parse(plain)
		if ok && err == nil {
			day = chosen
		} else {
			form = inputs.New("on", typed)
			form.Fault = routing.ErrField.With("fields", map[string]string{"on": "ngày ghi theo dạng 05/02/2026"})
		}
	}
	if form.Fault == nil {
		form = inputs.New("on", day.String())
	}
	view := chartOn(o, day)
	view.Form, view.Organises, view.All = form, v.Actor.MayOrganise(), v.Actor.MayOrganiseAll()
	return v.Show(ui.Page{Title: "Tổ chức", Nav: navOrganisation}, organisation(view))
}

// chartOn is the tree of a day, with what ended before and what is to come.
func chartOn(o desk.Organisation, day calendar.Date) chartView {
	view := chartView{Day: day, Names: namesOf(o.Chart, day)}
	posts := postsOn(o, day)
	below := map[routing.ID][]node{}
	for _, u := range o.Chart.Units {
		is, lives := u.On(day)
		if lives {
			v := versionOn(u.Versions, day)
			below[is.ParentID] = append(below[is.ParentID], node{ID: u.ID, Kind: u.Kind, Is: is, From: v.From, To: v.To, Posts: posts[u.ID]})
			continue
		}
		first, last := u.Versions[0], u.Versions[len(u.Versions)-1]
		if day.Before(first.From) {
			view.ToCome = append(view.ToCome, stands{ID: u.ID, Name: first.Is.Name, Day: first.From})
		} else {
			view.Ended = append(view.Ended, stands{ID: u.ID, Name: last.Is.Name, Day: last.To, Successors: o.Chart.SuccessorsOf(u.ID)})
		}
	}
	view.Tree = grow(below, "", len(o.Chart.Units))
	return view
}

// grow puts what lies below under it; depth ends what no sound chart has.
func grow(below map[routing.ID][]node, above routing.ID, depth int) []node {
	if depth < 0 {
		return nil
	}
	list := below[above]
	slices.SortStableFunc(list, func(a, b node) int {
		if a.Kind != b.Kind {
			return strings.Compare(string(a.Kind), string(b.Kind)) // district, office, ward
		}
		return strings.Compare(a.Is.Name, b.Is.Name)
	})
	for i := range list {
		list[i].Below = grow(below, list[i].ID, depth-1)
	}
	return list
}

func postsOn(o desk.Organisation, day calendar.Date) map[routing.ID][]post {
	held := map[routing.ID][]postgres.Holder{}
	for _, h := range o.On(day).Holders {
		held[h.PositionID] = append(held[h.PositionID], h)
	}
	out := map[routing.ID][]post{}
	for _, p := range o.Chart.Positions {
		if is, lives := p.On(day); lives {
			v := versionOn(p.Versions, day)
			out[is.UnitID] = append(out[is.UnitID], post{p.ID, is, p.Code, p.OnPaper, v.From, v.To, held[p.ID]})
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b post) int { return rank(a.Is.Office) - rank(b.Is.Office) })
	}
	return out
}

// rank is the order in which offices are read.
func rank(o routing.Office) int {
	return slices.Index([]routing.Office{routing.Chairman, routing.Head, routing.Deputy, routing.Chief, routing.Clerk, routing.Officer, routing.Inspector, routing.Admin}, o)
}

func versionOn[T any](versions []routing.Version[T], day calendar.Date) (none routing.Version[T]) {
	for _, v := range versions {
		if v.On(day) {
			return v
		}
	}
	return none
}

// namesOf are the names of all units: of the day, or else the last or first there was.
func namesOf(c routing.Chart, day calendar.Date) map[routing.ID]string {
	names := map[routing.ID]string{}
	for _, u := range c.Units {
		is, lives := u.On(day)
		if !lives {
			if is = u.Versions[len(u.Versions)-1].Is; day.Before(u.Versions[0].From) {
				is = u.Versions[0].Is
			}
		}
		names[u.ID] = is.Name
	}
	return names
}

// kindName is what a kind of unit is called.
func kindName(k routing.UnitKind) string {
	return map[routing.UnitKind]string{routing.District: "UBND quận", routing.Department: "Phòng, cơ quan chuyên môn", routing.Ward: "UBND phường"}[k]
}

// dayOf is a day as people write it; empty for none.
func dayOf(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return ui.PlainDay(d.String())
}

// lastDay is the last day of what ends on a day, the first on which it is no more.
func lastDay(to calendar.Date) string {
	if to.IsZero() {
		return ""
	}
	return dayOf(to.Plus(-1))
}
