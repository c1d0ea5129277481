// Package help says how things are done, by role, in words of the office.
package help

import (
	"congvan/routing"
	"congvan/web/texts"
	"congvan/web/ui"
	"congvan/web/visit"

	"github.com/a-h/templ"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/help", Handle: show},
		{Method: "GET", Path: "/help/keys", Handle: showKeys},
		{Method: "GET", Path: "/help/{role}", Handle: show},
	}
}

// role is one of the chapters.
type role struct {
	Name, Title string
	In          map[texts.Language]func() templ.Component
	For         []routing.Office
}

// roles are the chapters; the first that is for a reader's office is his.
var roles = []role{
	{"clerk", "Văn thư", map[texts.Language]func() templ.Component{texts.Vietnamese: clerkVi, texts.English: clerkEn}, []routing.Office{routing.Clerk}},
	{"leader", "Lãnh đạo", map[texts.Language]func() templ.Component{texts.Vietnamese: leaderVi, texts.English: leaderEn}, []routing.Office{routing.Chairman, routing.Deputy, routing.Chief, routing.Head}},
	{"officer", "Chuyên viên", map[texts.Language]func() templ.Component{texts.Vietnamese: officerVi, texts.English: officerEn}, []routing.Office{routing.Officer, routing.Inspector}},
	{"ward", "Phường", map[texts.Language]func() templ.Component{texts.Vietnamese: wardVi, texts.English: wardEn}, nil},
	{"admin", "Quản trị", map[texts.Language]func() templ.Component{texts.Vietnamese: adminVi, texts.English: adminEn}, []routing.Office{routing.Admin}},
}

func show(v *visit.Visit) error {
	chosen, err := chapter(v)
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Trợ giúp", Nav: "/help"}, page(chosen, chosen.In[texts.Of(v.Context())]()))
}

// chapter is the one that the address names, or the reader's own.
func chapter(v *visit.Visit) (role, error) {
	name := v.Var("role")
	units, err := v.Units()
	if err != nil {
		return role{}, err
	}
	if name == "" && units[v.Actor.UnitID].Kind == routing.Ward {
		name = "ward"
	}
	for _, r := range roles {
		if r.Name == name {
			return r, nil
		}
		for _, office := range r.For {
			if name == "" && office == v.Actor.Office {
				return r, nil
			}
		}
	}
	if name == "" {
		return roles[0], nil
	}
	return role{}, routing.ErrNotFound
}

func showKeys(v *visit.Visit) error {
	return v.Show(ui.Page{Title: "Phím tắt", Nav: "/help"}, keysPage())
}
