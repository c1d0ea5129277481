package desk_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/routing"
)

// tryOn does an act on a share with all that the act needs.
func (h *hall) tryOn(d *desk.Desk, actor routing.Actor, act routing.Act, a routing.Assignment) error {
	ctx, later := h.Context(), at("2026-12-18 15:00")
	var err error
	switch act {
	case routing.ActAcknowledge:
		_, err = d.Acknowledge(ctx, actor, a.ID, noKey)
	case routing.ActStart:
		_, err = d.Start(ctx, actor, a.ID, noKey)
	case routing.ActProgress:
		_, err = d.Progress(ctx, actor, a.ID, "Đang làm", noKey)
	case routing.ActDirect:
		_, err = d.DirectAssignment(ctx, actor, a.ID, fiveClear(due(officer("molao", "canbo.molao", routing.Lead), "2026-11-26 15:00")), a.Version, noKey)
	case routing.ActReport:
		_, err = d.Report(ctx, actor, a.ID, "Đã xong", noKey)
	case routing.ActSubmit:
		_, err = d.Submit(ctx, actor, a.ID, draft0, []routing.Stage{stage(routing.AnyMay, "yt")}, 0, noKey)
	case routing.ActWithdrawDraft:
		_, err = d.WithdrawDraft(ctx, actor, a.ID, 0, noKey)
	case routing.ActAskExtension:
		_, err = d.AskExtension(ctx, actor, a.ID, later, moreTime, 0, noKey)
	case routing.ActExtend:
		_, err = d.Extend(ctx, actor, a.ID, later, moreTime, 0, noKey)
	case routing.ActApprove:
		_, err = d.Approve(ctx, actor, a.ID, 0, noKey)
	case routing.ActSendBack:
		_, err = d.SendBack(ctx, actor, a.ID, because, 0, noKey)
	case routing.ActReturn:
		_, err = d.Return(ctx, actor, a.ID, because, 0, noKey)
	case routing.ActInsist:
		_, err = d.Insist(ctx, actor, a.ID, because, 0, noKey)
	case routing.ActRemind:
		_, err = d.Remind(ctx, actor, a.ID, "", noKey)
	case routing.ActDrop:
		_, err = d.Drop(ctx, actor, a.ID, because, 0, noKey)
	case routing.ActReroute:
		_, err = d.Reroute(ctx, actor, a.ID, due(routing.Recipient{UnitID: unit("ttr")}, "2026-12-18 15:00"), because, 0, noKey)
	case routing.ActHandOver:
		to := routing.Recipient{UnitID: unit("gddt")}
		if a.PositionID != "" {
			to = routing.Recipient{UnitID: a.UnitID, PositionID: h.as("vanthu.molao").PositionID}
		}
		_, err = d.HandOver(ctx, actor, a.ID, to, because, 0, noKey)
	case routing.ActHold:
		_, err = d.Hold(ctx, actor, a.ID, routing.OtherHold, because, 0, noKey)
	case routing.ActResume:
		_, err = d.Resume(ctx, actor, a.ID, 0, noKey)
	case routing.ActReopen:
		_, err = d.Reopen(ctx, actor, a.ID, later, because, 0, noKey)
	case routing.ActAnswerRecall:
		decision := a.ID
		all, readErr := h.store.Decisions(ctx, a.DocumentID)
		require.NoError(h, readErr)
		for _, x := range all {
			if x.AssignmentID == a.ID && x.Kind == routing.RecallAnswer {
				decision = x.ID
			}
		}
		_, err = d.AnswerRecall(ctx, actor, decision, true, "", noKey)
	default:
		require.FailNow(h, "no way to try", "%s", act)
	}
	return err
}

// settle does one of the acts that settle a decision.
func (h *hall) settle(d *desk.Desk, actor routing.Actor, act routing.Act, x routing.Decision) error {
	var err error
	switch act {
	case routing.ActExtend, routing.ActRefuseExtension:
		_, err = d.DecideExtension(h.Context(), actor, x.ID, act == routing.ActExtend, nil, because, noKey)
	case routing.ActConsent:
		_, err = d.Consent(h.Context(), actor, x.ID, "", noKey)
	case routing.ActObject:
		_, err = d.Object(h.Context(), actor, x.ID, because, routing.ToStart, noKey)
	default:
		_, err = d.AnswerRecall(h.Context(), actor, x.ID, true, "", noKey)
	}
	return err
}

// forbidden says whether an act was refused for who tried it or for what stands,
// and not for what it was done with.
func forbidden(err error) bool {
	var refused *routing.Error
	if !errors.As(err, &refused) {
		return false
	}
	return refused.Fault == routing.NotAllowed || refused.Fault == routing.NotFound ||
		slices.Contains([]string{routing.ErrTransition.Code, routing.ErrDecided.Code, routing.ErrAsked.Code, routing.ErrOnHold.Code, routing.ErrLeadNeeded.Code, routing.ErrDuePassed.Code}, refused.Code)
}

var triedActs = []routing.Act{routing.ActAcknowledge, routing.ActStart, routing.ActProgress, routing.ActDirect, routing.ActReport, routing.ActSubmit,
	routing.ActWithdrawDraft, routing.ActAskExtension, routing.ActExtend, routing.ActApprove, routing.ActSendBack, routing.ActReturn, routing.ActInsist,
	routing.ActRemind, routing.ActDrop, routing.ActReroute, routing.ActHandOver, routing.ActHold, routing.ActResume, routing.ActReopen, routing.ActAnswerRecall}

// What is offered is what would not be refused for who tries it, or for what
// stands: every act, on shares in every state, by everybody who may see them.
func TestOfferedIsWhatIsNotRefused(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	rehearsal := h.desk.Rehearsal()
	offered := map[routing.Act]int{}
	people := []routing.Actor{h.as("chutich.quan"), h.as("vanthu.quan"), h.as("truong.qldt"), h.as("chutich.molao"), h.as("vanthu.molao"), h.as("canbo.molao"),
		h.as("truong.tp"), h.as("truong.kt"), h.as("chutich.vanquan"), h.as("chanhvanphong")}
	for _, stands := range []string{"sent", "received", "asked", "consulting", "reported", "returned", "held", "document held", "late", "done", "recalled"} {
		doc, delegates := h.standing(stands)
		for _, actor := range append(slices.Clone(people), delegates...) {
			view, err := h.desk.Document(t.Context(), actor, doc.ID)
			if routing.FaultOf(err) == routing.NotFound && err != nil {
				continue
			}
			require.NoError(t, err)
			for _, a := range view.Assignments {
				for _, act := range triedActs {
					if act == routing.ActAcknowledge && !a.Receipt.At.IsZero() {
						continue // it has the first answer
					}
					refusal := h.tryOn(rehearsal, actor, act, a.Assignment)
					if actor.CheckMandate(act, doc.Field) != nil {
						require.Error(t, refusal)
						require.NotContains(t, a.May, act)
						continue
					}
					require.Equal(t, !forbidden(refusal), slices.Contains(a.May, act), "%s: %s %s the share of %s (%s), %s: %v", stands, actor.Username, act, a.Unit.Name, a.Status, actor.Mandate.Kind, refusal)
					if refusal == nil {
						offered[act]++
					}
				}
			}
			for _, x := range view.Decisions {
				for _, act := range []routing.Act{routing.ActExtend, routing.ActRefuseExtension, routing.ActConsent, routing.ActObject, routing.ActAnswerRecall} {
					refusal := h.settle(rehearsal, actor, act, x)
					require.Equal(t, !forbidden(refusal), slices.Contains(view.MayDecide[x.ID], act), "%s: %s %s what %s was asked (%s): %v", stands, actor.Username, act, x.OwnerUnitID, x.Kind, refusal)
					if refusal == nil {
						offered[act]++
					}
				}
			}
		}
	}
	for _, act := range append(triedActs, routing.ActRefuseExtension, routing.ActConsent, routing.ActObject) {
		require.Positive(t, offered[act], "%s is never offered", act)
	}
}

// standing is a document whose share of Mộ Lao stands so, and who acts on it for
// somebody else.
func (h *hall) standing(how string) (routing.Document, []routing.Actor) {
	h.Helper()
	h.waitUntil("2026-11-23 09:00")
	ctx := h.Context()
	doc := h.dispatched(leadAndWards...)
	if how == "sent" {
		return doc, nil
	}
	a := h.received(doc, "molao")
	chairman, head := h.as("chutich.quan"), h.as("chutich.molao")
	switch how {
	case "received":
		h.done(h.directFurther("chutich.molao", a, noKey, officer("molao", "canbo.molao", routing.Lead)))
		h.dispatch(doc)
		return doc, []routing.Actor{h.delegate("chutich.quan", "pho.kinhte", routing.ActExtend), h.delegate("chutich.molao", "canbo.molao", routing.ActProgress)}
	case "asked":
		h.done(h.askExtension("chutich.molao", a, "2026-12-02 15:00", noKey))
	case "consulting":
		h.done(h.desk.AskExtension(ctx, head, a.ID, at("2026-12-02 15:00"), moreTime, 0, noKey))
		h.done(h.desk.Submit(ctx, head, a.ID, draft0, []routing.Stage{stage(routing.EachMust, "kt", "tp")}, 0, noKey))
	case "reported":
		h.done(h.desk.Report(ctx, head, a.ID, "Đã xong", noKey))
	case "returned":
		h.done(h.desk.Return(ctx, head, a.ID, because, 0, noKey))
	case "held":
		h.done(h.askExtension("chutich.molao", a, "2026-12-02 15:00", noKey))
		h.done(h.desk.Hold(ctx, chairman, a.ID, routing.OtherHold, because, 0, noKey))
	case "document held":
		h.done(h.desk.Submit(ctx, head, a.ID, draft0, []routing.Stage{stage(routing.EachMust, "kt", "tp")}, 0, noKey))
		h.done(h.desk.HoldDocument(ctx, chairman, doc.ID, routing.OtherHold, because, 0, noKey))
	case "late":
		h.waitUntil("2026-11-30 09:00")
	case "done":
		h.done(h.desk.Report(ctx, head, a.ID, "Đã xong", noKey))
		h.done(h.desk.Approve(ctx, chairman, a.ID, 0, noKey))
	case "recalled":
		h.done(h.recall("vanthu.quan", h.document(doc.ID), noKey))
		h.step(h.hands.Withdraw, doc)
	}
	return doc, nil
}
