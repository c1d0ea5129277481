package sealed

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Keys are those of one installation. The zero value has none: it writes in
// clear, reads what is in clear, and refuses what is sealed.
type Keys struct {
	newest string // the id of the key that writes; empty: none
	known  map[string]cipher.AEAD
}

// keyLength is that of AES-256, in bytes.
const keyLength = 32

// ReadKeys reads a file of keys: one a line in 64 hexadecimal digits, the last
// one writes, all of them read. Lines that are empty or begin with # say
// nothing. A file that others than its owner may read is refused.
func ReadKeys(file string) (*Keys, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("CONGVAN_CODEC_KEYS: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("CONGVAN_CODEC_KEYS: %s may be read by others (%04o); chmod 600 it", file, mode)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("CONGVAN_CODEC_KEYS: %w", err)
	}
	keys := &Keys{known: map[string]cipher.AEAD{}}
	for i, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := keys.add(line); err != nil {
			return nil, fmt.Errorf("CONGVAN_CODEC_KEYS: %s, line %d: %w", file, i+1, err)
		}
	}
	if keys.newest == "" {
		return nil, fmt.Errorf("CONGVAN_CODEC_KEYS: %s has no key; `congvan codec-key %s` adds one", file, file)
	}
	return keys, nil
}

// add takes a key as the newest. Its errors never quote it.
func (k *Keys) add(line string) error {
	key, err := hex.DecodeString(line)
	if err != nil || len(key) != keyLength {
		return errors.New("a key is 64 hexadecimal digits")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return err
	}
	k.newest = nameOf(key)
	k.known[k.newest] = gcm
	return nil
}

// nameOf is what payloads call a key: told from it, so that two keys never
// share a name, and telling nothing of it.
func nameOf(key []byte) string {
	sum := sha256.Sum256(append([]byte("congvan codec key\x00"), key...))
	return hex.EncodeToString(sum[:8])
}

// Newest is the name of the key that writes; empty: nothing is sealed.
func (k *Keys) Newest() string {
	if k == nil {
		return ""
	}
	return k.newest
}

// AddKey appends a new key to the file, which it makes if there is none. It
// writes from the next start on; what was written before stays readable.
func AddKey(file string) (err error) {
	if _, err := ReadKeys(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	out, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	key := make([]byte, keyLength)
	rand.Read(key) //nolint:errcheck // never fails
	line := hex.EncodeToString(key) + "\n"
	if info, err := out.Stat(); err != nil {
		return err
	} else if info.Size() > 0 {
		line = "\n" + line // the last line may have no end, as editors leave it
	}
	if _, err := out.WriteString(line); err != nil {
		return err
	}
	return out.Sync()
}
