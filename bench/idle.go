package main

import (
	"context"
	"sync/atomic"
	"time"

	"congvan/routing"

	"golang.org/x/sync/errgroup"
)

const (
	dispatches = 40                     // documents directed one by one on the idle machine
	settle     = 300 * time.Millisecond // for what a document still causes, before the next is measured
	calm       = 10 * time.Second       // before the memory of the processes is read
)

// dispatches measures how long the wards wait for a direction on the idle machine.
func (b *bench) dispatches(ctx context.Context, g *goals) error {
	tell("dispatch: %d documents, one by one", dispatches)
	w := newDeskWay(b)
	for range dispatches {
		d, err := w.register(ctx, b.documents.Add(1))
		if err != nil {
			return err
		}
		if err := sleep(ctx, settle); err != nil {
			return err
		}
		if err := w.direct(ctx, d); err != nil {
			return err
		}
		began := time.Now()
		if err := b.untilReadable(ctx, d.id); err != nil {
			return err
		}
		g.dispatchMS = append(g.dispatchMS, time.Since(began).Seconds()*1000)
	}
	return emit(map[string]any{
		"bench": "dispatch", "documents": dispatches, "wards": len(b.wards),
		"ms_p50": round(percentile(g.dispatchMS, 50)), "ms_p95": round(percentile(g.dispatchMS, 95)),
	})
}

// untilReadable asks every 2 ms until the assignments of all wards are there.
func (b *bench) untilReadable(ctx context.Context, document routing.ID) error {
	for {
		var n int
		if err := b.db.NewRaw(`SELECT count(*) FROM assignments WHERE document_id = ?`, document).Scan(ctx, &n); err != nil {
			return err
		}
		if n == len(b.wards) {
			return nil
		}
		if err := sleep(ctx, 2*time.Millisecond); err != nil {
			return err
		}
	}
}

// memory fills the installation with open documents, each waiting for its 17
// wards, and reads how large its processes are before and after.
func (b *bench) memory(ctx context.Context, o options) error {
	if err := sleep(ctx, calm); err != nil {
		return err
	}
	idle, err := b.installation.memory()
	if err != nil {
		return err
	}
	tell("memory: opening %d documents", o.open)
	began := time.Now()
	w := newDeskWay(b)
	var left atomic.Int64
	left.Store(int64(o.open))
	all, ctx2 := errgroup.WithContext(ctx)
	for range o.clients {
		all.Go(func() error {
			took := times{}
			for left.Add(-1) >= 0 {
				if _, err := b.open(ctx2, w, took); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	opened := time.Since(began)
	if err := sleep(ctx, calm); err != nil {
		return err
	}
	full, err := b.installation.memory()
	if err != nil {
		return err
	}
	return emit(map[string]any{
		"bench": "memory", "open_documents": o.open, "opened_per_s": round(float64(o.open) / opened.Seconds()),
		"worker_rss_mb": full[workerProcess], "api_rss_mb": full[apiProcess], "temporal_rss_mb": full[temporalProcess],
		"worker_idle_rss_mb": idle[workerProcess], "api_idle_rss_mb": idle[apiProcess], "temporal_idle_rss_mb": idle[temporalProcess],
	})
}

func sleep(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
