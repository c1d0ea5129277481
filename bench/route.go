package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"congvan/routing"

	"golang.org/x/sync/errgroup"
)

// share is one ward's assignment.
type share struct {
	id      routing.ID
	ward    int // in the order of bench.wards; 0 leads
	version int // after the last act on it
}

// document is one on its way.
type document struct {
	id      routing.ID
	version int
	shares  []*share // by ward
}

// way is one way to carry a document from the clerk to its conclusion: the
// product by one of its faces, or a reference. Each act is answered when it is
// committed.
type way interface {
	name() string
	// register takes the n-th document of this bench into the book.
	register(ctx context.Context, n int64) (*document, error)
	// direct gives it to the wards. The assignments may come later.
	direct(ctx context.Context, d *document) error
	acknowledge(ctx context.Context, s *share) error
	report(ctx context.Context, s *share) error
	// conclude approves the lead's report. What is open may be closed later.
	conclude(ctx context.Context, d *document) error
	// historyEvents is the mean length of the documents' histories, 0 without any.
	historyEvents(ctx context.Context, documents []*document) (float64, error)
	// processes are those that take part.
	processes() []string
}

// warmUp is how many documents each way carries before anything is measured.
const warmUp = 32

// routes carries documents by every way that is wanted, in turns, and prints
// what the rounds came to.
func (b *bench) routes(ctx context.Context, o options, g *goals) error {
	ways, err := b.ways(o)
	if err != nil {
		return err
	}
	g.route = map[string]*rounds{}
	for _, w := range ways {
		if _, err := b.round(ctx, w, warmUp, o.clients); err != nil {
			return fmt.Errorf("%s: %w", w.name(), err)
		}
		g.route[w.name()] = &rounds{}
	}
	for n := range o.rounds {
		for _, w := range ways {
			m, err := b.round(ctx, w, o.docs, o.clients)
			if err != nil {
				return fmt.Errorf("%s: %w", w.name(), err)
			}
			g.route[w.name()].add(m)
			tell("round %d, %s: %.1f documents/s, %.1f ms CPU, acknowledge p50 %.1f ms, %.1f events",
				n+1, w.name(), m.docsPerSecond(), m.cpuPerDoc(), percentile(m.took[timeAcknowledge], 50), m.events)
		}
	}
	for _, w := range ways {
		if err := emit(g.route[w.name()].line(o, w.name(), len(b.wards))); err != nil {
			return err
		}
	}
	return nil
}

// ways are those that are wanted, the product beside its reference.
func (b *bench) ways(o options) ([]way, error) {
	var ways []way
	if o.wants(runDesk) {
		ways = append(ways, newDeskWay(b))
	}
	if o.wants(runHTTP) {
		w, err := newHTTPWay(b, o.clients)
		if err != nil {
			return nil, err
		}
		ways = append(ways, w)
	}
	if o.wants(runBareTemporal) {
		w, err := newBareTemporal(b, o.prepare)
		if err != nil {
			return nil, err
		}
		ways = append(ways, w)
	}
	if o.wants(runBareSQL) {
		ways = append(ways, newBareSQL(b, o.prepare))
	}
	return ways, nil
}

// measured is what one round of one way gave.
type measured struct {
	seconds  float64
	docs     int
	cpu      usage
	took     times
	events   float64
	finished []*document
}

func (m measured) docsPerSecond() float64 { return float64(m.docs) / m.seconds }

func (m measured) cpuPerDoc() float64 {
	var sum time.Duration
	for _, used := range m.cpu {
		sum += used
	}
	return m.perDoc(sum)
}

func (m measured) perDoc(used time.Duration) float64 {
	return used.Seconds() * 1000 / float64(m.docs)
}

// round lets the clients carry docs documents by one way.
func (b *bench) round(ctx context.Context, w way, docs, clients int) (measured, error) {
	m := measured{docs: docs, took: times{}}
	before, err := b.installation.usage(w.processes()...)
	if err != nil {
		return m, err
	}
	var left atomic.Int64
	left.Store(int64(docs))
	var mu sync.Mutex
	began := time.Now()
	all, ctx2 := errgroup.WithContext(ctx)
	for range clients {
		all.Go(func() error {
			took := times{}
			var finished []*document
			for left.Add(-1) >= 0 {
				d, err := b.carry(ctx2, w, took)
				if err != nil {
					return err
				}
				finished = append(finished, d)
			}
			mu.Lock()
			defer mu.Unlock()
			m.took.join(took)
			m.finished = append(m.finished, finished...)
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return m, err
	}
	m.seconds = time.Since(began).Seconds()
	after, err := b.installation.usage(w.processes()...)
	if err != nil {
		return m, err
	}
	m.cpu = after.since(before)
	m.events, err = w.historyEvents(ctx, sample(m.finished))
	return m, err
}

// sampleSize is how many histories a round looks at.
const sampleSize = 40

func sample(all []*document) []*document { return all[:min(len(all), sampleSize)] }

// times collects how long things took, in ms, by name.
type times map[string][]float64

func (t times) add(name string, began time.Time) {
	t[name] = append(t[name], time.Since(began).Seconds()*1000)
}

func (t times) join(others times) {
	for name, values := range others {
		t[name] = append(t[name], values...)
	}
}

// The names of what is timed: acts, and the two waits.
const (
	timeRegister    = "register"
	timeDirect      = "direct"
	timeDispatch    = "wait for dispatch"
	timeAcknowledge = "acknowledge"
	timeReport      = "report"
	timeConclude    = "conclude"
	timeClose       = "wait for close"
)

// carry brings one document from the clerk to the end.
func (b *bench) carry(ctx context.Context, w way, took times) (*document, error) {
	d, err := b.open(ctx, w, took)
	if err != nil {
		return nil, err
	}
	for _, s := range d.shares {
		if err := timed(took, timeAcknowledge, func() error { return w.acknowledge(ctx, s) }); err != nil {
			return nil, err
		}
	}
	for _, s := range append(d.shares[1:len(d.shares):len(d.shares)], d.shares[0]) {
		if err := timed(took, timeReport, func() error { return w.report(ctx, s) }); err != nil {
			return nil, err
		}
	}
	if err := timed(took, timeConclude, func() error { return w.conclude(ctx, d) }); err != nil {
		return nil, err
	}
	return d, timed(took, timeClose, func() error { return b.watcher.untilClosed(ctx, d.id) })
}

// open registers a document, directs it and waits until it has come to the wards.
func (b *bench) open(ctx context.Context, w way, took times) (d *document, err error) {
	err = timed(took, timeRegister, func() error {
		d, err = w.register(ctx, b.documents.Add(1))
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := sleep(ctx, b.apart); err != nil {
		return nil, err
	}
	if err := timed(took, timeDirect, func() error { return w.direct(ctx, d) }); err != nil {
		return nil, err
	}
	if err := timed(took, timeDispatch, func() error { return b.watcher.untilDispatched(ctx, d.id) }); err != nil {
		return nil, err
	}
	return d, b.readShares(ctx, d)
}

func timed(took times, name string, f func() error) error {
	began := time.Now()
	err := f()
	took.add(name, began)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// readShares asks for the ids of a document's assignments, once, for all ways alike.
func (b *bench) readShares(ctx context.Context, d *document) error {
	var rows []struct {
		ID, UnitID routing.ID
		Version    int
	}
	err := b.db.NewRaw(`SELECT id, unit_id, version FROM assignments WHERE document_id = ?`, d.id).Scan(ctx, &rows)
	if err != nil {
		return err
	}
	if len(rows) != len(b.wards) {
		return fmt.Errorf("document %s has %d assignments, not %d", d.id, len(rows), len(b.wards))
	}
	d.shares = make([]*share, len(b.wards))
	for _, row := range rows {
		n := b.wardNumber[row.UnitID]
		d.shares[n] = &share{id: row.ID, ward: n, version: row.Version}
	}
	return nil
}
