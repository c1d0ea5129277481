package desk

import (
	"context"

	"congvan/postgres"
	"congvan/routing"
)

// DecisionView chooses which decisions are listed.
type DecisionView string

// The lists of decisions.
const (
	DecisionsMine  DecisionView = "mine"  // that the actor's unit has to make, by due date
	DecisionsAsked DecisionView = "asked" // that it has asked for, the newest first
)

// DecisionEntry is a decision with what a list shows of what it is about.
type DecisionEntry = postgres.DecisionEntry

// Decisions lists what the leaders of the actor's unit have to decide, or what
// the unit has asked others to. Its leaders and its clerk see the list; an officer
// sees what he asked for himself. after is the last entry of the page before: its
// due date, or when it was asked, and its id.
func (d *Desk) Decisions(ctx context.Context, actor routing.Actor, view DecisionView, after Cursor, limit int) ([]DecisionEntry, error) {
	if after.ID != "" && !validID(after.ID) {
		return nil, errCursor
	}
	q := postgres.DecisionPage{By: actor, UnitID: actor.UnitID, After: after.ID, AfterAt: after.Due, Limit: pageLimit(limit)}
	switch whole := actor.SpeaksFor(); {
	case !actor.MayList(), view == DecisionsMine && !whole:
		return nil, routing.ErrNotAllowed
	case view == DecisionsMine:
		return d.record.DecisionsToMake(ctx, q)
	case view == DecisionsAsked:
		if !whole {
			q.AskedBy = actor.AccountID
		}
		return d.record.DecisionsAsked(ctx, q)
	default:
		return nil, routing.ErrField.With("fields", map[string]string{"view": "chỉ có mine hoặc asked"})
	}
}
