package desk

import (
	"context"
	"time"

	"congvan/routing"
)

// warnings are what speaks against a direction without forbidding it: its event
// tells them. parent is the share that it is given out of, zero for the document.
func (d *Desk) warnings(ctx context.Context, doc routing.Document, parent routing.Assignment, recipients []routing.Recipient) ([]routing.Warning, error) {
	out := routing.DueWarnings(doc, parent, recipients)
	var units []routing.ID
	var last time.Time
	for _, r := range recipients {
		units = append(units, r.UnitID)
		if r.Due.After(last) {
			last = r.Due
		}
	}
	if last.IsZero() {
		return out, nil
	}
	away, err := d.record.AbsentPositions(ctx, units, today(d.now()), today(last))
	return append(out, routing.AbsenceWarnings(recipients, away)...), err
}
