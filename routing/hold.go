package routing

import "time"

// HoldCategory says why clocks stand still.
type HoldCategory string

// The categories of a hold.
const (
	AwaitSuperior HoldCategory = "waiting-for-superior"
	AwaitCitizen  HoldCategory = "waiting-for-citizen"
	ForceMajeure  HoldCategory = "force-majeure"
	OtherHold     HoldCategory = "other"
)

// Vietnamese is the category as it stands on screen, empty for none of the list.
func (h HoldCategory) Vietnamese() string {
	return map[HoldCategory]string{
		AwaitSuperior: "Chờ ý kiến cấp trên", AwaitCitizen: "Chờ công dân, tổ chức bổ sung",
		ForceMajeure: "Sự kiện bất khả kháng", OtherHold: "Lý do khác",
	}[h]
}

func checkHold(category HoldCategory, reason string) error {
	if category.Vietnamese() == "" {
		return ErrField.With("fields", map[string]string{"category": "là waiting-for-superior, waiting-for-citizen, force-majeure hoặc other"})
	}
	return CheckReason(reason)
}

// Hold lets the clocks of a share, and of everything open below it, stand still
// (tạm dừng), with a category and a reason: a leader of the unit that gave it.
// What is held neither rings nor is late, and is not reported.
func (c *Case) Hold(actor Actor, id ID, category HoldCategory, reason string) error {
	if err := checkHold(category, reason); err != nil {
		return err
	}
	a := c.Share(id)
	if err := c.may(ActHold, actor, a); err != nil {
		return err
	}
	if a.Held() || c.Document.Held() {
		return ErrOnHold.Saying("Phần việc hoặc văn bản đang tạm dừng sẵn.")
	}
	c.hold(actor, a, map[string]any{"category": string(category), "reason": reason, "held": c.Now})
	for _, i := range c.Below(id) {
		if x := &c.Assignments[i]; x.Open() && !x.Held() {
			c.hold(Actor{}, x, map[string]any{"because": string(id), "category": string(category), "reason": reason, "held": c.Now})
		}
	}
	c.tell(NewsMoved)
	return nil
}

func (c *Case) hold(actor Actor, a *Assignment, details map[string]any) {
	a.HeldAt = c.Now
	c.set(ActHold, actor, a, a.Status, details)
}

// Resume lets the clocks of a share run again (tiếp tục), and of what was held
// together with it. Each deadline moves by the working time that passed
// meanwhile, on the clock of whoever has to act: what was missed before stays
// missed by as much.
func (c *Case) Resume(actor Actor, id ID) error {
	a := c.Share(id)
	if err := c.may(ActResume, actor, a); err != nil {
		return err
	}
	parent := Assignment{}
	if a.ParentID != "" {
		parent = *c.Share(a.ParentID)
	}
	switch {
	case !a.Held():
		return ErrTransition.With("state", string(a.Status)).Saying("Phần việc không tạm dừng.")
	case c.Document.Held():
		return ErrOnHold.Saying("Văn bản đang tạm dừng; hãy cho văn bản tiếp tục trước.")
	case parent.Open() && parent.Held():
		return ErrOnHold.Saying("Phần việc cấp trên đang tạm dừng; hãy cho phần việc đó tiếp tục trước.")
	}
	since := a.HeldAt
	c.resume(actor, a, since, map[string]any{})
	for _, i := range c.Below(id) {
		if x := &c.Assignments[i]; x.Open() && x.HeldAt.Equal(since) {
			c.resume(Actor{}, x, since, map[string]any{"because": string(id)})
		}
	}
	c.tell(NewsMoved)
	return nil
}

// released tells in the details of an act on what is held that its clocks run again.
func released(held bool, details map[string]any) map[string]any {
	if held {
		details["held"] = nil
	}
	return details
}

// resume moves the deadlines of a share that stood still since an instant, and
// leaves the event with the new ones and those that were.
func (c *Case) resume(actor Actor, a *Assignment, since time.Time, details map[string]any) {
	c.shiftShare(a, since, details)
	details["held"], details["since"] = nil, since
	a.HeldAt = time.Time{}
	c.set(ActResume, actor, a, a.Status, details)
}

// shiftShare moves the deadlines that run for a share, and those of what is to
// be decided about it; false if there are none.
func (c *Case) shiftShare(a *Assignment, since time.Time, details map[string]any) bool {
	was := map[string]any{}
	shift := func(name string, due *time.Time, began time.Time, unit ID) {
		if !due.IsZero() {
			was[name] = *due
			*due = c.shifted(*due, later(since, began), unit)
			details[name] = *due
		}
	}
	began := later(a.SentAt, a.DueSince)
	switch a.Status {
	case Reported:
		shift("approveDue", &a.ApproveDue, a.ReportedAt, a.GiverUnitID)
	case Returned:
		shift("returnDue", &a.ReturnDue, a.ReturnedAt, a.GiverUnitID)
	case Sent:
		shift("receiveDue", &a.ReceiveDue, began, a.UnitID)
		shift("due", &a.Due, began, a.UnitID)
	default:
		shift("due", &a.Due, began, a.UnitID)
	}
	if decisions := c.shiftDecisions(a.ID, since); len(decisions) > 0 {
		details["decisions"] = decisions
	}
	details["was"] = was
	return len(was) > 0 || details["decisions"] != nil
}

func (c *Case) shiftDecisions(share ID, since time.Time) (moved []map[string]any) {
	for i := range c.Decisions {
		x := &c.Decisions[i]
		if x.AssignmentID != share || x.Status != DecisionOpen {
			continue
		}
		was := x.Due
		x.Due = c.shifted(was, later(since, x.AskedAt), x.OwnerUnitID)
		x.Version++
		moved = append(moved, map[string]any{"id": string(x.ID), "due": x.Due, "was": was})
	}
	return moved
}

// shifted is a deadline moved by the working time that passed since an instant
// on the clock of the unit that it runs for.
func (c *Case) shifted(due, since time.Time, unit ID) time.Time {
	if c.Ladder.Plain() {
		return due.Add(c.Now.Sub(since)).UTC()
	}
	clock := c.Clocks(unit)
	return clock.Add(due, clock.Between(since, c.Now)).UTC()
}

// dueUnheld is a share's due date as if it were resumed now.
func (c *Case) dueUnheld(a *Assignment) time.Time {
	since := a.HeldAt
	if d := c.Document; d.Held() && (since.IsZero() || d.HeldAt.Before(since)) {
		since = d.HeldAt
	}
	if a.Due.IsZero() || since.IsZero() {
		return a.Due
	}
	return c.shifted(a.Due, later(since, later(a.SentAt, a.DueSince)), a.UnitID)
}

// HoldDocument lets all clocks of a document stand still: a leader of its unit.
func (c *Case) HoldDocument(actor Actor, category HoldCategory, reason string) error {
	if err := checkHold(category, reason); err != nil {
		return err
	}
	switch {
	case !actor.MayDoDocument(ActHold, c.Document):
		return ErrNotAllowed
	case c.Document.Held():
		return ErrOnHold.Saying("Văn bản đang tạm dừng sẵn.")
	}
	if err := c.doDocument(ActHold, actor, map[string]any{"category": string(category), "reason": reason, "held": c.Now}); err != nil {
		return err
	}
	c.Document.HeldAt = c.Now
	c.tell(NewsMoved)
	return nil
}

// ResumeDocument lets the clocks of a document run again, and those of all
// shares that are not held themselves.
func (c *Case) ResumeDocument(actor Actor) error {
	d, since := &c.Document, c.Document.HeldAt
	if !actor.MayDoDocument(ActResume, *d) {
		return ErrNotAllowed
	}
	if _, err := d.Status.Next(ActResume); err != nil {
		return err
	}
	if !d.Held() {
		return ErrTransition.With("state", string(d.Status)).Saying("Văn bản không tạm dừng.")
	}
	details := map[string]any{"held": nil, "since": since, "was": c.shiftDocument(since)}
	for name, due := range map[string]time.Time{"noticeDue": d.NoticeDue, "presentDue": d.PresentDue, "directDue": d.DirectDue} {
		if !due.IsZero() {
			details[name] = due
		}
	}
	d.HeldAt = time.Time{}
	if err := c.doDocument(ActResume, actor, details); err != nil {
		return err
	}
	for i := range c.Assignments {
		a, details := &c.Assignments[i], map[string]any{"since": since}
		if a.Open() && !a.Held() && c.shiftShare(a, since, details) {
			c.set(ActResume, Actor{}, a, a.Status, details)
		}
	}
	c.tell(NewsMoved)
	return nil
}

// shiftDocument moves the deadlines that run for the document itself, and
// returns those that were.
func (c *Case) shiftDocument(since time.Time) map[string]any {
	d, was := &c.Document, map[string]any{}
	shift := func(name string, runs bool, due *time.Time, began time.Time) {
		if runs && !due.IsZero() {
			was[name] = *due
			*due = c.shifted(*due, later(since, began), d.UnitID)
		}
	}
	shift("noticeDue", d.NotifiedAt.IsZero(), &d.NoticeDue, d.Registered)
	shift("presentDue", d.Status == Registered, &d.PresentDue, d.Registered)
	shift("directDue", d.Status != Directed, &d.DirectDue, later(d.Registered, d.PresentedAt))
	return was
}
