package main

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"time"

	"congvan/routing"
)

// pause is how long the watcher rests between two questions.
const pause = 15 * time.Millisecond

// watcher tells clients when their documents have come so far. One question
// serves all that wait, so waiting costs the product and the references the same.
type watcher struct {
	question *sql.Stmt

	mu         sync.Mutex
	dispatched map[routing.ID]chan error // waits for assignments
	closed     map[routing.ID]chan error // waits until none of them is open
}

// whoHasCome asks which of some documents have assignments, and which of others have
// no open one any more.
const whoHasCome = `
	SELECT d.id, false FROM documents d
	WHERE d.id = ANY ($1::uuid[]) AND EXISTS (SELECT FROM assignments a WHERE a.document_id = d.id)
	UNION ALL
	SELECT d.id, true FROM documents d
	WHERE d.id = ANY ($2::uuid[]) AND NOT EXISTS (SELECT FROM assignments a WHERE a.document_id = d.id AND a.closed_at IS NULL)`

// newWatcher prepares the question on a connection of its own, planned once:
// planning would cost ten times what the answer costs.
func newWatcher(ctx context.Context, conn *sql.Conn) (*watcher, error) {
	if _, err := conn.ExecContext(ctx, "SET plan_cache_mode = force_generic_plan"); err != nil {
		return nil, err
	}
	question, err := conn.PrepareContext(ctx, whoHasCome)
	return &watcher{question: question, dispatched: map[routing.ID]chan error{}, closed: map[routing.ID]chan error{}}, err
}

// untilDispatched waits until the document's assignments can be read.
func (w *watcher) untilDispatched(ctx context.Context, document routing.ID) error {
	return w.wait(ctx, w.dispatched, document)
}

// untilClosed waits until no assignment of the document is open.
func (w *watcher) untilClosed(ctx context.Context, document routing.ID) error {
	return w.wait(ctx, w.closed, document)
}

func (w *watcher) wait(ctx context.Context, queue map[routing.ID]chan error, document routing.ID) error {
	come := make(chan error, 1)
	w.mu.Lock()
	queue[document] = come
	w.mu.Unlock()
	select {
	case err := <-come:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// run asks until ctx ends.
func (w *watcher) run(ctx context.Context) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			w.look(ctx)
		}
	}
}

func (w *watcher) look(ctx context.Context) {
	dispatched, closed := w.waiting(w.dispatched), w.waiting(w.closed)
	if len(dispatched)+len(closed) == 0 {
		return
	}
	if err := w.ask(ctx, dispatched, closed); err != nil {
		w.tell(w.dispatched, dispatched, err)
		w.tell(w.closed, closed, err)
	}
}

func (w *watcher) ask(ctx context.Context, dispatched, closed []string) error {
	rows, err := w.question.QueryContext(ctx, array(dispatched), array(closed))
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err has it
	for rows.Next() {
		var id string
		var isClosed bool
		if err := rows.Scan(&id, &isClosed); err != nil {
			return err
		}
		if isClosed {
			w.tell(w.closed, []string{id}, nil)
		} else {
			w.tell(w.dispatched, []string{id}, nil)
		}
	}
	return rows.Err()
}

// array is the text of a uuid[].
func array(ids []string) string { return "{" + strings.Join(ids, ",") + "}" }

func (w *watcher) waiting(queue map[routing.ID]chan error) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	waiting := make([]string, 0, len(queue))
	for id := range queue {
		waiting = append(waiting, string(id))
	}
	return waiting
}

func (w *watcher) tell(queue map[routing.ID]chan error, documents []string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range documents {
		if come, ok := queue[routing.ID(id)]; ok {
			come <- err
			delete(queue, routing.ID(id))
		}
	}
}
