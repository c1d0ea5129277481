package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// The storm: documents to 17 wards each, all due at the same instant, and how
// often a second a ward acknowledges meanwhile.
const (
	stormAlarms = 5000
	stormWards  = 17
	stormRate   = 50
	stormLead   = 15 * time.Second // from the last dispatch to the instant, at least
)

// storm lets 5,000 alarms be due in the same second and looks how long they
// take to ring, and how acts are answered meanwhile: open loop, 50 a second.
func (b *bench) storm(ctx context.Context, w *deskWay, c *city, o options, g *goals) error {
	docs := (stormAlarms + stormWards - 1) / stormWards
	due := time.Now().Add(stormLead + time.Duration(docs)*80*time.Millisecond).Truncate(time.Second)
	tell("storm: opening %d documents, all due at %s", docs, due.Format(time.TimeOnly))
	shares, err := b.openAll(ctx, w, c, docs, o.clients, due)
	if err != nil {
		return err
	}
	if left := time.Until(due); left < 2*time.Second {
		return fmt.Errorf("the documents were not open before they were due: %s", left)
	}
	if err := sleep(ctx, time.Until(due)); err != nil {
		return err
	}
	acks, seconds, err := b.weather(ctx, w, c, shares, due)
	if err != nil {
		return err
	}
	g.stormSeconds, g.stormAck = round(seconds), round(percentile(acks, 95))
	return emit(map[string]any{
		"bench": "storm", "alarms": docs * stormWards, "documents": docs, "seconds": g.stormSeconds, "acks": len(acks), "acks_per_s": stormRate,
		"ack_ms_p50": round(percentile(acks, 50)), "ack_ms_p95": g.stormAck,
	})
}

func (b *bench) openAll(ctx context.Context, w *deskWay, c *city, docs, clients int, due time.Time) ([]*share, error) {
	var mu sync.Mutex
	var shares []*share
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(clients)
	for range docs {
		all.Go(func() error {
			d, err := b.give(ctx, w, c, stormWards, stormLadder.Code, due)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			shares = append(shares, d.shares...)
			return nil
		})
	}
	return shares, all.Wait()
}

// weather acknowledges at a constant rate until every alarm has rung. It returns
// how long each acknowledgement took, from the moment it was due to be made, in
// ms, and the seconds from the due instant to the last alarm.
func (b *bench) weather(ctx context.Context, w *deskWay, c *city, shares []*share, due time.Time) (took []float64, seconds float64, err error) {
	var mu sync.Mutex
	var stopped atomic.Bool
	acks, ackCtx := errgroup.WithContext(ctx)
	acks.Go(func() error {
		for n, s := range shares {
			at := due.Add(time.Duration(n) * time.Second / stormRate)
			if err := sleep(ackCtx, max(0, time.Until(at))); err != nil || stopped.Load() {
				return err
			}
			acks.Go(func() error {
				if _, err := w.desk.Acknowledge(ackCtx, c.wards[s.ward].clerk, s.id, request()); err != nil {
					return err
				}
				mu.Lock()
				defer mu.Unlock()
				took = append(took, time.Since(at).Seconds()*1000)
				return nil
			})
		}
		return nil
	})
	for rung := 0; rung < len(shares); {
		var last time.Time
		row := b.db.DB.QueryRowContext(ctx, `SELECT count(*), coalesce(max(rung_at), now()) FROM alarms WHERE due_at = $1`, due.UTC())
		if err := row.Scan(&rung, &last); err != nil {
			return nil, 0, err
		}
		seconds = time.Since(due).Seconds()
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return nil, 0, err
		}
	}
	stopped.Store(true)
	return took, seconds, acks.Wait()
}
