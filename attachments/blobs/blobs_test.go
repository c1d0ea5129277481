package blobs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gocloud.dev/blob/memblob"
)

func folder(t *testing.T) (*Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	f, err := OpenFolder(dir)
	require.NoError(t, err)
	return f, dir
}

func content(n int) ([]byte, Sum) {
	data := bytes.Repeat([]byte("Công văn "), n/11+1)[:n]
	return data, sha256.Sum256(data)
}

func (f *Folder) read(t *testing.T, sum Sum, size int) ([]byte, error) {
	t.Helper()
	o, err := f.Open(t.Context(), sum)
	if err != nil {
		return nil, err
	}
	v, err := Verify(o, sum, int64(size))
	if err != nil {
		return nil, err
	}
	defer v.Close()
	return io.ReadAll(v)
}

func TestNoDamagedByteGoesOut_A30(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	data, sum := content(pieceSize*2 + 100)
	require.NoError(t, f.Keep(t.Context(), sum, bytes.NewReader(data)))
	other, otherSum := content(pieceSize*2 + 99)
	require.NoError(t, f.Keep(t.Context(), otherSum, bytes.NewReader(other)))
	path := f.path(sum)
	for name, damage := range map[string]func() error{
		"flip":          func() error { d := bytes.Clone(data); d[len(d)-1] ^= 1; return os.WriteFile(path, d, 0o600) },
		"truncate":      func() error { return os.Truncate(path, 100) },
		"extend":        func() error { return os.Truncate(path, int64(len(data))+1) },
		"sparse":        func() error { return errors.Join(os.Truncate(path, 0), os.Truncate(path, int64(len(data)))) },
		"swap":          func() error { return os.WriteFile(path, other, 0o600) },
		"missing":       func() error { return os.Remove(path) },
		"symlink":       func() error { return errors.Join(os.Rename(path, path+"x"), os.Symlink(path+"x", path)) },
		"symlink away":  func() error { return errors.Join(os.Remove(path), os.Symlink("/etc/passwd", path)) },
		"dir":           func() error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
		"fifo":          func() error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)) },
		"nothing in it": func() error { return os.Truncate(path, 0) },
	} {
		require.NoError(t, damage(), name)
		got, err := f.read(t, sum, len(data))
		require.Error(t, err, name)
		require.Empty(t, got, name)
		require.NoError(t, os.RemoveAll(path))
		require.NoError(t, os.RemoveAll(path+"x"))
		require.NoError(t, f.Keep(t.Context(), sum, bytes.NewReader(data)), name)
		got, err = f.read(t, sum, len(data))
		require.NoError(t, err, name)
		require.True(t, bytes.Equal(data, got), name)
	}
	require.DirExists(t, dir)
}

// A file that changes between the look and the sending is cut off before the
// first wrong byte, also in a range.
func TestChangedWhileItIsSent_A31(t *testing.T) {
	t.Parallel()
	f, _ := folder(t)
	data, sum := content(pieceSize*3 + 5)
	require.NoError(t, f.Keep(t.Context(), sum, bytes.NewReader(data)))
	o, err := f.Open(t.Context(), sum)
	require.NoError(t, err)
	v, err := Verify(o, sum, int64(len(data)))
	require.NoError(t, err)
	defer v.Close()
	file, err := os.OpenFile(f.path(sum), os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = file.WriteAt([]byte{0}, pieceSize*2+7)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	got, err := io.ReadAll(v)
	require.ErrorIs(t, err, ErrDamaged)
	require.True(t, bytes.Equal(data[:pieceSize*2], got))
	_, err = v.Seek(pieceSize*2+100, io.SeekStart)
	require.NoError(t, err)
	_, err = v.Read(make([]byte, 1))
	require.ErrorIs(t, err, ErrDamaged)
	_, err = v.Seek(-5, io.SeekEnd)
	require.NoError(t, err)
	got, err = io.ReadAll(v)
	require.NoError(t, err)
	require.Equal(t, data[len(data)-5:], got)
}

// F-81, F-82, U-13: another content than was checked is not kept, nor half a one.
func TestOnlyWhatWasCheckedIsKept_U13(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	data, _ := content(1000)
	_, sum := content(999)
	require.ErrorIs(t, f.Keep(t.Context(), sum, bytes.NewReader(data)), ErrDamaged)
	require.Error(t, f.Keep(t.Context(), sum, broken{bytes.NewReader(data)}))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)

	// A damaged one is mended by the next who brings the same.
	good, goodSum := content(999)
	require.NoError(t, os.WriteFile(f.path(goodSum), good[:10], 0o600))
	require.NoError(t, f.Keep(t.Context(), goodSum, bytes.NewReader(good)))
	got, err := f.read(t, goodSum, 999)
	require.NoError(t, err)
	require.Equal(t, good, got)
}

type broken struct{ *bytes.Reader }

func (broken) ReadAt([]byte, int64) (int, error) { return 0, syscall.EIO }

// F-80: a full disk is a refusal that says so, and leaves nothing.
func TestAFullDisk_F80(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	data, sum := content(100)
	err := f.Keep(t.Context(), sum, full{bytes.NewReader(data)})
	require.ErrorIs(t, err, ErrFull)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

type full struct{ *bytes.Reader }

func (full) ReadAt([]byte, int64) (int, error) { return 0, syscall.ENOSPC }

func TestOrphansAreSwept_F82(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	keep := func(n int, age time.Duration) Sum {
		data, sum := content(n)
		require.NoError(t, f.Keep(t.Context(), sum, bytes.NewReader(data)))
		then := time.Now().Add(-age)
		require.NoError(t, os.Chtimes(f.path(sum), then, then))
		return sum
	}
	wanted, orphan, young, late := keep(1, 48*time.Hour), keep(2, 48*time.Hour), keep(3, time.Hour), keep(4, 48*time.Hour)
	half, other := filepath.Join(dir, writing+"1"), filepath.Join(dir, "README")
	died := filepath.Join(dir, sweeping+filepath.Base(f.path(keep(5, 48*time.Hour))))
	_, fifth := content(5)
	require.NoError(t, os.Rename(f.path(fifth), died))
	old := time.Now().Add(-48 * time.Hour)
	for _, name := range []string{half, other} {
		require.NoError(t, os.WriteFile(name, nil, 0o600))
		require.NoError(t, os.Chtimes(name, old, old))
	}
	asked := map[Sum]int{}
	swept, err := f.Sweep(t.Context(), time.Now().Add(-24*time.Hour), func(_ context.Context, sum Sum) (bool, error) {
		asked[sum]++
		return sum == wanted || sum == fifth || sum == late && asked[sum] == 2, nil // a row that comes at that moment
	})
	require.NoError(t, err)
	require.Equal(t, 2, swept)
	for sum, there := range map[Sum]bool{wanted: true, orphan: false, young: true, late: true, fifth: true} {
		_, err := os.Stat(f.path(sum))
		require.Equal(t, there, err == nil)
	}
	require.NoFileExists(t, half)
	require.NoFileExists(t, died)
	require.FileExists(t, other)
	require.Zero(t, asked[young])
}

// Too many open files, and a disk that does not answer, are not a file's fault.
func TestWhatOnlyCouldNotBeOpenedIsNotGone_A30(t *testing.T) {
	t.Parallel()
	f, err := OpenFolder(t.TempDir())
	require.NoError(t, err)
	_, err = f.Open(t.Context(), Sum{1})
	require.True(t, Gone(err), err)
	require.NoError(t, os.Mkdir(f.path(Sum{2}), 0o700))
	_, err = f.Open(t.Context(), Sum{2})
	require.True(t, Gone(err), err)
	require.NoError(t, os.Symlink("/etc/hostname", f.path(Sum{3})))
	_, err = f.Open(t.Context(), Sum{3})
	require.True(t, Gone(err), err)
	for _, errno := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.EIO, syscall.ESTALE} {
		require.False(t, Gone(&fs.PathError{Op: "open", Path: "x", Err: errno}), errno)
	}
	b := Bucket{memblob.OpenBucket(nil)}
	defer b.Close()
	_, err = b.Open(t.Context(), Sum{1})
	require.True(t, Gone(err), err)
}
