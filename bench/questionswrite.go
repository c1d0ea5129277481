package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"congvan/activities"
	"congvan/calendar"
	"congvan/desk"
	"congvan/routing"

	"golang.org/x/sync/errgroup"
)

// writers act side by side while questions are asked, at a pace of their own, each
// in turns: a new document goes to three units, one acknowledges, one reports,
// one is given more time.
const writers = 4

// writersPace is the time from one turn of some writer to the next. A turn is one
// act, or the three of a new document: a hundred acts a second, of which a district
// of 40,000 documents a year does one. As fast as they can, they would measure how
// two processors are shared.
const writersPace = 15 * time.Millisecond

// writing is what the writers do, and did.
type writing struct {
	desk            *desk.Desk
	hands           *activities.Hands
	chairman, clerk routing.Actor
	people          map[string]routing.Actor // by office and unit
	units           []routing.ID             // that documents go to
	documents       atomic.Int64

	mu      sync.Mutex
	pool    map[routing.Act][]openShare // what an act can happen to
	did     map[routing.Act]int
	took    figure // ms
	refused int
}

// openShare is a share that an act can happen to.
type openShare struct {
	ID, UnitID routing.ID
	DueAt      time.Time
}

// leadsInTime finds what may be given more time, in an order that means nothing.
// What was late before stays late, so that what is asked about stays what it is:
// only what the writers sent themselves is acknowledged and reported.
const leadsInTime = `SELECT o.assignment_id AS id, o.unit_id, o.due_at FROM open_assignments o JOIN documents d ON d.id = o.document_id
	WHERE o.status IN ('received', 'working') AND o.role = 'lead' AND o.position_id IS NULL AND NOT o.held AND o.late_at > ? AND d.status = 'directed' ORDER BY md5(o.assignment_id::text) LIMIT 20000`

// writeAs prepares the writers of a life of the library.
func (l *library) writeAs(ctx context.Context, r *reader) (*writing, error) {
	w := &writing{desk: r.desk, hands: activities.New(l.record, r.desk.Now), chairman: r.chairman, clerk: r.clerk,
		people: map[string]routing.Actor{}, pool: map[routing.Act][]openShare{}, did: map[routing.Act]int{}}
	w.documents.Store(time.Now().UnixMilli())
	var leads []openShare
	if err := l.record.DB().NewRaw(leadsInTime, r.desk.Now()).Scan(ctx, &leads); err != nil {
		return nil, fmt.Errorf("find what to extend: %w", err)
	}
	w.pool[routing.ActExtend] = leads
	var posts []struct {
		Username, Office string
		UnitID           routing.ID
	}
	err := l.record.DB().NewRaw(`SELECT a.username, CASE p.office WHEN 'clerk' THEN 'clerk' ELSE 'head' END AS office, p.unit_id FROM positions p JOIN accounts a ON a.position_id = p.id
		WHERE p.office IN ('clerk', 'head', 'chief') AND p.unit_id <> ? ORDER BY a.username`, r.clerk.UnitID).Scan(ctx, &posts)
	if err != nil {
		return nil, err
	}
	day := calendar.DateOf(r.desk.Now()).String()
	for _, p := range posts {
		if w.people[p.Office+string(p.UnitID)], err = l.record.ActorByName(ctx, p.Username, day); err != nil {
			return nil, err
		}
		if p.Office == "clerk" {
			w.units = append(w.units, p.UnitID)
		}
	}
	return w, nil
}

// run lets them write until the context ends, and says how fast they were.
func (w *writing) run(ctx context.Context) error {
	began := time.Now()
	pace := time.NewTicker(writersPace)
	defer pace.Stop()
	all, inner := errgroup.WithContext(ctx)
	for range writers {
		all.Go(func() error {
			for {
				for _, do := range []func(context.Context) error{w.send, w.acknowledge, w.report, w.extend} {
					select {
					case <-pace.C:
					case <-inner.Done():
						return nil
					}
					err := do(inner)
					if ctx.Err() != nil {
						return nil
					}
					if err != nil && w.fatal(err) {
						return err
					}
				}
			}
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	seconds, sum := time.Since(began).Seconds(), len(w.took)
	return emit(map[string]any{"bench": "question_writers", "writers": writers, "seconds": round(seconds), "acts_per_s": round(float64(sum) / seconds), "acts": w.did, "refused": w.refused,
		"p50_ms": round(percentile(w.took, 50)), "p95_ms": round(percentile(w.took, 95))})
}

// fatal says whether an error is none of the house's refusals, which it counts: a
// share may have moved on by another writer's act.
func (w *writing) fatal(err error) bool {
	if fault := routing.FaultOf(err); fault == routing.Internal || fault == routing.Unavailable {
		return true
	}
	w.mu.Lock()
	w.refused++
	w.mu.Unlock()
	return false
}

// timed does an act and notes how long it took.
func (w *writing) timed(act routing.Act, do func() (routing.Event, error)) (routing.Event, error) {
	began := time.Now()
	event, err := do()
	if err == nil {
		w.mu.Lock()
		w.did[act]++
		w.took = append(w.took, float64(time.Since(began).Microseconds())/1000)
		w.mu.Unlock()
	}
	return event, err
}

// take takes the next share that an act can happen to.
func (w *writing) take(act routing.Act) (s openShare, found bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if left := w.pool[act]; len(left) > 0 {
		s, w.pool[act], found = left[0], left[1:], true
	}
	return s, found
}

func (w *writing) put(act routing.Act, s openShare) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pool[act] = append(w.pool[act], s)
}

// send registers a document, directs it to three units and dispatches it, as the
// workflow does.
func (w *writing) send(ctx context.Context) error {
	n := w.documents.Add(1)
	event, err := w.timed(routing.ActRegister, func() (routing.Event, error) { return w.desk.Register(ctx, w.clerk, registration(n), request()) })
	if err != nil {
		return err
	}
	due := calendar.NewClock(calendar.Vietnam(), calendar.DefaultHours()).AddDays(w.desk.Now(), 10).UTC()
	d := routing.Direction{Text: task, Process: process, Result: result}
	for i, role := range []routing.Role{routing.Lead, routing.Execute, routing.Execute} {
		d.Recipients = append(d.Recipients, routing.Recipient{UnitID: w.units[(int(n)*3+i)%len(w.units)], Role: role, Due: due})
	}
	if _, err := w.timed(routing.ActDirect, func() (routing.Event, error) {
		return w.desk.DirectDocument(ctx, w.chairman, event.DocumentID, d, event.Version, request())
	}); err != nil {
		return err
	}
	if _, err := w.timed(routing.ActDispatch, func() (routing.Event, error) {
		_, err := w.hands.Dispatch(ctx, activities.Input{DocumentID: event.DocumentID})
		return routing.Event{}, err
	}); err != nil {
		return err
	}
	view, err := w.desk.Document(ctx, w.chairman, event.DocumentID)
	for _, a := range view.Assignments {
		if a.Role == routing.Execute {
			w.put(routing.ActAcknowledge, openShare{a.ID, a.UnitID, a.Due})
		}
	}
	return err
}

func (w *writing) acknowledge(ctx context.Context) error {
	s, found := w.take(routing.ActAcknowledge)
	if !found {
		return nil
	}
	_, err := w.timed(routing.ActAcknowledge, func() (routing.Event, error) {
		return w.desk.Acknowledge(ctx, w.people["clerk"+string(s.UnitID)], s.ID, request())
	})
	if err == nil {
		w.put(routing.ActReport, s)
	}
	return err
}

func (w *writing) report(ctx context.Context) error {
	s, found := w.take(routing.ActReport)
	if !found {
		return nil
	}
	_, err := w.timed(routing.ActReport, func() (routing.Event, error) {
		return w.desk.Report(ctx, w.people["head"+string(s.UnitID)], s.ID, done, request())
	})
	return err
}

// extend gives a share another week, again and again.
func (w *writing) extend(ctx context.Context) error {
	s, found := w.take(routing.ActExtend)
	if !found {
		return nil
	}
	for soonest := w.desk.Now().AddDate(0, 0, 7); s.DueAt.Before(soonest); {
		s.DueAt = s.DueAt.AddDate(0, 0, 7)
	}
	s.DueAt = s.DueAt.AddDate(0, 0, 7)
	_, err := w.timed(routing.ActExtend, func() (routing.Event, error) {
		return w.desk.Extend(ctx, w.chairman, s.ID, s.DueAt, "Cho thêm một tuần để hoàn thành", 0, request())
	})
	if err == nil && s.DueAt.Before(w.desk.Now().AddDate(1, 0, 0)) {
		w.put(routing.ActExtend, s)
	}
	return err
}
