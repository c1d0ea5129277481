package routing_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// moves are what may follow what, as "from > to" or only "state" where it stays.
func moves(list ...string) map[string]string {
	out := map[string]string{}
	for _, move := range list {
		from, to, changes := strings.Cut(move, " > ")
		out[from] = from
		if changes {
			out[from] = to
		}
	}
	return out
}

// whileOpen is a move out of every state in which somebody still has to act.
func whileOpen(to string) map[string]string {
	out := map[string]string{}
	for _, from := range []string{"sent", "received", "working", "consulting", "reported", "returned"} {
		out[from] = cmp.Or(to, from)
	}
	return out
}

// The pictures of docs: what may happen to an assignment of a unit that reports
// and has received it.
var reporting = map[routing.Act]map[string]string{
	routing.ActAcknowledge:     moves("sent > received"),
	routing.ActStart:           moves("received > working"),
	routing.ActProgress:        moves("received > working", "working"),
	routing.ActDirect:          moves("received > working", "working"),
	routing.ActAdd:             moves("received > working", "working"),
	routing.ActReport:          moves("received > reported", "working > reported"),
	routing.ActApprove:         moves("reported > done"),
	routing.ActSendBack:        moves("reported > working"),
	routing.ActClose:           whileOpen("done"),
	routing.ActWithdraw:        whileOpen("withdrawn"),
	routing.ActReturn:          moves("sent > returned", "received > returned", "working > returned"),
	routing.ActInsist:          moves("returned > received"),
	routing.ActDrop:            whileOpen("withdrawn"),
	routing.ActReroute:         whileOpen("withdrawn"),
	routing.ActHandOver:        whileOpen("handed-over"),
	routing.ActVoid:            whileOpen(""),
	routing.ActHold:            whileOpen(""),
	routing.ActResume:          whileOpen(""),
	routing.ActRemind:          moves("sent", "received", "working", "consulting"),
	routing.ActCarry:           whileOpen(""),
	routing.ActMove:            whileOpen(""),
	routing.ActReopen:          moves("done > working"),
	routing.ActAskExtension:    moves("sent", "received", "working"),
	routing.ActExtend:          moves("sent", "received", "working", "consulting"),
	routing.ActRefuseExtension: moves("sent", "received", "working", "consulting"),
	routing.ActSubmit:          moves("received > consulting", "working > consulting"),
	routing.ActWithdrawDraft:   moves("consulting > working"),
	routing.ActConsent:         moves("consulting"),
	routing.ActObject:          moves("consulting"),
	routing.ActAnswerRecall:    moves("done", "withdrawn", "handed-over"),
	routing.ActPassDecision:    moves("sent", "received", "working", "consulting", "reported", "returned", "done", "withdrawn", "handed-over"),
}

// toWork are the acts that nobody does on a share that is for information.
var toWork = []routing.Act{routing.ActStart, routing.ActProgress, routing.ActDirect, routing.ActAdd, routing.ActReport, routing.ActApprove,
	routing.ActSendBack, routing.ActHold, routing.ActReopen, routing.ActAskExtension, routing.ActExtend, routing.ActSubmit}

// ofAnswer are the acts of those who answer for a result.
var ofAnswer = []routing.Act{routing.ActDirect, routing.ActAdd, routing.ActReport, routing.ActReopen, routing.ActSubmit}

func expected(role routing.Role, act routing.Act, from string) (string, bool) {
	to, ok := reporting[act][from]
	switch {
	case role == routing.Inform && act == routing.ActAcknowledge && ok:
		return "done", true
	case role == routing.Inform && slices.Contains(toWork, act), role == routing.Coordinate && slices.Contains(ofAnswer, act):
		return "", false
	}
	return to, ok
}

func TestEveryActOnEveryAssignment_Z42(t *testing.T) {
	t.Parallel()
	for _, role := range roles {
		for _, act := range acts {
			for _, from := range assignmentStatuses {
				about := fmt.Sprintf("%s, %s: %s", role, from, act)
				got, err := routing.Assignment{Role: role, Status: from, Receipt: routing.Receipt{At: at("2026-11-23 09:00")}}.Next(act)
				want, allowed := expected(role, act, string(from))
				if allowed {
					require.NoError(t, err, about)
					require.Equal(t, want, string(got), about)
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

func TestEveryActOnEveryDocument_Z42(t *testing.T) {
	t.Parallel()
	allowed := map[routing.Act]map[string]string{
		routing.ActAttach:       moves("registered", "presented", "directed"),
		routing.ActPresent:      moves("registered > presented", "presented"),
		routing.ActDirect:       moves("registered > directed", "presented > directed"),
		routing.ActFile:         moves("registered > concluded", "presented > concluded"),
		routing.ActCancel:       moves("registered > cancelled", "presented > cancelled"),
		routing.ActNotify:       moves("registered", "presented", "directed", "concluded"),
		routing.ActConclude:     moves("directed > concluded"),
		routing.ActRecall:       moves("registered > recalled", "presented > recalled", "directed > recalling", "concluded > recalling"),
		routing.ActReopen:       moves("concluded > directed"),
		routing.ActAdd:          moves("directed"),
		routing.ActVoid:         moves("directed"),
		routing.ActHold:         moves("registered", "presented", "directed"),
		routing.ActResume:       moves("registered", "presented", "directed"),
		routing.ActMove:         moves("registered", "presented", "directed", "recalling"),
		routing.ActChangeLadder: moves("registered", "presented", "directed", "recalling"),
		routing.ActSettleRecall: moves("recalling > recalled"),
	}
	for _, act := range acts {
		for _, from := range documentStatuses {
			about := fmt.Sprintf("%s: %s", from, act)
			got, err := from.Next(act)
			want, ok := allowed[act][string(from)]
			if ok {
				require.NoError(t, err, about)
				require.Equal(t, want, string(got), about)
				require.Contains(t, act.FromDocument(), from, about)
				continue
			}
			refused := refusal(t, err, routing.ErrTransition, about)
			require.Equal(t, string(from), refused.Details["state"], about)
			require.Contains(t, refused.Message, from.Vietnamese(), about)
		}
	}
}

// What nobody has received has to be received, now as before.
func TestWithoutAReceipt(t *testing.T) {
	t.Parallel()
	for act, from := range map[routing.Act]routing.AssignmentStatus{routing.ActInsist: routing.Returned, routing.ActReopen: routing.Done} {
		got, err := routing.Assignment{Role: routing.Execute, Status: from}.Next(act)
		require.NoError(t, err, act)
		require.Equal(t, routing.Sent, got, act)
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
