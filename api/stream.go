package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"congvan/gate"
	"congvan/routing"
)

const (
	// heartbeat is how often a stream shows that it lives, and asks whether who
	// listens still may.
	heartbeat = 15 * time.Second
	// slowest is how long a listener may take to accept what it is sent.
	slowest = 10 * time.Second
	// resumeLimit is how many events a stream goes back; who missed more looks again.
	resumeLimit = 500
)

// followEvents is a live stream of server-sent events. It says that something
// happened, never what: the listener looks again, through the same gates as ever.
func (s *server) followEvents(w http.ResponseWriter, r *http.Request) {
	l, err := s.streams.join(r.Context(), gate.CallOf(r.Context()).Actor.AccountID)
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	defer s.streams.leave(l)
	f := &feed{server: s, w: w, conn: http.NewResponseController(w), call: gate.CallOf(r.Context())}
	_ = f.conn.SetReadDeadline(time.Time{}) // not supported in some tests
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	f.add("retry: 3000\n\n")
	if err := f.resume(r.Context(), r.Header.Get("Last-Event-ID")); err != nil {
		return
	}
	f.run(r.Context(), l)
}

// feed is one stream: what is written to one listener.
type feed struct {
	server *server
	w      http.ResponseWriter
	conn   *http.ResponseController
	call   *gate.Call
	text   strings.Builder
}

func (f *feed) run(ctx context.Context, l *listener) {
	beat := time.NewTicker(f.server.streams.heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-f.server.streams.closed:
			return
		case <-l.wake:
			err = f.tell(ctx, l)
		case <-beat.C:
			err = f.recheck(ctx)
		}
		if err != nil {
			return
		}
	}
}

// tell sends what has come for the listener.
func (f *feed) tell(ctx context.Context, l *listener) error {
	if !f.server.Desk.Live(f.call.Identity.Token) {
		return errUnauthenticated
	}
	if err := f.identify(ctx); err != nil {
		return err
	}
	events, lost := l.take()
	if lost {
		f.lookAgain()
	}
	if err := f.addSeen(ctx, events); err != nil {
		f.lookAgain() // the record cannot say what he may see: he asks himself
	}
	return f.flush()
}

// recheck shows that the stream lives, if it still may.
func (f *feed) recheck(ctx context.Context) error {
	if err := f.identify(ctx); err != nil {
		return err
	}
	f.add(": \n\n")
	return f.flush()
}

// identify ends the stream of an account that is disabled, of a session or a
// mandate that is over, and goes on with the rights that there are now. A record
// that does not answer ends nothing. A stream keeps no session awake.
func (f *feed) identify(ctx context.Context) error {
	by := f.call.By
	by.Looking = true
	id, err := f.server.Desk.Identify(ctx, by)
	switch fault := routing.FaultOf(err); {
	case err == nil && id.Session.ID == "" && !id.Token.Allows(routing.ScopeRead):
		return routing.ErrScope
	case err == nil:
		f.call.Actor = id.Actor
	case fault != routing.Internal && fault != routing.Unavailable:
		return err
	}
	return nil
}

// resume sends what happened after the last event that the listener knows. One
// that was committed late may have a smaller id, so it looks back a little and
// may tell something twice.
func (f *feed) resume(ctx context.Context, last string) error {
	known, err := strconv.ParseInt(last, 10, 64)
	if err == nil && known > 0 {
		events, err := f.server.Desk.FollowEvents(ctx, max(0, known-lookBackIDs), resumeLimit)
		var missed []routing.Event
		for _, e := range events {
			if e.ID > known || time.Since(e.At) < lookBack {
				missed = append(missed, e)
			}
		}
		if err == nil && len(events) < resumeLimit {
			err = f.addSeen(ctx, missed)
		}
		if err != nil || len(events) == resumeLimit {
			f.lookAgain()
		}
	}
	return f.flush()
}

// addSeen adds those of the events that the listener may hear of.
func (f *feed) addSeen(ctx context.Context, events []routing.Event) error {
	if len(events) == 0 {
		return nil
	}
	seen, err := f.server.streams.sees(ctx, f.call.Actor, events)
	for _, e := range seen {
		data, err := json.Marshal(glance{e.DocumentID, e.AssignmentID, e.Kind, e.At})
		if err != nil {
			return err
		}
		f.add(fmt.Sprintf("id: %d\nevent: act\ndata: %s\n\n", e.ID, data))
	}
	return err
}

// glance is all that a stream says of an event.
type glance struct {
	DocumentID   routing.ID  `json:"documentId"`
	AssignmentID routing.ID  `json:"assignmentId,omitempty"`
	Kind         routing.Act `json:"kind"`
	At           time.Time   `json:"at"`
}

func (f *feed) lookAgain() { f.add("event: look-again\ndata: {}\n\n") }

func (f *feed) add(text string) { f.text.WriteString(text) }

// flush sends what was added. A listener that does not take it is dropped.
func (f *feed) flush() error {
	defer f.text.Reset()
	_ = f.conn.SetWriteDeadline(time.Now().Add(slowest)) // not supported in some tests
	if _, err := f.w.Write([]byte(f.text.String())); err != nil {
		return err
	}
	return f.conn.Flush()
}
