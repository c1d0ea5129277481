package admin

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"congvan/calendar"
	"congvan/desk"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

// file is what the house goes by, as the API sends it out: one line for each
// version; lines of the same id are one unit, or one position.
type file struct {
	Units      []unitLine        `json:"units"`
	Positions  []positionLine    `json:"positions"`
	Successors []successorLine   `json:"successors"`
	Ladders    []routing.Ladder  `json:"ladders"`
	Calendar   []dayLine         `json:"calendar"`
	Templates  []templateLine    `json:"templates"`
	Holders    []json.RawMessage `json:"holders"` // of the other list of the API; left alone
}

type unitLine struct {
	ID   routing.ID       `json:"id"`
	Kind routing.UnitKind `json:"kind"`
	routing.UnitFacts
	validity
}

type positionLine struct {
	ID      routing.ID `json:"id"`
	Code    string     `json:"code"`
	OnPaper bool       `json:"onPaper"`
	routing.PositionFacts
	validity
}

type validity struct {
	ValidFrom calendar.Date `json:"validFrom"`
	ValidTo   calendar.Date `json:"validTo"`
}

type successorLine struct {
	Unit      routing.ID    `json:"unit"`
	Successor routing.ID    `json:"successor"`
	ValidFrom calendar.Date `json:"validFrom"`
	Basis     string        `json:"basis"`
}

type dayLine struct {
	Day    calendar.Date    `json:"day"`
	Kind   calendar.DayKind `json:"kind"`
	Reason string           `json:"reason"`
	Source string           `json:"source"`
}

type templateLine struct {
	ID         routing.ID                  `json:"id"`
	Unit       routing.ID                  `json:"unit"`
	Name       string                      `json:"name"`
	TypeName   string                      `json:"typeName"`
	Field      string                      `json:"field"`
	Issuer     string                      `json:"issuer"`
	Text       string                      `json:"text"`
	Process    string                      `json:"process"`
	Result     string                      `json:"result"`
	Recipients []routing.TemplateRecipient `json:"recipients"`
}

// readFile reads what was pasted; the rules are the desk's.
func readFile(pasted string) (t desk.Transfer, err error) {
	var in file
	d := json.NewDecoder(strings.NewReader(pasted))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil || d.More() {
		return t, badFile("không phải tệp JSON đúng mẫu: %v", err)
	}
	if t.Chart, err = in.chart(); err != nil {
		return t, err
	}
	t.Ladders = in.Ladders
	for _, x := range in.Calendar {
		t.Days = append(t.Days, calendar.Exception{Date: x.Day, Kind: x.Kind, Reason: x.Reason, Source: x.Source})
	}
	for _, x := range in.Templates {
		t.Templates = append(t.Templates, routing.Template{ID: x.ID, UnitID: x.Unit, Name: x.Name, TypeName: x.TypeName, Field: x.Field, Issuer: x.Issuer,
			Text: x.Text, Process: x.Process, Result: x.Result, Recipients: x.Recipients})
	}
	return t, nil
}

func (in file) chart() (c routing.Chart, err error) {
	for i, l := range in.Units {
		if l.OfficeHours == "" {
			l.OfficeHours = calendar.DefaultHours().String()
		}
		at := slices.IndexFunc(c.Units, func(u routing.ChartUnit) bool { return u.ID == l.ID })
		if at < 0 {
			at, c.Units = len(c.Units), append(c.Units, routing.ChartUnit{ID: l.ID, Kind: l.Kind})
		}
		if c.Units[at].Kind != l.Kind || l.ValidFrom.IsZero() {
			return c, badFile("dòng %d của units: thiếu validFrom, hoặc kind khác dòng trước của cùng đơn vị", i+1)
		}
		c.Units[at].Versions = append(c.Units[at].Versions, routing.Version[routing.UnitFacts]{From: l.ValidFrom, To: l.ValidTo, Is: l.UnitFacts})
	}
	for i, l := range in.Positions {
		at := slices.IndexFunc(c.Positions, func(p routing.ChartPosition) bool { return p.ID == l.ID })
		if at < 0 {
			at, c.Positions = len(c.Positions), append(c.Positions, routing.ChartPosition{ID: l.ID, Code: l.Code, OnPaper: l.OnPaper})
		}
		if p := c.Positions[at]; p.Code != l.Code || p.OnPaper != l.OnPaper || l.ValidFrom.IsZero() {
			return c, badFile("dòng %d của positions: thiếu validFrom, hoặc code, onPaper khác dòng trước của cùng chức vụ", i+1)
		}
		c.Positions[at].Versions = append(c.Positions[at].Versions, routing.Version[routing.PositionFacts]{From: l.ValidFrom, To: l.ValidTo, Is: l.PositionFacts})
	}
	for _, l := range in.Successors {
		c.Successors = append(c.Successors, routing.Successor{UnitID: l.Unit, SuccessorID: l.Successor, From: l.ValidFrom, Basis: l.Basis})
	}
	return c, nil
}

func badFile(format string, args ...any) error {
	return routing.ErrField.With("fields", map[string]string{"organisation": fmt.Sprintf(format, args...)})
}

// importView is what the page of bringing in shows.
type importView struct {
	Form    inputs.Form
	Checked bool
	Plan    desk.Plan
}

func importForm(v *visit.Visit, status int, x importView) error {
	if !v.Actor.MayOrganiseAll() {
		return routing.ErrNotAllowed
	}
	return v.ShowAs(status, ui.Page{Title: "Nhập, xuất tổ chức", Nav: navOrganisation, Scripts: []string{"import.page.js"}}, importPage(x))
}

func showImport(v *visit.Visit) error { return importForm(v, 200, importView{}) }

// checkImport says what an import would do, and does nothing.
func checkImport(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	t, err := readFile(v.Value("organisation"))
	var plan desk.Plan
	if err == nil {
		plan, err = v.Desk().CheckImport(v.Context(), v.Actor, t, v.Value("basis"))
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			return importForm(v, status, importView{Form: inputs.Typed(v, fault)})
		})
	}
	return importForm(v, 200, importView{Form: inputs.Typed(v, nil), Checked: true, Plan: plan})
}

func importOrganisation(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	t, err := readFile(v.Value("organisation"))
	if err == nil {
		_, err = v.Desk().Import(v.Context(), v.Actor, t, v.Value("basis"), req)
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			return importForm(v, status, importView{Form: inputs.Typed(v, fault)})
		})
	}
	return v.Go(navOrganisation, "imported")
}
