package audit

import (
	"encoding/base64"
	"fmt"

	"congvan/postgres"

	"golang.org/x/mod/sumdb/tlog"
)

// keptLevel is the level from which on nodes of the tree are kept: above full
// blocks of 256 leaves. What lies below is reckoned from the leaves' hashes.
const (
	keptLevel = 8
	block     = 1 << keptLevel
)

// Tree is the right edge of a Merkle tree as it grows: the roots of its full
// subtrees, one for each bit of its size. The zero Tree is empty.
type Tree struct {
	size int64
	edge [64]tlog.Hash // by level; meaningful where size has the bit
}

// Size is how many leaves the tree has.
func (t *Tree) Size() int64 { return t.size }

// Add appends a leaf. kept is called with each node that is to be kept, in the
// order of their ids; nil: nobody asks.
func (t *Tree) Add(leaf tlog.Hash, kept func(postgres.LogNode) error) error {
	level, at := 0, t.size
	for ; at&1 == 1; level, at = level+1, at>>1 {
		leaf = tlog.NodeHash(t.edge[level], leaf)
		if level+1 >= keptLevel && kept != nil {
			if err := kept(postgres.LogNode{ID: tlog.StoredHashIndex(level+1, at>>1), Hash: leaf}); err != nil {
				return err
			}
		}
	}
	t.edge[level] = leaf
	t.size++
	return nil
}

// Root is the hash of the whole tree (RFC 6962, 2.1).
func (t *Tree) Root() tlog.Hash {
	root, err := tlog.TreeHash(t.size, tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(ids))
		for i, id := range ids {
			level, _ := tlog.SplitStoredHashIndex(id)
			out[i] = t.edge[level]
		}
		return out, nil
	}))
	if err != nil {
		panic(err) // the reader never fails
	}
	return root
}

// treeOf is the edge of the tree of a size, read from where its nodes are.
func treeOf(size int64, nodes tlog.HashReader) (Tree, error) {
	t := Tree{size: size}
	var ids []int64
	var levels []int
	for level := range t.edge {
		if size>>level&1 == 1 {
			ids, levels = append(ids, tlog.StoredHashIndex(level, size>>level-1)), append(levels, level)
		}
	}
	hashes, err := nodes.ReadHashes(ids)
	if err != nil {
		return t, err
	}
	for i, level := range levels {
		t.edge[level] = hashes[i]
	}
	return t, nil
}

func encodeHash(h tlog.Hash) string { return base64.StdEncoding.EncodeToString(h[:]) }

func hashOf(b []byte) (h tlog.Hash, err error) {
	if len(b) != len(h) {
		return h, fmt.Errorf("audit: a hash of %d bytes", len(b))
	}
	copy(h[:], b)
	return h, nil
}
