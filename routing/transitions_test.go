package routing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// The pictures of docs: what may happen to an assignment of a unit that reports.
var reporting = map[routing.Act]map[routing.AssignmentStatus]routing.AssignmentStatus{
	routing.ActAcknowledge: {"sent": "received"},
	routing.ActStart:       {"received": "working"},
	routing.ActProgress:    {"received": "working", "working": "working"},
	routing.ActDirect:      {"received": "working", "working": "working"},
	routing.ActReport:      {"received": "reported", "working": "reported"},
	routing.ActApprove:     {"reported": "done"},
	routing.ActSendBack:    {"reported": "working"},
	routing.ActClose:       {"sent": "done", "received": "done", "working": "done", "consulting": "done", "reported": "done", "returned": "done"},
	routing.ActWithdraw:    {"sent": "withdrawn", "received": "withdrawn", "working": "withdrawn", "consulting": "withdrawn", "reported": "withdrawn", "returned": "withdrawn"},
}

// onlyInform is all that may happen to a share that is for information.
var onlyInform = map[routing.Act]map[routing.AssignmentStatus]routing.AssignmentStatus{
	routing.ActAcknowledge: {"sent": "done"},
	routing.ActClose:       reporting[routing.ActClose],
	routing.ActWithdraw:    reporting[routing.ActWithdraw],
}

func expected(role routing.Role, act routing.Act, from routing.AssignmentStatus) (routing.AssignmentStatus, bool) {
	switch {
	case role == routing.Inform:
		to, ok := onlyInform[act][from]
		return to, ok
	case role == routing.Coordinate && (act == routing.ActReport || act == routing.ActDirect):
		return "", false
	default:
		to, ok := reporting[act][from]
		return to, ok
	}
}

func TestEveryActOnEveryAssignment(t *testing.T) {
	t.Parallel()
	for _, role := range roles {
		for _, act := range acts {
			for _, from := range assignmentStatuses {
				about := fmt.Sprintf("%s, %s: %s", role, from, act)
				got, err := routing.Assignment{Role: role, Status: from}.Next(act)
				want, allowed := expected(role, act, from)
				if allowed {
					require.NoError(t, err, about)
					require.Equal(t, want, got, about)
					require.Contains(t, act.From(), from, about)
					continue
				}
				refused := refusal(t, err, routing.ErrTransition, about)
				require.Equal(t, string(from), refused.Details["state"], about)
				require.Equal(t, from, got, about)
			}
		}
	}
}

func TestEveryActOnEveryDocument(t *testing.T) {
	t.Parallel()
	allowed := map[routing.Act]map[routing.DocumentStatus]routing.DocumentStatus{
		routing.ActAttach:   {"registered": "registered", "presented": "presented", "directed": "directed"},
		routing.ActDirect:   {"registered": "directed", "presented": "directed"},
		routing.ActConclude: {"directed": "concluded"},
		routing.ActRecall:   {"registered": "recalled", "presented": "recalled", "directed": "recalling", "concluded": "recalling"},
	}
	for _, act := range acts {
		for _, from := range documentStatuses {
			about := fmt.Sprintf("%s: %s", from, act)
			got, err := from.Next(act)
			want, ok := allowed[act][from]
			if ok {
				require.NoError(t, err, about)
				require.Equal(t, want, got, about)
				require.Contains(t, act.FromDocument(), from, about)
				continue
			}
			refused := refusal(t, err, routing.ErrTransition, about)
			require.Equal(t, string(from), refused.Details["state"], about)
			require.Contains(t, refused.Message, from.Vietnamese(), about)
		}
	}
}

func TestFromNamesNoStateOutsideTheTable(t *testing.T) {
	t.Parallel()
	for _, act := range acts {
		require.Len(t, act.From(), len(reporting[act]), act)
	}
	require.Equal(t, []routing.DocumentStatus{routing.Directed}, routing.ActConclude.FromDocument())
}

func TestEveryStateHasAWordForTheScreen(t *testing.T) {
	t.Parallel()
	for _, s := range assignmentStatuses {
		require.NotEmpty(t, s.Vietnamese(), s)
	}
	for _, s := range documentStatuses {
		require.NotEmpty(t, s.Vietnamese(), s)
	}
}

// NĐ 30/2020, Điều 23 khoản 2: the lead answers for the whole, so a
// coordinating unit neither finishes nor hands on.
func TestCoordinatingUnitsCannotFinish_ND30_Dieu23(t *testing.T) {
	t.Parallel()
	_, err := routing.Assignment{Role: routing.Coordinate, Status: routing.Working}.Next(routing.ActReport)
	require.Contains(t, refusal(t, err, routing.ErrTransition).Message, "phối hợp")
	require.False(t, routing.Coordinate.Reports())
}
