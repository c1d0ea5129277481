package accounts

import (
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// secretBytes is what a session, a device or a token is known by: 256 bits.
const secretBytes = 32

// longestSecret is far above any secret that was ever given out.
const longestSecret = 128

// NewSecret makes a secret. Only its [Digest] is stored.
func NewSecret() string { return base64.RawURLEncoding.EncodeToString(random(secretBytes)) }

// Digest is what is stored of a secret: its SHA-256. A secret has too many bits
// to be guessed, so nothing slower is needed, and who reads the record cannot log
// in. Empty for what cannot be a secret.
func Digest(secret string) []byte {
	if secret == "" || len(secret) > longestSecret {
		return nil
	}
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Limits are how long a session lives.
type Limits struct {
	Idle   time.Duration // without a request
	Length time.Duration // in all
}

// DefaultLimits suit people who sit at their desk all day: two hours without a
// request, twelve in all.
func DefaultLimits() Limits { return Limits{Idle: 2 * time.Hour, Length: 12 * time.Hour} }
