package workflows

import (
	"congvan/routing"

	"go.temporal.io/sdk/workflow"
)

// Mutants are copies of the story with one mistake each, of the kind that a
// careless change makes: no recorded document could go on by them.
var Mutants = map[string]func(workflow.Context, RouteInput) error{
	"rings where it should dispatch": mutant(func(d *documentRoute, ctx workflow.Context, news milestones) error {
		if news.has(routing.NewsDirected) {
			return d.ring(ctx)
		}
		return d.act(ctx, news)
	}),
	"asks the record what it knows from the milestone": mutant(func(d *documentRoute, ctx workflow.Context, news milestones) error {
		if news.onlyRegistered() {
			return d.ring(ctx)
		}
		return d.act(ctx, news)
	}),
	"rings twice": mutant(func(d *documentRoute, ctx workflow.Context, news milestones) error {
		if len(news) == 0 {
			if err := d.ring(ctx); err != nil {
				return err
			}
		}
		return d.act(ctx, news)
	}),
	"forgets the timer": mutant(func(d *documentRoute, ctx workflow.Context, news milestones) error {
		err := d.act(ctx, news)
		d.Outlook.NextAlarm = d.Outlook.NextAlarm.AddDate(-10000, 0, 0)
		return err
	}),
	"lets a recalled document wait for direction": mutant(func(d *documentRoute, ctx workflow.Context, news milestones) error {
		if news.has(routing.NewsRecalled) {
			d.Outlook.Status = routing.Recalled
			return nil
		}
		return d.act(ctx, news)
	}),
	"ends over a letter": story((*documentRoute).act, func(*documentRoute, workflow.Context) bool { return false }),
}

// mutant is RouteDocument with another way to act.
func mutant(act func(*documentRoute, workflow.Context, milestones) error) func(workflow.Context, RouteInput) error {
	return story(act, (*documentRoute).reopened)
}

// story is RouteDocument with ways of its own to act and to end.
func story(act func(*documentRoute, workflow.Context, milestones) error, goesOn func(*documentRoute, workflow.Context) bool) func(workflow.Context, RouteInput) error {
	return func(ctx workflow.Context, in RouteInput) error {
		d := newDocumentRoute(ctx, in)
		if err := d.answerQueries(ctx); err != nil {
			return err
		}
		for !d.finished() || goesOn(d, ctx) {
			if d.longEnough(ctx) {
				return d.continueAsNew(ctx)
			}
			news, err := d.awaitNews(ctx)
			if err != nil {
				return err
			}
			if err := act(d, ctx, news); err != nil {
				return err
			}
		}
		return nil
	}
}

// NextStory is what a later release may look like: it rings once more after
// each dispatch. Documents that were dispatched before go on as they were told.
var NextStory = mutant(func(d *documentRoute, ctx workflow.Context, news milestones) error {
	if err := d.act(ctx, news); err != nil || !news.has(routing.NewsDirected) {
		return err
	}
	if workflow.GetVersion(ctx, "ring-after-dispatch", workflow.DefaultVersion, 1) == workflow.DefaultVersion {
		return nil
	}
	return d.ring(ctx)
})

// HastyStory is the same change by somebody who forgot what runs.
var HastyStory = mutant(func(d *documentRoute, ctx workflow.Context, news milestones) error {
	if err := d.act(ctx, news); err != nil || !news.has(routing.NewsDirected) {
		return err
	}
	return d.ring(ctx)
})
