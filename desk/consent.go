package desk

import (
	"context"
	"errors"
	"slices"

	"congvan/postgres"
	"congvan/routing"
)

// Submit asks offices for their consent to a report of up to 4,000 characters
// before it is made (lấy ý kiến): stages in order, in each several units at once.
// The holder of the share does so; what a report needs is needed here, too:
// routing.ErrPartsOpen names who has not reported.
func (d *Desk) Submit(ctx context.Context, actor routing.Actor, id routing.ID, text string, stages []routing.Stage, ifVersion int, req routing.Request) (routing.Event, error) {
	if err := checkWords("text", text); err != nil {
		return routing.Event{}, err
	}
	if err := d.checkAsked(ctx, stages); err != nil {
		return routing.Event{}, err
	}
	event, err := d.actOnShare(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.Submit(actor, id, text, stages) })
	return event, d.namingParts(ctx, err)
}

// checkAsked refuses units that do not exist today.
func (d *Desk) checkAsked(ctx context.Context, stages []routing.Stage) error {
	var ids []routing.ID
	for _, stage := range stages {
		ids = append(ids, stage.Units...)
	}
	for _, id := range ids {
		if !validID(id) {
			return routing.ErrUnit.With("unit", string(id))
		}
	}
	known, err := d.record.UnitsByID(ctx, today(d.now()), ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, ok := known[id]; !ok {
			return routing.ErrUnit.With("unit", string(id))
		}
	}
	return nil
}

// namingParts adds to routing.ErrPartsOpen the names of the units that have not
// reported.
func (d *Desk) namingParts(ctx context.Context, err error) error {
	var refusal *routing.Error
	if !errors.Is(err, routing.ErrPartsOpen) || !errors.As(err, &refusal) {
		return err
	}
	ids, ok := refusal.Details["unitIds"].([]routing.ID)
	if !ok {
		return err
	}
	shares := make([]routing.Assignment, len(ids))
	for i, id := range ids {
		shares[i].UnitID = id
	}
	return d.partsOpen(ctx, shares)
}

// Consent is a yes of the actor's unit to another's report, by one of its
// leaders; nobody consents to what he wrote himself. With the last stage the
// report is made.
func (d *Desk) Consent(ctx context.Context, actor routing.Actor, decision routing.ID, note string, req routing.Request) (routing.Event, error) {
	if err := routing.CheckSecrecy(routing.NoSecret, note); err != nil {
		return routing.Event{}, err
	}
	return d.actOnDecision(ctx, actor, decision, req, func(c *routing.Case) error { return c.Consent(actor, decision, note) })
}

// Object is a no of the actor's unit to another's report, with a reason of at
// least 10 characters: back to the stage before, or to the author.
func (d *Desk) Object(ctx context.Context, actor routing.Actor, decision routing.ID, reason string, to routing.ObjectTo, req routing.Request) (routing.Event, error) {
	if err := checkReason(reason); err != nil {
		return routing.Event{}, err
	}
	return d.actOnDecision(ctx, actor, decision, req, func(c *routing.Case) error { return c.Object(actor, decision, reason, to) })
}

// WithdrawDraft takes back a report that offices are asked about; its holder
// works on it again.
func (d *Desk) WithdrawDraft(ctx context.Context, actor routing.Actor, id routing.ID, ifVersion int, req routing.Request) (routing.Event, error) {
	return d.actOnShare(ctx, actor, id, ifVersion, req, func(c *routing.Case) error { return c.WithdrawDraft(actor, id) })
}

// CircuitView is where a report stands on its way through the offices.
type CircuitView struct {
	routing.Circuit
	Answers []CircuitAnswer // by stage, in the order asked; a stage that decided anew is there twice
}

// CircuitAnswer is what one office was asked, and what it said.
type CircuitAnswer struct {
	routing.Decision
	Unit      postgres.Unit
	DecidedAs string // the title of who decided; empty: nobody has
	Awaited   bool   // it still has to decide, until Due
}

// Circuit shows the newest circuit of a share's report: its draft, who decided
// what, and who is awaited since when and until when. Whoever reads the share
// sees it, and the offices that are asked, as long as the asking goes on.
// routing.ErrNotFound if there is none for the actor.
func (d *Desk) Circuit(ctx context.Context, actor routing.Actor, assignment routing.ID) (CircuitView, error) {
	if !validID(assignment) {
		return CircuitView{}, routing.ErrNotFound
	}
	a, err := d.record.Assignment(ctx, assignment)
	if err != nil {
		return CircuitView{}, err
	}
	doc, visible, _, err := d.document(ctx, actor, a.DocumentID)
	if err != nil {
		return CircuitView{}, err
	}
	circuits, err := d.record.Circuits(ctx, doc.ID)
	if err != nil {
		return CircuitView{}, err
	}
	decisions, err := d.record.Decisions(ctx, doc.ID)
	if err != nil {
		return CircuitView{}, err
	}
	circuits = slices.DeleteFunc(circuits, func(k routing.Circuit) bool { return k.AssignmentID != assignment })
	if len(circuits) == 0 {
		return CircuitView{}, routing.ErrNotFound
	}
	newest := circuits[len(circuits)-1]
	if !routing.Reads(actor, doc, visible)[assignment] && !routing.Consults(actor, doc, []routing.Circuit{newest}, decisions)[assignment] {
		return CircuitView{}, routing.ErrNotFound
	}
	return d.circuitView(ctx, doc, a, newest, decisions)
}

func (d *Desk) circuitView(ctx context.Context, doc routing.Document, a routing.Assignment, k routing.Circuit, decisions []routing.Decision) (CircuitView, error) {
	v := CircuitView{Circuit: k}
	var units, deciders []routing.ID
	for _, x := range decisions {
		if x.CircuitID == k.ID {
			v.Answers = append(v.Answers, CircuitAnswer{Decision: x, Awaited: x.Awaited(doc, a)})
			units, deciders = append(units, x.OwnerUnitID), append(deciders, x.DecidedBy)
		}
	}
	known, err := d.record.UnitsByID(ctx, today(d.now()), units)
	if err != nil {
		return CircuitView{}, err
	}
	titles, err := d.record.TitlesOf(ctx, deciders)
	if err != nil {
		return CircuitView{}, err
	}
	for i := range v.Answers {
		v.Answers[i].Unit, v.Answers[i].DecidedAs = known[v.Answers[i].OwnerUnitID], titles[v.Answers[i].DecidedBy]
	}
	slices.SortStableFunc(v.Answers, func(x, y CircuitAnswer) int { return x.Stage - y.Stage })
	return v, nil
}

// asks says whether the actor sees a document because his unit is asked about it.
func (d *Desk) asks(ctx context.Context, actor routing.Actor, doc routing.Document) (bool, error) {
	asked, err := d.record.IsAsked(ctx, doc.ID, actor.UnitID)
	if err != nil || !asked {
		return false, err
	}
	circuits, err := d.record.Circuits(ctx, doc.ID)
	if err != nil {
		return false, err
	}
	decisions, err := d.record.Decisions(ctx, doc.ID)
	return len(routing.Consults(actor, doc, circuits, decisions)) > 0 || routing.Asks(actor, decisions), err
}
