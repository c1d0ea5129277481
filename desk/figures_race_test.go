package desk_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// astray are the open shares of which the figures say something else than the share
// and its document.
const astray = `(
		SELECT a.id, a.status, h.held, CASE WHEN h.runs AND NOT h.held AND a.status <> 'returned' THEN a.due_at END AS due,
			CASE WHEN h.held THEN NULL WHEN a.status = 'sent' THEN a.receive_due_at WHEN h.runs AND a.status <> 'returned' THEN a.due_at END AS late, h.runs
		FROM assignments a JOIN documents d ON d.id = a.document_id
		CROSS JOIN LATERAL (SELECT a.held_at IS NOT NULL OR d.held_at IS NOT NULL AS held,
			a.role IN ('lead', 'execute') AND a.status IN ('sent', 'received', 'working', 'consulting', 'returned') AS runs) h
		WHERE a.closed_at IS NULL) w FULL JOIN open_assignments o ON o.assignment_id = w.id
	WHERE (w.status, w.held, w.due, w.late, w.runs) IS DISTINCT FROM (o.status, o.held, o.due_at, o.late_at, o.since IS NOT NULL)`

// Whoever acts while the document is put on hold, resumed or recalled: what the
// figures count in the end is how the shares stand.
func TestFiguresFollowWhatHappensAtOnce(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	ctx := t.Context()
	leader := h.as("chutich.quan")
	for round := range 12 {
		doc := h.dispatched(leadAndWards...)
		var all sync.WaitGroup
		for _, key := range []string{"molao", "vanquan", "qldt", "tp", "nv"} {
			clerk, share := h.as("vanthu."+key), h.share(doc, key)
			all.Go(func() { // on hold, nobody does anything
				_, _ = h.desk.Acknowledge(ctx, clerk, share.ID, noKey)
				_, _ = h.desk.Start(ctx, clerk, share.ID, noKey)
			})
		}
		all.Go(func() {
			_, err := h.desk.HoldDocument(ctx, leader, doc.ID, routing.OtherHold, "Chờ ý kiến cấp trên", 0, noKey)
			require.NoError(t, err)
			if round%3 == 1 {
				_, err = h.desk.ResumeDocument(ctx, leader, doc.ID, 0, noKey)
				require.NoError(t, err)
			} else if round%3 == 2 {
				_, err = h.desk.Recall(ctx, leader, doc.ID, "Ban hành nhầm văn bản", 0, noKey)
				require.NoError(t, err)
			}
		})
		all.Wait()
		require.Zero(t, h.count(astray), "round %d", round)
	}
	require.Positive(t, h.count(`open_assignments WHERE held`))
	require.Positive(t, h.count(`open_assignments WHERE NOT held AND status = 'working'`))
}
