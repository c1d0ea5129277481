package desk

import (
	"context"
	"slices"

	"congvan/postgres"
	"congvan/routing"
)

// peoplesActs are the acts on an assignment that a reader may be offered. What
// was asked is settled by its own acts: see View.MayDecide.
var peoplesActs = []routing.Act{routing.ActAcknowledge, routing.ActStart, routing.ActProgress, routing.ActDirect,
	routing.ActReport, routing.ActSubmit, routing.ActWithdrawDraft, routing.ActAskExtension, routing.ActApprove, routing.ActSendBack,
	routing.ActReturn, routing.ActInsist, routing.ActExtend, routing.ActRemind, routing.ActDrop,
	routing.ActReroute, routing.ActHandOver, routing.ActHold, routing.ActResume, routing.ActReopen, routing.ActAnswerRecall}

// caseOf is a document as the rules of what may be done on its shares see it.
func (d *Desk) caseOf(ctx context.Context, doc routing.Document, all []routing.Assignment) (*routing.Case, error) {
	c := &routing.Case{Document: doc, Assignments: all, Now: d.now()}
	var err error
	if c.Decisions, err = d.record.Decisions(ctx, doc.ID); err != nil || len(c.Decisions) == 0 {
		return c, err
	}
	c.Circuits, err = d.record.Circuits(ctx, doc.ID)
	return c, err
}

// mayDo lists what the actor may do on an assignment of the case now.
func mayDo(actor routing.Actor, c *routing.Case, a routing.Assignment) []routing.Act {
	var acts []routing.Act
	doc := c.Document
	asked := slices.IndexFunc(c.Decisions, func(x routing.Decision) bool {
		return x.AssignmentID == a.ID && x.Kind == routing.Extension && x.Status == routing.DecisionOpen
	})
	for _, act := range peoplesActs {
		may := actor.MayDo(act, a)
		on := routing.Directed
		held := a.Held() || doc.Held()
		switch act {
		case routing.ActHandOver:
			may = actor.MayHandOver(a)
		case routing.ActRemind:
			may = actor.MayRemind(doc, a) && !held
		case routing.ActDrop:
			may = may && a.Role != routing.Lead
		case routing.ActReport, routing.ActApprove, routing.ActSendBack, routing.ActHold, routing.ActSubmit:
			may = may && !held
		case routing.ActAskExtension:
			may = may && !held && asked < 0 && !c.Now.After(a.Due)
		case routing.ActExtend:
			may = may && !held && (asked < 0 || slices.Contains(c.MayDecide(actor, c.Decisions[asked].ID), act))
		case routing.ActResume:
			may = may && a.Held() && !doc.Held()
		case routing.ActAnswerRecall:
			on = routing.Recalling
			may = slices.ContainsFunc(c.Decisions, func(x routing.Decision) bool {
				return x.AssignmentID == a.ID && slices.Contains(c.MayDecide(actor, x.ID), act)
			})
		}
		if _, err := a.Next(act); err == nil && may && doc.Status == on && covered(actor, act, doc) {
			acts = append(acts, act)
		}
	}
	return acts
}

// covered says whether what the actor does for somebody else is within his mandate.
func covered(actor routing.Actor, act routing.Act, doc routing.Document) bool {
	return actor.CheckMandate(act, doc.Field) == nil
}

// mayDecide lists the acts by which the actor may settle each of the decisions.
func mayDecide(actor routing.Actor, c *routing.Case, decisions []routing.Decision) map[routing.ID][]routing.Act {
	may := map[routing.ID][]routing.Act{}
	for _, x := range decisions {
		if acts := c.MayDecide(actor, x.ID); len(acts) > 0 {
			may[x.ID] = acts
		}
	}
	return may
}

// mayDoDirections lists what the actor may do on each direction in force: let
// more recipients join it, take it back.
func mayDoDirections(actor routing.Actor, doc routing.Document, all []postgres.GivenDirection, shares []routing.Assignment) map[routing.ID][]routing.Act {
	may := map[routing.ID][]routing.Act{}
	for _, g := range all {
		giver, adds := g.UnitID, g.ParentID == "" && actor.MayDoDocument(routing.ActAdd, doc)
		for _, a := range shares {
			if a.ID == g.ParentID {
				_, err := a.Next(routing.ActAdd)
				giver, adds = a.UnitID, err == nil && actor.MayDo(routing.ActAdd, a)
			}
		}
		if doc.Status != routing.Directed || !g.VoidedAt.IsZero() {
			continue
		}
		if adds && covered(actor, routing.ActAdd, doc) {
			may[g.ID] = append(may[g.ID], routing.ActAdd)
		}
		if g.Kind != routing.GivenHandedOver && actor.MayVoid(giver, g.By) && covered(actor, routing.ActVoid, doc) {
			may[g.ID] = append(may[g.ID], routing.ActVoid)
		}
	}
	return may
}

// mayDoDocument lists what the actor may do on a document itself now. Voiding
// and adding are done on one of its directions.
func mayDoDocument(actor routing.Actor, doc routing.Document) []routing.Act {
	var acts []routing.Act
	for _, x := range []struct {
		act routing.Act
		may bool
	}{
		{routing.ActAttach, actor.MayDoDocument(routing.ActAttach, doc)},
		{routing.ActDetach, actor.MayDoDocument(routing.ActDetach, doc)},
		{routing.ActPresent, actor.MayDoDocument(routing.ActPresent, doc) && !doc.Held()},
		{routing.ActNotify, actor.MayDoDocument(routing.ActNotify, doc) && doc.Channel == routing.Electronic && doc.NotifiedAt.IsZero()},
		{routing.ActDirect, actor.MayDoDocument(routing.ActDirect, doc)},
		{routing.ActFile, actor.MayDoDocument(routing.ActFile, doc)},
		{routing.ActCancel, actor.MayDoDocument(routing.ActCancel, doc)},
		{routing.ActHold, actor.MayDoDocument(routing.ActHold, doc) && !doc.Held()},
		{routing.ActResume, actor.MayDoDocument(routing.ActResume, doc) && doc.Held()},
		{routing.ActReopen, actor.MayDoDocument(routing.ActReopen, doc)},
		{routing.ActRecall, actor.MayDoDocument(routing.ActRecall, doc)},
		{routing.ActChangeLadder, actor.MayDoDocument(routing.ActChangeLadder, doc)},
	} {
		if _, err := doc.Status.Next(x.act); err == nil && x.may && covered(actor, x.act, doc) {
			acts = append(acts, x.act)
		}
	}
	return acts
}
