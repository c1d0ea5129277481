package oversight

import (
	"strings"

	"congvan/desk"
	"congvan/web/ui"
	"congvan/web/visit"
)

// words say what a list is narrowed to.
func (l look) words(v *visit.Visit, o desk.Overview) string {
	var parts []string
	if l.Unit != "" {
		units, _ := v.Units()
		parts = append(parts, units[l.Unit].Name)
	}
	if l.Book != "" {
		units, _ := v.Units()
		parts = append(parts, v.T("Sổ của %s", units[l.Book].Name))
	}
	for _, x := range o.Leaders {
		if l.Deputy == x.Leader.ID {
			parts = append(parts, x.Leader.Title)
		}
	}
	if l.Field != nil {
		parts = append(parts, fieldName(v.Context(), *l.Field))
	}
	if l.Urgency != "" {
		parts = append(parts, v.T(ui.UrgencyName(l.Urgency)))
	}
	if l.Cell != "" {
		parts = append(parts, v.T(ui.CellName(l.Cell)))
	}
	if l.Bucket != "" {
		parts = append(parts, ui.PlainDay(l.From)+"–"+ui.PlainDay(l.To))
	}
	return strings.Join(parts, " · ")
}
