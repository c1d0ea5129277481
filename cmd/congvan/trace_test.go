package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func newKey() string { return uuid.NewString() }

// spellings are the bytes under which a word may lie in a file: as it is, as
// UTF-16 of either order, in hexadecimal, in base64 wherever it begins. What is
// compressed or encrypted is not seen.
func spellings(word string) [][]byte {
	little, big := make([]byte, 0, 2*len(word)), make([]byte, 0, 2*len(word))
	for _, unit := range utf16.Encode([]rune(word)) {
		little = append(little, byte(unit), byte(unit>>8))
		big = append(big, byte(unit>>8), byte(unit))
	}
	all := [][]byte{[]byte(word), little, big, []byte(hex.EncodeToString([]byte(word))), []byte(strings.ToUpper(hex.EncodeToString([]byte(word))))}
	for shift := range 3 {
		text := base64.StdEncoding.EncodeToString(append(make([]byte, shift), word...))
		whole := (shift*8 + 5) / 6                               // the digits before share bits with what stands before
		end := (shift + len(word)) * 8 / 6                       // and the one behind with what follows
		all = append(all, []byte(text[whole+min(shift, 1):end])) // a digit less is no harm
	}
	return all
}

// traces are the places below the roots where one of the words lies, with what
// stands behind it. Files of the names in but are left out.
func traces(t *testing.T, roots []string, words []string, but ...string) (found []string, bytesRead int64) {
	t.Helper()
	var needles [][]byte
	longest := 0
	for _, word := range words {
		for _, needle := range spellings(word) {
			needles = append(needles, needle)
			longest = max(longest, len(needle))
		}
	}
	buffer := make([]byte, 4<<20)
	for _, root := range roots {
		require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || slices.Contains(but, d.Name()) {
				return nil //nolint:nilerr // a file that is gone holds nothing
			}
			for _, needle := range needles {
				if bytes.Contains([]byte(path), needle) {
					found = append(found, "the name "+path)
				}
			}
			file, err := os.Open(path)
			if err != nil {
				return nil
			}
			defer file.Close()
			kept := 0
			for {
				n, err := io.ReadFull(file, buffer[kept:])
				bytesRead += int64(n)
				block := buffer[:kept+n]
				for _, needle := range needles {
					if at := bytes.Index(block, needle); at >= 0 {
						found = append(found, path+": "+strings.ToValidUTF8(string(block[at:min(at+80, len(block))]), "."))
					}
				}
				if err != nil {
					return nil
				}
				kept = copy(buffer, block[len(block)-longest:])
			}
		}))
	}
	return found, bytesRead
}

// A grep that finds nothing anywhere proves nothing.
func TestTheSearchForTracesIsNotBlind_INV10(t *testing.T) {
	const word = "CANARY7f3aq"
	for name, content := range map[string][]byte{
		"plain":    []byte("xx" + word + "yy"),
		"utf16le":  spellings(word)[1],
		"utf16be":  spellings(word)[2],
		"hex":      []byte(hex.EncodeToString([]byte("ab" + word + "cd"))),
		"base64-0": []byte(base64.StdEncoding.EncodeToString([]byte(word + "tail"))),
		"base64-1": []byte(base64.StdEncoding.EncodeToString([]byte("a" + word + "tail"))),
		"base64-2": []byte(base64.URLEncoding.EncodeToString([]byte("ab" + word + "tail"))),
		"border":   append(bytes.Repeat([]byte("x"), 4<<20-5), word...),
		"deep":     append(bytes.Repeat([]byte("x"), 9<<20), word...),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), content, 0o600))
			found, _ := traces(t, []string{dir}, []string{word})
			require.NotEmpty(t, found)
			found, _ = traces(t, []string{dir}, []string{"CANARY8e4br"})
			require.Empty(t, found)
		})
	}
}
