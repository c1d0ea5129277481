package audit_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"congvan/audit"
	"congvan/postgres"
	"congvan/routing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"
)

// Many write, some roll back, some commit late; sealers come, go and are killed in
// the middle of their work: every row is one leaf, and the log has one end.
func TestWritersAndKilledSealers_A07(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	const writers, each = 16, 40
	writing, stop := context.WithCancel(t.Context())
	defer stop()
	var all, sealing errgroup.Group
	for w := range writers {
		all.Go(func() error {
			for i := 0; i < each; i++ {
				tx, err := h.store.DB().BeginTx(t.Context(), nil)
				if err == nil {
					_, err = tx.ExecContext(t.Context(), `INSERT INTO journal (at, kind, outcome, subject_kind) VALUES (now(), 'viewed', 'done', 'route')`)
				}
				if err != nil && strings.Contains(err.Error(), "57P01") {
					i-- // it got the connection of a sealer that was meant
					continue
				}
				if err != nil {
					return err
				}
				time.Sleep(time.Duration(w*i%7) * time.Millisecond) // ids are given before the commit
				if i%5 == 4 {
					_ = tx.Rollback()
				} else if err := tx.Commit(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	signer, public, err := audit.OpenKey(h.key, true)
	require.NoError(t, err)
	keys, err := audit.ReadKeys(public)
	require.NoError(t, err)
	for range 3 {
		sealing.Go(func() error {
			for n := 0; writing.Err() == nil; n++ {
				s := &audit.Sealer{Record: h.store, Key: signer, Anchors: &audit.Anchors{Dir: h.TempDir(), Keys: keys}}
				for range 4 {
					if _, err := s.Seal(t.Context()); err != nil && !errors.Is(err, postgres.ErrSealing) && routing.FaultOf(err) != routing.Unavailable {
						return err
					}
				}
			}
			return nil
		})
	}
	sealing.Go(func() error { // the nemesis: whoever holds the lock loses his connection
		for writing.Err() == nil {
			_, _ = h.store.DB().ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
			time.Sleep(15 * time.Millisecond)
		}
		return nil
	})
	require.NoError(t, all.Wait())
	stop()
	require.NoError(t, sealing.Wait())
	for sealed := 1; sealed > 0; {
		n, err := h.sealer.Seal(t.Context())
		if errors.Is(err, postgres.ErrSealing) {
			continue // a connection that was ended keeps its lock for a moment
		}
		require.NoError(t, err)
		sealed = n
	}
	r := h.requireSound()
	require.EqualValues(t, writers*each*4/5, r.Leaves)
}

// While another process has the anchors, nothing is sealed: its head could overtake.
func TestAnchorsAreOneProcessAtATime_A07(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.seal()
	h.register()
	lock, err := os.OpenFile(filepath.Join(h.sealer.Anchors.Dir, ".lock"), os.O_RDWR|os.O_CREATE, 0o600)
	require.NoError(t, err)
	require.NoError(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX))
	_, err = h.sealer.Seal(t.Context())
	require.ErrorIs(t, err, postgres.ErrSealing)
	last, err := h.store.LogLast(t.Context())
	require.NoError(t, err)
	require.Zero(t, last.Size)
	require.NoError(t, lock.Close())
	require.Positive(t, h.seal())
	h.requireSound()
}

// Workers of one machine share the folder of the anchors: whatever they do at once,
// each anchor is whole and stands where its head belongs.
func TestSealersShareTheirAnchors_A07(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	var sealing errgroup.Group
	for range 6 {
		s := h.anotherSealer()
		sealing.Go(func() error {
			for range 40 {
				if err := h.store.Note(t.Context(), routing.Entry{At: time.Now(), Kind: "viewed", Outcome: "done", Subject: routing.Subject{Kind: "route"}}); err != nil {
					return err
				}
				if _, err := s.Seal(t.Context()); err != nil && !errors.Is(err, postgres.ErrSealing) {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(t, sealing.Wait())
	h.seal()
	require.EqualValues(t, 6*40, h.requireSound().Leaves)
}

// A row that was committed late is sealed, with an id below the highest.
func TestALateCommitIsSealed(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	tx, err := h.store.DB().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `INSERT INTO journal (at, kind, outcome, subject_kind) VALUES (now(), 'viewed', 'done', 'route')`)
	require.NoError(t, err)
	require.NoError(t, h.store.Note(t.Context(), routing.Entry{At: time.Now(), Kind: "viewed", Outcome: "done", Subject: routing.Subject{Kind: "route"}}))
	require.Equal(t, 1, h.seal())
	now := time.Now()
	h.sealer.Now = func() time.Time { return now.Add(10 * time.Minute) }
	require.Zero(t, h.seal(), "its transaction is still under way")
	h.sealer = h.anotherSealer()
	require.Zero(t, h.seal())
	require.NoError(t, tx.Commit())
	require.Equal(t, 1, h.seal())
	h.requireSound()
}

// odd are texts that have broken canonical forms elsewhere.
var odd = []string{"", "null", "\"", "\\", "\n", "\r\n", "\u2028", "\u202e", "\x1b[31m", "e\u0301", "é", "😀", "\ufffd", "{}", "1e400", "\x7f", strings.Repeat("a", 1<<20)}

// What is written verifies, whatever it says, and the other reader sees the same text.
func TestOddTextsVerify_A08_A12(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	var id int64
	text := rapid.OneOf(rapid.SampledFrom(odd), rapid.StringMatching(`[^\x00]{0,40}`))
	value := rapid.OneOf(rapid.Map(text, func(s string) any { return s }), rapid.Map(rapid.Int64(), func(n int64) any { return n }),
		rapid.Map(rapid.Float64(), func(f float64) any { return f }), rapid.Just[any](nil), rapid.Just[any](true),
		rapid.Map(rapid.MapOf(text, text), func(m map[string]string) any { return m }), rapid.Map(rapid.SliceOf(text), func(l []string) any { return l }))
	rapid.Check(t, func(t *rapid.T) {
		details := rapid.MapOf(text, value).Draw(t, "details")
		e := routing.Entry{At: time.Unix(0, rapid.Int64Range(0, 4e18).Draw(t, "at")), Kind: routing.EntryKind(text.Draw(t, "kind")), Outcome: "done",
			Subject: routing.Subject{Kind: "route", ID: text.Draw(t, "subject")}, Details: details, Origin: routing.Origin{Face: text.Draw(t, "face"), Request: text.Draw(t, "request")}}
		if err := h.store.Note(h.Context(), e); err != nil {
			t.Skip(err) // PostgreSQL refuses it (a number without end, an index row too long)
		}
		require.NoError(t, h.store.DB().QueryRowContext(h.Context(), `SELECT max(id) FROM journal`).Scan(&id))
		one := h.canonical(postgres.LogJournal, id)
		require.Equal(t, h.indieRow("journal", id), one)
		require.NotContains(t, one, "\n", "one row, one line")
		require.NotContains(t, one, "\x1b")
	})
	for h.seal() > 0 {
	}
	require.Equal(t, h.number(`SELECT count(*) FROM journal`), h.requireSound().Leaves)
}

// An older record under newer anchors is refused until the loss is written down.
func TestAnOlderRecordIsRefused_A06_A28(t *testing.T) {
	t.Parallel()
	h := sealedHall(t)
	h.sql(loosen)
	h.sql(`DELETE FROM outbox WHERE document_id = (SELECT id FROM documents WHERE number = 3); DELETE FROM documents WHERE number = 3;
		DELETE FROM events WHERE id = (SELECT max(id) FROM events); DELETE FROM log_runs WHERE size = (SELECT max(size) FROM log_runs);
		UPDATE books SET last_number = 2 WHERE last_number = 3`)
	var loss *audit.Loss
	require.ErrorAs(t, h.sealer.Anchors.Check(t.Context(), h.store), &loss)
	require.ErrorContains(t, loss, "--accept-loss")
	h.register() // somebody goes on regardless, with a number that was given
	_, err := h.sealer.Seal(t.Context())
	require.ErrorAs(t, err, &loss)
	h.sql(`DELETE FROM outbox WHERE document_id = (SELECT id FROM documents WHERE number = 3); DELETE FROM documents WHERE number = 3; DELETE FROM events WHERE number = 3;
		UPDATE books SET last_number = 2 WHERE last_number = 3`)

	_, err = h.sealer.Anchors.AcceptLoss(t.Context(), h.store, h.sealer.Key, time.Now())
	require.NoError(t, err)
	_, err = h.sealer.Anchors.AcceptLoss(t.Context(), h.store, h.sealer.Key, time.Now())
	require.ErrorIs(t, err, audit.ErrNoLoss)
	require.Equal(t, 1, h.seal(), "the loss itself is an entry of the journal")
	next := h.register()
	require.EqualValues(t, 4, h.number(`SELECT number FROM documents WHERE id = '`+string(next)+`'`), "behind any number that was ever anchored")
	h.seal()
	r := h.requireSound()
	require.Len(t, r.Losses, 1)
}

// Only what came after an anchor that is a day old is read again.
func TestSinceTheAnchor(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	now := time.Now()
	h.sealer.Now = func() time.Time { return now.Add(-30 * time.Hour) }
	h.register()
	h.register()
	h.seal()
	h.sealer.Now = nil
	h.register()
	h.seal()
	v := audit.Verifier{Record: h.store, Anchors: h.sealer.Anchors, SinceAnchor: true}
	r, err := v.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, r.Findings)
	require.EqualValues(t, 2, r.Since)
	require.EqualValues(t, 1, r.Rows)
	h.sql(`UPDATE events SET at = at - interval '1 day' WHERE id = 3`)
	r, err = v.Verify(t.Context())
	require.NoError(t, err)
	requireFinding(t, r, audit.RowAltered, postgres.LogEvents, 3)
}
