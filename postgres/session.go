package postgres

import (
	"context"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// Stage says what still has to be done before a session is one.
type Stage string

// The stages of a session.
const (
	StageCode  Stage = "code"  // the code of the second factor is awaited
	StageEnrol Stage = "enrol" // a second factor has to be enrolled first
	StageFull  Stage = "full"
)

// Session is a login that goes on. The secret that it is known by is not in here.
type Session struct {
	ID        routing.ID
	AccountID routing.ID
	How       string // how it began: password, invitation, oidc
	Stage     Stage
	Network   string // empty: this machine's own
	Device    string // a few words
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
}

// NewSession is a session to begin.
type NewSession struct {
	Session
	Secret   []byte // SHA-256
	Previous []byte // SHA-256 of the session that the same browser had; it ends
	// Known is the SHA-256 of the secret by which the device is known from now on;
	// nil while something still has to be done.
	Known []byte
	Clear []FailureKey // failures that are forgiven
	Undo  []FailureKey // one failure less
}

const sessionColumns = `s.id, s.account_id, s.how, s.stage, s.network, s.device, s.created_at, s.seen_at, s.expires_at`

// liveSession is what makes a session one that somebody may still use.
const liveSession = `s.ended_at IS NULL AND s.expires_at > ?now::timestamptz AND s.seen_at > ?idle::timestamptz`

var (
	insertSession = prepared(`INSERT INTO sessions (id, account_id, secret_sha256, how, stage, network, device, created_at, seen_at, expires_at)
		VALUES (?id::uuid, ?account::uuid, ?secret::bytea, ?how::text, ?stage::text, ?network::text, ?device::text, ?at::timestamptz, ?at::timestamptz, ?expires::timestamptz)`)
	endPrevious = prepared(`UPDATE sessions SET ended_at = ?at::timestamptz, ended_why = 'replaced'
		WHERE secret_sha256 = ?secret::bytea AND ended_at IS NULL`)
	sessionBySecret = prepared(`SELECT s.id AS session_id, s.how, s.stage, s.network, s.device, s.created_at, s.seen_at, s.expires_at, ` + actorColumns + `
		FROM sessions s JOIN accounts a ON a.id = s.account_id AND a.disabled_at IS NULL ` + heldOn + `
		WHERE s.secret_sha256 = ?secret::bytea AND ` + liveSession)
	seeSession   = prepared(`UPDATE sessions SET seen_at = ?now::timestamptz WHERE id = ?id::uuid AND seen_at < ?now::timestamptz AND ended_at IS NULL`)
	listSessions = prepared(`SELECT ` + sessionColumns + ` FROM sessions s
		WHERE s.account_id = ?account::uuid AND ` + liveSession + ` ORDER BY s.seen_at DESC, s.id`)
	advanceSession = prepared(`UPDATE sessions s SET stage = 'full', secret_sha256 = ?secret::bytea, seen_at = ?now::timestamptz, expires_at = ?expires::timestamptz
		WHERE s.id = ?id::uuid AND s.ended_at IS NULL AND s.secret_sha256 = ?was::bytea RETURNING ` + sessionColumns)
	knowDevice = prepared(`WITH device AS (
			INSERT INTO devices AS d (id, account_id, secret_sha256, description, created_at, used_at)
			VALUES (?device::uuid, ?account::uuid, ?known::bytea, ?description::text, ?at::timestamptz, ?at::timestamptz)
			ON CONFLICT (account_id, secret_sha256) DO UPDATE SET used_at = excluded.used_at, description = excluded.description RETURNING d.id
		), forgotten AS (
			DELETE FROM devices WHERE account_id = ?account::uuid AND secret_sha256 <> ?known::bytea AND id IN (
				SELECT id FROM devices WHERE account_id = ?account::uuid ORDER BY used_at DESC OFFSET 20)
		)
		UPDATE sessions SET device_id = device.id FROM device WHERE sessions.id = ?session::uuid`)
	knownDevice  = prepared(`SELECT id FROM devices WHERE account_id = ?account::uuid AND secret_sha256 = ?secret::bytea`)
	dropSessions = prepared(`DELETE FROM sessions WHERE account_id = ?account::uuid AND expires_at < ?before::timestamptz`)
)

// keptSessions is how long a session that is over can still be looked at.
const keptSessions = 30 * 24 * time.Hour

// BeginSession writes a session down, ends the one that the browser had before,
// remembers the device, and forgives what failed before.
func (s *Store) BeginSession(ctx context.Context, n NewSession, e routing.Entry) error {
	_, err := s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, _ *routing.Entry) error {
		if n.Previous != nil {
			if err := s.do(ctx, &tx, endPrevious, args{"secret": n.Previous, "at": n.CreatedAt}); err != nil {
				return err
			}
		}
		err := s.do(ctx, &tx, insertSession, args{"id": n.ID, "account": n.AccountID, "secret": n.Secret, "how": n.How, "stage": n.Stage,
			"network": n.Network, "device": n.Device, "at": n.CreatedAt, "expires": n.ExpiresAt})
		if err != nil {
			return err
		}
		if err := s.do(ctx, &tx, dropSessions, args{"account": n.AccountID, "before": n.CreatedAt.Add(-keptSessions)}); err != nil {
			return err
		}
		return s.settle(ctx, &tx, n)
	})
	return failed("begin session", err)
}

// settle remembers the device of a session and forgives failures.
func (s *Store) settle(ctx context.Context, tx *bun.Tx, n NewSession) error {
	if n.Known != nil {
		err := s.do(ctx, tx, knowDevice, args{"device": NewID(), "account": n.AccountID, "known": n.Known, "description": n.Device,
			"at": n.SeenAt, "session": n.ID})
		if err != nil {
			return err
		}
	}
	return s.forgive(ctx, tx, n.Clear, n.Undo)
}

// AdvanceSession makes a session whole, under a new secret, if was is the one
// that it has, and journals it; do goes into the same transaction. routing.ErrNotFound
// if it has ended.
func (s *Store) AdvanceSession(ctx context.Context, n NewSession, was []byte, e routing.Entry, proof Proof) (session Session, err error) {
	_, err = s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, e *routing.Entry) error {
		if err := s.prove(ctx, &tx, n.AccountID, proof, e); err != nil {
			return err
		}
		err := s.ask(ctx, &tx, advanceSession, args{"id": n.ID, "secret": n.Secret, "was": was, "now": n.SeenAt, "expires": n.ExpiresAt}, &session)
		if err != nil {
			return err
		}
		return s.settle(ctx, &tx, n)
	})
	return session.utc(), failed("advance session", err)
}

func (s Session) utc() Session {
	s.CreatedAt, s.SeenAt, s.ExpiresAt = utc(s.CreatedAt), utc(s.SeenAt), utc(s.ExpiresAt)
	return s
}

// SessionBySecret finds the session of a secret, and who holds it, in the position
// held on a day. It must have been seen since idle. routing.ErrNotFound if there is
// none that is alive, of an account that is.
func (s *Store) SessionBySecret(ctx context.Context, secretSHA256 []byte, now, idle time.Time, day string) (Session, routing.Actor, error) {
	var row struct {
		SessionID                    routing.ID
		How, Network, Device         string
		Stage                        Stage
		CreatedAt, SeenAt, ExpiresAt time.Time
		actorRow                     `bun:",extend"`
	}
	err := s.ask(ctx, nil, sessionBySecret, args{"secret": secretSHA256, "now": now, "idle": idle, "day": day}, &row)
	session := Session{ID: row.SessionID, AccountID: row.AccountID, How: row.How, Stage: row.Stage, Network: row.Network, Device: row.Device,
		CreatedAt: row.CreatedAt, SeenAt: row.SeenAt, ExpiresAt: row.ExpiresAt}
	return session.utc(), row.actor(), failed("find session", err)
}

// SeeSession writes down that a session was used.
func (s *Store) SeeSession(ctx context.Context, id routing.ID, now time.Time) error {
	return failed("see session", s.do(ctx, nil, seeSession, args{"id": id, "now": now}))
}

// Sessions lists the sessions of an account that are alive, the last seen first.
func (s *Store) Sessions(ctx context.Context, account routing.ID, now, idle time.Time) ([]Session, error) {
	var list []Session
	err := s.ask(ctx, nil, listSessions, args{"account": account, "now": now, "idle": idle}, &list)
	for i := range list {
		list[i] = list[i].utc()
	}
	return list, failed("list sessions", err)
}

// SessionByID finds a session that has not ended by somebody's act.
// routing.ErrNotFound if there is none.
func (s *Store) SessionByID(ctx context.Context, id routing.ID) (Session, error) {
	var session Session
	err := s.db.NewRaw(`SELECT `+sessionColumns+` FROM sessions s WHERE s.id = ? AND s.ended_at IS NULL`, id).Scan(ctx, &session)
	return session.utc(), failed("find session", err)
}

// EndSession ends one session. Ended again it changes nothing.
func (s *Store) EndSession(ctx context.Context, id routing.ID, e routing.Entry) error {
	_, err := s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, e *routing.Entry) error {
		return changedOne(tx.NewRaw(`UPDATE sessions SET ended_at = ?, ended_why = ? WHERE id = ? AND ended_at IS NULL`, e.At, e.Kind, id).Exec(ctx))
	})
	return failed("end session", err)
}

// EndSessions ends the sessions of an account but one (empty: all of them) and
// says how many. Nothing is written if there was none.
func (s *Store) EndSessions(ctx context.Context, account, except routing.ID, e routing.Entry) (ended int, err error) {
	_, err = s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, e *routing.Entry) error {
		if ended, err = endSessions(ctx, tx, account, except, string(e.Kind), e.At); err == nil && ended == 0 {
			return routing.ErrNotFound // nothing to write down
		}
		e.Details = map[string]any{"sessions": ended}
		return err
	})
	if ended == 0 && routing.FaultOf(err) == routing.NotFound {
		err = nil
	}
	return ended, failed("end sessions", err)
}

func endSessions(ctx context.Context, tx bun.Tx, account, except routing.ID, why string, at time.Time) (int, error) {
	result, err := tx.NewRaw(`UPDATE sessions SET ended_at = ?at, ended_why = ?why
		WHERE account_id = ?account AND ended_at IS NULL AND expires_at > ?at AND (?except IS NULL OR id <> ?except::uuid)`,
		args{"account": account, "except": orNull(except), "why": why, "at": at.UTC()}).Exec(ctx)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// KnowsDevice says whether an account has logged in on the device with this secret.
func (s *Store) KnowsDevice(ctx context.Context, account routing.ID, secretSHA256 []byte) (bool, error) {
	var found struct{ ID routing.ID }
	err := failed("find device", s.ask(ctx, nil, knownDevice, args{"account": account, "secret": secretSHA256}, &found))
	if err == routing.ErrNotFound {
		return false, nil
	}
	return err == nil, err
}

// Unfinished says whether something still has to be done before it is a session.
func (s Session) Unfinished() bool { return s.ID != "" && s.Stage != StageFull }
