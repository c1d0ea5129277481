package staging

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"sync"
	"time"

	"congvan/attachments"
)

// piece is how much is sealed at a time. A piece is written once, when it is
// full or the last, so its number is its nonce.
const piece = 64 << 10

// Upload is a file on its way in. Owner, Name and Size never change.
type Upload struct {
	ID, Owner, Name string
	Size            int64 // -1: not known before its end

	area     *Area
	began    time.Time
	busy     sync.Mutex // held by whoever appends to it or ends it
	reserved int64      // under area.mu

	mu      sync.RWMutex // over what follows
	file    *os.File     // nil: ended
	seal    cipher.AEAD
	tail    []byte // of the piece that is not full yet
	offset  int64
	sum     hash.Hash
	touched time.Time
	whole   bool
	noted   any
}

// Note keeps something with the upload, for whoever checks it.
func (u *Upload) Note(v any) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.noted = v
}

// Noted is what was noted last.
func (u *Upload) Noted() any {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.noted
}

func (u *Upload) create(dir string) error {
	file, err := os.CreateTemp(dir, "*"+suffix)
	if err != nil {
		return failed("make a file", err)
	}
	// Without a name it is gone with the process, however that ends.
	if err := os.Remove(file.Name()); err != nil {
		_ = file.Close()
		return failed("make a file", err)
	}
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails
	block, err := aes.NewCipher(key[:])
	clear(key[:])
	if err == nil {
		u.seal, err = cipher.NewGCM(block)
	}
	if err != nil {
		_ = file.Close()
		return failed("make a key", err)
	}
	u.file, u.sum, u.tail = file, sha256.New(), make([]byte, 0, piece)
	return nil
}

func failed(what string, err error) error {
	if outOfRoom(err) {
		return fmt.Errorf("staging: %s: %w (%w)", what, ErrFull, err)
	}
	return fmt.Errorf("staging: %s: %w", what, err)
}

// Append takes in what comes, from an offset that has to be where the upload
// stands, and says how much came. What came before the sender broke off stays.
// Whoever sends more than he said, or than is taken, is refused and the upload
// ended; so it is when it cannot be written.
func (u *Upload) Append(offset int64, content io.Reader) (n int64, err error) {
	if !u.busy.TryLock() {
		return 0, ErrBusy
	}
	defer u.busy.Unlock()
	if offset != u.Offset() || u.Whole() {
		return 0, ErrOffset.With("offset", u.Offset())
	}
	buf := make([]byte, piece)
	for {
		read, err := content.Read(buf)
		if addErr := u.add(buf[:read]); addErr != nil {
			u.area.Remove(u)
			return n, addErr
		}
		n += int64(read)
		switch {
		case errors.Is(err, io.EOF):
			return n, u.finishIf(u.Size < 0 || u.Offset() == u.Size)
		case err != nil:
			return n, fmt.Errorf("staging: %w", brokenOff{err})
		}
	}
}

// brokenOff marks that the sender, not this side, ended an upload.
type brokenOff struct{ error }

func (b brokenOff) Unwrap() error { return b.error }

// BrokenOff says whether an error of Append is the sender's.
func BrokenOff(err error) bool {
	var b brokenOff
	return errors.As(err, &b)
}

func (u *Upload) add(data []byte) error {
	limit := u.area.limitFor(u.Name)
	u.mu.Lock()
	defer u.mu.Unlock()
	after := u.offset + int64(len(data))
	switch {
	case u.file == nil || after > limit:
		return u.area.tooLarge(u.Name)
	case u.Size >= 0 && after > u.Size:
		return attachments.ErrTooLarge.Saying("Dữ liệu gửi lên nhiều hơn dung lượng đã báo trước (%d byte); hãy gửi lại tệp từ đầu.", u.Size)
	}
	u.area.mu.Lock()
	err := u.area.reserve(u, after)
	u.area.mu.Unlock()
	if err != nil {
		return err
	}
	u.touched = u.area.now()
	u.sum.Write(data)
	for len(data) > 0 {
		n := min(len(data), piece-len(u.tail))
		u.tail, data = append(u.tail, data[:n]...), data[n:]
		u.offset += int64(n)
		if len(u.tail) == piece {
			if err := u.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush seals the piece in memory and writes it; u.mu is held.
func (u *Upload) flush() error {
	number := (u.offset - 1) / piece
	sealed := u.seal.Seal(nil, nonce(number), u.tail, nil)
	if _, err := u.file.WriteAt(sealed, number*int64(piece+u.seal.Overhead())); err != nil {
		return failed("write", err)
	}
	clear(u.tail)
	u.tail = u.tail[:0]
	return nil
}

func nonce(number int64) []byte {
	n := make([]byte, 12)
	binary.BigEndian.PutUint64(n[4:], uint64(number))
	return n
}

func (u *Upload) finishIf(whole bool) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !whole {
		return nil
	}
	if len(u.tail) > 0 {
		if err := u.flush(); err != nil {
			return err
		}
	}
	u.whole = true
	return nil
}

// Offset is how much of it is here.
func (u *Upload) Offset() int64 {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.offset
}

// Whole says whether all of it is here.
func (u *Upload) Whole() bool {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.whole
}

// Expires is when it ends by itself.
func (u *Upload) Expires() time.Time {
	u.mu.RLock()
	defer u.mu.RUnlock()
	at := u.began.Add(u.area.limits.Life)
	if idle := u.touched.Add(u.area.limits.Idle); !u.whole && idle.Before(at) {
		return idle
	}
	return at
}

// Hold runs f while nobody else appends to the upload or ends it. It has to be
// whole: ErrIncomplete, or routing's not found if it has ended.
func (u *Upload) Hold(f func(Content) error) error {
	u.busy.Lock()
	defer u.busy.Unlock()
	if !u.Whole() {
		return ErrIncomplete
	}
	u.mu.RLock()
	content := Content{u: u, size: u.offset, sum: [32]byte(u.sum.Sum(nil))}
	u.mu.RUnlock()
	return f(content)
}

func (u *Upload) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.file != nil {
		_ = u.file.Close()
		clear(u.tail[:cap(u.tail)])
		u.file, u.seal, u.tail = nil, nil, nil
	}
}

// Content is the file as it came: what was hashed is what is read.
type Content struct {
	u    *Upload
	size int64
	sum  [32]byte
}

// Size is how many bytes it has.
func (c Content) Size() int64 { return c.size }

// Sum is the SHA-256 of what came.
func (c Content) Sum() [32]byte { return c.sum }

var errEnded = errors.New("staging: the upload has ended")

// ReadAt opens the pieces that it needs, one at a time.
func (c Content) ReadAt(p []byte, at int64) (n int, err error) {
	buf, plain := make([]byte, piece+16), make([]byte, 0, piece)
	for n < len(p) && at+int64(n) < c.size {
		number, skip := (at+int64(n))/piece, (at+int64(n))%piece
		if plain, err = c.u.open(number, c.size, buf, plain[:0]); err != nil {
			return n, err
		}
		n += copy(p[n:], plain[skip:])
	}
	clear(plain[:cap(plain)])
	if n < len(p) {
		err = io.EOF
	}
	return n, err
}

func (u *Upload) open(number, size int64, buf, plain []byte) ([]byte, error) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	if u.file == nil {
		return plain, errEnded
	}
	sealed := buf[:min(piece, size-number*piece)+int64(u.seal.Overhead())]
	if _, err := u.file.ReadAt(sealed, number*int64(piece+u.seal.Overhead())); err != nil {
		return plain, failed("read", err)
	}
	return u.seal.Open(plain, nonce(number), sealed, nil)
}
