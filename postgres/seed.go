package postgres

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"congvan/calendar"
	"congvan/routing"

	"github.com/uptrace/bun"
)

// seedLock is the advisory lock under which one process seeds at a time.
const seedLock = 0x73656564 // "seed"

// Seed is what a new installation begins with.
type Seed struct {
	Units     []SeedUnit
	Positions []SeedPosition
	Days      []calendar.Exception
	Ladders   []routing.Ladder
}

// SeedUnit is a unit from one day to another. Several of the same ID are one
// unit that changed its code, name, parent or hours.
type SeedUnit struct {
	ID          routing.ID    `json:"id"`
	ParentID    routing.ID    `json:"parent_id,omitempty"`
	Kind        string        `json:"kind"`
	Code        string        `json:"code"`
	Name        string        `json:"name"`
	ValidFrom   calendar.Date `json:"valid_from"`
	ValidTo     calendar.Date `json:"valid_to,omitzero"` // the first day it no longer holds
	OfficeHours string        `json:"office_hours"`
	OnDuty      bool          `json:"on_duty,omitempty"` // it keeps a duty roster
}

// SeedPosition is a position with the account that is named after its code.
type SeedPosition struct {
	ID        routing.ID     `json:"id"`
	AccountID routing.ID     `json:"account_id"`
	UnitID    routing.ID     `json:"unit_id"`
	Code      string         `json:"code"`
	Title     string         `json:"title"`
	Office    routing.Office `json:"office"`
	Fields    []string       `json:"fields,omitempty"`
	ValidFrom calendar.Date  `json:"valid_from"`
	ValidTo   calendar.Date  `json:"valid_to,omitzero"`
}

// Seeded counts the rows that a seed added or ended.
type Seeded struct {
	Units, UnitVersions, Positions, Accounts, CalendarDays, Ladders int
}

// Seed adds what is missing, in one transaction; processes that seed at once
// follow one another. What is there stays as people made it, with two
// exceptions: a version of a unit or a position that is open is ended on the
// day that the seed names, and a ladder whose newest version differs from the
// seed's, and was not made by a person, gets a new version.
func (s *Store) Seed(ctx context.Context, seed Seed) (done Seeded, err error) {
	type day struct {
		Day    calendar.Date    `json:"day"`
		Kind   calendar.DayKind `json:"kind"`
		Reason string           `json:"reason"`
		Source string           `json:"source"`
	}
	days := make([]day, len(seed.Days))
	for i, d := range seed.Days {
		days[i] = day{d.Date, d.Kind, d.Reason, d.Source}
	}
	type ladder struct {
		Code       string         `json:"code"`
		Definition routing.Ladder `json:"definition"`
	}
	ladders := make([]ladder, len(seed.Ladders))
	for i, l := range seed.Ladders {
		ladders[i] = ladder{l.Code, l}
	}
	err = s.inTx(ctx, func(tx bun.Tx) error {
		done = Seeded{}
		if err := holdSeedLock(ctx, tx); err != nil {
			return err
		}
		for _, step := range []struct {
			count     *int
			statement string
			rows      any
		}{
			{&done.Units, seedUnits, seed.Units},
			{&done.UnitVersions, seedUnitVersions, seed.Units},
			{&done.Positions, seedPositions, seed.Positions},
			{&done.Accounts, seedAccounts, seed.Positions},
			{&done.CalendarDays, seedDays, days},
			{&done.Ladders, seedLadders, ladders},
		} {
			if *step.count, err = changeRows(ctx, tx, step.statement, step.rows); err != nil {
				return err
			}
		}
		return keepSessions(ctx, tx, time.Now(), firstOf(seed.Days, done.CalendarDays))
	})
	return done, err
}

// firstOf is the first of the days, if any of them were added: the sessions from
// then on may be others.
func firstOf(days []calendar.Exception, added int) (first calendar.Date) {
	if added == 0 {
		return first
	}
	return slices.MinFunc(days, func(a, b calendar.Exception) int { return a.Date.Compare(b.Date) }).Date
}

// The order by valid_from lets a file end one unit and give its code to
// another: the code has to be free when the second comes.
const (
	seedUnits = `
		INSERT INTO units (id, kind)
		SELECT DISTINCT r.id, r.kind FROM jsonb_to_recordset(?rows) AS r(id uuid, kind text)
		ON CONFLICT (id) DO NOTHING`
	seedUnitVersions = `
		INSERT INTO unit_versions AS v (unit_id, valid_from, valid_to, code, name, parent_id, office_hours, on_duty)
		SELECT r.id, r.valid_from, r.valid_to, r.code, r.name, r.parent_id, r.office_hours, coalesce(r.on_duty, false)
		FROM jsonb_to_recordset(?rows) AS r(id uuid, parent_id uuid, code text, name text, valid_from date, valid_to date, office_hours text, on_duty boolean)
		ORDER BY r.valid_from, r.code
		ON CONFLICT (unit_id, valid_from) DO UPDATE SET valid_to = excluded.valid_to
		WHERE v.valid_to IS NULL AND excluded.valid_to IS NOT NULL`
	seedPositions = `
		INSERT INTO positions AS p (id, unit_id, code, title, office, fields, valid_from, valid_to)
		SELECT r.id, r.unit_id, r.code, r.title, r.office, coalesce(r.fields, '{}'), r.valid_from, r.valid_to
		FROM jsonb_to_recordset(?rows) AS r(id uuid, unit_id uuid, code text, title text, office text, fields text[], valid_from date, valid_to date)
		ON CONFLICT (id) DO UPDATE SET valid_to = excluded.valid_to
		WHERE p.valid_to IS NULL AND excluded.valid_to IS NOT NULL`
	seedAccounts = `
		INSERT INTO accounts (id, username, position_id)
		SELECT r.account_id, r.code, r.id FROM jsonb_to_recordset(?rows) AS r(account_id uuid, code text, id uuid)
		ON CONFLICT (id) DO NOTHING`
	seedDays = `
		INSERT INTO calendar_days (day, kind, reason, source)
		SELECT r.day, r.kind, r.reason, r.source FROM jsonb_to_recordset(?rows) AS r(day date, kind text, reason text, source text)
		WHERE NOT EXISTS (SELECT FROM calendar_changes c WHERE c.day = r.day)
		ON CONFLICT (day) DO NOTHING`
	seedLadders = `
		INSERT INTO ladders (code, version, definition)
		SELECT r.code, coalesce(newest.version, 0) + 1, r.definition
		FROM jsonb_to_recordset(?rows) AS r(code text, definition jsonb)
		LEFT JOIN LATERAL (
			SELECT l.version, l.definition, l.changed_by FROM ladders l WHERE l.code = r.code ORDER BY l.version DESC LIMIT 1
		) newest ON true
		WHERE newest.definition IS DISTINCT FROM r.definition AND newest.changed_by IS NULL`
)

func holdSeedLock(ctx context.Context, tx bun.Tx) error {
	_, err := tx.NewRaw(`SELECT pg_advisory_xact_lock(?)`, seedLock).Exec(ctx)
	return err
}

// changeRows runs a statement over a list of rows and counts those it changed.
func changeRows(ctx context.Context, tx bun.Tx, statement string, rows any) (int, error) {
	list, err := toJSON(rows)
	if err != nil || list == "null" { // a nil slice: no rows
		return 0, err
	}
	result, err := tx.NewRaw(statement, args{"rows": list}).Exec(ctx)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// An account has one token of the seed at a time, for everything that it may do.
const (
	revokeSeedTokens = `
		UPDATE tokens t SET revoked_at = now() FROM jsonb_to_recordset(?rows) AS r(username text, hash text)
		JOIN accounts a ON a.username = r.username WHERE t.account_id = a.id AND t.of_seed AND t.revoked_at IS NULL`
	addSeedTokens = `
		INSERT INTO tokens (id, account_id, name, scopes, sha256, of_seed, created_at, expires_at)
		SELECT gen_random_uuid(), a.id, 'demo', array['read', 'act', 'administer'], decode(r.hash, 'hex'), true, now(), now() + interval '365 days'
		FROM jsonb_to_recordset(?rows) AS r(username text, hash text) JOIN accounts a ON a.username = r.username`
)

// RenewTokens hands f the SHA-256 of the token of each account in usernames
// that exists and is not disabled (nil: it has none) and stores those that f
// returns. Nobody else seeds while f runs; what f returns is committed after
// it, or not at all.
func (s *Store) RenewTokens(ctx context.Context, usernames []string, f func(current map[string][]byte) (renewed map[string][]byte, err error)) error {
	return s.inTx(ctx, func(tx bun.Tx) error {
		if err := holdSeedLock(ctx, tx); err != nil {
			return err
		}
		var accounts []struct {
			Username string
			SHA256   []byte `bun:"sha256"`
		}
		err := tx.NewRaw(`SELECT a.username, (SELECT t.sha256 FROM tokens t WHERE t.account_id = a.id AND t.of_seed
				AND t.revoked_at IS NULL AND t.expires_at > now() ORDER BY t.created_at DESC, t.id LIMIT 1) AS sha256
			FROM accounts a WHERE a.username IN (?) AND a.disabled_at IS NULL ORDER BY a.username FOR UPDATE`, bun.List(usernames)).Scan(ctx, &accounts)
		if err != nil {
			return err
		}
		current := make(map[string][]byte, len(accounts))
		for _, a := range accounts {
			current[a.Username] = a.SHA256
		}
		renewed, err := f(current)
		if err != nil || len(renewed) == 0 {
			return err
		}
		hashes := make([]map[string]string, 0, len(renewed))
		for username, hash := range renewed {
			hashes = append(hashes, map[string]string{"username": username, "hash": hex.EncodeToString(hash)})
		}
		for _, statement := range []string{revokeSeedTokens, addSeedTokens} {
			if _, err = changeRows(ctx, tx, statement, hashes); err != nil {
				return err
			}
		}
		return nil
	})
}
