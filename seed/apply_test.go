package seed

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"congvan/calendar"
	"congvan/local/localtest"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/routing"
)

const today = "2026-11-23"

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }

// newRecord is a record with its tables and nothing in them.
func newRecord(t *testing.T) *postgres.Store {
	t.Helper()
	store := postgres.Open(localtest.Postgres(t), 4)
	t.Cleanup(func() { _ = store.Close() })
	_, err := migrations.Run(t.Context(), store.DB())
	require.NoError(t, err)
	return store
}

func seeded(t *testing.T) *postgres.Store {
	t.Helper()
	store := newRecord(t)
	_, err := Apply(t.Context(), store)
	require.NoError(t, err)
	return store
}

func change(t *testing.T, store *postgres.Store, statement string, args ...any) {
	t.Helper()
	result, err := store.DB().NewRaw(statement, args...).Exec(t.Context())
	require.NoError(t, err)
	n, err := result.RowsAffected()
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

func TestApplyOnceIsEnough(t *testing.T) {
	ctx, store := t.Context(), newRecord(t)
	report, err := Apply(ctx, store)
	require.NoError(t, err)
	require.Equal(t, Report{Units: 30, UnitVersions: 30, Positions: 94, Accounts: 94,
		CalendarDays: len(calendar.Vietnam().Exceptions()), Ladders: 5}, report)

	report, err = Apply(ctx, store)
	require.NoError(t, err)
	require.Zero(t, report)

	units, err := store.Units(ctx, today)
	require.NoError(t, err)
	require.Len(t, units, 30)
	days, err := store.CalendarDays(ctx)
	require.NoError(t, err)
	require.Equal(t, calendar.Vietnam().Exceptions(), days)
	for _, l := range Ladders() {
		stored, version, err := store.NewestLadder(ctx, l.Code)
		require.NoError(t, err)
		require.Equal(t, l, stored)
		require.Equal(t, 1, version)
	}
	deputy, err := store.ActorByName(ctx, "pho.dothi", today)
	require.NoError(t, err)
	require.Equal(t, routing.Actor{AccountID: accountID("pho.dothi"), Username: "pho.dothi", PositionID: PositionID("pho.dothi"),
		UnitID: HaDong().UnitID("quan"), Office: routing.Deputy, Fields: []string{"đô thị"}}, deputy)
}

func TestManySeedAtOnce(t *testing.T) {
	store := newRecord(t)
	for name, seed := range map[string]postgres.Seed{
		"everything": contents(HaDong(), calendar.Vietnam().Exceptions(), Ladders()),
		"one ladder": {Ladders: []routing.Ladder{{Code: "own", Name: "Riêng"}}}, // no row of another table makes one wait for the other
	} {
		reports := make([]Report, 4)
		var group errgroup.Group
		for i := range reports {
			group.Go(func() (err error) {
				reports[i], err = store.Seed(t.Context(), seed)
				return err
			})
		}
		require.NoError(t, group.Wait(), name)
		idle := slices.DeleteFunc(reports, func(r Report) bool { return r != Report{} })
		require.Len(t, idle, 3, "%s: one works, the others find it done", name)
	}
}

func TestApplyKeepsWhatPeopleChanged(t *testing.T) {
	ctx, store := t.Context(), seeded(t)
	change(t, store, `UPDATE calendar_days SET kind = 'worked', reason = 'Trực' WHERE day = '2026-11-24'`)
	change(t, store, `UPDATE unit_versions SET office_hours = '07:30-11:30,13:30-17:30' WHERE code = '09541'`)
	change(t, store, `UPDATE positions SET fields = '{"văn xã","y tế"}' WHERE code = 'pho.vanxa'`)
	change(t, store, `UPDATE accounts SET disabled_at = now() WHERE username = 'quantri'`)
	report, err := Apply(ctx, store)
	require.NoError(t, err)
	require.Zero(t, report)

	var kept bool
	require.NoError(t, store.DB().NewRaw(`SELECT EXISTS (SELECT FROM calendar_days WHERE day = '2026-11-24' AND kind = 'worked')
		AND EXISTS (SELECT FROM unit_versions WHERE code = '09541' AND office_hours LIKE '07:30%')
		AND EXISTS (SELECT FROM positions WHERE code = 'pho.vanxa' AND cardinality(fields) = 2)
		AND EXISTS (SELECT FROM accounts WHERE username = 'quantri' AND disabled_at IS NOT NULL)`).Scan(ctx, &kept))
	require.True(t, kept)
}

func TestAChangedLadderIsANewVersion(t *testing.T) {
	ctx, store := t.Context(), seeded(t)
	change(t, store, `UPDATE ladders SET definition = jsonb_set(definition, '{receipt}', '"2d"') WHERE code = 'normal'`) // an older file
	report, err := Apply(ctx, store)
	require.NoError(t, err)
	require.Equal(t, Report{Ladders: 1}, report)

	newest, version, err := store.NewestLadder(ctx, "normal")
	require.NoError(t, err)
	require.Equal(t, 2, version)
	require.Equal(t, "0d", newest.Receipt.String())
	var old string
	require.NoError(t, store.DB().NewRaw(`SELECT definition ->> 'receipt' FROM ladders WHERE code = 'normal' AND version = 1`).Scan(ctx, &old))
	require.Equal(t, "2d", old)
}

// A later file ends a ward and gives its code to another one.
func TestAMergerIsAFile(t *testing.T) {
	ctx, store := t.Context(), seeded(t)
	merged, err := parseChart(hadongJSON)
	require.NoError(t, err)
	day, err := calendar.Parse("2025-07-01")
	require.NoError(t, err)
	for i, u := range merged.Units {
		if u.Key == "hacau" {
			merged.Units[i].ValidTo = day
		}
	}
	merged.Units = append(merged.Units, Unit{Key: "hadong2025", Kind: "ward", Code: "09556", Name: "UBND phường Hà Đông",
		Parent: "quan", ValidFrom: day, Predecessors: []string{"hacau"}})
	require.NoError(t, merged.check())
	for _, want := range []Report{{Units: 1, UnitVersions: 2}, {}} {
		report, err := store.Seed(ctx, contents(merged, nil, nil))
		require.NoError(t, err)
		require.Equal(t, want, report)
	}
	for on, id := range map[string]routing.ID{"2025-06-30": merged.UnitID("hacau"), "2025-07-01": merged.UnitID("hadong2025")} {
		units, err := store.Units(ctx, on)
		require.NoError(t, err)
		require.Len(t, units, 30)
		for _, u := range units {
			if u.Code == "09556" {
				require.Equal(t, id, u.ID)
			}
		}
	}
}

func TestTokensLogIn(t *testing.T) {
	ctx, store, path := t.Context(), seeded(t), filepath.Join(t.TempDir(), "tokens.json")
	require.NoError(t, Tokens(ctx, store, path))
	tokens, err := ReadTokens(path)
	require.NoError(t, err)
	require.Len(t, tokens, 94)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())

	different := map[string]bool{}
	for username, token := range tokens {
		require.Regexp(t, `^[A-Za-z0-9_-]{43}$`, token)
		different[token] = true
		hash := sha256.Sum256([]byte(token))
		actor, _, err := store.ActorByToken(ctx, hash[:], time.Now(), today)
		require.NoError(t, err)
		require.Equal(t, username, actor.Username)
	}
	require.Len(t, different, 94)
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing half-written stays")
}

func TestTokensRenewOnlyWhatIsMissing(t *testing.T) {
	ctx, store, path := t.Context(), seeded(t), filepath.Join(t.TempDir(), "tokens.json")
	require.NoError(t, Tokens(ctx, store, path))
	before, err := ReadTokens(path)
	require.NoError(t, err)

	require.NoError(t, os.Chmod(path, 0o644))
	require.NoError(t, Tokens(ctx, store, path))
	again, err := ReadTokens(path)
	require.NoError(t, err)
	require.Equal(t, before, again)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())

	// One lost its token in the record, another in the file; a stranger is in the file.
	change(t, store, `UPDATE tokens SET revoked_at = now() WHERE account_id = (SELECT id FROM accounts WHERE username = 'chutich.molao')`)
	delete(again, "vanthu.molao")
	again["khach"] = "abc"
	require.NoError(t, writeTokens(path, again))
	require.NoError(t, Tokens(ctx, store, path))
	after, err := ReadTokens(path)
	require.NoError(t, err)
	require.Equal(t, "abc", after["khach"])
	for username := range before {
		renewed := username == "chutich.molao" || username == "vanthu.molao"
		require.Equal(t, renewed, before[username] != after[username], username)
		hash := sha256.Sum256([]byte(after[username]))
		_, _, err := store.ActorByToken(ctx, hash[:], time.Now(), today)
		require.NoError(t, err, username)
	}
}

func TestTokensAtOnceAgree(t *testing.T) {
	ctx, store, path := t.Context(), seeded(t), filepath.Join(t.TempDir(), "tokens.json")
	var group errgroup.Group
	for range 4 {
		group.Go(func() error { return Tokens(ctx, store, path) })
	}
	require.NoError(t, group.Wait())
	tokens, err := ReadTokens(path)
	require.NoError(t, err)
	for username, token := range tokens {
		hash := sha256.Sum256([]byte(token))
		_, _, err := store.ActorByToken(ctx, hash[:], time.Now(), today)
		require.NoError(t, err, username)
	}
}

func TestTokensRefuseAnotherFile(t *testing.T) {
	ctx, store, path := t.Context(), seeded(t), filepath.Join(t.TempDir(), "notes.txt")
	require.NoError(t, os.WriteFile(path, []byte("shopping list"), 0o600))
	require.ErrorContains(t, Tokens(ctx, store, path), "not a file of tokens")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "shopping list", string(data))

	_, err = ReadTokens(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.Error(t, Tokens(ctx, store, filepath.Join(t.TempDir(), "missing", "tokens.json")))
	var count int
	require.NoError(t, store.DB().NewRaw(`SELECT count(*) FROM tokens`).Scan(ctx, &count))
	require.Zero(t, count, "a file that cannot be written changes nothing")
}
