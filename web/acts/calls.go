package acts

import (
	"strings"
	"time"

	"congvan/routing"
)

func cut(text, prefix string) (routing.ID, bool) {
	id, ok := strings.CutPrefix(text, prefix)
	return routing.ID(id), ok
}

// dueFor is the day of the form as a deadline of a unit: the end of its office
// hours. The zero instant if the field is empty.
func (d *doing) dueFor(unit routing.ID) (time.Time, error) {
	day, err := d.v.DayValue("dueOn")
	if err != nil || day == "" {
		return time.Time{}, err
	}
	return d.v.Desk().EndOfDay(d.v.Context(), unit, day)
}

// The acts on a document.

func present(d *doing) (routing.Event, error) {
	return d.v.Desk().Present(d.v.Context(), d.v.Actor, d.id, routing.ID(d.v.Value("to")), d.v.Value("note"), d.version, d.req)
}

func notify(d *doing) (routing.Event, error) {
	return d.v.Desk().Notify(d.v.Context(), d.v.Actor, d.id, d.v.Value("how"), d.version, d.req)
}

func fileDocument(d *doing) (routing.Event, error) {
	return d.v.Desk().FileDocument(d.v.Context(), d.v.Actor, d.id, d.v.Value("note"), d.version, d.req)
}

func cancel(d *doing) (routing.Event, error) {
	return d.v.Desk().CancelDocument(d.v.Context(), d.v.Actor, d.id, routing.CancelCategory(d.v.Value("category")), d.v.Value("reason"), d.version, d.req)
}

func holdDocument(d *doing) (routing.Event, error) {
	return d.v.Desk().HoldDocument(d.v.Context(), d.v.Actor, d.id, routing.HoldCategory(d.v.Value("category")), d.v.Value("reason"), d.version, d.req)
}

func resumeDocument(d *doing) (routing.Event, error) {
	return d.v.Desk().ResumeDocument(d.v.Context(), d.v.Actor, d.id, d.version, d.req)
}

func reopenDocument(d *doing) (routing.Event, error) {
	due, err := d.dueFor(d.v.Actor.UnitID)
	if err != nil {
		return routing.Event{}, err
	}
	return d.v.Desk().ReopenDocument(d.v.Context(), d.v.Actor, d.id, due, d.v.Value("reason"), d.version, d.req)
}

func recall(d *doing) (routing.Event, error) {
	return d.v.Desk().Recall(d.v.Context(), d.v.Actor, d.id, d.v.Value("reason"), d.version, d.req)
}

func changeLadder(d *doing) (routing.Event, error) {
	return d.v.Desk().MoveToLadder(d.v.Context(), d.v.Actor, d.id, d.v.Value("ladder"), 0, d.v.Value("reason"), d.version, d.req)
}

func detach(d *doing) (routing.Event, error) {
	return d.v.Desk().Detach(d.v.Context(), d.v.Actor, d.id, d.v.Value("file"), d.v.Value("reason"), d.req)
}

// remindLate urges all that are late. That one of them was urged a moment ago is
// no refusal, unless it was so with each.
func remindLate(d *doing) (routing.Event, error) {
	outcomes, err := d.v.Desk().RemindLate(d.v.Context(), d.v.Actor, d.id, d.req)
	event := routing.Event{DocumentID: d.id}
	if err == nil && len(outcomes) == 0 { // nothing is late, or nothing that is his to urge
		err = errNotOffered
	}
	if err != nil {
		return event, err
	}
	for _, o := range outcomes {
		if o.Code == "" {
			return event, nil
		}
		err = &routing.Error{Fault: routing.Conflict, Code: o.Code, Message: o.Message}
	}
	return event, err
}

// The acts on a share.

func acknowledge(d *doing) (routing.Event, error) {
	return d.v.Desk().Acknowledge(d.v.Context(), d.v.Actor, d.id, d.req)
}

func start(d *doing) (routing.Event, error) {
	return d.v.Desk().Start(d.v.Context(), d.v.Actor, d.id, d.req)
}

func progress(d *doing) (routing.Event, error) {
	return d.v.Desk().Progress(d.v.Context(), d.v.Actor, d.id, d.v.Value("note"), d.req)
}

func sendReport(d *doing) (routing.Event, error) {
	return d.v.Desk().Report(d.v.Context(), d.v.Actor, d.id, d.v.Value("text"), d.req)
}

func approve(d *doing) (routing.Event, error) {
	return d.v.Desk().Approve(d.v.Context(), d.v.Actor, d.id, d.version, d.req)
}

func sendBack(d *doing) (routing.Event, error) {
	return d.v.Desk().SendBack(d.v.Context(), d.v.Actor, d.id, d.v.Value("reason"), d.version, d.req)
}

func giveBack(d *doing) (routing.Event, error) {
	return d.v.Desk().Return(d.v.Context(), d.v.Actor, d.id, d.v.Value("reason"), d.version, d.req)
}

func insist(d *doing) (routing.Event, error) {
	return d.v.Desk().Insist(d.v.Context(), d.v.Actor, d.id, d.v.Value("reason"), d.version, d.req)
}

func drop(d *doing) (routing.Event, error) {
	return d.v.Desk().Drop(d.v.Context(), d.v.Actor, d.id, d.v.Value("reason"), d.version, d.req)
}

func reroute(d *doing) (routing.Event, error) {
	to := d.place(d.v.Value("place"))
	var err error
	if to.Due, err = d.dueFor(to.UnitID); err != nil {
		return routing.Event{}, err
	}
	return d.v.Desk().Reroute(d.v.Context(), d.v.Actor, d.id, to, d.v.Value("reason"), d.version, d.req)
}

func handOver(d *doing) (routing.Event, error) {
	return d.v.Desk().HandOver(d.v.Context(), d.v.Actor, d.id, d.place(d.v.Value("place")), d.v.Value("basis"), d.version, d.req)
}

func hold(d *doing) (routing.Event, error) {
	return d.v.Desk().Hold(d.v.Context(), d.v.Actor, d.id, routing.HoldCategory(d.v.Value("category")), d.v.Value("reason"), d.version, d.req)
}

func resume(d *doing) (routing.Event, error) {
	return d.v.Desk().Resume(d.v.Context(), d.v.Actor, d.id, d.version, d.req)
}

// withDue is an act on a share that sets its due date.
func withDue(d *doing, f func(time.Time) (routing.Event, error)) (routing.Event, error) {
	if err := d.load(); err != nil {
		return routing.Event{}, err
	}
	due, err := d.dueFor(d.share.UnitID)
	if err != nil {
		return routing.Event{}, err
	}
	return f(due)
}

func reopen(d *doing) (routing.Event, error) {
	return withDue(d, func(due time.Time) (routing.Event, error) {
		return d.v.Desk().Reopen(d.v.Context(), d.v.Actor, d.id, due, d.v.Value("reason"), d.version, d.req)
	})
}

func askExtension(d *doing) (routing.Event, error) {
	return withDue(d, func(due time.Time) (routing.Event, error) {
		return d.v.Desk().AskExtension(d.v.Context(), d.v.Actor, d.id, due, d.v.Value("reason"), d.version, d.req)
	})
}

func extend(d *doing) (routing.Event, error) {
	return withDue(d, func(due time.Time) (routing.Event, error) {
		return d.v.Desk().Extend(d.v.Context(), d.v.Actor, d.id, due, d.v.Value("reason"), d.version, d.req)
	})
}

func remind(d *doing) (routing.Event, error) {
	return d.v.Desk().Remind(d.v.Context(), d.v.Actor, d.id, d.v.Value("note"), d.req)
}

func submit(d *doing) (routing.Event, error) {
	return d.v.Desk().Submit(d.v.Context(), d.v.Actor, d.id, d.v.Value("text"), d.stages(), d.version, d.req)
}

func withdrawDraft(d *doing) (routing.Event, error) {
	return d.v.Desk().WithdrawDraft(d.v.Context(), d.v.Actor, d.id, d.version, d.req)
}

// The acts on a direction.

func add(d *doing) (routing.Event, error) {
	var recipients []routing.Recipient
	for _, chosen := range d.v.Values("places") {
		r := d.place(chosen)
		r.Role = routing.Role(d.v.Value("role"))
		if r.Role != routing.Inform {
			var err error
			if r.Due, err = d.dueFor(r.UnitID); err != nil {
				return routing.Event{}, err
			}
		}
		recipients = append(recipients, r)
	}
	return d.v.Desk().AddRecipients(d.v.Context(), d.v.Actor, d.id, d.v.Value("text"), recipients, d.req)
}

func void(d *doing) (routing.Event, error) {
	return d.v.Desk().Void(d.v.Context(), d.v.Actor, d.id, d.v.Value("reason"), d.req)
}

// The acts on something that has to be decided.

func grant(d *doing) (routing.Event, error) {
	if err := d.load(); err != nil {
		return routing.Event{}, err
	}
	unit := d.decision.AskedUnitID
	if d.share != nil {
		unit = d.share.UnitID
	}
	due, err := d.dueFor(unit)
	if err != nil {
		return routing.Event{}, err
	}
	other := &due
	if due.IsZero() {
		other = nil
	}
	return d.v.Desk().DecideExtension(d.v.Context(), d.v.Actor, d.id, true, other, d.v.Value("note"), d.req)
}

func refuse(d *doing) (routing.Event, error) {
	return d.v.Desk().DecideExtension(d.v.Context(), d.v.Actor, d.id, false, nil, d.v.Value("note"), d.req)
}

func consent(d *doing) (routing.Event, error) {
	return d.v.Desk().Consent(d.v.Context(), d.v.Actor, d.id, d.v.Value("note"), d.req)
}

func object(d *doing) (routing.Event, error) {
	return d.v.Desk().Object(d.v.Context(), d.v.Actor, d.id, d.v.Value("reason"), routing.ObjectTo(d.v.Value("to")), d.req)
}

func answerRecall(d *doing) (routing.Event, error) {
	if answer := d.v.Value("agree"); answer != "yes" && answer != "no" {
		return routing.Event{}, routing.ErrField.With("fields", map[string]string{"agree": "hãy chọn một câu trả lời"})
	}
	return d.v.Desk().AnswerRecall(d.v.Context(), d.v.Actor, d.id, d.v.Value("agree") == "yes", d.v.Value("reason"), d.req)
}
