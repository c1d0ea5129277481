package routing

import "slices"

// The longest circuit, and the widest stage.
const (
	maxStages = 10
	maxAsked  = 20
)

// ObjectTo says how far a report goes back when an office objects to it.
type ObjectTo string

// Where it goes back to.
const (
	ToPrevious ObjectTo = "previous" // the stage before decides anew
	ToStart    ObjectTo = "start"    // its author works on it again
)

// Submit asks offices for their consent before a share is reported (lấy ý kiến):
// the report is fixed now, and made when the last stage has consented. What a
// report needs is needed here: nobody below still has to report.
func (c *Case) Submit(actor Actor, id ID, text string, stages []Stage) error {
	if err := CheckText("text", text); err != nil {
		return err
	}
	a := c.Share(id)
	if err := c.may(ActSubmit, actor, a); err != nil {
		return err
	}
	if a.Held() || c.Document.Held() {
		return errHeld(*a)
	}
	if err := checkStages(stages, a.UnitID); err != nil {
		return err
	}
	if err := c.checkParts(a); err != nil {
		return err
	}
	c.endCircuit(id, CircuitVoid) // of an earlier life of the share
	c.Circuits = append(c.Circuits, Circuit{ID: c.NewID(), AssignmentID: id, AuthorID: actor.AccountID, AuthorForID: actor.Mandate.Principal, Text: text, Stages: stages,
		Status: CircuitOpen, StartedAt: c.Now, Version: 1})
	k := &c.Circuits[len(c.Circuits)-1]
	c.openStage(k, actor.AccountID, a)
	if err := c.move(ActSubmit, actor, a, map[string]any{"circuit": string(k.ID), "stages": stages}); err != nil {
		return err
	}
	c.tell(NewsMoved)
	return nil
}

// checkParts refuses to report while somebody below still has to, or will have to.
func (c *Case) checkParts(a *Assignment) error {
	if missing := MissingReports(*a, c.Assignments); len(missing) > 0 {
		units := make([]ID, len(missing))
		for i, x := range missing {
			units[i] = x.UnitID
		}
		return ErrPartsOpen.With("unitIds", units)
	}
	if slices.ContainsFunc(c.Directions, func(g Given) bool { return g.HoldsUp(*a) }) {
		return ErrPartsOpen.Saying("Ý kiến chỉ đạo vừa gửi đang được chuyển đến các đơn vị; hãy thử lại sau ít phút.")
	}
	return nil
}

func checkStages(stages []Stage, author ID) error {
	if len(stages) == 0 || len(stages) > maxStages {
		return ErrStages
	}
	for i, s := range stages {
		seen := map[ID]bool{author: true}
		if s.Rule != EachMust && s.Rule != AnyMay || len(s.Units) == 0 || len(s.Units) > maxAsked {
			return ErrStages.With("stage", i)
		}
		for _, unit := range s.Units {
			if unit == "" || seen[unit] {
				return ErrStages.With("stage", i).With("unit", string(unit))
			}
			seen[unit] = true
		}
	}
	return nil
}

// openStage asks every office of the stage that decides now.
func (c *Case) openStage(k *Circuit, askedBy ID, a *Assignment) {
	for _, unit := range k.Stages[k.Stage].Units {
		c.Decisions = append(c.Decisions, Decision{
			ID: c.NewID(), DocumentID: c.Document.ID, AssignmentID: a.ID, Kind: Consent, CircuitID: k.ID, Stage: k.Stage,
			AskedBy: askedBy, AskedUnitID: a.UnitID, AskedAt: c.Now, OwnerUnitID: unit,
			Due: c.Ladder.DecisionDue(c.Now, c.Clocks(unit)), Status: DecisionOpen, Version: 1,
		})
	}
}

// Consent is an office's yes to the report of another (đồng ý). The stage passes
// when each has consented, or the first, by its rule; after the last stage the
// share is reported with the circuit's text.
func (c *Case) Consent(actor Actor, id ID, note string) error {
	if err := checkNote(note, false); err != nil {
		return err
	}
	x, k, a, err := c.consent(actor, id)
	if err != nil {
		return err
	}
	c.decide(x, actor, true, note)
	details := map[string]any{"decision": string(id), "circuit": string(k.ID), "stage": x.Stage}
	if note != "" {
		details["note"] = note
	}
	next := Consulting
	if k.Stages[k.Stage].Rule == AnyMay || !c.asks(k) {
		c.voidAsked(k)
		k.Version++
		if k.Stage++; k.Stage < len(k.Stages) {
			c.openStage(k, x.AskedBy, a)
		} else {
			k.Stage = len(k.Stages) - 1
			k.Status, k.EndedAt = CircuitPassed, c.Now
			next = Reported
			c.reportWith(k.Text, a, details)
		}
		c.tell(NewsMoved)
	}
	c.set(ActConsent, actor, a, next, details)
	return nil
}

// reportWith is what a report changes; the state follows.
func (c *Case) reportWith(text string, a *Assignment, details map[string]any) {
	a.ReportedAt, a.Report = c.Now, text
	a.ApproveDue = c.Ladder.Approval.After(c.Now, c.Clocks(a.GiverUnitID)).UTC()
	details["text"], details["due"], details["late"], details["approveDue"] = text, a.Due, c.Now.After(a.Due), a.ApproveDue
}

// Object is an office's no (không đồng ý), with a reason of at least 10
// characters: the stage before decides anew, or the author works on it again.
func (c *Case) Object(actor Actor, id ID, reason string, to ObjectTo) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	if to != ToPrevious && to != ToStart {
		return ErrField.With("fields", map[string]string{"to": "chỉ chuyển lại bước trước (previous) hoặc người soạn (start)"})
	}
	x, k, a, err := c.consent(actor, id)
	if err != nil {
		return err
	}
	if k.Stage == 0 {
		to = ToStart
	}
	c.decide(x, actor, false, reason)
	details := map[string]any{"decision": string(id), "circuit": string(k.ID), "stage": x.Stage, "reason": reason, "to": string(to)}
	next := Consulting
	if to == ToStart {
		c.endCircuit(a.ID, CircuitRejected)
		a.DueSince, next = c.Now, Working
		details["dueSince"] = c.Now
	} else {
		askedBy := x.AskedBy
		c.voidAsked(k)
		k.Stage--
		k.Version++
		c.openStage(k, askedBy, a)
	}
	c.set(ActObject, actor, a, next, details)
	c.tell(NewsMoved)
	return nil
}

// WithdrawDraft takes a report back that offices are asked about: its holder works
// on it again, and nobody is asked any more.
func (c *Case) WithdrawDraft(actor Actor, id ID) error {
	a := c.Share(id)
	if err := c.may(ActWithdrawDraft, actor, a); err != nil {
		return err
	}
	a.DueSince = c.Now
	if err := c.move(ActWithdrawDraft, actor, a, map[string]any{"dueSince": c.Now}); err != nil {
		return err
	}
	c.tell(NewsMoved)
	return nil
}

// consent finds a consent that the actor may give or refuse now, with its circuit
// and share. Nobody consents to his own draft, in whosever name.
func (c *Case) consent(actor Actor, id ID) (*Decision, *Circuit, *Assignment, error) {
	x := c.Decision(id)
	if x == nil || x.Kind != Consent {
		return nil, nil, nil, ErrNotFound
	}
	a, k := c.Share(x.AssignmentID), c.openCircuit(x.AssignmentID)
	switch {
	case !actor.decides(*x, a):
		return nil, nil, nil, ErrNotAllowed
	case c.Document.Status != Directed:
		return nil, nil, nil, c.Document.Status.forbids()
	case x.Status != DecisionOpen || k == nil || k.ID != x.CircuitID:
		return nil, nil, nil, ErrDecided
	case actor.is(k.AuthorID), actor.is(k.AuthorForID):
		return nil, nil, nil, ErrNotAllowed.Saying("Người soạn thảo không tự cho ý kiến về dự thảo của mình; hãy chuyển lãnh đạo khác.")
	case a.Held() || c.Document.Held():
		return nil, nil, nil, errHeld(*a)
	}
	if _, err := a.Next(ActConsent); err != nil {
		return nil, nil, nil, err
	}
	return x, k, a, nil
}

// openCircuit is the circuit that a share's report goes through now, nil if none.
func (c *Case) openCircuit(share ID) *Circuit {
	i := slices.IndexFunc(c.Circuits, func(k Circuit) bool { return k.AssignmentID == share && k.Status == CircuitOpen })
	if i < 0 {
		return nil
	}
	return &c.Circuits[i]
}

// endCircuit ends the share's open circuit, if it has one: nobody is asked any more.
func (c *Case) endCircuit(share ID, how CircuitStatus) {
	if k := c.openCircuit(share); k != nil {
		c.voidAsked(k)
		k.Status, k.EndedAt = how, c.Now
		k.Version++
	}
}

// asks says whether an office of a circuit still has to decide.
func (c *Case) asks(k *Circuit) bool {
	return slices.ContainsFunc(c.Decisions, func(x Decision) bool { return x.CircuitID == k.ID && x.Status == DecisionOpen })
}

// voidAsked lets nobody of a circuit decide any more who has not.
func (c *Case) voidAsked(k *Circuit) {
	for i := range c.Decisions {
		if x := &c.Decisions[i]; x.CircuitID == k.ID && x.Status == DecisionOpen {
			x.Status, x.DecidedAt = DecisionVoid, c.Now
			x.Version++
		}
	}
}

// Consults are the shares on whose drafts the actor's unit is asked, and reads
// them for it, as long as the asking goes on: not when it has ended, nor when the
// draft was taken back. Who is asked sees the document, the share's draft, and
// nothing of who else has to do with it.
func Consults(a Actor, d Document, circuits []Circuit, decisions []Decision) map[ID]bool {
	out := map[ID]bool{}
	if !a.may(ToSee, nil, IsAsked) || d.Status != Directed {
		return out
	}
	for _, k := range circuits {
		asked := slices.ContainsFunc(decisions, func(x Decision) bool {
			return x.CircuitID == k.ID && x.OwnerUnitID == a.UnitID
		})
		if asked && k.Status == CircuitOpen {
			out[k.AssignmentID] = true
		}
	}
	return out
}
