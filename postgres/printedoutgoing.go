package postgres

import (
	"context"

	"congvan/routing"
)

// PrintedOutgoingQuery asks for the lines of a printed report over the book of
// outgoing documents of a unit, as far as it exists for an actor.
type PrintedOutgoingQuery struct {
	By       routing.Actor
	UnitID   routing.ID
	Drafter  routing.ID // unit that drafted them; empty: all
	TypeName string     // empty: all
	From, To string     // the first and the last day that documents bear, 2006-01-02
	Order    PrintedOrder
	Limit    int
}

// outgoingHeadings are what the lines stand together by: the words of the book.
var outgoingHeadings = map[PrintedOrder]string{
	PrintedByNumber: `''`, PrintedByType: `o.type_name`, PrintedBySigner: `btrim(o.signer_title || ' ' || o.signer_name)`, PrintedByUnit: `o.drafter`,
}

// printedOutgoing find the places, by order: what has no heading stands last.
var printedOutgoing = func() map[PrintedOrder]*statement {
	all := map[PrintedOrder]*statement{}
	for order, heading := range outgoingHeadings {
		all[order] = prepared(`SELECT x.id, x.year, x.number, x.heading, x.cancelled FROM (
			SELECT o.id, o.book_year AS year, o.number, ` + heading + ` AS heading, o.status = 'cancelled' AS cancelled
			FROM outgoing o WHERE o.unit_id = ?unit::uuid AND ` + issuedSeen + ` AND o.issued_on BETWEEN ?from::date AND ?to::date
			  AND (?type::text IS NULL OR o.type_name = ?type::text) AND (?drafter::uuid IS NULL OR o.drafter_unit_id = ?drafter::uuid)
		) x ORDER BY x.heading = '', x.heading COLLATE "vi-x-icu", x.heading, x.year, x.number LIMIT ?limit::int`)
	}
	return all
}()

// PrintedOutgoing lists where the lines of a printed report of outgoing documents
// stand: see [Store.PrintedPlaces].
func (s *Store) PrintedOutgoing(ctx context.Context, q PrintedOutgoingQuery) (places []PrintedPlace, err error) {
	a := args{"unit": q.UnitID, "from": q.From, "to": q.To, "type": orNull(q.TypeName), "drafter": orNull(q.Drafter), "limit": q.Limit}.seenIssued(q.By)
	err = s.ask(ctx, nil, printedOutgoing[q.Order], a, &places)
	return places, failed("list the lines of a printed report", err)
}

// OutgoingAt reads some outgoing documents in the order of their ids, as far as they
// exist for an actor.
func (s *Store) OutgoingAt(ctx context.Context, by routing.Actor, ids []routing.ID) ([]routing.Outgoing, error) {
	return outgoingRows(ctx, s.db.NewRaw(`SELECT `+outgoingColumns+` FROM outgoing o WHERE o.id = ANY (?ids::uuid[]) AND `+issuedSeen+`
		ORDER BY array_position(?ids::uuid[], o.id)`, args{"ids": array(ids)}.seenIssued(by)))
}
