package seed

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"congvan/postgres"
)

// Hasher makes and checks the hashes of passwords.
type Hasher interface {
	Hash(ctx context.Context, password string) (string, error)
	Verify(ctx context.Context, hash, password string) (right, stale bool, err error)
}

// demoPasswordBytes are 80 bits.
const demoPasswordBytes = 10

// Password gives every account of the chart whose password nobody has changed the
// one demo password of this installation. It is drawn at random, never a fixed
// one, and stands in the file at path, which its owner alone may read; the record
// has its hash, made once. If the file is lost, the next call draws another. What
// people chose for themselves stays.
func Password(ctx context.Context, store *postgres.Store, path string, hasher Hasher) error {
	var usernames []string
	for _, p := range HaDong().Positions {
		usernames = append(usernames, p.Code)
	}
	return store.SeedPasswords(ctx, usernames, func(hashes []string) (string, error) {
		password, err := ReadPassword(path)
		fresh := errors.Is(err, fs.ErrNotExist)
		if err != nil && !fresh {
			return "", err
		}
		if fresh {
			password = newPassword()
			// The file comes before the commit: if that fails, the next call hashes it.
			if err := writeSecret(path, []byte(password+"\n")); err != nil {
				return "", err
			}
		}
		seen := map[string]bool{"": true}
		for _, hash := range hashes {
			if fresh || seen[hash] {
				continue
			}
			seen[hash] = true
			if right, _, err := hasher.Verify(ctx, hash, password); err != nil || right {
				return hash, err
			}
		}
		return hasher.Hash(ctx, password)
	})
}

// ReadPassword reads the file that [Password] writes. The error is fs.ErrNotExist
// if there is none.
func ReadPassword(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("seed: demo password: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("seed: %s may be read by others (%04o); chmod 600 it", path, info.Mode().Perm())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("seed: demo password: %w", err)
	}
	password := strings.TrimSpace(string(data))
	if raw, err := demoEncoding.DecodeString(strings.ToUpper(strings.ReplaceAll(password, "-", ""))); err != nil || len(raw) != demoPasswordBytes {
		return "", fmt.Errorf("seed: %s holds no password that was drawn here; remove it to get a new one", path)
	}
	return password, nil
}

var demoEncoding = base32.StdEncoding

func newPassword() string {
	raw := make([]byte, demoPasswordBytes)
	rand.Read(raw) // never fails: crypto/rand ends the program instead
	text := strings.ToLower(demoEncoding.EncodeToString(raw))
	return strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-")
}
