package postgres_test

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/postgres"
	"congvan/routing"
)

func TestAServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, free.Close())
	store := postgres.Open("postgres://congvan@"+free.Addr().String()+"/congvan?sslmode=disable", 1)
	t.Cleanup(func() { _ = store.Close() })
	for name, ask := range map[string]func() error{
		"ping": func() error { return store.Ping(t.Context()) },
		"read": func() error { _, err := store.Document(t.Context(), postgres.NewID()); return err },
		"act": func() error {
			_, err := store.Act(t.Context(), postgres.NewID(), time.Now(), routing.Request{}, func(*routing.Case) error { return nil })
			return err
		},
		"step": func() error {
			return store.Proceed(t.Context(), postgres.NewID(), time.Now(), func(*postgres.Process) error { return nil })
		},
		"relay": func() error {
			_, err := store.Deliver(t.Context(), 1, func([]postgres.News) []bool { return nil })
			return err
		},
	} {
		began := time.Now()
		err := ask()
		require.ErrorIs(t, err, postgres.ErrUnavailable, name)
		require.Equal(t, routing.Unavailable, routing.FaultOf(err), name)
		require.Less(t, time.Since(began), 5*time.Second, name)
	}
}

func TestAServerThatNeverAnswersTheCall(t *testing.T) {
	t.Parallel()
	// Nobody is at home at an address of a documentation network (RFC 5737).
	store := postgres.Open("postgres://congvan@192.0.2.1:5432/congvan?sslmode=disable", 1)
	t.Cleanup(func() { _ = store.Close() })
	began := time.Now()
	require.ErrorIs(t, store.Ping(t.Context()), postgres.ErrUnavailable)
	require.Less(t, time.Since(began), 5*time.Second)
}

// A connection that the server ends is an outage, not a bug; the next one works.
func TestTheServerGoesAndComesBack(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	err := r.Proceed(t.Context(), r.register(), now, func(p *postgres.Process) error {
		_, err := r.DB().NewRaw(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`).Exec(t.Context())
		require.NoError(t, err)
		return p.SleepUntil(now)
	})
	require.ErrorIs(t, err, postgres.ErrUnavailable)
	require.Eventually(t, func() bool { return r.Ping(t.Context()) == nil }, 3*time.Second, time.Millisecond)
}

func TestEventsAreOnlyEverAdded_A01(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	r.register()
	for _, statement := range []string{
		`UPDATE events SET kind = 'forged'`, `UPDATE events SET kind = 'forged' WHERE false`, `DELETE FROM events`,
		`DELETE FROM events WHERE id = 1`, `TRUNCATE events`, `TRUNCATE documents CASCADE`,
		`INSERT INTO events OVERRIDING SYSTEM VALUE SELECT * FROM events ON CONFLICT (id) DO UPDATE SET kind = 'forged'`,
	} {
		_, err := r.DB().NewRaw(statement).Exec(t.Context())
		require.ErrorContains(t, err, "events are only ever added", statement)
	}
	require.Equal(t, 1, r.count("events WHERE kind = 'registered'"))
}

func TestNoneIsNotFound(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	none := postgres.NewID()
	for name, ask := range map[string]func() error{
		"document":   func() error { _, err := r.Document(t.Context(), none); return err },
		"assignment": func() error { _, err := r.Assignment(t.Context(), none); return err },
		"actor":      func() error { _, err := r.ActorByName(t.Context(), "nobody", "2026-11-23"); return err },
		"token": func() error {
			_, _, err := r.ActorByToken(t.Context(), []byte("nobody's"), now, "2026-11-23")
			return err
		},
		"yesterday": func() error { _, err := r.ActorByName(t.Context(), "vanthu.quan", "2014-12-31"); return err },
		"step": func() error {
			return r.Proceed(t.Context(), none, now, func(*postgres.Process) error { return nil })
		},
	} {
		require.ErrorIs(t, ask(), routing.ErrNotFound, name)
	}
	_, _, err := r.NewestLadder(t.Context(), "none")
	require.ErrorIs(t, err, routing.ErrLadder)
}

// An event's details may hold any text, and come back as they went in.
func TestRequestsHaveTheFirstAnswer(t *testing.T) {
	t.Parallel()
	r := openRecord(t)
	n := r.letter()
	n.Request = routing.Request{Key: "k' OR '1'='1", Hash: []byte{0, 1, 255}}
	n.Details = map[string]any{"duplicateOf": []any{`?0 ' \ "`, "\u2028😀"}}
	event, err := r.AddDocument(t.Context(), n)
	require.NoError(t, err)
	again, err := r.EventByRequest(t.Context(), r.clerk.AccountID, n.Request)
	require.NoError(t, err)
	require.Equal(t, event, again)
	require.Equal(t, n.Details, again.Details)
	_, err = r.EventByRequest(t.Context(), r.clerk.AccountID, routing.Request{Key: n.Request.Key, Hash: []byte{0, 1}})
	require.ErrorIs(t, err, routing.ErrReused)
	_, err = r.EventByRequest(t.Context(), postgres.NewID(), n.Request)
	require.ErrorIs(t, err, routing.ErrNotFound)
	last, err := r.LastEventID(t.Context())
	require.NoError(t, err)
	require.Equal(t, event.ID, last)
}
