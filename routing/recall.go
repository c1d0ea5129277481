package routing

import (
	"slices"
	"strings"
	"time"
)

// Recall takes a document back (thu hồi), with a reason. From this moment nobody
// works on it; the workflow withdraws what is open and asks every unit that had
// received it. Number, trail and receipts stay.
// NĐ 30/2020, Điều 18 khoản 4 điểm b; QĐ 28/2018, Điều 9.
func (c *Case) Recall(actor Actor, reason string) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	if !actor.MayRecall(c.Document) {
		return ErrNotAllowed
	}
	if err := c.doDocument(ActRecall, actor, released(c.Document.Held(), map[string]any{"reason": reason})); err != nil {
		return err
	}
	c.Document.HeldAt = time.Time{} // who has to answer is urged
	c.tell(NewsRecalled)
	return nil
}

// Withdraw is the workflow's part of a recall: running work stops, and each
// unit that had received the document is asked once whether it gives it back.
// Where nobody has to answer, the recall is settled.
func (c *Case) Withdraw() {
	for i := range c.Assignments {
		if a := &c.Assignments[i]; a.Open() {
			c.set(ActWithdraw, Actor{}, a, Withdrawn, nil)
		}
	}
	if c.Document.Status != Recalling {
		return
	}
	asked := map[ID]bool{c.Document.UnitID: true}
	for _, x := range c.Decisions {
		if x.Kind == RecallAnswer && x.Status != DecisionVoid {
			asked[x.OwnerUnitID] = true
		}
	}
	for _, a := range c.Assignments {
		if a.Receipt.At.IsZero() || a.PositionID != "" || asked[a.UnitID] || a.Status == HandedOver {
			continue
		}
		asked[a.UnitID] = true
		c.Decisions = append(c.Decisions, Decision{
			ID: c.NewID(), DocumentID: c.Document.ID, AssignmentID: a.ID, Kind: RecallAnswer, AskedUnitID: c.Document.UnitID, AskedAt: c.Now,
			OwnerUnitID: a.UnitID, Due: c.Ladder.DecisionDue(c.Now, c.Clocks(a.UnitID)), Status: DecisionOpen, Version: 1,
		})
	}
	c.settleRecall()
}

// AnswerRecall says whether a unit that had received a recalled document gives
// it back; a no needs a reason of at least 10 characters. With the last answer
// the recall is settled.
func (c *Case) AnswerRecall(actor Actor, id ID, agree bool, reason string) error {
	x := c.Decision(id)
	if x == nil || x.Kind != RecallAnswer {
		return ErrNotFound
	}
	a := c.Share(x.AssignmentID)
	if err := CheckReason(reason); err != nil && (!agree || strings.TrimSpace(reason) != "") {
		return err
	}
	if err := c.mayAnswerRecall(actor, x, a); err != nil {
		return err
	}
	c.decide(x, actor, agree, reason)
	if err := c.move(ActAnswerRecall, actor, a, map[string]any{"decision": string(x.ID), "agree": agree, "reason": reason}); err != nil {
		return err
	}
	if c.settleRecall() {
		c.tell(NewsRecalled)
	}
	return nil
}

// mayAnswerRecall says whether the actor answers now: for the unit that had
// received the document, or for its successor.
func (c *Case) mayAnswerRecall(actor Actor, x *Decision, a *Assignment) error {
	switch {
	case !actor.decides(*x, a):
		return ErrNotAllowed
	case c.Document.Status != Recalling:
		return c.Document.Status.forbids()
	case x.Status != DecisionOpen:
		return ErrDecided
	}
	_, err := a.Next(ActAnswerRecall)
	return err
}

func (c *Case) settleRecall() bool {
	open := slices.ContainsFunc(c.Decisions, func(x Decision) bool { return x.Kind == RecallAnswer && x.Status == DecisionOpen })
	if !open {
		c.setDocument(ActSettleRecall, Actor{}, Recalled, nil)
	}
	return !open
}

// decide writes a decision down.
func (c *Case) decide(x *Decision, actor Actor, granted bool, note string) {
	x.Status = DecisionRefused
	if granted {
		x.Status = DecisionGranted
	}
	x.DecidedBy, x.DecidedAt, x.Note = actor.AccountID, c.Now, note
	x.Version++
}
