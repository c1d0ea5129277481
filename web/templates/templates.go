// Package templates is the directions that a unit gives again and again.
package templates

import (
	"context"
	"strconv"

	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/templates", Handle: list},
		{Method: "GET", Path: "/templates/new", Handle: showNew},
		{Method: "POST", Path: "/templates/new", Handle: add},
		{Method: "GET", Path: "/templates/{id}", Handle: showOne},
		{Method: "POST", Path: "/templates/{id}", Handle: change},
		{Method: "POST", Path: "/templates/{id}/archive", Handle: archive},
	}
}

const nav = "/templates"

// place is whom a template may name: a unit, or an officer of one's own.
type place struct {
	Unit, Position routing.ID
	Name           string
	Ward           bool
}

// field is the name of what is entered for the place.
func (p place) field() string {
	if p.Position != "" {
		return "position." + string(p.Position)
	}
	return "unit." + string(p.Unit)
}

func list(v *visit.Visit) error {
	found, err := v.Desk().Templates(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	places, err := placesOf(v)
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Mẫu chỉ đạo", Nav: nav}, page(found, places, v.Actor.MayKeepTemplates()))
}

// placesOf are the units that the reader's unit lays work on, and its officers.
func placesOf(v *visit.Visit) (out []place, err error) {
	units, err := v.Desk().Units(v.Context())
	if err != nil {
		return nil, err
	}
	own := routing.Unit{}
	for _, u := range units {
		if u.ID == v.Actor.UnitID {
			own = u
		}
	}
	for _, u := range units {
		if own.HandsTo(u) {
			out = append(out, place{Unit: u.ID, Name: u.Name, Ward: u.Kind == routing.Ward})
		}
	}
	officers, err := v.Desk().Officers(v.Context(), v.Actor)
	for _, o := range officers {
		if o.Office == routing.Officer {
			out = append(out, place{Unit: o.UnitID, Position: o.ID, Name: o.Title})
		}
	}
	return out, err
}

func form(v *visit.Visit, status int, f inputs.Form, id routing.ID, version int) error {
	if !v.Actor.MayKeepTemplates() {
		return routing.ErrNotAllowed
	}
	places, err := placesOf(v)
	if err != nil {
		return err
	}
	title := "Thêm mẫu chỉ đạo"
	if id != "" {
		title = "Sửa mẫu chỉ đạo"
	}
	return v.ShowAs(status, ui.Page{Title: title, Nav: nav}, edit(f, title, id, version, places))
}

func showNew(v *visit.Visit) error { return form(v, 200, inputs.Form{}, "", 0) }

func showOne(v *visit.Visit) error {
	found, err := v.Desk().Templates(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	for _, t := range found {
		if t.ID == v.ID("id") {
			return form(v, 200, formOf(t), t.ID, t.Version)
		}
	}
	return routing.ErrTemplate
}

func formOf(t routing.Template) inputs.Form {
	pairs := []string{"name", t.Name, "typeName", t.TypeName, "field", t.Field, "issuer", t.Issuer, "text", t.Text, "process", t.Process, "result", t.Result}
	for _, r := range t.Recipients {
		p := place{Unit: r.UnitID, Position: r.PositionID}
		pairs = append(pairs, p.field(), string(r.Role))
		if r.Days > 0 {
			pairs = append(pairs, "days."+p.field(), strconv.Itoa(r.Days))
		}
	}
	return inputs.New(pairs...)
}

// read is the template that was entered. What is chosen for all wards holds for
// each that nothing else was chosen for.
func read(v *visit.Visit) (routing.Template, error) {
	t := routing.Template{Name: v.Value("name"), TypeName: v.Value("typeName"), Field: v.Value("field"), Issuer: v.Value("issuer"),
		Text: v.Value("text"), Process: v.Value("process"), Result: v.Value("result")}
	places, err := placesOf(v)
	for _, p := range places {
		role, days := routing.Role(v.Value(p.field())), v.Number("days."+p.field())
		if role == "" && p.Ward {
			role, days = routing.Role(v.Value("wards")), v.Number("days.wards")
		}
		if role == "" {
			continue
		}
		if role == routing.Inform {
			days = 0
		}
		t.Recipients = append(t.Recipients, routing.TemplateRecipient{UnitID: p.Unit, PositionID: p.Position, Role: role, Days: days})
	}
	return t, err
}

func add(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	t, err := read(v)
	if err == nil {
		_, err = v.Desk().AddTemplate(v.Context(), v.Actor, t, req)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return form(v, status, inputs.Typed(v, fault), "", 0) })
	}
	return v.Go(nav, "saved")
}

func change(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	t, err := read(v)
	t.ID = v.ID("id")
	if err == nil {
		_, err = v.Desk().ChangeTemplate(v.Context(), v.Actor, t, v.Number("version"))
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			return form(v, status, inputs.Typed(v, fault), t.ID, v.Number("version"))
		})
	}
	return v.Go(nav, "saved")
}

func archive(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	if _, err := v.Desk().ArchiveTemplate(v.Context(), v.Actor, v.ID("id"), v.Number("version")); err != nil {
		return err
	}
	return v.Go(nav, "archived")
}

func roleOptions(ctx context.Context) []inputs.Option {
	out := []inputs.Option{{Value: "", Text: "—"}}
	for _, r := range []routing.Role{routing.Lead, routing.Coordinate, routing.Execute, routing.Inform} {
		out = append(out, inputs.Option{Value: string(r), Text: ui.T(ctx, ui.RoleName(r))})
	}
	return out
}

// recipient is a line of a template in words; wards with the same task are one line.
type recipient struct {
	Names []string
	Role  routing.Role
	Days  int
}

func recipients(t routing.Template, places []place) (out []recipient) {
	names := map[string]string{}
	for _, p := range places {
		names[p.field()] = p.Name
	}
	for _, r := range t.Recipients {
		name := names[place{Unit: r.UnitID, Position: r.PositionID}.field()]
		if name == "" {
			name = "?" // it is no more, or no longer below
		}
		if n := len(out); n > 0 && out[n-1].Role == r.Role && out[n-1].Days == r.Days {
			out[n-1].Names = append(out[n-1].Names, name)
			continue
		}
		out = append(out, recipient{[]string{name}, r.Role, r.Days})
	}
	return out
}
