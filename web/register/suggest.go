package register

import (
	"strings"
	"time"
	"unicode"

	"congvan/calendar"
	"congvan/desk"
	"congvan/routing"
	"congvan/web/ui"
)

// source is where a suggestion of a file came from.
type source struct {
	Value string // as the form takes it
	Line  string // that it was read from
	Page  int
	Sure  bool
	Fits  bool // may fill an empty field: the rules would not refuse it
	Taken bool // stands in the field
}

// sourcesOf are what the files of a form say of its fields: of several files the
// first that says something of a field counts.
func sourcesOf(f form, uploads []desk.Upload, issuers []string, now time.Time) map[string]source {
	out := map[string]source{}
	at := f.fields()
	for _, up := range uploads {
		if up.Found == nil {
			continue
		}
		for _, s := range up.Found.Suggestions {
			name := string(s.Field)
			field, known := at[name]
			if _, told := out[name]; told || !known {
				continue
			}
			x := source{Value: strings.TrimSpace(s.Value), Line: strings.Join(strings.Fields(s.Line.Text), " "), Page: s.Line.Page, Sure: s.Confidence == "chắc", Fits: true}
			switch name {
			case "issuedOn":
				x.Fits = x.Value <= calendar.DateOf(now).String()
				x.Value = ui.PlainDay(x.Value)
			case "replyBy":
				x.Fits = x.Value >= calendar.DateOf(now).String()
				x.Value = ui.PlainDay(x.Value)
			case "issuer":
				x.Value = asKnown(x.Value, issuers)
			}
			x.Taken = routing.Fold(*field) == routing.Fold(x.Value)
			out[name] = x
		}
	}
	return out
}

// fill puts what the files say into the fields that nobody typed into: those that
// are empty, and those that were carried over from the document before.
func (f *form) fill(sources map[string]source) {
	for name, at := range f.fields() {
		s, told := sources[name]
		if !told || !s.Fits || *at != "" && *at != f.Kept[name] {
			continue
		}
		*at, s.Taken = s.Value, true
		sources[name] = s
	}
}

// take puts one suggestion into its field, whatever stands there.
func (f *form) take(name string, sources map[string]source) {
	s, told := sources[name]
	if !told {
		return
	}
	*f.fields()[name], s.Taken = s.Value, true
	sources[name] = s
}

// asKnown writes the name of an organ as the book has it, if it has it.
func asKnown(issuer string, known []string) string {
	key := routing.Fold(strings.Join(strings.Fields(issuer), " "))
	for _, name := range known {
		if routing.Fold(name) == key {
			return name
		}
	}
	return issuer
}

// shown is a suggestion as its button names it.
func (s source) shown() string {
	const most = 60
	if r := []rune(s.Value); len(r) > most {
		return strings.TrimRightFunc(string(r[:most]), unicode.IsSpace) + "…"
	}
	return s.Value
}
