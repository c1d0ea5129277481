package eventlog

import (
	"io"

	"congvan/sheets"
)

// csvLog has a row for each event, with the names of columns that programs for
// process mining look for. Cells are safe for spreadsheets.
type csvLog struct{ table sheets.Table }

// Columns are those of the CSV.
var Columns = []string{"case:concept:name", "concept:name", "time:timestamp", "lifecycle:transition", "org:resource", "org:role", "org:group",
	"event:id", "state", "unit", "share", "share:role", "direction", "case:number", "case:book", "case:type", "case:urgency", "case:channel"}

func newCSV(w io.Writer) (Log, error) {
	table, err := sheets.CSV(w)
	if err != nil {
		return nil, err
	}
	return csvLog{table}, table.Row(Columns...)
}

// Case adds a row for each event.
func (l csvLog) Case(c Case) error {
	roles := make(map[string]string, len(c.Shares))
	for _, s := range c.Shares {
		roles[s.ID] = s.Role
	}
	for _, e := range c.Events {
		if err := l.table.Row(c.ID, e.Activity, instant(e.At), transition, e.resource(), e.Role, e.Group.Code, e.ID, e.State, e.Unit.Code,
			e.Share, roles[e.Share], e.Direction, c.Number, c.Book.Code, c.Type, c.Urgency, c.Channel); err != nil {
			return err
		}
	}
	return nil
}

// Again is never needed.
func (l csvLog) Again() (bool, error) { return false, nil }

// Close writes out what is left.
func (l csvLog) Close() error { return l.table.Close() }
