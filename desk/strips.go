package desk

import (
	"context"

	"congvan/postgres"
	"congvan/routing"
)

// DueFirst lists the documents that the actor's unit gave work on and that are due
// first.
func (d *Desk) DueFirst(ctx context.Context, actor routing.Actor, limit int) ([]routing.Document, error) {
	if !actor.MayList() {
		return nil, routing.ErrNotAllowed
	}
	return d.record.DueFirst(ctx, postgres.Inbox{By: actor, UnitID: actor.UnitID, Limit: pageLimit(limit)})
}

// Strips are the shares of each of the documents that the actor sees, for the
// strip of recipients wherever a document is shown. It asks the record once.
func (d *Desk) Strips(ctx context.Context, actor routing.Actor, documents []routing.Document) (map[routing.ID][]routing.Assignment, error) {
	ids := make([]routing.ID, len(documents))
	for i, doc := range documents {
		ids[i] = doc.ID
	}
	all, err := d.record.SharesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	of := map[routing.ID][]routing.Assignment{}
	for _, a := range all {
		of[a.DocumentID] = append(of[a.DocumentID], a)
	}
	for _, doc := range documents {
		of[doc.ID] = standing(doc, routing.VisibleTo(actor, doc, of[doc.ID]))
	}
	return of, nil
}
