package blobs

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"congvan/attachments"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// Bucket is a store in a bucket of gocloud.dev: in memory, or with a provider
// whose writes are durable when they return.
type Bucket struct{ *blob.Bucket }

func key(sum Sum) string { return hex.EncodeToString(sum[:]) }

// Keep writes a content under its sum.
func (b Bucket) Keep(ctx context.Context, sum Sum, c attachments.Content) error {
	if o, err := b.Open(ctx, sum); err == nil {
		if found, err := sumOf(o); err == nil && found == sum {
			return nil
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // a writer that is not closed before is given up
	w, err := b.NewWriter(ctx, key(sum), &blob.WriterOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return fmt.Errorf("blobs: keep: %w", err)
	}
	if _, err := io.Copy(w, io.NewSectionReader(c, 0, c.Size())); err != nil {
		cancel()
		return fmt.Errorf("blobs: keep: %w", errors.Join(err, w.Close()))
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("blobs: keep: %w", err)
	}
	return nil
}

// Open opens a file of the bucket.
func (b Bucket) Open(ctx context.Context, sum Sum) (Object, error) {
	about, err := b.Attributes(ctx, key(sum))
	if gcerrors.Code(err) == gcerrors.NotFound {
		err = fmt.Errorf("%w (%w)", fs.ErrNotExist, err)
	}
	if err != nil {
		return nil, err
	}
	return bucketFile{ctx, b.Bucket, key(sum), about.Size}, nil
}

type bucketFile struct {
	ctx    context.Context // of the reading
	bucket *blob.Bucket
	key    string
	size   int64
}

func (f bucketFile) Size() int64  { return f.size }
func (f bucketFile) Close() error { return nil }

func (f bucketFile) ReadAt(p []byte, at int64) (int, error) {
	r, err := f.bucket.NewRangeReader(f.ctx, f.key, at, int64(len(p)), nil)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	n, err := io.ReadFull(r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

// Empty says whether there is no file at all.
func (b Bucket) Empty(ctx context.Context) (bool, error) {
	_, err := b.List(nil).Next(ctx)
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	return false, err
}

// Sweep removes files that nobody refers to, written before an instant.
func (b Bucket) Sweep(ctx context.Context, before time.Time, wanted func(context.Context, Sum) (bool, error)) (swept int, err error) {
	for list := b.List(nil); ; {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return swept, nil
		}
		if err != nil {
			return swept, fmt.Errorf("blobs: sweep: %w", err)
		}
		raw, err := hex.DecodeString(o.Key)
		if err != nil || len(raw) != len(Sum{}) || !o.ModTime.Before(before) {
			continue
		}
		switch is, err := wanted(ctx, Sum(raw)); {
		case err != nil:
			return swept, err
		case !is:
			if err := b.Delete(ctx, o.Key); err != nil {
				return swept, fmt.Errorf("blobs: sweep: %w", err)
			}
			swept++
		}
	}
}
