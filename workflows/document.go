package workflows

import (
	"congvan/activities"
	"congvan/routing"

	"go.temporal.io/sdk/workflow"
)

// RouteInput starts, or continues, the route of one document: ids and instants,
// no content. The document's id alone is enough to begin with.
type RouteInput struct {
	DocumentID routing.ID
	Seen       int                // the last milestone that was acted upon
	Pending    milestones         // milestones that came and wait to be acted upon
	Outlook    activities.Outlook // what the document waits for
}

// documentRoute is the state of one document's workflow. All that survives
// continue-as-new is its input.
type documentRoute struct {
	RouteInput
	letters workflow.ReceiveChannel // milestones, as the outbox delivers them
}

// RouteDocument follows one document from its number in the book to its
// conclusion. It ends when the record says that the document is finished.
func RouteDocument(ctx workflow.Context, in RouteInput) error {
	d := newDocumentRoute(ctx, in)
	if err := d.answerQueries(ctx); err != nil {
		return err
	}
	for !d.finished() || d.reopened(ctx) {
		if d.longEnough(ctx) {
			return d.continueAsNew(ctx)
		}
		news, err := d.awaitNews(ctx) // milestones, or none: the next alarm rings
		if err != nil {
			return err
		}
		if err := d.act(ctx, news); err != nil {
			return err
		}
	}
	return nil
}

func newDocumentRoute(ctx workflow.Context, in RouteInput) *documentRoute {
	return &documentRoute{RouteInput: in, letters: workflow.GetSignalChannel(ctx, SignalMilestones)}
}

// act does what the news ask for. The last word comes first: nobody is to start
// on a document that has been recalled since.
func (d *documentRoute) act(ctx workflow.Context, news milestones) error {
	switch {
	case news.has(routing.NewsRecalled):
		return d.withdraw(ctx) // running work stops, the trail stays
	case news.has(routing.NewsConcluded):
		return d.close(ctx) // close what is open for information
	case news.has(routing.NewsDirected):
		return d.dispatch(ctx) // an assignment for every unit named, all at once
	case news.onlyRegistered():
		return d.awaitDirection(news) // the leader's clock runs
	default:
		return d.ring(ctx) // remind, then climb the ladder; or a deadline moved
	}
}

// awaitNews sleeps until a milestone comes or the next alarm rings, and returns
// the milestones that nobody has acted upon; none if it was the alarm. A run
// that does not know yet what its document waits for does not sleep.
func (d *documentRoute) awaitNews(ctx workflow.Context) (milestones, error) {
	if d.read(); len(d.Pending) == 0 && d.Outlook.Status != "" {
		if _, err := awaitUntil(ctx, d.Outlook.NextAlarm, alarmSummary(d.Outlook), d.letterCame); err != nil {
			return nil, err
		}
		d.read()
	}
	news := d.Pending
	d.Pending, d.Seen = nil, news.last(d.Seen)
	return news, nil
}

func (d *documentRoute) letterCame() bool { return d.letters.Len() > 0 }

// read takes the letters that have come. Delivery is at least once: what was
// seen before is dropped.
func (d *documentRoute) read() {
	var letter milestones
	for d.letters.ReceiveAsync(&letter) {
		for _, m := range letter {
			if m.Seq > d.Pending.last(d.Seen) {
				d.Pending = append(d.Pending, m)
			}
		}
		letter = nil
	}
}

// awaitDirection needs nothing from the record: the milestone says it all.
func (d *documentRoute) awaitDirection(news milestones) error {
	d.Outlook = activities.Outlook{
		Status: routing.Registered, NextAlarm: news[0].NextAlarm, Awaits: routing.AwaitDirection, Holders: 1,
	}
	return nil
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
	in := activities.Input{DocumentID: d.DocumentID, Woken: workflow.Now(ctx)}
	ctx = workflow.WithLocalActivityOptions(ctx, recordStep(summary))
	return workflow.ExecuteLocalActivity(ctx, name, in).Get(ctx, &d.Outlook)
}

// finished trusts the record, not the milestone: a run that a late duplicate
// started for a finished document finds out and ends.
func (d *documentRoute) finished() bool { return d.Outlook.Finished() }

// reopened says whether milestones came for a finished document while its run
// was about to end: it may have been reopened, or recalled. The record will say.
// Runs that ended without asking, before this question was, still end so.
func (d *documentRoute) reopened(ctx workflow.Context) bool {
	if !d.letterCame() || workflow.GetVersion(ctx, "letters after the end", workflow.DefaultVersion, 1) == workflow.DefaultVersion {
		return false
	}
	d.read()
	return len(d.Pending) > 0
}

// longEnough says whether the history should begin anew, which is for the
// server to say: a limit of our own could never change again without making
// old histories wrong. A document handled in time never comes near.
func (d *documentRoute) longEnough(ctx workflow.Context) bool {
	return workflow.GetInfo(ctx).GetContinueAsNewSuggested()
}

// continueAsNew takes along the letters that have come meanwhile.
func (d *documentRoute) continueAsNew(ctx workflow.Context) error {
	d.read()
	return workflow.NewContinueAsNewError(ctx, TypeRouteDocument, d.RouteInput)
}
