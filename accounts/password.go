package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
)

// Params are the costs of argon2id. They stand in every hash, so that they may
// change: a hash of other costs is renewed when its owner logs in.
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultParams cost 32 MiB and some 60 ms of one core; OWASP's least is 19 MiB
// with two passes (Password Storage Cheat Sheet, argon2id).
func DefaultParams() Params { return Params{Memory: 32 << 10, Time: 3, Threads: 1} }

const (
	saltBytes = 16
	keyBytes  = 32
	// patience is how long a login waits for its place before it is told to come
	// back: longer, and a flood would only fill the queue.
	patience = 4 * time.Second
	// maxQueue is how many wait at most.
	maxQueue = 200
)

// ErrBusy says that too many passwords are being checked at this moment.
var ErrBusy = errors.New("accounts: too many passwords at once")

// errHash says that a stored hash is none of ours: the record was changed by hand.
var errHash = errors.New("accounts: not an argon2id hash")

// Hasher hashes passwords, a few at a time: each takes a core and Params.Memory,
// which a flood would otherwise exhaust. It is safe for use by many goroutines.
type Hasher struct {
	params   Params
	places   chan struct{}
	patience time.Duration
	waiting  atomic.Int64
	done     atomic.Int64
	decoy    string // the hash that a password nobody has is checked against
}

// NewHasher makes a hasher with so many places; 0: one for each core but one, so
// that other work goes on.
func NewHasher(p Params, places int) *Hasher {
	if places <= 0 {
		places = max(1, runtime.NumCPU()-1)
	}
	h := &Hasher{params: p, places: make(chan struct{}, places), patience: patience}
	h.decoy = encode(p, random(saltBytes), random(keyBytes))
	return h
}

// Hash makes the text that a password is stored as, with a salt of its own.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := random(saltBytes)
	key, err := h.key(ctx, password, salt, h.params, keyBytes)
	if err != nil {
		return "", err
	}
	return encode(h.params, salt, key), nil
}

// Verify says whether a password is the one of a hash, and whether the hash
// should be renewed because its costs are not today's. An empty hash, of an
// account that does not exist or has no password, costs what any other does.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (right, stale bool, err error) {
	nobody := hash == ""
	if nobody {
		hash = h.decoy
	}
	p, salt, want, err := decode(hash)
	if err != nil {
		return false, false, err
	}
	key, err := h.key(ctx, password, salt, p, uint32(len(want)))
	if err != nil {
		return false, false, err
	}
	right = subtle.ConstantTimeCompare(key, want) == 1 && !nobody
	return right, right && (p != h.params || len(salt) != saltBytes || len(want) != keyBytes), nil
}

// Done counts the hashes that were computed.
func (h *Hasher) Done() int64 { return h.done.Load() }

// key waits for a place and computes.
func (h *Hasher) key(ctx context.Context, password string, salt []byte, p Params, length uint32) ([]byte, error) {
	if h.waiting.Add(1) > maxQueue {
		h.waiting.Add(-1)
		return nil, ErrBusy
	}
	timeout := time.NewTimer(h.patience)
	defer timeout.Stop()
	select {
	case h.places <- struct{}{}:
		h.waiting.Add(-1)
	case <-timeout.C:
		h.waiting.Add(-1)
		return nil, ErrBusy
	case <-ctx.Done():
		h.waiting.Add(-1)
		return nil, ctx.Err()
	}
	defer func() { <-h.places }()
	h.done.Add(1)
	return argon2.IDKey([]byte(password), salt, p.Time, p.Memory, p.Threads, length), nil
}

// encode writes a hash in the form that the reference implementation has:
// $argon2id$v=19$m=32768,t=3,p=1$salt$key.
func encode(p Params, salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Time, p.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

// The costs that a stored hash may ask for: a record that somebody changed must
// not take the machine down.
const (
	mostMemory = 256 << 10
	mostTime   = 16
)

func decode(hash string) (p Params, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Threads); err != nil {
		return p, nil, nil, errHash
	}
	b64 := base64.RawStdEncoding.Strict()
	salt, err1 := b64.DecodeString(parts[4])
	key, err2 := b64.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(key) < 16 || len(key) > 64 ||
		p.Memory < 8 || p.Memory > mostMemory || p.Time < 1 || p.Time > mostTime || p.Threads < 1 || p.Threads > 8 {
		return p, nil, nil, errHash
	}
	return p, salt, key, nil
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	return b
}
