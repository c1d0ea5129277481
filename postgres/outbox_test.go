package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"congvan/local/localtest"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/routing"
)

// deliver carries what waits to send and returns the documents taken up.
func (r *record) deliver(limit int, send func([]postgres.News) []bool) []routing.ID {
	r.Helper()
	var ids []routing.ID
	claimed, err := r.Deliver(r.Context(), limit, func(news []postgres.News) []bool {
		for _, n := range news {
			ids = append(ids, n.DocumentID)
		}
		return send(news)
	})
	require.NoError(r, err)
	require.Len(r, ids, claimed)
	return ids
}

// answering reports the same of every document.
func answering(taken bool) func([]postgres.News) []bool {
	return func(news []postgres.News) []bool {
		out := make([]bool, len(news))
		for i := range out {
			out[i] = taken
		}
		return out
	}
}

func TestMilestonesGoInOrder(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	id := r.register()
	r.recall(id)
	other := r.register()
	news := map[routing.ID]postgres.News{}
	ids := r.deliver(10, func(all []postgres.News) []bool {
		for _, n := range all {
			news[n.DocumentID] = n
		}
		return answering(true)(all)
	})
	require.ElementsMatch(t, []routing.ID{id, other}, ids)
	require.Equal(t, postgres.News{DocumentID: id, Urgency: routing.Urgent, UnitCode: "HADONG", Title: "Văn bản đến số 1/2026",
		Milestones: []routing.Milestone{
			{Kind: routing.NewsRegistered, Seq: 1, NextAlarm: now.Add(time.Minute)},
			{Kind: routing.NewsRecalled, Seq: 2},
		}}, news[id])
	require.Zero(t, r.count("outbox"))
	require.Empty(t, r.deliver(10, answering(true)))
}

func TestWhatIsNotTakenStays(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	first, second := r.register(), r.register()
	require.Len(t, r.deliver(10, func(all []postgres.News) []bool {
		return []bool{all[0].DocumentID == second, all[1].DocumentID == second}
	}), 2)
	require.Equal(t, []routing.ID{first}, r.deliver(10, answering(false)))
	require.Equal(t, []routing.ID{first}, r.deliver(10, answering(true)))
	require.Empty(t, r.deliver(10, answering(true)))
}

func TestTheOldestComeFirst(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	var want []routing.ID
	for range 5 {
		want = append(want, r.register())
	}
	for i := range want {
		require.Equal(t, want[i:i+1], r.deliver(1, answering(true)))
	}
}

// What comes while a relay carries waits for the next time, and stays in order.
func TestNewsOfADocumentThatIsBeingCarried(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	id := r.register()
	r.deliver(10, func(all []postgres.News) []bool {
		r.recall(id)
		require.Empty(t, r.deliver(10, answering(true)), "another relay leaves the document alone")
		return answering(true)(all)
	})
	require.Equal(t, 1, r.count("outbox WHERE document_id = ? AND seq = 2", id))
	require.Equal(t, []routing.ID{id}, r.deliver(10, answering(true)))
}

func TestTwoRelaysNeverHoldTheSameDocument(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	for range 10 {
		r.recall(r.register())
	}
	seen := map[routing.ID]bool{}
	take := func(all []postgres.News) []bool {
		for _, n := range all {
			require.False(t, seen[n.DocumentID])
			require.Len(t, n.Milestones, 2)
			seen[n.DocumentID] = true
		}
		return answering(true)(all)
	}
	r.deliver(4, func(first []postgres.News) []bool {
		r.deliver(4, func(second []postgres.News) []bool {
			r.deliver(4, take)
			return take(second)
		})
		return take(first)
	})
	require.Len(t, seen, 10)
	require.Zero(t, r.count("outbox"))
}

// A relay that dies leaves everything as it was.
func TestADeadRelayLosesNothing(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	id := r.register()
	require.Panics(t, func() { _, _ = r.Deliver(t.Context(), 10, func([]postgres.News) []bool { panic("killed") }) })
	require.Equal(t, []routing.ID{id}, r.deliver(10, answering(true)))
}

func TestARolledBackActLeavesNoMilestone(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	req := routing.Request{Key: "k", Hash: []byte("content")}
	for i, want := range []error{nil, postgres.ErrRequestSeen} {
		n := r.letter()
		n.Request = req
		_, err := r.AddDocument(t.Context(), n)
		require.True(t, errors.Is(err, want) || want == nil && err == nil, i)
	}
	require.Equal(t, 1, r.count("outbox"))
	require.Equal(t, 1, r.count("documents"))
	_, err := r.Act(t.Context(), r.register(), now, routing.Request{}, func(c *routing.Case) error {
		require.NoError(t, c.Recall(r.clerk, "Ban hành nhầm"))
		return routing.ErrStale
	})
	require.ErrorIs(t, err, routing.ErrStale, "an act that is refused at last moves nothing")
	require.Equal(t, 2, r.count("outbox"))
}

func TestTheBacklogIsSeen(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	waiting, oldest, err := r.OutboxBacklog(t.Context())
	require.NoError(t, err)
	require.Zero(t, waiting)
	require.True(t, oldest.IsZero())
	r.recall(r.register())
	waiting, oldest, err = r.OutboxBacklog(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, waiting)
	require.WithinDuration(t, time.Now().Add(-time.Minute), oldest, time.Minute)
}

// Steps of workflows and the relay run in transactions; a store with a single
// connection gets on without a second.
func TestOneConnectionIsEnough(t *testing.T) {
	t.Parallel()
	dsn := localtest.Postgres(t)
	wide := postgres.Open(dsn, 2)
	defer wide.Close()
	_, err := migrations.Run(t.Context(), wide.DB())
	require.NoError(t, err)
	narrow := postgres.Open(dsn, 1)
	defer narrow.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	var all errgroup.Group
	for range 4 {
		all.Go(func() error {
			_, err := narrow.Deliver(ctx, 1, nil)
			return err
		})
		all.Go(func() error {
			err := narrow.Proceed(ctx, postgres.NewID(), time.Now(), nil)
			if errors.Is(err, routing.ErrNotFound) {
				return nil
			}
			return fmt.Errorf("a document that does not exist: %w", err)
		})
	}
	require.NoError(t, all.Wait())
}

// A registration waits for a moment whether its direction, or its end, follows.
func TestARegistrationWaitsForAMoment(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	event, err := r.AddDocument(t.Context(), r.letter())
	require.NoError(t, err)
	none := func([]postgres.News) []bool { return nil }
	require.Empty(t, r.deliver(10, none))
	r.recall(event.DocumentID)
	require.Equal(t, []routing.ID{event.DocumentID}, r.deliver(10, func(news []postgres.News) []bool {
		require.Len(t, news[0].Milestones, 2, "both in one letter")
		return []bool{true}
	}))
}
