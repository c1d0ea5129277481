package desk_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/desk"
)

// Every night: what is whole is whole, what is damaged is told once, and is whole
// again when somebody has put it back.
func TestStoredFilesAreLookedAfter_A30(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	first := h.done(h.attach("vanthu.quan", doc, "a.pdf", pdf, noKey))
	h.done(h.attach("vanthu.quan", doc, "b.png", png, noKey))
	night := func(day string) desk.Scrubbed {
		h.Helper()
		h.waitUntil(day + " 02:00")
		page, err := h.desk.Scrub(t.Context(), h.now(), 100, 1<<30)
		require.NoError(t, err)
		require.Equal(t, 2, page.Looked)
		return page
	}
	require.Zero(t, night("2026-11-24").Damaged)

	path := filepath.Join(h.files, sumOf(first))
	require.NoError(t, os.WriteFile(path, pdf[:10], 0o600))
	require.Equal(t, 1, night("2026-11-25").Damaged)
	require.Equal(t, 1, night("2026-11-26").Damaged)
	require.Equal(t, 1, h.count(`journal WHERE kind = 'file-damaged'`), "told once")
	damaged, err := h.desk.DamagedFiles(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, damaged)

	require.NoError(t, os.WriteFile(path, pdf, 0o600))
	require.Zero(t, night("2026-11-27").Damaged)
	damaged, err = h.desk.DamagedFiles(t.Context())
	require.NoError(t, err)
	require.Zero(t, damaged)
}

// A worker that looks into another folder than the API writes to, or whose disk is
// not mounted, says so, and writes nothing of damage.
func TestAStoreThatIsAwayIsNoDamage(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	event := h.done(h.attach("vanthu.quan", h.registered(), "a.pdf", pdf, noKey))
	require.NoError(t, os.Rename(filepath.Join(h.files, sumOf(event)), filepath.Join(t.TempDir(), "elsewhere")))
	h.waitUntil("2026-11-24 02:00")
	_, err := h.desk.Scrub(t.Context(), h.now(), 100, 1<<30)
	require.ErrorIs(t, err, desk.ErrFilesAway)
	require.Zero(t, h.count(`journal WHERE kind = 'file-damaged'`))
	damaged, err := h.desk.DamagedFiles(t.Context())
	require.NoError(t, err)
	require.Zero(t, damaged)
}
