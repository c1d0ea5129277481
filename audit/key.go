package audit

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// keyName is the name under which the log is signed.
const keyName = "congvan"

// PublicPath is where the public key lies beside a private one.
func PublicPath(path string) string { return strings.TrimSuffix(path, ".key") + ".pub" }

// ErrNoKey says that a log is there and the key that it was signed with is not.
var ErrNoKey = errors.New("the log is sealed already and its key is missing: bring AUDIT_KEY back; a new key would make every earlier head a stranger's")

// OpenKey reads the key that heads are signed with. With make, one is made if
// there is none yet: its file for its owner alone, the public key beside it.
// Otherwise the error is ErrNoKey.
func OpenKey(path string, create bool) (signer note.Signer, public string, err error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && create:
		return makeKey(path)
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", fmt.Errorf("audit: %s: %w", path, ErrNoKey)
	case err != nil:
		return nil, "", fmt.Errorf("audit: key: %w", err)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return nil, "", fmt.Errorf("audit: %s is open to others: chmod 600", path)
	}
	if signer, err = note.NewSigner(strings.TrimSpace(string(text))); err != nil {
		return nil, "", fmt.Errorf("audit: %s holds no key for signing: %w", path, err)
	}
	data, err := os.ReadFile(PublicPath(path))
	if err != nil {
		return nil, "", fmt.Errorf("audit: public key: %w", err)
	}
	keys, err := ReadKeys(strings.Fields(string(data))...)
	if err == nil {
		_, err = keys.Verifier(signer.Name(), signer.KeyHash())
	}
	if err != nil {
		return nil, "", fmt.Errorf("audit: %s does not belong to %s: %w", PublicPath(path), path, err)
	}
	return signer, strings.TrimSpace(string(data)), nil
}

func makeKey(path string) (note.Signer, string, error) {
	secret, public, err := note.GenerateKey(rand.Reader, keyName)
	if err != nil {
		return nil, "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, "", fmt.Errorf("audit: key: %w", err)
	}
	if err := writeOnce(PublicPath(path), public+"\n", 0o644); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, "", err
	}
	if err := writeOnce(path, secret+"\n", 0o600); errors.Is(err, fs.ErrExist) {
		return OpenKey(path, false) // another process was quicker
	} else if err != nil {
		return nil, "", err
	}
	// A public key that was left from before goes with no private one: this one does.
	if err := os.WriteFile(PublicPath(path), []byte(public+"\n"), 0o644); err != nil { //nolint:gosec // it is public
		return nil, "", err
	}
	signer, err := note.NewSigner(secret)
	return signer, public, err
}

// writeOnce writes a file that is not there yet, and waits until it is on the disk.
func writeOnce(path, text string, mode fs.FileMode) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// ReadKeys takes the public keys that heads may be signed with: more than one
// after a change of keys.
func ReadKeys(public ...string) (note.Verifiers, error) {
	var list []note.Verifier
	for _, text := range public {
		v, err := note.NewVerifier(strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("audit: %q is no public key: %w", text, err)
		}
		list = append(list, v)
	}
	if len(list) == 0 {
		return nil, errors.New("audit: no public key")
	}
	return note.VerifierList(list...), nil
}

// ReadPublic reads the file of public keys, one a line.
func ReadPublic(path string) (note.Verifiers, []string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("audit: public key: %w", err)
	}
	keys, err := ReadKeys(strings.Fields(string(data))...)
	return keys, strings.Fields(string(data)), err
}
