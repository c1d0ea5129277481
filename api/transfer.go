package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"congvan/api/internal/contract"
	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
	"congvan/sheets"
)

// The file has one line for each version, as the file that an installation
// begins with has: lines of the same id are one unit, or one position.

func unitLines(u routing.ChartUnit) []contract.ChartUnitLine {
	return answers(u.Versions, func(v routing.Version[routing.UnitFacts]) contract.ChartUnitLine {
		return contract.ChartUnitLine{ID: string(u.ID), Kind: string(u.Kind), Code: v.Is.Code, Name: v.Is.Name, Parent: string(v.Is.ParentID),
			OfficeHours: v.Is.OfficeHours, OnDuty: v.Is.OnDuty, ValidFrom: v.From.String(), ValidTo: maybeDay(v.To)}
	})
}

func positionLines(p routing.ChartPosition) []contract.ChartPositionLine {
	return answers(p.Versions, func(v routing.Version[routing.PositionFacts]) contract.ChartPositionLine {
		return contract.ChartPositionLine{ID: string(p.ID), Code: p.Code, OnPaper: p.OnPaper, Unit: string(v.Is.UnitID), Title: v.Is.Title,
			Office: string(v.Is.Office), Fields: v.Is.Fields, ValidFrom: v.From.String(), ValidTo: maybeDay(v.To)}
	})
}

func chartFile(c routing.Chart) (out contract.OrganisationFile) {
	for _, u := range c.Units {
		out.Units = append(out.Units, unitLines(u)...)
	}
	for _, p := range c.Positions {
		out.Positions = append(out.Positions, positionLines(p)...)
	}
	out.Successors = answers(c.Successors, func(x routing.Successor) contract.SuccessorLine {
		return contract.SuccessorLine{Unit: string(x.UnitID), Successor: string(x.SuccessorID), ValidFrom: x.From.String(), Basis: x.Basis}
	})
	return out
}

func transferFile(t desk.Transfer) contract.OrganisationFile {
	out := chartFile(t.Chart)
	maybe := func(s *routing.Span) string {
		if s == nil {
			return ""
		}
		return s.String()
	}
	out.Ladders = answers(t.Ladders, func(l routing.Ladder) contract.LadderFile {
		return contract.LadderFile{
			Code: l.Code, Name: l.Name, Direction: l.Direction.String(), Receipt: l.Receipt.String(), Approval: l.Approval.String(),
			Registering: maybe(l.Registering), Notice: maybe(l.Notice), Presenting: maybe(l.Presenting), Return: maybe(l.Return), Decision: maybe(l.Decision),
			Rungs: answers(l.Rungs, func(r routing.Rung) contract.Rung {
				return contract.Rung{Kind: string(r.Kind), Step: r.Step, When: r.When.String(), Tell: texts(r.Tell), Channels: texts(r.Channels)}
			}),
		}
	})
	out.Calendar = answers(t.Days, func(d calendar.Exception) contract.DayFile {
		return contract.DayFile{Day: d.Date.String(), Kind: string(d.Kind), Reason: d.Reason, Source: d.Source}
	})
	out.Templates = answers(t.Templates, func(x routing.Template) contract.TemplateFile {
		a := templateAnswer(x)
		return contract.TemplateFile{ID: a.ID, Unit: string(x.UnitID), Name: a.Name, TypeName: a.TypeName, Field: a.Field, Issuer: a.Issuer,
			Text: a.Text, Process: a.Process, Result: a.Result, Recipients: a.Recipients}
	})
	return out
}

// transferOf reads a file; the rules are the desk's.
func transferOf(in contract.OrganisationFile) (t desk.Transfer, err error) {
	if t.Chart, err = chartOf(in); err != nil {
		return t, err
	}
	for i, l := range in.Ladders {
		ladder, err := ladderOf(l.Code, contract.LadderInput{
			Name: l.Name, Direction: l.Direction, Receipt: l.Receipt, Approval: l.Approval, Registering: l.Registering, Notice: l.Notice,
			Presenting: l.Presenting, Return: l.Return, Decision: l.Decision, Rungs: l.Rungs,
		})
		if err != nil {
			return t, badField(fmt.Sprintf("organisation.ladders.%d", i), "thời gian ghi như 2d, 4h0m0s, now 30m hoặc plain 5s")
		}
		t.Ladders = append(t.Ladders, ladder)
	}
	for i, d := range in.Calendar {
		day, err := date(fmt.Sprintf("organisation.calendar.%d.day", i), d.Day)
		if err != nil {
			return t, err
		}
		t.Days = append(t.Days, calendar.Exception{Date: day, Kind: calendar.DayKind(d.Kind), Reason: d.Reason, Source: d.Source})
	}
	for _, x := range in.Templates {
		template := templateOf(x.ID, contract.TemplateInput{Name: x.Name, TypeName: x.TypeName, Field: x.Field, Issuer: x.Issuer,
			Text: x.Text, Process: x.Process, Result: x.Result, Recipients: x.Recipients})
		template.UnitID = routing.ID(x.Unit)
		t.Templates = append(t.Templates, template)
	}
	return t, nil
}

func chartOf(in contract.OrganisationFile) (c routing.Chart, err error) {
	for i, l := range in.Units {
		v := routing.Version[routing.UnitFacts]{Is: unitFacts(l.Code, l.Name, l.Parent, l.OfficeHours, l.OnDuty)}
		if v.From, v.To, err = term(fmt.Sprintf("organisation.units.%d", i), l.ID, l.ValidFrom, l.ValidTo); err != nil {
			return c, err
		}
		at := slices.IndexFunc(c.Units, func(u routing.ChartUnit) bool { return u.ID == routing.ID(l.ID) })
		if at < 0 {
			at, c.Units = len(c.Units), append(c.Units, routing.ChartUnit{ID: routing.ID(l.ID), Kind: routing.UnitKind(l.Kind)})
		}
		if string(c.Units[at].Kind) != l.Kind {
			return c, badField(fmt.Sprintf("organisation.units.%d.kind", i), "khác với dòng trước của cùng đơn vị")
		}
		c.Units[at].Versions = append(c.Units[at].Versions, v)
	}
	for i, l := range in.Positions {
		v := routing.Version[routing.PositionFacts]{Is: positionFacts(l.Unit, l.Title, l.Office, l.Fields)}
		if v.From, v.To, err = term(fmt.Sprintf("organisation.positions.%d", i), l.ID, l.ValidFrom, l.ValidTo); err != nil {
			return c, err
		}
		at := slices.IndexFunc(c.Positions, func(p routing.ChartPosition) bool { return p.ID == routing.ID(l.ID) })
		if at < 0 {
			at, c.Positions = len(c.Positions), append(c.Positions, routing.ChartPosition{ID: routing.ID(l.ID), Code: l.Code, OnPaper: l.OnPaper})
		}
		if p := c.Positions[at]; p.Code != l.Code || p.OnPaper != l.OnPaper {
			return c, badField(fmt.Sprintf("organisation.positions.%d", i), "khác với dòng trước của cùng chức vụ")
		}
		c.Positions[at].Versions = append(c.Positions[at].Versions, v)
	}
	for i, l := range in.Successors {
		from, _, err := term(fmt.Sprintf("organisation.successors.%d", i), l.Unit, l.ValidFrom, "")
		if err != nil {
			return c, err
		}
		c.Successors = append(c.Successors, routing.Successor{UnitID: routing.ID(l.Unit), SuccessorID: routing.ID(l.Successor), From: from, Basis: l.Basis})
	}
	return c, nil
}

// term reads the days of a line, and its id, which has to be one.
func term(line, id, from, to string) (calendar.Date, calendar.Date, error) {
	var none calendar.Date
	if !gate.PlainID.MatchString(id) {
		return none, none, badField(line+".id", "không phải mã định danh (UUID)")
	}
	begins, err := date(line+".validFrom", from)
	if err != nil {
		return none, none, err
	}
	ends, err := maybeDate(line+".validTo", to)
	return begins, ends, err
}

// exportUnits sends the units as CSV. It is written by hand because the contract
// has no rows.
func (s *server) exportUnits(w http.ResponseWriter, r *http.Request) {
	s.sendTable(w, r, "don-vi.csv", func(o desk.Organisation, row func(...string)) {
		row("id", "kind", "code", "name", "parent", "officeHours", "onDuty", "validFrom", "validTo")
		for _, l := range chartFile(o.Chart).Units {
			row(l.ID, l.Kind, l.Code, l.Name, l.Parent, l.OfficeHours, fmt.Sprint(l.OnDuty), l.ValidFrom, l.ValidTo)
		}
	})
}

// exportPositions sends the positions as CSV, with who holds them.
func (s *server) exportPositions(w http.ResponseWriter, r *http.Request) {
	s.sendTable(w, r, "chuc-vu.csv", func(o desk.Organisation, row func(...string)) {
		row("id", "code", "unit", "title", "office", "fields", "onPaper", "validFrom", "validTo", "holders")
		for _, l := range chartFile(o.Chart).Positions {
			var held []string
			for _, h := range o.Holders {
				if string(h.PositionID) == l.ID {
					held = append(held, fmt.Sprintf("%s (%s – %s)", h.Username, h.From, maybeDay(h.To)))
				}
			}
			row(l.ID, l.Code, l.Unit, l.Title, l.Office, strings.Join(l.Fields, ", "), fmt.Sprint(l.OnPaper), l.ValidFrom, l.ValidTo, strings.Join(held, "; "))
		}
	})
}

func (s *server) sendTable(w http.ResponseWriter, r *http.Request, name string, fill func(desk.Organisation, func(...string))) {
	o, err := s.Desk.TakeOut(r.Context(), gate.CallOf(r.Context()).Actor, name)
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	table, err := sheets.CSV(w)
	row := func(cells ...string) {
		if err == nil {
			err = table.Row(cells...)
		}
	}
	if fill(o, row); err == nil {
		err = table.Close()
	}
	if err != nil {
		panic(http.ErrAbortHandler) // half a file is out: it must not look whole
	}
}
