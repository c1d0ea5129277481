package desk

import (
	"context"
	"errors"
	"slices"

	"congvan/postgres"
	"congvan/routing"

	"github.com/google/uuid"
)

// Delegate writes down that one position acts for another (thừa uỷ quyền): the
// principal himself does so, or the administrator of the organ at the top. It
// holds from its beginning on; revoking ends it at once.
// NĐ 30/2020, Điều 13: in writing, limited in time and content, never passed on.
func (d *Desk) Delegate(ctx context.Context, actor routing.Actor, in routing.Delegation, req routing.Request) (routing.Delegation, error) {
	if err := routing.CheckSecrecy(routing.NoSecret, append(slices.Clone(in.Fields), in.Basis)...); err != nil {
		return routing.Delegation{}, err
	}
	if !validID(in.FromPositionID) || !validID(in.ToPositionID) {
		return routing.Delegation{}, routing.ErrNotFound
	}
	now := d.now()
	from, err := d.record.Post(ctx, in.FromPositionID, today(now))
	if err != nil {
		return routing.Delegation{}, err
	}
	to, err := d.record.Post(ctx, in.ToPositionID, today(now))
	switch {
	case err != nil:
		return routing.Delegation{}, err
	case !actor.MayDelegate(from):
		return routing.Delegation{}, routing.ErrNotAllowed
	}
	in.ID, in.CreatedBy, in.CreatedAt = idOf(actor, req), actor.AccountID, now
	in.From, in.To = microseconds(in.From), microseconds(in.To)
	if first, err := d.record.Delegation(ctx, in.ID); err == nil { // asked before
		return first, unlessReused(first.FromPositionID == in.FromPositionID && first.ToPositionID == in.ToPositionID && first.Basis == in.Basis &&
			first.From.Equal(in.From) && first.To.Equal(in.To) && slices.Equal(first.Acts, in.Acts) && slices.Equal(first.Fields, in.Fields))
	}
	if err := in.Check(from, to, now); err != nil {
		return routing.Delegation{}, err
	}
	e := d.entryOf(actor, "delegated", routing.Subject{Kind: routing.SubjectDelegation, ID: string(in.ID)})
	e.UnitID = from.UnitID
	e.Details = map[string]any{"from": in.FromPositionID, "to": in.ToPositionID, "basis": in.Basis, "acts": in.Acts, "fields": in.Fields,
		"validFrom": in.From, "validTo": in.To}
	if _, err := d.record.AddDelegation(ctx, in, e, req); err != nil && !errors.Is(err, postgres.ErrRequestSeen) {
		return routing.Delegation{}, err
	}
	return d.record.Delegation(ctx, in.ID)
}

// Revoke ends a delegation at once: the principal himself does so, or the
// administrator. What the delegate has done stays.
func (d *Desk) Revoke(ctx context.Context, actor routing.Actor, id routing.ID) (routing.Delegation, error) {
	if !validID(id) {
		return routing.Delegation{}, routing.ErrNotFound
	}
	x, err := d.record.Delegation(ctx, id)
	if err != nil {
		return routing.Delegation{}, err
	}
	switch {
	case actor.MayDelegate(routing.Post{Actor: routing.Actor{PositionID: x.FromPositionID}}):
	case actor.PositionID == x.ToPositionID:
		return routing.Delegation{}, routing.ErrNotAllowed
	default:
		return routing.Delegation{}, routing.ErrNotFound
	}
	e := d.entryOf(actor, "delegation-revoked", routing.Subject{Kind: routing.SubjectDelegation, ID: string(id)})
	if err := d.record.RevokeDelegation(ctx, id, e); err != nil {
		return routing.Delegation{}, err
	}
	return d.record.Delegation(ctx, id)
}

// DelegationView is a delegation with the positions that it names.
type DelegationView struct {
	routing.Delegation
	FromPosition, ToPosition postgres.Position
	InForce                  bool
}

// Delegations lists what the actor's own position gave and was given, the newest
// first; for the administrator of the organ at the top all there are.
func (d *Desk) Delegations(ctx context.Context, actor routing.Actor) ([]DelegationView, error) {
	position := actor.PositionID
	if actor.MaySetOnPaper() {
		position = ""
	}
	list, err := d.record.Delegations(ctx, position)
	if err != nil {
		return nil, err
	}
	var ids []routing.ID
	for _, x := range list {
		ids = append(ids, x.FromPositionID, x.ToPositionID)
	}
	posts, err := d.record.PostsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]DelegationView, len(list))
	for i, x := range list {
		out[i] = DelegationView{x, posts[x.FromPositionID], posts[x.ToPositionID], x.InForce(d.now())}
	}
	return out, nil
}

// ActFor is the actor in the position of a leader who delegated to him, or, for
// the clerk, of one who does not use the system. What he then does is done by
// that position's rights, within the delegation, and signed so.
// routing.ErrNotAllowed if no delegation is in force.
func (d *Desk) ActFor(ctx context.Context, actor routing.Actor, position routing.ID) (routing.Actor, error) {
	if !validID(position) {
		return routing.Actor{}, routing.ErrNotFound
	}
	now := d.now()
	post, err := d.record.Post(ctx, position, today(now))
	if err != nil {
		return routing.Actor{}, err
	}
	held, err := d.record.DelegationsInForce(ctx, position, actor.PositionID, now)
	if err != nil {
		return routing.Actor{}, err
	}
	return actor.ActFor(post, held, now)
}

// SetOnPaper settles whether the leader in a position does not use the system, so
// that the clerk of his unit enters what he decides (văn thư nhập thay). The
// administrator of the organ at the top does so.
func (d *Desk) SetOnPaper(ctx context.Context, actor routing.Actor, position routing.ID, onPaper bool) error {
	if !actor.MaySetOnPaper() {
		return routing.ErrNotAllowed
	}
	if !validID(position) {
		return routing.ErrNotFound
	}
	post, err := d.record.Post(ctx, position, today(d.now()))
	switch {
	case err != nil:
		return err
	case onPaper && post.CheckOnPaper() != nil:
		return post.CheckOnPaper()
	}
	e := d.entryOf(actor, "on-paper-set", routing.Subject{Kind: routing.SubjectPosition, ID: string(position)})
	e.UnitID, e.Details = post.UnitID, map[string]any{"before": post.OnPaper, "after": onPaper}
	return d.record.SetOnPaper(ctx, position, onPaper, e)
}

// requests is the root of the ids of what requests make that leave no event.
var requests = uuid.MustParse("6a0f7a39-94c7-4b0e-9a53-0d4a0f3a5e11")

// idOf is the id of what a request makes: the same key makes the same thing.
func idOf(actor routing.Actor, req routing.Request) routing.ID {
	if req.Key == "" {
		return postgres.NewID()
	}
	return routing.ID(uuid.NewSHA1(requests, []byte(string(actor.AccountID)+"/"+req.Key)).String())
}

// unlessReused refuses a key that has made something else before.
func unlessReused(same bool) error {
	if !same {
		return routing.ErrReused
	}
	return nil
}
