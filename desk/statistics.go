package desk

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
	"congvan/statistics"
)

// PrintQuery asks for a printed report.
type PrintQuery struct {
	Code   string // of the layout
	Period statistics.Period
	UnitID routing.ID // whose book; empty: that of the organ which the actor oversees first
	// Narrowed by, each if it is not empty:
	TypeName string
	Issuer   string // words of it
	Field    string
	GivenTo  routing.ID // unit; of outgoing documents: that drafted them
	Person   routing.ID // position
	Form     string     // in which it leaves the system, for the journal
	Limit    int        // of lines; 0: [RegisterLimit]
}

// Reportable are the units whose printed reports an actor may have, the one that
// is meant if he names none first: his own if he speaks for it, the one right
// above for the chief of its office, the organ for an inspector. Nobody else has
// any.
func (d *Desk) Reportable(ctx context.Context, actor routing.Actor) ([]postgres.Unit, error) {
	units, err := d.record.Units(ctx, today(d.now()))
	if err != nil {
		return nil, err
	}
	units = slices.DeleteFunc(units, func(u postgres.Unit) bool { return !actor.Oversees(u.ID) })
	first := reportedFirst(actor)
	slices.SortStableFunc(units, func(a, b postgres.Unit) int {
		switch {
		case a.ID == b.ID:
			return 0
		case a.ID == first:
			return -1
		case b.ID == first:
			return 1
		}
		return 0
	})
	return units, nil
}

// reportedFirst is whose reports an actor means who names no unit.
func reportedFirst(actor routing.Actor) routing.ID {
	if actor.Office != routing.Clerk && actor.AboveID != "" && actor.Oversees(actor.AboveID) {
		return actor.AboveID
	}
	return actor.UnitID
}

// Print makes a printed report and hands it over a line at a time, and writes into
// the journal that it left the system. Not more than a page of documents is in
// memory at once, and of the rest where it stands.
func (d *Desk) Print(ctx context.Context, actor routing.Actor, in PrintQuery, to statistics.Paper) error {
	layout, found := statistics.Find(in.Code)
	if !found {
		return routing.ErrNotFound
	}
	if in.UnitID == "" {
		in.UnitID = reportedFirst(actor)
	}
	if !actor.Oversees(in.UnitID) {
		return routing.ErrNotAllowed
	}
	if err := checkPrint(in); err != nil {
		return err
	}
	in = in.fitting(layout)
	if in.Limit <= 0 || in.Limit > RegisterLimit {
		in.Limit = RegisterLimit
	}
	head, err := d.headOf(ctx, actor, layout, in)
	if err != nil {
		return err
	}
	e := d.entryOf(actor, routing.EntryExported, routing.Subject{Kind: routing.SubjectBook, ID: string(in.UnitID)})
	e.Details = map[string]any{"form": layout.Code + " " + in.Form, "from": in.Period.Begins(), "to": in.Period.Ends()}
	if err := d.record.Note(ctx, e); err != nil {
		return err
	}
	if layout.Summary {
		return d.printSummary(ctx, actor, head, to)
	}
	return d.printLines(ctx, actor, head, in, to)
}

// fitting leaves out what does not narrow a layout.
func (in PrintQuery) fitting(l statistics.Layout) PrintQuery {
	switch {
	case l.Summary:
		in.TypeName, in.Issuer, in.Field, in.GivenTo, in.Person = "", "", "", "", ""
	case l.Book == statistics.Outgoing:
		in.Issuer, in.Field, in.Person = "", "", ""
	}
	return in
}

func checkPrint(in PrintQuery) error {
	for name, id := range map[string]routing.ID{"unit": in.GivenTo, "person": in.Person, "book": in.UnitID} {
		if id != "" && !validID(id) {
			return routing.ErrField.With("fields", map[string]string{name: "không có trong danh sách"})
		}
	}
	for name, words := range map[string]string{"type": in.TypeName, "issuer": in.Issuer, "field": in.Field} {
		if strings.ContainsRune(words, 0) || !utf8.ValidString(words) {
			return routing.ErrField.With("fields", map[string]string{name: "có ký tự không phải chữ"})
		}
	}
	return in.Period.Check()
}

// headOf fills the head; units are called as they are called today.
func (d *Desk) headOf(ctx context.Context, actor routing.Actor, layout statistics.Layout, in PrintQuery) (statistics.Head, error) {
	h := statistics.Head{Layout: layout, Period: in.Period, UnitID: in.UnitID, At: d.now()}
	units, err := d.unitsByID(ctx, d.now())
	if err != nil {
		return h, err
	}
	h.Organ = units[in.UnitID].Name
	h.Above = units[units[in.UnitID].ParentID].Name
	titles, err := d.record.TitlesOfPositions(ctx, slices.DeleteFunc([]routing.ID{actor.PositionID, in.Person}, func(id routing.ID) bool { return id == "" }))
	h.Author = titles[actor.PositionID]
	unit := "Đơn vị xử lý"
	if layout.Book == statistics.Outgoing {
		unit = "Đơn vị soạn thảo"
	}
	for _, x := range [][2]string{{"Loại văn bản", in.TypeName}, {"Nơi gửi", in.Issuer}, {"Lĩnh vực", in.Field}, {unit, units[in.GivenTo].Name}, {"Người xử lý", titles[in.Person]}} {
		if x[1] != "" {
			h.Filter = append(h.Filter, x[0]+": "+x[1])
		}
	}
	return h, err
}

// printLines hands over the lines of documents, incoming or outgoing.
func (d *Desk) printLines(ctx context.Context, actor routing.Actor, head statistics.Head, in PrintQuery, to statistics.Paper) error {
	places, err := d.placesOf(ctx, actor, head, in)
	if err != nil {
		return err
	}
	head.Lines, head.Whole = len(places), len(places) <= in.Limit
	if err := to.Begin(head); err != nil {
		return err
	}
	sums, of := statistics.Sums{Documents: documentsAt(places)}, headings(places)
	places = places[:min(len(places), in.Limit)]
	for at := 0; at < len(places); at += exportPage {
		page := places[at:min(at+exportPage, len(places))]
		lines, err := d.linesOf(ctx, actor, head.Layout, in.UnitID, page)
		if err != nil {
			return err
		}
		for i, l := range lines {
			if sum, begins := of[at+i]; begins && head.Layout.Group != statistics.NoGroup {
				if err := to.Group(statistics.GroupWords(head.Layout, page[i].Heading, sum)); err != nil {
					return err
				}
			}
			sums.Add(l, head.At)
			if err := to.Line(l.Row(head.Layout, head.At)); err != nil {
				return err
			}
		}
	}
	if !head.Whole {
		sums.Lines, sums.States, sums.More = head.Lines, nil, nil
	}
	return to.End(sums.Words(head.Layout))
}

// placesOf finds where the lines stand, a little of each.
func (d *Desk) placesOf(ctx context.Context, actor routing.Actor, head statistics.Head, in PrintQuery) ([]postgres.PrintedPlace, error) {
	if head.Layout.Book == statistics.Outgoing {
		return d.record.PrintedOutgoing(ctx, postgres.PrintedOutgoingQuery{By: actor, UnitID: in.UnitID, Drafter: in.GivenTo, TypeName: in.TypeName,
			From: in.Period.First.String(), To: in.Period.Last.String(), Order: orderOf(head.Layout.Group), Limit: RegisterLimit + 1})
	}
	return d.record.PrintedPlaces(ctx, postgres.PrintedQuery{By: actor, UnitID: in.UnitID, Person: in.Person, Order: orderOf(head.Layout.Group), Limit: RegisterLimit + 1,
		Find: postgres.Find{From: in.Period.Begins(), To: in.Period.Ends(), TypeName: in.TypeName, Issuer: in.Issuer, Field: in.Field, Unit: in.GivenTo}})
}

// documentsAt counts the documents, each once.
func documentsAt(places []postgres.PrintedPlace) int {
	seen := make(map[routing.ID]bool, len(places))
	for _, p := range places {
		seen[p.ID] = true
	}
	return len(seen)
}

// headings says at which lines a group begins, and what stands in it.
func headings(places []postgres.PrintedPlace) map[int]statistics.GroupSum {
	of, first := map[int]statistics.GroupSum{}, 0
	for i := range places {
		if places[i].Heading != places[first].Heading || places[i].Who != places[first].Who {
			first = i
		}
		sum := of[first]
		if sum.Lines++; places[i].Cancelled {
			sum.Cancelled++
		}
		of[first] = sum
	}
	return of
}

func orderOf(g statistics.Group) postgres.PrintedOrder {
	return map[statistics.Group]postgres.PrintedOrder{statistics.ByType: postgres.PrintedByType, statistics.ByIssuer: postgres.PrintedByIssuer,
		statistics.ByPerson: postgres.PrintedByPerson, statistics.ByUnit: postgres.PrintedByUnit, statistics.BySigner: postgres.PrintedBySigner}[g]
}

// linesOf reads what stands at some places.
func (d *Desk) linesOf(ctx context.Context, actor routing.Actor, layout statistics.Layout, unit routing.ID, places []postgres.PrintedPlace) ([]statistics.Printable, error) {
	if layout.Book == statistics.Outgoing {
		return d.outgoingLines(ctx, actor, unit, places)
	}
	found, err := d.record.PrintedDocuments(ctx, unit, places)
	if err != nil {
		return nil, err
	}
	ids := make([]routing.ID, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	given, err := d.record.HandedOut(ctx, unit, ids)
	if err != nil {
		return nil, err
	}
	var replies map[routing.ID][]routing.Outgoing
	if slices.ContainsFunc(layout.Columns, func(c statistics.Column) bool { return c.Field == statistics.Answer }) {
		if replies, err = d.record.Replies(ctx, actor, ids); err != nil {
			return nil, err
		}
	}
	units, err := d.unitsByID(ctx, d.now())
	if err != nil {
		return nil, err
	}
	out := make([]statistics.Printable, len(found))
	for i, x := range found {
		p := places[i]
		l := statistics.Line{Document: x.Document, Year: p.Year, Number: p.Number, Arrived: p.Arrived, Group: p.Heading, Directors: x.Directors, Share: x.Share, Ward: x.Ward,
			Replies: slices.DeleteFunc(slices.Clone(replies[p.ID]), func(o routing.Outgoing) bool { return o.UnitID != unit })}
		for _, g := range given[p.ID] {
			if g.Status == routing.HandedOver {
				continue
			}
			place := statistics.Place{Name: units[g.UnitID].Name, Role: g.Role}
			if g.Position != "" {
				place.Name = g.Position
			}
			l.Places = append(l.Places, place)
			if x.Share.ID == "" && g.Role == routing.Lead && (l.Share.ID == "" || !l.Share.Open() || g.ClosedAt.IsZero()) {
				l.Share = routing.Assignment{ID: p.ID, Role: g.Role, Status: g.Status, Due: g.DueAt, ReceiveDue: g.ReceiveDue, HeldAt: g.HeldAt, ReportedAt: g.ReportedAt, ClosedAt: g.ClosedAt}
				l.Ward = units[g.UnitID].Kind == routing.Ward
			}
		}
		out[i] = l
	}
	return out, nil
}

// printSummary hands over the figures of VBDEN07.
func (d *Desk) printSummary(ctx context.Context, actor routing.Actor, head statistics.Head, to statistics.Paper) error {
	rows, err := d.reckonings(ctx, actor, head.UnitID, head.Period)
	if err != nil {
		return err
	}
	head.Lines, head.Whole = len(rows), true
	if err := to.Begin(head); err != nil {
		return err
	}
	for i, r := range rows {
		if err := to.Line(statistics.Row{Unit: r.UnitID, Cells: r.Cells(i + 1)}); err != nil {
			return err
		}
	}
	if err := to.Line(statistics.Row{Sum: true, Cells: statistics.Sum(rows).Cells(0)}); err != nil {
		return err
	}
	return to.End("")
}

// reckonings are the figures of a period by unit.
func (d *Desk) reckonings(ctx context.Context, actor routing.Actor, unit routing.ID, p statistics.Period) ([]statistics.Reckoning, error) {
	rows, err := d.record.Summaries(ctx, postgres.BookScope(actor, unit), postgres.Narrow{}, p.Instants(), d.now())
	if err != nil {
		return nil, err
	}
	units, err := d.record.Units(ctx, today(d.now()))
	return statistics.Reckonings(rows, units), err
}

// outgoingLines reads the outgoing documents at some places.
func (d *Desk) outgoingLines(ctx context.Context, actor routing.Actor, unit routing.ID, places []postgres.PrintedPlace) ([]statistics.Printable, error) {
	ids := make([]routing.ID, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	found, err := d.record.OutgoingAt(ctx, actor, ids)
	if err != nil {
		return nil, err
	}
	var asked []routing.ID
	for _, o := range found {
		asked = append(asked, o.Answers...)
	}
	answered, err := d.record.AnsweredBy(ctx, actor, unit, asked)
	if err != nil {
		return nil, err
	}
	out := make([]statistics.Printable, len(found))
	for i, o := range found {
		l := statistics.OutgoingLine{Document: o}
		for _, a := range answered {
			if slices.Contains(o.Answers, a.ID) {
				l.Answers = append(l.Answers, statistics.Answered{Year: a.Year, Number: a.Number})
			}
		}
		out[i] = l
	}
	return out, nil
}

// PeriodOf is the period of a name as it is meant today.
func (d *Desk) PeriodOf(p statistics.Preset) (statistics.Period, bool) {
	return p.Of(calendar.DateOf(d.now()))
}
