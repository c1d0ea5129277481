package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

func TestReplay(t *testing.T) {
	t.Parallel()
	told := []routing.Event{
		{ID: 1, Kind: routing.ActRegister, State: "registered", Version: 1},
		{ID: 2, Kind: routing.ActAttach, State: "registered", Version: 1},
		{ID: 3, Kind: routing.ActDirect, State: "directed", Version: 2},
		{ID: 4, Kind: routing.ActDispatch, AssignmentID: "a", State: "sent", Version: 1},
		{ID: 5, Kind: routing.ActRing, AssignmentID: "a", State: "sent", Version: 1},
		{ID: 6, Kind: routing.ActAcknowledge, AssignmentID: "a", State: "received", Version: 2},
		{ID: 7, Kind: routing.ActReport, AssignmentID: "a", State: "reported", Version: 3},
		{ID: 9, Kind: routing.ActApprove, AssignmentID: "a", State: "done", Version: 4},
		{ID: 8, Kind: routing.ActConclude, State: "concluded", Version: 3},
	}
	h, err := routing.Replay(told)
	require.NoError(t, err)
	require.Equal(t, routing.Standing{State: "concluded", Version: 3}, h.Document)
	require.Equal(t, map[routing.ID]routing.Standing{"a": {State: "done", Version: 4}}, h.Shares)

	for name, spoil := range map[string]func([]routing.Event) []routing.Event{
		"one is missing":          func(e []routing.Event) []routing.Event { return append(e[:5:5], e[6:]...) },
		"one is there twice":      func(e []routing.Event) []routing.Event { return append(e, e[6]) },
		"a state that cannot be":  func(e []routing.Event) []routing.Event { e[5].State = "done"; return e },
		"an act that cannot be":   func(e []routing.Event) []routing.Event { e[5].Kind = routing.ActApprove; return e },
		"it begins in the middle": func(e []routing.Event) []routing.Event { return e[1:] },
	} {
		_, err := routing.Replay(spoil(append([]routing.Event{}, told...)))
		require.Error(t, err, name)
	}
}
