// Package acts is what people do to a document beside directing it: one table says
// of each act what its button is called, what its form asks for and which verb of
// the desk it is. Buttons, form pages and dialogs are made of that table. Which of
// them somebody is offered, the desk says.
package acts

import (
	"slices"

	"congvan/routing"
	"congvan/web/visit"
)

// On is what an act is done to, as its address names it.
type On string

// What acts are done to.
const (
	Document  On = "documents"
	Share     On = "shares"
	Direction On = "directions"
	Decision  On = "decisions"
)

// weight says how an act is shown among the others.
type weight int

const (
	usual weight = iota
	main         // what is awaited: the first of these is the button that stands out
	rare         // within "Việc khác"
)

// Act is one of the table.
type Act struct {
	Act    routing.Act
	Word   string // on its button, and above its form
	Icon   string
	Says   string // what it leads to
	Weight weight
	Tap    bool        // done at once, without a form
	Grave  bool        // stops or ends something
	With   routing.Act // a rare act stands among the usual ones where this one is offered, too
	Fields []field
	call   func(*doing) (routing.Event, error)
}

// Pages are the pages of this folder.
func Pages() []visit.Page {
	pages := []visit.Page{
		{Method: "GET", Path: "/documents/{id}/do/attached", Handle: showAttach},
		{Method: "POST", Path: "/documents/{id}/do/attached", Handle: attach, Class: uploadClass},
	}
	for _, on := range []On{Document, Share, Direction, Decision} {
		pages = append(pages,
			visit.Page{Method: "GET", Path: "/" + string(on) + "/{id}/do/{act}", Handle: show(on)},
			visit.Page{Method: "POST", Path: "/" + string(on) + "/{id}/do/{act}", Handle: do(on)})
	}
	return pages
}

// Find is an act of the table; false if there is none of that name.
func Find(on On, act routing.Act) (Act, bool) {
	for _, a := range table[on] {
		if a.Act == act {
			return a, true
		}
	}
	return Act{}, false
}

// Offer is what somebody may do to one thing.
type Offer struct {
	On      On
	ID      routing.ID
	Name    string // whose it is, for who hears the buttons and does not see them; empty: the page's
	Version int    // as it was read; 0: it does not matter
	May     []routing.Act
	Lead    routing.Act // the one that stands out; empty: the first of the table
}

// Buttons are the acts of an offer, as they are shown.
type Buttons struct {
	First, Others, Rare []Act
}

// None says that there is nothing to offer.
func (b Buttons) None() bool { return len(b.First)+len(b.Others)+len(b.Rare) == 0 }

// Sort puts the acts of an offer in the order of the table: the awaited ones
// first, the rare ones apart. An act that the table does not have is left out.
func (o Offer) Sort() (b Buttons) {
	for _, a := range table[o.On] {
		switch {
		case !slices.Contains(o.May, a.Act):
		case a.Act == o.Lead:
			b.First = append([]Act{a}, b.First...)
		case a.Weight == main:
			b.First = append(b.First, a)
		case a.Weight == rare && (a.With == "" || !slices.Contains(o.May, a.With)):
			b.Rare = append(b.Rare, a)
		default:
			b.Others = append(b.Others, a)
		}
	}
	return b
}

// path is where an act of an offer is done.
func (o Offer) path(a Act) string {
	if a.Act == routing.ActDirect {
		return "/" + string(o.On) + "/" + string(o.ID) + "/direct"
	}
	return "/" + string(o.On) + "/" + string(o.ID) + "/do/" + string(a.Act)
}
