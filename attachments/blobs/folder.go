// Package blobs keeps files under their SHA-256 and gives back what was put in,
// or nothing: every reading is checked against the sum before the first byte goes
// out, and each piece again while it does.
//
// A file is written beside its place, flushed, moved there, and its folder
// flushed, before whoever keeps it writes down that it is there. So there is never
// a row without a file; a file without a row is swept away later.
package blobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"time"

	"congvan/attachments"
	"congvan/routing"
)

// The refusals of the store.
var (
	ErrDamaged = &routing.Error{Fault: routing.Internal, Code: "file-damaged",
		Message: "Tệp lưu trữ không còn nguyên vẹn; hãy báo quản trị hệ thống."}
	ErrFull = &routing.Error{Fault: routing.Unavailable, Code: "storage-full",
		Message: "Kho lưu tệp đã đầy nên chưa lưu được tệp; hãy báo quản trị hệ thống rồi gửi lại."}
)

// Sum is the SHA-256 of a file, which is its name.
type Sum = [32]byte

// Object is a stored file that is open.
type Object interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// Folder is a store in a folder of this machine. Several processes may use it at once.
type Folder struct{ dir string }

// OpenFolder makes the folder if need be, for this user alone.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	return &Folder{dir}, nil
}

func (f *Folder) path(sum Sum) string { return filepath.Join(f.dir, hex.EncodeToString(sum[:])) }

const (
	writing  = ".writing-"
	sweeping = ".sweeping-"
)

// Keep writes a content under its sum unless it is there. The content is hashed
// once more on its way: what was checked is what is kept.
func (f *Folder) Keep(_ context.Context, sum Sum, c attachments.Content) error {
	if f.there(sum, c.Size()) {
		return nil
	}
	err := f.write(sum, c)
	switch {
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("blobs: %w (%w)", ErrFull, err)
	case err != nil:
		return fmt.Errorf("blobs: keep: %w", err)
	}
	return nil
}

// there says whether a whole file of that sum is there, and marks it as wanted
// now: the sweeper leaves it alone until there is a row. A damaged one is written anew.
func (f *Folder) there(sum Sum, size int64) bool {
	now := time.Now()
	if os.Chtimes(f.path(sum), now, now) != nil {
		return false
	}
	o, err := f.Open(context.Background(), sum)
	if err != nil {
		return false
	}
	defer o.Close()
	found, err := sumOf(o)
	return err == nil && found == sum && o.Size() == size
}

func (f *Folder) write(sum Sum, c attachments.Content) (err error) {
	file, err := os.CreateTemp(f.dir, writing+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}()
	h := sha256.New()
	if _, err = io.Copy(io.MultiWriter(file, h), io.NewSectionReader(c, 0, c.Size())); err != nil {
		return err
	}
	if Sum(h.Sum(nil)) != sum {
		return ErrDamaged
	}
	if err = file.Sync(); err == nil {
		err = file.Close()
	}
	if err != nil {
		return err
	}
	if err = os.Rename(file.Name(), f.path(sum)); err != nil {
		return err
	}
	return f.sync()
}

// sync flushes the folder itself: without it, a crash may forget the name.
func (f *Folder) sync() error {
	dir, err := os.Open(f.dir)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// Open opens a file. What stands in its place and is no plain file (a link, a
// folder, a pipe) is not opened.
func (f *Folder) Open(_ context.Context, sum Sum) (Object, error) {
	file, err := os.OpenFile(f.path(sum), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrInvalid
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return plainFile{file, info.Size()}, nil
}

type plainFile struct {
	*os.File
	size int64
}

// Size is its size when it was opened.
func (p plainFile) Size() int64 { return p.size }

// Gone says whether an error of Open means that there is no such file, or something
// else in its place. Anything else (too many open files) says nothing of it.
func Gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) || errors.Is(err, syscall.ELOOP)
}

// Empty says whether there is no file at all: another folder than the one that was
// written to, or a disk that is not there.
func (f *Folder) Empty(context.Context) (bool, error) {
	dir, err := os.Open(f.dir)
	if err != nil {
		return false, fmt.Errorf("blobs: %w", err)
	}
	defer dir.Close()
	for {
		names, err := dir.Readdirnames(100)
		switch {
		case slices.ContainsFunc(names, sumName.MatchString):
			return false, nil
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return false, fmt.Errorf("blobs: %w", err)
		}
	}
}

var sumName = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Sweep removes files that nobody refers to and that were not touched since an
// instant: what was written before a crash and has no row. It returns how many.
// One that is wanted at the same time is moved back, or was written anew.
func (f *Folder) Sweep(ctx context.Context, before time.Time, wanted func(context.Context, Sum) (bool, error)) (swept int, err error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return 0, fmt.Errorf("blobs: sweep: %w", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.ModTime().Before(before) || !info.Mode().IsRegular() {
			continue
		}
		gone, err := f.sweep(ctx, e.Name(), before, wanted)
		if err != nil {
			return swept, fmt.Errorf("blobs: sweep: %w", err)
		}
		if gone {
			swept++
		}
	}
	return swept, nil
}

func (f *Folder) sweep(ctx context.Context, name string, before time.Time, wanted func(context.Context, Sum) (bool, error)) (bool, error) {
	if ok, _ := filepath.Match(writing+"*", name); ok {
		return true, os.Remove(filepath.Join(f.dir, name))
	}
	if rest, ok := cut(name, sweeping); ok { // of a sweeper that died: decide anew
		if err := os.Rename(filepath.Join(f.dir, name), filepath.Join(f.dir, rest)); err != nil {
			return false, err
		}
		name = rest
	}
	if !sumName.MatchString(name) {
		return false, nil // not ours
	}
	raw, _ := hex.DecodeString(name)
	if is, err := wanted(ctx, Sum(raw)); is || err != nil {
		return false, err
	}
	// Out of the way first: whoever keeps the same content from now on writes it
	// anew; whoever found it there a moment ago has touched it.
	from, aside := filepath.Join(f.dir, name), filepath.Join(f.dir, sweeping+name)
	if err := os.Rename(from, aside); err != nil {
		return false, err
	}
	info, err := os.Stat(aside)
	is := err != nil || !info.ModTime().Before(before)
	if !is {
		is, err = wanted(ctx, Sum(raw))
	}
	if is || err != nil {
		return false, errors.Join(err, os.Rename(aside, from))
	}
	return true, os.Remove(aside)
}

func cut(name, prefix string) (string, bool) {
	if len(name) > len(prefix) && name[:len(prefix)] == prefix {
		return name[len(prefix):], true
	}
	return name, false
}
