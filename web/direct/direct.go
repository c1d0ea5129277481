// Package direct is giving a direction (bút phê) by clicking: who leads, helps,
// executes and is told, by when, and what that would mean, before it is sent.
package direct

import (
	"slices"

	"congvan/desk"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/documents/{id}/direct", Handle: show(findDocument)},
		{Method: "POST", Path: "/documents/{id}/direct", Handle: send(findDocument)},
		{Method: "POST", Path: "/documents/{id}/direct/what-if", Handle: whatIf(findDocument)},
		{Method: "GET", Path: "/shares/{id}/direct", Handle: show(findShare)},
		{Method: "POST", Path: "/shares/{id}/direct", Handle: send(findShare)},
		{Method: "POST", Path: "/shares/{id}/direct/what-if", Handle: whatIf(findShare)},
	}
}

// subject is what a direction is given on: a document, or a share of one.
type subject struct {
	Target   desk.Target
	Path     string // of the form
	Document routing.Document
	Share    routing.Assignment // zero: the document itself
	Given    routing.Direction  // that the share came with
	Version  int                // that the direction decides on
	May      bool
}

func findDocument(v *visit.Visit) (subject, error) {
	d, err := v.Desk().Document(v.Context(), v.Actor, v.ID("id"))
	return subject{Target: desk.Target{DocumentID: d.ID}, Path: "/documents/" + string(d.ID) + "/direct", Document: d.Document, Version: d.Version,
		May: slices.Contains(d.May, routing.ActDirect)}, err
}

func findShare(v *visit.Visit) (subject, error) {
	a, err := v.Desk().Assignment(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return subject{}, err
	}
	d, err := v.Desk().Document(v.Context(), v.Actor, a.DocumentID)
	s := subject{Target: desk.Target{AssignmentID: a.ID}, Path: "/shares/" + string(a.ID) + "/direct", Document: d.Document, Share: a.Assignment, Version: a.Version,
		May: slices.Contains(a.May, routing.ActDirect)}
	for _, g := range d.Directions {
		if g.ID == a.DirectionID {
			s.Given = g.Direction
		}
	}
	return s, err
}

// title is what the page is called: a unit that hands on what it got says phân công.
func (s subject) title() string {
	if s.Share.ID != "" {
		return "Phân công"
	}
	return "Bút phê"
}

type finder func(*visit.Visit) (subject, error)

// show is the form as it opens: empty, or as a template of the unit fills it.
func show(find finder) func(*visit.Visit) error {
	return func(v *visit.Visit) error {
		s, err := find(v)
		if err != nil {
			return err
		}
		f, err := open(v, s)
		if err != nil {
			return err
		}
		f.Text, f.Result = s.Given.Text, s.Given.Result // nobody types again what he was told
		if template := routing.ID(v.Query("template")); template != "" {
			if err := f.fill(v, template); err != nil {
				return err
			}
		}
		return f.show(v, nil, 200)
	}
}

// send gives the direction, or shows the form again with what the button asks
// for: a forecast, a template, a whole group at once.
func send(find finder) func(*visit.Visit) error {
	return func(v *visit.Visit) error {
		f, err := read(v, find)
		if err != nil {
			return err
		}
		switch template, group := routing.ID(v.Value("template")), v.Value("all"); {
		case template != "":
			if err := f.fill(v, template); err != nil {
				return v.Again(err, func(fault *routing.Error, status int) error { return f.show(v, fault, status) })
			}
			return f.show(v, nil, 200)
		case group != "":
			f.setGroup(group)
			return f.show(v, nil, 200)
		case v.Value("do") != "send":
			return f.show(v, nil, 200)
		}
		if err := f.give(v); err != nil {
			return v.Again(err, func(fault *routing.Error, status int) error { return f.show(v, spoken(v.Context(), fault), status) })
		}
		return v.Go(f.Back, string(routing.ActDirect))
	}
}

// whatIf says what the form would mean, while it is being filled in.
func whatIf(find finder) func(*visit.Visit) error {
	return func(v *visit.Visit) error {
		f, err := read(v, find)
		if err != nil {
			return err
		}
		if f.Forecast, err = f.forecast(v); err != nil {
			return err
		}
		return v.Show(ui.Page{Title: f.title()}, forecast(f))
	}
}

// give lets the desk carry out what the form says.
func (f *form) give(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	in, err := f.direction(v)
	if err != nil {
		return err
	}
	version := v.Number("version")
	if f.Share.ID != "" {
		_, err = v.Desk().DirectAssignment(v.Context(), v.Actor, f.Share.ID, in, version, req)
	} else {
		_, err = v.Desk().DirectDocument(v.Context(), v.Actor, f.Document.ID, in, version, req)
	}
	return err
}

// show answers with the form; what was refused stands above it.
func (f *form) show(v *visit.Visit, fault *routing.Error, status int) (err error) {
	f.Fault = fault
	if f.Forecast, err = f.forecast(v); err != nil {
		return err
	}
	return v.ShowAs(status, ui.Page{Title: f.title(), Nav: "/queue", Wide: true, Scripts: []string{"direct.page.js"}}, page(f))
}
