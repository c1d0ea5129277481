package audit

import (
	"context"
	"fmt"

	"congvan/postgres"

	"golang.org/x/mod/sumdb/tlog"
)

// kept is where the leaves and the kept nodes of a log are read.
type kept interface {
	Leaves(ctx context.Context, from, to int64) ([][32]byte, error)
	Nodes(ctx context.Context, ids []int64) (map[int64][32]byte, error)
}

// stored reads the log outside of a sealer's step.
type stored struct{ *postgres.Store }

func (s stored) Leaves(ctx context.Context, from, to int64) ([][32]byte, error) {
	return s.LogLeaves(ctx, from, to)
}

func (s stored) Nodes(ctx context.Context, ids []int64) (map[int64][32]byte, error) {
	return s.LogNodes(ctx, ids)
}

// nodesOf reads any node of the tree: kept ones as they are, lower ones out of
// the leaves below them.
func nodesOf(ctx context.Context, from kept) tlog.HashReader {
	return tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) {
		var high []int64
		for _, id := range ids {
			if level, _ := tlog.SplitStoredHashIndex(id); level >= keptLevel {
				high = append(high, id)
			}
		}
		nodes, err := from.Nodes(ctx, high)
		if err != nil {
			return nil, err
		}
		blocks := map[int64][][32]byte{}
		out := make([]tlog.Hash, len(ids))
		for i, id := range ids {
			level, n := tlog.SplitStoredHashIndex(id)
			if level >= keptLevel {
				hash, ok := nodes[id]
				if !ok {
					return nil, fmt.Errorf("audit: node %d of level %d is missing", n, level)
				}
				out[i] = hash
				continue
			}
			first := n << level
			at := first / block * block
			if blocks[at] == nil {
				if blocks[at], err = from.Leaves(ctx, at, at+block); err != nil {
					return nil, err
				}
			}
			if first+1<<level-at > int64(len(blocks[at])) {
				return nil, fmt.Errorf("audit: leaves from %d on are missing", at+int64(len(blocks[at])))
			}
			out[i] = fold(blocks[at][first-at : first+1<<level-at])
		}
		return out, nil
	})
}

// fold is the root above leaves whose number is a power of two.
func fold(leaves [][32]byte) tlog.Hash {
	if len(leaves) == 1 {
		return leaves[0]
	}
	half := len(leaves) / 2
	return tlog.NodeHash(fold(leaves[:half]), fold(leaves[half:]))
}
