package outgoing

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"congvan/calendar"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// entering is what the form shows.
type entering struct {
	inputs.Form
	Known desk.Numbering
	Units []postgres.Unit
	Key   string
	Today string
	Last  *routing.Outgoing // that was issued just before
}

// levels are the levels of urgency in the order of their keys.
var levels = []routing.Urgency{routing.Normal, routing.Urgent, routing.VeryUrgent, routing.Express}

func showNew(v *visit.Visit) error {
	if !v.Actor.MayIssue() {
		return routing.ErrNotAllowed
	}
	f := inputs.New("urgency", string(routing.Normal), "copies", "1")
	var last *routing.Outgoing
	switch after, answers := routing.ID(v.Query("after")), routing.ID(v.Query("answers")); {
	case after != "":
		found, err := v.Desk().ShowOutgoing(v.Context(), v.Actor, after)
		if err != nil && routing.FaultOf(err) != routing.NotFound {
			return err
		}
		if err == nil && found.UnitID == v.Actor.UnitID {
			last, f = &found.Outgoing, carried(found.Outgoing)
		}
	case answers != "":
		found, err := v.Desk().Answered(v.Context(), v.Actor, answers)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			f = inputs.New("urgency", string(routing.Normal), "copies", "1", "answers", numberOf(found[0]))
		}
	}
	return form(v, 200, f, last)
}

// carried is the form for the next document: what a pile has in common stays.
func carried(o routing.Outgoing) inputs.Form {
	return inputs.New("typeName", o.TypeName, "codeNotation", o.CodeNotation, "signerTitle", o.SignerTitle, "signerName", o.SignerName, "drafter", o.Drafter,
		"keep", strings.Join(o.Places(routing.PlaceKeep), "\n"), "urgency", string(routing.Normal), "copies", strconv.Itoa(o.Copies))
}

func form(v *visit.Visit, status int, f inputs.Form, last *routing.Outgoing) error {
	known, err := v.Desk().Numbering(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	units, err := v.Desk().Units(v.Context())
	if err != nil {
		return err
	}
	x := entering{Form: f, Known: known, Units: units, Key: f.Value("key"), Today: ui.Day(v.Now()), Last: last}
	if x.Key == "" || !ui.IsFor(v.Context(), x.Key) || errors.Is(asError(f.Fault), routing.ErrReused) {
		x.Key = ui.NewKey(v.Context())
	}
	return v.ShowAs(status, ui.Page{Title: "Phát hành văn bản đi", Nav: "/outgoing/new", Wide: true, Scripts: []string{"outgoing.page.js"}}, formPage(x))
}

// asError keeps a nil refusal a nil error.
func asError(fault *routing.Error) error {
	if fault == nil {
		return nil
	}
	return fault
}

func issue(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	in, err := read(v)
	var o routing.Outgoing
	if err == nil {
		o, err = v.Desk().IssueOutgoing(v.Context(), v.Actor, in, req)
	}
	if err != nil {
		return refuse(v, err)
	}
	if v.Value("then") == "next" {
		return v.Go("/outgoing/new?after="+string(o.ID), "")
	}
	return v.Go("/outgoing/"+string(o.ID), "outgoing-issued")
}

// refuse shows the form again with what was typed. Of a state secret nothing stays.
func refuse(v *visit.Visit, err error) error {
	switch {
	case errors.Is(err, routing.ErrStateSecret):
		return v.Again(err, func(fault *routing.Error, status int) error {
			f := inputs.New("urgency", string(routing.Normal), "copies", "1")
			f.Fault = fault
			return form(v, status, f, nil)
		})
	case errors.Is(err, routing.ErrReused): // an answer was lost, and the form changed since
		err = routing.ErrReused.Saying("Lần gửi trước đã cấp số, với nội dung trước khi sửa; hãy xem sổ văn bản đi trước khi ghi lần nữa.")
	case errors.Is(err, routing.ErrNotInBook):
		err = inputs.At(err, "answers")
	}
	err = inputs.Rename(err, func(field string) string {
		if field == "recipients" {
			return "execute"
		}
		return field
	})
	return v.Again(err, func(fault *routing.Error, status int) error { return form(v, status, inputs.Typed(v, fault), nil) })
}

// read is what the form asks to be issued. What is no number, no day and no document
// of the book is refused with all that the rules refuse, so that a clerk hears of
// everything at once.
func read(v *visit.Visit) (routing.Issuing, error) {
	wrong := map[string]string{}
	number := func(name string) int {
		n, err := strconv.Atoi(v.Value(name))
		if err != nil && v.Value(name) != "" {
			wrong[name] = "hãy ghi một số"
		}
		return n
	}
	day := func(name string) string {
		day, ok := visit.ParseDay(v.Value(name), v.Now())
		if !ok {
			wrong[name] = visit.NoDay
		}
		return day
	}
	in := routing.Issuing{
		CodeNotation: v.Value("codeNotation"), IssuedOn: day("issuedOn"), TypeName: v.Value("typeName"), Subject: v.Value("subject"),
		SignerTitle: v.Value("signerTitle"), SignerName: v.Value("signerName"), Drafter: v.Value("drafter"), Urgency: routing.Urgency(v.Value("urgency")),
		Copies: number("copies"), Pages: number("pages"), Language: v.Value("language"), ReplyBy: day("replyBy"), Note: v.Value("note"), Secrecy: v.Value("secrecy"),
	}
	units, err := v.Desk().Units(v.Context())
	if err != nil {
		return in, err
	}
	in.DrafterUnitID = unitNamed(units, in.Drafter)
	for _, class := range routing.PlaceClasses {
		in.Recipients = append(in.Recipients, places(units, class, v.Value(string(class)))...)
	}
	if err := in.Check(v.Now()); err != nil { // before anything is looked for: a state secret is not
		return in, withFaults(err, wrong)
	}
	if in.Answers, err = answers(v, v.Value("answers")); errors.Is(err, routing.ErrField) {
		wrong["answers"], err = ui.FaultOf(err.(*routing.Error), "answers"), nil
	}
	if err == nil && len(wrong) > 0 {
		err = routing.ErrField.With("fields", wrong)
	}
	return in, err
}

// withFaults adds what is wrong with how fields were typed to what a rule refuses.
func withFaults(err error, wrong map[string]string) error {
	refusal := (*routing.Error)(nil)
	if !errors.As(err, &refusal) || !errors.Is(err, routing.ErrField) {
		return err
	}
	for _, x := range ui.FieldFaults(refusal) {
		if _, told := wrong[x.Field]; !told {
			wrong[x.Field] = x.Reason
		}
	}
	return routing.ErrField.With("fields", wrong)
}

// paperMarks are what stands around a recipient on paper: "- Sở Nội vụ;".
var paperMarks = regexp.MustCompile(`^[-–•+*\s]+|[;.,\s]+$`)

// places are the recipients of a class: one each line, as the paper has them.
func places(units []postgres.Unit, class routing.PlaceClass, text string) (out []routing.Place) {
	for line := range strings.SplitSeq(text, "\n") {
		if name := paperMarks.ReplaceAllString(line, ""); name != "" {
			out = append(out, routing.Place{Class: class, UnitID: unitNamed(units, name), Name: name})
		}
	}
	return out
}

// unitNamed is the unit that a name means, with or without "UBND" before it; empty if
// it means none, or several.
func unitNamed(units []postgres.Unit, name string) (id routing.ID) {
	bare := func(s string) string {
		return strings.TrimPrefix(strings.Join(strings.Fields(routing.Fold(s)), " "), "ubnd ")
	}
	for _, u := range units {
		if bare(u.Name) == bare(name) && name != "" {
			if id != "" {
				return ""
			}
			id = u.ID
		}
	}
	return id
}

var numberInBook = regexp.MustCompile(`^0*(\d{1,9})(?:/(\d{4}))?$`)

// answers are the documents of the own book that were named by their số đến: 12,
// 15/2026. A number without a year is of this year.
func answers(v *visit.Visit, typed string) (ids []routing.ID, err error) {
	year, _, _ := calendar.DateOf(v.Now()).Civil()
	for _, word := range strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(",; \n\t", r) }) {
		m := numberInBook.FindStringSubmatch(word)
		if m == nil {
			return nil, routing.ErrField.With("fields", map[string]string{"answers": "ghi số đến, ví dụ 12 hoặc 12/2026, cách nhau bằng dấu phẩy"})
		}
		at := year
		if m[2] != "" {
			at, _ = strconv.Atoi(m[2])
		}
		n, _ := strconv.Atoi(m[1])
		id, err := v.Desk().InBook(v.Context(), v.Actor, at, n)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// numberOf is a số đến with its year.
func numberOf(a postgres.Answered) string { return strconv.Itoa(a.Number) + "/" + strconv.Itoa(a.Year) }

// notationFor is the notation that a type had lately in the book; else the beginning
// that the decree gives it.
func notationFor(typeName string, lately []string) string {
	want := routing.Abbreviation(typeName)
	for _, notation := range lately {
		first, _, _ := strings.Cut(notation, "-")
		if first == want || want == "" && !slices.ContainsFunc(routing.TypeNames, func(other string) bool { return routing.Abbreviation(other) == first }) {
			return notation
		}
	}
	if want == "" {
		return ""
	}
	return want + "-"
}
