package worker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"congvan/routing"
	"congvan/webhooks"
	"congvan/worker"
	"congvan/worker/workertest"

	"github.com/stretchr/testify/require"
)

// receivers are other programs with moods, by address.
type receivers struct {
	mu    sync.Mutex
	moods map[string]*webhooks.Failure
	block chan struct{} // whoever is slow waits for it
	got   map[string][]webhooks.Message
}

func (r *receivers) Call(_ context.Context, m webhooks.Message) error {
	r.mu.Lock()
	mood, slow := r.moods[m.URL], m.URL == "https://slow"
	r.got[m.URL] = append(r.got[m.URL], m)
	r.mu.Unlock()
	if slow {
		<-r.block
	}
	if mood != nil {
		return mood
	}
	return nil
}

func (r *receivers) count(url string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.got[url])
}

type hookHouse struct {
	*testing.T
	*worker.Hooks
	to    *receivers
	clock time.Time
}

func openHooks(t *testing.T) *hookHouse {
	h := &hookHouse{T: t, clock: time.Now().UTC().Truncate(time.Microsecond), to: &receivers{moods: map[string]*webhooks.Failure{}, block: make(chan struct{}), got: map[string][]webhooks.Message{}}}
	h.Hooks = &worker.Hooks{Record: workertest.Record(t), Caller: h.to, Log: workertest.Quiet(), Now: func() time.Time { return h.clock },
		Secret: func(routing.ID, []byte) (string, error) { return "whsec_AAAA", nil }}
	return h
}

func (h *hookHouse) exec(statement string, arguments ...any) {
	h.Helper()
	_, err := h.Record.DB().ExecContext(h.Context(), statement, arguments...)
	require.NoError(h, err)
}

func (h *hookHouse) count(query string) (n int) {
	h.Helper()
	require.NoError(h, h.Record.DB().NewRaw("SELECT count(*) FROM "+query).Scan(h.Context(), &n))
	return n
}

// hook registers an address.
func (h *hookHouse) hook(url string, kinds ...routing.WebhookKind) {
	h.Helper()
	list, err := json.Marshal(kinds)
	require.NoError(h, err)
	h.exec(`INSERT INTO webhooks (id, url, kinds, sealed, created_by, created_at, seen_event)
		SELECT gen_random_uuid(), ?0, ARRAY(SELECT jsonb_array_elements_text(?1::jsonb)), '\x00', id, now(), (SELECT coalesce(max(id), 0) FROM events) FROM accounts LIMIT 1`, url, string(list))
}

// happens lets something happen to a document of its own.
func (h *hookHouse) happens(kinds ...routing.Act) (document string) {
	h.Helper()
	require.NoError(h, h.Record.DB().NewRaw(`INSERT INTO documents (id, unit_id, book_year, number, issuer, code_number, code_notation, type_name, subject, field, urgency, duplicate_key,
			duplicate_reason, ladder, ladder_version, status, direct_due_at, registered_at, registered_by)
		SELECT gen_random_uuid(), p.unit_id, 2026, (SELECT count(*) + 1 FROM documents), 'i', '1', 'n', 'Công văn', 'MẬT LẮM', '', 'normal', '', '', 'normal', 1, 'registered', now(), now(), a.id
		FROM accounts a JOIN positions p ON p.id = a.position_id LIMIT 1 RETURNING id`).Scan(h.Context(), &document))
	for _, kind := range kinds {
		h.exec(`INSERT INTO events (at, kind, document_id, unit_id, state, version) SELECT ?0, ?1, id, unit_id, 'registered', 1 FROM documents WHERE id = ?2`, h.clock, kind, document)
	}
	return document
}

func (h *hookHouse) deliver() {
	h.Helper()
	require.NoError(h, h.Deliver(h.Context()))
	h.Wait()
}

func TestWhatHappensIsToldOnceAndWithoutAWord(t *testing.T) {
	t.Parallel()
	h := openHooks(t)
	h.happens(routing.ActRegister) // before there was anybody to tell
	h.deliver()
	require.Zero(t, h.count("webhook_deliveries"), "nothing is written where nobody listens")
	h.hook("https://a", "document.registered", "alarm.rung")
	h.hook("https://b", "document.concluded")
	document := h.happens(routing.ActRegister, routing.ActPresent, routing.ActRing)
	for range 3 {
		h.deliver()
		h.clock = h.clock.Add(20 * time.Minute) // what has settled is not looked at again
	}
	require.Equal(t, 2, h.to.count("https://a"))
	require.Zero(t, h.to.count("https://b"))
	var kinds []string
	for _, told := range h.to.got["https://a"] { // in any order
		var body map[string]any
		require.NoError(t, json.Unmarshal(told.Body, &body))
		kinds = append(kinds, fmt.Sprint(body["kind"]))
		require.Equal(t, document, body["documentId"])
		require.Equal(t, "2026/2", body["number"])
		require.Equal(t, told.ID, body["id"])
		require.Len(t, body, 5, "ids and numbers only")
	}
	require.ElementsMatch(t, []string{"document.registered", "alarm.rung"}, kinds)
	require.Equal(t, 1, h.count("webhooks WHERE seen_event = (SELECT max(id) FROM events) AND url = 'https://b'"))
}

// An event that commits after one with a greater id is told as well.
func TestAnEventThatCommitsLateIsTold(t *testing.T) {
	t.Parallel()
	h := openHooks(t)
	h.hook("https://a", "document.registered")
	document := h.happens()
	late, err := h.Record.DB().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = late.ExecContext(t.Context(), `INSERT INTO events (at, kind, document_id, unit_id, state, version) SELECT ?0, 'registered', id, unit_id, 'registered', 1 FROM documents WHERE id = ?1`, h.clock, document)
	require.NoError(t, err)
	h.happens(routing.ActRegister)
	h.deliver()
	require.Equal(t, 1, h.to.count("https://a"))
	require.NoError(t, late.Commit())
	h.deliver()
	require.Equal(t, 2, h.to.count("https://a"))
}

func TestAReceiverThatIsDownHindersNobodyAndIsPaused(t *testing.T) {
	t.Parallel()
	h := openHooks(t)
	h.hook("https://down", "document.registered")
	h.hook("https://slow", "document.registered")
	h.hook("https://up", "document.registered")
	h.to.moods["https://down"] = &webhooks.Failure{Code: "status-500"}
	h.happens(routing.ActRegister)
	h.happens(routing.ActRegister)
	require.NoError(t, h.Deliver(t.Context()))
	require.Eventually(t, func() bool { return h.count("webhook_deliveries WHERE delivered_at IS NOT NULL") == 2 }, 10*time.Second, 10*time.Millisecond, "the slow one is still at it")
	require.NoError(t, h.Deliver(t.Context()))
	require.Equal(t, 1, h.to.count("https://slow"), "one at a time")
	close(h.to.block)
	h.Wait()
	require.Equal(t, 2, h.to.count("https://slow"))
	require.Equal(t, 1, h.to.count("https://down"), "the second is given back: it would fail as well")

	for range 40 {
		h.clock = h.clock.Add(time.Hour)
		h.deliver()
	}
	require.LessOrEqual(t, h.to.count("https://down"), routing.WebhookPauses)
	require.Equal(t, 1, h.count("webhooks WHERE paused_at IS NOT NULL AND url = 'https://down'"), "said on the page")
	require.Equal(t, 2, h.count("webhook_deliveries WHERE outcome = 'status-500' AND given_up_at IS NULL"))

	h.to.moods["https://down"] = nil
	h.exec(`UPDATE webhooks SET paused_at = NULL, failures = 0`)
	h.clock = h.clock.Add(5 * time.Hour)
	h.deliver()
	require.Equal(t, 6, h.count("webhook_deliveries WHERE delivered_at IS NOT NULL"))
}

func TestWhatIsNotAcceptedIsGivenUpAfterThreeDays(t *testing.T) {
	t.Parallel()
	h := openHooks(t)
	h.hook("https://down", "document.registered")
	h.to.moods["https://down"] = &webhooks.Failure{Code: webhooks.Blocked}
	h.happens(routing.ActRegister)
	h.deliver()
	for range 17 { // the pauses grow to four hours
		h.clock = h.clock.Add(5 * time.Hour)
		h.exec(`UPDATE webhooks SET failures = 0, paused_at = NULL`)
		h.deliver()
	}
	require.Equal(t, 1, h.count("webhook_deliveries WHERE given_up_at IS NOT NULL AND outcome = 'blocked-address'"))
	tries := h.to.count("https://down")
	h.clock = h.clock.Add(24 * time.Hour)
	h.deliver()
	require.Equal(t, tries, h.to.count("https://down"))
	require.Greater(t, tries, 10)
}

func TestARevokedWebhookIsToldNothing(t *testing.T) {
	t.Parallel()
	h := openHooks(t)
	h.hook("https://a", "document.registered")
	h.happens(routing.ActRegister)
	h.exec(`UPDATE webhooks SET revoked_at = now()`)
	h.deliver()
	require.Zero(t, h.to.count("https://a"))
}
