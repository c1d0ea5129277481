package staging

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"congvan/attachments"
	"congvan/routing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"
)

const canary = "CANARY-7f3a Kế hoạch phòng thủ"

func open(t testing.TB, limits Limits) *Area {
	t.Helper()
	a, err := Open(t.TempDir(), limits, nil)
	require.NoError(t, err)
	t.Cleanup(a.Close)
	return a
}

func noise(n int) []byte {
	data := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(data)
	return data
}

// Whatever is sent in whatever pieces, from wherever it is read, is what came.
func TestWhatIsReadIsWhatCame(t *testing.T) {
	t.Parallel()
	a := open(t, Limits{AccountOpen: 1 << 20, Open: 1 << 20})
	rapid.Check(t, func(t *rapid.T) {
		data := noise(rapid.SampledFrom([]int{1, piece - 1, piece, piece + 1, 3*piece + 17, 5 * piece}).Draw(t, "size"))
		u, err := a.Begin("a", "a.pdf", int64(len(data)))
		require.NoError(t, err)
		defer a.Remove(u)
		for u.Offset() < int64(len(data)) {
			rest := data[u.Offset():]
			rest = rest[:rapid.IntRange(1, len(rest)).Draw(t, "piece")]
			if rapid.Bool().Draw(t, "breaks") {
				_, err = u.Append(u.Offset(), io.MultiReader(bytes.NewReader(rest), iotest.ErrReader(io.ErrUnexpectedEOF)))
				require.True(t, BrokenOff(err))
			} else {
				_, err = u.Append(u.Offset(), bytes.NewReader(rest))
				require.NoError(t, err)
			}
		}
		if !u.Whole() { // the last piece broke behind its last byte
			require.ErrorIs(t, u.Hold(nil), ErrIncomplete)
			_, err = u.Append(u.Offset(), bytes.NewReader(nil))
			require.NoError(t, err)
		}
		require.NoError(t, u.Hold(func(c Content) error {
			require.Equal(t, sha256.Sum256(data), c.Sum())
			require.Equal(t, int64(len(data)), c.Size())
			from := rapid.IntRange(0, len(data)-1).Draw(t, "from")
			part := make([]byte, rapid.IntRange(0, len(data)-from).Draw(t, "bytes"))
			n, err := c.ReadAt(part, int64(from))
			require.True(t, err == nil || errors.Is(err, io.EOF))
			require.Equal(t, len(part), n)
			require.True(t, bytes.Equal(data[from:from+n], part))
			_, err = c.ReadAt(make([]byte, 1), c.Size())
			require.ErrorIs(t, err, io.EOF)
			return nil
		}))
	})
}

// M-02: in mid-upload the folder is empty, and the file without a name holds noise.
func TestNoTraceOnTheDisk_M02(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, err := Open(dir, Limits{}, nil)
	require.NoError(t, err)
	u, err := a.Begin("a", canary+".pdf", -1)
	require.NoError(t, err)
	_, err = u.Append(0, io.MultiReader(strings.NewReader(strings.Repeat(canary, 20_000)), iotest.ErrReader(io.ErrUnexpectedEOF)))
	require.True(t, BrokenOff(err))
	names, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, names, "a file without a name ends with the process, however that ends")
	onDisk, err := os.ReadFile(fmt.Sprintf("/proc/self/fd/%d", u.file.Fd()))
	require.NoError(t, err)
	require.Greater(t, len(onDisk), 8*piece)
	require.NotContains(t, string(onDisk), "CANARY")

	// A piece that was changed on the disk is an error, never other bytes.
	_, err = u.file.WriteAt([]byte{onDisk[100] ^ 1}, 100)
	require.NoError(t, err)
	_, err = Content{u: u, size: u.offset}.ReadAt(make([]byte, 10), 50)
	require.Error(t, err)

	a.Remove(u)
	_, err = Content{u: u, size: 10}.ReadAt(make([]byte, 1), 0)
	require.ErrorIs(t, err, errEnded)
	_, err = a.Find("a", u.ID)
	require.ErrorIs(t, err, routing.ErrNotFound)
}

func TestWhatAnotherLifeLeftIsWiped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	left, other := filepath.Join(dir, "123"+suffix), filepath.Join(dir, "notes.txt")
	require.NoError(t, os.WriteFile(left, []byte("x"), 0o600))
	require.NoError(t, os.WriteFile(other, []byte("x"), 0o600))
	_, err := Open(dir, Limits{}, nil)
	require.NoError(t, err)
	require.NoFileExists(t, left)
	require.FileExists(t, other)
}

// U-09, U-15: sizes at the limit, lengths that lie, too many, too much.
func TestLimits_U09_U15(t *testing.T) {
	t.Parallel()
	a := open(t, Limits{File: 1000, Scan: 2000, Account: 2500, Total: 3000, AccountOpen: 3, Open: 4})
	for _, c := range []struct {
		name       string
		size, sent int
		want       error
	}{
		{"a.docx", 1000, 1000, nil}, {"a.docx", -1, 1000, nil}, {"a.docx", 1001, 0, attachments.ErrTooLarge}, {"a.docx", -1, 1001, attachments.ErrTooLarge},
		{"a.pdf", 2000, 2000, nil}, {"a.pdf", -1, 2001, attachments.ErrTooLarge}, {"a.pdf", 10, 11, attachments.ErrTooLarge}, {"a.pdf", 10, 9, nil},
	} {
		u, err := a.Begin("a", c.name, int64(c.size))
		if err == nil {
			_, err = u.Append(0, bytes.NewReader(make([]byte, c.sent)))
			require.Equal(t, c.want == nil && (c.size < 0 || c.size == c.sent), u.Whole())
			a.Remove(u)
		}
		require.ErrorIs(t, err, c.want, "%v", c)
	}
	short, err := a.Begin("a", "a.pdf", 10)
	require.NoError(t, err)
	_, err = short.Append(0, bytes.NewReader(make([]byte, 11)))
	require.ErrorContains(t, err, "nhiều hơn dung lượng đã báo trước (10 byte)", "not: larger than 100 MB")
	a.Remove(short)
	uploads, bytes := a.Used()
	require.Zero(t, uploads)
	require.Zero(t, bytes, "room comes back")

	first, err := a.Begin("a", "a.pdf", 2000)
	require.NoError(t, err)
	_, err = a.Begin("a", "b.pdf", 600)
	require.ErrorIs(t, err, ErrQuota, "bytes of one account")
	_, err = a.Begin("b", "b.pdf", 1100)
	require.ErrorIs(t, err, ErrFull, "bytes in all")
	_, err = a.Begin("a", "b.pdf", 1)
	require.NoError(t, err)
	_, err = a.Begin("a", "c.pdf", 1)
	require.NoError(t, err)
	_, err = a.Begin("a", "d.pdf", 1)
	require.ErrorIs(t, err, ErrQuota, "files of one account")
	_, err = a.Begin("b", "e.pdf", 1)
	require.NoError(t, err)
	_, err = a.Begin("c", "f.pdf", 1)
	require.ErrorIs(t, err, ErrFull, "files in all")
	_, err = a.Find("b", first.ID)
	require.ErrorIs(t, err, routing.ErrNotFound, "another's upload does not exist")
}

func TestUploadsExpire(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	a, err := Open(t.TempDir(), Limits{}, func() time.Time { return now })
	require.NoError(t, err)
	slow, err := a.Begin("a", "a.pdf", 2)
	require.NoError(t, err)
	whole, err := a.Begin("a", "a.pdf", 1)
	require.NoError(t, err)
	_, err = whole.Append(0, strings.NewReader("x"))
	require.NoError(t, err)
	now = now.Add(59 * time.Minute)
	_, err = slow.Append(0, strings.NewReader("x"))
	require.NoError(t, err)
	now = now.Add(59 * time.Minute)
	_, err = a.Find("a", slow.ID)
	require.NoError(t, err, "it was gone on with")
	now = now.Add(time.Minute)
	_, err = a.Find("a", slow.ID)
	require.ErrorIs(t, err, routing.ErrNotFound)
	_, err = a.Find("a", whole.ID)
	require.NoError(t, err)
	now = now.Add(22*time.Hour + time.Minute)
	_, err = a.Find("a", whole.ID)
	require.ErrorIs(t, err, routing.ErrNotFound)
}

func TestTwoConnectionsDoNotMix(t *testing.T) {
	t.Parallel()
	a := open(t, Limits{})
	u, err := a.Begin("a", "a.pdf", 10)
	require.NoError(t, err)
	r, w := io.Pipe()
	var first errgroup.Group
	first.Go(func() error { _, err := u.Append(0, r); return err })
	_, err = w.Write([]byte("12345"))
	require.NoError(t, err)
	_, err = u.Append(0, strings.NewReader("abcde"))
	require.ErrorIs(t, err, ErrBusy)
	_, err = w.Write([]byte("67890"))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, first.Wait())
	_, err = u.Append(4, strings.NewReader("x"))
	require.ErrorIs(t, err, ErrOffset)
	require.True(t, u.Whole())
}

// Fifty at once, of 4 MB each: each is what it was, and memory is a piece for each.
func TestFiftyAtOnce(t *testing.T) {
	t.Parallel()
	a := open(t, Limits{Total: 1 << 40, AccountOpen: 100, Account: 1 << 40})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var all errgroup.Group
	uploads := make([]*Upload, 50)
	for i := range uploads {
		all.Go(func() (err error) {
			if uploads[i], err = a.Begin("a", "a.pdf", -1); err == nil {
				_, err = uploads[i].Append(0, io.LimitReader(rand.NewChaCha8([32]byte{byte(i)}), 4<<20))
			}
			return err
		})
	}
	require.NoError(t, all.Wait())
	runtime.GC()
	runtime.ReadMemStats(&after)
	require.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(50*4*piece), "200 MB came in")
	for i, u := range uploads {
		h := sha256.New()
		_, _ = io.Copy(h, io.LimitReader(rand.NewChaCha8([32]byte{byte(i)}), 4<<20))
		require.NoError(t, u.Hold(func(c Content) error {
			require.Equal(t, [32]byte(h.Sum(nil)), c.Sum())
			return nil
		}))
	}
}
