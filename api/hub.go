package api

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
)

const (
	maxStreams = 2000
	// maxOwnStreams is how many of them one account has: it does not take the place
	// of everybody else.
	maxOwnStreams = 100
	// pollEvery is how soon a stream hears of an act.
	pollEvery = 500 * time.Millisecond
	pollLimit = 1000
	// lookBack is how long after its neighbours an event may be committed and
	// still be found.
	lookBack    = 10 * time.Second
	lookBackIDs = 100
	// maxPending is how much waits for a listener before it is told to look at
	// everything again.
	maxPending = 1000
	// maxFilters keeps the streams from taking the record's connections away
	// from people's acts.
	maxFilters = 2
)

// hub feeds the live streams of this process. While somebody listens, one
// goroutine reads the record's new events for all.
type hub struct {
	desk      *desk.Desk
	log       *slog.Logger
	filters   chan struct{}
	closed    chan struct{}
	heartbeat time.Duration

	mu        sync.Mutex
	listeners map[*listener]struct{}
	own       map[routing.ID]int // how many each account has
	stop      context.CancelFunc // of the reader; nil while nobody listens
}

func newHub(d *desk.Desk, log *slog.Logger) *hub {
	return &hub{
		desk: d, log: log, heartbeat: heartbeat,
		filters: make(chan struct{}, maxFilters), closed: make(chan struct{}), listeners: map[*listener]struct{}{}, own: map[routing.ID]int{},
	}
}

// join adds a listener, who hears of everything from now on.
func (h *hub) join(ctx context.Context, account routing.ID) (*listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.isClosed() || len(h.listeners) >= maxStreams {
		return nil, errBusy
	}
	if h.own[account] >= maxOwnStreams {
		return nil, gate.ErrTooMany
	}
	if h.stop == nil {
		if err := h.start(ctx); err != nil {
			return nil, err
		}
	}
	l := &listener{account: account, wake: make(chan struct{}, 1)}
	h.listeners[l] = struct{}{}
	h.own[account]++
	return l, nil
}

// start lets the reader begin at what is the newest event now. It reads the
// last ones before, to know which ids are not there yet.
func (h *hub) start(ctx context.Context) error {
	last, err := h.desk.LastEventID(ctx)
	if err != nil {
		return err
	}
	t := newTracker(max(0, last-lookBackIDs))
	if _, err := t.news(time.Now(), h.after(ctx)); err != nil {
		return err
	}
	var reading context.Context
	reading, h.stop = context.WithCancel(context.Background())
	go h.read(reading, t)
	return nil
}

// after reads events after an id.
func (h *hub) after(ctx context.Context) func(int64) ([]routing.Event, error) {
	return func(id int64) ([]routing.Event, error) { return h.desk.FollowEvents(ctx, id, pollLimit) }
}

// leave takes a listener off. The last one to leave ends the reader.
func (h *hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, in := h.listeners[l]; in {
		delete(h.listeners, l)
		if h.own[l.account]--; h.own[l.account] == 0 {
			delete(h.own, l.account)
		}
	}
	if len(h.listeners) == 0 && h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.isClosed() {
		close(h.closed)
	}
}

func (h *hub) isClosed() bool {
	select {
	case <-h.closed:
		return true
	default:
		return false
	}
}

func (h *hub) read(ctx context.Context, t *tracker) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	down := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		events, err := t.news(time.Now(), h.after(ctx))
		if err != nil && !down && ctx.Err() == nil {
			h.log.Warn("live streams wait for the record", "error", postgres.WithoutContent(err))
		}
		down = err != nil
		h.tell(events)
	}
}

func (h *hub) tell(events []routing.Event) {
	if len(events) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		l.put(events)
	}
}

// sees asks the desk which events an actor may hear of, a few at a time.
func (h *hub) sees(ctx context.Context, actor routing.Actor, events []routing.Event) ([]routing.Event, error) {
	select {
	case h.filters <- struct{}{}:
		defer func() { <-h.filters }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return h.desk.Sees(ctx, actor, events)
}

// listener is where a stream's events wait until it has time for them.
type listener struct {
	account routing.ID
	wake    chan struct{}

	mu      sync.Mutex
	pending []routing.Event
	lost    bool
}

func (l *listener) put(events []routing.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.pending)+len(events) > maxPending {
		l.pending, l.lost = nil, true
	} else {
		l.pending = append(l.pending, events...)
	}
	select {
	case l.wake <- struct{}{}:
	default: // it is awake
	}
}

func (l *listener) take() (events []routing.Event, lost bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	events, lost = l.pending, l.lost
	l.pending, l.lost = nil, false
	return events, lost
}

// tracker knows which events were read. Ids are given before the commit, so
// one may appear behind a greater one: tracker goes back to the gaps in the ids
// until they are filled or too old.
type tracker struct {
	last int64
	gaps map[int64]time.Time
}

func newTracker(last int64) *tracker { return &tracker{last: last, gaps: map[int64]time.Time{}} }

// maxGap is how many ids are looked for when they jump, as after a restart of
// the database.
const maxGap = 1000

// news reads what is new. What it could read before an error is new too.
func (t *tracker) news(now time.Time, read func(after int64) ([]routing.Event, error)) ([]routing.Event, error) {
	var fresh []routing.Event
	for after := t.from(now); ; {
		events, err := read(after)
		if err != nil {
			return fresh, err
		}
		for _, e := range events {
			if after = e.ID; t.takes(e.ID, now) {
				fresh = append(fresh, e)
			}
		}
		if len(events) < pollLimit {
			return fresh, nil
		}
	}
}

// from is the id after which to read: before the first gap that may still be filled.
func (t *tracker) from(now time.Time) int64 {
	from := t.last
	for id, since := range t.gaps {
		if now.Sub(since) > lookBack {
			delete(t.gaps, id)
		} else {
			from = min(from, id-1)
		}
	}
	return from
}

// takes says whether an id is new, and remembers it.
func (t *tracker) takes(id int64, now time.Time) bool {
	if id <= t.last {
		_, awaited := t.gaps[id]
		delete(t.gaps, id)
		return awaited
	}
	for missing := max(t.last+1, id-maxGap); missing < id; missing++ {
		t.gaps[missing] = now
	}
	t.last = id
	return true
}
