package desk

import (
	"context"
	"slices"

	"congvan/routing"
)

// checkMandate refuses what an actor does for somebody else outside the written
// delegation, routing.ErrMandate. subject is a document or a share. The three
// doors to the record ask it, so no verb can forget to: once and step before an
// act, act after it, for then its event says what it was.
func (d *Desk) checkMandate(ctx context.Context, actor routing.Actor, act routing.Act, subject routing.ID) error {
	if actor.Mandate.Kind == "" || !validID(subject) && subject != "" {
		return nil
	}
	field := ""
	if subject != "" {
		var err error
		if field, err = d.record.FieldOf(ctx, subject); err != nil {
			return err
		}
	}
	return actor.CheckMandate(act, field)
}

// checkActed is checkMandate for what has happened to a case: the first event of
// the actor's is what he did, the others follow from it.
func checkActed(actor routing.Actor, c *routing.Case) error {
	if actor.Mandate.Kind == "" {
		return nil
	}
	i := slices.IndexFunc(c.Events, func(e routing.Event) bool { return e.ActorID == actor.AccountID })
	if i < 0 {
		return routing.ErrMandate
	}
	return actor.CheckMandate(c.Events[i].Kind, c.Document.Field)
}
