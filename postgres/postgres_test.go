package postgres_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/local/localtest"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"
)

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }

var now = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// record is a test's own record of Hà Đông.
type record struct {
	*testing.T
	*postgres.Store
	clerk routing.Actor
	dsn   string
}

func openRecord(t *testing.T) *record {
	t.Helper()
	dsn := localtest.PostgresLike(t, "postgres", furnish)
	store := postgres.Open(dsn, 12)
	t.Cleanup(func() { _ = store.Close() })
	clerk, err := store.ActorByName(t.Context(), "vanthu.quan", "2026-11-23")
	require.NoError(t, err)
	return &record{t, store, clerk, dsn}
}

func furnish(dsn string) error {
	store := postgres.Open(dsn, 2)
	defer store.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := migrations.Run(ctx, store.DB()); err != nil {
		return err
	}
	_, err := seed.Apply(ctx, store)
	return err
}

// letter is a document on its way into the district's book.
func (r *record) letter() postgres.NewDocument {
	return postgres.NewDocument{
		Document: routing.Document{ID: postgres.NewID(), UnitID: r.clerk.UnitID, BookYear: 2026, LadderVersion: 1,
			DirectDue: now.Add(time.Hour), Registered: now, Registration: routing.Registration{
				Issuer: "UBND thành phố Hà Nội", TypeName: "Công văn", Subject: "Về việc", Urgency: routing.Urgent, Ladder: "urgent"}},
		NextAlarm: now.Add(time.Minute), Actor: r.clerk,
	}
}

// register puts a document into the book and its first milestone into the outbox.
func (r *record) register() routing.ID {
	r.Helper()
	event, err := r.AddDocument(r.Context(), r.letter())
	require.NoError(r, err)
	_, err = r.DB().ExecContext(r.Context(), `UPDATE outbox SET created_at = created_at - interval '1 minute' WHERE document_id = ?`, event.DocumentID)
	require.NoError(r, err) // the moment in which its direction might follow has passed
	return event.DocumentID
}

// recall leaves a second milestone for a document.
func (r *record) recall(id routing.ID) {
	r.Helper()
	_, err := r.Act(r.Context(), id, now, routing.Request{}, func(c *routing.Case) error { return c.Recall(r.clerk, "Ban hành nhầm") })
	require.NoError(r, err)
}

func (r *record) count(query string, args ...any) (n int) {
	r.Helper()
	require.NoError(r, r.DB().NewRaw(`SELECT count(*) FROM `+query, args...).Scan(r.Context(), &n))
	return n
}
