package desk

import (
	"congvan/postgres"
	"congvan/routing"
)

// peoplesActs are the acts on an assignment that a reader may be offered.
var peoplesActs = []routing.Act{routing.ActAcknowledge, routing.ActStart, routing.ActProgress, routing.ActDirect,
	routing.ActReport, routing.ActApprove, routing.ActSendBack, routing.ActReturn, routing.ActInsist, routing.ActRemind, routing.ActDrop,
	routing.ActReroute, routing.ActHandOver, routing.ActHold, routing.ActResume, routing.ActReopen, routing.ActAnswerRecall}

// mayDo lists what the actor may do on an assignment now.
func mayDo(actor routing.Actor, doc routing.Document, a routing.Assignment) []routing.Act {
	var acts []routing.Act
	for _, act := range peoplesActs {
		may := actor.MayDo(act, a)
		on := routing.Directed
		held := a.Held() || doc.Held()
		switch act {
		case routing.ActHandOver:
			may = actor.MayHandOver(a)
		case routing.ActDrop:
			may = may && a.Role != routing.Lead
		case routing.ActReport, routing.ActHold:
			may = may && !held
		case routing.ActResume:
			may = may && a.Held() && !doc.Held()
		case routing.ActAnswerRecall:
			on = routing.Recalling
		}
		if _, err := a.Next(act); err == nil && may && doc.Status == on {
			acts = append(acts, act)
		}
	}
	return acts
}

// mayDoDirections lists what the actor may do on each direction in force: let
// more recipients join it, take it back.
func mayDoDirections(actor routing.Actor, doc routing.Document, all []postgres.GivenDirection, shares []routing.Assignment) map[routing.ID][]routing.Act {
	may := map[routing.ID][]routing.Act{}
	for _, g := range all {
		giver, adds := g.UnitID, g.ParentID == "" && actor.MayDirect(doc)
		for _, a := range shares {
			if a.ID == g.ParentID {
				_, err := a.Next(routing.ActAdd)
				giver, adds = a.UnitID, err == nil && actor.MayDo(routing.ActAdd, a)
			}
		}
		if doc.Status != routing.Directed || !g.VoidedAt.IsZero() {
			continue
		}
		if adds {
			may[g.ID] = append(may[g.ID], routing.ActAdd)
		}
		if g.Kind != routing.GivenHandedOver && actor.MayVoid(giver, g.By) {
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
		{routing.ActAttach, actor.MayAttach(doc)},
		{routing.ActPresent, actor.MayPresent(doc) && !doc.Held()},
		{routing.ActNotify, actor.MayNotify(doc) && doc.Channel == routing.Electronic && doc.NotifiedAt.IsZero()},
		{routing.ActDirect, actor.MayDirect(doc)},
		{routing.ActFile, actor.MayFile(doc)},
		{routing.ActCancel, actor.MayCancel(doc)},
		{routing.ActHold, actor.MayDirect(doc) && !doc.Held()},
		{routing.ActResume, actor.MayDirect(doc) && doc.Held()},
		{routing.ActReopen, actor.MayDirect(doc)},
		{routing.ActRecall, actor.MayRecall(doc)},
		{routing.ActChangeLadder, actor.MayChangeLadder(doc)},
	} {
		if _, err := doc.Status.Next(x.act); err == nil && x.may {
			acts = append(acts, x.act)
		}
	}
	return acts
}
