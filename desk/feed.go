package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"congvan/accounts"
	"congvan/postgres"
	"congvan/routing"
)

// What is written down about feeds.
const (
	EntryFeedMade    routing.EntryKind = "feed-made"
	EntryFeedRevoked routing.EntryKind = "feed-revoked"
)

// How far a feed reaches: what is overdue since, what falls due until, and how much.
const (
	feedBehind = 366 * 24 * time.Hour
	feedAhead  = 90 * 24 * time.Hour
	feedLimit  = 500
)

// Feeds lists the actor's own feeds that are not revoked, the newest first. Their
// secrets are nowhere.
func (d *Desk) Feeds(ctx context.Context, actor routing.Actor) ([]routing.DeadlineFeed, error) {
	return d.record.FeedsOf(ctx, actor.AccountID)
}

// MakeFeed makes an address at which a calendar program finds the actor's deadlines,
// with the subjects of their documents only if he wants them to leave the system.
// The secret is in this answer only: the same request again finds the feed without
// it. routing.ErrNotAllowed for who has no lists, or acts for another.
func (d *Desk) MakeFeed(ctx context.Context, actor routing.Actor, subjects bool, req routing.Request) (f routing.DeadlineFeed, secret string, err error) {
	if !actor.MayHaveFeed() {
		return f, "", routing.ErrNotAllowed
	}
	in := routing.DeadlineFeed{ID: idOf(actor, req), AccountID: actor.AccountID, PositionID: actor.PositionID, Subjects: subjects, CreatedAt: d.now(), Good: true}
	if first, err := d.record.Feed(ctx, in.ID); err == nil { // asked before
		return first, "", unlessReused(first.Subjects == subjects)
	}
	secret = accounts.NewSecret()
	e := d.entryOf(actor, EntryFeedMade, routing.Subject{Kind: routing.SubjectFeed, ID: string(in.ID)})
	e.Details = map[string]any{"subjects": subjects}
	switch err := d.record.AddFeed(ctx, in, accounts.Digest(secret), e, req); {
	case errors.Is(err, postgres.ErrRequestSeen): // the same request was quicker
		first, err := d.record.Feed(ctx, in.ID)
		return first, "", err
	case err != nil:
		return f, "", err
	}
	return in, secret, nil
}

// RevokeFeed ends a feed of the actor's own at once. routing.ErrNotFound for another's.
func (d *Desk) RevokeFeed(ctx context.Context, actor routing.Actor, id routing.ID) (routing.DeadlineFeed, error) {
	if !validID(id) {
		return routing.DeadlineFeed{}, routing.ErrNotFound
	}
	f, err := d.record.Feed(ctx, id)
	if err == nil && f.AccountID != actor.AccountID {
		err = routing.ErrNotFound
	}
	if err != nil {
		return routing.DeadlineFeed{}, err
	}
	if err := d.record.RevokeFeed(ctx, id, d.entryOf(actor, EntryFeedRevoked, routing.Subject{Kind: routing.SubjectFeed, ID: string(id)})); err != nil {
		return f, err
	}
	return d.record.Feed(ctx, id)
}

// DueDocument is a deadline with the document that it runs in.
type DueDocument struct {
	routing.Deadline
	Document routing.Document
}

// Feed is what a calendar program is told.
type Feed struct {
	routing.DeadlineFeed
	Actor     routing.Actor
	Deadlines []DueDocument // the soonest first, 500 at most
}

// FeedOf finds whose feed a secret opens; routing.ErrNotFound if nobody's. It is
// asked for without a login: whoever has the address sees what it gives.
func (d *Desk) FeedOf(ctx context.Context, secret string) (Feed, error) {
	if err := d.BreakDay(ctx); err != nil {
		return Feed{}, err
	}
	actor, f, err := d.record.ActorByFeed(ctx, accounts.Digest(secret), d.now(), today(d.now()))
	if err == nil && !actor.MayHaveFeed() {
		err = routing.ErrNotFound
	}
	return Feed{DeadlineFeed: f, Actor: actor}, err
}

// FillFeed finds the deadlines of a feed: those that run out within 90 days, and
// those that did within the last year and still wait.
func (d *Desk) FillFeed(ctx context.Context, f *Feed) error {
	now := d.now()
	from, to := now.Add(-feedBehind), now.Add(feedAhead)
	waiting, err := d.record.DueIn(ctx, postgres.Window{By: f.Actor, UnitID: f.Actor.UnitID, From: from, To: to})
	if err != nil {
		return err
	}
	for _, w := range waiting {
		shares := make(map[routing.ID]routing.Assignment, len(w.Shares))
		for _, a := range w.Shares {
			shares[a.ID] = a
		}
		if !f.Subjects {
			w.Document.Subject = ""
		}
		for _, due := range routing.Deadlines(w.Document, w.Shares, w.Decisions) {
			if f.Actor.Minds(due, shares[due.AssignmentID]) && !due.Due.Before(from) && due.Due.Before(to) {
				f.Deadlines = append(f.Deadlines, DueDocument{due, w.Document})
			}
		}
	}
	slices.SortStableFunc(f.Deadlines, func(a, b DueDocument) int { return a.Due.Compare(b.Due) })
	f.Deadlines = f.Deadlines[:min(len(f.Deadlines), feedLimit)]
	return nil
}
