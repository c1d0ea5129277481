package postgres

import (
	"context"
	"encoding/hex"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// Factor is a second factor. Its secret is sealed with a key that the record
// does not have.
type Factor struct {
	Sealed      []byte
	BegunAt     time.Time
	ConfirmedAt time.Time // zero: not proved yet
	LastStep    int64     // of the last code that was used
	CodesLeft   int       // recovery codes
}

// Proof is by what a second factor was proved: the step of a code, or the SHA-256
// of a recovery code. Confirms says that it is the first proof, and Codes are then
// the recovery codes from now on, by their SHA-256.
type Proof struct {
	Step     int64
	Recovery []byte
	Confirms bool
	Codes    [][]byte
}

// ErrUsed says that a code was used before.
var ErrUsed = &routing.Error{Fault: routing.NotAllowed, Code: "code-wrong",
	Message: "Mã xác thực chưa đúng hoặc đã dùng; hãy chờ mã mới rồi nhập lại."}

var (
	findFactor = prepared(`SELECT f.sealed, f.begun_at, f.confirmed_at, f.last_step,
			(SELECT count(*) FROM recovery_codes c WHERE c.account_id = f.account_id AND c.used_at IS NULL)::int AS codes_left
		FROM second_factors f WHERE f.account_id = ?account::uuid`)
	beginFactor = prepared(`INSERT INTO second_factors AS f (account_id, sealed, begun_at) VALUES (?account::uuid, ?sealed::bytea, ?at::timestamptz)
		ON CONFLICT (account_id) DO UPDATE SET sealed = excluded.sealed, begun_at = excluded.begun_at, last_step = 0
		WHERE f.confirmed_at IS NULL RETURNING f.account_id`)
	useStep = prepared(`UPDATE second_factors SET last_step = ?step::bigint, confirmed_at = coalesce(confirmed_at, ?at::timestamptz)
		WHERE account_id = ?account::uuid AND last_step < ?step::bigint AND (confirmed_at IS NULL) = ?first::boolean RETURNING account_id`)
	useRecovery = prepared(`UPDATE recovery_codes SET used_at = ?at::timestamptz
		WHERE account_id = ?account::uuid AND sha256 = ?digest::bytea AND used_at IS NULL RETURNING account_id`)
	dropRecovery = prepared(`DELETE FROM recovery_codes WHERE account_id = ?account::uuid`)
	addRecovery  = prepared(`INSERT INTO recovery_codes (account_id, sha256)
		SELECT ?account::uuid, decode(code, 'hex') FROM jsonb_array_elements_text(?codes::jsonb) AS code`)
	dropFactor = prepared(`DELETE FROM second_factors WHERE account_id = ?account::uuid RETURNING account_id`)
)

// Factor finds the second factor of an account, proved or not. routing.ErrNotFound
// if it has none.
func (s *Store) Factor(ctx context.Context, account routing.ID) (Factor, error) {
	var f Factor
	err := s.ask(ctx, nil, findFactor, args{"account": account}, &f)
	f.BegunAt, f.ConfirmedAt = utc(f.BegunAt), utc(f.ConfirmedAt)
	return f, failed("find second factor", err)
}

// BeginFactor stores a second factor that has to be proved, in the place of one
// that was not. routing.ErrNotFound if there is one that was.
func (s *Store) BeginFactor(ctx context.Context, account routing.ID, sealed []byte, at time.Time) error {
	var begun struct{ AccountID routing.ID }
	return failed("begin second factor", s.ask(ctx, nil, beginFactor, args{"account": account, "sealed": sealed, "at": at}, &begun))
}

// prove uses a code up: each works once, whoever is quicker.
func (s *Store) prove(ctx context.Context, tx *bun.Tx, account routing.ID, p Proof, e *routing.Entry) (err error) {
	var used struct{ AccountID routing.ID }
	switch {
	case p.Recovery != nil:
		err = s.ask(ctx, tx, useRecovery, args{"account": account, "digest": p.Recovery, "at": e.At}, &used)
	case p.Step != 0:
		err = s.ask(ctx, tx, useStep, args{"account": account, "step": p.Step, "at": e.At, "first": p.Confirms}, &used)
	default:
		return nil
	}
	if failed("", err) == routing.ErrNotFound {
		return ErrUsed
	}
	if err != nil || !p.Confirms {
		return err
	}
	return s.setRecovery(ctx, tx, account, p.Codes)
}

func (s *Store) setRecovery(ctx context.Context, tx *bun.Tx, account routing.ID, digests [][]byte) error {
	if err := s.do(ctx, tx, dropRecovery, args{"account": account}); err != nil || len(digests) == 0 {
		return err
	}
	codes := make([]string, len(digests))
	for i, d := range digests {
		codes[i] = hex.EncodeToString(d)
	}
	list, err := toJSON(codes)
	if err != nil {
		return err
	}
	return s.do(ctx, tx, addRecovery, args{"account": account, "codes": list})
}

// RemoveFactor takes a second factor and its recovery codes away, ends the
// account's sessions but one, and writes the mails that tell of it.
// routing.ErrNotFound if there is none.
func (s *Store) RemoveFactor(ctx context.Context, account, except routing.ID, proof Proof, mails []routing.Mail, e routing.Entry) error {
	_, err := s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, e *routing.Entry) error {
		if err := s.prove(ctx, &tx, account, proof, e); err != nil {
			return err
		}
		var dropped struct{ AccountID routing.ID }
		if err := s.ask(ctx, &tx, dropFactor, args{"account": account}, &dropped); err != nil {
			return err
		}
		if err := s.setRecovery(ctx, &tx, account, nil); err != nil {
			return err
		}
		if _, err := endSessions(ctx, tx, account, except, string(e.Kind), e.At); err != nil {
			return err
		}
		return s.addMails(ctx, &tx, mails)
	})
	return failed("remove second factor", err)
}
