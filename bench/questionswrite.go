package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"

	"golang.org/x/sync/errgroup"
)

// writers act side by side while questions are asked: they acknowledge, report,
// give more time and register, in turns, as fast as they can.
const writers = 4

// writing is what the writers do, and did.
type writing struct {
	desk            *desk.Desk
	chairman, clerk routing.Actor
	people          map[string]routing.Actor // by office and unit

	mu       sync.Mutex
	pool     map[string][]openShare // by act: what it can happen to
	did      map[string]int
	refused  int
	took     []float64 // ms
	register int64
}

// openShare is a share that an act can happen to.
type openShare struct {
	ID, UnitID routing.ID
	DueAt      time.Time
}

// sharesFor find what an act can happen to, in an order that means nothing.
var sharesFor = map[string]string{
	"acknowledge": `SELECT o.assignment_id AS id, o.unit_id, o.due_at FROM open_assignments o JOIN documents d ON d.id = o.document_id WHERE o.status = 'sent' AND o.position_id IS NULL AND d.status = 'directed' ORDER BY md5(o.assignment_id::text) LIMIT 20000`,
	"report": `SELECT o.assignment_id AS id, o.unit_id, o.due_at FROM open_assignments o JOIN documents d ON d.id = o.document_id WHERE o.status IN ('received', 'working') AND o.role = 'execute' AND o.position_id IS NULL AND NOT o.held
		AND d.status = 'directed' AND NOT EXISTS (SELECT FROM assignments c WHERE c.parent_id = o.assignment_id AND c.closed_at IS NULL) ORDER BY md5(o.assignment_id::text) LIMIT 20000`,
	"extend": `SELECT o.assignment_id AS id, o.unit_id, o.due_at FROM open_assignments o JOIN documents d ON d.id = o.document_id WHERE o.status IN ('received', 'working') AND o.role = 'lead' AND o.position_id IS NULL AND NOT o.held
		AND d.status = 'directed' ORDER BY md5(o.assignment_id::text) LIMIT 20000`,
}

// acts are done in this order by each writer.
var writersActs = []string{"acknowledge", "register", "report", "extend"}

// writeAs prepares the writers of a life of the library.
func (l *library) writeAs(ctx context.Context, r *reader) (*writing, error) {
	w := &writing{desk: r.desk, chairman: r.chairman, clerk: r.clerk, people: map[string]routing.Actor{}, pool: map[string][]openShare{}, did: map[string]int{}, register: time.Now().UnixMilli()}
	for act, text := range sharesFor {
		var shares []openShare
		if err := l.record.DB().NewRaw(text).Scan(ctx, &shares); err != nil {
			return nil, fmt.Errorf("find what to %s: %w", act, err)
		}
		w.pool[act] = shares
	}
	var posts []struct{ Username, Office, UnitID string }
	err := l.record.DB().NewRaw(`SELECT a.username, CASE p.office WHEN 'clerk' THEN 'clerk' ELSE 'head' END AS office, p.unit_id FROM positions p JOIN accounts a ON a.position_id = p.id WHERE p.office IN ('clerk', 'head', 'chief')`).Scan(ctx, &posts)
	if err != nil {
		return nil, err
	}
	day := calendar.DateOf(r.desk.Now()).String()
	for _, p := range posts {
		if w.people[p.Office+p.UnitID], err = l.record.ActorByName(ctx, p.Username, day); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// run lets them write until the context ends, and says how fast they were.
func (w *writing) run(ctx context.Context) error {
	began := time.Now()
	all, inner := errgroup.WithContext(ctx)
	for first := range writers {
		all.Go(func() error {
			for n := first; ctx.Err() == nil; n++ {
				if err := w.act(inner, writersActs[n%len(writersActs)]); err != nil && ctx.Err() == nil {
					return err
				}
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	sum := 0
	for _, n := range w.did {
		sum += n
	}
	seconds := time.Since(began).Seconds()
	return emit(map[string]any{"bench": "question_writers", "writers": writers, "seconds": round(seconds), "acts_per_s": round(float64(sum) / seconds), "acts": w.did, "refused": w.refused,
		"p50_ms": round(percentile(w.took, 50)), "p95_ms": round(percentile(w.took, 95))})
}

// act does an act to the next thing that it can happen to, or registers.
func (w *writing) act(ctx context.Context, act string) error {
	w.mu.Lock()
	var on openShare
	if left := w.pool[act]; len(left) > 0 {
		on, w.pool[act] = left[0], left[1:]
	} else {
		act = "register"
		w.register++
	}
	number := w.register
	w.mu.Unlock()
	began := time.Now()
	var err error
	switch act {
	case "acknowledge":
		_, err = w.desk.Acknowledge(ctx, w.people["clerk"+string(on.UnitID)], on.ID, request())
	case "report":
		_, err = w.desk.Report(ctx, w.people["head"+string(on.UnitID)], on.ID, done, request())
	case "extend":
		later := on.DueAt
		for later.Before(w.desk.Now().Add(24 * time.Hour)) {
			later = later.AddDate(0, 0, 7)
		}
		_, err = w.desk.Extend(ctx, w.chairman, on.ID, later.AddDate(0, 0, 7), "Cho thêm một tuần để hoàn thành", 0, request())
	default:
		_, err = w.desk.Register(ctx, w.clerk, registration(number), request())
	}
	took := float64(time.Since(began).Microseconds()) / 1000
	w.mu.Lock()
	defer w.mu.Unlock()
	var refusal *routing.Error
	switch {
	case err == nil:
		w.did[act]++
		w.took = append(w.took, took)
	case errors.As(err, &refusal) && refusal != postgres.ErrUnavailable && refusal.Fault != routing.Internal:
		w.refused++
	default:
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}
