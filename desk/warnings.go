package desk

import (
	"context"

	"congvan/routing"
)

// warnings are what speaks against a direction without forbidding it: its event
// tells them. parent is the share that it is given out of, zero for the document.
func (d *Desk) warnings(_ context.Context, doc routing.Document, parent routing.Assignment, recipients []routing.Recipient) ([]routing.Warning, error) {
	return routing.DueWarnings(doc, parent, recipients), nil
}
