package books

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
)

// registered are the ten columns of Sổ đăng ký văn bản đến.
func registered(n names, l desk.RegisterLine) []string {
	var sent []time.Time
	var receipts []string
	for _, g := range l.Given {
		sent = append(sent, g.SentAt)
		if !g.ReceivedAt.IsZero() {
			receipts = append(receipts, n.of(g)+" "+ui.Day(g.ReceivedAt))
		}
	}
	d := l.Document
	return []string{ui.Day(l.Arrived), strconv.Itoa(l.Place.Number), d.Issuer, ui.Code(d.Registration), ui.PlainDay(d.IssuedOn), strings.TrimSpace(d.TypeName + " " + d.Subject),
		n.recipients(l), days(sent), strings.Join(receipts, "; "), note(l)}
}

// followed are the seven columns of Sổ theo dõi giải quyết văn bản đến. The sixth are
// the unit's own replies.
func followed(n names, l desk.RegisterLine) []string {
	d := l.Document
	what := []string{d.TypeName}
	if code := ui.Code(d.Registration); code != "" {
		what = append(what, "số "+code)
	}
	if d.IssuedOn != "" {
		what = append(what, "ngày "+ui.PlainDay(d.IssuedOn))
	}
	return []string{strconv.Itoa(l.Place.Number), strings.Join(append(what, "của "+d.Issuer), ", "), n.recipients(l), n.deadlines(l), progress(l), codes(l.Replies), note(l)}
}

// codes are the numbers of outgoing documents.
func codes(list []routing.Outgoing) string {
	out := make([]string, len(list))
	for i, o := range list {
		out[i] = o.Code()
	}
	return strings.Join(out, "; ")
}

// issued are the ten columns of Sổ đăng ký văn bản đi. The ninth is signed by hand; a
// number that was cancelled stays, with the reason.
func issued(o routing.Outgoing) []string {
	note := []string{o.Note}
	if o.Urgency != routing.Normal {
		note = append(note, ui.UrgencyName(o.Urgency))
	}
	if o.Status == routing.OutgoingCancelled {
		note = append(note, "Đã huỷ: "+o.CancelReason)
	}
	return []string{o.Code(), ui.PlainDay(o.IssuedOn), strings.TrimSpace(o.TypeName + " " + o.Subject), strings.TrimSpace(o.SignerTitle + " " + o.SignerName),
		strings.Join(o.Places(routing.PlaceExecute, routing.PlaceReport), "; "), strings.Join(o.Places(routing.PlaceKeep), "; "), strconv.Itoa(o.Copies),
		ui.Day(o.Registered), "", strings.Join(slices.DeleteFunc(note, func(s string) bool { return s == "" }), "; ")}
}

func (n names) of(g postgres.Handed) string {
	name := n.units[g.UnitID].Name
	if g.Position != "" {
		return g.Position
	}
	return name
}

// recipients are those it was given to, each with its role.
func (n names) recipients(l desk.RegisterLine) string {
	var out []string
	for _, g := range l.Given {
		out = append(out, n.of(g)+" ("+strings.ToLower(ui.RoleName(g.Role))+")")
	}
	return strings.Join(out, "; ")
}

// deadlines are the deadlines of those who have one; of all alike, once.
func (n names) deadlines(l desk.RegisterLine) string {
	var out []string
	same := true
	for _, g := range l.Given {
		if g.DueAt.IsZero() {
			continue
		}
		if len(out) > 0 && !strings.HasSuffix(out[0], ": "+ui.Day(g.DueAt)) {
			same = false
		}
		out = append(out, n.of(g)+": "+ui.Day(g.DueAt))
	}
	switch {
	case len(out) == 0 && l.Share.ID != "":
		return ui.Day(l.Share.Due)
	case len(out) > 1 && same:
		_, day, _ := strings.Cut(out[0], ": ")
		return day
	}
	return strings.Join(out, "; ")
}

// progress says how far the work is.
func progress(l desk.RegisterLine) string {
	parts := []string{l.Document.Status.Vietnamese()}
	if l.Share.ID != "" {
		parts[0] = ui.CellName(routing.Cell(l.Share.Status))
	}
	if !l.Document.Concluded.IsZero() && l.Share.ID == "" {
		parts[0] += " " + ui.Day(l.Document.Concluded)
	}
	done := 0
	for _, g := range l.Given {
		if g.Status == routing.Done {
			done++
		}
	}
	if len(l.Given) > 0 {
		parts = append(parts, strconv.Itoa(done)+"/"+strconv.Itoa(len(l.Given))+" nơi nhận đã xong")
	}
	return strings.Join(parts, "; ")
}

// note is what stands out: how urgent it is, that it was cancelled or recalled.
func note(l desk.RegisterLine) string {
	var out []string
	if u := l.Document.Urgency; u != routing.Normal && u != "" {
		out = append(out, ui.UrgencyName(u))
	}
	if s := l.Document.Status; s == routing.Cancelled || s == routing.Recalled || s == routing.Recalling {
		out = append(out, s.Vietnamese())
	}
	return strings.Join(out, "; ")
}

// days are days, each once.
func days(all []time.Time) string {
	var out []string
	for _, t := range all {
		if day := ui.Day(t); len(out) == 0 || out[len(out)-1] != day {
			out = append(out, day)
		}
	}
	return strings.Join(out, "; ")
}
