package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
	"congvan/seed"
)

func (h *hall) present(username string, doc routing.Document, to string) (routing.Event, error) {
	h.Helper()
	return h.desk.Present(h.Context(), h.as(username), doc.ID, seed.PositionID(to), "", 0, noKey)
}

// NĐ 30/2020, Điều 23 khoản 1: the clerk presents, the chief passes on, the
// leader directs.
func TestPresent_ND30_Dieu23(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	h.waitUntil("2026-11-23 10:00")
	event := h.done(h.desk.Present(t.Context(), h.as("vanthu.quan"), doc.ID, seed.PositionID("chanhvanphong"), "Kính trình", doc.Version, key("k")))
	require.Equal(t, event, h.done(h.desk.Present(t.Context(), h.as("vanthu.quan"), doc.ID, seed.PositionID("chanhvanphong"), "Kính trình", doc.Version, key("k"))))
	require.Equal(t, "Kính trình", event.Details["note"])
	require.Equal(t, false, event.Details["late"])
	doc = h.document(doc.ID)
	require.Equal(t, routing.Presented, doc.Status)
	require.Equal(t, seed.PositionID("chanhvanphong"), doc.PresentedTo)
	require.WithinDuration(t, at("2026-11-25 17:00"), doc.DirectDue, 0, "from now, a working day")
	require.Equal(t, []routing.MilestoneKind{routing.NewsRegistered, routing.NewsMoved}, h.milestones(doc))
	require.Equal(t, routing.AwaitDirection, h.step(h.hands.Ring, doc).Awaits)

	_, err := h.present("vanthu.quan", doc, "chutich.quan")
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.direct("chanhvanphong", doc, noKey, leadAndWards...)
	refused(t, err, routing.ErrNotAllowed)
	h.waitUntil("2026-11-25 10:00")
	h.done(h.present("chanhvanphong", doc, "pho.dothi"))
	doc = h.document(doc.ID)
	require.WithinDuration(t, at("2026-11-26 17:00"), doc.DirectDue, 0)
	require.Equal(t, 3, doc.Version)

	h.done(h.direct("pho.dothi", doc, noKey, leadAndWards...))
	require.Equal(t, routing.AwaitReceipt, h.dispatch(doc).Awaits)
	_, err = h.present("chutich.quan", doc, "pho.vanxa")
	require.Equal(t, "directed", refused(t, err, routing.ErrTransition).Details["state"])
}

// Whoever it was presented to directs, also out of his field; nobody else's
// rights grow.
func TestWhoeverItIsPresentedToDirects(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	in := letter()
	in.Field = "kinh tế"
	doc := h.document(h.done(h.register("vanthu.quan", in, noKey)).DocumentID)
	_, err := h.direct("pho.dothi", doc, noKey, leadAndWards...)
	refused(t, err, routing.ErrNotAllowed)
	h.done(h.present("chutich.quan", doc, "pho.dothi"))
	_, err = h.direct("pho.vanxa", h.document(doc.ID), noKey, leadAndWards...)
	refused(t, err, routing.ErrNotAllowed)
	h.done(h.direct("pho.dothi", h.document(doc.ID), noKey, leadAndWards...))
}

func TestPresentRefuses(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	before := h.everything()
	for name, c := range map[string]struct {
		by, to string
		want   *routing.Error
	}{
		"by a stranger":             {"truong.qldt", "chutich.quan", routing.ErrNotFound},
		"by the office's own clerk": {"vanthu.qldt", "chutich.quan", routing.ErrNotFound},
		"by an admin":               {"quantri", "chutich.quan", routing.ErrNotFound},
		"to the head of an office":  {"vanthu.quan", "truong.qldt", routing.ErrField},
		"to the clerk":              {"vanthu.quan", "vanthu.quan", routing.ErrField},
		"to nobody":                 {"vanthu.quan", "nobody", routing.ErrField},
	} {
		_, err := h.present(c.by, doc, c.to)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := h.desk.Present(t.Context(), h.as("vanthu.quan"), doc.ID, seed.PositionID("chutich.quan"), "Tối mật", 0, noKey)
	refused(t, err, routing.ErrStateSecret)
	_, err = h.desk.Present(t.Context(), h.as("vanthu.quan"), doc.ID, seed.PositionID("chutich.quan"), "", doc.Version+1, noKey)
	refused(t, err, routing.ErrStale)
	require.Equal(t, before, h.everything())

	h.done(h.present("vanthu.quan", doc, "chutich.quan"))
	_, err = h.present("chanhvanphong", doc, "chutich.quan")
	refused(t, err, routing.ErrField)
	positions, err := h.desk.Presentable(t.Context(), h.as("vanthu.quan"), doc.ID)
	require.NoError(t, err)
	var codes []string
	for _, p := range positions {
		codes = append(codes, p.Code)
	}
	require.ElementsMatch(t, []string{"chutich.quan", "pho.vanxa", "pho.kinhte", "pho.dothi", "chanhvanphong"}, codes)
}

func electronic(arrived time.Time) routing.Registration {
	in := letter()
	in.Channel, in.ArrivedAt, in.SenderAddress = routing.Electronic, arrived, "vanthu@hanoi.gov.vn"
	return in
}

// NĐ 30/2020, Điều 4 khoản 2 điểm c: registering is judged from arrival.
func TestRegisteringIsJudged_ND30_Dieu4(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for name, c := range map[string]struct {
		arrived string
		late    bool
	}{
		"on the day before":   {"2026-11-20 10:00", false},
		"two days ago":        {"2026-11-19 10:00", true},
		"on this very moment": {"2026-11-23 09:00", false},
	} {
		in := letter()
		in.ArrivedAt = at(c.arrived)
		event := h.done(h.register("vanthu.quan", in, noKey))
		require.Equal(t, c.late, event.Details["late"], name)
		require.NotEmpty(t, event.Details["registerDue"])
		doc := h.document(event.DocumentID)
		require.WithinDuration(t, at(c.arrived), doc.ArrivedAt, 0)
		require.Equal(t, routing.OnPaper, doc.Channel)
		require.Zero(t, doc.NoticeDue, "paper is not confirmed by the system")
	}
	require.Equal(t, false, h.done(h.register("vanthu.quan", letter(), noKey)).Details["late"])
	_, err := h.register("vanthu.quan", electronic(at("2026-10-20 09:00")), noKey)
	refused(t, err, routing.ErrField)
}

// NĐ 30/2020, Điều 21 khoản 2 điểm c: the sender hears the same day.
func TestNotify_ND30_Dieu21_khoan2c(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.document(h.done(h.register("vanthu.quan", electronic(at("2026-11-23 08:30")), noKey)).DocumentID)
	require.WithinDuration(t, at("2026-11-23 17:00"), doc.NoticeDue, 0)
	require.Equal(t, "vanthu@hanoi.gov.vn", doc.SenderAddress)
	require.Equal(t, 1, h.rings(doc, "2026-11-23 16:01"))
	require.Equal(t, []string{"vanthu.quan"}, h.told(doc, routing.AwaitNotice, 1, "quan"))
	for _, username := range []string{"chutich.quan", "chanhvanphong"} {
		_, err := h.desk.Notify(t.Context(), h.as(username), doc.ID, "Gọi điện", 0, noKey)
		refused(t, err, routing.ErrNotAllowed)
	}
	event := h.done(h.desk.Notify(t.Context(), h.as("vanthu.quan"), doc.ID, "Gọi điện", doc.Version, key("k")))
	require.Equal(t, event, h.done(h.desk.Notify(t.Context(), h.as("vanthu.quan"), doc.ID, "Gọi điện", doc.Version, key("k"))))
	require.Equal(t, false, event.Details["late"])
	require.WithinDuration(t, at("2026-11-23 16:01"), h.document(doc.ID).NotifiedAt, 0)
	require.Zero(t, h.rings(doc, "2026-11-25 09:00"), "nobody is urged to what is done")
	_, err := h.desk.Notify(t.Context(), h.as("vanthu.quan"), doc.ID, "Gọi điện", 0, noKey)
	refused(t, err, routing.ErrDecided)

	paper := h.registered()
	_, err = h.desk.Notify(t.Context(), h.as("vanthu.quan"), paper.ID, "Gọi điện", 0, noKey)
	refused(t, err, routing.ErrTransition)
}

// The mail that the program sends is written down by nobody, and judged alike.
func TestTheProgramNotifies(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.document(h.done(h.register("vanthu.quan", electronic(at("2026-11-20 16:30")), noKey)).DocumentID)
	require.WithinDuration(t, at("2026-11-20 17:00"), doc.NoticeDue, 0)
	require.Equal(t, 1, h.rings(doc, "2026-11-23 09:01"), "it came late into the book, and is urged from then on")
	event, err := h.store.Act(t.Context(), doc.ID, h.now(), noKey, func(c *routing.Case) error {
		return c.Notify(routing.Actor{}, routing.NotifiedByMail)
	})
	require.NoError(t, err)
	require.Empty(t, event.ActorID)
	require.Equal(t, true, event.Details["late"])
	require.False(t, h.document(doc.ID).NotifiedAt.IsZero())
}
