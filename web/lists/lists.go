// Package lists is the two lists that people work through: what the unit holds
// and gave (Việc của đơn vị), and its book of incoming documents (Sổ văn bản
// đến). Everything that narrows a list stands in its address, so that a link is
// a list, and so is a filter that somebody keeps.
package lists

import (
	"net/url"
	"time"

	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/inbox", Handle: inbox, Class: gate.ClassSearch},
		{Method: "GET", Path: "/documents", Handle: documents, Class: gate.ClassSearch},
		{Method: "POST", Path: "/filters", Handle: save},
		{Method: "POST", Path: "/filters/{id}/delete", Handle: forget},
	}
}

// pageSize is how many rows a page has.
const pageSize = 50

// row is one line of a list.
type row struct {
	Pick    string // id and version of what is picked; empty: nothing can be done with it here
	Path    string
	Number  string // số đến
	Urgency routing.Urgency
	Subject string
	Type    string
	Issuer  string
	Code    string
	Dated   string // ngày văn bản
	Arrived string
	Role    routing.Role
	Unit    string // that holds it, where one's own gave it
	Cell    routing.Cell
	State   string // of the document itself
	Due     time.Time
	Open    bool
	Same    bool           // document as in the row above
	Strip   []ui.StripCell // all recipients of a document of one's own book
}

// view is what a list shows.
type view struct {
	filter
	Title   string
	Tabs    []tab
	Rows    []row
	Count   string // how many there are in all; empty: nobody counted
	Next    string // address of the next page; empty: this is the last
	Acts    []act
	Unit    string // heading of the units to narrow to; empty: none are offered
	Units   []postgres.Unit
	Years   []int
	Kept    []postgres.SavedFilter
	Empty   string
	Print   bool // the reader may print the book
	Now     time.Time
	Fault   *routing.Error
	Given   bool // what the unit gave
	HasMine bool
	Key     string
}

// tab is a view of the list with how much is in it.
type tab struct {
	Title, Path string
	Count       int // -1: not counted
	Here, Loud  bool
}

// act is something that can be done with what is picked.
type act struct {
	Act       routing.Act
	Title     string
	Templates []routing.Template // of a direction
}

func entryRow(e postgres.InboxEntry, now time.Time, units map[routing.ID]postgres.Unit, given bool) row {
	r := row{
		Pick: string(e.ID) + ":" + itoa(e.Version), Path: "/documents/" + string(e.DocumentID), Number: numberOf(e.Receipt.Number, e.Receipt.Year),
		Urgency: e.Document.Urgency, Subject: e.Document.Subject, Type: e.Document.TypeName, Issuer: e.Document.Issuer, Code: ui.Code(e.Document.Registration),
		Dated: ui.PlainDay(e.Document.IssuedOn), Arrived: ui.Day(e.SentAt), Role: e.Role, Cell: e.Cell(now), Due: e.RunningDue(), Open: e.Open(),
	}
	if given { // what one has not taken into the book yet has no number there; the giver's is another's
		r.Number = numberOf(e.Document.Number, e.Document.BookYear)
	}
	if given {
		r.Unit, r.Arrived = units[e.UnitID].Name, ui.Day(e.Document.ArrivedAt)
	}
	if r.Due.IsZero() {
		r.Due, r.Open = e.Due, false
	}
	return r
}

func lineRow(l postgres.BookLine, now time.Time) row {
	d := l.Document
	r := row{
		Path: "/documents/" + string(d.ID), Number: numberOf(l.Place.Number, l.Place.Year), Urgency: d.Urgency, Subject: d.Subject, Type: d.TypeName,
		Issuer: d.Issuer, Code: ui.Code(d.Registration), Dated: ui.PlainDay(d.IssuedOn), Arrived: ui.Day(l.Arrived), Due: l.Due, Open: true,
	}
	if l.Share.ID != "" {
		r.Role, r.Cell, r.Open = l.Share.Role, l.Share.Cell(now), l.Share.Open()
		return r
	}
	r.State = d.Status.Vietnamese()
	if d.Status == routing.Registered || d.Status == routing.Presented {
		r.Pick = string(d.ID) + ":" + itoa(d.Version)
	}
	return r
}

// All are the subjects of a whole list, as its rows name them, most at most: what
// is done to it by an act on many.
func All(v *visit.Visit, list string, address url.Values, most int) (picked []string, err error) {
	f := filterOf(list, address)
	find, err := f.find(v.Now())
	if err != nil {
		return nil, err
	}
	place, line := desk.InboxPlace{}, postgres.BookPlace{}
	for len(picked) < most {
		var read int
		if list == "documents" {
			lines, err := v.Desk().FindBook(v.Context(), v.Actor, desk.BookQuery{Status: f.Status, Year: f.Year, Find: find, After: line})
			if err != nil {
				return nil, err
			}
			for _, l := range lines {
				if line, read = l.Place, read+1; l.Share.ID == "" {
					picked = append(picked, string(l.Document.ID)+":"+itoa(l.Document.Version))
				}
			}
		} else {
			entries, err := v.Desk().FindInbox(v.Context(), v.Actor, desk.InboxQuery{View: f.View, Mine: f.Mine, Find: find, After: place})
			if err != nil {
				return nil, err
			}
			for _, e := range entries {
				place, read = desk.InboxPlace{Due: e.Due, Key: e.Key, ID: e.ID}, read+1
				picked = append(picked, string(e.ID)+":"+itoa(e.Version))
			}
		}
		if read < desk.PageLimit {
			break
		}
	}
	return picked[:min(len(picked), most)], nil
}
