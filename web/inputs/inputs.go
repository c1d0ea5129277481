// Package inputs is what forms are put together from: labels, fields, choices, and
// what was typed into them before they were refused. It knows no rule.
package inputs

import (
	"net/url"
	"slices"

	"congvan/calendar"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Form is what stands in a form, and what was refused of it.
type Form struct {
	Fault  *routing.Error
	values url.Values
}

// New is a form with names and values in turns; a name may come often.
func New(pairs ...string) Form {
	f := Form{values: url.Values{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.values.Add(pairs[i], pairs[i+1])
	}
	return f
}

// Typed is a form as it was sent, with the refusal.
func Typed(v *visit.Visit, fault *routing.Error) Form {
	return Form{Fault: fault, values: v.Sent()}
}

// Value is what stands in a field.
func (f Form) Value(name string) string { return f.values.Get(name) }

// Has says whether a value was chosen.
func (f Form) Has(name, value string) bool { return slices.Contains(f.values[name], value) }

// Wrong is what is wrong with a field; empty: nothing.
func (f Form) Wrong(name string) string { return ui.FaultOf(f.Fault, name) }

// Option is one choice: what is sent, and what is read.
type Option struct{ Value, Text string }

// Act is a form on a page of its own: it also fits into a dialog.
type Act struct {
	Title string // in Vietnamese
	Path  string // where it is sent
	Back  string // where it came from
	Do    string // what the button says, in Vietnamese; empty: saving
	Loud  bool   // what it does is not taken back easily
}

func (a Act) button() string {
	if a.Do == "" {
		return "Lưu"
	}
	return a.Do
}

// fault is the id of what is wrong with a field, for aria-describedby; empty: nothing is.
func (f Form) fault(name string) string {
	if f.Wrong(name) == "" {
		return ""
	}
	return "fault-" + name
}

// Date is a day that a form carries; a field that has none is refused by name.
func Date(v *visit.Visit, name string) (calendar.Date, error) {
	day, err := v.DayValue(name)
	if err == nil && day == "" {
		err = routing.ErrField.With("fields", map[string]string{name: "hãy ghi ngày, dạng 05/02/2026"})
	}
	if err != nil {
		return calendar.Date{}, err
	}
	return calendar.Parse(day)
}

// Knows says whether the form has such a field at all, be it empty.
func (f Form) Knows(name string) bool { return len(f.values[name]) > 0 }

// Rename lets a refusal name the fields as the form calls them.
func Rename(err error, name func(field string) string) error {
	refusal, ok := err.(*routing.Error)
	if !ok {
		return err
	}
	fields, ok := refusal.Details["fields"].(map[string]string)
	if !ok {
		return err
	}
	named := make(map[string]string, len(fields))
	for field, why := range fields {
		named[name(field)] = why
	}
	return refusal.With("fields", named)
}

// At lets a refusal that names no field stand at one of the form as well.
func At(err error, field string) error {
	refusal, ok := err.(*routing.Error)
	if !ok || refusal.Details["fields"] != nil {
		return err
	}
	return refusal.With("fields", map[string]string{field: refusal.Message})
}
