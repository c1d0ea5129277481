package seed

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"congvan/postgres"
)

// tokenBytes is the length of a token before it is written as base64url.
const tokenBytes = 32

// Tokens gives every account of the chart a token to log in with. The record
// keeps the SHA-256 of the token's text; the text itself is only in the file at
// path, a JSON object from username to token that its owner alone may read.
//
// An account whose token in the file is the one in the record keeps it. Any
// other gets a new token, and the one that it had ends; so a file or a database
// that was lost heals at the next call. Names in the file that the chart does
// not know stay. Disabled accounts get none. A file that is not one of tokens is
// refused and left as it is.
func Tokens(ctx context.Context, store *postgres.Store, path string) error {
	var usernames []string
	for _, p := range HaDong().Positions {
		usernames = append(usernames, p.Code)
	}
	return store.RenewTokens(ctx, usernames, func(current map[string][]byte) (map[string][]byte, error) {
		tokens, err := ReadTokens(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if tokens == nil {
			tokens = map[string]string{}
		}
		renewed := map[string][]byte{}
		for username, hash := range current {
			if token, ok := tokens[username]; ok && bytes.Equal(hashOf(token), hash) {
				continue
			}
			tokens[username] = newToken()
			renewed[username] = hashOf(tokens[username])
		}
		// The file comes before the commit: if that fails, the next call finds
		// tokens that the record does not know, and makes new ones.
		return renewed, writeTokens(path, tokens)
	})
}

// ReadTokens reads the file that [Tokens] writes: token by username. The error
// is fs.ErrNotExist if there is none. An empty file has no tokens.
func ReadTokens(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("seed: tokens: %w", err)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, nil
	}
	var tokens map[string]string
	if err := json.Unmarshal(data, &tokens); err != nil {
		return nil, fmt.Errorf("seed: %s is not a file of tokens; remove it to get a new one: %w", path, err)
	}
	return tokens, nil
}

func newToken() string {
	secret := make([]byte, tokenBytes)
	rand.Read(secret) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(secret)
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// writeTokens replaces the file in one step: whoever reads it meanwhile, or
// after a crash, finds the old or the new one, whole.
func writeTokens(path string, tokens map[string]string) error {
	data, err := json.MarshalIndent(tokens, "", "  ")
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, append(data, '\n')) {
		return os.Chmod(path, 0o600)
	}
	return writeSecret(path, append(data, '\n'))
}

// writeSecret replaces a file that its owner alone may read, in one step.
func writeSecret(path string, data []byte) (err error) {
	// CreateTemp makes files of mode 0600.
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("seed: %s: %w", filepath.Base(path), err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
			err = fmt.Errorf("seed: %s: %w", filepath.Base(path), err)
		}
	}()
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
