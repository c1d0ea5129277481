package postgres

import (
	"context"
	"maps"

	"congvan/routing"
)

// visible says that the document d exists for an actor: routing.Actor.Sees as a
// condition, of the same table, with the arguments of [args.seenBy]. Every list
// that crosses documents has it, and no rule of its own.
const visible = `(d.unit_id = ANY (?sight_books::uuid[])
	OR EXISTS (SELECT FROM assignments sa WHERE sa.document_id = d.id AND sa.unit_id = ANY (?sight_shares::uuid[]))
	OR EXISTS (SELECT FROM decisions sx WHERE sx.document_id = d.id AND sx.status = 'open' AND sx.owner_unit_id = ANY (?sight_asked::uuid[]))
	OR d.status = 'directed' AND EXISTS (SELECT FROM circuits sk JOIN decisions sx ON sx.circuit_id = sk.id
		WHERE sk.document_id = d.id AND sk.status = 'open' AND sx.owner_unit_id = ANY (?sight_asked::uuid[])))`

// visibleWith is [visible] where a share a of the document is at hand: whoever
// sees the document by this share is known without looking at the others.
const visibleWith = `(a.unit_id = ANY (?sight_shares::uuid[]) OR ` + visible + `)`

// visibleShare is the same of a share a alone: its document is looked up only where
// the share does not say it, which OFFSET keeps the planner from doing for all at once.
const visibleShare = `(a.unit_id = ANY (?sight_shares::uuid[]) OR EXISTS (SELECT FROM documents d WHERE d.id = a.document_id AND ` + visible + ` OFFSET 0))`

// seenBy adds what [visible] asks about the actor.
func (a args) seenBy(actor routing.Actor) args {
	sight := actor.Sight()
	maps.Copy(a, args{"sight_books": array(sight.Books), "sight_shares": array(sight.Shares), "sight_asked": array(sight.Asked)})
	return a
}

// Visible are those of some documents that exist for an actor.
func (s *Store) Visible(ctx context.Context, actor routing.Actor, documents []routing.ID) (map[routing.ID]bool, error) {
	var ids []routing.ID
	err := s.db.NewRaw(`SELECT d.id FROM documents d WHERE d.id = ANY (?ids::uuid[]) AND `+visible, args{"ids": array(documents)}.seenBy(actor)).Scan(ctx, &ids)
	seen := make(map[routing.ID]bool, len(ids))
	for _, id := range ids {
		seen[id] = true
	}
	return seen, failed("find what is visible", err)
}
