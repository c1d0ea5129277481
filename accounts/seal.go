package accounts

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
)

// KeyBytes is the length of the key of a seal.
const KeyBytes = 32

// Seal keeps secrets that have to be read again, as those of second factors,
// unreadable for whoever has the record only: AES-256-GCM with a key that lies
// outside of it.
type Seal struct{ aead cipher.AEAD }

// errKey says that a key is none that anybody has drawn.
var errKey = errors.New("accounts: the key has to be 32 random bytes in base64; remove the file to get a new one, and every second factor has to be enrolled again")

// NewKey draws a key, as the text that its file holds.
func NewKey() string { return base64.StdEncoding.EncodeToString(random(KeyBytes)) + "\n" }

// NewSeal takes the text of a key's file. It refuses keys that are too short or
// plainly an example: of one byte repeated, or of letters alone.
func NewSeal(text []byte) (*Seal, error) {
	key, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(key) != KeyBytes || plain(key) {
		return nil, errKey
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &Seal{aead}, err
}

// plain says whether a key looks typed: few different bytes, or nothing but
// what a keyboard has. A key that was drawn is neither, but for one in 10^8.
func plain(key []byte) bool {
	seen, typed := map[byte]bool{}, true
	for _, b := range key {
		seen[b] = true
		typed = typed && b >= ' ' && b <= '~'
	}
	return len(seen) < 16 || typed
}

// Close seals a secret that belongs to owner.
func (s *Seal) Close(secret, owner string) []byte {
	nonce := random(s.aead.NonceSize())
	return s.aead.Seal(nonce, nonce, []byte(secret), []byte(owner))
}

// Open reads what Close sealed for the same owner. An error: another key, another
// owner, or somebody changed it.
func (s *Seal) Open(sealed []byte, owner string) (string, error) {
	if len(sealed) < s.aead.NonceSize() {
		return "", errors.New("accounts: a sealed secret is cut off")
	}
	text, err := s.aead.Open(nil, sealed[:s.aead.NonceSize()], sealed[s.aead.NonceSize():], []byte(owner))
	if err != nil {
		return "", fmt.Errorf("accounts: a sealed secret does not open with this key: %w", err)
	}
	return string(text), nil
}
