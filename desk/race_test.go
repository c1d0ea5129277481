package desk_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"congvan/activities"
	"congvan/routing"
)

// act is what somebody tries to do.
type act func() error

// atOnce has people act on a document so that all of them have begun before
// the first one gets its row; they get it in the order of their beginning.
// It returns how each was answered.
func (h *hall) atOnce(doc routing.Document, acts ...act) []error {
	h.Helper()
	tx, err := h.store.DB().BeginTx(h.Context(), nil)
	require.NoError(h, err)
	defer tx.Rollback()
	_, err = tx.ExecContext(h.Context(), `SELECT FROM documents WHERE id = ? FOR NO KEY UPDATE`, doc.ID)
	require.NoError(h, err)
	answers := make([]error, len(acts))
	var all errgroup.Group
	for i, act := range acts {
		all.Go(func() error {
			answers[i] = act()
			return nil
		})
		require.Eventually(h, func() bool {
			return h.count(`pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) == i+1
		}, 3*time.Second, time.Millisecond)
	}
	require.NoError(h, tx.Rollback())
	require.NoError(h, all.Wait())
	return answers
}

// oneWins asserts that one act succeeded, and that the others were told why not.
func oneWins(t require.TestingT, answers []error) (winner int) {
	winner = -1
	for i, err := range answers {
		if err == nil {
			require.Equal(t, -1, winner, "two have won")
			winner = i
			continue
		}
		fault := routing.FaultOf(err)
		require.True(t, fault == routing.Conflict || fault == routing.Stale, "%v", err)
	}
	require.NotEqual(t, -1, winner, "%v", answers)
	return winner
}

func TestApproveAgainstRecall_F52(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	chairman, clerk := h.as("chutich.quan"), h.as("vanthu.quan")
	for seed := range uint64(100) {
		doc := h.dispatched(to("qldt", routing.Lead))
		a := h.reported(doc, "truong.qldt", "qldt")
		approve := func() error {
			_, err := h.desk.Approve(t.Context(), chairman, a.ID, a.Version, noKey)
			return err
		}
		recall := func() error {
			_, err := h.desk.Recall(t.Context(), clerk, doc.ID, wrongText, doc.Version, noKey)
			return err
		}
		order := []act{approve, recall}
		ends := []routing.DocumentStatus{routing.Concluded, routing.Recalling}
		if rand.New(rand.NewPCG(seed, 0)).IntN(2) == 1 {
			order[0], order[1], ends[0], ends[1] = order[1], order[0], ends[1], ends[0]
		}
		winner := oneWins(t, h.atOnce(doc, order...))
		require.Equal(t, ends[winner], h.document(doc.ID).Status, "seed %d", seed)
		require.Equal(t, 1, h.count("events WHERE document_id = ? AND kind IN ('approved', 'recalled')", doc.ID), "seed %d", seed)
	}
	require.Zero(t, h.deadlocks())
}

// deadlocks counts those that the database had to resolve.
func (h *hall) deadlocks() int {
	return h.count("pg_stat_database WHERE datname = current_database() AND deadlocks > 0")
}

func TestOneOfTwoWhoDecideAtOnce_F52(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	chairman, chief := h.as("chutich.quan"), h.as("pho.dothi")
	for range 10 {
		doc := h.dispatched(to("qldt", routing.Lead))
		a := h.reported(doc, "truong.qldt", "qldt")
		winner := oneWins(t, h.atOnce(doc,
			func() error { _, err := h.desk.Approve(t.Context(), chairman, a.ID, a.Version, noKey); return err },
			func() error {
				_, err := h.desk.SendBack(t.Context(), chief, a.ID, "Chưa nêu rõ số liệu", a.Version, noKey)
				return err
			}))
		want := []routing.DocumentStatus{routing.Concluded, routing.Directed}[winner]
		require.Equal(t, want, h.document(doc.ID).Status)
	}
}

func TestOneOfTwoFirstDirections_F52(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	chairman, deputy := h.as("chutich.quan"), h.as("pho.dothi")
	doc := h.registered()
	direct := func(actor routing.Actor, unitKey string) act {
		return func() error {
			_, err := h.desk.DirectDocument(t.Context(), actor, doc.ID, fiveClear(to(unitKey, routing.Lead)), doc.Version, noKey)
			return err
		}
	}
	oneWins(t, h.atOnce(doc, direct(chairman, "qldt"), direct(deputy, "tnmt")))
	require.Equal(t, 1, h.count("directions"))
}

// From the moment of a recall nobody acts on the document any more.
func TestWhoComesAfterTheRecallIsTold_F52(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for name, late := range map[string]func(routing.Assignment) error{
		"report": func(a routing.Assignment) error {
			_, err := h.desk.Report(t.Context(), h.as("truong.qldt"), a.ID, "Đã xong", noKey)
			return err
		},
		"direct further": func(a routing.Assignment) error {
			_, err := h.desk.DirectAssignment(t.Context(), h.as("truong.qldt"), a.ID, fiveClear(to("qldt", routing.Lead), to("molao", routing.Execute)), a.Version, noKey)
			return err
		},
	} {
		doc := h.dispatched(to("qldt", routing.Lead))
		a := h.received(doc, "qldt")
		answers := h.atOnce(doc,
			func() error { _, err := h.recall("chutich.quan", doc, noKey); return err },
			func() error { return late(a) })
		require.NoError(t, answers[0], name)
		require.Equal(t, 0, oneWins(t, answers), name)
		require.Equal(t, a, h.share(doc, "qldt"), name)
	}
}

// A report and the workflow's own steps lock the same rows.
func TestPeopleAndWorkflowDoNotDeadlock(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	head := h.as("truong.qldt")
	for range 20 {
		h.waitUntil("2026-11-23 09:00")
		doc := h.dispatched(to("qldt", routing.Lead))
		a := h.received(doc, "qldt")
		h.waitUntil("2026-12-01 09:00")
		answers := h.atOnce(doc,
			func() error { _, err := h.desk.Report(t.Context(), head, a.ID, "Đã xong", noKey); return err },
			func() error { _, err := h.hands.Ring(t.Context(), activities.Input{DocumentID: doc.ID}); return err })
		require.Equal(t, []error{nil, nil}, answers)
	}
	require.Zero(t, h.deadlocks())
}

// What a condition says of other shares has to hold when the statement gets its
// turn, not when it began to wait (F-52).
func TestApproveAgainstSendBackOfAnotherShare_F52(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	chairman, deputy := h.as("chutich.quan"), h.as("pho.dothi")
	for range 10 {
		doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
		part := h.reported(doc, "chutich.molao", "molao")
		whole := h.reported(doc, "truong.qldt", "qldt")
		answers := h.atOnce(doc,
			func() error {
				_, err := h.desk.SendBack(t.Context(), deputy, part.ID, "Chưa nêu rõ số liệu", part.Version, noKey)
				return err
			},
			func() error {
				_, err := h.desk.Approve(t.Context(), chairman, whole.ID, whole.Version, noKey)
				return err
			})
		require.NoError(t, answers[0])
		refused(t, answers[1], routing.ErrPartsOpen)
		require.Equal(t, routing.Directed, h.document(doc.ID).Status)
	}
}

// A report that waited while its unit handed work on is no report of the whole.
func TestReportAgainstDirection_F52(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	head := h.as("truong.qldt")
	doc := h.dispatched(to("qldt", routing.Lead))
	held := h.received(doc, "qldt")
	answers := h.atOnce(doc,
		func() error {
			_, err := h.directFurther("truong.qldt", held, noKey, to("qldt", routing.Lead), to("molao", routing.Execute))
			return err
		},
		func() error {
			_, err := h.desk.Report(t.Context(), head, held.ID, "Đã xử lý xong", noKey)
			return err
		})
	require.NoError(t, answers[0])
	refused(t, answers[1], routing.ErrPartsOpen)
}
