package accounts

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var cheap = Params{Memory: 64, Time: 1, Threads: 1}

func TestAPasswordIsKeptWithItsCosts_S01(t *testing.T) {
	t.Parallel()
	h := NewHasher(cheap, 2)
	one, err := h.Hash(t.Context(), "con mèo trèo cây cau")
	require.NoError(t, err)
	two, err := h.Hash(t.Context(), "con mèo trèo cây cau")
	require.NoError(t, err)
	require.NotEqual(t, one, two, "each has a salt of its own")
	require.Regexp(t, `^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`, one)

	right, stale, err := h.Verify(t.Context(), one, "con mèo trèo cây cau")
	require.NoError(t, err)
	require.True(t, right)
	require.False(t, stale)
	right, _, err = h.Verify(t.Context(), one, "con mèo trèo cây cao")
	require.NoError(t, err)
	require.False(t, right)

	dearer := NewHasher(Params{Memory: 128, Time: 2, Threads: 1}, 2)
	right, stale, err = dearer.Verify(t.Context(), one, "con mèo trèo cây cau")
	require.NoError(t, err)
	require.True(t, right, "a hash of other costs is still good")
	require.True(t, stale, "and is renewed")
	right, stale, err = dearer.Verify(t.Context(), one, "sai")
	require.NoError(t, err)
	require.False(t, right || stale)
}

// The hash of the reference implementation (argon2id, m=256, t=2, p=1) of RFC
// 9106's Go port: another program's hashes are read.
func TestAHashIsArgon2id_S01(t *testing.T) {
	t.Parallel()
	h := NewHasher(cheap, 1)
	right, stale, err := h.Verify(t.Context(), "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password")
	require.NoError(t, err)
	require.True(t, right)
	require.True(t, stale)
}

func TestAHashThatWasChangedIsRefused_S01(t *testing.T) {
	t.Parallel()
	h := NewHasher(cheap, 1)
	good, err := h.Hash(t.Context(), "x")
	require.NoError(t, err)
	for _, hash := range []string{
		"x", "$$$$$", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1), good[:len(good)-30],
		strings.Replace(good, "m=64", "m=4294967295", 1), strings.Replace(good, "t=1", "t=99999", 1), strings.Replace(good, "p=1", "p=0", 1),
		strings.Replace(good, "m=64", "m=-1", 1), good + "$",
	} {
		_, _, err := h.Verify(t.Context(), hash, "x")
		require.ErrorIs(t, err, errHash, hash)
	}
}

// Every character counts, wherever it stands: nothing is cut at 72 bytes, folded
// or normalised.
func TestAPasswordIsTakenExactly_S02(t *testing.T) {
	t.Parallel()
	h := NewHasher(cheap, 2)
	base := strings.Repeat("ơ", 64) // 128 bytes
	hash, err := h.Hash(t.Context(), base+"a")
	require.NoError(t, err)
	for _, other := range []string{base + "b", base, base + "A", base + "a ", " " + base + "a"} {
		right, _, err := h.Verify(t.Context(), hash, other)
		require.NoError(t, err)
		require.False(t, right)
	}
	nfc, nfd := "mật khẩu dài", "mâ\u0323t khâ\u0309u dài"
	require.NotEqual(t, nfc, nfd)
	hash, err = h.Hash(t.Context(), nfd)
	require.NoError(t, err)
	right, _, err := h.Verify(t.Context(), hash, nfc)
	require.NoError(t, err)
	require.False(t, right)
	rapid.Check(t, func(t *rapid.T) {
		one, two := rapid.String().Draw(t, "one"), rapid.String().Draw(t, "two")
		hash, err := h.Hash(context.Background(), one)
		require.NoError(t, err)
		right, _, err := h.Verify(context.Background(), hash, two)
		require.NoError(t, err)
		require.Equal(t, one == two, right)
	})
}

// An account that does not exist costs one hash of today's costs, as any other.
func TestNobodyCostsWhatSomebodyDoes_S06(t *testing.T) {
	t.Parallel()
	h := NewHasher(cheap, 2)
	hash, err := h.Hash(t.Context(), "x")
	require.NoError(t, err)
	for _, of := range []string{hash, ""} {
		before := h.Done()
		right, stale, err := h.Verify(t.Context(), of, "y")
		require.NoError(t, err)
		require.False(t, right || stale)
		require.EqualValues(t, 1, h.Done()-before)
	}
	p, salt, key, err := decode(h.decoy)
	require.NoError(t, err)
	require.Equal(t, cheap, p)
	require.Len(t, salt, saltBytes)
	require.Len(t, key, keyBytes)
}

// A flood takes the places there are and no more memory than they cost; who does
// not get one in time is told to come back.
func TestAFloodOfLoginsIsCapped_S07(t *testing.T) {
	h := NewHasher(Params{Memory: 16 << 10, Time: 1, Threads: 1}, 2)
	h.patience = 200 * time.Millisecond
	var most, busy, done atomic.Int64
	stop := make(chan struct{})
	var watch, flood sync.WaitGroup
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak uint64
	watch.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
			most.Store(max(most.Load(), int64(len(h.places))))
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapInuse)
		}
	})
	for range 400 {
		flood.Go(func() {
			switch _, _, err := h.Verify(context.Background(), "", "x"); err {
			case nil:
				done.Add(1)
			case ErrBusy:
				busy.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	flood.Wait()
	close(stop)
	watch.Wait()
	require.LessOrEqual(t, most.Load(), int64(2))
	require.EqualValues(t, 400, done.Load()+busy.Load())
	require.Positive(t, busy.Load(), "the queue is not endless")
	require.Positive(t, done.Load())
	// 400 at once would take 6.4 GB. Two at a time take 32 MB, and the garbage of
	// some more before it is collected.
	require.Less(t, peak, before.HeapInuse+256<<20)

	_, _, err := h.Verify(t.Context(), "", "x")
	require.NoError(t, err, "afterwards it goes on")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	h.places <- struct{}{}
	h.places <- struct{}{}
	_, _, err = h.Verify(gone, "", "x")
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, h.waiting.Load())
}
