package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"congvan/routing"
	"congvan/workflows"

	"golang.org/x/sync/errgroup"
)

// hands is how many wards of one document act at once.
const hands = 8

// broadcasts are the sizes measured: recipients of a document, and how many
// such documents go out side by side.
var broadcasts = []struct{ recipients, docs int }{{17, 68}, {126, 12}, {579, 4}}

// broadcast sends documents to few and to many: half of the wards acknowledge at
// once, the others when they are late and have been reminded, all report, the
// document is concluded.
func (b *bench) broadcast(ctx context.Context, w *deskWay, c *city, g *goals) error {
	perRecipient, events := map[int]float64{}, map[int]float64{}
	for _, size := range broadcasts {
		tell("broadcast: %d documents to %d wards", size.docs, size.recipients)
		before, err := b.installation.usage(w.processes()...)
		if err != nil {
			return err
		}
		began := time.Now()
		finished, err := b.sendOut(ctx, w, c, size.recipients, size.docs)
		if err != nil {
			return err
		}
		took := time.Since(began).Seconds()
		after, err := b.installation.usage(w.processes()...)
		if err != nil {
			return err
		}
		var cpu time.Duration
		for _, used := range after.since(before) {
			cpu += used
		}
		if events[size.recipients], err = historyEvents(ctx, b.temporal, finished, workflows.WorkflowID); err != nil {
			return err
		}
		perRecipient[size.recipients] = round(cpu.Seconds() * 1000 / float64(size.docs*size.recipients))
		err = emit(map[string]any{
			"bench": "broadcast", "recipients": size.recipients, "docs": size.docs, "late": size.recipients / 2, "late_after_s": lateAfter,
			"cpu_ms_per_recipient": perRecipient[size.recipients], "history_events_per_doc": events[size.recipients], "docs_per_s": round(float64(size.docs) / took),
		})
		if err != nil {
			return err
		}
	}
	g.recipient = round(perRecipient[579] / perRecipient[17])
	g.moreEvents = events[579] - events[17]
	return nil
}

// sendOut carries docs documents to n wards each and returns them concluded.
func (b *bench) sendOut(ctx context.Context, w *deskWay, c *city, n, docs int) ([]*document, error) {
	var mu sync.Mutex
	var finished []*document
	all, ctx := errgroup.WithContext(ctx)
	for range docs {
		all.Go(func() error {
			d, err := b.sendTo(ctx, w, c, n)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			finished = append(finished, d)
			return nil
		})
	}
	return finished, all.Wait()
}

func (b *bench) sendTo(ctx context.Context, w *deskWay, c *city, n int) (*document, error) {
	d, err := b.give(ctx, w, c, n, lateLadder.Code, time.Now().Add(time.Hour))
	if err != nil {
		return nil, err
	}
	prompt, late := d.shares[:n-n/2], d.shares[n-n/2:]
	acknowledge := func(s *share) error {
		_, err := w.desk.Acknowledge(ctx, c.wards[s.ward].clerk, s.id, request())
		return err
	}
	if err := atOnce(prompt, acknowledge); err != nil {
		return nil, fmt.Errorf("acknowledge: %w", err)
	}
	if err := b.untilRung(ctx, d.id, len(late)); err != nil {
		return nil, err
	}
	if err := atOnce(late, acknowledge); err != nil {
		return nil, fmt.Errorf("acknowledge: %w", err)
	}
	report := func(s *share) error {
		event, err := w.desk.Report(ctx, c.wards[s.ward].head, s.id, done, request())
		s.version = event.Version
		return err
	}
	if err := atOnce(d.shares[1:], report); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	if err := report(d.shares[0]); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	if _, err := w.desk.Approve(ctx, c.chairman, d.shares[0].id, d.shares[0].version, request()); err != nil {
		return nil, fmt.Errorf("approve: %w", err)
	}
	return d, b.watcher.untilClosed(ctx, d.id)
}

// give registers a document of the city and directs it to n wards.
func (b *bench) give(ctx context.Context, w *deskWay, c *city, n int, ladder string, due time.Time) (*document, error) {
	r := registration(b.documents.Add(1))
	r.Ladder = ladder
	event, err := w.desk.Register(ctx, c.clerk, r, request())
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	d := &document{id: event.DocumentID}
	if _, err := w.desk.DirectDocument(ctx, c.chairman, d.id, c.direction(n, due), event.Version, request()); err != nil {
		return nil, fmt.Errorf("direct: %w", err)
	}
	if err := b.watcher.untilDispatched(ctx, d.id); err != nil {
		return nil, err
	}
	var rows []struct{ ID, UnitID routing.ID }
	if err := b.db.NewRaw(`SELECT id, unit_id FROM assignments WHERE document_id = ?`, d.id).Scan(ctx, &rows); err != nil {
		return nil, err
	}
	if len(rows) != n {
		return nil, fmt.Errorf("document %s has %d assignments, not %d", d.id, len(rows), n)
	}
	number := make(map[routing.ID]int, n)
	for i, ward := range c.wards[:n] {
		number[ward.unit] = i
	}
	d.shares = make([]*share, n)
	for _, row := range rows {
		d.shares[number[row.UnitID]] = &share{id: row.ID, ward: number[row.UnitID]}
	}
	return d, nil
}

// atOnce lets several wards act at the same time.
func atOnce(shares []*share, act func(*share) error) error {
	var all errgroup.Group
	all.SetLimit(hands)
	for _, s := range shares {
		all.Go(func() error { return act(s) })
	}
	return all.Wait()
}

// untilRung waits until so many alarms of a document have rung.
func (b *bench) untilRung(ctx context.Context, document routing.ID, alarms int) error {
	for {
		var n int
		if err := b.db.NewRaw(`SELECT count(*) FROM alarms WHERE document_id = ?`, document).Scan(ctx, &n); err != nil {
			return err
		}
		if n >= alarms {
			return nil
		}
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}
