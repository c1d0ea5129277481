package desk

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"

	"congvan/accounts"
	"congvan/postgres"
	"congvan/routing"
)

// What is written down about webhooks.
const (
	EntryWebhookMade    routing.EntryKind = "webhook-made"
	EntryWebhookRevoked routing.EntryKind = "webhook-revoked"
	EntryWebhookResumed routing.EntryKind = "webhook-resumed"
	EntryWebhookTested  routing.EntryKind = "webhook-tested"
)

// webhookSecret is what the text of a secret begins with, as Standard Webhooks has it.
const webhookSecret = "whsec_"

// Webhooks lists those that are not revoked, the oldest first. routing.ErrNotAllowed
// for everybody but administrators of the organ at the top.
func (d *Desk) Webhooks(ctx context.Context, actor routing.Actor) ([]routing.Webhook, error) {
	if !actor.MayKeepWebhooks() {
		return nil, routing.ErrNotAllowed
	}
	return d.record.Webhooks(ctx)
}

// MakeWebhook registers an address that is told of what happens from now on. The
// secret that signs is in this answer only: the same request again finds the webhook
// without it.
func (d *Desk) MakeWebhook(ctx context.Context, actor routing.Actor, in routing.Webhook, req routing.Request) (w routing.Webhook, secret string, err error) {
	switch {
	case !actor.MayKeepWebhooks():
		return w, "", routing.ErrNotAllowed
	case d.login.Seal == nil:
		return w, "", ErrNoSeal
	}
	at, err := url.Parse(in.URL)
	if err == nil {
		if err := checkAddress(at); err != nil {
			return w, "", err
		}
	}
	plain := err == nil && (at.Scheme == "https" || at.Scheme == "http") && at.Hostname() != "" && at.User == nil && at.Fragment == ""
	if err := in.Check(plain); err != nil {
		return w, "", err
	}
	in.ID, in.CreatedAt = idOf(actor, req), d.now()
	if first, err := d.record.Webhook(ctx, in.ID); err == nil { // asked before
		return first, "", unlessReused(first.URL == in.URL)
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return w, "", err
	}
	secret = webhookSecret + base64.StdEncoding.EncodeToString(key)
	e := d.entryOf(actor, EntryWebhookMade, routing.Subject{Kind: routing.SubjectWebhook, ID: string(in.ID)})
	e.Details = map[string]any{"kinds": in.Kinds, "host": at.Hostname()} // the rest may hold a secret of the receiver's
	switch err := d.record.AddWebhook(ctx, in, d.login.Seal.Close(secret, sealOwner(in.ID)), e, req); {
	case errors.Is(err, postgres.ErrRequestSeen): // the same request was quicker
		first, err := d.record.Webhook(ctx, in.ID)
		return first, "", err
	case err != nil:
		return w, "", err
	}
	return in, secret, nil
}

// checkAddress refuses an address in which a state secret is told: it is kept.
func checkAddress(at *url.URL) error {
	said := append(strings.Split(at.Path, "/"), at.Fragment)
	for name, values := range at.Query() {
		said = append(append(said, name), values...)
	}
	return routing.CheckSecrecy(routing.NoSecret, said...)
}

func sealOwner(id routing.ID) string { return "webhook " + string(id) }

// OpenWebhook opens the secret of a webhook. It is for whoever delivers, not for a face.
func OpenWebhook(seal *accounts.Seal, id routing.ID, sealed []byte) (string, error) {
	return seal.Open(sealed, sealOwner(id))
}

// Webhook finds one with what was sent to it last, the newest first.
func (d *Desk) Webhook(ctx context.Context, actor routing.Actor, id routing.ID) (routing.Webhook, []routing.WebhookDelivery, error) {
	w, err := d.webhook(ctx, actor, id)
	if err != nil {
		return w, nil, err
	}
	sent, err := d.record.WebhookDeliveries(ctx, id, 50)
	return w, sent, err
}

func (d *Desk) webhook(ctx context.Context, actor routing.Actor, id routing.ID) (routing.Webhook, error) {
	if !actor.MayKeepWebhooks() {
		return routing.Webhook{}, routing.ErrNotAllowed
	}
	if !validID(id) {
		return routing.Webhook{}, routing.ErrNotFound
	}
	return d.record.Webhook(ctx, id)
}

// RevokeWebhook ends a webhook at once: what waits for it is not sent.
func (d *Desk) RevokeWebhook(ctx context.Context, actor routing.Actor, id routing.ID) (routing.Webhook, error) {
	return d.changeWebhook(ctx, actor, id, EntryWebhookRevoked, d.record.RevokeWebhook)
}

// ResumeWebhook lets one be called again that was paused after too many failures.
func (d *Desk) ResumeWebhook(ctx context.Context, actor routing.Actor, id routing.ID) (routing.Webhook, error) {
	return d.changeWebhook(ctx, actor, id, EntryWebhookResumed, d.record.ResumeWebhook)
}

func (d *Desk) changeWebhook(ctx context.Context, actor routing.Actor, id routing.ID, kind routing.EntryKind, change func(context.Context, routing.ID, routing.Entry) error) (routing.Webhook, error) {
	w, err := d.webhook(ctx, actor, id)
	if err != nil {
		return w, err
	}
	if err := change(ctx, id, d.entryOf(actor, kind, routing.Subject{Kind: routing.SubjectWebhook, ID: string(id)})); err != nil {
		return w, err
	}
	return d.record.Webhook(ctx, id)
}

// TestWebhook sends a message that tells of nothing. What became of it stands among
// the deliveries a moment later.
func (d *Desk) TestWebhook(ctx context.Context, actor routing.Actor, id routing.ID, req routing.Request) (routing.Webhook, error) {
	w, err := d.webhook(ctx, actor, id)
	if err == nil && !w.RevokedAt.IsZero() {
		err = routing.ErrNotFound
	}
	if err != nil {
		return w, err
	}
	e := d.entryOf(actor, EntryWebhookTested, routing.Subject{Kind: routing.SubjectWebhook, ID: string(id)})
	return w, d.record.TestWebhook(ctx, id, idOf(actor, req), e, req)
}
