package direct

import (
	"errors"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// form is a direction in the making, as it stands on the page.
type form struct {
	subject
	Text, Process, Result string
	Due                   string // of all, as typed
	Groups                []group
	Suggested             []routing.Suggestion
	Others                []routing.Template // that do not suit the document
	Back                  string             // where to go when it is given
	From                  string             // where it was asked for
	Fault                 *routing.Error
	Forecast              outlook
	Visitor               *visit.Visit
}

// open is an empty form. A unit that hands on its share keeps the lead, unless
// it says otherwise.
func open(v *visit.Visit, s subject) (*form, error) {
	if !s.May {
		return nil, refusal(v, s)
	}
	f := &form{subject: s, Visitor: v}
	f.Back = v.Back(v.Query("back"), "/documents/"+string(s.Document.ID))
	f.From = v.Back(v.Query("from"), f.Back)
	var err error
	if f.Groups, err = placesOf(v, s.Share.ID != ""); err != nil {
		return nil, err
	}
	for _, p := range f.places() {
		if p.Keeps {
			p.Role = routing.Lead
		}
	}
	if f.Suggested, err = v.Desk().SuggestTemplates(v.Context(), v.Actor, s.Document.ID); err != nil {
		return nil, err
	}
	all, err := v.Desk().Templates(v.Context(), v.Actor)
	for _, t := range all {
		if !f.suggests(t.ID) {
			f.Others = append(f.Others, t)
		}
	}
	return f, err
}

// refusal says why no direction is given: by whom it is, or by the state.
func refusal(v *visit.Visit, s subject) error {
	f, err := v.Desk().WhatIf(v.Context(), v.Actor, s.Target, desk.Draft{})
	if err == nil && f.Refused != nil && routing.FaultOf(f.Refused) == routing.Conflict {
		return f.Refused
	}
	if err != nil {
		return err
	}
	return routing.ErrNotAllowed
}

func (f *form) suggests(id routing.ID) bool {
	for _, s := range f.Suggested {
		if s.Template.ID == id {
			return true
		}
	}
	return false
}

// read is the form as it was sent.
func read(v *visit.Visit, find finder) (*form, error) {
	if err := v.Form(); err != nil {
		return nil, err
	}
	s, err := find(v)
	if err != nil {
		return nil, err
	}
	f, err := open(v, s)
	if err != nil {
		return nil, err
	}
	f.Text, f.Process, f.Result, f.Due = v.Value("text"), v.Value("process"), v.Value("result"), v.Value("due")
	f.Back = v.Back(v.Value("back"), f.Back)
	f.From = v.Back(v.Value("from"), f.Back)
	for _, p := range f.places() {
		p.Role, p.Due = routing.Role(v.Value("to."+p.Key)), v.Value("due."+p.Key)
	}
	return f, nil
}

func (f *form) places() (all []*place) {
	for _, g := range f.Groups {
		all = append(all, g.Places...)
	}
	return all
}

// chosen are the recipients.
func (f *form) chosen() (out []*place) {
	for _, p := range f.places() {
		if p.Chosen() {
			out = append(out, p)
		}
	}
	return out
}

// setGroup gives everybody in a group one role, "ward.execute", but for who
// leads; "ward." takes it away.
func (f *form) setGroup(what string) {
	for _, g := range f.Groups {
		for _, p := range g.Places {
			for _, role := range append([]routing.Role{""}, g.Roles...) {
				if what == g.Key+"."+string(role) && p.Role != routing.Lead {
					p.Role = role
				}
			}
		}
	}
}

// fill puts a template into the form: its words, who gets it, and the days on
// which its terms end if they begin now.
func (f *form) fill(v *visit.Visit, id routing.ID) error {
	t, ok := f.template(id)
	if !ok {
		return routing.ErrTemplate
	}
	f.Text, f.Process, f.Result, f.Due = t.Text, t.Process, t.Result, ""
	draft := desk.Draft{Text: t.Text, Process: t.Process, Result: t.Result}
	for _, r := range t.Recipients {
		draft.Recipients = append(draft.Recipients, desk.DraftRecipient{Recipient: routing.Recipient{UnitID: r.UnitID, PositionID: r.PositionID, Role: r.Role}, Days: r.Days})
	}
	forecast, err := v.Desk().WhatIf(v.Context(), v.Actor, f.Target, draft)
	if err != nil {
		return err
	}
	for _, p := range f.places() {
		p.Role, p.Due = "", ""
		for _, x := range forecast.Recipients {
			if x.Recipient.UnitID == p.Unit && x.Recipient.PositionID == p.Position && !(p.Keeps && x.Recipient.Role != routing.Lead) {
				p.Role, p.Due = x.Recipient.Role, ui.Day(x.Recipient.Due)
			}
		}
	}
	f.shareDue()
	return nil
}

// shareDue makes the day that most have the day of all.
func (f *form) shareDue() {
	days := map[string]int{}
	for _, p := range f.chosen() {
		if days[p.Due]++; p.Due != "" && days[p.Due] > days[f.Due] {
			f.Due = p.Due
		}
	}
	for _, p := range f.places() {
		if p.Due == f.Due {
			p.Due = ""
		}
	}
}

func (f *form) template(id routing.ID) (routing.Template, bool) {
	for _, s := range f.Suggested {
		if s.Template.ID == id {
			return s.Template, true
		}
	}
	for _, t := range f.Others {
		if t.ID == id {
			return t, true
		}
	}
	return routing.Template{}, false
}

// direction is what the form says, each day as the instant at which it ends for
// that unit.
func (f *form) direction(v *visit.Visit) (routing.Direction, error) {
	in := routing.Direction{Text: f.Text, Process: f.Process, Result: f.Result}
	for _, p := range f.chosen() {
		r := routing.Recipient{UnitID: p.Unit, PositionID: p.Position, Role: p.Role}
		if p.Timed() {
			due, err := f.due(v, p)
			if err != nil {
				return in, err
			}
			r.Due = due
		}
		in.Recipients = append(in.Recipients, r)
	}
	return in, nil
}

// due is when the day of a recipient ends for him; zero for none.
func (f *form) due(v *visit.Visit, p *place) (time.Time, error) {
	typed, field := p.Due, "due."+p.Key
	if typed == "" {
		typed, field = f.Due, "due"
	}
	day, ok := visit.ParseDay(typed, v.Now())
	switch {
	case !ok:
		return time.Time{}, routing.ErrField.With("fields", map[string]string{field: "ngày ghi theo dạng 05/02/2026"}).With("unitName", p.Name)
	case day == "":
		return time.Time{}, nil
	}
	due, err := v.Desk().EndOfDay(v.Context(), p.Unit, day)
	var refused *routing.Error
	if errors.As(err, &refused) && refused.Fault == routing.Invalid {
		err = refused.With("unitName", p.Name).With("field", field)
	}
	return due, err
}

// draftDue is due for a forecast: a day off is an instant of that day, so that
// the desk says of which recipient it is one.
func (f *form) draftDue(v *visit.Visit, p *place) time.Time {
	due, err := f.due(v, p)
	var refused *routing.Error
	if errors.As(err, &refused) && refused.Code == routing.ErrDueDayOff.Code {
		typed := p.Due
		if typed == "" {
			typed = f.Due
		}
		day, _ := visit.ParseDay(typed, v.Now())
		if date, err := calendar.Parse(day); err == nil {
			return date.Begins().Add(12 * time.Hour).UTC()
		}
	}
	return due
}
