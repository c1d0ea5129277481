package acts

import (
	"testing"

	"congvan/routing"
	"congvan/web/texts"

	"github.com/stretchr/testify/require"
)

// What the desk may list for a reader and the table does not have would have no button.
func TestEveryActOfTheDeskHasAButton(t *testing.T) {
	t.Parallel()
	for on, all := range map[On][]routing.Act{
		Document: {routing.ActAttach, routing.ActDetach, routing.ActPresent, routing.ActNotify, routing.ActDirect, routing.ActFile, routing.ActCancel,
			routing.ActHold, routing.ActResume, routing.ActReopen, routing.ActRecall, routing.ActChangeLadder, routing.ActRemind},
		Share: {routing.ActAcknowledge, routing.ActStart, routing.ActProgress, routing.ActDirect, routing.ActReport, routing.ActSubmit,
			routing.ActWithdrawDraft, routing.ActAskExtension, routing.ActApprove, routing.ActSendBack, routing.ActReturn, routing.ActInsist,
			routing.ActExtend, routing.ActRemind, routing.ActDrop, routing.ActReroute, routing.ActHandOver, routing.ActHold, routing.ActResume, routing.ActReopen},
		Direction: {routing.ActAdd, routing.ActVoid},
		Decision:  {routing.ActExtend, routing.ActRefuseExtension, routing.ActConsent, routing.ActObject, routing.ActAnswerRecall},
	} {
		for _, act := range all {
			a, ok := Find(on, act)
			require.True(t, ok, "%s %s", on, act)
			require.True(t, a.call != nil || act == routing.ActDirect || act == routing.ActAttach, "%s %s", on, act)
			b := Offer{On: on, May: []routing.Act{act}}.Sort()
			require.Len(t, append(append(b.First, b.Others...), b.Rare...), 1)
		}
	}
}

func TestTheTableIsInEnglish(t *testing.T) {
	t.Parallel()
	for _, all := range table {
		for _, a := range all {
			require.True(t, texts.Known(a.Word), a.Word)
			require.True(t, a.Says == "" || texts.Known(a.Says), a.Says)
			for _, f := range a.Fields {
				require.True(t, f.Label == "" || texts.Known(f.Label), f.Label)
				require.True(t, f.Hint == "" || texts.Known(f.Hint), f.Hint)
			}
		}
	}
}

func TestTheAwaitedActStandsOut(t *testing.T) {
	t.Parallel()
	may := []routing.Act{routing.ActReport, routing.ActDirect, routing.ActProgress, routing.ActReroute}
	b := Offer{On: Share, May: may}.Sort()
	require.Equal(t, routing.ActReport, b.First[0].Act)
	require.Equal(t, routing.ActReroute, b.Rare[0].Act)
	require.Equal(t, routing.ActDirect, Offer{On: Share, May: may, Lead: routing.ActDirect}.Sort().First[0].Act)
	b = Offer{On: Share, May: append(may, routing.ActInsist)}.Sort()
	require.Empty(t, b.Rare)
}
