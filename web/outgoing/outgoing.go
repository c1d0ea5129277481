// Package outgoing is the pages of outgoing documents (văn bản đi): the book, the form
// on which a clerk numbers and issues a signed document, one document, and its
// cancelling.
package outgoing

import (
	"strconv"

	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/outgoing", Handle: list, Class: gate.ClassSearch},
		{Method: "GET", Path: "/outgoing/new", Handle: showNew},
		{Method: "POST", Path: "/outgoing/new", Handle: issue},
		{Method: "GET", Path: "/outgoing/{id}", Handle: showOne},
		{Method: "GET", Path: "/outgoing/{id}/cancel", Handle: showCancel},
		{Method: "POST", Path: "/outgoing/{id}/cancel", Handle: cancel},
	}
}

const nav = "/outgoing"

// classNames say what the recipients of a class are to do.
var classNames = map[routing.PlaceClass]string{routing.PlaceExecute: "Để thực hiện", routing.PlaceReport: "Để báo cáo, phối hợp, biết", routing.PlaceKeep: "Lưu"}

// stateOf is the state of an outgoing document in words.
func stateOf(o routing.Outgoing) string {
	if o.Status == routing.OutgoingCancelled {
		return "Đã huỷ, giữ số"
	}
	return "Đã phát hành"
}

// signer is who signed, as a line.
func signer(o routing.Outgoing) string {
	if o.SignerName == "" {
		return o.SignerTitle
	}
	return o.SignerTitle + " " + o.SignerName
}

// one is what the page of a document shows.
type one struct {
	desk.OutgoingView
	Unit    string
	Cancels bool
}

func showOne(v *visit.Visit) error {
	found, err := v.Desk().ShowOutgoing(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	x := one{OutgoingView: found, Unit: units[found.UnitID].Name, Cancels: found.Status == routing.OutgoingIssued && v.Actor.MayCancelIssued(found.UnitID)}
	return v.Show(ui.Page{Title: "Văn bản đi", Nav: nav}, onePage(x))
}

func showCancel(v *visit.Visit) error { return cancelForm(v, 200, inputs.Form{}) }

func cancelForm(v *visit.Visit, status int, f inputs.Form) error {
	found, err := v.Desk().ShowOutgoing(v.Context(), v.Actor, v.ID("id"))
	if err == nil && !v.Actor.MayCancelIssued(found.UnitID) {
		err = routing.ErrNotAllowed
	}
	if err != nil {
		return err
	}
	return v.ShowAs(status, ui.Page{Title: "Huỷ văn bản đi", Nav: nav}, cancelPage(f, found.Outgoing))
}

func cancel(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	id := v.ID("id")
	if _, err := v.Desk().CancelOutgoing(v.Context(), v.Actor, id, v.Value("reason"), v.Number("version"), req); err != nil {
		if routing.FaultOf(err) == routing.Invalid {
			err = inputs.At(err, "reason")
		}
		return v.Again(err, func(fault *routing.Error, status int) error { return cancelForm(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go("/outgoing/"+string(id), "outgoing-cancelled")
}

// book is a book that the reader may look into.
type book struct {
	Unit routing.ID
	Name string
}

// view is what the list shows.
type view struct {
	filter
	Books  []book // if there are more than one
	Rows   []routing.Outgoing
	Next   string // address of the next page
	Count  string
	Issues bool
	Prints bool
	Fault  *routing.Error
}

const pageSize = 50

func list(v *visit.Visit) error {
	f := readFilter(v)
	m := view{filter: f, Issues: v.Actor.MayIssue(), Prints: v.Actor.SpeaksFor()}
	if !v.Actor.MayList() {
		return routing.ErrNotAllowed
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	for _, id := range v.Actor.IssuersSeen() {
		if u := units[id]; u.ID != "" {
			m.Books = append(m.Books, book{id, u.Name})
		}
	}
	q := desk.OutgoingQuery{Unit: f.Unit, Limit: pageSize + 1}
	if q.Find, err = f.find(v.Now()); err == nil {
		q.After = f.place()
		m.Rows, err = v.Desk().FindOutgoing(v.Context(), v.Actor, q)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			m.Fault = fault
			return v.ShowAs(status, ui.Page{Title: "Sổ văn bản đi", Nav: nav, Wide: true}, listPage(m))
		})
	}
	if len(m.Rows) > pageSize {
		m.Rows = m.Rows[:pageSize]
		m.Next = f.page(postgres.PlaceOf(m.Rows[pageSize-1]))
	}
	n := len(m.Rows)
	if m.Next != "" || f.After != "" {
		if n, err = v.Desk().CountOutgoing(v.Context(), v.Actor, q); err != nil {
			return err
		}
	}
	m.Count = ui.Count(v.Context(), n)
	return v.Show(ui.Page{Title: "Sổ văn bản đi", Nav: nav, Wide: true}, listPage(m))
}

// first is the address of the first page.
func (m view) first() string { return m.page(postgres.OutgoingPlace{}) }

func (m view) shownYear() string {
	if m.Year == 0 {
		return ""
	}
	return strconv.Itoa(m.Year)
}
