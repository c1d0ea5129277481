package direct

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"congvan/desk"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// outlook is what the form would mean if it were sent now.
type outlook struct {
	Clear   []aspect // the five "rõ"
	Rows    []expected
	Summary string
	Refused *routing.Error // of the direction as a whole
	Faults  []string       // of single days
}

// Ready says whether nothing speaks against sending it.
func (o outlook) Ready() bool {
	return o.Refused == nil && len(o.Faults) == 0 && !slices.ContainsFunc(o.Rows, func(x expected) bool { return x.Refused != nil })
}

// Warned counts the warnings of all recipients.
func (o outlook) Warned() (n int) {
	for _, x := range o.Rows {
		n += len(x.Warnings)
	}
	return n
}

// aspect is one of the five "rõ" of a direction.
type aspect struct {
	Key, Name, How string
	Said           bool
}

// expected is what it means for one recipient.
type expected struct {
	desk.Expected
	Name  string
	Keeps bool
}

// aspects are the five, by the names that the desk has for them.
var aspects = []aspect{
	{"people", "Rõ người", "Chọn nơi nhận", false},
	{"task", "Rõ việc", "Ghi việc phải làm", false},
	{"process", "Rõ quy trình", "Ghi cách phối hợp, báo cáo", false},
	{"responsibility", "Rõ trách nhiệm", "Chọn đúng một nơi chủ trì", false},
	{"result", "Rõ hiệu quả", "Ghi kết quả phải có", false},
}

// forecast asks the desk what the form would mean.
func (f *form) forecast(v *visit.Visit) (outlook, error) {
	draft := desk.Draft{Text: f.Text, Process: f.Process, Result: f.Result}
	var out outlook
	chosen := f.chosen()
	for _, p := range chosen {
		r := desk.DraftRecipient{Recipient: routing.Recipient{UnitID: p.Unit, PositionID: p.Position, Role: p.Role}}
		if p.Timed() {
			if _, err := f.due(v, p); err != nil && ui.FieldFaults(fault(err)) != nil {
				out.fault(spoken(v.Context(), fault(err)).Message)
			}
			r.Due = f.draftDue(v, p)
		}
		draft.Recipients = append(draft.Recipients, r)
	}
	found, err := v.Desk().WhatIf(v.Context(), v.Actor, f.Target, draft)
	if err != nil {
		return out, err
	}
	out.Summary, out.Refused, out.Clear = found.Summary, found.Refused, clear(found.Refused, f, chosen)
	for i, x := range found.Recipients {
		out.Rows = append(out.Rows, expected{x, chosen[i].Name, chosen[i].Keeps})
	}
	return out, nil
}

func (o *outlook) fault(sentence string) {
	if !slices.Contains(o.Faults, sentence) {
		o.Faults = append(o.Faults, sentence)
	}
}

// clear is the list of the five, filled as far as the desk leaves none open.
func clear(refused *routing.Error, f *form, chosen []*place) []aspect {
	var open []string
	if refused != nil {
		open, _ = refused.Details["open"].([]string)
	}
	leads := 0
	for _, p := range chosen {
		if p.Role == routing.Lead {
			leads++
		}
	}
	said := map[string]bool{"people": len(chosen) > 0, "task": f.Text != "", "process": f.Process != "", "responsibility": leads == 1, "result": f.Result != ""}
	out := slices.Clone(aspects)
	for i := range out {
		out[i].Said = said[out[i].Key] && !slices.Contains(open, out[i].Key)
	}
	return out
}

// fault is the refusal in an error, nil if it is none.
func fault(err error) *routing.Error {
	var refused *routing.Error
	errors.As(err, &refused)
	return refused
}

// spoken is a refusal in a sentence, in the reader's language, that says which of
// the five is open, or of whom it speaks.
func spoken(ctx context.Context, e *routing.Error) *routing.Error {
	if open, ok := e.Details["open"].([]string); ok {
		var names []string
		for _, a := range aspects {
			if slices.Contains(open, a.Key) {
				names = append(names, lowerFirst(ui.T(ctx, a.Name)))
			}
		}
		return saying(e, ui.T(ctx, "Ý kiến chỉ đạo chưa đủ 5 rõ; còn thiếu: %s.", strings.Join(names, ", ")))
	}
	said := ui.T(ctx, e.Message)
	if next, ok := e.Details["nextWorkday"].(string); ok {
		said = ui.T(ctx, "Thời hạn rơi vào ngày nghỉ; ngày làm việc kế tiếp là %s.", ui.PlainDay(next))
	}
	if name, ok := e.Details["unitName"].(string); ok && name != "" {
		said = name + ": " + lowerFirst(said)
	}
	return saying(e, said)
}

// saying is a refusal with another sentence, as it is.
func saying(e *routing.Error, sentence string) *routing.Error { return e.Saying("%s", sentence) }

func lowerFirst(s string) string {
	for i, r := range s {
		return strings.ToLower(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// left says how much working time there is: "2 ngày 4 giờ làm việc".
func left(ctx context.Context, d time.Duration) string {
	const day = 8 * time.Hour
	days, hours := int(d/day), int(d%day/time.Hour)
	switch {
	case d <= 0:
		return ""
	case days == 0:
		return ui.T(ctx, "%d giờ làm việc", hours)
	case hours == 0:
		return ui.T(ctx, "%d ngày làm việc", days)
	default:
		return ui.T(ctx, "%d ngày %d giờ làm việc", days, hours)
	}
}

// daysOff says which days in the term do not count: weekends by their number,
// all others by name.
func daysOff(ctx context.Context, days []desk.DayOff) string {
	var named []string
	weekends := 0
	for _, d := range days {
		if day := d.Date.Weekday(); day == time.Saturday || day == time.Sunday {
			weekends++
			continue
		}
		named = append(named, ui.PlainDay(d.Date.String())[:5]+" ("+d.Reason+")")
	}
	if weekends > 0 {
		named = append(named, ui.T(ctx, "%d ngày cuối tuần", weekends))
	}
	return strings.Join(named, ", ")
}

// roleCount are the recipients that are asked for the same.
type roleCount struct {
	Role  routing.Role
	Count int
	Names []string
}

// roleCounts counts the recipients by what they are asked for; where a whole
// group is, it is named as one.
func (f *form) roleCounts() []roleCount {
	var out []roleCount
	for _, role := range []routing.Role{routing.Lead, routing.Coordinate, routing.Execute, routing.Inform} {
		var keys []string
		for _, p := range f.chosen() {
			if p.Role == role {
				keys = append(keys, p.Key)
			}
		}
		if len(keys) > 0 {
			out = append(out, roleCount{role, len(keys), f.names(keys)})
		}
	}
	return out
}

// names are what places are called; all of a group are called by its name.
func (f *form) names(keys []string) (out []string) {
	for _, g := range f.Groups {
		var within []string
		for _, p := range g.Places {
			if slices.Contains(keys, p.Key) {
				within = append(within, p.Name)
			}
		}
		if len(within) == len(g.Places) && len(within) > 3 {
			within = []string{g.Whole}
		}
		out = append(out, within...)
	}
	return out
}

// term is a due instant, and for whom it is the same.
type term struct {
	expected
	Loads []load     // those of whom there is no more to say than how much waits there
	Rows  []expected // all others
}

// load is how much waits at recipients already, the same at each.
type load struct {
	Open, DueThatDay int
	Names            []string
	keys             []string
}

// terms puts together the recipients for whom the same instant ends the same
// number of working hours, the nearest first.
func (f *form) terms() []term {
	var out []term
	chosen := f.chosen()
	for i, x := range f.Forecast.Rows {
		at := slices.IndexFunc(out, func(t term) bool { return t.same(x) })
		if at < 0 {
			at, out = len(out), append(out, term{expected: x})
		}
		if x.Refused != nil || len(x.Warnings) > 0 {
			out[at].Rows = append(out[at].Rows, x)
		} else {
			out[at].add(x, chosen[i].Key)
		}
	}
	for _, t := range out {
		for i := range t.Loads {
			t.Loads[i].Names = f.names(t.Loads[i].keys)
		}
		slices.SortStableFunc(t.Loads, func(a, b load) int { return b.Open - a.Open })
	}
	slices.SortStableFunc(out, func(a, b term) int { return a.Recipient.Due.Compare(b.Recipient.Due) })
	return out
}

func (t *term) add(x expected, key string) {
	at := slices.IndexFunc(t.Loads, func(l load) bool { return l.Open == x.Open && l.DueThatDay == x.DueThatDay })
	if at < 0 {
		at, t.Loads = len(t.Loads), append(t.Loads, load{Open: x.Open, DueThatDay: x.DueThatDay})
	}
	t.Loads[at].keys = append(t.Loads[at].keys, key)
}

func (t term) same(x expected) bool {
	informed := func(e expected) bool { return e.Recipient.Role == routing.Inform }
	return t.Keeps == x.Keeps && informed(t.expected) == informed(x) && t.Recipient.Due.Equal(x.Recipient.Due) && t.Left == x.Left &&
		len(t.DaysOff) == len(x.DaysOff) && (!informed(x) || t.ReceiveDue.Equal(x.ReceiveDue))
}
