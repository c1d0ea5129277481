package seed_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/accounts"
	"congvan/local/localtest"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/seed"
)

// One password for the demo accounts, drawn for each installation, hashed once;
// what people chose stays.
func TestTheDemoPasswordIsDrawn_S08(t *testing.T) {
	t.Parallel()
	store := postgres.Open(localtest.Postgres(t), 4)
	t.Cleanup(func() { _ = store.Close() })
	_, err := migrations.Run(t.Context(), store.DB())
	require.NoError(t, err)
	_, err = seed.Apply(t.Context(), store)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "demo-password")
	hasher := accounts.NewHasher(accounts.Params{Memory: 64, Time: 1, Threads: 1}, 1)
	hashes := func() (list []string) {
		require.NoError(t, store.DB().NewRaw(`SELECT DISTINCT coalesce(password_hash, '') FROM accounts ORDER BY 1`).Scan(t.Context(), &list))
		return list
	}
	require.Equal(t, []string{""}, hashes(), "without this call nobody has a password")

	require.NoError(t, seed.Password(t.Context(), store, path, hasher))
	require.EqualValues(t, 1, hasher.Done())
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	first, err := seed.ReadPassword(path)
	require.NoError(t, err)
	require.Regexp(t, `^([a-z2-7]{4}-){3}[a-z2-7]{4}$`, first)
	require.Empty(t, accounts.Check(first, nil))
	one := hashes()
	require.Len(t, one, 1)
	right, _, err := hasher.Verify(t.Context(), one[0], first)
	require.NoError(t, err)
	require.True(t, right)

	require.NoError(t, seed.Password(t.Context(), store, path, hasher))
	require.Equal(t, one, hashes(), "the next start changes nothing")

	_, err = store.DB().ExecContext(t.Context(), `UPDATE accounts SET password_hash = 'own', password_changed_at = now() WHERE username = 'vanthu.quan'`)
	require.NoError(t, err)
	require.NoError(t, os.Remove(path))
	require.NoError(t, seed.Password(t.Context(), store, path, hasher))
	second, err := seed.ReadPassword(path)
	require.NoError(t, err)
	require.NotEqual(t, first, second)
	two := hashes()
	require.Len(t, two, 2)
	require.Contains(t, two, "own")
	require.NotContains(t, two, one[0])

	for _, fixed := range []string{"123456", "password", "", "congvan"} {
		require.NoError(t, os.WriteFile(path, []byte(fixed), 0o600))
		require.Error(t, seed.Password(t.Context(), store, path, hasher), fixed)
	}
	require.NoError(t, os.WriteFile(path, []byte(second), 0o600))
	require.NoError(t, os.Chmod(path, 0o644))
	require.ErrorContains(t, seed.Password(t.Context(), store, path, hasher), "chmod 600")
	require.Equal(t, two, hashes())
}
