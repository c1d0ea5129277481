package api

import (
	"context"
	"strings"
	"time"

	"congvan/api/internal/contract"
	"congvan/gate"
	"congvan/routing"
)

// ListWebhooks lists the addresses that are told of what happens.
func (s *server) ListWebhooks(ctx context.Context, _ contract.ListWebhooksRequestObject) (contract.ListWebhooksResponseObject, error) {
	found, err := s.Desk.Webhooks(ctx, gate.CallOf(ctx).Actor)
	return contract.ListWebhooks200JSONResponse{Items: answers(found, webhookAnswer)}, err
}

// MakeWebhook registers an address and shows its secret, once.
func (s *server) MakeWebhook(ctx context.Context, in contract.MakeWebhookRequestObject) (contract.MakeWebhookResponseObject, error) {
	c := gate.CallOf(ctx)
	made, secret, err := s.Desk.MakeWebhook(ctx, c.Actor, routing.Webhook{URL: strings.TrimSpace(in.Body.URL),
		Kinds: answers(in.Body.Kinds, func(x string) routing.WebhookKind { return routing.WebhookKind(x) })}, c.Request)
	return contract.MakeWebhook201JSONResponse{Webhook: webhookAnswer(made), Secret: secret}, err
}

// GetWebhook shows one with its messages.
func (s *server) GetWebhook(ctx context.Context, in contract.GetWebhookRequestObject) (contract.GetWebhookResponseObject, error) {
	w, sent, err := s.Desk.Webhook(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.GetWebhook200JSONResponse{Webhook: webhookAnswer(w), Messages: answers(sent, messageAnswer)}, err
}

// TestWebhook sends a message that tells of nothing.
func (s *server) TestWebhook(ctx context.Context, in contract.TestWebhookRequestObject) (contract.TestWebhookResponseObject, error) {
	c := gate.CallOf(ctx)
	w, err := s.Desk.TestWebhook(ctx, c.Actor, routing.ID(in.ID), c.Request)
	return contract.TestWebhook200JSONResponse{WebhookJSONResponse: contract.WebhookJSONResponse(webhookAnswer(w))}, err
}

// ResumeWebhook calls a paused one again.
func (s *server) ResumeWebhook(ctx context.Context, in contract.ResumeWebhookRequestObject) (contract.ResumeWebhookResponseObject, error) {
	w, err := s.Desk.ResumeWebhook(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.ResumeWebhook200JSONResponse{WebhookJSONResponse: contract.WebhookJSONResponse(webhookAnswer(w))}, err
}

// RevokeWebhook ends one.
func (s *server) RevokeWebhook(ctx context.Context, in contract.RevokeWebhookRequestObject) (contract.RevokeWebhookResponseObject, error) {
	w, err := s.Desk.RevokeWebhook(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.RevokeWebhook200JSONResponse{WebhookJSONResponse: contract.WebhookJSONResponse(webhookAnswer(w))}, err
}

func webhookAnswer(w routing.Webhook) contract.Webhook {
	return contract.Webhook{ID: string(w.ID), URL: w.URL, Kinds: answers(w.Kinds, func(k routing.WebhookKind) string { return string(k) }), CreatedAt: utc(w.CreatedAt),
		Failures: w.Failures, Waiting: w.Waiting, PausedAt: utc(w.PausedAt), DeliveredAt: utc(w.DeliveredAt), RevokedAt: utc(w.RevokedAt)}
}

func messageAnswer(d routing.WebhookDelivery) contract.WebhookMessage {
	next := d.NotBefore
	if !d.DeliveredAt.IsZero() || !d.GivenUpAt.IsZero() {
		next = time.Time{}
	}
	return contract.WebhookMessage{ID: string(d.ID), Kind: string(d.Kind), At: utc(d.At), DocumentID: string(d.DocumentID), Number: d.Number, Attempts: d.Attempts,
		NextAt: utc(next), DeliveredAt: utc(d.DeliveredAt), GivenUpAt: utc(d.GivenUpAt), Outcome: d.Outcome}
}
