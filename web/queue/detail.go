package queue

import (
	"encoding/hex"
	"slices"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
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

// button is an act, by its form's address. Key is its letter.
type button struct {
	Act              routing.Act
	Label, Icon, Key string
	Path             string
	First            bool // what is awaited
	Form             bool // a page of its own and no dialog
}

// offers are the acts by which each kind is settled, as they are called here.
var offers = map[postgres.QueueKind][]button{
	postgres.QueueDirect: {
		{Act: routing.ActDirect, Label: "Bút phê", Icon: "writing-sign", Key: "d", First: true, Form: true},
		{Act: routing.ActPresent, Label: "Chuyển lãnh đạo khác", Icon: "file-arrow-right", Key: "p"},
		{Act: routing.ActFile, Label: "Lưu, không giao việc", Icon: "archive"},
	},
	postgres.QueueAssign: {
		{Act: routing.ActDirect, Label: "Phân công", Icon: "arrows-split-2", Key: "d", First: true, Form: true},
		{Act: routing.ActStart, Label: "Đơn vị tự xử lý", Icon: "player-play", Key: "a"},
		{Act: routing.ActReturn, Label: "Chuyển trả", Icon: "arrow-back-up", Key: "r"},
		{Act: routing.ActAskExtension, Label: "Xin gia hạn", Icon: "calendar-plus"},
	},
	postgres.QueueApprove: {
		{Act: routing.ActApprove, Label: "Duyệt", Icon: "check", Key: "a", First: true},
		{Act: routing.ActSendBack, Label: "Trả lại báo cáo", Icon: "clipboard-x", Key: "r"},
	},
	postgres.QueueReturned: {
		{Act: routing.ActReroute, Label: "Chuyển nơi khác", Icon: "arrow-right", Key: "d", First: true},
		{Act: routing.ActInsist, Label: "Giữ nguyên phân công", Icon: "arrow-forward-up", Key: "r"},
		{Act: routing.ActDrop, Label: "Bỏ nơi nhận", Icon: "minus"},
	},
	postgres.QueueExtension: {
		{Act: routing.ActExtend, Label: "Gia hạn", Icon: "calendar-plus", Key: "a", First: true},
		{Act: routing.ActRefuseExtension, Label: "Không gia hạn", Icon: "calendar-x", Key: "r"},
	},
	postgres.QueueConsent: {
		{Act: routing.ActConsent, Label: "Đồng ý", Icon: "check", Key: "a", First: true},
		{Act: routing.ActObject, Label: "Không đồng ý", Icon: "x", Key: "r"},
	},
	postgres.QueueRecall: {
		{Act: routing.ActAnswerRecall, Label: "Trả lời thu hồi", Icon: "rotate-2", Key: "a", First: true},
	},
}

// loadDetail reads the thing that is shown. Nil if it has just gone.
func loadDetail(v *visit.Visit, q view) (*detail, error) {
	e := q.Entries[q.At]
	d := &detail{Entry: e, Here: q.address(q.At), Back: q.after()}
	var err error
	if d.View, err = v.Desk().Document(v.Context(), v.Actor, e.Document.ID); err != nil {
		if routing.FaultOf(err) == routing.NotFound {
			return nil, nil
		}
		return nil, err
	}
	d.pick()
	if err := d.words(v); err != nil {
		return nil, err
	}
	d.Acts = d.buttons()
	return d, nil
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
	case postgres.QueueReturned:
		d.Reason, err = lastReason(v, d.Entry)
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

// lastReason is why a share came back, the last time that it did.
func lastReason(v *visit.Visit, e postgres.QueueEntry) (reason string, err error) {
	var after int64
	for {
		events, err := v.Desk().Events(v.Context(), v.Actor, e.Document.ID, after, desk.PageLimit)
		if err != nil {
			return "", err
		}
		for _, event := range events {
			after = event.ID
			if event.Kind == routing.ActReturn && event.AssignmentID == e.AssignmentID {
				reason, _ = event.Details["reason"].(string)
			}
		}
		if len(events) < desk.PageLimit {
			return reason, nil
		}
	}
}

// buttons are the offers that the desk says he may take.
func (d *detail) buttons() (out []button) {
	may, on := d.View.May, "/documents/"+string(d.View.ID)
	switch {
	case d.Decision != nil:
		may, on = d.View.MayDecide[d.Decision.ID], "/decisions/"+string(d.Decision.ID)
	case d.Share != nil:
		may, on = d.Share.May, "/shares/"+string(d.Share.ID)
	case d.Entry.AssignmentID != "":
		return nil
	}
	for _, b := range offers[d.Entry.Kind] {
		if !slices.Contains(may, b.Act) {
			continue
		}
		b.Path = on + "/do/" + string(b.Act)
		if b.Form {
			b.Path = on + "/direct"
		}
		b.Path += "?back=" + visit.Escape(d.Back)
		if b.Form {
			b.Path += "&from=" + visit.Escape(d.Here)
		}
		out = append(out, b)
	}
	return out
}

// fileAddress is where a file of the document is.
func (d *detail) fileAddress(a postgres.Attachment) string {
	return "/api/v1/documents/" + string(d.View.ID) + "/attachments/" + hex.EncodeToString(a.SHA256)
}

// files are those that are in force.
func (d *detail) files() (out []postgres.Attachment) {
	for _, a := range d.View.Attachments {
		if a.RemovedAt.IsZero() && len(a.ReplacedBy) == 0 {
			out = append(out, a)
		}
	}
	return out
}
