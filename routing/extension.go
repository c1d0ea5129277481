package routing

import (
	"slices"
	"time"
)

// AskExtension asks for a later due date (xin gia hạn): the holder does, before
// the one in force has passed, with a reason of at least 10 characters, once at
// a time. Whoever gave the share decides.
// Domain 9.2.10; the term itself is the giver's: NĐ 30/2020, Điều 24 khoản 2.
func (c *Case) AskExtension(actor Actor, id ID, due time.Time, reason string) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	a := c.Share(id)
	if err := c.may(ActAskExtension, actor, a); err != nil {
		return err
	}
	switch {
	case a.Held() || c.Document.Held():
		return errHeld(*a)
	case c.Now.After(a.Due):
		return ErrDuePassed.With("due", a.Due)
	case c.askedExtension(id) != nil:
		return ErrAsked
	}
	if err := c.checkLater(a, due); err != nil {
		return err
	}
	x := Decision{
		ID: c.NewID(), DocumentID: c.Document.ID, AssignmentID: id, Kind: Extension,
		AskedBy: actor.AccountID, AskedFor: actor.Mandate.Principal, AskedUnitID: actor.UnitID, AskedAt: c.Now, Reason: reason, ProposedDue: due.UTC(),
		OwnerUnitID: a.GiverUnitID, Due: c.Ladder.DecisionDue(c.Now, c.Clocks(a.GiverUnitID)), Status: DecisionOpen, Version: 1,
	}
	details := map[string]any{"decision": string(x.ID), "from": a.Due, "proposed": x.ProposedDue, "reason": reason}
	if err := c.move(ActAskExtension, actor, a, details); err != nil {
		return err
	}
	c.Decisions = append(c.Decisions, x)
	c.tell(NewsMoved)
	return nil
}

// DecideExtension answers the holder who asked for a later due date: with the
// one he proposed, with another one if due names it, or with no and a reason of
// at least 10 characters. A leader of the unit that gave the share decides, but
// nobody about what he asked for himself.
func (c *Case) DecideExtension(actor Actor, id ID, grant bool, due *time.Time, note string) error {
	x := c.Decision(id)
	if x == nil || x.Kind != Extension {
		return ErrNotFound
	}
	act := ActExtend
	if !grant {
		act = ActRefuseExtension
	}
	if err := checkNote(note, !grant); err != nil {
		return err
	}
	a := c.Share(x.AssignmentID)
	if err := c.mayDecideExtension(act, actor, x, a); err != nil {
		return err
	}
	if grant {
		return c.extend(actor, a, dueOr(due, x.ProposedDue), note)
	}
	c.decide(x, actor, false, note)
	return c.move(act, actor, a, map[string]any{"decision": string(x.ID), "due": a.Due, "proposed": x.ProposedDue, "reason": note})
}

// mayDecideExtension says whether the actor answers a request now: a leader of
// the unit that has to, which is the one that gave the share, or its successor.
func (c *Case) mayDecideExtension(act Act, actor Actor, x *Decision, a *Assignment) error {
	switch {
	case !actor.decides(*x, a):
		return ErrNotAllowed
	case actor.is(x.AskedBy), actor.is(x.AskedFor):
		return errOwnExtension
	case x.Status != DecisionOpen:
		return ErrDecided
	case c.Document.Status != Directed:
		return c.Document.Status.forbids()
	}
	_, err := a.Next(act)
	return err
}

var errOwnExtension = ErrNotAllowed.Saying("Người đề nghị gia hạn không tự quyết định đề nghị của mình; hãy chuyển lãnh đạo khác.")

// Extend gives a later due date without being asked, or in answer to whoever
// asked, with a reason of at least 10 characters.
func (c *Case) Extend(actor Actor, id ID, due time.Time, reason string) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	a := c.Share(id)
	if err := c.may(ActExtend, actor, a); err != nil {
		return err
	}
	if x := c.askedExtension(id); x != nil && (actor.is(x.AskedBy) || actor.is(x.AskedFor)) {
		return errOwnExtension
	}
	return c.extend(actor, a, due, reason)
}

// extend moves the due date of a share, which settles what was asked for it.
// Lateness is judged by the date in force at the time: a term that was over
// begins to run again, but what was late until now was late. While the clocks
// stand still no date is set: resuming would move it.
func (c *Case) extend(actor Actor, a *Assignment, due time.Time, note string) error {
	if a.Held() || c.Document.Held() {
		return ErrOnHold
	}
	if err := c.checkLater(a, due); err != nil {
		return err
	}
	details := map[string]any{"from": a.Due, "due": due.UTC()}
	if note != "" {
		details["reason"] = note
	}
	if x := c.askedExtension(a.ID); x != nil {
		c.decide(x, actor, true, note)
		details["decision"] = string(x.ID)
	}
	if c.Now.After(a.Due) {
		a.DueSince = c.Now
		details["dueSince"] = c.Now
	}
	parent := Assignment{}
	if p := c.Share(a.ParentID); p != nil {
		parent = *p
	}
	if warnings := DueWarnings(c.Document, parent, []Recipient{{UnitID: a.UnitID, PositionID: a.PositionID, Role: a.Role, Due: due}}); len(warnings) > 0 {
		details["warnings"] = warnings
	}
	a.Due = due.UTC()
	if err := c.move(ActExtend, actor, a, details); err != nil {
		return err
	}
	c.tell(NewsMoved)
	return nil
}

// askedExtension is the open request for a share, nil if there is none.
func (c *Case) askedExtension(id ID) *Decision {
	i := slices.IndexFunc(c.Decisions, func(x Decision) bool {
		return x.Kind == Extension && x.AssignmentID == id && x.Status == DecisionOpen
	})
	if i < 0 {
		return nil
	}
	return &c.Decisions[i]
}

// checkLater refuses a due date that cannot be, or that is not after the present one.
func (c *Case) checkLater(a *Assignment, due time.Time) error {
	r := Recipient{UnitID: a.UnitID, PositionID: a.PositionID, Role: a.Role, Due: due}
	if err := r.CheckDue(c.Now, time.Time{}, c.Clocks(a.UnitID), c.Ladder.DayAndNight(c.Clocks(a.UnitID))); err != nil {
		return err
	}
	if !due.After(a.Due) {
		return ErrDueNotLater.With("due", a.Due)
	}
	return nil
}

func dueOr(instead *time.Time, proposed time.Time) time.Time {
	if instead != nil {
		return *instead
	}
	return proposed
}

// errHeld refuses what makes no sense while the clocks stand still.
func errHeld(a Assignment) error {
	return ErrTransition.With("state", string(a.Status)).Saying("Phần việc đang tạm dừng nên không thực hiện được bước này.")
}

// checkNote refuses a note that is too long or no text; one that is needed has at
// least 10 characters.
func checkNote(note string, needed bool) error {
	if needed {
		return CheckReason(note)
	}
	var bad fieldFaults
	bad.text("note", note, 0, maxReason)
	return bad.err()
}
