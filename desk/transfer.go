package desk

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
)

// Transfer is what the house goes by, as it is taken out and brought in: who
// holds a position is no part of it, and no document.
type Transfer struct {
	Chart     routing.Chart
	Ladders   []routing.Ladder // the newest version of each
	Days      []calendar.Exception
	Templates []routing.Template // in use
}

// Plan is what an import would do, and what speaks against it.
type Plan struct {
	Words     []string // each change, in Vietnamese
	Faults    []*routing.Error
	ladders   []postgres.LadderVersion
	days      []routing.DayChange
	templates []routing.Template
}

// Export takes out what the house goes by, for the administrator of the organ at
// the top; of a day, if one is named, only what holds on it. With its entry.
func (d *Desk) Export(ctx context.Context, actor routing.Actor, day calendar.Date) (t Transfer, err error) {
	if !actor.MayOrganiseAll() {
		return t, routing.ErrNotAllowed
	}
	if t, err = d.transfer(ctx); err != nil {
		return t, err
	}
	if !day.IsZero() {
		t.Chart = t.Chart.Only(day)
	}
	e := d.entryOf(actor, routing.EntryExported, routing.Subject{Kind: routing.SubjectUnit})
	e.UnitID, e.Details = "", map[string]any{"what": "organisation"}
	return t, d.record.Note(ctx, e)
}

func (d *Desk) transfer(ctx context.Context) (t Transfer, err error) {
	if t.Chart, err = d.record.Chart(ctx); err != nil {
		return t, err
	}
	ladders, err := d.record.Ladders(ctx)
	if err != nil {
		return t, err
	}
	for _, l := range ladders {
		t.Ladders = append(t.Ladders, l.Ladder)
	}
	if _, t.Days, err = d.record.Calendar(ctx); err != nil {
		return t, err
	}
	t.Templates, err = d.record.AllTemplates(ctx)
	return t, err
}

// CheckImport says what an import would do, one sentence for each change, and all
// that speaks against it. What the file does not name stays as it is. basis is
// what it rests on in writing.
func (d *Desk) CheckImport(ctx context.Context, actor routing.Actor, in Transfer, basis string) (Plan, error) {
	if !actor.MayOrganiseAll() {
		return Plan{}, routing.ErrNotAllowed
	}
	now, err := d.transfer(ctx)
	if err != nil {
		return Plan{}, err
	}
	p, err := d.planRest(ctx, actor, now, in, basis)
	if err != nil {
		return p, err
	}
	after := now.Chart.With(in.Chart)
	faults, err := judge(actor, now.Chart, after, calendar.DateOf(d.now()), d.record.BusyNow(ctx))
	p.Faults = append(faults, p.Faults...)
	var words []string
	for _, x := range routing.ChartChanges(now.Chart, after) {
		words = append(words, x.Words)
	}
	p.Words = append(words, p.Words...)
	return p, err
}

// Import does exactly what CheckImport says, or nothing: the first refusal is its
// answer. The same request again does nothing.
func (d *Desk) Import(ctx context.Context, actor routing.Actor, in Transfer, basis string, req routing.Request) (Plan, error) {
	if err := checkReason(basis); err != nil {
		return Plan{}, err
	}
	if !actor.MayOrganiseAll() {
		return Plan{}, routing.ErrNotAllowed
	}
	e := d.entryOf(actor, "organisation-imported", routing.Subject{Kind: routing.SubjectUnit})
	e.UnitID, e.Details = "", map[string]any{"basis": basis}
	if first, err := d.record.EntryByRequest(ctx, actor.AccountID, req); err == nil {
		return Plan{Words: importedWords(first)}, nil
	}
	p, err := d.CheckImport(ctx, actor, in, basis)
	switch {
	case err != nil:
		return p, err
	case len(p.Faults) > 0:
		return p, p.Faults[0]
	case len(p.Words) == 0:
		return p, nil
	}
	e.Details["changes"] = p.Words
	day := calendar.DateOf(e.At)
	part := func(kind routing.EntryKind, subject routing.SubjectKind) routing.Entry {
		x := d.entryOf(actor, kind, routing.Subject{Kind: subject})
		x.UnitID = ""
		return x
	}
	_, err = d.record.Reorganise(ctx, postgres.Reorganisation{Entry: e, Request: req, Today: day,
		Ladders: p.ladders, LadderEntry: part("ladder-changed", routing.SubjectLadder),
		Templates: p.templates, TemplateEntry: part("template-changed", routing.SubjectTemplate),
		Calendar: postgres.NewCalendar{Days: p.days, Source: basis, Actor: actor, At: e.At, Entry: part("calendar-changed", routing.SubjectCalendar)},
		Change: func(before routing.Chart, busy postgres.Busy) (routing.Chart, error) {
			after := before.With(in.Chart)
			faults, err := judge(actor, before, after, day, busy)
			if err == nil && len(faults) > 0 {
				err = faults[0]
			}
			return after, err
		}})
	return p, err
}

func importedWords(e routing.Entry) (words []string) {
	list, _ := e.Details["changes"].([]any)
	for _, x := range list {
		words = append(words, fmt.Sprint(x))
	}
	return words
}

// planRest plans ladders, days off and templates.
func (d *Desk) planRest(ctx context.Context, actor routing.Actor, now, in Transfer, basis string) (p Plan, err error) {
	refuse := func(err error) {
		if refusal, ok := err.(*routing.Error); ok && refusal != nil {
			p.Faults = append(p.Faults, refusal)
		}
	}
	versions, err := d.record.Ladders(ctx)
	if err != nil {
		return p, err
	}
	for _, l := range in.Ladders {
		i := slices.IndexFunc(versions, func(v postgres.LadderVersion) bool { return v.Code == l.Code })
		version := 0
		if i >= 0 {
			if version = versions[i].Version; sameLadder(versions[i].Ladder, l) {
				continue
			}
		}
		if l.Code == routing.DemoLadder {
			refuse(routing.ErrLadder.Saying("Thang “demo” chỉ để chạy thử và không đổi được."))
		}
		refuse(routing.CheckSecrecy(routing.NoSecret, l.Name))
		refuse(l.Check())
		p.ladders = append(p.ladders, postgres.LadderVersion{Ladder: l, Version: version + 1, ChangedBy: actor.AccountID, ChangedAt: d.now(), Reason: basis})
		p.Words = append(p.Words, fmt.Sprintf("Thang đôn đốc “%s”: phiên bản %d.", l.Code, version+1))
	}
	p.planDays(now.Days, in.Days, basis, calendar.DateOf(d.now()), refuse)
	return p, p.planTemplates(now, in, d, refuse)
}

// sameLadder compares what is said, however nothing is written.
func sameLadder(a, b routing.Ladder) bool {
	return reflect.DeepEqual(plainLadder(a), plainLadder(b))
}

func plainLadder(l routing.Ladder) routing.Ladder {
	rungs := make([]routing.Rung, len(l.Rungs))
	for i, r := range l.Rungs {
		r.Tell, r.Channels = append([]routing.Audience{}, r.Tell...), append([]routing.Medium{}, r.Channels...)
		rungs[i] = r
	}
	l.Rungs = rungs
	return l
}

func (p *Plan) planDays(present, wanted []calendar.Exception, basis string, today calendar.Date, refuse func(error)) {
	for _, x := range wanted {
		i := slices.IndexFunc(present, func(y calendar.Exception) bool { return y.Date == x.Date })
		if i >= 0 && present[i].Kind == x.Kind {
			continue
		}
		p.days = append(p.days, routing.DayChange{Day: x.Date, Kind: x.Kind, Reason: x.Reason})
		p.Words = append(p.Words, fmt.Sprintf("Lịch: ngày %s là %s (%s).", x.Date, x.Kind, x.Reason))
	}
	if len(p.days) > 0 {
		_, err := routing.ChangeDays(present, p.days, basis, today)
		refuse(err)
	}
}

func (p *Plan) planTemplates(now, in Transfer, d *Desk, refuse func(error)) error {
	after := now.Chart.With(in.Chart)
	for _, t := range in.Templates {
		i := slices.IndexFunc(now.Templates, func(x routing.Template) bool { return x.ID == t.ID })
		t.CreatedAt = d.now()
		if i >= 0 {
			was := now.Templates[i]
			if t.Version, t.CreatedAt = was.Version, was.CreatedAt; was.SaysLike(t) && was.UnitID == t.UnitID {
				continue
			}
			if was.UnitID != t.UnitID {
				refuse(routing.ErrTemplate.With("template", string(t.ID)))
			}
		}
		if _, ok := after.Unit(t.UnitID); !ok || !validID(t.ID) {
			refuse(routing.ErrUnit.With("unit", string(t.UnitID)))
		}
		refuse(t.Check())
		p.templates = append(p.templates, t)
		p.Words = append(p.Words, fmt.Sprintf("Mẫu chỉ đạo “%s”.", strings.TrimSpace(t.Name)))
	}
	return nil
}
