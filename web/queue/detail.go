package queue

import (
	"slices"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/acts"
	"congvan/web/ui"
	"congvan/web/visit"
)

// detail is the thing that is shown: what it is, what was asked, and what can be
// done about it.
type detail struct {
	Entry     postgres.QueueEntry
	View      desk.View
	Share     *desk.AssignmentView // that it is about; nil: the document
	Direction *postgres.GivenDirection
	Decision  *routing.Decision
	Draft     string // of a report that offices are asked about
	Reason    string // of a return
	Parts     []ui.StripCell
	Templates []routing.Suggestion
	Acts      []button
	Here      string // its own address
	Back      string // where to go when it is settled
}

// offer is an act by which something is settled; what it is called, the table of
// acts says. Key is its letter.
type offer struct {
	Act   routing.Act
	Key   string
	First bool // what is awaited
}

// offers are the acts by which each kind is settled, in the order in which they
// are shown.
var offers = map[postgres.QueueKind][]offer{
	postgres.QueueDirect:    {{routing.ActDirect, "d", true}, {routing.ActPresent, "p", false}, {routing.ActFile, "", false}},
	postgres.QueueAssign:    {{routing.ActDirect, "d", true}, {routing.ActStart, "a", false}, {routing.ActReturn, "r", false}, {routing.ActAskExtension, "", false}},
	postgres.QueueApprove:   {{routing.ActApprove, "a", true}, {routing.ActSendBack, "r", false}},
	postgres.QueueReturned:  {{routing.ActReroute, "d", true}, {routing.ActInsist, "r", false}, {routing.ActDrop, "", false}},
	postgres.QueueExtension: {{routing.ActExtend, "a", true}, {routing.ActRefuseExtension, "r", false}},
	postgres.QueueConsent:   {{routing.ActConsent, "a", true}, {routing.ActObject, "r", false}},
	postgres.QueueRecall:    {{routing.ActAnswerRecall, "a", true}},
}

// button is an offer as it is shown.
type button struct {
	offer
	acts.Act
	Path string
}

// Form says that the act has a page of its own and no dialog.
func (b button) Form() bool { return b.offer.Act == routing.ActDirect }

// loadDetail reads the thing that is shown. Nil if it has just gone.
func loadDetail(v *visit.Visit, q view) (*detail, error) {
	e := q.Entries[q.At]
	d := &detail{Entry: e, Here: q.address(q.At), Back: q.after()}
	switch err := d.read(v); {
	case routing.FaultOf(err) == routing.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	}
	d.pick()
	if err := d.words(v); err != nil {
		return nil, err
	}
	d.Acts = d.buttons()
	return d, nil
}

// read reads the document; of what came back, why it did the last time as well.
func (d *detail) read(v *visit.Visit) (err error) {
	if d.Entry.Kind != postgres.QueueReturned {
		d.View, err = v.Desk().Document(v.Context(), v.Actor, d.Entry.Document.ID)
		return err
	}
	story, err := v.Desk().Story(v.Context(), v.Actor, d.Entry.Document.ID, 1)
	d.View = story.View
	d.Reason, _ = story.Said[d.Entry.AssignmentID][routing.ActReturn].Details["reason"].(string)
	return err
}

// pick finds, of the document, what the entry is about.
func (d *detail) pick() {
	now := d.View.Assignments
	for i, a := range now {
		if a.ID == d.Entry.AssignmentID {
			d.Share = &now[i]
		}
		if d.Entry.AssignmentID != "" && a.ParentID == d.Entry.AssignmentID {
			d.Parts = append(d.Parts, ui.StripCell{Name: a.Unit.Name, Cell: a.Cell})
		}
	}
	for i, g := range d.View.Directions {
		if d.Share != nil && g.ID == d.Share.DirectionID {
			d.Direction = &d.View.Directions[i]
		}
	}
	for i, x := range d.View.Decisions {
		if x.ID == d.Entry.ID {
			d.Decision = &d.View.Decisions[i]
		}
	}
}

// words reads what was written about it, and which templates suit it.
func (d *detail) words(v *visit.Visit) (err error) {
	switch d.Entry.Kind {
	case postgres.QueueConsent:
		var c desk.CircuitView
		if c, err = v.Desk().Circuit(v.Context(), v.Actor, d.Entry.AssignmentID); err == nil {
			d.Draft = c.Text
		}
	case postgres.QueueDirect:
		if slices.Contains(d.View.May, routing.ActDirect) {
			d.Templates, err = v.Desk().SuggestTemplates(v.Context(), v.Actor, d.View.ID)
		}
	}
	if routing.FaultOf(err) == routing.NotFound { // it has just moved on
		return nil
	}
	return err
}

// buttons are the offers that the desk says he may take.
func (d *detail) buttons() (out []button) {
	on, id, may := acts.Document, d.View.ID, d.View.May
	switch {
	case d.Decision != nil:
		on, id, may = acts.Decision, d.Decision.ID, d.View.MayDecide[d.Decision.ID]
	case d.Share != nil:
		on, id, may = acts.Share, d.Share.ID, d.Share.May
	case d.Entry.AssignmentID != "":
		return nil
	}
	for _, o := range offers[d.Entry.Kind] {
		act, known := acts.Find(on, o.Act)
		if !known || !slices.Contains(may, o.Act) {
			continue
		}
		b := button{o, act, acts.Offer{On: on, ID: id}.Path(act) + "?back=" + visit.Escape(d.Back)}
		if b.Form() {
			b.Path += "&from=" + visit.Escape(d.Here)
		}
		out = append(out, b)
	}
	return out
}

// files are those that are in force.
func (d *detail) files() (out []postgres.Attachment) {
	for _, a := range d.View.Attachments {
		if a.InUse() {
			out = append(out, a)
		}
	}
	return out
}
