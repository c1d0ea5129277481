package audit_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"congvan/audit"

	"github.com/stretchr/testify/require"
)

// What follows is written after docs/proof.md and RFC 6962 alone. It shares no
// code with the product: only ed25519, SHA-256, base64 and a JSON reader.

func indieLeaf(text []byte) []byte {
	sum := sha256.Sum256(append([]byte{0}, text...))
	return sum[:]
}

func indieNode(left, right []byte) []byte {
	sum := sha256.Sum256(slices.Concat([]byte{1}, left, right))
	return sum[:]
}

// indieRoot is MTH of RFC 6962, 2.1.
func indieRoot(leaves [][]byte) []byte {
	switch n := len(leaves); n {
	case 0:
		sum := sha256.Sum256(nil)
		return sum[:]
	case 1:
		return leaves[0]
	default:
		k := 1
		for k*2 < n {
			k *= 2
		}
		return indieNode(indieRoot(leaves[:k]), indieRoot(leaves[k:]))
	}
}

// indieFollow goes up a path (RFC 9162, 2.1.3.2) and returns the root.
func indieFollow(leaf []byte, at, size int64, path [][]byte) ([]byte, error) {
	if at < 0 || at >= size {
		return nil, errors.New("no such leaf")
	}
	last := size - 1
	for _, p := range path {
		if last == 0 {
			return nil, errors.New("too long")
		}
		if at%2 == 1 || at == last {
			leaf = indieNode(p, leaf)
			for at%2 == 0 && at != 0 {
				at, last = at/2, last/2
			}
		} else {
			leaf = indieNode(leaf, p)
		}
		at, last = at/2, last/2
	}
	if last != 0 {
		return nil, errors.New("too short")
	}
	return leaf, nil
}

type indieHead struct {
	size int64
	root []byte
}

// indieOpen checks a signed head with a public key name+id+base64(1 ‖ key).
func indieOpen(signed, key string) (h indieHead, err error) {
	text, signatures, ok := strings.Cut(signed, "\n\n")
	parts := strings.SplitN(key, "+", 3)
	if !ok || len(parts) != 3 {
		return h, errors.New("no signed note")
	}
	text += "\n"
	data, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(data) != 33 || data[0] != 1 {
		return h, errors.New("no key")
	}
	id, err := hex.DecodeString(parts[1])
	if err != nil || len(id) != 4 {
		return h, errors.New("no key id")
	}
	good := false
	for line := range strings.SplitSeq(strings.TrimSuffix(signatures, "\n"), "\n") {
		rest, ok := strings.CutPrefix(line, "— "+parts[0]+" ")
		sig, err := base64.StdEncoding.DecodeString(rest)
		if !ok || err != nil || len(sig) != 4+64 || binary.BigEndian.Uint32(sig) != binary.BigEndian.Uint32(id) {
			continue
		}
		if good = ed25519.Verify(data[1:], []byte(text), sig[4:]); !good {
			return h, errors.New("signature")
		}
	}
	lines := strings.Split(text, "\n")
	if !good || !strings.HasSuffix(signed, "\n") || len(lines) != 5 || lines[0] != "congvan/log/1" || lines[4] != "" {
		return h, errors.New("no head of ours")
	}
	if h.size, err = strconv.ParseInt(lines[1], 10, 64); err == nil {
		h.root, err = base64.StdEncoding.DecodeString(lines[2])
	}
	return h, err
}

// indieJSON writes canonical JSON.
func indieJSON(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var names []string
		for name := range v {
			names = append(names, name)
		}
		sort.Strings(names)
		var parts []string
		for _, name := range names {
			parts = append(parts, indieJSON(name)+":"+indieJSON(v[name]))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, indieJSON(x))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case string:
		var b strings.Builder
		b.WriteByte('"')
		for _, r := range v {
			switch {
			case r == '"' || r == '\\':
				b.WriteString(`\` + string(r))
			case strings.ContainsRune("\b\f\n\r\t", r):
				b.WriteString(map[rune]string{'\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}[r])
			case r < ' ':
				fmt.Fprintf(&b, `\u%04x`, r)
			default:
				b.WriteRune(r)
			}
		}
		return b.String() + `"`
	case nil:
		return "null"
	default:
		return fmt.Sprint(v)
	}
}

func indieParse(text string) (v any, err error) {
	in := json.NewDecoder(strings.NewReader(text))
	in.UseNumber()
	return v, in.Decode(&v)
}

// indieRow is the canonical text of a row, read with a question of its own.
func (h *hall) indieRow(table string, id int64) string {
	h.Helper()
	rows, err := h.store.DB().QueryContext(h.Context(), fmt.Sprintf(`SELECT * FROM %s WHERE id = %d`, table, id))
	require.NoError(h, err)
	defer rows.Close()
	kinds, err := rows.ColumnTypes()
	require.NoError(h, err)
	require.True(h, rows.Next())
	values, dest := make([]any, len(kinds)), make([]any, len(kinds))
	for i := range values {
		dest[i] = &values[i]
	}
	require.NoError(h, rows.Scan(dest...))
	object := map[string]any{}
	for i, k := range kinds {
		switch v := values[i].(type) {
		case []byte:
			switch k.Name() {
			case "details":
				object[k.Name()], err = indieParse(string(v))
				require.NoError(h, err)
			case "request_hash":
				object[k.Name()] = hex.EncodeToString(v)
			default:
				object[k.Name()] = string(v)
			}
		case time.Time:
			object[k.Name()] = v.UTC().Format("2006-01-02T15:04:05.000000Z")
		default:
			object[k.Name()] = v
		}
	}
	return map[string]string{"events": "event/1 ", "journal": "entry/1 "}[table] + indieJSON(object)
}

// A log in the database is the same for both.
func TestTheIndependentReaderAgreesAboutARecord_A14(t *testing.T) {
	t.Parallel()
	h := sealedHall(t)
	var leaves [][]byte
	keys := h.publicKey()
	rows, err := h.store.DB().QueryContext(t.Context(), `SELECT ids::text, hashes, head FROM log_runs ORDER BY size`)
	require.NoError(t, err)
	type run struct {
		ids    []int64
		hashes []byte
		head   string
	}
	var runs []run
	for rows.Next() {
		var r run
		var ids string
		require.NoError(t, rows.Scan(&ids, &r.hashes, &r.head))
		require.NoError(t, json.Unmarshal([]byte("["+strings.Trim(ids, "{}")+"]"), &r.ids))
		runs = append(runs, r)
	}
	require.NoError(t, rows.Err())
	for _, r := range runs {
		for i, id := range r.ids {
			table := "events"
			if id < 0 {
				table, id = "journal", -id
			}
			leaf := indieLeaf([]byte(h.indieRow(table, id)))
			require.Equal(t, r.hashes[32*i:32*i+32], leaf, "%s %d", table, id)
			leaves = append(leaves, leaf)
		}
		head, err := indieOpen(r.head, keys)
		require.NoError(t, err)
		require.EqualValues(t, len(leaves), head.size)
		require.Equal(t, indieRoot(leaves), head.root)
	}
	require.Greater(t, len(leaves), 300)
}

func (h *hall) publicKey() string {
	h.Helper()
	_, keys, err := audit.ReadPublic(audit.PublicPath(h.key))
	require.NoError(h, err)
	return keys[0]
}

// flipText changes one character of a text.
func flipText(r *rand.Rand, text string) string {
	if text == "" {
		return "x"
	}
	b := []byte(text)
	at := r.IntN(len(b))
	for old := b[at]; b[at] == old || b[at] > 126; {
		b[at] = byte(32 + r.IntN(94))
	}
	return strings.ToValidUTF8(string(b), "?")
}

// Two thousand logs, about half of them tampered with: both give the same answer.
func TestTheIndependentReaderAgreesAboutRandomLogs_A14(t *testing.T) {
	t.Parallel()
	h := &hall{TB: t, folder: t.TempDir()}
	h.key = h.folder + "/audit.key"
	s := h.anotherSealer()
	key := h.publicKey()
	r := rand.New(rand.NewPCG(6, 962))
	good := 0
	for range 2000 {
		n := 1 + r.IntN(70)
		var tree audit.Tree
		texts := make([][]byte, n)
		for i := range texts {
			texts[i] = fmt.Appendf(nil, "event/1 {%d}", r.Uint64())
			require.NoError(t, tree.Add(audit.Leaf(texts[i]), nil))
		}
		signed, err := audit.SignHead(audit.Head{Size: tree.Size(), Root: tree.Root(), At: time.Unix(r.Int64N(1<<31), 0)}, s)
		require.NoError(t, err)
		switch r.IntN(8) {
		case 0:
			texts[r.IntN(n)][9] ^= 1
		case 1:
			texts = texts[:n-1]
		case 2:
			texts = append(texts, []byte("event/1 {}"))
		case 3:
			i, j := r.IntN(n), r.IntN(n)
			texts[i], texts[j] = texts[j], texts[i]
		case 4:
			signed = flipText(r, signed)
		}
		var again audit.Tree
		var leaves [][]byte
		for _, text := range texts {
			require.NoError(t, again.Add(audit.Leaf(text), nil))
			leaves = append(leaves, indieLeaf(text))
		}
		head, err := audit.OpenHead(signed, s.Anchors.Keys)
		ours := err == nil && head.Size == again.Size() && head.Root == again.Root()
		indie, err := indieOpen(signed, key)
		theirs := err == nil && indie.size == int64(len(leaves)) && bytes.Equal(indie.root, indieRoot(leaves))
		require.Equal(t, ours, theirs, "%q", signed)
		if ours {
			good++
		}
	}
	require.Greater(t, good, 500)
	require.Less(t, good, 1500)
}
