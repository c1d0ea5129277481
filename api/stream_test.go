package api

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"congvan/routing"

	"github.com/stretchr/testify/require"
)

// listening is an open stream: its events as they come.
type listening struct {
	testing.TB
	events chan message
	stop   context.CancelFunc
}

type message struct{ id, event, data string }

func (w *world) listen(who string, headers ...string) *listening {
	w.Helper()
	ctx, stop := context.WithCancel(w.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", w.url+streamPath, nil)
	require.NoError(w, err)
	req.Header.Set("Authorization", "Bearer token-of-"+who)
	for i := 0; i < len(headers); i += 2 {
		if req.Header.Del(headers[i]); headers[i+1] != "" {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(w, err)
	require.Equal(w, 200, res.StatusCode)
	require.Equal(w, "text/event-stream", res.Header.Get("Content-Type"))
	l := &listening{TB: w, events: make(chan message, 100), stop: stop}
	w.Cleanup(stop)
	go func() {
		defer close(l.events)
		defer res.Body.Close()
		var m message
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				m.id = value
			case "event":
				m.event = value
			case "data":
				m.data = value
			case "":
				if m.event != "" {
					l.events <- m
				}
				m = message{}
			}
		}
	}()
	return l
}

// next is the next event; the test fails if it takes too long.
func (l *listening) next() message {
	l.Helper()
	select {
	case m, open := <-l.events:
		require.True(l, open, "the stream ended")
		return m
	case <-time.After(10 * time.Second):
		require.Fail(l, "nothing came")
		return message{}
	}
}

func (l *listening) ends() {
	l.Helper()
	for {
		select {
		case _, open := <-l.events:
			if !open {
				return
			}
		case <-time.After(10 * time.Second):
			require.Fail(l, "the stream goes on")
		}
	}
}

func TestAStreamSaysLookAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	whole, part, none := w.listen(clerk), w.listen(ward), w.listen(neighbor)
	document, shares := w.sent()

	first := whole.next()
	require.Equal(t, "act", first.event)
	var seen object
	require.NoError(t, json.Unmarshal([]byte(first.data), &seen))
	require.Equal(t, object{"documentId": document, "kind": "registered", "at": "2026-11-23T02:00:00Z"}, seen)
	for range 4 {
		require.Equal(t, "act", whole.next().event)
	}
	var told []message
	for range 3 {
		told = append(told, part.next())
	}
	require.Contains(t, told[2].data, shares["molao"])

	w.expect(200, ward, "POST", "/assignments/"+shares["molao"]+"/acknowledge", nil)
	require.Contains(t, whole.next().data, `"kind":"acknowledged"`)
	require.Contains(t, part.next().data, `"kind":"acknowledged"`)
	require.Empty(t, none.events, "a neighbour hears nothing")

	part.stop()
	w.expect(200, ward, "POST", "/assignments/"+shares["molao"]+"/start", nil)
	back := w.listen(ward, "Last-Event-ID", told[2].id)
	require.Contains(t, back.next().data, `"kind":"acknowledged"`)
	require.Contains(t, back.next().data, `"kind":"started"`)
}

func TestAStreamEndsWithItsToken_Z07(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.streams().heartbeat = 50 * time.Millisecond
	l := w.listen(ward)
	_, err := w.store.DB().ExecContext(t.Context(), `UPDATE accounts SET disabled_at = now() WHERE username = ?`, ward)
	require.NoError(t, err)
	l.ends()
}

func TestShutdownEndsStreams(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	l := w.listen(ward)
	w.handler.Close()
	l.ends()
	w.expect(503, ward, "GET", "/events", nil)
}

func (w *world) streams() *hub { return w.handler.streams }

func TestTheReaderRestsWhenNobodyListens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.streams()
	l := w.listen(ward)
	require.True(t, h.reading())
	l.stop()
	require.Eventually(t, func() bool { return !h.reading() }, 5*time.Second, 10*time.Millisecond)
}

func (h *hub) reading() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stop != nil
}

func TestASlowListenerIsToldToLookAgain(t *testing.T) {
	t.Parallel()
	l := &listener{wake: make(chan struct{}, 1)}
	l.put(make([]routing.Event, maxPending))
	events, lost := l.take()
	require.Len(t, events, maxPending)
	require.False(t, lost)
	l.put(make([]routing.Event, maxPending))
	l.put(make([]routing.Event, 1))
	events, lost = l.take()
	require.Empty(t, events)
	require.True(t, lost)
}

func TestTheTrackerFindsLateCommits(t *testing.T) {
	t.Parallel()
	var committed []int64
	tr := newTracker(10)
	news := func(after time.Duration) (ids []int64) {
		fresh, err := tr.news(monday.Add(after), func(after int64) (events []routing.Event, _ error) {
			for _, id := range committed {
				if id > after && len(events) < pollLimit {
					events = append(events, routing.Event{ID: id})
				}
			}
			return events, nil
		})
		require.NoError(t, err)
		for _, e := range fresh {
			ids = append(ids, e.ID)
		}
		return ids
	}
	require.Empty(t, news(0))
	committed = []int64{11, 13, 16}
	require.Equal(t, []int64{11, 13, 16}, news(time.Second))
	require.Empty(t, news(2*time.Second), "nothing is told twice")
	committed = []int64{11, 13, 14, 16, 17}
	require.Equal(t, []int64{14, 17}, news(3*time.Second), "14 was committed late")
	require.EqualValues(t, 11, tr.from(monday.Add(3*time.Second)), "12 and 15 may still come")
	require.EqualValues(t, 17, tr.from(monday.Add(20*time.Second)), "they never will")

	committed = nil
	for id := int64(18); id < 18+3*pollLimit; id++ {
		committed = append(committed, id)
	}
	require.Len(t, news(21*time.Second), 3*pollLimit, "all pages are read")
	committed = append(committed, 1_000_000)
	require.Len(t, news(22*time.Second), 1)
	require.Len(t, tr.gaps, maxGap, "a jump is not looked for for ever")
}
