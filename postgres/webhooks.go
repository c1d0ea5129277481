package postgres

import (
	"context"
	"fmt"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

type webhookRow struct {
	ID                                          routing.ID
	URL                                         string
	Kinds                                       []string `bun:",array"`
	CreatedAt, PausedAt, DeliveredAt, RevokedAt time.Time
	Failures, Waiting                           int
}

func (r webhookRow) webhook() routing.Webhook {
	w := routing.Webhook{ID: r.ID, URL: r.URL, CreatedAt: utc(r.CreatedAt), Failures: r.Failures, PausedAt: utc(r.PausedAt),
		DeliveredAt: utc(r.DeliveredAt), RevokedAt: utc(r.RevokedAt), Waiting: r.Waiting}
	for _, kind := range r.Kinds {
		w.Kinds = append(w.Kinds, routing.WebhookKind(kind))
	}
	return w
}

const webhookColumns = `w.id, w.url, w.kinds, w.created_at, w.failures, w.paused_at, w.delivered_at, w.revoked_at,
	(SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.delivered_at IS NULL AND d.given_up_at IS NULL) AS waiting FROM webhooks w WHERE `

// Webhooks lists those that are not revoked, the oldest first.
func (s *Store) Webhooks(ctx context.Context) ([]routing.Webhook, error) {
	var rows []webhookRow
	err := s.db.NewRaw(`SELECT `+webhookColumns+`w.revoked_at IS NULL ORDER BY w.created_at, w.id`).Scan(ctx, &rows)
	out := make([]routing.Webhook, len(rows))
	for i, row := range rows {
		out[i] = row.webhook()
	}
	return out, failed("list webhooks", err)
}

// Webhook finds one by its id, also one that was revoked.
func (s *Store) Webhook(ctx context.Context, id routing.ID) (routing.Webhook, error) {
	var row webhookRow
	err := s.db.NewRaw(`SELECT `+webhookColumns+`w.id = ?`, id).Scan(ctx, &row)
	return row.webhook(), failed("find webhook", err)
}

// addWebhook tells of what happens from now on. The sealed secret travels beside the
// text of the statement.
var (
	addWebhook = prepared(`INSERT INTO webhooks (id, url, kinds, sealed, created_by, created_at, seen_event)
		VALUES (?id::uuid, ?url::text, ?kinds::text[], ?sealed::bytea, ?by::uuid, ?at::timestamptz, (SELECT coalesce(max(id), 0) FROM events))`)
	countWebhooks = prepared(`SELECT count(*) AS n FROM webhooks WHERE revoked_at IS NULL`)
	lockWebhooks  = prepared(`SELECT pg_advisory_xact_lock(?key::bigint)`)
)

// webhooksKey is the lock under which webhooks are counted and added.
const webhooksKey = 0x776562686f6f6b // "webhook"

// AddWebhook writes a webhook down with its entry. routing.ErrWebhooks if there are
// as many as there may be; ErrRequestSeen if the request has made one before.
func (s *Store) AddWebhook(ctx context.Context, w routing.Webhook, sealed []byte, e routing.Entry, req routing.Request) error {
	_, err := s.Journalled(ctx, e, req, func(tx bun.Tx, _ *routing.Entry) error {
		if err := s.do(ctx, &tx, lockWebhooks, args{"key": webhooksKey}); err != nil {
			return err
		}
		var live struct{ N int }
		if err := s.ask(ctx, &tx, countWebhooks, args{}, &live); err != nil {
			return err
		}
		if live.N >= routing.MaxWebhooks {
			return routing.ErrWebhooks
		}
		return s.do(ctx, &tx, addWebhook, args{"id": w.ID, "url": w.URL, "kinds": array(w.Kinds), "sealed": sealed, "by": e.ActorID, "at": w.CreatedAt})
	})
	return failed("add webhook", err)
}

// RevokeWebhook ends a webhook with its entry; one that was revoked stays as it is.
func (s *Store) RevokeWebhook(ctx context.Context, id routing.ID, e routing.Entry) error {
	return s.changeWebhook(ctx, id, e, `UPDATE webhooks SET revoked_at = ?at WHERE id = ?id AND revoked_at IS NULL`)
}

// ResumeWebhook lets one that is paused be called again, with its entry.
func (s *Store) ResumeWebhook(ctx context.Context, id routing.ID, e routing.Entry) error {
	return s.changeWebhook(ctx, id, e, `UPDATE webhooks SET paused_at = NULL, failures = 0 WHERE id = ?id AND revoked_at IS NULL AND paused_at IS NOT NULL`)
}

func (s *Store) changeWebhook(ctx context.Context, id routing.ID, e routing.Entry, statement string) error {
	return s.changed(ctx, e, routing.Request{}, func(tx bun.Tx, e *routing.Entry) error {
		done, err := tx.NewRaw(statement, args{"id": id, "at": e.At}).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errUnchanged
		}
		return nil
	})
}

// TestWebhook writes a delivery that tells of nothing, with its entry. The same
// request again writes none.
func (s *Store) TestWebhook(ctx context.Context, webhook, delivery routing.ID, e routing.Entry, req routing.Request) error {
	return s.changed(ctx, e, req, func(tx bun.Tx, e *routing.Entry) error {
		_, err := tx.NewRaw(`INSERT INTO webhook_deliveries (id, webhook_id, kind, at, created_at, not_before) VALUES (?id, ?webhook, ?kind, ?at, ?at, ?at)`,
			args{"id": delivery, "webhook": webhook, "kind": routing.WebhookTest, "at": e.At}).Exec(ctx)
		return err
	})
}

type deliveryRow struct {
	ID, WebhookID, DocumentID, AssignmentID          routing.ID
	Kind                                             routing.WebhookKind
	At, CreatedAt, NotBefore, DeliveredAt, GivenUpAt time.Time
	Attempts, BookYear, Number                       int
	Outcome, URL                                     string
	Sealed                                           []byte
}

func (r deliveryRow) delivery() routing.WebhookDelivery {
	d := routing.WebhookDelivery{ID: r.ID, WebhookID: r.WebhookID, Kind: r.Kind, At: utc(r.At), DocumentID: r.DocumentID, AssignmentID: r.AssignmentID,
		CreatedAt: utc(r.CreatedAt), NotBefore: utc(r.NotBefore), Attempts: r.Attempts, DeliveredAt: utc(r.DeliveredAt), GivenUpAt: utc(r.GivenUpAt), Outcome: r.Outcome}
	if r.DocumentID != "" {
		d.Number = fmt.Sprintf("%d/%d", r.BookYear, r.Number)
	}
	return d
}

// WebhookDeliveries lists what was sent, or is to be, to a webhook, the newest first.
func (s *Store) WebhookDeliveries(ctx context.Context, webhook routing.ID, limit int) ([]routing.WebhookDelivery, error) {
	var rows []deliveryRow
	err := s.db.NewRaw(`SELECT x.id, x.webhook_id, x.kind, x.at, x.document_id, x.assignment_id, x.created_at, x.not_before, x.attempts, x.delivered_at, x.given_up_at, x.outcome,
			d.book_year, d.number
		FROM webhook_deliveries x LEFT JOIN documents d ON d.id = x.document_id WHERE x.webhook_id = ? ORDER BY x.created_at DESC, x.id LIMIT ?`, webhook, limit).Scan(ctx, &rows)
	out := make([]routing.WebhookDelivery, len(rows))
	for i, row := range rows {
		out[i] = row.delivery()
	}
	return out, failed("list deliveries", err)
}

// How events become deliveries: an event that commits late may have a smaller id
// than one seen before, so what is younger than eventsSettle is looked at again.
// Deliveries are kept for a month.
const (
	eventsSettle   = 10 * time.Minute
	deliveriesKept = 30 * 24 * time.Hour
)

// FillWebhooks writes a delivery for each event that a webhook wants to hear of, limit
// at most for each. It follows from the record alone: no act does anything for it.
// Without a webhook it is one look into an empty table.
func (s *Store) FillWebhooks(ctx context.Context, now time.Time, limit int) error {
	var hooks []struct {
		ID        routing.ID
		Kinds     []string `bun:",array"`
		SeenEvent int64
	}
	if err := s.db.NewRaw(`SELECT id, kinds, seen_event FROM webhooks WHERE revoked_at IS NULL`).Scan(ctx, &hooks); err != nil || len(hooks) == 0 {
		return failed("look for webhooks", err)
	}
	acts := routing.WebhookActs()
	for _, hook := range hooks {
		wanted := map[string]bool{}
		for _, kind := range hook.Kinds {
			wanted[kind] = true
		}
		names := map[routing.Act]routing.WebhookKind{}
		for act, kind := range acts {
			if wanted[string(kind)] {
				names[act] = kind
			}
		}
		if err := s.fillWebhook(ctx, hook.ID, names, hook.SeenEvent, now, limit); err != nil {
			return failed("fill the outbox of webhooks", err)
		}
	}
	_, err := s.db.NewRaw(`DELETE FROM webhook_deliveries WHERE created_at < ?`, now.Add(-deliveriesKept)).Exec(ctx)
	return failed("clear the outbox of webhooks", err)
}

func (s *Store) fillWebhook(ctx context.Context, hook routing.ID, names map[routing.Act]routing.WebhookKind, seen int64, now time.Time, limit int) error {
	kinds, err := toJSON(names)
	if err != nil {
		return err
	}
	a := args{"hook": hook, "names": kinds, "seen": seen, "now": now, "settled": now.Add(-eventsSettle), "limit": limit}
	// One statement, so that what is passed over as seen is what was looked at. Where
	// limit cut it, nothing is.
	_, err = s.db.NewRaw(`
		WITH wanted AS MATERIALIZED (
			SELECT e.id, e.kind, e.at, e.document_id, e.assignment_id FROM events e WHERE e.id > ?seen AND ?names::jsonb->>e.kind IS NOT NULL
			  AND NOT EXISTS (SELECT FROM webhook_deliveries x WHERE x.webhook_id = ?hook AND x.event_id = e.id)
			ORDER BY e.id LIMIT ?limit
		), filled AS (
			INSERT INTO webhook_deliveries (id, webhook_id, event_id, kind, at, document_id, assignment_id, created_at, not_before)
			SELECT gen_random_uuid(), ?hook, id, ?names::jsonb->>kind, at, document_id, assignment_id, ?now, ?now FROM wanted
			ON CONFLICT (webhook_id, event_id) DO NOTHING
		)
		UPDATE webhooks SET seen_event = x.id FROM (SELECT max(id) AS id FROM events WHERE id > ?seen AND at < ?settled) x
		WHERE webhooks.id = ?hook AND x.id > webhooks.seen_event AND (SELECT count(*) FROM wanted) < ?limit`, a).Exec(ctx)
	return err
}

// ClaimedDelivery is a delivery whose turn it is, with where it goes.
type ClaimedDelivery struct {
	routing.WebhookDelivery
	URL    string
	Sealed []byte // the secret; whose it is, is the id of the webhook
}

// ClaimDeliveries takes the deliveries whose turn it is, each at most of each webhook
// that is not among busy, for this caller alone until an instant.
func (s *Store) ClaimDeliveries(ctx context.Context, now, until time.Time, each int, busy []routing.ID) ([]ClaimedDelivery, error) {
	var rows []deliveryRow
	err := s.db.NewRaw(`
		WITH turn AS (
			SELECT x.id, w.url, w.sealed FROM webhooks w CROSS JOIN LATERAL (
				SELECT d.id FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.delivered_at IS NULL AND d.given_up_at IS NULL AND d.not_before <= ?now
				ORDER BY d.not_before, d.id LIMIT ?each FOR UPDATE SKIP LOCKED) x
			WHERE w.revoked_at IS NULL AND w.paused_at IS NULL AND w.id <> ALL (?busy::uuid[])
		), taken AS (
			UPDATE webhook_deliveries d SET attempts = d.attempts + 1, not_before = ?until FROM turn WHERE d.id = turn.id
			RETURNING d.id, d.webhook_id, d.event_id, d.kind, d.at, d.document_id, d.assignment_id, d.created_at, d.attempts, turn.url, turn.sealed
		)
		SELECT t.*, d.book_year, d.number FROM taken t LEFT JOIN documents d ON d.id = t.document_id ORDER BY t.webhook_id, t.at, t.event_id`,
		args{"now": now, "until": until, "each": each, "busy": array(busy)}).Scan(ctx, &rows)
	out := make([]ClaimedDelivery, len(rows))
	for i, row := range rows {
		out[i] = ClaimedDelivery{row.delivery(), row.URL, row.Sealed}
	}
	return out, failed("claim deliveries", err)
}

// DeliveryDone writes down that a delivery was accepted.
func (s *Store) DeliveryDone(ctx context.Context, d routing.WebhookDelivery, at time.Time) error {
	_, err := s.db.NewRaw(`WITH d AS (UPDATE webhook_deliveries SET delivered_at = ?at, outcome = '' WHERE id = ?id)
		UPDATE webhooks SET delivered_at = ?at, failures = 0 WHERE id = ?hook`, args{"id": d.ID, "hook": d.WebhookID, "at": at}).Exec(ctx)
	return failed("note a delivery", err)
}

// DeliveryFailed writes down that a delivery was not accepted, and when its turn comes
// again; zero: it is given up. A webhook with too many failures in a row is paused.
func (s *Store) DeliveryFailed(ctx context.Context, d routing.WebhookDelivery, at, again time.Time, outcome string) error {
	_, err := s.db.NewRaw(`WITH d AS (UPDATE webhook_deliveries SET outcome = ?outcome, not_before = coalesce(?again, not_before),
			given_up_at = CASE WHEN ?again IS NULL THEN ?at::timestamptz END WHERE id = ?id)
		UPDATE webhooks SET failures = failures + 1, paused_at = CASE WHEN failures + 1 >= ?most THEN coalesce(paused_at, ?at) ELSE paused_at END WHERE id = ?hook`,
		args{"id": d.ID, "hook": d.WebhookID, "at": at, "again": timeOrNull(again), "outcome": outcome, "most": routing.WebhookPauses}).Exec(ctx)
	return failed("note a delivery", err)
}

// DeliveryUntried gives a delivery back that was not tried.
func (s *Store) DeliveryUntried(ctx context.Context, id routing.ID, at time.Time) error {
	_, err := s.db.NewRaw(`UPDATE webhook_deliveries SET not_before = ?, attempts = greatest(attempts - 1, 0) WHERE id = ?`, at, id).Exec(ctx)
	return failed("give a delivery back", err)
}
