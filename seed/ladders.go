package seed

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"sync"

	"congvan/routing"
)

//go:embed ladders.json
var laddersJSON []byte

// ladderEntry is a ladder in the file: with a note for the reader, which says
// what the law demands and what is a choice.
type ladderEntry struct {
	routing.Ladder
	Note []string `json:"note"`
}

var ladders = sync.OnceValue(func() []routing.Ladder {
	list, err := parseLadders(laddersJSON)
	if err != nil {
		panic(err) // cannot happen: a test reads the embedded file
	}
	return list
})

// Ladders returns the default ladders: one per urgency, with the urgency as its
// code, and "demo". NĐ 30/2020 gives days to register and present (Điều 4 khoản
// 2 điểm c, Điều 23 khoản 1: the same day, at latest the next working day) and
// to confirm an electronic document (Điều 21 khoản 2 điểm c: the same day); for
// urgent ones it says "ngay" without a number, and the duty to urge (Điều 24)
// has no steps. Everything else is a default that the organ's quy chế làm việc
// replaces.
func Ladders() []routing.Ladder { return slices.Clone(ladders()) }

func parseLadders(data []byte) ([]routing.Ladder, error) {
	var entries []ladderEntry
	if err := decodeStrictly(data, &entries); err != nil {
		return nil, fmt.Errorf("seed: ladders: %w", err)
	}
	list := make([]routing.Ladder, len(entries))
	seen := map[string]bool{}
	for i, e := range entries {
		if err := e.Check(); err != nil {
			var refusal *routing.Error
			errors.As(err, &refusal)
			return nil, fmt.Errorf("seed: ladder %q: %w %v", e.Code, err, refusal.Details)
		}
		if seen[e.Code] {
			return nil, fmt.Errorf("seed: ladder %q is there twice", e.Code)
		}
		list[i], seen[e.Code] = e.Ladder, true
	}
	return list, nil
}
