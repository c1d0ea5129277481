package oversight

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// unitsView is all units at a glance: how much stands where, or how it stands with
// the documents that many have.
type unitsView struct {
	Kind  routing.UnitKind // empty: all
	Sort  string           // a column; empty: as the organisation has them
	Form  string           // "documents": the second form
	After string
	Rows  []desk.UnitCounts
	Sum   desk.Counts
	Grid  desk.Grid
	look
	Now    string
	States stateOf
}

// stateOf says where a share stands.
type stateOf func(routing.Assignment) routing.Cell

// matrixCells are the columns of the matrix, the worst last before the sum.
var matrixCells = []routing.Cell{routing.CellSent, routing.CellReceived, routing.CellWorking, routing.CellConsulting, routing.CellReported, routing.CellReturned,
	routing.CellHeld, routing.CellLate}

// levels are which units can be looked at.
var levels = []struct {
	Kind  routing.UnitKind
	Title string
}{{"", "Tất cả đơn vị"}, {routing.Ward, "Các phường"}, {routing.Department, "Các phòng, ban"}}

func units(v *visit.Visit) (err error) {
	in := v.R.URL.Query()
	m := unitsView{Sort: in.Get("sort"), After: in.Get("after"), Now: ui.Moment(v.Now()), States: func(a routing.Assignment) routing.Cell { return a.Cell(v.Now()) }}
	if k := routing.UnitKind(in.Get("kind")); k == routing.Ward || k == routing.Department {
		m.Kind = k
	}
	if in.Get("form") == "documents" {
		m.Form = "documents"
		var after postgres.ManyPlace
		readPlace(m.After, &after)
		m.Grid, err = v.Desk().Grid(v.Context(), v.Actor, m.Kind, after)
	} else {
		m.Rows, err = v.Desk().UnitTable(v.Context(), v.Actor, m.Kind)
	}
	if err != nil {
		return err
	}
	for _, r := range m.Rows {
		m.Sum.Join(r.Counts)
	}
	m.sorted()
	return v.Show(ui.Page{Title: "Đơn vị", Nav: "/oversight", Wide: true}, unitsPage(m))
}

// sorted orders by a column, the most first; units that are equal there stay as the
// organisation has them.
func (m *unitsView) sorted() {
	by := func(c desk.Counts) int { return c.Cells[routing.Cell(m.Sort)] }
	switch {
	case m.Sort == "open":
		by = func(c desk.Counts) int { return c.Open }
	case !slices.Contains(matrixCells, routing.Cell(m.Sort)):
		m.Sort = ""
		return
	}
	slices.SortStableFunc(m.Rows, func(a, b desk.UnitCounts) int { return cmp.Compare(by(b.Counts), by(a.Counts)) })
}

// here is the address of this page in another form, of other units or in another order.
func (m unitsView) here(form string, kind routing.UnitKind, sort, after string) string {
	q := url.Values{}
	for name, value := range map[string]string{"form": form, "kind": string(kind), "sort": sort, "after": after} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return address("/oversight/units", q)
}

// heat is how much of what is open is late: 0 nothing, 1 less than a tenth, 2 less
// than a quarter, 3 more.
func heat(late, open int) int {
	switch {
	case late == 0:
		return 0
	case late*10 < open:
		return 1
	case late*4 < open:
		return 2
	}
	return 3
}

// marks stand beside the number: nothing is said by colour alone.
var marks = []string{"", "▲", "▲▲", "▲▲▲"}

var heats = []string{"heat-none", "heat-low", "heat-middle", "heat-high"}

// heatWords say a mark to who does not see it.
func heatWords(ctx context.Context, late, open int) string {
	switch heat(late, open) {
	case 1:
		return ui.T(ctx, "dưới 10% số việc đang mở")
	case 2:
		return ui.T(ctx, "từ 10% đến dưới 25% số việc đang mở")
	}
	return ui.T(ctx, "từ 25% số việc đang mở")
}
