package desk_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/routing"
)

// A batch that stopped goes on with the rights of whoever goes on, not with those of
// when it began: the delegation is revoked, or the post is another's.
func TestABatchGoesOnWithTheRightsOfTheMoment_Z09(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	one, two := h.registered(), h.registered()
	batch := desk.Batch{Act: routing.ActFile, Subjects: subjects(one, two), Note: "Để lưu"}
	acting := h.delegate("chutich.quan", "pho.dothi", routing.ActFile)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	stopped, err := h.desk.RunBatch(ended, acting, batch, key("k"))
	require.NoError(t, err)
	require.Equal(t, 2, stopped.NotTried)

	list, err := h.desk.Delegations(t.Context(), h.as("chutich.quan"))
	require.NoError(t, err)
	_, err = h.desk.Revoke(t.Context(), h.as("chutich.quan"), list[0].ID)
	require.NoError(t, err)
	_, err = h.desk.ActFor(t.Context(), h.as("pho.dothi"), h.as("chutich.quan").PositionID)
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.store.DB().NewRaw(`UPDATE positions SET office = 'officer' WHERE code = 'pho.dothi'`).Exec(t.Context())
	require.NoError(t, err)
	later, err := h.desk.RunBatch(t.Context(), h.as("pho.dothi"), batch, key("k"))
	require.NoError(t, err)
	require.Equal(t, []string{"not-allowed", "not-allowed"}, codes(later.Outcomes))
	require.Equal(t, routing.Registered, h.document(one.ID).Status)
}

// The mails of a morning go to who holds a post on that morning, and count what he
// may see then.
func TestAMorningCountsForWhoHoldsThePostThen_Z09(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.wants("vanthu.molao", routing.DefaultNoticeSettings)
	h.wants("vanthu.vanquan", routing.DefaultNoticeSettings)
	h.dispatched(leadAndWards...)
	_, err := h.store.DB().NewRaw(`UPDATE positions SET valid_to = '2026-11-26' WHERE code = 'vanthu.molao'`).Exec(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, h.morning("2026-11-27 07:30").Written)
	require.Equal(t, "vanthu.vanquan@example.vn", h.mails()[0].Address)
}
