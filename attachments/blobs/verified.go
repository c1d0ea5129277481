package blobs

import (
	"crypto/sha256"
	"fmt"
	"io"
)

// Verified is a stored file that was read to its end and has its sum. It gives
// out what was read then: a piece that has changed since is an error. It needs
// memory for one piece and 32 bytes for each.
type Verified struct {
	o    Object
	size int64
	sums []Sum
	at   int64

	piece  []byte // the last one read
	number int64
}

const pieceSize = 256 << 10

// Verify reads an object to its end. Anything but size bytes with that sum is
// ErrDamaged. The object is closed with what is returned, or at once.
func Verify(o Object, sum Sum, size int64) (*Verified, error) {
	v := &Verified{o: o, size: size, number: -1, piece: make([]byte, 0, pieceSize)}
	if o.Size() != size {
		return nil, damaged(o, fmt.Errorf("%d bytes, not %d", o.Size(), size))
	}
	whole, buf := sha256.New(), make([]byte, pieceSize)
	for at := int64(0); at < size; at += pieceSize {
		data := buf[:min(pieceSize, size-at)]
		if n, err := o.ReadAt(data, at); n < len(data) {
			return nil, damaged(o, err)
		}
		whole.Write(data)
		v.sums = append(v.sums, sha256.Sum256(data))
	}
	if Sum(whole.Sum(nil)) != sum {
		return nil, damaged(o, fmt.Errorf("another sum"))
	}
	return v, nil
}

func damaged(o Object, why error) error {
	_ = o.Close()
	return fmt.Errorf("blobs: %w (%w)", ErrDamaged, why)
}

func sumOf(o Object) (Sum, error) {
	h := sha256.New()
	_, err := io.Copy(h, io.NewSectionReader(o, 0, o.Size()))
	return Sum(h.Sum(nil)), err
}

// Size is how many bytes it has.
func (v *Verified) Size() int64 { return v.size }

// Close gives the file back.
func (v *Verified) Close() error { return v.o.Close() }

// Read reads on, piece by piece, each checked.
func (v *Verified) Read(p []byte) (int, error) {
	if v.at >= v.size {
		return 0, io.EOF
	}
	if err := v.load(v.at / pieceSize); err != nil {
		return 0, err
	}
	n := copy(p, v.piece[v.at%pieceSize:])
	v.at += int64(n)
	return n, nil
}

func (v *Verified) load(number int64) error {
	if number == v.number {
		return nil
	}
	v.piece, v.number = v.piece[:min(pieceSize, v.size-number*pieceSize)], -1
	if n, err := v.o.ReadAt(v.piece, number*pieceSize); n < len(v.piece) {
		return fmt.Errorf("blobs: %w (%w)", ErrDamaged, err)
	}
	if sha256.Sum256(v.piece) != v.sums[number] {
		return fmt.Errorf("blobs: %w (changed while it was read)", ErrDamaged)
	}
	v.number = number
	return nil
}

// Seek moves to where reading goes on.
func (v *Verified) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += v.at
	case io.SeekEnd:
		offset += v.size
	}
	if offset < 0 {
		return v.at, fmt.Errorf("blobs: seek before the beginning")
	}
	v.at = offset
	return offset, nil
}
