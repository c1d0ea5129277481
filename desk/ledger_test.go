package desk_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/postgres"
	"congvan/routing"
)

// The worked example of docs/ledger.md.
func TestTheLedgerSaysWhoHadIt(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead)) // Monday, 09:00; due on Friday, 15:00
	h.waitUntil("2026-11-23 11:00")
	h.received(doc, "qldt")
	share := h.share(doc, "qldt")
	h.waitUntil("2026-11-23 14:00") // 2 h of work; on Tuesday nobody works
	h.done(h.desk.DirectAssignment(t.Context(), h.as("truong.qldt"), share.ID, fiveClear(to("qldt", routing.Lead), to("molao", routing.Execute)), share.Version, noKey))
	h.dispatch(doc)
	h.waitUntil("2026-11-25 10:00") // 3 h + 2 h of waiting
	h.received(doc, "molao")
	h.done(h.desk.Report(t.Context(), h.as("chutich.molao"), h.share(doc, "molao").ID, "Xong", noKey))
	h.waitUntil("2026-11-25 11:00") // 1 h of waiting for the head's own approval
	ward := h.share(doc, "molao")
	h.done(h.desk.Approve(t.Context(), h.as("truong.qldt"), ward.ID, ward.Version, noKey))
	h.waitUntil("2026-11-30 09:00") // late since Friday, 15:00: 2 h + 1 h

	rows, err := h.desk.Ledger(t.Context(), h.as("chutich.quan"), doc.ID)
	require.NoError(t, err)
	got := map[string]postgres.Holding{}
	for _, r := range rows {
		if r.AssignmentID == share.ID {
			got["lead "+r.Stage] = r
		} else if r.AssignmentID != "" {
			got["ward "+r.Stage] = r
		}
	}
	const hour = int64(time.Hour / time.Second)
	require.Equal(t, 2*hour, got["lead receipt"].WorkedSeconds)
	work := got["lead work"]
	require.Equal(t, 6*hour, work.WaitingSeconds)
	require.Equal(t, (2+5+8+8+1)*hour, work.WorkedSeconds, "what is left of four days")
	require.Zero(t, work.Until)
	require.Equal(t, share.Due, work.Due)
	require.Equal(t, 3*hour, work.LateSeconds)
	require.Equal(t, (2+3)*hour, got["ward receipt"].WorkedSeconds, "its day is 07:00 to 16:00, at noon it rests from 11 to 12")
	require.Equal(t, hour, got["ward approval"].WorkedSeconds)
	require.Equal(t, unit("qldt"), got["ward approval"].UnitID)

	own, err := h.desk.Ledger(t.Context(), h.as("chutich.molao"), doc.ID)
	require.NoError(t, err)
	for _, r := range own {
		require.Equal(t, unit("molao"), r.UnitID)
	}
	require.NotEmpty(t, own)

	causes, err := h.desk.Lateness(t.Context(), h.as("chutich.quan"), at("2026-11-01 00:00"), at("2026-12-01 00:00"))
	require.NoError(t, err)
	require.Equal(t, "work", causes.Causes[0].Stage)
	require.Equal(t, unit("qldt"), causes.Causes[0].UnitID)
	require.Equal(t, 3*hour, causes.Causes[0].LateSeconds)
	causes, err = h.desk.Lateness(t.Context(), h.as("truong.qldt"), at("2026-11-01 00:00"), at("2026-12-01 00:00"))
	require.NoError(t, err)
	for _, c := range causes.Causes {
		require.Equal(t, unit("qldt"), c.UnitID, "of another's document what the own unit had")
	}
	require.NotEmpty(t, causes.Causes)
	_, err = h.desk.Lateness(t.Context(), h.as("quantri"), at("2026-11-01 00:00"), at("2026-12-01 00:00"))
	refused(t, err, routing.ErrNotAllowed)
}

// The rows of a share follow one another without a gap from its sending to its
// end, and their seconds are those that the calendar reckons between them.
func TestTheLedgerCoversEveryShare(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	clocks, err := h.store.Clocks(t.Context())
	require.NoError(t, err)
	choice := rand.New(rand.NewPCG(1, 2))
	for range 6 {
		h.waitUntil("2026-11-23 09:00")
		doc := h.dispatched(to("qldt", routing.Lead))
		for range 14 {
			h.wait(time.Duration(choice.IntN(300)) * time.Minute)
			h.anything(choice.IntN(7), h.share(doc, "qldt"))
		}
		share := h.share(doc, "qldt")
		rows, err := h.desk.Ledger(t.Context(), h.as("chutich.quan"), doc.ID)
		require.NoError(t, err)
		began := share.SentAt
		for _, r := range rows {
			if r.AssignmentID != share.ID {
				continue
			}
			require.Equal(t, began, r.Since, "no gap, nothing twice")
			if began = r.Until; began.IsZero() {
				began = h.now()
			}
			require.Equal(t, int64(clocks(r.UnitID).Between(r.Since, began)/time.Second), r.WorkedSeconds+r.HeldSeconds+r.WaitingSeconds)
		}
		end := share.ClosedAt
		if share.Open() {
			end = h.now()
		}
		require.Equal(t, end.UTC(), began.UTC())
	}
}

// anything is some act on a share, which its state may refuse.
func (h *hall) anything(n int, a routing.Assignment) {
	h.Helper()
	head, chairman, ctx := h.as("truong.qldt"), h.as("chutich.quan"), h.Context()
	for i, try := range []func() (routing.Event, error){
		func() (routing.Event, error) { return h.desk.Acknowledge(ctx, head, a.ID, noKey) },
		func() (routing.Event, error) { return h.desk.Progress(ctx, head, a.ID, "Đang làm", noKey) },
		func() (routing.Event, error) { return h.desk.Report(ctx, head, a.ID, "Xong", noKey) },
		func() (routing.Event, error) {
			return h.desk.SendBack(ctx, chairman, a.ID, wrongText, a.Version, noKey)
		},
		func() (routing.Event, error) { return h.desk.Return(ctx, head, a.ID, wrongText, a.Version, noKey) },
		func() (routing.Event, error) { return h.desk.Insist(ctx, chairman, a.ID, wrongText, a.Version, noKey) },
		func() (routing.Event, error) {
			if a.Held() {
				return h.desk.Resume(ctx, chairman, a.ID, a.Version, noKey)
			}
			return h.desk.Hold(ctx, chairman, a.ID, routing.OtherHold, wrongText, a.Version, noKey)
		},
	} {
		if i != n {
			continue
		}
		if _, err := try(); err != nil {
			require.NotEqual(h, routing.Internal, routing.FaultOf(err), err)
		}
	}
}
