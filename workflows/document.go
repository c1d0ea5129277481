package workflows

import (
	"time"

	"congvan/activities"
	"congvan/routing"

	"go.temporal.io/sdk/workflow"
)

// RouteInput starts, or continues, the route of one document. It is all that
// survives continue-as-new: ids and instants, no content.
type RouteInput struct {
	DocumentID routing.ID
	Seen       int                 // the last milestone that was acted upon
	Pending    []routing.Milestone // milestones that came and wait to be acted upon
	Outlook    activities.Outlook  // what the document waits for
}

// documentRoute is the state of one document's workflow.
type documentRoute struct {
	RouteInput
	letters workflow.ReceiveChannel // milestones, as the outbox delivers them
}

// RouteDocument follows one document from its number in the book to its conclusion.
func RouteDocument(ctx workflow.Context, in RouteInput) error {
	d := &documentRoute{RouteInput: in, letters: workflow.GetSignalChannel(ctx, SignalMilestones)}
	if err := d.answerQueries(ctx); err != nil {
		return err
	}
	for {
		news, err := d.awaitNews(ctx) // milestones, or the one timer of the next alarm
		if err != nil {
			return err
		}
		switch {
		case d.recalled(news):
			return d.withdraw(ctx) // running work stops, the trail stays
		case d.concluded(news):
			return d.close(ctx) // close what is open for information
		case news.has(routing.NewsDirected):
			err = d.dispatch(ctx) // an assignment for every unit named, all at once
		case news.onlyRegistered():
			d.awaitDirection(news) // the leader's clock runs
		default:
			err = d.ring(ctx) // remind, then climb the ladder; or a deadline moved
		}
		if err != nil {
			return err
		}
		if d.longEnough(ctx) {
			return d.continueAsNew(ctx)
		}
	}
}

// awaitNews sleeps until a milestone comes or the next alarm rings, and returns
// the milestones that nobody has acted upon; none if it was the alarm.
func (d *documentRoute) awaitNews(ctx workflow.Context) (milestones, error) {
	if d.read(); len(d.Pending) == 0 && !d.finished() {
		letter := func() bool { return d.letters.Len() > 0 }
		if _, err := awaitUntil(ctx, d.Outlook.NextAlarm, alarmSummary(d.Outlook), letter); err != nil {
			return nil, err
		}
		d.read()
	}
	news := milestones(d.Pending)
	d.Pending = nil
	for _, m := range news {
		d.Seen = max(d.Seen, m.Seq)
	}
	return news, nil
}

// read takes the letters that have come. Delivery is at least once: what was
// seen before is dropped.
func (d *documentRoute) read() {
	var letter []routing.Milestone
	for d.letters.ReceiveAsync(&letter) {
		for _, m := range letter {
			if m.Seq > d.Seen && !milestones(d.Pending).seen(m.Seq) {
				d.Pending = append(d.Pending, m)
			}
		}
		letter = nil
	}
}

func (d *documentRoute) awaitDirection(news milestones) {
	d.Outlook = activities.Outlook{
		Status: routing.Registered, NextAlarm: news[0].NextAlarm, Awaits: routing.AwaitDirection, Holders: 1,
	}
}

func (d *documentRoute) dispatch(ctx workflow.Context) error {
	return d.do(ctx, activities.Dispatch, "Chuyển phần việc đến các đơn vị")
}

func (d *documentRoute) ring(ctx workflow.Context) error {
	return d.do(ctx, activities.Ring, "Đôn đốc theo thang, tính hẹn kế tiếp")
}

func (d *documentRoute) withdraw(ctx workflow.Context) error {
	return d.do(ctx, activities.Withdraw, "Rút các phần việc còn mở vì văn bản bị thu hồi")
}

func (d *documentRoute) close(ctx workflow.Context) error {
	return d.do(ctx, activities.Close, "Kết thúc các phần việc còn mở, văn bản hoàn thành")
}

// do lets an activity carry out a step on the record and remembers what the
// document waits for then.
func (d *documentRoute) do(ctx workflow.Context, name, summary string) error {
	ctx = workflow.WithLocalActivityOptions(ctx, recordStep(summary))
	return workflow.ExecuteLocalActivity(ctx, name, activities.Input{DocumentID: d.DocumentID}).Get(ctx, &d.Outlook)
}

// recalled and concluded trust the record as much as the milestone: a run that
// a late duplicate started for a finished document finds out and ends.
func (d *documentRoute) recalled(news milestones) bool {
	return news.has(routing.NewsRecalled) || d.Outlook.Status == routing.Recalled
}

func (d *documentRoute) concluded(news milestones) bool {
	return news.has(routing.NewsConcluded) || d.Outlook.Status == routing.Concluded
}

func (d *documentRoute) finished() bool {
	return d.Outlook.Status == routing.Recalled || d.Outlook.Status == routing.Concluded
}

// longEnough says whether the history should begin anew. A document handled in
// time never comes near; one with hundreds of reminders does.
func (d *documentRoute) longEnough(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return info.GetContinueAsNewSuggested() || info.GetCurrentHistoryLength() >= historyLimit
}

// continueAsNew takes along the letters that have come meanwhile.
func (d *documentRoute) continueAsNew(ctx workflow.Context) error {
	d.read()
	return workflow.NewContinueAsNewError(ctx, RouteDocument, d.RouteInput)
}

// milestones are news of one document, by Seq.
type milestones []routing.Milestone

func (ms milestones) has(kind routing.MilestoneKind) bool {
	for _, m := range ms {
		if m.Kind == kind {
			return true
		}
	}
	return false
}

func (ms milestones) seen(seq int) bool {
	for _, m := range ms {
		if m.Seq == seq {
			return true
		}
	}
	return false
}

func (ms milestones) onlyRegistered() bool {
	return len(ms) == 1 && ms[0].Kind == routing.NewsRegistered
}

// awaitUntil waits for done or for the instant, whichever is first, and reports
// done. A zero instant never comes. Unlike workflow.AwaitWithTimeout it leaves
// no timer behind.
func awaitUntil(ctx workflow.Context, at time.Time, summary string, done func() bool) (bool, error) {
	if done() {
		return true, nil
	}
	if at.IsZero() {
		return true, workflow.Await(ctx, done)
	}
	timerCtx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimerWithOptions(timerCtx, at.Sub(workflow.Now(ctx)), workflow.TimerOptions{Summary: summary})
	err := workflow.Await(ctx, func() bool { return done() || timer.IsReady() })
	return done(), err
}
