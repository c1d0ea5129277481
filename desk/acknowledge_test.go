package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"congvan/routing"
)

func (h *hall) acknowledge(username string, a routing.Assignment, req routing.Request) (routing.Event, error) {
	h.Helper()
	return h.desk.Acknowledge(h.Context(), h.as(username), a.ID, req)
}

// NĐ 30/2020, Điều 21 khoản 2 điểm c, Điều 22: confirmed, with a số đến.
func TestAcknowledge_ND30_Dieu21_Dieu22(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.done(h.register("vanthu.molao", letter(), noKey)) // the ward's own number 1
	doc := h.dispatched(leadAndWards...)
	share := h.share(doc, "molao")
	require.WithinDuration(t, at("2026-11-23 16:00"), share.ReceiveDue, 0, "the same day, by the ward's own hours")

	event := h.done(h.acknowledge("vanthu.molao", share, noKey))
	require.Equal(t, [2]int{2026, 2}, [2]int{event.Year, event.Number})
	require.Equal(t, string(routing.Received), event.State)
	got := h.share(doc, "molao")
	require.Equal(t, routing.Receipt{At: event.At, By: h.as("vanthu.molao").AccountID, Year: 2026, Number: 2}, got.Receipt)
	require.Equal(t, 2, got.Version)
	require.Equal(t, 2, h.count("outbox WHERE document_id = ?", doc.ID), "a receipt wakes nobody")
}

func TestWhoIsInformedIsDoneWithIt(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	event := h.done(h.acknowledge("truong.nv", h.share(doc, "nv"), noKey))
	require.Equal(t, string(routing.Done), event.State)
	require.Equal(t, 1, event.Number)
	require.False(t, h.share(doc, "nv").Open())
	_, err := h.desk.Start(t.Context(), h.as("truong.nv"), h.share(doc, "nv").ID, noKey)
	refused(t, err, routing.ErrTransition)
}

func TestAcknowledgingTwiceIsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	share := h.share(doc, "molao")
	first := h.done(h.acknowledge("vanthu.molao", share, key("k")))
	h.wait(time.Hour)
	require.Equal(t, first, h.done(h.acknowledge("vanthu.molao", share, key("k"))))
	require.Equal(t, first, h.done(h.acknowledge("vanthu.molao", share, noKey)))
	require.Equal(t, first, h.done(h.acknowledge("chutich.molao", share, key("another"))))

	second := h.dispatched(leadAndWards...)
	_, err := h.acknowledge("vanthu.molao", h.share(second, "molao"), key("k", "other content"))
	refused(t, err, routing.ErrReused)
	require.Equal(t, routing.Sent, h.share(second, "molao").Status)
	require.Equal(t, 1, h.count("events WHERE kind = 'acknowledged'"))
}

func TestTwentyAtOnceAreOneReceipt(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	share := h.share(h.dispatched(leadAndWards...), "molao")
	people := []routing.Actor{h.as("vanthu.molao"), h.as("chutich.molao")}
	events := make([]routing.Event, 20)
	var all errgroup.Group
	for i := range events {
		all.Go(func() (err error) {
			events[i], err = h.desk.Acknowledge(t.Context(), people[i%2], share.ID, key("k"))
			return err
		})
	}
	require.NoError(t, all.Wait())
	for _, e := range events {
		require.Equal(t, events[0], e)
	}
	require.Equal(t, 1, h.count("events WHERE kind = 'acknowledged'"))
	require.Equal(t, 2, h.done(h.register("vanthu.molao", letter(), noKey)).Number, "one number was taken")
}

func TestSeventeenWardsAtOnceHaveTheirOwnNumbers(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	clerk := h.as("vanthu.molao")
	var all errgroup.Group
	for range 10 {
		share := h.share(h.dispatched(leadAndWards...), "molao")
		all.Go(func() error {
			_, err := h.desk.Acknowledge(t.Context(), clerk, share.ID, noKey)
			return err
		})
	}
	require.NoError(t, all.Wait())
	require.Equal(t, 10, h.count("(SELECT DISTINCT arrival_number FROM assignments WHERE arrival_number BETWEEN 1 AND 10) x"))
}

// Z-05: what is not his does not exist for him, and cannot be told from what
// does not exist at all.
func TestAnotherWardIsToldOfNothing_Z05(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	share := h.share(doc, "molao")
	for _, username := range []string{"vanthu.vanquan", "chutich.vanquan", "truong.tp", "quantri"} {
		_, theirs := h.acknowledge(username, share, key("k"))
		_, none := h.acknowledge(username, routing.Assignment{ID: "0199c4a0-0000-7000-8000-000000000000"}, key("k"))
		_, noID := h.acknowledge(username, routing.Assignment{ID: "' OR true --"}, key("k"))
		require.Equal(t, none, theirs, username)
		require.Equal(t, none, noID, username)
		refused(t, theirs, routing.ErrNotFound)
		_, err := h.desk.Document(t.Context(), h.as(username), doc.ID)
		require.Equal(t, none, err, username)
	}
	for _, username := range []string{"chutich.quan", "vanthu.quan", "canbo.molao"} { // they see it
		_, err := h.acknowledge(username, share, noKey)
		refused(t, err, routing.ErrNotAllowed)
	}
	require.Equal(t, routing.Sent, h.share(doc, "molao").Status)
}

func TestNobodyActsOnAClosedDocument(t *testing.T) {
	t.Parallel()
	for state, end := range map[routing.DocumentStatus]func(*hall, routing.Document){
		routing.Recalled: func(h *hall, doc routing.Document) {
			h.done(h.recall("chutich.quan", doc, noKey))
			h.step(h.hands.Withdraw, doc) // nobody had received it: nobody is asked
		},
		routing.Concluded: func(h *hall, doc routing.Document) { h.conclude(doc) },
	} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			h := openHall(t)
			doc := h.dispatched(to("qldt", routing.Lead), to("tp", routing.Coordinate))
			end(h, doc)
			share := h.share(doc, "tp").ID
			clerk, head := h.as("vanthu.tp"), h.as("truong.tp")
			for act, try := range map[routing.Act]func() (routing.Event, error){
				routing.ActAcknowledge: func() (routing.Event, error) { return h.desk.Acknowledge(t.Context(), clerk, share, key("k")) },
				routing.ActStart:       func() (routing.Event, error) { return h.desk.Start(t.Context(), head, share, key("k")) },
				routing.ActProgress:    func() (routing.Event, error) { return h.desk.Progress(t.Context(), head, share, "xong", key("k")) },
				routing.ActReport:      func() (routing.Event, error) { return h.desk.Report(t.Context(), head, share, "xong", key("k")) },
			} {
				_, err := try()
				require.Equal(t, string(state), refused(t, err, routing.ErrTransition).Details["state"], act)
			}
		})
	}
}
