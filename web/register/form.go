package register

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// form is what stands in the fields, as it was typed: days as 05/02/2026.
type form struct {
	Key, Issuer, CodeNumber, CodeNotation, IssuedOn, TypeName, Subject, Urgency, ReplyBy, Field string
	Channel, ArrivedAt, SenderAddress, DuplicateReason, Replaces, PresentTo                     string
	Declared                                                                                    bool
	Uploads                                                                                     []routing.ID
	// Kept is what was carried over from the document before: nobody typed it, so a
	// file may say otherwise.
	Kept map[string]string
}

// mostUploads is how many files one document begins with.
const mostUploads = 20

// fields are the fields of the form by their names.
func (f *form) fields() map[string]*string {
	return map[string]*string{
		"issuer": &f.Issuer, "codeNumber": &f.CodeNumber, "codeNotation": &f.CodeNotation, "issuedOn": &f.IssuedOn, "typeName": &f.TypeName,
		"subject": &f.Subject, "urgency": &f.Urgency, "replyBy": &f.ReplyBy, "field": &f.Field, "channel": &f.Channel, "arrivedAt": &f.ArrivedAt,
		"senderAddress": &f.SenderAddress, "duplicateReason": &f.DuplicateReason, "replaces": &f.Replaces, "to": &f.PresentTo, "key": &f.Key,
	}
}

// carried are the fields that stay for the next document.
var carried = []string{"issuer", "issuedOn", "typeName", "urgency", "field"}

// formOf reads the form of a request; days and numbers are put as they are shown.
func formOf(v *visit.Visit) form {
	f := form{Kept: map[string]string{}, Declared: v.Value("secrecy") == routing.NoSecret}
	for name, at := range f.fields() {
		*at = v.Value(name)
	}
	for _, name := range carried {
		if kept := v.Value("kept-" + name); kept != "" {
			f.Kept[name] = kept
		}
	}
	for _, id := range v.Values("upload") {
		if len(f.Uploads) < mostUploads {
			f.Uploads = append(f.Uploads, routing.ID(id))
		}
	}
	if f.Urgency == "" {
		f.Urgency = string(routing.Normal)
	}
	f.CodeNumber, f.CodeNotation = splitCode(f.CodeNumber, f.CodeNotation)
	f.IssuedOn, f.ReplyBy = shownDay(f.IssuedOn, v.Now()), shownDay(f.ReplyBy, v.Now())
	if at, ok := parseMoment(f.ArrivedAt, v.Now()); ok {
		f.ArrivedAt = ui.Moment(at)
	}
	return f
}

// after is the form for the next document: what a pile of letters has in common stays.
func after(doc routing.Document, key string) form {
	f := form{
		Key: key, Issuer: doc.Issuer, IssuedOn: ui.PlainDay(doc.IssuedOn), TypeName: doc.TypeName, Urgency: string(doc.Urgency), Field: doc.Field,
		Channel: string(doc.Channel), ArrivedAt: ui.Moment(doc.ArrivedAt), PresentTo: string(doc.PresentedTo), Kept: map[string]string{},
	}
	for _, name := range carried {
		f.Kept[name] = *f.fields()[name]
	}
	return f
}

// blank is the form for who begins.
func blank(key string) form {
	return form{Key: key, Urgency: string(routing.Normal), Kept: map[string]string{"urgency": string(routing.Normal)}}
}

// registration is what the form asks to be registered, and what is wrong with how
// it was typed, by field.
func (f form) registration(now time.Time) (routing.Registration, map[string]string) {
	in := routing.Registration{
		Issuer: f.Issuer, CodeNumber: f.CodeNumber, CodeNotation: f.CodeNotation, TypeName: f.TypeName, Subject: f.Subject, Field: f.Field,
		Urgency: routing.Urgency(f.Urgency), Channel: routing.Channel(f.Channel), Replaces: routing.ID(f.Replaces), DuplicateReason: f.DuplicateReason,
	}
	if in.Channel == routing.Electronic {
		in.SenderAddress = f.SenderAddress
	}
	if f.Declared {
		in.Secrecy = routing.NoSecret
	}
	wrong := map[string]string{}
	var ok bool
	if in.IssuedOn, ok = visit.ParseDay(f.IssuedOn, now); !ok {
		wrong["issuedOn"] = visit.NoDay
	}
	if in.ReplyBy, ok = visit.ParseDay(f.ReplyBy, now); !ok {
		wrong["replyBy"] = visit.NoDay
	}
	if in.ArrivedAt, ok = parseMoment(f.ArrivedAt, now); !ok {
		wrong["arrivedAt"] = "ghi giờ, hoặc ngày và giờ, ví dụ 8:15 hoặc 5/2 8:15"
	}
	return in, wrong
}

// faultsOf is all that is wrong with a registration at once: how it was typed, and
// what the rules say. A state secret is refused alone, before anything else.
func faultsOf(in routing.Registration, wrong map[string]string, now time.Time) error {
	err := in.Check(now)
	if routing.FaultOf(err) == routing.Invalid {
		refusal, _ := err.(*routing.Error)
		found, named := refusal.Details["fields"].(map[string]string)
		if !named {
			return err
		}
		for name, reason := range found {
			if _, typed := wrong[name]; !typed {
				wrong[name] = reason
			}
		}
	}
	if _, open := wrong["secrecy"]; open {
		wrong["secrecy"] = "hãy đọc và đánh dấu vào ô này"
	}
	if len(wrong) > 0 {
		return routing.ErrField.With("fields", wrong)
	}
	return err
}

// splitCode parts a number that was typed together with its notation: 45/UBND-NC.
func splitCode(number, notation string) (string, string) {
	before, behind, together := strings.Cut(number, "/")
	if !together || notation != "" {
		return number, notation
	}
	return strings.TrimSpace(before), strings.TrimSpace(behind)
}

// shownDay is a typed day as it is shown: 5/2 is 05/02/2026. What is no day stays.
func shownDay(typed string, now time.Time) string {
	day, ok := visit.ParseDay(typed, now)
	if !ok {
		return typed
	}
	return ui.PlainDay(day)
}

var typedMoment = regexp.MustCompile(`^(?:(\S+)[, ]\s*)?(\d{1,2})\s*(?:[:hHgG.])\s*(\d{2})?$`)

// parseMoment reads an instant as people type it: 8:15 or 8h15 (today), 5/2 8:15,
// 05/02/2026 08:15. Nothing is the zero instant; false for what is none.
func parseMoment(typed string, now time.Time) (time.Time, bool) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return time.Time{}, true
	}
	m := typedMoment.FindStringSubmatch(typed)
	if m == nil {
		return time.Time{}, false
	}
	if m[1] == "" {
		m[1] = calendar.DateOf(now).String()
	}
	day, ok := visit.ParseDay(strings.TrimSuffix(m[1], ","), now)
	if !ok || day == "" {
		return time.Time{}, false
	}
	if m[3] == "" {
		m[3] = "00"
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+twoDigits(m[2])+":"+m[3], calendar.Location)
	return at.UTC(), err == nil
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// words are the words to choose from: those of the book first, then those that
// the decree has, each once.
func words(seen, more []string) (out []string) {
	known := map[string]bool{}
	for _, list := range [][]string{seen, more} {
		for _, word := range list {
			if key := routing.Fold(word); !known[key] {
				known[key] = true
				out = append(out, word)
			}
		}
	}
	return out
}

// titleOf is what a position is called; empty if it is none of those.
func titleOf(positions []postgres.Position, id routing.ID) string {
	for _, p := range positions {
		if p.ID == id {
			return p.Title
		}
	}
	return ""
}

// value is what stands in a field.
func (f form) value(name string) string {
	if at, ok := f.fields()[name]; ok {
		return *at
	}
	return ""
}

// number is the số đến of a document with its year: 128/2026.
func number(doc routing.Document) string { return fmt.Sprintf("%d/%d", doc.Number, doc.BookYear) }

// describedBy names what is said of a field: what is wrong with it, and where it
// came from.
func describedBy(x view, name string) string {
	if name == "to" || name == "secrecy" { // no file says anything of these
		return "fault-" + name
	}
	if ui.FaultOf(x.Fault, name) != "" {
		return "fault-" + name + " source-" + name
	}
	return "source-" + name
}
