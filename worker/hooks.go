package worker

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"congvan/postgres"
	"congvan/routing"
	"congvan/webhooks"
)

// Caller calls addresses of other programs; webhooks.Caller is one.
type Caller interface {
	Call(ctx context.Context, m webhooks.Message) error
}

// Hooks tells other programs of what happened: from events into an outbox, and from
// there to each address by itself, at least once, in no order that it promises. It is
// no part of any workflow, and no receiver waits for another. Any number of them may
// run on one record.
type Hooks struct {
	Record *postgres.Store
	Caller Caller
	Secret func(webhook routing.ID, sealed []byte) (string, error)
	Log    *slog.Logger
	Now    func() time.Time // nil: the machine's clock

	mu   sync.Mutex
	busy map[routing.ID]bool
	all  sync.WaitGroup
}

// The measures of deliveries.
const (
	hookLook    = 2 * time.Second
	hookBatch   = 20              // of one address at a time
	hookFill    = 2000            // events at a time
	hookLease   = 5 * time.Minute // longer than a batch takes: ten seconds each
	hookPause   = 30 * time.Second
	hookBackoff = 30 * time.Second // until the second try; each time twice as long
	hookSlowest = 4 * time.Hour
)

// Run tells until ctx ends.
func (h *Hooks) Run(ctx context.Context) {
	for ctx.Err() == nil {
		wait := hookLook
		if err := h.Deliver(ctx); err != nil && ctx.Err() == nil {
			h.Log.Warn("webhooks wait", "error", postgres.WithoutContent(err))
			wait = hookPause
		}
		sleep(ctx, wait)
	}
	h.Wait()
}

// Wait waits for what is under way.
func (h *Hooks) Wait() { h.all.Wait() }

func (h *Hooks) now() time.Time {
	if h.Now != nil {
		return h.Now().UTC()
	}
	return time.Now().UTC()
}

// Deliver fills the outbox and begins to send what is due, to each address that
// nothing is being sent to. It does not wait for them.
func (h *Hooks) Deliver(ctx context.Context) error {
	now := h.now()
	if err := h.Record.FillWebhooks(ctx, now, hookFill); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	busy := []routing.ID{}
	for id := range h.busy {
		busy = append(busy, id)
	}
	claimed, err := h.Record.ClaimDeliveries(ctx, now, now.Add(hookLease), hookBatch, busy)
	if err != nil {
		return err
	}
	byHook := map[routing.ID][]postgres.ClaimedDelivery{}
	for _, d := range claimed {
		byHook[d.WebhookID] = append(byHook[d.WebhookID], d)
	}
	if h.busy == nil {
		h.busy = map[routing.ID]bool{}
	}
	for id, some := range byHook {
		h.busy[id] = true
		h.all.Go(func() {
			defer func() {
				h.mu.Lock()
				defer h.mu.Unlock()
				delete(h.busy, id)
			}()
			h.send(ctx, some)
		})
	}
	return nil
}

// send sends what one address is to hear. Once it fails, the rest is given back: it
// would fail as well, and each failure counts.
func (h *Hooks) send(ctx context.Context, some []postgres.ClaimedDelivery) {
	noted := context.WithoutCancel(ctx)
	failed := false
	for _, d := range some {
		var err error
		if failed || ctx.Err() != nil {
			err = h.Record.DeliveryUntried(noted, d.ID, h.now().Add(hookBackoff))
		} else {
			failed, err = h.sendOne(ctx, noted, d)
		}
		if err != nil {
			h.Log.Warn("delivery not noted", "delivery", d.ID, "error", postgres.WithoutContent(err)) // its lease ends
			return
		}
	}
}

func (h *Hooks) sendOne(ctx, noted context.Context, d postgres.ClaimedDelivery) (failed bool, err error) {
	body, err := json.Marshal(told{string(d.ID), string(d.Kind), d.At.UTC(), string(d.DocumentID), string(d.AssignmentID), d.Number})
	if err != nil {
		return true, err
	}
	secret, err := h.Secret(d.WebhookID, d.Sealed)
	if err == nil {
		err = h.Caller.Call(ctx, webhooks.Message{URL: d.URL, Secret: secret, ID: string(d.ID), Body: body, At: h.now()})
	}
	now := h.now()
	var failure *webhooks.Failure
	switch {
	case err == nil:
		return false, h.Record.DeliveryDone(noted, d.WebhookDelivery, now)
	case ctx.Err() != nil:
		return true, h.Record.DeliveryUntried(noted, d.ID, now)
	case !errors.As(err, &failure):
		h.Log.Error("webhook not called", "webhook", d.WebhookID, "error", err)
		failure = &webhooks.Failure{Code: "not-called"}
	}
	again := now.Add(min(hookBackoff<<min(d.Attempts-1, 12), hookSlowest))
	if d.Kind == routing.WebhookTest || again.Sub(d.CreatedAt) > routing.WebhookGivesUp {
		again = time.Time{}
	}
	return true, h.Record.DeliveryFailed(noted, d.WebhookDelivery, now, again, failure.Code)
}

// told is what a receiver is told: ids and numbers. What they stand for it asks the API.
type told struct {
	ID           string    `json:"id"`
	Kind         string    `json:"kind"`
	At           time.Time `json:"at"`
	DocumentID   string    `json:"documentId,omitempty"`
	AssignmentID string    `json:"assignmentId,omitempty"`
	Number       string    `json:"number,omitempty"`
}
