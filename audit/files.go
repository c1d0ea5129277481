package audit

import (
	"context"
	"crypto/sha256"
	"io"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// Bucket reads attachments where the desk keeps them: under their SHA-256.
type Bucket struct{ *blob.Bucket }

// Sum reads a content and says what it is. ErrNoFile if there is none.
func (b Bucket) Sum(ctx context.Context, key string) (sum [32]byte, size int64, err error) {
	in, err := b.NewReader(ctx, key, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return sum, 0, ErrNoFile
	} else if err != nil {
		return sum, 0, err
	}
	defer in.Close() //nolint:errcheck // it is only read
	hash := sha256.New()
	size, err = io.Copy(hash, in)
	return [32]byte(hash.Sum(nil)), size, err
}
