package desk_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"congvan/desk"
	"congvan/routing"
)

// The turns of a document, two at once: whoever comes second is told so or does
// what is still right, and the events come to what the record says.
func TestTurnsAtOnce_F52(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	chairman, deputy, head := h.as("chutich.quan"), h.as("pho.dothi"), h.as("truong.qldt")
	ctx, why := t.Context(), "Một lý do đủ dài để ghi"
	answer := func(f func() (routing.Event, error)) act {
		return func() error { _, err := f(); return err }
	}
	recall := func(doc routing.Document) act {
		return answer(func() (routing.Event, error) { return h.desk.Recall(ctx, chairman, doc.ID, why, 0, noKey) })
	}
	ask := func(doc routing.Document) routing.ID {
		return h.decision(h.done(h.askExtension("truong.qldt", h.received(doc, "qldt"), "2026-12-02 15:00", noKey)))
	}
	for name, x := range map[string]struct {
		wins int // of the two, whichever comes first
		acts func(routing.Document) []act
	}{
		"two leaders decide one extension": {1, func(doc routing.Document) []act {
			id := ask(doc)
			return []act{
				answer(func() (routing.Event, error) { return h.desk.DecideExtension(ctx, chairman, id, true, nil, "", noKey) }),
				answer(func() (routing.Event, error) { return h.desk.DecideExtension(ctx, deputy, id, false, nil, why, noKey) }),
			}
		}},
		"granted and extended unasked": {1, func(doc routing.Document) []act {
			id, a := ask(doc), h.share(doc, "qldt")
			return []act{
				answer(func() (routing.Event, error) { return h.desk.DecideExtension(ctx, chairman, id, true, nil, "", noKey) }),
				answer(func() (routing.Event, error) {
					return h.desk.Extend(ctx, deputy, a.ID, at("2026-12-03 15:00"), why, a.Version, noKey)
				}),
			}
		}},
		"handed over twice": {1, func(doc routing.Document) []act {
			a := h.received(doc, "qldt")
			to := func(key string) act {
				return answer(func() (routing.Event, error) {
					return h.desk.HandOver(ctx, chairman, a.ID, routing.Recipient{UnitID: unit(key)}, why, a.Version, noKey)
				})
			}
			return []act{to("tnmt"), to("kt")}
		}},
		"held and reported": {1, func(doc routing.Document) []act {
			a := h.received(doc, "qldt")
			return []act{
				answer(func() (routing.Event, error) {
					return h.desk.Hold(ctx, chairman, a.ID, routing.OtherHold, why, a.Version, noKey)
				}),
				answer(func() (routing.Event, error) { return h.desk.Report(ctx, head, a.ID, "Đã xong", noKey) }),
			}
		}},
		"withdrawn twice": {1, func(doc routing.Document) []act {
			void := func(actor routing.Actor) act {
				return answer(func() (routing.Event, error) {
					return h.desk.Void(ctx, actor, h.share(doc, "qldt").DirectionID, why, noKey)
				})
			}
			return []act{void(chairman), void(chairman)}
		}},
		"asked for consent and reported": {1, func(doc routing.Document) []act {
			a := h.received(doc, "qldt")
			return []act{
				answer(func() (routing.Event, error) {
					return h.desk.Submit(ctx, head, a.ID, "Đã xong", []routing.Stage{stage(routing.EachMust, "tp")}, a.Version, noKey)
				}),
				answer(func() (routing.Event, error) { return h.desk.Report(ctx, head, a.ID, "Đã xong", noKey) }),
			}
		}},
	} {
		for _, turned := range []bool{false, true} {
			doc := h.dispatched(to("qldt", routing.Lead))
			acts := x.acts(doc)
			if turned {
				acts[0], acts[1] = acts[1], acts[0]
			}
			answers := h.atOnce(doc, acts...)
			require.NoError(t, answers[0], name)
			require.Equal(t, 0, oneWins(t, answers), name)
			h.explained(doc)
		}
	}

	for name, x := range map[string]func(routing.Document) act{
		"granted": func(doc routing.Document) act {
			id := ask(doc)
			return answer(func() (routing.Event, error) { return h.desk.DecideExtension(ctx, deputy, id, true, nil, "", noKey) })
		},
		"withdrawn": func(doc routing.Document) act {
			g := h.share(doc, "qldt").DirectionID
			return answer(func() (routing.Event, error) { return h.desk.Void(ctx, chairman, g, why, noKey) })
		},
	} {
		for _, turned := range []bool{false, true} {
			doc := h.dispatched(to("qldt", routing.Lead))
			acts := []act{recall(doc), x(doc)}
			if turned {
				acts[0], acts[1] = acts[1], acts[0]
			}
			answers := h.atOnce(doc, acts...)
			require.NoError(t, answers[0], name)
			if !turned {
				require.Error(t, answers[1], "%s after the recall", name)
			}
			require.Contains(t, []routing.DocumentStatus{routing.Recalling, routing.Recalled, routing.Registered}, h.document(doc.ID).Status, name)
			h.explained(doc)
		}
	}

	require.Zero(t, h.deadlocks())
}

// A direction is taken back as long as nobody has received it, not longer.
func TestUndoneOrReceived_F52(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	chairman, head, template := h.as("chutich.quan"), h.as("truong.qldt"), h.template()
	for range 20 {
		doc := h.registered()
		batch, err := h.desk.RunBatch(t.Context(), chairman, desk.Batch{Act: routing.ActDirect, Template: template.ID, Subjects: subjects(doc)}, noKey)
		require.NoError(t, err)
		h.dispatch(doc)
		a := h.share(doc, "qldt")
		var undone desk.BatchResult
		var all errgroup.Group
		all.Go(func() (err error) {
			undone, err = h.desk.UndoBatch(t.Context(), chairman, batch.ID, "Một lý do đủ dài để ghi", noKey)
			return err
		})
		_, received := h.desk.Acknowledge(t.Context(), head, a.ID, noKey)
		require.NoError(t, all.Wait())
		if undone.Done == 1 {
			require.Error(t, received)
			require.Equal(t, routing.Withdrawn, h.share(doc, "qldt").Status)
		} else {
			require.NoError(t, received)
			require.Equal(t, []string{desk.ErrReceived.Code}, codes(undone.Outcomes))
			require.Equal(t, routing.Received, h.share(doc, "qldt").Status)
		}
		h.explained(doc)
	}
	require.Zero(t, h.deadlocks())
}
