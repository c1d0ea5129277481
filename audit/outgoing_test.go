package audit_test

import (
	"testing"

	"congvan/audit"
	"congvan/routing"

	"github.com/stretchr/testify/require"
)

// The numbers of outgoing documents are told by entries of the journal, which are
// sealed: a row that goes, or bears another number, is found.
func TestNumbersOfOutgoingDocumentsAreProved_INV3(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.register()
	for range 3 {
		_, err := h.desk.IssueOutgoing(t.Context(), h.actor("vanthu.quan"), routing.Issuing{CodeNotation: "KH-UBND", TypeName: "Kế hoạch", Subject: "Chỉnh trang đô thị",
			SignerTitle: "Chủ tịch UBND quận", Drafter: "Văn phòng", Urgency: routing.Normal, Secrecy: routing.NoSecret,
			Recipients: []routing.Place{{Class: routing.PlaceExecute, Name: "UBND các phường"}}}, routing.Request{})
		require.NoError(t, err)
	}
	h.seal()
	h.requireSound()
	exec := func(text string) {
		_, err := h.store.DB().ExecContext(t.Context(), text)
		require.NoError(t, err)
	}
	for _, c := range []struct {
		spoil, mend string
		want        audit.FindingKind
	}{
		{`UPDATE outgoing SET number = 7 WHERE number = 2`, `UPDATE outgoing SET number = 2 WHERE number = 7`, audit.NumberAstray},
		{`UPDATE outgoing SET book_year = book_year - 1 WHERE number = 3`, `UPDATE outgoing SET book_year = book_year + 1 WHERE number = 3`, audit.NumberAstray},
		{`UPDATE books SET last_number = 5 WHERE direction = 'outgoing'`, `UPDATE books SET last_number = 3 WHERE direction = 'outgoing'`, audit.NumberGap},
	} {
		exec(c.spoil)
		requireFinding(t, h.verify(), c.want, "", 0)
		exec(c.mend)
		h.requireSound()
	}
	exec(`DELETE FROM outgoing WHERE number = 2`)
	r := h.verify()
	requireFinding(t, r, audit.NumberGap, "", 0)
	requireFinding(t, r, audit.NumberAstray, "", 0)
}
