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
		if err := checkLadder(e.Ladder); err != nil {
			return nil, fmt.Errorf("seed: ladder %q: %w", e.Code, err)
		}
		if seen[e.Code] {
			return nil, fmt.Errorf("seed: ladder %q is there twice", e.Code)
		}
		list[i], seen[e.Code] = e.Ladder, true
	}
	return list, nil
}

var (
	deadlineKinds = []routing.DeadlineKind{routing.AwaitNotice, routing.AwaitPresenting, routing.AwaitDirection, routing.AwaitReceipt,
		routing.AwaitReport, routing.AwaitApproval, routing.AwaitReturn, routing.AwaitDecision}
	audiences = []routing.Audience{routing.TellHolder, routing.TellGiver, routing.TellChief, routing.TellChairman}
)

func checkLadder(l routing.Ladder) error {
	if l.Code == "" || l.Name == "" {
		return errors.New("code and name are needed")
	}
	steps := map[routing.DeadlineKind]int{}
	for _, r := range l.Rungs {
		steps[r.Kind]++
		switch {
		case !slices.Contains(deadlineKinds, r.Kind):
			return fmt.Errorf("unknown kind %q", r.Kind)
		case r.Step != steps[r.Kind]:
			return fmt.Errorf("%s: step %d where %d comes next", r.Kind, r.Step, steps[r.Kind])
		case r.When == routing.Span{}:
			// 0s reads as 0d, the end of that day's office hours, which is later
			// than a deadline at noon and no instant at all for a plain clock.
			return fmt.Errorf("%s, step %d: a rung needs a span other than 0; for the deadline itself write \"plain 1s\"", r.Kind, r.Step)
		case len(r.Tell) == 0:
			return fmt.Errorf("%s, step %d: tells nobody", r.Kind, r.Step)
		}
		for _, a := range r.Tell {
			if !slices.Contains(audiences, a) {
				return fmt.Errorf("%s, step %d: tells an unknown %q", r.Kind, r.Step, a)
			}
			if a == routing.TellGiver && r.Kind == routing.AwaitDirection {
				return fmt.Errorf("direction, step %d: nobody has given anything yet", r.Step)
			}
		}
	}
	return nil
}
